"""Importing a register: what it says is taken, what people found out is kept."""

import io
import tracemalloc

import pytest
from sqlalchemy import select

from field.problems import Problem
from field.store import districts, establishments, quarantine, registry, rows
from field.store.import_runs import Source
from field.store.office import Entry
from field.store.register_runs import RUNS
from tests.helpers import World, open_world, square

HEAD = "registration_no,name,address,lat,lon,district,workers_declared,phone\n"
TWO = "2004070001,Sind Textile,Plot 1,24.5,67.5,,40,+923000000001\n2004070002,Rice Mill,Plot 2,,,Sukkur,12,\n"


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        yield world


def load(world: World, text: str, name: str = "register.csv", **more):
    context = world.context
    source = Source(io.BytesIO(text.encode()), name, "test")
    return establishments.import_file(context.store, context.clock, context.office, source, **more)


def tally(imported):
    return (imported.added, imported.changed, imported.unchanged, imported.rejected)


def held(world: World, registration_no: str):
    id = establishments.record_id(registration_no)
    with world.store.read() as tx:
        return rows.load(world.store, tx, [id])[0][id]


def edit(world: World, number: str, /, **values):
    """An inspector's edit from a tablet, here landed by the office for a person."""
    person = world.person("supervisor", None, f"editor {sorted(values)}")
    record = held(world, number)
    over = {name: sorted(record.live.get(name, {})) for name in values}
    was = {name: record.values[name] for name in values if name in record.values}
    world.write(Entry(kind="establishment", record=record.id, set=values, over=over, was=was, by=person))


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


def test_a_unit_that_was_registered_by_hand_is_not_made_a_second_time(world: World):
    id = world.establishment("korangi", name="Sind Textile", registration_no="2004-070001")
    assert tally(load(world, HEAD + TWO)) == (1, 1, 0, 0)
    assert tally(load(world, HEAD + TWO)) == (0, 0, 2, 0)
    with world.store.read() as tx:
        record = rows.load(world.store, tx, [id])[0][id]
        assert registry.counts(tx, ["establishment"]) == {"establishment": 2}
    assert (record.values["address"], record.values["registration_no"]) == ("Plot 1", "2004-070001")


def test_a_register_with_the_corrected_number_finds_the_unit(world: World):
    load(world, HEAD + TWO)
    edit(world, "2004070001", registration_no="2026119999")
    corrected = HEAD + TWO.replace("2004070001", "2026119999")
    assert tally(load(world, corrected)) == (0, 0, 2, 0)
    assert tally(load(world, HEAD + TWO)) == (0, 0, 2, 0)
    with world.store.read() as tx:
        assert registry.counts(tx, ["establishment"]) == {"establishment": 2}


def test_a_register_with_the_old_and_the_new_number_of_a_unit_takes_one_line_and_tells(world: World):
    load(world, HEAD + TWO)
    edit(world, "2004070001", registration_no="2026119999")
    both = HEAD + TWO + "2026119999,Sind Textile,Plot 9,24.5,67.5,,40,\n"
    for _ in range(2):
        done = load(world, both)
        assert tally(done) == (0, 0, 2, 1)
        assert (done.rejects[0].line, "The unit of line 2" in done.rejects[0].reason) == (4, True)
    assert held(world, "2004070001").values["address"] == "Plot 1"


def test_a_number_that_two_units_have_changes_neither(world: World):
    for _ in range(2):
        world.establishment("korangi", registration_no="2004070001")
    done = load(world, HEAD + TWO)
    assert tally(done) == (1, 0, 0, 1)
    assert "Two establishments have this number" in done.rejects[0].reason


def test_a_register_needs_districts_first(world: World):
    with world.store.write() as tx:
        tx.execute(registry.DISTRICTS.delete())
    with pytest.raises(Problem, match="Import their boundaries first"):
        load(world, HEAD + TWO)


MORE = "registration_no,name,district,status,aliases,branch_of,principals\n"


def more(*lines: str) -> str:
    return MORE + "".join(line + "\n" for line in lines)


def test_a_branch_may_stand_above_its_unit_and_a_contractor_serves_several(world: World):
    told = []
    text = more(
        "1,Branch,Korangi,,,2004-0002,", "2,Contractor,Sukkur,,,,1;2004 0002", "20040002,Mill,Korangi"
    )
    assert tally(load(world, text, told=told.append)) == (3, 0, 0, 0)
    branch, contractor, mill = (held(world, number) for number in ("1", "2", "20040002"))
    assert branch.values["branch_of"] == mill.id
    assert contractor.values["principals"] == sorted([branch.id, mill.id])
    before = [branch, contractor, mill]
    assert tally(load(world, text)) == (0, 0, 3, 0)
    assert [held(world, each.values["registration_no"]) for each in before] == before


def test_a_link_to_a_unit_that_nobody_knows_is_rejected_and_the_rest_of_the_row_is_taken(world: World):
    text = more("1,Branch,Korangi,,,77,", "2,Contractor,Korangi,,,,1;88")
    done = load(world, text)
    assert tally(done) == (2, 0, 0, 2)
    assert [(each.line, each.column, each.value) for each in done.rejects] == [
        (2, "branch_of", "77"),
        (3, "principals", "88"),
    ]
    assert "The rest of the line is taken." in done.rejects[0].reason
    assert held(world, "2").values["principals"] == [held(world, "1").id]
    world.establishment("sukkur", registration_no="77")
    assert tally(load(world, text)) == (0, 1, 1, 1)
    assert "branch_of" in held(world, "1").values


