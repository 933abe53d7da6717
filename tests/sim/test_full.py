"""A served database on a disk that takes nothing more, or that may only be read: said in words, nothing lost.

The server is a process of its own, and what fails is its own writing, not something that stands for it.
"""

import hashlib
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from field.sim.scenarios.full import Listening
from field.sim.served import SERVE, Scene, scene
from field.store import migrate
from tests.sim.test_served import played

PHOTO_BYTES = 9_000_000
ROOM_BYTES = 8_000_000
WITHOUT_EXCEPTION = f"""import ctypes, os
ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)
os.execv({sys.executable!r}, {list(SERVE)!r})"""
"""Root may write anywhere. This gives that up (prctl PR_CAPBSET_DROP, CAP_DAC_OVERRIDE), then serves."""


@pytest.mark.timeout(900)  # a server starts several times, on a machine that is perhaps busy
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_disk_that_is_full_again_and_again_loses_and_doubles_nothing(
    database: str, request: pytest.FixtureRequest
) -> None:
    assert played("full", database, 1, request)["told so"] > 0


@contextmanager
def a_scene(folder: Path) -> Iterator[tuple[Scene, Path]]:
    """A served SQLite database, and its file."""
    file = folder / "field.db"
    migrate.upgrade(f"sqlite:///{file}")
    with scene(folder, f"sqlite:///{file}", 1, Listening, FIELD_WORKERS="1") as found:
        yield found, file


def heard(scene: Scene) -> set[tuple[str, str]]:
    """What was said of it, by code and words."""
    return {
        (each.code, each.detail) for way in scene.ways if isinstance(way, Listening) for each in way.heard
    }


def a_day_begins(full: Scene) -> None:
    """Some work of everybody, which has arrived."""
    for _ in range(20):
        full.fleet.step()
    for holder in full.fleet.holders:
        holder.tablet.sync()


def all_is_well(full: Scene) -> None:
    """Everything arrives once, and nothing else was ever said to have."""
    found = full.judge()
    assert found.violations == []
    assert (found.lost, found.doubled) == (0, 0)
    assert found.received == len(full.world.oracle.edits) + len(full.world.oracle.acts) > 0


@pytest.mark.timeout(600)
def test_a_photo_without_room_stays_on_the_tablet_and_arrives_once_when_there_is(tmp_path: Path) -> None:
    with a_scene(tmp_path) as (full, _):
        a_day_begins(full)
        holder = next(each for each in full.fleet.holders if each.tablet.replica.records("report"))
        taken = random.Random("photo").randbytes(PHOTO_BYTES)
        known = {"sha256": hashlib.sha256(taken).hexdigest(), "size": len(taken), "media_type": "image/jpeg"}
        full.fleet.typing.photo = lambda: (known, taken)  # type: ignore[method-assign]
        full.fleet._photo(holder)
        full.process.bound(ROOM_BYTES)
        for _ in range(2):
            holder.tablet.sync()
        assert holder.unsent_photos == 1
        assert holder.tablet.status().only_here == 0, "what is no photo has room"
        [(code, words)] = heard(full)
        assert code == "storage-full"
        assert "The photo could not be kept: the server's disk is full" in words
        assert "It stays on the tablet" in words
        full.process.bound(None)
        all_is_well(full)
        assert taken in full.world.pictures().values()


@pytest.mark.timeout(600)
def test_a_database_that_may_only_be_read_is_said_and_all_arrives_once_it_is_mended(tmp_path: Path) -> None:
    with a_scene(tmp_path) as (scene, file):
        a_day_begins(scene)
        for _ in range(20):
            scene.fleet.step()
        scene.process.stop()
        file.chmod(0o444)
        scene.process.command = (sys.executable, "-c", WITHOUT_EXCEPTION)
        scene.process.start()
        before = receipts(scene)
        for holder in scene.fleet.holders:
            holder.tablet.sync()
        said = heard(scene)
        assert {code for code, _ in said} == {"storage-failed"}
        assert all("may only be read" in words for _, words in said), said
        assert receipts(scene) == before
        scene.process.stop()
        file.chmod(0o644)
        scene.process.start()
        all_is_well(scene)


def receipts(scene: Scene) -> int:
    """How many lines the office has."""
    return len(scene.world.receipts())
