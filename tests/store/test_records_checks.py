"""A second check of an employer's records within a year is told, whenever it becomes known."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from field.recovery.statute import Statute
from field.store import assessments, records_checks, statute
from tests.helpers import World, open_world
from tests.store.test_assessments import edit, refresh, report, rows
from tests.store.test_queries import heard

DAY_MS = 24 * 60 * 60 * 1000


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        yield world


@pytest.fixture
def visits(world: World):
    """Three visits to one employer, and one to another."""
    inspector = world.person("inspector", "korangi")
    first, other = world.establishment("korangi"), world.establishment("korangi")
    return [world.visit(employer, "korangi", inspector) for employer in (first, first, first, other)]


def told(world: World, report: str) -> list[str]:
    remarks = assessments.read_body(rows(world)[report].body).assessment.remarks
    return [remark for remark in remarks if "records-check" in remark]


def checked(world: World, visit: str, **more) -> str:
    return report(world, visit, **{"months_checked": ["2025-12"], "months_paid": ["2025-12"], **more})


def test_a_second_check_within_a_year_gets_a_remark_and_the_first_none(world: World, visits):
    first = checked(world, visits[0])
    world.clock.advance(30 * DAY_MS)
    second, elsewhere = checked(world, visits[1]), checked(world, visits[3])
    refresh(world)
    assert told(world, first) == told(world, elsewhere) == []
    (remark,) = told(world, second)
    assert "(row records-checks, unconfirmed)" in remark
    assert not rows(world)[second].flagged


def test_months_that_lie_too_far_back_get_a_remark_and_stay_in_the_sum(world: World, visits):
    made = report(world, visits[0], months_checked=["2023-11"])
    refresh(world)
    (remark,) = told(world, made)
    assert remark.startswith(
        "2023-11 lies more than 2 years before the check of 2026-01-01 (row records-check"
    )
    body = assessments.read_body(rows(world)[made].body).assessment
    assert [month.month for month in body.months] == ["2023-11"]


def test_a_visit_without_checked_months_is_no_check(world: World, visits):
    report(world, visits[0], months_checked=[])
    refresh(world)
    world.clock.advance(DAY_MS)
    second = checked(world, visits[1])
    refresh(world)
    assert told(world, second) == []


def test_a_check_that_is_known_late_is_told_by_those_made_after_it(world: World, visits):
    first = report(world, visits[0], months_checked=[])
    refresh(world)
    world.clock.advance(DAY_MS)
    second = checked(world, visits[1])
    refresh(world)
    edit(world, "report", first, months_checked=["2025-11"])
    refresh(world)
    assert len(told(world, second)) == 1
    assert told(world, first) == []


def test_a_check_that_is_withdrawn_warns_of_nothing_any_more(world: World, visits):
    first = checked(world, visits[0])
    refresh(world)
    world.clock.advance(DAY_MS)
    second = checked(world, visits[1])
    refresh(world)
    assert len(told(world, second)) == 1
    with world.store.read() as tx:
        record = assessments.rows.load(world.store, tx, [first])[0][first]
    seen = sorted({write for writes in record.live.values() for write in writes})
    edit(world, "report", first, op="withdraw", withdrawn={"reason": "twice", "seen": seen})
    refresh(world)
    assert first not in rows(world)
    assert told(world, second) == []


def test_checks_that_several_workers_assess_at_once_all_know_each_other(world: World, visits):
    made = []
    for visit in visits[:3]:
        made.append(checked(world, visit))
        world.clock.advance(DAY_MS)
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: refresh(world, 1), range(3)))
    while refresh(world):
        pass
    assert [len(told(world, each)) for each in made] == [0, 1, 1]
    assert "checked 3 times" in told(world, made[2])[0]


def test_a_warning_changes_nothing_else_of_what_is_kept(world: World, visits):
    checked(world, visits[0])
    world.clock.advance(DAY_MS)
    second = checked(world, visits[1])
    refresh(world)
    before = rows(world)[second]
    with world.store.write() as tx:
        free = Statute(row for row in statute.load(tx).rows if not row.kind.startswith("records_check"))
        records_checks.warn(tx, before.establishment, free)
    after = rows(world)[second]
    assert told(world, second) == []
    one, other = (assessments.read_body(row.body) for row in (before, after))
    assert other.assessment == msgspec.structs.replace(one.assessment, remarks=one.assessment.remarks[:-1])
    assert (other.line_months, other.months_checked) == (one.line_months, one.months_checked)


def test_the_checks_of_many_employers_are_one_question(world: World, visits):
    for visit in visits:
        checked(world, visit)
    refresh(world)
    employers = sorted({row.establishment for row in rows(world).values()})
    with world.store.read() as tx, heard() as said:
        found = records_checks.known(tx, employers)
    assert len(said) == 1
    assert sorted(len(checks) for checks in found.values()) == [1, 3]
