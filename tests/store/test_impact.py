"""A new row of the law shows what it touches before anybody signs it, and nothing is overwritten."""

import io
from collections import Counter
from datetime import date

import msgspec
import pytest

from field.problems import Problem
from field.recovery.statute import RateRow
from field.store import accounts_touched, assessments, bulk, impact, owed, payments, schedules, statute
from field.store.import_runs import Source
from tests.helpers import World, open_world
from tests.store.test_assessments import line, refresh, report, rows, stale
from tests.store.test_queries import heard

DAY = date(2026, 1, 1)
REASON = "Gazette, page 12"


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        yield world


@pytest.fixture
def reports(world: World):
    """Two employers with a worker above the minimum wage, in July and in June 2024, when another one held."""
    made = {}
    inspector = world.person("inspector", "korangi")
    for month in ("2024-07", "2024-06"):
        visit = world.visit(world.establishment("korangi"), "korangi", inspector)
        made[month] = report(world, visit, months_checked=[month])
        line(world, made[month], 50_000, month=month)
    refresh(world)
    return made


def in_force(world: World, id: str) -> RateRow:
    with world.store.read() as tx:
        return statute.load(tx)[id]


def touched(world: World, *new: RateRow):
    with world.store.read() as tx:
        return list(impact.touched(world.store, tx, new, DAY))


def accept(world: World, *new: RateRow, reason: str = REASON):
    return impact.accept(world.store, new, world.clock.now_ms(), reason)


def minimum_wage_of_2024(world: World, **members) -> RateRow:
    (row,) = [
        row
        for row in shipped_rows(world)
        if row.kind == "minimum_wage_rs_month" and row.valid_from == date(2024, 7, 1)
    ]
    return msgspec.structs.replace(row, **members)


def shipped_rows(world: World):
    with world.store.read() as tx:
        return statute.load(tx).rows


def test_a_backdated_minimum_wage_lists_what_it_touches_and_changes_nothing_by_that(world, reports):
    new = minimum_wage_of_2024(world, value="38000")
    (found,) = touched(world, new)
    assert (found.report, found.months) == (reports["2024-07"], ("2024-07",))
    # By hand: 6 % of Rs 37,000 before, of Rs 38,000 after.
    assert (found.old_rs, found.new_rs) == ("2220.00", "2280.00")
    assert in_force(world, new.id).value == "37000"
    assert rows(world)[reports["2024-07"]].total_paisa == 2220_00
    assert stale(world) == 0


def test_once_accepted_it_is_in_force_and_what_it_touches_is_assessed_anew(world, reports):
    new = minimum_wage_of_2024(world, value="38000")
    assert accept(world, new) == (1, 1)
    assert stale(world) == 1
    refresh(world)
    found = rows(world)
    assert found[reports["2024-07"]].total_paisa == 2280_00
    assert found[reports["2024-06"]].total_paisa == 1920_00
    assert touched(world, new) == []


def test_earlier_versions_are_kept_with_their_reasons(world, reports):
    new = minimum_wage_of_2024(world, value="38000")
    accept(world, new)
    accept(world, msgspec.structs.replace(new, value="39000"), reason="Corrigendum")
    with world.store.read() as tx:
        kept = [each for each in statute.versions(tx) if each.row.id == new.id]
    assert [(each.version, each.row.value, each.reason) for each in kept] == [
        (1, "37000", statute.SHIPPED),
        (2, "38000", REASON),
        (3, "39000", "Corrigendum"),
    ]


def test_the_same_row_twice_is_the_same_as_once(world, reports):
    new = minimum_wage_of_2024(world, value="38000")
    accept(world, new)
    refresh(world)
    assert accept(world, new) == (0, 0)
    assert stale(world) == 0


def test_a_notification_that_a_court_suspends_gives_way_to_the_one_before(world, reports):
    suspended = minimum_wage_of_2024(world, suspended_from=date(2024, 7, 1))
    (found,) = touched(world, suspended)
    # Rs 32,000 of the year before holds on.
    assert (found.old_rs, found.new_rs) == ("2220.00", "1920.00")


