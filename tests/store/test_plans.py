"""Planning a day out of the register: whom nobody is sent to."""

from datetime import date

import pytest
from litestar.testing import TestClient

from field.inspections.planning import LeftOut
from field.store import plans, rows
from field.store.office import Entry
from tests.helpers import World, open_world


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        yield world


def test_closed_and_withdrawn_units_get_no_visit(world: World):
    working, shut = world.establishment("korangi"), world.establishment("korangi", status="closed")
    moved, mistaken = world.establishment("korangi", status="shifted"), world.establishment("korangi")
    withdrawal = {"withdrawn": {"reason": "Entered twice", "seen": []}}
    world.write(Entry(kind="establishment", record=mistaken, op="withdraw", set=withdrawal))
    world.person("inspector", "korangi")
    by = world.person("supervisor", "korangi")
    day = date(2026, 3, 2)
    context = world.context
    done = plans.assign(context.store, context.clock, context.office, ["korangi"], day, 8, 1, by)
    assert {each.assignment.establishment for each in done.visits} == {working, moved}
    assert done.plan.left_out == (LeftOut("korangi", "closed", 1),)
    # Who opens again is visited again.
    with world.store.read() as tx:
        over = {"status": sorted(rows.load(world.store, tx, [shut])[0][shut].live["status"])}
    world.write(
        Entry(kind="establishment", record=shut, set={"status": "open"}, was={"status": "closed"}, over=over)
    )
    again = plans.assign(context.store, context.clock, context.office, ["korangi"], day, 8, 1, by)
    assert {each.assignment.establishment for each in again.visits} == {shut}


def test_an_establishment_cannot_be_its_own_branch_or_contractor(world: World):
    unit, other = world.establishment("korangi"), world.establishment("sukkur")
    tablet = world.tablet(world.person("supervisor", "korangi"), "korangi")
    with TestClient(world.app()) as client:
        tablet.change("establishment", unit, {"branch_of": unit})
        tablet.change("establishment", unit, {"principals": [other, unit]})
        tablet.change("establishment", unit, {"branch_of": other, "principals": [other]})
        answers = tablet.push(client)["answers"]
    assert [answer["status"] for answer in answers] == ["quarantined", "quarantined", "applied"]
    assert "its own branch" in answers[0]["detail"]
