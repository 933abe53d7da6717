"""The oracle objects when a rule is broken on purpose. One that never does would be the greenest of all."""

import pytest

from field.sim.postgres import create_database, drop_database
from field.sim.race import plain_sequence, race
from field.sim.run import Stage
from field.sim.sabotage import SABOTAGES

RACES = 15
SEEDS = range(1, 25)
"""The same on which the honest server is clean: tests/sim/test_fleet.py."""


@pytest.mark.parametrize("name", SABOTAGES)
def test_the_oracle_objects_when_a_rule_is_broken(sqlite_stage: Stage, name: str) -> None:
    with SABOTAGES[name]():
        assert any(sqlite_stage.simulate(seed).violations for seed in SEEDS)


def test_what_is_carried_out_twice_is_counted(sqlite_stage: Stage) -> None:
    with SABOTAGES["receipts_forgotten"]():
        assert any(sqlite_stage.simulate(seed).doubled for seed in SEEDS)


def test_no_cursor_passes_what_commits_later(postgres: str, postgres_template: str) -> None:
    url = create_database(postgres, "race_honest", template=postgres_template)
    found = race(url, writers=6, each=20)
    drop_database(postgres, "race_honest")
    assert found.violations == []
    assert found.pages > 0


def test_a_plain_sequence_loses_rows(postgres: str, postgres_template: str) -> None:
    """Eight writers and a plain sequence: of 480 rows a tablet missed some 80.

    It is a race, and a machine busy with something else may decide it well: then it is run again.
    """
    violations: list[str] = []
    for attempt in range(RACES):
        url = create_database(postgres, f"race_plain_{attempt}", template=postgres_template)
        with plain_sequence():
            violations += race(url, writers=6, each=20).violations
        drop_database(postgres, f"race_plain_{attempt}")
        if violations:
            break
    assert any(violation.startswith("S3") for violation in violations)
