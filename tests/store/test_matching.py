"""Workers of a schedule and of a report's register in the book, matched by CNIC: nobody twice or left out."""

from datetime import date

import msgspec
import pytest

from field.store import explained, impact, owed, statute
from tests.helpers import World
from tests.store.flag_office import C1, MILL, declared, look, standing, two_employers
from tests.store.test_assessments import line, report
from tests.store.test_register_checks import withdraw

A, B, C = "42101-1234567-1", "42101-7654321-3", "42101-1111111-5"
DAY = date(2026, 4, 1)


@pytest.fixture
def world(database_url):
    with two_employers(database_url) as world:
        yield world


def checked(world: World, *workers: tuple[str, int], **values) -> str:
    visit = world.visit(world.mill, "korangi", world.person("inspector", "korangi"))
    made = report(world, visit, **{"months_checked": ["2026-03"], **values})
    for cnic, wage in workers:
        line(world, made, wage, month="2026-03", cnic=cnic)
    look(world)
    return made


def book(world: World, day: date = DAY):
    with world.store.read() as tx:
        return owed.on_day(tx, world.mill, None, day)


def words(world: World) -> str:
    with world.store.read() as tx:
        told = explained.owed_in_words(world.store, tx, world.mill, None, DAY, "en")
    return " ".join(step.sentence for step in told.steps)


def c1(*workers: tuple[str, int]) -> list[str]:
    return [f"{MILL},2026-03,W,{cnic},26,{wage}," for cnic, wage in workers]


def test_each_worker_is_asked_for_once_by_schedule_or_register(world: World):
    """By hand, 6 %: A 40,000 in both, 2,400; B 20,000 declared alone, 1,200; C 30,000 seen alone, 1,800."""
    declared(world, *c1((A, 40_000), (B, 20_000)))
    checked(world, ("4210112345671", 40_000), (C, 30_000))
    found = book(world)
    (month,) = found.months
    assert (month.proof, month.principal_rs) == ("matched", "5400.00")
    told = words(world)
    assert "matched worker by worker, make Rs 5,400 due" in told
    assert (
        "Matched by CNIC: 1 worker in both, 1 worker in the schedule alone, 1 worker in the register" in told
    )
    # Flags ask for the same and not for more.
    assert sum(float(amount) for amount in standing(world).values()) == 5400


def test_a_declared_worker_whom_the_report_calls_unregistered_is_not_asked_for_twice(world: World):
    declared(world, *c1((A, 40_000), (B, 20_000)))
    visit = world.visit(world.mill, "korangi", world.person("inspector", "korangi"))
    made = report(world, visit, months_checked=["2026-03"], months_paid=["2026-03"])
    line(world, made, 40_000, month="2026-03", cnic=A, registered=False)
    look(world)
    (month,) = book(world).months
    assert (month.proof, month.declared_rs, month.beyond_rs) == ("schedule", "3600.00", "2400.00")
    assert float(month.principal_rs) + float(month.taken_as_paid_rs) == 3600


def test_a_newer_schedule_and_a_withdrawn_line_are_matched_anew(world: World):
    declared(world, *c1((A, 40_000)))
    made = checked(world, (B, 20_000))
    assert book(world).months[0].principal_rs == "3600.00"
    declared(world, *c1((A, 40_000), (B, 20_000)), name="corrected.csv")
    (month,) = book(world).months
    assert (month.proof, month.version, month.principal_rs) == ("schedule", 2, "3600.00")
    withdraw(world, "report", made)
    look(world)
    assert book(world).months[0].principal_rs == "3600.00"


def test_lines_that_name_nobody_are_never_asked_for_beside_the_other_record(world: World):
    declared(world, *c1(("", 40_000)))
    checked(world, (C, 30_000))
    (month,) = book(world).months
    assert (month.proof, month.principal_rs) == ("schedule", "2400.00")


def test_a_row_that_changes_the_schedule_alone_changes_what_is_matched_as_well(world: World):
    """A is declared by the day, 13 days and Rs 30,000: 6 % of half of 40,000, 1,200; by the month 1,800.

    B stands in the register alone: 1,200 by either row, so that the report says the same by both.
    """
    declared(world, f"{MILL},2026-03,W,{A},13,30000,,day", head=f"{C1.rstrip()},wage basis\n")
    checked(world, (B, 20_000))
    assert book(world).months[0].principal_rs == "2400.00"
    with world.store.read() as tx:
        row = statute.load(tx)["daily-wage-rule-2018"]
    row = msgspec.structs.replace(row, value="month-limit")
    with world.store.read() as tx:
        found = impact.measure(world.store, tx, [row], DAY)
    assert (found.assessments, [each.new_rs for each in found.accounts]) == ((), ["3000.00"])
    impact.accept(world.store, [row], world.clock.now_ms(), "a test", seen=found.figures)
    look(world)
    (month,) = book(world).months
    assert (month.proof, month.principal_rs) == ("matched", "3000.00")
