"""Days' heads: signed once each, written once each, and loud when they are not."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from field.api.keeping import AGAIN_MS, Trail, write_due
from field.blobs.heads import HeadFolder
from field.problems import Problem
from field.store import audit, audit_heads, registry
from field.sync import heads
from tests.helpers import World, open_world

DAY_MS = 86_400_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "heads").mkdir()
    return tmp_path / "heads"


@pytest.fixture
def world(database_url: str, folder: Path) -> Iterator[World]:
    with open_world(database_url) as found:
        found.context = msgspec.structs.replace(found.context, heads=HeadFolder(folder))
        yield found


def keep(world: World) -> None:
    """What the background does, until nothing is left."""
    trail = Trail(world.context)
    while trail.step():
        pass
    world.clock.advance(AGAIN_MS)
    while trail.step():
        pass


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_every_day_has_one_signed_head_at_its_place(world: World, folder: Path) -> None:
    keep(world)
    assert names(folder) == []
    world.clock.advance(3 * DAY_MS)
    keep(world)
    keep(world)
    assert names(folder) == [f"audit-2026-01-0{day}.json" for day in (1, 2, 3)]
    for path in folder.iterdir():
        head = heads.read(path.read_bytes())
        assert head is not None
        assert heads.holds(head)
        assert not heads.holds(msgspec.structs.replace(head, seq=head.seq + 1))


def test_a_place_that_is_away_is_tried_again_and_after_a_day_is_an_alarm(world: World, folder: Path) -> None:
    keep(world)
    folder.rmdir()
    world.clock.advance(DAY_MS)
    keep(world)
    with world.store.read() as tx:
        assert registry.alarms(tx, None) == []
    world.clock.advance(DAY_MS)
    keep(world)
    with world.store.read() as tx:
        assert [(each.code, each.seq) for each in registry.alarms(tx, None)] == [
            ("audit-head-late", 20260101)
        ]
    folder.mkdir()
    world.clock.advance(AGAIN_MS)
    keep(world)
    assert names(folder) == ["audit-2026-01-01.json", "audit-2026-01-02.json"]


def test_a_head_of_another_stays_and_is_an_alarm(world: World, folder: Path) -> None:
    keep(world)
    (folder / "audit-2026-01-01.json").write_text("another server's")
    world.clock.advance(DAY_MS)
    keep(world)
    assert (folder / "audit-2026-01-01.json").read_text() == "another server's"
    with world.store.read() as tx:
        assert [each.code for each in registry.alarms(tx, None)] == ["audit-differs"]
        assert len(audit_heads.unwritten(tx, str(folder))) == 1


def test_a_file_that_a_power_cut_left_half_is_completed(folder: Path) -> None:
    target = HeadFolder(folder)
    (folder / "audit-2026-01-01.json").write_bytes(b'{"day"')
    target.put("audit-2026-01-01.json", b'{"day": 1}\n', 0)
    assert target.all() == {"audit-2026-01-01.json": b'{"day": 1}\n'}
    with pytest.raises(Problem, match="another one"):
        target.put("audit-2026-01-01.json", b'{"day": 2}\n', 0)


def test_a_new_place_gets_the_heads_of_all_days(world: World, folder: Path, tmp_path: Path) -> None:
    keep(world)
    world.clock.advance(2 * DAY_MS)
    keep(world)
    (tmp_path / "other").mkdir()
    world.context = msgspec.structs.replace(world.context, heads=HeadFolder(tmp_path / "other"))
    assert write_due(world.context) == 2
    assert names(tmp_path / "other") == names(folder)


def test_receipts_quote_the_head_of_some_seconds_ago(world: World) -> None:
    trail, now_ms = world.context.trail, world.clock.now_ms()
    assert trail.quoted(world.store, now_ms) is None
    keep(world)
    assert trail.quoted(world.store, now_ms + 4000) is None
    first = trail.quoted(world.store, now_ms + 5000)
    assert first is not None
    assert heads.quoted(first) is not None
    with world.store.write() as tx:
        audit.note(tx, "exported", now_ms, by=None)
    keep(world)
    assert trail.quoted(world.store, now_ms + 9000) == first
    assert trail.quoted(world.store, now_ms + 10_000) != first
