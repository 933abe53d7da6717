"""Dramas of copied, stolen and broken tablets, judged by what people typed on them."""

import pytest

from field.api import counting
from field.sim import scenarios
from field.store import salvage
from field.tablet import tablet


@pytest.mark.parametrize("name", ["clone", "revoke"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_is_lost_or_doubled_by_lost_tablets(name: str, seed: int) -> None:
    played = scenarios.play(name, seed=seed)
    assert not played.violations, scenarios.replay(name, "sqlite", seed)
    assert played.facts["typed"] > 8


@pytest.mark.parametrize("name", ["clone", "revoke"])
def test_nor_on_postgresql(name: str, postgres: str) -> None:
    played = scenarios.play(name, "postgres", 4, postgres)
    assert not played.violations, scenarios.replay(name, "postgres", 4)


def test_the_drama_of_copies_objects_when_nobody_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting.Counts, "hear", lambda *_: None)
    found = [each for seed in (1, 2) for each in scenarios.play("clone", seed=seed).violations]
    assert any(each.startswith("S9: nobody heard") for each in found)


def test_the_drama_of_thieves_objects_when_a_tablet_is_wiped_before_its_work_is_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wipe = tablet.Tablet._wipe

    def hasty(self: tablet.Tablet) -> object:
        self.push = lambda *_, **__: False  # type: ignore[method-assign]
        self._sealed = None
        self.sealed_work = lambda: None  # type: ignore[method-assign]
        self.outbox.unsent = lambda: 0  # type: ignore[method-assign]
        return wipe(self)

    monkeypatch.setattr(tablet.Tablet, "_wipe", hasty)
    monkeypatch.setattr(tablet.Tablet, "push", lambda *_, **__: False)
    assert any(each.startswith("S1") for each in scenarios.play("revoke", seed=1).violations)


def test_the_drama_of_copies_objects_when_forked_work_is_thrown_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(salvage, "keep", lambda *_: None)
    monkeypatch.setattr(tablet.Outbox, "move_to", lambda self, device, _: self.begin(device))
    assert any(each.startswith("S1") for each in scenarios.play("clone", seed=1).violations)
