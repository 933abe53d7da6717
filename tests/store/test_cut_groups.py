"""A group that comes in parts ends as it would whole, wherever it was cut, and stops nothing after it."""

from collections.abc import Iterator, Sequence

import pytest
import sqlalchemy as sa

from field.store import pushes
from field.store.pushes import CHANGES, Push
from field.sync.changes import read
from tests.helpers import Tablet, World, open_world


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with open_world(database_url) as world:
        yield world


def land(world: World, tablet: Tablet, first: int, last: int) -> list[tuple[int, str, str | None]]:
    """Hand in the lines from `first` to `last`; what was answered."""
    lines = read(tablet._lines[first - 1 : last], first)
    found = pushes.land(world.store, Push(tablet.id, lines), world.clock.now_ms(), world.context.key.anchored)
    return [(answer.seq, answer.status, answer.code) for answer in found.answers]


def kept(world: World, tablet: Tablet) -> list[tuple[int, str, str | None]]:
    query = sa.select(CHANGES.c.seq, CHANGES.c.status, CHANGES.c.code).order_by(CHANGES.c.seq)
    with world.store.read() as tx:
        return [tuple(row) for row in tx.execute(query.where(CHANGES.c.device == tablet.id))]


def day_with_an_id_used_again(world: World) -> Tablet:
    """An edit; a report and two wage lines as a group, of which one bears the edit's id; an edit after it."""
    inspector = world.person("inspector", "korangi")
    visit = world.visit(world.establishment("korangi"), "korangi", inspector)
    tablet, group = world.tablet(inspector, "korangi"), {"first": 2, "last": 4}
    used = tablet.change("visit", visit, {"notes": "a"})
    report = world.clock.uuid7()
    tablet.change("report", report, {"visit": visit}, "create", **group)
    for number, id in ((1, used), (2, None)):
        values = {"report": report, "month": "2024-07", "wage_rs": number}
        tablet.change("wage_line", world.clock.uuid7(), values, "create", id=id, **group)
    tablet.change("visit", visit, {"check_in_ms": 5})
    return tablet


@pytest.mark.parametrize("cuts", [(5,), (1, 5), (2, 5), (3, 5), (4, 5), (1, 2, 3, 4, 5), (3, 4, 5)], ids=str)
def test_an_id_used_again_within_a_group_quarantines_it_wherever_the_push_was_cut(
    world: World, cuts: Sequence[int]
) -> None:
    """While the rest of its group was awaited, such a line broke the table's constraint at every try: the
    tablet was answered 500, and nothing that it captured later came through."""
    tablet = day_with_an_id_used_again(world)
    for first, last in zip((1, *(cut + 1 for cut in cuts)), cuts, strict=False):
        land(world, tablet, first, last)
    assert kept(world, tablet) == [
        (1, "applied", None),
        (2, "quarantined", "group-refused"),
        (3, "quarantined", "id-reused"),
        (4, "quarantined", "group-refused"),
        (5, "applied", None),
    ]


def test_a_part_delivered_again_changes_nothing(world: World) -> None:
    tablet = day_with_an_id_used_again(world)
    land(world, tablet, 1, 3)
    again = land(world, tablet, 1, 3)
    assert [status for _, status, _ in again] == ["duplicate"] * 3
    land(world, tablet, 4, 5)
    assert [status for _, status, _ in kept(world, tablet)] == [
        "applied",
        "quarantined",
        "quarantined",
        "quarantined",
        "applied",
    ]


def test_what_waits_is_not_told_of_a_record_that_only_looks_as_if_it_were_new(world: World) -> None:
    """A push repeated the making of one record and made another, for which a group about both waited: the
    group was left waiting for the first, which was there, and so for ever."""
    supervisor = world.person("supervisor", None)
    one, other = world.tablet(supervisor, "korangi"), world.tablet(supervisor, "korangi")
    first, second = world.clock.uuid7(), world.clock.uuid7()
    one.change("establishment", first, {"name": "First", "registration_no": "1"}, "create")
    land(world, one, 1, 1)
    group = {"first": 1, "last": 2}
    other.change("establishment", second, {"remarks": "x"}, **group)
    other.change("establishment", first, {"remarks": "y"}, **group)
    assert [status for _, status, _ in land(world, other, 1, 2)] == ["waiting", "waiting"]
    one.change("establishment", second, {"name": "Second", "registration_no": "2"}, "create")
    land(world, one, 1, 2)
    assert [code for _, _, code in kept(world, other)] == ["group-two-roots", "group-two-roots"]
