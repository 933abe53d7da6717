"""Establishments whose place and register name different districts: listed until somebody settles it."""

import io

import pytest

from field.problems import Problem
from field.store import disagreements, establishments, rows
from field.store.import_runs import Source
from field.store.office import Entry
from tests.helpers import World, open_world

HEAD = "registration_no,name,address,lat,lon,district\n"
DOUBT = "1,Mill,Plot 7,24.5,67.5,Sukkur\n"
"""The place lies in korangi."""


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        yield world


def load(world: World, text: str, name: str = "register.csv"):
    context = world.context
    source = Source(io.BytesIO((HEAD + text).encode()), name, "test")
    return establishments.import_file(context.store, context.clock, context.office, source)


def listed(world: World, districts=None):
    with world.store.read() as tx:
        return disagreements.listed(tx, districts)


def district(world: World, number: str = "1"):
    id = establishments.record_id(number)
    with world.store.read() as tx:
        return rows.load(world.store, tx, [id])[0][id].values.get("district")


def settle(world: World, where: str, by: str, number: str = "1") -> None:
    id = establishments.record_id(number)
    context = world.context
    disagreements.settle(context.store, context.clock, context.office, id, where, by)


def test_a_new_unit_in_doubt_stands_nowhere_and_is_listed_once_however_often_it_is_imported(world: World):
    done = load(world, DOUBT)
    assert (done.added, done.rejected, done.remarked) == (1, 0, 1)
    (first,) = listed(world)
    assert (first.place, first.said, first.words, first.district) == ("korangi", "sukkur", "Sukkur", None)
    assert (first.registration_no, first.file, first.line) == ("1", "register.csv", 2)
    assert district(world) is None
    world.clock.advance(1000)
    assert load(world, DOUBT).unchanged == 1
    assert listed(world) == [first]


def test_a_unit_that_stood_somewhere_stays_there_while_it_is_in_doubt(world: World):
    load(world, DOUBT.replace("Sukkur", "Korangi"))
    assert (district(world), listed(world)) == ("korangi", [])
    load(world, DOUBT)
    assert district(world) == "korangi"
    assert listed(world)[0].district == "korangi"
    # A register without places tells nothing new about where the place is.
    load(world, "1,Mill,Plot 7,,,Sukkur\n")
    assert (district(world), len(listed(world))) == ("korangi", 1)


def test_a_corrected_file_settles_it(world: World):
    load(world, DOUBT)
    load(world, DOUBT.replace("24.5,67.5", "27.5,68.5"), "corrected.csv")
    assert (district(world), listed(world)) == ("sukkur", [])
    # The wrong file once more, by mistake: the doubt is back, and where it stands is not touched.
    load(world, DOUBT)
    assert (district(world), len(listed(world))) == ("sukkur", 1)


def test_what_a_person_settled_stays_settled_though_the_file_repeats_it_every_night(world: World):
    load(world, DOUBT)
    settle(world, "korangi", world.person("supervisor", "korangi"))
    assert (district(world), listed(world)) == ("korangi", [])
    assert load(world, DOUBT).unchanged == 1
    assert (district(world), listed(world)) == ("korangi", [])
    # A file that tells something else of the place is new, and is told.
    load(world, '1,Mill,"Plot 7, Sukkur",24.5,67.5,\n')
    assert (district(world), listed(world)) == ("korangi", [])
    done = load(world, DOUBT.replace("24.5,67.5", "27.5,68.5"))
    assert "korangi was entered since" in done.remarks[0].detail
    assert district(world) == "korangi"


def test_who_is_posted_where_the_unit_stands_settles_it_and_nobody_else(world: World):
    load(world, DOUBT.replace("Sukkur", "Korangi"))
    load(world, DOUBT)
    elsewhere, here = world.person("supervisor", "sukkur"), world.person("supervisor", "korangi")
    with pytest.raises(Problem, match="no posting"):
        settle(world, "sukkur", elsewhere)
    assert (district(world), len(listed(world))) == ("korangi", 1)
    settle(world, "sukkur", here)
    assert (district(world), listed(world)) == ("sukkur", [])
    with pytest.raises(Problem, match="Nothing about this"):
        settle(world, "korangi", here)


def test_an_administrator_may_settle_what_stands_nowhere(world: World):
    load(world, DOUBT)
    by = world.person("administrator", None)
    with pytest.raises(Problem, match="no district 'atlantis'"):
        settle(world, "atlantis", by)
    settle(world, "sukkur", by)
    assert district(world) == "sukkur"


def test_a_doubt_is_seen_in_both_districts_and_where_the_unit_stands(world: World):
    load(world, DOUBT + '2,Shop,"Plot 8, Sukkur",24.5,67.5,\n')
    assert [each.registration_no for each in listed(world, ["korangi"])] == [
        each.registration_no for each in listed(world, ["sukkur"])
    ]
    assert len(listed(world, ["korangi"])) == 2
    assert listed(world, ["thatta"]) == []
    assert {each.named_by for each in listed(world)} == {"district", "address"}


def test_a_withdrawn_unit_waits_for_nobody_and_pages_go_on_after_it(world: World):
    load(world, "".join(DOUBT.replace("1,", f"{number},", 1) for number in range(1, 6)))
    third = listed(world)[2].establishment
    withdrawal = {"withdrawn": {"reason": "Entered twice", "seen": []}}
    world.write(Entry(kind="establishment", record=third, op="withdraw", set=withdrawal))
    with world.store.read() as tx:
        page = disagreements.listed(tx, None, limit=2)
        rest = disagreements.listed(tx, None, page[-1].establishment, 3)
    assert [each.establishment for each in [*page, *rest]] == [each.establishment for each in listed(world)]
    assert len(page) + len(rest) == 4


def test_a_place_outside_every_district_is_listed_too_and_the_column_taken_for_now(world: World):
    exchanged = DOUBT.replace("24.5,67.5", "67.5,24.5")
    load(world, exchanged)
    (one,) = listed(world, ["sukkur"])
    assert (one.place, one.said, one.district) == (None, "sukkur", "sukkur")
    settle(world, "sukkur", world.person("supervisor", "sukkur"))
    load(world, exchanged)
    assert (listed(world), district(world)) == ([], "sukkur")
