"""Importing a register: what it says is taken, what people found out is kept."""

import pytest

from field.problems import Problem
from field.store import districts, establishments, registry, rows
from field.store.office import Entry
from tests.helpers import World, open_world, square

HEAD = "registration_no,name,address,lat,lon,district,workers_declared,phone\n"
TWO = "2004070001,Sind Textile,Plot 1,24.5,67.5,,40,+923000000001\n2004070002,Rice Mill,Plot 2,,,Sukkur,12,\n"


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        yield world


def load(world: World, text: str, **more):
    context = world.context
    return establishments.import_file(context.store, context.clock, context.office, text.encode(), **more)


def tally(imported):
    return (imported.added, imported.changed, imported.unchanged, len(imported.rejects))


def held(world: World, registration_no: str):
    id = establishments.record_id(registration_no)
    with world.store.read() as tx:
        return rows.load(world.store, tx, [id])[0][id]


def edit(world: World, registration_no: str, **values):
    """An inspector's edit from a tablet, here landed by the office for a person."""
    person = world.person("supervisor", None, f"editor {sorted(values)}")
    record = held(world, registration_no)
    over = {name: sorted(record.live.get(name, {})) for name in values}
    world.write(Entry(kind="establishment", record=record.id, set=values, over=over, by=person))


def test_a_register_becomes_establishments_in_their_districts(world: World):
    heard = []
    assert tally(load(world, HEAD + TWO + "2004070003,,,,,,,\n", progress=heard.append)) == (2, 0, 0, 1)
    assert heard == [3]
    mill, textile = held(world, "2004070002"), held(world, "2004 07-0001")
    assert (mill.scope, textile.scope) == ("district/sukkur", "district/korangi")
    assert textile.values["location"] == {"lat": 24.5, "lon": 67.5, "accuracy_m": 100.0}
    assert textile.values["workers_declared"] == 40
    with world.store.read() as tx:
        assert registry.counts(tx, ["establishment"]) == {"establishment": 2}


def test_importing_twice_is_the_same_as_importing_once(world: World):
    load(world, HEAD + TWO)
    before = held(world, "2004070001")
    assert tally(load(world, HEAD + TWO)) == (0, 0, 2, 0)
    assert held(world, "2004070001") == before


def test_a_changed_row_changes_what_only_registers_wrote(world: World):
    load(world, HEAD + TWO)
    assert tally(load(world, HEAD + TWO.replace("Plot 1", "Plot 9"))) == (0, 1, 1, 0)
    record = held(world, "2004070001")
    assert (record.values["address"], record.disputed) == ("Plot 9", [])
    assert len(record.live["address"]) == 1


def test_the_same_register_does_not_dispute_what_the_field_corrected(world: World):
    load(world, HEAD + TWO)
    edit(world, "2004070001", address="Plot 5")
    assert tally(load(world, HEAD + TWO)) == (0, 0, 2, 0)
    assert held(world, "2004070001").values["address"] == "Plot 5"


def test_a_register_with_something_new_stands_beside_what_the_field_corrected(world: World):
    load(world, HEAD + TWO)
    edit(world, "2004070001", address="Plot 5")
    changed = HEAD + TWO.replace("Plot 1", "Plot 9")
    assert tally(load(world, changed)) == (0, 1, 1, 0)
    record = held(world, "2004070001")
    assert (record.values["address"], record.disputed) == ("Plot 5", ["address"])
    assert tally(load(world, changed)) == (0, 0, 2, 0)
    assert tally(load(world, HEAD + TWO.replace("Plot 1", "Plot 10"))) == (0, 1, 1, 0)
    assert sorted(held(world, "2004070001").live["address"].values()) == ["Plot 10", "Plot 5"]


def test_a_register_that_agrees_with_the_field_settles_nothing_and_disputes_nothing(world: World):
    load(world, HEAD + TWO)
    edit(world, "2004070001", address="Plot 5")
    assert tally(load(world, HEAD + TWO.replace("Plot 1", "Plot 5"))) == (0, 0, 2, 0)


def test_a_telephone_entered_in_the_field_is_kept_and_said_so(world: World):
    load(world, HEAD + TWO)
    edit(world, "2004070001", phone="+923000000007")
    imported = load(world, HEAD + TWO.replace("000001\n", "000002\n"))
    assert tally(imported) == (0, 0, 2, 0)
    assert "+923000000007 was entered since" in imported.remarks[0].detail
    assert held(world, "2004070001").values["phone"] == "+923000000007"


def test_an_establishment_moves_when_a_border_does(world: World):
    load(world, HEAD + TWO)
    districts.save(world.store, [square("korangi", 20.0, 60.0), square("sukkur", 24.0, 67.0, 5.0)])
    assert tally(load(world, HEAD + TWO)) == (0, 1, 1, 0)
    assert held(world, "2004070001").scope == "district/sukkur"


def test_a_register_needs_districts_first(world: World):
    with world.store.write() as tx:
        tx.execute(registry.DISTRICTS.delete())
    with pytest.raises(Problem, match="Import their boundaries first"):
        load(world, HEAD + TWO)
