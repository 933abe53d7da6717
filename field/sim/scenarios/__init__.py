"""Dramas for `field sim --scenario`: one file each, with a plot of its own, on a fresh database.

A scenario's file has `play(place, seed)`: it sets the scene, does the harm, lets everybody recover, and tells
what was counted and which promise (docs/protocol.md) did not hold.
"""

import importlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from field.sim.postgres import create_database, drop_database, running_postgres
from field.store import migrate

SCENARIOS: Mapping[str, str] = {
    "move": "field.sim.scenarios.move",
    "clone": "field.sim.scenarios.clone",
    "full": "field.sim.scenarios.full",
    "kill": "field.sim.scenarios.kill",
    "overload": "field.sim.scenarios.overload",
    "revoke": "field.sim.scenarios.revoke",
    "toxic": "field.sim.scenarios.toxic",
    "restore": "field.sim.scenarios.restore",
}
"""The module of each scenario, by the name that is typed."""


class Place(msgspec.Struct, frozen=True):
    """Where a scenario plays: `fresh` gives the address of a new, prepared database, `folder` takes files."""

    database: str
    folder: Path
    fresh: Callable[[], str]


class Found(msgspec.Struct):
    """What a scenario found: counts by name, and what did not hold, each beginning with its promise."""

    facts: dict[str, int]
    violations: list[str]


class Played(msgspec.Struct, frozen=True):
    """A scenario that was played."""

    scenario: str
    database: str
    seed: int
    facts: dict[str, int]
    violations: list[str]
    seconds: float


def play(name: str, database: str = "sqlite", seed: int = 1, admin_url: str | None = None) -> Played:
    """Play one scenario; PostgreSQL is started for it, or the one at `admin_url` lends databases."""
    started = time.perf_counter()
    module = importlib.import_module(SCENARIOS[name])
    with _place(database, admin_url) as place:
        found: Found = module.play(place, seed)
    seconds = round(time.perf_counter() - started, 1)
    return Played(name, database, seed, found.facts, found.violations, seconds)


def replay(name: str, database: str, seed: int) -> str:
    """The command that plays a scenario again."""
    return f"field sim --scenario {name} --seed {seed} --database {database}"


@contextmanager
def _place(database: str, admin_url: str | None) -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="field-scenario-"))
    try:
        if database == "sqlite":
            yield Place(database, folder, _sqlite(folder))
        elif admin_url is not None:
            with _postgres(admin_url) as fresh:
                yield Place(database, folder, fresh)
        else:
            with running_postgres(fsync=False) as url, _postgres(url) as fresh:
                yield Place(database, folder, fresh)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sqlite(folder: Path) -> Callable[[], str]:
    def fresh() -> str:
        url = f"sqlite:///{folder}/field-{time.monotonic_ns()}.db"
        migrate.upgrade(url)
        return url

    return fresh


@contextmanager
def _postgres(admin_url: str) -> Iterator[Callable[[], str]]:
    names: list[str] = []

    def fresh() -> str:
        names.append(f"scenario_{time.monotonic_ns()}")
        url = create_database(admin_url, names[-1])
        migrate.upgrade(url)
        return url

    try:
        yield fresh
    finally:
        for name in names:
            drop_database(admin_url, name)