def test_rows_that_contradict_each_other_are_refused_and_nothing_is_kept(world, reports):
    clash = minimum_wage_of_2024(world, id="another-2024", value="38000")
    with pytest.raises(Problem, match="begins on the same day"):
        touched(world, clash)
    with pytest.raises(Problem, match="begins on the same day"):
        accept(world, clash)
    with world.store.read() as tx:
        assert all(each.row.id != "another-2024" for each in statute.versions(tx))


def test_a_row_without_a_reason_is_refused(world, reports):
    with pytest.raises(Problem, match="Say why"):
        accept(world, minimum_wage_of_2024(world, value="38000"), reason=" ")
    assert stale(world) == 0


def test_an_employer_can_be_newly_flagged_by_a_higher_minimum_wage(world, reports):
    inspector = world.person("inspector", "korangi", "another")
    visit = world.visit(world.establishment("korangi"), "korangi", inspector)
    made = report(world, visit, months_checked=["2024-07"], months_paid=["2024-07"])
    line(world, made, 37_000, declared_wage_rs=37_000, days=26)
    refresh(world)
    found = {each.report: each for each in touched(world, minimum_wage_of_2024(world, value="38000"))}
    assert (found[made].old_flagged, found[made].new_flagged) == (False, True)


def test_many_visits_are_all_looked_at(world, reports, monkeypatch):
    monkeypatch.setattr(impact, "VISITS_AT_ONCE", 1)
    monkeypatch.setattr(impact, "_VISITS", impact._VISITS.limit(1))
    lower = minimum_wage_of_2024(world, id="lower", value="30000", valid_from=date(2024, 5, 1))
    assert {each.report for each in touched(world, lower)} == {reports["2024-06"]}
    both = msgspec.structs.replace(minimum_wage_of_2024(world), value="38000")
    assert {each.report for each in touched(world, lower, both)} == set(reports.values())


def test_what_is_assessed_by_the_rows_before_while_new_ones_are_accepted_is_not_kept(world, monkeypatch):
    """A visit assessed for the first time kept the sum of a law that was no longer in force, for ever."""
    inspector = world.person("inspector", "korangi")
    visit = world.visit(world.establishment("korangi"), "korangi", inspector)
    made = report(world, visit)
    line(world, made, 50_000)
    whole, new = assessments.assess_visit, minimum_wage_of_2024(world, value="38000")

    def while_accepting(records, root, law):
        found = whole(records, root, law)
        monkeypatch.setattr(assessments, "assess_visit", whole)
        accept(world, new)
        return found

    monkeypatch.setattr(assessments, "assess_visit", while_accepting)
    refresh(world)
    assert made not in rows(world)
    assert stale(world) == 1
    refresh(world)
    assert rows(world)[made].total_paisa == 2280_00


C1 = "reg no,month,name,cnic,days,wage,contribution\n"
BANK = "reg no,date,amount,challan,dishonoured on\n"


def bring(world: World, kind, text: str) -> None:
    file = Source(io.BytesIO(text.encode()), "file.csv", "test")
    assert kind.import_file(world.store, world.clock, file).rejected == 0


@pytest.fixture
def mill(world: World) -> str:
    """A mill where nobody ever inspected: by its schedules two workers in July 2024, one in June."""
    id = world.establishment("korangi", registration_no="2024070001", name="Mill")
    lines = (
        "2024070001,2024-07,A,,26,50000,\n2024070001,2024-07,B,,26,30000,\n2024070001,2024-06,A,,26,50000,\n"
    )
    bring(world, schedules, C1 + lines)
    return id


def measured(world: World, *new: RateRow, day: date = date(2024, 8, 25), **more) -> impact.Impact:
    with world.store.read() as tx:
        return impact.measure(world.store, tx, new, day, **more)


