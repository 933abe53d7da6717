"""The law in the database."""

import msgspec
import pytest

from field.recovery.statute import shipped
from field.store import setup, statute
from tests.helpers import open_world


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        yield world


def test_a_new_database_has_the_shipped_law(world):
    with world.store.read() as tx:
        assert msgspec.to_builtins(statute.load(tx).rows) == msgspec.to_builtins(shipped().rows)


def test_starting_again_adds_what_is_missing_and_leaves_what_the_office_changed(world):
    mine, gone, clash, *_ = shipped().rows
    altered = msgspec.structs.replace(mine, note="As notified.")
    own = msgspec.structs.replace(clash, id="our-own")
    with world.store.write() as tx:
        table = statute.STATUTE
        tx.execute(table.delete().where(table.c.id.in_([mine.id, gone.id, clash.id])))
        for row in (altered, own):
            kept = {"id": row.id, "version": 1, "added_ms": 0, "reason": "As notified."}
            tx.execute(table.insert(), {**kept, "body": msgspec.json.encode(row).decode()})
    setup.prepare(world.store, world.clock)
    with world.store.read() as tx:
        found = statute.load(tx)
    assert found[mine.id].note == "As notified."
    assert found[gone.id].value == gone.value
    assert found["our-own"].value == own.value
    assert len(found.rows) == len(shipped().rows)
