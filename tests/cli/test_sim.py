"""`field sim`: runs that repeat themselves, and an exit code that a nightly job can rely on."""

import json

import pytest

from field.sim import run
from field.sim.run import Outcome, Summary
from tests.cli.conftest import Type


def test_one_seed_gives_the_same_outcome_each_time(field: Type) -> None:
    first, again = (field("sim", "--seed", "3", "--steps", "30", "--json", "-") for _ in range(2))
    one, other = json.loads(first.out), json.loads(again.out)
    assert (first.code, one["lost"], one["doubled"]) == (0, 0, 0), first.err
    assert {**one, "seconds": 0} == {**other, "seconds": 0}
    assert one["captured"] > 0
    assert "snapshot made" not in first.err


def test_a_violation_has_an_exit_code_of_its_own_and_a_command_that_replays_it(
    field: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    def campaign(seeds: range, database: str, weather: str, *, steps: int, tell: object) -> Summary:
        bad = Outcome(8, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, ["S1: a change has no receipt"], 0.1)
        assert callable(tell)
        tell(bad)
        failed = [run.replay(8, database, weather)]
        return Summary(database, weather, len(seeds), 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, failed, 0.1)

    monkeypatch.setattr(run, "campaign", campaign)
    found = field("sim", "--seeds", "2", "--seed", "7", "--steps", "20", "--weather", "bad")
    assert found.code == 4
    assert "seed 8: S1: a change has no receipt" in found.err
    assert "field sim --seed 8 --database sqlite --weather bad --steps 20" in found.out


def test_a_scenario_that_there_is_not_is_answered_with_those_that_there_are(field: Type) -> None:
    told = field("sim", "--scenario", "flood")
    assert told.code == 2
    assert "no scenario 'flood'" in told.err
