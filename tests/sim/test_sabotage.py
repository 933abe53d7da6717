"""The oracle objects when a rule is broken on purpose. One that never does would be the greenest of all."""

import pytest

from field.sim.postgres import create_database, drop_database
from field.sim.race import held_open, plain_sequence, race
from field.sim.run import Stage
from field.sim.sabotage import SABOTAGES

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


def test_no_cursor_passes_a_writer_that_is_held_open(postgres: str, postgres_template: str) -> None:
    url = create_database(postgres, "held_honest", template=postgres_template)
    found = held_open(url)
    drop_database(postgres, "held_honest")
    assert found.violations == []


def test_a_plain_sequence_loses_rows(postgres: str, postgres_template: str) -> None:
    """One writer is held open while a second commits: the tablet's cursor passes the first one's row."""
    url = create_database(postgres, "held_plain", template=postgres_template)
    with plain_sequence():
        found = held_open(url)
    drop_database(postgres, "held_plain")
    assert any(violation.startswith("S3") for violation in found.violations)
    assert any("checksum" in violation or "never got" in violation for violation in found.violations)
