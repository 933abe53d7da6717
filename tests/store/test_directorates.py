"""Directorates in the database, and the figures of the districts that each one holds alone."""

import io
from decimal import Decimal

import pytest

from field.problems import Problem
from field.store import compliance, directorates, districts, registry
from field.store.import_runs import Source
from tests.helpers import World, open_world, square

HEAD = "directorate,district,from,to\n"


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        districts.save(world.store, [square("thatta", 24.0, 68.0), square("malir", 25.0, 67.0)])
        yield world


def load(world: World, text: str):
    source = Source(io.BytesIO((HEAD + text).encode()), "directorates.csv", "test")
    return directorates.import_file(world.store, world.clock, source)


def tally(done):
    return done.added, done.changed, done.unchanged, done.rejected


def listed(world: World):
    with world.store.read() as tx:
        return directorates.listed(tx)


def numbers(world: World, among=None, day="2026-01-01"):
    with world.store.read() as tx:
        return compliance.by_directorate(tx, among, day)


def test_importing_directorates_twice_changes_nothing(world: World):
    text = "East,korangi,2020-01-01,\nWest,malir,2020-01-01,2025-12-31\n"
    assert tally(load(world, text)) == (2, 0, 0, 0)
    before = listed(world)
    assert [(each.id, each.name, each.holds[0].to_day) for each in before] == [
        ("east", "East", None),
        ("west", "West", "2025-12-31"),
    ]
    assert tally(load(world, text)) == (0, 0, 2, 0)
    assert listed(world) == before


def test_a_district_passes_from_one_directorate_to_another(world: World):
    load(world, "East,korangi,2020-01-01,\n")
    done = load(world, "West,korangi,2026-01-01,\nEast,korangi,2020-01-01,2025-12-31\n")
    assert (tally(done), done.remarked) == ((1, 1, 0, 0), 0)
    assert [each.directorate for each in numbers(world, day="2025-12-31")] == ["east", None]
    assert [each.directorate for each in numbers(world, day="2026-01-01")] == ["west", None]


def test_a_row_that_stands_twice_or_overlaps_is_rejected(world: World):
    done = load(
        world, "East,korangi,2020-01-01,\nEast,Korangi,01/01/2020,2021-12-31\nEast,korangi,2022-01-01,\n"
    )
    assert tally(done) == (1, 0, 0, 2)
    assert [(each.line, each.column) for each in done.rejects] == [(3, "from"), (4, "from")]
    assert "End the earlier one first" in done.rejects[1].reason


def test_figures_by_directorate_add_up_to_those_by_district_and_share_none(world: World):
    for district, count in (("korangi", 2), ("malir", 1), ("thatta", 3), ("sukkur", 4)):
        for _ in range(count):
            world.establishment(district)
    done = load(
        world,
        "East,korangi,2020-01-01,\nEast,malir,2020-01-01,\nEast,thatta,2020-01-01,\nWest,thatta,2020-01-01,\n",
    )
    assert "figures by directorate leave a shared district out" in done.remarks[0].detail
    east, west, rest = numbers(world)
    assert (east.districts, east.establishments, east.holds) == (["korangi", "malir"], 3, 3)
    assert (west.districts, west.establishments, west.holds) == ([], 0, 1)
    assert (rest.directorate, rest.districts, rest.establishments) == (None, ["sukkur", "thatta"], 7)
    with world.store.read() as tx:
        assert registry.counts(tx, ["establishment"])["establishment"] == 3 + 7
        every = compliance.by_district(tx, None)
    assert sum(Decimal(each.due_rs) for each in every) == Decimal(0)
    # Somebody who sees two districts sees their figures alone, and that the directorate holds more.
    (part, _, left) = numbers(world, ["korangi", "sukkur"])
    assert (part.districts, part.holds, left.districts) == (["korangi"], 3, ["sukkur"])


def test_directorates_need_districts_first(world: World):
    with world.store.write() as tx:
        tx.execute(registry.DISTRICTS.delete())
    with pytest.raises(Problem, match="Import their boundaries first"):
        load(world, "East,korangi,2020-01-01,\n")
