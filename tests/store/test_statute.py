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


def test_better_words_for_a_shipped_row_are_a_further_version_and_a_figure_never_moves_by_itself(world):
    worded, figure, *_ = shipped().rows
    table = statute.STATUTE
    with world.store.write() as tx:
        for row in (
            msgspec.structs.replace(worded, note="As it said before."),
            msgspec.structs.replace(figure, note="As it said before.", valid_to=None, value="99"),
        ):
            kept = {"body": msgspec.json.encode(row).decode()}
            tx.execute(table.update().where(table.c.id == row.id).values(kept))
    setup.prepare(world.store, world.clock)
    setup.prepare(world.store, world.clock)
    with world.store.read() as tx:
        law, versions = statute.load(tx), statute.versions(tx)
    assert msgspec.to_builtins(law[worded.id]) == msgspec.to_builtins(worded)
    assert [each.version for each in versions if each.row.id == worded.id] == [1, 2]
    assert (law[figure.id].value, law[figure.id].note) == ("99", "As it said before.")
    assert [each.version for each in versions if each.row.id == figure.id] == [1]
