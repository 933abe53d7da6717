"""The office journal: outside the database, whole after a crash, carried out again once."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from field.api.context import Context
from field.app import context_of
from field.clock import SeededClock
from field.problems import Problem
from field.store import devices, people, pulls, renewing
from field.store.engine import Store
from field.store.journal import Journal, behind, opened
from field.store.journal_notes import Act
from field.store.people import Person
from field.store.sealing import KEY_BYTES, Sealer
from field.sync.signing import ServerKey


@pytest.fixture
def kept(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", durable=False)


@pytest.fixture
def store(database_url: str, clock: SeededClock) -> Iterator[Store]:
    made = Store(database_url, Sealer(clock.token(KEY_BYTES), clock.token), durable=False, pool_size=2)
    yield made
    made.close()


@pytest.fixture
def context(store: Store, clock: SeededClock, kept: Journal) -> Context:
    return context_of(store, clock, ServerKey(clock.token(32)), journal=kept)


def _employ(context: Context, login: str) -> str:
    id = context.clock.uuid7()
    with context.store.write() as tx:
        people.add(tx, Person(id, login, login), "hash", [], context.clock.now_ms())
    return id


def test_an_act_is_outside_the_database_before_anybody_is_answered(context: Context, kept: Journal) -> None:
    before = kept.head()
    _employ(context, "inspector-1")
    assert kept.head().acts == before.acts + 1
    assert b"inspector-1" not in b"".join(path.read_bytes() for path in kept.folder.iterdir())


def test_an_act_that_came_to_nothing_is_not_journalled(context: Context, kept: Journal) -> None:
    _employ(context, "inspector-1")
    before = kept.head()
    with pytest.raises(Problem):
        _employ(context, "inspector-1")
    assert kept.head() == before


def test_what_a_crash_kept_from_the_file_follows_with_the_next_entry(context: Context, kept: Journal) -> None:
    writing, context.store.after_commit = context.store.after_commit, None
    _employ(context, "inspector-1")
    before = kept.head()
    context.store.after_commit = writing
    _employ(context, "inspector-2")
    assert kept.head().acts == before.acts + 2


def test_half_an_entry_that_a_crash_left_is_written_anew(context: Context, kept: Journal) -> None:
    _employ(context, "inspector-1")
    path = max(kept.folder.glob("office-*.ndjson"))
    raw = path.read_bytes()
    path.write_bytes(raw[:-20])
    assert not behind(context.store, kept)
    kept.flush(context.store)
    assert path.read_bytes().count(b"\n") == raw.count(b"\n")
    assert len(list(kept.entries())) == raw.count(b"\n")


def test_an_entry_that_was_altered_is_found(context: Context, kept: Journal) -> None:
    for login in ("inspector-1", "inspector-2"):
        _employ(context, login)
    path = max(kept.folder.glob("office-*.ndjson"))
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:-3], lines[-3].replace(b'"kind"', b'"kinD"'), *lines[-2:]]))
    with pytest.raises((Problem, ValueError)):
        list(kept.entries())


def test_carrying_it_out_twice_is_the_same_as_once(context: Context, kept: Journal) -> None:
    _employ(context, "inspector-1")
    for _ in range(2):
        done = renewing.renew(context.store, context.clock, kept, by="a test", why="told")
        assert (done.acts, done.lines, done.faults) == (0, 0, [])
    _employ(context, "inspector-2")
    assert not behind(context.store, kept)


def test_a_new_epoch_is_another_one_each_time(context: Context, kept: Journal) -> None:
    epochs = set()
    for _ in range(3):
        renewing.renew(context.store, context.clock, kept, by="a test", why="told")
        with context.store.read() as tx:
            epochs.add(pulls.epoch(tx))
    assert len(epochs) == 3


def test_several_processes_write_one_file(context: Context, kept: Journal) -> None:
    other = Journal(kept.folder, durable=False)
    flush = partial(other.flush, context.store)
    for number, writing in enumerate((context.store.after_commit, flush) * 3):
        context.store.after_commit = writing
        _employ(context, f"inspector-{number}")
    assert [entry.n for entry in kept.entries()] == list(range(1, kept.head().n + 1))


def test_a_full_disk_is_told_and_the_entry_follows_later(context: Context, kept: Journal) -> None:
    honest, kept._write = kept._write, _full  # type: ignore[method-assign]
    with pytest.raises(Problem) as told:
        _employ(context, "inspector-1")
    assert told.value.code == "storage-failed"
    kept._write = honest  # type: ignore[method-assign]
    kept.flush(context.store)
    with context.store.read() as tx:
        assert people.by_login(tx, "inspector-1") is not None
    assert not behind(context.store, kept)


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_revocation_is_journalled_as_it_ends(context: Context, kept: Journal) -> None:
    id = context.clock.uuid7()
    with context.store.write() as tx:
        devices.make(tx, id, "tablet", "key", None, context.clock.now_ms())
    with context.store.write() as tx:
        devices.revoke(tx, id, context.clock.now_ms())
    (*_, last) = kept.entries()
    act = opened(last, context.store.sealer, Act)
    assert act.rows[0].values["revoked_ms"] == context.clock.now_ms()
