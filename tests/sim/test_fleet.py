"""A fleet on a bad network, judged by the oracle: docs/protocol.md, "Promises", S1 to S5."""

import json
from pathlib import Path

import msgspec
import pytest

from field.sim import run
from field.sim.fleet import Fleet
from field.sim.run import Outcome, Stage


def check(outcome: Outcome, database: str, weather: str) -> None:
    assert not outcome.violations, run.replay(outcome.seed, database, weather)
    assert (outcome.lost, outcome.doubled) == (0, 0)
    assert outcome.captured == outcome.received > 0


KEPT: dict[str, list[int]] = json.loads((Path(__file__).parent / "seeds.json").read_text())
"""Histories that once found something, such as a loss early in a group, whose rest then landed without it."""

KEPT_WHILE_NOTHING_MOVED = (42, 50, 76)
"""The same, of versions in which the office gave visits to others and moved nothing else."""


@pytest.mark.parametrize("seed", KEPT_WHILE_NOTHING_MOVED)
def test_what_once_was_found_while_the_office_moved_nothing_stays_mended(
    sqlite_stage: Stage, seed: int
) -> None:
    check(sqlite_stage.simulate(seed, still=True), "sqlite", "worst")


@pytest.mark.parametrize("seed", sorted({*range(1, 25), *KEPT["sqlite"]}))
def test_nothing_is_lost_or_doubled_in_the_worst_weather(sqlite_stage: Stage, seed: int) -> None:
    check(sqlite_stage.simulate(seed), "sqlite", "worst")


@pytest.mark.parametrize("seed", sorted({*range(1, 13), *KEPT["postgres"]}))
def test_nothing_is_lost_or_doubled_on_postgresql_either(postgres_stage: Stage, seed: int) -> None:
    check(postgres_stage.simulate(seed), "postgres", "worst")


@pytest.mark.parametrize("weather", ["fair", "bad"])
def test_people_disagree_in_better_weather_too(sqlite_stage: Stage, weather: str) -> None:
    outcomes = [sqlite_stage.simulate(seed, weather) for seed in (1, 2)]
    for outcome in outcomes:
        check(outcome, "sqlite", weather)
    assert sum(outcome.conflicts_open for outcome in outcomes) > 0


def test_the_same_seed_gives_the_same_outcome_on_every_database(
    sqlite_stage: Stage, postgres_stage: Stage
) -> None:
    outcomes = [stage.simulate(7) for stage in (sqlite_stage, sqlite_stage, postgres_stage)]
    first, again, elsewhere = (msgspec.structs.replace(outcome, seconds=0) for outcome in outcomes)
    assert first == again == elsewhere


def test_a_campaign_tells_of_each_seed_and_adds_them_up() -> None:
    heard: list[Outcome] = []
    found = run.campaign([1, 2], tell=heard.append, steps=30)
    assert [outcome.seed for outcome in heard] == [1, 2]
    assert found.captured == sum(outcome.captured for outcome in heard)
    assert (found.seeds, found.violations, found.lost, found.doubled, found.failed) == (2, 0, 0, 0, [])


def test_seeds_that_found_something_are_kept_among_those_that_always_run(tmp_path: Path) -> None:
    path = tmp_path / "seeds.json"
    run.keep(path, "sqlite", [7, 3])
    run.keep(path, "sqlite", [3, 9])
    run.keep(path, "postgres", [])
    assert json.loads(path.read_text()) == {"sqlite": [3, 7, 9]}


def test_a_run_that_breaks_off_is_a_finding_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    settle = Fleet.settle

    def breaks(fleet: Fleet) -> bool:
        if fleet.holders[0].name.startswith("2 "):
            raise KeyError("a record that nobody knows")
        return settle(fleet)

    monkeypatch.setattr(Fleet, "settle", breaks)
    heard: list[Outcome] = []
    found = run.campaign([1, 2, 3], tell=heard.append, steps=30)
    assert [len(outcome.violations) for outcome in heard] == [0, 1, 0]
    assert "broke off at test_fleet.py" in heard[1].violations[0]
    assert found.failed == [run.replay(2, "sqlite", "worst")]