def test_an_employer_without_inspection_is_listed_with_its_account(world: World, mill: str):
    """By hand, with Rs 38,000 for Rs 37,000 from July 2024: A 6 % x 37,000 = 2,220, then 2,280; B 1,800.

    June stays: 6 % x 32,000 = 1,920. Contributions 5,940, then 6,000. On 25 August July is ten days late, 5 %
    of 4,020 = 201, then of 4,080 = 204; June is due on 15 July, 41 days late, 20.5 % of 1,920 = 393.60.
    """
    found = measured(world, minimum_wage_of_2024(world, value="38000"))
    (book,) = found.accounts
    assert (book.establishment, book.name, book.months) == (mill, "Mill", ("2024-07",))
    assert (book.old_rs, book.new_rs) == ("5940.00", "6000.00")
    assert (book.old_increase_rs, book.new_increase_rs) == ("594.60", "597.60")
    assert (book.old_open_rs, book.new_open_rs) == ("6534.60", "6597.60")
    assert found.assessments == ()
    assert (found.figures.accounts, found.figures.accounts_new_rs) == (1, "6000.00")


def test_what_was_paid_is_taken_off_before_it_is_told_what_is_owed(world: World, mill: str):
    bring(
        world, payments, BANK + "2024070001,2024-07-15,1920,A-1,\n2024070001,2024-08-10,5000,A-2,2024-08-20\n"
    )
    (book,) = measured(world, minimum_wage_of_2024(world, value="38000")).accounts
    # June is paid in time, and the cheque of August bounced: 4,020 + 201, then 4,080 + 204.
    assert (book.old_open_rs, book.new_open_rs) == ("4221.00", "4284.00")


def test_a_new_due_day_touches_every_month_though_no_contribution_changes(world: World, reports, mill: str):
    end = msgspec.structs.replace(in_force(world, "due-day"), value="31")
    found = measured(world, end)
    assert {each.report for each in found.assessments} == set(reports.values())
    july = next(each for each in found.assessments if each.report == reports["2024-07"])
    # Rs 2,220, ten days late by the 15th: 5 %; by the end of August not late yet.
    assert (july.old_rs, july.new_rs, july.months) == ("2220.00", "2220.00", ())
    assert (july.old_increase_rs, july.new_increase_rs) == ("111.00", "0.00")
    book = next(each for each in found.accounts if each.establishment == mill)
    assert len(found.accounts) == 3
    # June by the end of July is 25 days late: 12.5 % of 1,920 = 240.
    assert (book.old_increase_rs, book.new_increase_rs) == ("594.60", "240.00")


def test_a_due_day_that_is_missing_for_a_month_on_schedule_can_be_entered(world: World, mill: str):
    """Until it is, nothing of March 1995 can be asked for; then 7 % of Rs 900 = Rs 63, at 0 % increase."""
    due = in_force(world, "due-day")
    rows = {
        "limit": msgspec.structs.replace(
            in_force(world, "base-limit-2004"), id="base-limit-1990", value="1000"
        ),
        "due": msgspec.structs.replace(due, id="due-day-1990"),
    }
    time = {"valid_from": date(1990, 1, 1), "valid_to": date(2004, 7, 1)}
    limit, due = (msgspec.structs.replace(row, **time) for row in rows.values())
    accept(world, limit)
    bring(world, schedules, C1 + "2024070001,1995-03,A,,26,900,63\n")
    (book,) = measured(world, due).accounts
    assert (book.old_rs, book.new_rs, book.months) == ("5940.00", "6003.00", ("1995-03",))
    assert accept(world, due)[0] == 1


def test_a_law_of_other_months_looks_at_no_visit_and_no_account(world: World, reports, mill: str):
    later = minimum_wage_of_2024(world, id="later", value="50000", valid_from=date(2027, 1, 1))
    with heard() as said:
        found = measured(world, later)
    assert (found.figures.assessments, found.figures.accounts) == (0, 0)
    assert not any("schedule_lines" in statement or "private" in statement for statement, _ in said)


