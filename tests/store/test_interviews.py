"""What interviewed workers tell beside the wage register of the same report."""

import pytest

from field.store import assessments
from field.store.office import Entry
from field.sync.changes import commit
from tests.helpers import World, open_world
from tests.store.test_assessments import SALT, line, refresh, report, rows

A, B = "42101-1234567-1", "42101-7654321-3"
MONTHS = ["2025-10", "2025-11", "2025-12"]


@pytest.fixture
def world(database_url):
    """A report of January 2026: worker A stands in the register of three months with Rs 40,000."""
    with open_world(database_url) as world:
        visit = world.visit(world.establishment("korangi"), "korangi", None)
        world.clock.advance(10 * 86_400_000)
        world.report = report(world, visit, months_checked=MONTHS, checklist="full-inspection@1")
        world.lines = [line(world, world.report, 40_000, month=month, cnic=A) for month in MONTHS]
        yield world


def told(world: World, item: str, **answers) -> list[str]:
    """A worker's answers; CNIC and name are personal."""
    ids = []
    for name, value in answers.items():
        id = world.clock.uuid7()
        known = {"report": world.report, "question": f"interview_{name}", "item": item}
        if name in ("cnic", "name"):
            committed = commit(SALT, value)
            entry = {"set": {**known, "private_value": committed}, "private": {committed: (SALT, value)}}
        else:
            entry = {"set": {**known, "value": value}}
        world.write(Entry(kind="answer", record=id, op="create", **entry))
        ids.append(id)
    return ids


def found(world: World) -> dict:
    refresh(world)
    body = assessments.read_body(rows(world)[world.report].body)
    return {each.code: each for each in body.findings if each.code.startswith("interview-")}


def test_who_tells_the_same_as_the_register_is_no_finding(world: World):
    told(world, "one", cnic="4210112345671", days=26, wage_rs=40_000, since="2025-10-01")
    assert found(world) == {}


def test_a_worker_who_worked_last_month_and_is_not_in_the_register_is_a_finding_with_the_answers(
    world: World,
):
    answers = told(world, "one", cnic=B, days=26, wage_rs=40_000)
    finding = found(world)["interview-not-in-register"]
    assert finding.record_ids == (world.report, *sorted(answers))
    assert (finding.months, finding.sure) == (("2025-12",), "likely")
    assert B not in finding.sentence
    assert "1 interviewed worker told of days worked in 2025-12" in finding.sentence


def test_another_wage_is_told_with_its_line_and_a_rounded_one_is_not(world: World):
    told(world, "one", cnic=A, days=26, wage_rs=39_000)
    assert found(world) == {}
    told(world, "two", cnic=A, days=26, wage_rs=25_000)
    finding = found(world)["interview-wage-beside-register"]
    assert world.lines[-1] in finding.record_ids
    assert world.lines[0] not in finding.record_ids
    assert "0 of a higher one, 1 of a lower one" in finding.sentence


@pytest.mark.parametrize(("since", "months"), [("2025-12-01", ("2025-10", "2025-11")), ("2025-01-01", ())])
def test_a_time_of_work_that_the_register_does_not_show_is_a_finding(world: World, since: str, months: tuple):
    """He says he began in December, and the register paid him in October: whose wages were those?"""
    told(world, "one", cnic=A, days=26, wage_rs=40_000, since=since)
    finding = found(world).get("interview-since-beside-register")
    assert (finding.months if finding else ()) == months


def test_months_that_are_missing_in_the_register_are_named(world: World):
    line(world, world.report, 40_000, month="2025-12", cnic=B)
    told(world, "one", cnic=B, days=26, wage_rs=40_000, since="2025-09-15")
    assert found(world)["interview-since-beside-register"].months == ("2025-10", "2025-11")


def test_who_is_named_alone_is_found_by_his_name(world: World):
    line(world, world.report, 30_000, month="2025-12", worker_name="Noor Jahan")
    told(world, "one", name="NOOR-JAHAN", days=26, wage_rs=45_000)
    assert set(found(world)) == {"interview-wage-beside-register"}


def test_who_did_not_work_last_month_is_missing_in_no_register(world: World):
    told(world, "one", cnic=B, days=0, wage_rs=0)
    assert found(world) == {}
