"""What a later visit looks at again and does not find lifts what was found before, and says so."""

from datetime import date

import msgspec
import pytest
from sqlalchemy import select

from field.store import owed
from field.store.flag_keeping import HISTORY
from field.store.office import Entry
from tests.helpers import World
from tests.store.flag_office import DAY_MS, history, look, standing, two_employers
from tests.store.test_assessments import line, report
from tests.store.test_register_checks import withdraw

CHECKLIST = "full-inspection@1"


@pytest.fixture
def world(database_url):
    with two_employers(database_url) as world:
        world.inspector = world.person("inspector", "korangi")
        yield world


def visited(world: World, answers: dict | None = None, **values) -> str:
    """A visit to the mill a day later than what was before, with a report and its answers."""
    world.clock.advance(DAY_MS)
    values = {"checklist": CHECKLIST, "headcount": {"men": 12, "women": 3, "total": 15}, **values}
    made = report(world, world.visit(world.mill, "korangi", world.inspector), **values)
    for question, value in (answers or {}).items():
        known = {"report": made, "question": question, "value": value}
        world.write(Entry(kind="answer", record=world.clock.uuid7(), op="create", set=known))
    return made


def at_work(coverable: int) -> dict:
    return {
        "unit_status": "open",
        "visit_scope": "complete",
        "covered": 15 - coverable,
        "not_coverable": 0,
        "coverable": coverable,
    }


def last(world: World, rule: str):
    with world.store.read() as tx:
        query = select(HISTORY).where(HISTORY.c.establishment == world.mill, HISTORY.c.rule == rule)
        return tx.execute(query.order_by(HISTORY.c.entry.desc())).first()


def test_workers_who_are_covered_at_the_next_visit_lift_the_finding_with_both_days(world: World):
    first = visited(world, at_work(3))
    look(world)
    assert "other-finding" in standing(world)
    second = visited(world, at_work(0))
    look(world)
    assert "other-finding" not in standing(world)
    lifted = last(world, "other-finding")
    assert lifted.what == "lifted"
    assert (
        "Found on 2026-07-11: “Workers who should be covered are not on the schedule.” The report of "
        "2026-07-12 looked at it again and found it no more." in lifted.why
    )
    assert {first, second} <= set(msgspec.json.decode(lifted.body)["record_ids"])
    # A report that is taken back takes back what it said.
    withdraw(world, "report", second)
    look(world)
    assert [what for what, _ in history(world, "other-finding")] == ["raised", "lifted", "raised"]


@pytest.mark.parametrize(
    "answers",
    [{}, {"unit_status": "open"}, at_work(2), {**at_work(0), "coverable": "none"}],
    ids=["nothing", "another question", "still so", "no number"],
)
def test_a_visit_that_did_not_look_at_it_or_found_it_again_lifts_nothing(world: World, answers: dict):
    visited(world, at_work(3))
    look(world)
    visited(world, answers)
    look(world)
    assert "other-finding" in standing(world)
    assert not any(what == "lifted" for what, _ in history(world, "other-finding"))


def test_what_is_past_is_not_undone_by_a_later_look(world: World):
    """Wages that nobody receipted in March stay so, whatever is receipted in June."""
    answers = {"unit_status": "open", "visit_scope": "complete", "wages_receipted": "no"}
    visited(world, {**answers, "records_here": "yes"}, records_produced=["wage register"])
    look(world)
    visited(world, {**answers, "records_here": "yes", "wages_receipted": "yes"})
    look(world)
    assert not any(what == "lifted" for what, _ in history(world, "other-finding"))


def test_refused_records_stay_refused_until_somebody_is_shown_some(world: World):
    visited(world, records_refused=True)
    look(world)
    assert "records-refused" in standing(world)
    visited(world)
    look(world)
    assert "records-refused" in standing(world)
    visited(world, records_refused=False, records_produced=["wage register"])
    look(world)
    assert "records-refused" not in standing(world)
    assert "The report of 2026-07-13 looked at it again" in last(world, "records-refused").why


def test_a_register_is_answered_by_one_of_the_same_months_alone(world: World):
    twice = {"cnic": "42101-1234567-1", "months_checked": ["2026-03"]}
    made = visited(world, months_checked=["2026-03"])
    for wage in (40_000, 41_000):
        line(world, made, wage, month="2026-03", cnic=twice["cnic"])
    look(world)
    assert "only-on-paper" in standing(world)
    line(world, visited(world, months_checked=["2026-04"]), 40_000, month="2026-04", cnic=twice["cnic"])
    look(world)
    assert "only-on-paper" in standing(world)
    line(world, visited(world, months_checked=["2026-03"]), 40_000, month="2026-03", cnic=twice["cnic"])
    look(world)
    assert "only-on-paper" not in standing(world)
    assert "found it no more" in last(world, "only-on-paper").why


def test_of_two_findings_the_one_that_is_answered_goes_with_its_sentence_and_the_other_stays(world: World):
    visited(world, {**at_work(3), "particulars_agree": "no"})
    look(world)
    visited(world, at_work(0))
    look(world)
    assert "other-finding" in standing(world)
    changed = last(world, "other-finding")
    assert changed.what == "changed"
    assert "“Workers who should be covered are not on the schedule.” The report of 2026-07-12" in changed.why


def test_where_an_earlier_report_found_more_workers_that_is_told_with_the_figure(world: World):
    """Ten workers at Rs 40,000 make Rs 24,000 due; who came back and wrote one of them down, Rs 2,400."""
    first = visited(world, months_checked=["2026-03"])
    for number in range(10):
        line(world, first, 40_000, month="2026-03", cnic=f"42101-{number:07d}-1")
    look(world)

    def owed_now() -> tuple[str, str]:
        with world.store.read() as tx:
            found = owed.on_day(tx, world.mill, None, date(2026, 5, 5))
        return found.principal_rs, " ".join(found.lacking)

    assert owed_now() == ("24000.00", "")
    line(world, visited(world, months_checked=["2026-03"]), 40_000, month="2026-03", cnic="42101-0000003-1")
    look(world)
    principal, told = owed_now()
    assert principal == "2400.00"
    assert "by the wage lines of an earlier report Rs 21,600 more would be due" in told