def test_many_accounts_are_looked_at_a_few_at_a_time_by_the_same_number_of_questions(
    world: World, monkeypatch
):
    monkeypatch.setattr(accounts_touched, "ESTABLISHMENTS_AT_ONCE", 4)
    numbers = [f"20240700{number:02}" for number in range(8)]
    for number in numbers:
        world.establishment("korangi", registration_no=number)
    bring(world, schedules, C1 + "".join(f"{number},2024-07,A,,26,50000,\n" for number in numbers))
    asked = []
    run = bulk.Prepared.run
    monkeypatch.setattr(
        bulk.Prepared, "run", lambda own, *more, **ids: asked.append(own) or run(own, *more, **ids)
    )
    with heard() as said:
        found = measured(world, minimum_wage_of_2024(world, value="38000"))
    assert found.figures.accounts == 8
    # Two pages of four: each is asked about as if it were one.
    assert max(Counter(asked).values()) == 2
    assert len(said) < 40


def test_the_list_is_bounded_and_the_figures_are_those_of_all(world: World, reports, mill: str, monkeypatch):
    monkeypatch.setattr(impact, "LISTED_MAX", 1)
    heard_of = []
    both = minimum_wage_of_2024(world, id="from-june", value="38000", valid_from=date(2024, 6, 1))
    both = [both, minimum_wage_of_2024(world, value="38000")]
    found = measured(world, *both, told=heard_of.append)
    assert (len(found.assessments), len(found.accounts)) == (1, 1)
    assert (found.figures.assessments, found.figures.accounts) == (2, 3)
    assert len(heard_of) == 5


def test_a_district_sees_its_own(world: World, reports, mill: str):
    new = minimum_wage_of_2024(world, value="38000")
    own, other = (measured(world, new, districts=[each]).figures for each in ("korangi", "sukkur"))
    assert (own.assessments, own.accounts) == (1, 2)
    assert (other.assessments, other.accounts) == (0, 0)


def screen(world: World, establishment: str, day: date) -> tuple[str, str, str]:
    with world.store.read() as tx:
        found = owed.on_day(tx, establishment, None, day)
    return found.principal_rs, found.increase_rs, found.owed_rs


def test_the_figures_are_those_of_the_office_before_and_after_a_row_is_accepted(world: World, mill: str):
    """July stands on the schedule and in a report, and is asked for once, by whichever proves more.

    By hand: the report has A at Rs 50,000 and a third worker at Rs 20,000 beside B: (2,220 + 1,800 + 1,200)
    against 4,020 of the schedule; with Rs 38,000 it is 60 more. June stays.
    """
    visit = world.visit(mill, "korangi", world.person("inspector", "korangi"))
    made = report(world, visit, months_checked=["2024-07"])
    for wage in (50_000, 30_000, 20_000):
        line(world, made, wage)
    bring(world, payments, BANK + "2024070001,2024-08-20,1000,A-1,\n")
    refresh(world)
    day, new = date(2024, 8, 25), minimum_wage_of_2024(world, value="38000")
    (book,) = measured(world, new, day=day).accounts
    assert (book.old_rs, book.new_rs, book.months) == ("7140.00", "7200.00", ("2024-07",))
    assert (book.old_rs, book.old_increase_rs, book.old_open_rs) == screen(world, mill, day)
    accept(world, new)
    refresh(world)
    assert (book.new_rs, book.new_increase_rs, book.new_open_rs) == screen(world, mill, day)


def test_an_employer_with_reports_alone_has_an_account_too(world: World, reports):
    found = measured(world, minimum_wage_of_2024(world, value="38000"), day=DAY)
    (book,) = found.accounts
    assert (book.old_rs, book.new_rs) == ("2220.00", "2280.00")
    # Rs 2,220 of July 2024 was due on 15 August: long past the 90 days, half as much again.
    assert (book.old_open_rs, book.new_open_rs) == ("3330.00", "3420.00")


def test_a_report_that_nobody_assessed_yet_is_in_no_account_before_or_after(world: World, reports, mill: str):
    visit = world.visit(mill, "korangi", world.person("inspector", "korangi", "third"))
    line(world, report(world, visit, months_checked=["2024-07"]), 90_000)
    found = measured(world, minimum_wage_of_2024(world, value="38000"))
    book = next(each for each in found.accounts if each.establishment == mill)
    assert (book.old_rs, book.new_rs) == ("5940.00", "6000.00")


