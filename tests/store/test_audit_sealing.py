"""The sealer: one chain, whoever seals, and whatever breaks in between."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from field.store import audit, audit_sealing
from field.store.audit_sealing import ENTRIES, PUSHES, STATE, seal
from field.sync.audit import START, digest, lines_digest, read
from field.sync.heads import Quoted
from tests.helpers import World, open_world


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with open_world(database_url) as found:
        yield found


def sealed(world: World) -> list[Any]:
    """Seal all there is, and give the entries."""
    while seal(world.store, world.clock.now_ms(), world.context.key.public):
        pass
    with world.store.read() as tx:
        return [read(row.line) for row in tx.execute(select(ENTRIES).order_by(ENTRIES.c.seq))]


def note(world: World, number: int) -> None:
    with world.store.write() as tx:
        audit.note(tx, "exported", world.clock.now_ms(), by="somebody", number=number)


def test_entries_are_numbered_and_chained(world: World) -> None:
    for number in range(3):
        note(world, number)
    entries = sealed(world)
    assert entries[0].act == "begun"
    assert entries[0].facts == {"server_key": world.context.key.public}
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    with world.store.read() as tx:
        rows = tx.execute(select(ENTRIES).order_by(ENTRIES.c.seq)).all()
        assert audit_sealing.head(tx) == Quoted(len(entries), rows[-1].hash)
    before = START
    for row, entry in zip(rows, entries, strict=True):
        assert entry.prev == before
        before = digest(row.line)
        assert row.hash == before
    assert [entry.facts["number"] for entry in entries if entry.act == "exported"] == [0, 1, 2]


def test_what_a_tablet_handed_in_is_an_entry_by_person_with_the_hashes_of_its_lines(world: World) -> None:
    supervisor, inspector = world.person("supervisor", "korangi"), world.person("inspector", "korangi")
    visit = world.visit(world.establishment("korangi"), "korangi", inspector)
    tablet = world.tablet(inspector, "korangi")
    tablet.report(visit, [{"wage_rs": 5}, {"wage_rs": 6}])
    with TestClient(world.app()) as client:
        tablet.push(client)
        [entry] = [each for each in sealed(world) if each.act == "pushed"]
        tablet.change("visit", visit, {"notes": "later"})
        tablet.push(client)
        later = [each for each in sealed(world) if each.act == "pushed"]
    with world.store.read() as tx:
        changes = audit_sealing.CHANGES
        query = select(changes.c.hash).where(changes.c.device == tablet.id).order_by(changes.c.seq)
        hashes = list(tx.execute(query).scalars())
    assert (entry.act, entry.by, entry.district) == ("pushed", inspector, "korangi")
    assert entry.facts == {"first": 1, "last": 3, "head": hashes[2], "lines": lines_digest(hashes[:3])}
    assert [(each.facts["first"], each.facts["last"]) for each in later] == [(1, 3), (4, 4)]
    assert supervisor not in {each.by for each in later}


def test_two_sealers_at_once_make_one_chain(world: World) -> None:
    for number in range(60):
        note(world, number)

    def work() -> None:
        for _ in range(10):
            note(world, 0)
            seal(world.store, world.clock.now_ms(), world.context.key.public)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = sealed(world)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert len([entry for entry in entries if entry.act == "exported"]) == 100
    assert len([entry for entry in entries if entry.act == "begun"]) == 1


def test_a_crash_while_sealing_leaves_nothing_half_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(world, 1)
    with monkeypatch.context() as patched:
        patched.setattr(audit_sealing, "named", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            seal(world.store, 5, world.context.key.public)
    with world.store.read() as tx:
        assert tx.execute(select(ENTRIES.c.seq)).all() == []
        assert tx.execute(select(PUSHES.c.seq)).all() == []
        assert tx.execute(select(STATE.c.seq)).scalar_one() == 0
    assert [entry.facts.get("number") for entry in sealed(world) if entry.act == "exported"] == [1]


def test_a_new_key_of_the_server_is_an_entry(world: World) -> None:
    sealed(world)
    seal(world.store, 7, "another")
    assert next(entry.facts for entry in sealed(world) if entry.act == "key") == {"server_key": "another"}
