"""The drama of moves: it must find nothing wrong, and must find it when a rule is broken."""

from pathlib import Path

import pytest

from field.sim.sabotage import SABOTAGES
from field.sim.scenarios import Place, move


def played(database_url: str, folder: Path, seed: int) -> tuple[dict[str, int], list[str]]:
    found = move.play(Place("any", folder, lambda: database_url), seed)
    return found.facts, found.violations


@pytest.mark.parametrize("seed", [1, 9])
def test_whatever_moves_nothing_is_lost_and_every_tablet_holds_what_it_should(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    facts, violations = played(database_url, tmp_path, seed)
    assert violations == []
    assert min(facts[name] for name in ("establishments", "visits", "postings", "freed", "alarms")) > 3
    assert facts["lost"] == facts["doubled"] == 0


def test_the_drama_objects_where_work_is_judged_by_where_its_record_stands_now(
    sqlite_url: str, tmp_path: Path
) -> None:
    with SABOTAGES["judged_by_where_it_stands_now"]():
        _, violations = played(sqlite_url, tmp_path, 9)
    assert any(words.startswith("S1") for words in violations)


def test_the_drama_objects_where_no_tablet_is_told_to_leave_a_scope(sqlite_url: str, tmp_path: Path) -> None:
    with SABOTAGES["nobody_leaves_a_scope"]():
        _, violations = played(sqlite_url, tmp_path, 9)
    assert any(words.startswith("S4") for words in violations)