def test_what_is_no_longer_as_it_was_seen_is_not_put_in_force(world: World, reports, mill: str):
    new = minimum_wage_of_2024(world, value="38000")
    seen = measured(world, new).figures
    bring(world, payments, BANK + "2024070001,2024-08-20,1000,A-9,\n")
    with pytest.raises(Problem) as caught:
        impact.accept(world.store, [new], world.clock.now_ms(), REASON, "somebody", seen)
    assert caught.value.code == "changed-meanwhile"
    assert caught.value.extra["seen"] == seen
    assert in_force(world, new.id).value == "37000"
    assert stale(world) == 0
    now = caught.value.extra["now"]
    assert impact.accept(world.store, [new], world.clock.now_ms(), REASON, "somebody", now) == (1, 1)


def test_who_accepted_which_figures_is_kept_with_the_row(world: World, reports):
    new = minimum_wage_of_2024(world, suspended_from=date(2024, 9, 1))
    seen = measured(world, new).figures
    impact.accept(world.store, [new], world.clock.now_ms(), "Court order", "somebody", seen)
    with world.store.read() as tx:
        first, second = [each for each in statute.versions(tx) if each.row.id == new.id]
    assert (first.accepted_by, first.accepted) == (None, None)
    assert (second.accepted_by, second.reason) == ("somebody", "Court order")
    assert msgspec.convert(second.accepted, impact.Figures) == seen
    assert second.row.suspended_from == date(2024, 9, 1)


def test_a_new_limit_of_checks_lists_the_reports_that_get_a_warning(world: World, reports):
    strict = msgspec.structs.replace(in_force(world, "records-check-years"), value="1")
    found = {each.report: each for each in measured(world, strict, day=DAY).assessments}
    # Both were checked on 1 January 2026: one year before lies after June and July 2024.
    assert found.keys() == set(reports.values())
    (warning,) = found[reports["2024-06"]].warnings
    assert warning.startswith("2024-06 lies more than 1 year before the check")
    assert found[reports["2024-06"]].months == ()
    assert accept(world, strict) == (1, 2)
    refresh(world)
    kept = assessments.read_body(rows(world)[reports["2024-06"]].body).assessment
    assert warning in kept.remarks


def test_others_write_while_the_figures_are_worked_out_and_what_they_bring_is_assessed_anew(
    world: World, reports, monkeypatch
):
    """Working them out takes a while in a province: tablets were turned away for as long."""
    inspector = world.person("inspector", "korangi", "another")
    visit = world.visit(world.establishment("korangi"), "korangi", inspector)
    whole, made = impact.measure, []

    def meanwhile(*arguments, **more):
        found = whole(*arguments, **more)
        made.append(report(world, visit))
        line(world, made[0], 50_000)
        refresh(world)
        return found

    monkeypatch.setattr(impact, "measure", meanwhile)
    assert accept(world, minimum_wage_of_2024(world, value="38000")) == (1, 2)
    refresh(world)
    assert rows(world)[made[0]].total_paisa == 2280_00
    assert rows(world)[reports["2024-07"]].total_paisa == 2280_00


def test_of_two_who_put_rows_in_force_at_once_one_is_told_to_look_again(world: World, reports, monkeypatch):
    whole, new = impact.measure, minimum_wage_of_2024(world, value="38000")

    def meanwhile(*arguments, **more):
        monkeypatch.setattr(impact, "measure", whole)
        found = whole(*arguments, **more)
        assert accept(world, minimum_wage_of_2024(world, value="39000"))[0] == 1
        return found

    monkeypatch.setattr(impact, "measure", meanwhile)
    with pytest.raises(Problem) as caught:
        accept(world, new)
    assert caught.value.code == "changed-meanwhile"
    assert in_force(world, new.id).value == "39000"
