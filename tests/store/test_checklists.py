"""Checklists in the database: there from the start, never altered, and carried to every tablet."""

import msgspec
import pytest

from field.app import context_of
from field.inspections.checklists import Checklist, shipped
from field.problems import Problem
from field.store import checklists
from tests.helpers import open_world


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        yield world


def kept(world) -> list[Checklist]:
    with world.store.read() as tx:
        return checklists.load(tx)


def add(world, *wanted: Checklist) -> list[Checklist]:
    return checklists.add(world.store, world.clock, world.context.office, wanted)


def test_a_new_database_has_the_shipped_checklists_and_a_second_start_adds_none(world):
    assert kept(world) == list(shipped())
    again = context_of(world.store, world.clock, world.context.key)
    assert again.office == world.context.office
    assert kept(world) == list(shipped())


def test_a_version_that_is_there_is_never_altered(world):
    [first] = shipped()
    altered = msgspec.structs.replace(
        first, title=msgspec.structs.replace(first.title, en="Short inspection")
    )
    next_one = msgspec.structs.replace(altered, version=2)
    with pytest.raises(Problem) as refused:
        add(world, next_one, altered)
    assert refused.value.code == "already-there"
    assert "Version 1 of the checklist full-inspection is there already" in refused.value.detail
    assert "the version 2" in refused.value.detail
    # Nothing of what came together was taken.
    assert kept(world) == [first]
    assert add(world, first) == []
    assert add(world, next_one) == [next_one]
    assert kept(world) == [first, next_one]


def test_of_two_who_bring_in_one_version_at_once_the_second_is_told(world, monkeypatch):
    [first] = shipped()
    one = msgspec.structs.replace(first, version=2)
    other = msgspec.structs.replace(one, note="Said otherwise.")
    honest = checklists.by_name
    looks = iter([{}, None])

    def before_the_first_had_ended(tx):
        found = next(looks)
        return honest(tx) if found is None else found

    add(world, one)
    monkeypatch.setattr(checklists, "by_name", before_the_first_had_ended)
    with pytest.raises(Problem, match="is there already and says something else"):
        add(world, other)
    assert kept(world) == [first, one]


def test_the_highest_version_of_the_day_is_to_be_used(world):
    [first] = shipped()
    day = first.valid_from.replace(year=first.valid_from.year + 1)
    later = msgspec.structs.replace(first, version=2, valid_from=day)
    ended = msgspec.structs.replace(first, id="short-visit", version=1, valid_to=day)
    add(world, later, ended)
    known = kept(world)
    assert [each.name for each in checklists.in_force(known, first.valid_from)] == [first.name, ended.name]
    # A day on which one ends is no day of it any more.
    assert [each.name for each in checklists.in_force(known, day)] == [later.name]
    assert checklists.in_force(known, first.valid_from.replace(year=1990)) == []


def test_what_is_too_long_for_a_line_is_refused_before_anything_is_written(world):
    [first] = shipped()
    long = msgspec.structs.replace(first, version=2, note="x" * checklists.BODY_BYTES_MAX)
    with pytest.raises(Problem, match="too long to travel"):
        add(world, long)
    assert kept(world) == [first]
