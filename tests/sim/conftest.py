"""The stages on which fleets perform, one for each database, set up once."""

from collections.abc import Iterator

import pytest

from field.sim.run import Stage, stage


@pytest.fixture(scope="session")
def sqlite_stage() -> Iterator[Stage]:
    """Fleets against SQLite."""
    with stage("sqlite") as made:
        yield made


@pytest.fixture(scope="session")
def postgres_stage(postgres: str) -> Iterator[Stage]:
    """Fleets against PostgreSQL."""
    with stage("postgres", postgres) as made:
        yield made
