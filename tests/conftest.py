"""What every test may ask for: a database of its own, on each of the two that Field keeps its promises on."""

import importlib.util
import shutil
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from field.clock import SeededClock
from field.sim.postgres import create_database, drop_database, running_postgres

# A slow machine is not a bug; and a failure is printed so that it can be run again.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")

_numbers = count(1)


def prepare(url: str) -> None:
    """Bring an empty database to what the store expects, once per run: each test gets a copy of it."""
    if importlib.util.find_spec("field.store.migrate") is not None:
        from field.store import migrate

        migrate.upgrade(url)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several run at once, those of a file share what it sets up, and one browser is open at a time."""
    for item in items:
        folder = item.path.parent.name
        item.add_marker(pytest.mark.xdist_group("browser" if folder == "browser" else str(item.path)))


@pytest.fixture
def clock() -> SeededClock:
    """A clock that stands still until the test says `advance`."""
    return SeededClock(seed=1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL that runs until the last test; ask for `database_url` instead."""
    with running_postgres(fsync=False) as admin_url:
        yield admin_url


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """The name of a prepared database, of which each test gets a copy."""
    prepare(create_database(postgres, "prepared"))
    return "prepared"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared SQLite file, of which each test gets a copy."""
    path = tmp_path_factory.mktemp("prepared") / "field.db"
    prepare(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    try:
        # What is still in the log beside the file would not be copied with it.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A prepared database for this test alone; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield _copied(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    yield from _postgres(request.getfixturevalue("postgres"), request.getfixturevalue("postgres_template"))


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it, not even tables: for the tests of the migrations themselves."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'field.db'}"
        return
    yield from _postgres(request.getfixturevalue("postgres"), None)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A prepared SQLite for this test alone, where the kind of database cannot matter."""
    return _copied(sqlite_template, tmp_path)


def _copied(template: Path, folder: Path) -> str:
    return f"sqlite:///{shutil.copy(template, folder / 'field.db')}"


def _postgres(admin_url: str, template: str | None) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    yield create_database(admin_url, name, template=template)
    drop_database(admin_url, name)