def test_units_that_would_be_branches_of_each_other_are_none(world: World):
    done = load(world, more("1,A,Korangi,,,2,", "2,B,Korangi,,,3,", "3,C,Korangi,,,1,", "4,D,Korangi,,,4,4"))
    assert tally(done) == (4, 0, 0, 5)
    assert [each.line for each in done.rejects] == [2, 3, 4, 5, 5]
    assert "branches of each other" in done.rejects[0].reason
    assert "its own branch" in done.rejects[3].reason
    assert "its own contractor" in done.rejects[4].reason
    assert not any("branch_of" in held(world, number).values for number in "1234")


def test_other_names_of_a_register_and_of_the_field_are_kept_together(world: World):
    load(world, more("1,Mill,Korangi,,Old Mill;Mill Ltd,,"))
    assert held(world, "1").values["aliases"] == ["Mill Ltd", "Old Mill"]
    # In the field one of them is known to be wrong, and another is heard.
    edit(world, "1", aliases=["Mill Ltd", "Chacha's Mill"])
    assert tally(load(world, more("1,Mill,Korangi,,Old Mill;Mill Ltd,,"))) == (0, 0, 1, 0)
    newer = more("1,Mill,Korangi,,Old Mill;Mill Ltd;New Mill,,")
    assert tally(load(world, newer)) == (0, 1, 0, 0)
    assert held(world, "1").values["aliases"] == ["Chacha's Mill", "Mill Ltd", "New Mill"]
    after = held(world, "1")
    assert tally(load(world, newer)) == (0, 0, 1, 0)
    assert held(world, "1") == after


def test_a_register_closes_a_unit_and_does_not_open_one_that_the_field_found_closed(world: World):
    load(world, more("1,Mill,Korangi,,,,", "2,Shop,Korangi,open,,,"))
    assert tally(load(world, more("1,Mill,Korangi,Closed,,,", "2,Shop,Korangi,,,,"))) == (0, 1, 1, 0)
    assert held(world, "1").values["status"] == "closed"
    edit(world, "2", status="shifted")
    done = load(world, more("1,Mill,Korangi,running,,,", "2,Shop,Korangi,Closed,,,"))
    assert tally(done) == (0, 1, 1, 0)
    assert (held(world, "1").values["status"], held(world, "2").values["status"]) == ("open", "shifted")
    assert done.remarks[0].detail == "status: closed is left out; shifted was entered since."


def test_every_run_is_written_down_with_its_file_and_who_did_it(world: World):
    load(world, HEAD + TWO + "2004070003,,,,,,,\n", "register 2026.csv")
    with world.store.read() as tx:
        (run,) = tx.execute(select(RUNS)).all()
    assert (run.kind, run.file_name, run.by) == ("establishments", "register 2026.csv", "test")
    assert (run.added, run.changed, run.unchanged, run.rejected) == (2, 0, 0, 1)
    assert run.finished_ms is not None


def test_a_long_register_is_imported_with_flat_memory(sqlite_url: str):
    """Ten times the rows take no more than the numbers that are remembered."""

    def peak(count: int) -> int:
        rows_of = (f"{n},Unit {n} {'x' * 200},Plot {n},24.5,67.5,Korangi,40,\n" for n in range(count))
        text = HEAD + "".join(rows_of)
        tracemalloc.start()
        assert load(world, text).rows == count
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    with open_world(sqlite_url) as world:
        few, many = peak(1000), peak(6000)
    assert many - few < 5000 * 1500


def test_a_file_that_was_cut_off_overwrites_nothing_with_half_a_value(world: World):
    text = HEAD + "2004070001,Sind Textile,Plot 1,24.5,67.5,,40,+923000000001\n"
    load(world, text)
    before = held(world, "2004070001").values
    for last in ("Plot", "67.", "4"):
        done = load(world, text[: text.rindex(last) + len(last)])
        assert tally(done) == (0, 0, 0, 1)
        assert "The file ends in the middle of this line" in done.rejects[0].reason
    assert held(world, "2004070001").values == before
    assert tally(load(world, HEAD + "2004070002,Rice Mill,Plot 2,,,Sukkur,12,")) == (1, 0, 0, 0)


def test_two_who_import_the_same_register_at_once_make_each_unit_once_and_leave_nothing_refused(
    world: World, monkeypatch
):
    whole, other = establishments.office.decide, []

    def meanwhile(store, clock, office_id, choose):
        def chosen(tx):
            found = choose(tx)
            if not other:
                other.append(True)
                assert tally(load(world, HEAD + TWO)) == (2, 0, 0, 0)
            return found

        return whole(store, clock, office_id, chosen)

    monkeypatch.setattr(establishments.office, "decide", meanwhile)
    assert tally(load(world, HEAD + TWO)) == (0, 0, 2, 0)
    with world.store.read() as tx:
        assert registry.counts(tx, ["establishment"]) == {"establishment": 2}
        assert quarantine.listed(tx, None) == []
