"""Flags as the office lives with them: raised by what is found or not paid, lifted by new facts."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import select

from field.recovery.statute import RateRow
from field.store import compliance, flag_keeping, flags, flags_shown, impact, owed, payments, statute
from field.store.import_runs import Source
from field.store.office import Entry
from field.store.stale_establishments import STALE
from tests.helpers import World
from tests.store.flag_office import (
    BANK,
    DAY_MS,
    MARCH,
    MILL,
    OTHER,
    declared,
    entries,
    history,
    look,
    march_unpaid,
    paid,
    shown,
    standing,
    two_employers,
)
from tests.store.test_assessments import edit, line, report


@pytest.fixture
def world(database_url):
    with two_employers(database_url) as world:
        yield world


@pytest.fixture
def found(world: World):
    return march_unpaid(world)


def test_a_declared_month_that_nobody_pays_is_flagged_without_any_visit(world: World):
    """Rs 2,400 was due on 15 April. On 10 July (UTC 190 days into 2026) 86 days late: 43 %, Rs 1,032."""
    declared(world, MARCH)
    assert standing(world) == {"declared-not-paid": "2400.00"}
    flag = shown(world)
    assert (flag.due_rs, flag.open_rs, flag.reports) == ("2400.00", "3432.00", ())
    # 80 % of what is open, since the flag is certain.
    assert flag.expected_rs == "2745.60"
    assert flag.why_rank == (
        "Open on 2026-07-10: Rs 2,400 contribution and Rs 1,032 increase, certain, at 80 %. "
        "Rs 2,745.60 is expected."
    )
    (rule,) = flag.rules
    (sentence,) = rule.sentences
    assert sentence == (
        "By the schedules of 2026-03 Rs 2,400 is due, the last of it since 2026-04-15, and no payment is "
        "left for any of it."
    )
    assert (rule.schedules, rule.months, rule.severity) == (("2026-03 version 1",), ("2026-03",), "high")
    assert "contribution-rate-2016" in rule.rate_row_ids
    assert flag.unconfirmed


def test_a_payment_lifts_and_a_cheque_that_comes_back_raises_again_and_all_is_in_the_history(
    world: World,
):
    declared(world, MARCH)
    paid(world, f"{MILL},2026-04-15,2400,M-1,", name="april.csv")
    assert standing(world) == {}
    assert shown(world) is None
    paid(world, f"{MILL},2026-04-15,2400,M-1,2026-04-20", name="returned.csv")
    assert standing(world) == {"cheque-dishonoured": "0.00", "declared-not-paid": "2400.00"}
    assert history(world, "declared-not-paid") == [
        ("raised", "2400.00"),
        ("lifted", "0.00"),
        ("raised", "2400.00"),
    ]
    with world.store.read() as tx:
        newest, *_ = [
            each for each in flags_shown.history(tx, world.mill, None) if each.rule == "declared-not-paid"
        ]
    assert newest.why == (
        "Looked at anew because of payments that were taken in or came back. "
        "Raised again with Rs 2,400 of contribution."
    )
    assert [cause.kind for cause in newest.causes] == ["payments"]


def test_a_late_payment_of_the_contribution_alone_leaves_the_increase(world: World):
    """Rs 24,000 paid 36 days late: 18 %, Rs 4,320, is open, and grows no more."""
    declared(world, *(f"{MILL},2026-03,W{each},,26,40000,2400" for each in range(10)))
    paid(world, f"{MILL},2026-05-21,24000,M-1,", name="may.csv")
    flag = shown(world)
    assert [rule.rule for rule in flag.rules] == ["rest-not-paid"]
    assert (flag.rules[0].amount_rs, flag.rules[0].increase_rs) == ("0.00", "4320.00")
    # Likely, since the rate of the increase is not confirmed: 50 %.
    assert flag.expected_rs == "2160.00"


def test_whoever_pays_less_than_he_declares_is_asked_for_the_difference(world: World):
    declared(world, MARCH)
    paid(world, f"{MILL},2026-04-10,1500,M-1,", name="april.csv")
    assert standing(world) == {"paid-less-than-declared": "900.00"}
    assert history(world, "declared-not-paid") == [("raised", "2400.00"), ("lifted", "0.00")]


def test_whoever_pays_what_he_declares_but_declares_less_than_the_law_is_flagged_for_that_alone(world: World):
    """Two workers at Rs 40,000: Rs 4,800 a month by the law, the form says Rs 3,000, and that is paid."""
    for month, at in (("2026-03", "2026-04-10"), ("2026-04", "2026-05-10")):
        each = [f"{MILL},{month},{name},,26,40000,1500" for name in "AB"]
        declared(world, *each, name=f"{month}.csv")
        paid(world, f"{MILL},{at},3000,{month},", name=f"bank {month}.csv")
    assert standing(world) == {"contribution-under-law": "3600.00"}
    (rule,) = shown(world).rules
    assert rule.sure == "likely"
    (sentence,) = rule.sentences
    assert sentence == (
        "The schedules of 2026-03 to 2026-04 say a contribution of Rs 6,000; by the law of those months it "
        "is Rs 9,600, Rs 3,600 more."
    )


def test_no_schedule_for_months_is_flagged_until_one_comes_or_the_unit_is_closed(world: World):
    declared(world, f"{MILL},2026-01,A,,26,40000,2400", name="january.csv")
    paid(world, f"{MILL},2026-02-10,2400,M-1,", name="february.csv")
    assert standing(world) == {}
    declared(world, *(f"{OTHER},2026-{month:02d},B,,26,40000,2400" for month in (2, 3, 4)), name="others.csv")
    flag_keeping.evaluate(world.store, [world.mill], world.clock.now_ms())
    assert standing(world) == {"no-schedule": "0.00"}
    assert shown(world).rules[0].months == ("2026-02", "2026-03", "2026-04")
    closed = {"set": {"status": "closed"}, "was": {"status": "open"}}
    world.write(Entry(kind="establishment", record=world.mill, op="set", **closed))
    look(world)
    assert standing(world) == {}
    assert history(world, "no-schedule") == [("raised", "0.00"), ("lifted", "0.00")]


def test_nothing_is_held_against_anybody_for_a_time_of_which_no_payments_were_taken_in(world: World):
    """June was due on 15 July; nobody has told of any payment after 30 June."""
    world.clock.advance(200 * DAY_MS)
    declared(world, f"{MILL},2026-06,A,,26,40000,2400")
    assert standing(world) == {}
    paid(world, f"{OTHER},2026-11-30,100,O-2,", name="november.csv")
    flag_keeping.evaluate(world.store, [world.mill], world.clock.now_ms())
    assert standing(world) == {"declared-not-paid": "2400.00"}


def test_a_report_raises_in_the_moment_in_which_it_is_assessed(world: World, found):
    assert standing(world) == {"month-unpaid": "3000.00", "wage-under-minimum": "0.00"}
    flag = shown(world)
    assert flag.due_rs == "3000.00"
    assert {reason.code for reason in flag.reasons} == {"month-unpaid", "wage-under-minimum"}
    assert flag.rules[0].records[0] == found[1]
    assert set(found[2]) <= set(flag.rules[0].records)


def test_a_corrected_wage_line_lowers_the_flag_and_the_history_says_so(world: World, found):
    edit(world, "wage_line", found[2][0], wage_rs=10_000)
    look(world)
    assert standing(world)["month-unpaid"] == "1800.00"
    assert history(world, "month-unpaid") == [("raised", "3000.00"), ("changed", "1800.00")]
    with world.store.read() as tx:
        entry = next(
            each for each in flags_shown.history(tx, world.mill, None) if each.rule == "month-unpaid"
        )
    assert entry.why == (
        "Looked at anew because of a report or wage line that was corrected. "
        "From Rs 3,000 of contribution to Rs 1,800 of contribution."
    )


def test_a_payment_lifts_what_a_report_raised_and_the_wages_stay_too_low(world: World, found):
    paid(world, f"{MILL},2026-06-25,3000,M-1,", name="june.csv")
    assert standing(world) == {"rest-not-paid": "0.00", "wage-under-minimum": "0.00"}
    assert history(world, "month-unpaid") == [("raised", "3000.00"), ("lifted", "0.00")]
    assert {reason.code for reason in shown(world).reasons} == {"wage-under-minimum"}


def test_a_new_row_of_the_law_changes_what_it_touches(world: World, found):
    """At 7 instead of 6 percent, Rs 3,000 becomes Rs 3,500, and a schedule's Rs 2,400 becomes Rs 2,800."""
    declared(world, f"{OTHER},2026-03,B,,26,40000,")
    assert standing(world, world.other) == {"paid-less-than-declared": "2300.00"}
    with world.store.read() as tx:
        (rate,) = [row for row in statute.load(tx).rows if row.id == "contribution-rate-2016"]
    higher = RateRow(
        **{**msgspec.structs.asdict(rate), "id": "rate-2026", "value": "7", "valid_from": date(2026, 1, 1)}
    )
    impact.accept(world.store, [higher], world.clock.now_ms(), "Finance Act, page 3")
    look(world)
    assert standing(world)["month-unpaid"] == "3500.00"
    assert standing(world, world.other) == {"paid-less-than-declared": "2700.00"}
    assert history(world, "month-unpaid") == [("raised", "3000.00"), ("changed", "3500.00")]


def test_two_reports_about_a_month_do_not_double_it(world: World, found):
    visit, _, _ = found
    world.clock.advance(DAY_MS)
    again = report(world, visit, months_checked=["2026-03"])
    line(world, again, 40_000, month="2026-03")
    look(world)
    assert standing(world) == {"month-unpaid": "2400.00"}
    assert shown(world).due_rs == "2400.00"


def test_a_month_that_is_declared_and_found_unpaid_is_asked_for_once(world: World, found):
    """The schedule makes Rs 4,800 due, the report, which saw two of the workers, Rs 3,000 of it."""
    declared(world, *(f"{MILL},2026-03,{name},,26,40000,2400" for name in "AB"))
    assert standing(world) == {
        "declared-not-paid": "1800.00",
        "month-unpaid": "3000.00",
        "wage-under-minimum": "0.00",
    }
    flag = shown(world)
    assert flag.due_rs == "4800.00"
    assert sum(Decimal(each.amount_rs) for each in flag.rules) == 4800
    with world.store.read() as tx:
        opened = flags.opened(world.store, tx, world.mill, None)
        numbers = {each.district: each for each in compliance.by_district(tx, None)}
    assert (opened.due_rs, opened.schedules_rs) == ("4800.00", "1800.00")
    assert (numbers["korangi"].flagged, numbers["korangi"].due_rs) == (1, "4800.00")


def test_a_month_that_a_report_noted_as_paid_and_that_is_open_by_the_ledger_is_less_sure(world: World):
    """February and March are declared; one payment came, which settles the oldest month first."""
    inspector = world.person("inspector", "korangi")
    visit = world.visit(world.mill, "korangi", inspector)
    made = report(world, visit, months_checked=["2026-03"], months_paid=["2026-03"])
    line(world, made, 40_000, month="2026-03", declared_wage_rs=40_000)
    declared(world, MARCH, f"{MILL},2026-02,A,42101-1234567-1,26,40000,2400")
    paid(world, f"{MILL},2026-04-10,2400,M-1,", name="april.csv")
    rules = {each.rule: each for each in shown(world).rules}
    rule = rules["declared-not-paid"]
    assert (rule.months, rule.sure, rule.amount_rs) == (("2026-03",), "likely", "2400.00")
    assert "A report noted 2026-03 as paid: ask for the challan." in rule.sentences[0]


def test_what_is_open_under_flags_is_what_is_owed(world: World, found):
    """The book of an establishment is everybody's figure; so is that of one without any report."""
    declared(world, MARCH, f"{MILL},2026-02,A,,26,40000,2400", f"{OTHER},2026-04,B,,26,45000,1500")
    paid(world, f"{MILL},2026-04-10,1000,M-1,", f"{OTHER},2026-06-10,500,O-2,", name="april.csv")
    for establishment in (world.mill, world.other):
        with world.store.read() as tx:
            held = owed.on_day(tx, establishment, None, date(2026, 7, 10))
        assert shown(world, establishment).open_rs == held.owed_rs
        assert Decimal(held.owed_rs) > 0


def test_what_a_report_found_beyond_a_month_that_was_paid_is_open_although_money_came_before_it(
    world: World,
):
    """The challan that the inspector saw was for what was declared: the worker whom he found is open."""
    visit = world.visit(world.mill, "korangi", world.person("inspector", "korangi"))
    made = report(world, visit, months_checked=["2026-03"], months_paid=["2026-03"])
    line(world, made, 40_000, month="2026-03", registered=False)
    paid(world, f"{MILL},2026-04-10,2400,M-1,", name="april.csv")
    assert standing(world)["worker-not-registered"] == "2400.00"
    with world.store.read() as tx:
        held = owed.on_day(tx, world.mill, None, date(2026, 7, 10))
    assert (shown(world).open_rs, held.owed_rs) == ("3432.00", "3432.00")


def test_looking_again_adds_nothing_and_a_day_that_passes_adds_no_history(world: World, found):
    declared(world, MARCH)
    before = entries(world)
    for _ in range(2):
        flag_keeping.evaluate(world.store, [world.mill, world.other], world.clock.now_ms())
    first = shown(world)
    world.clock.advance(DAY_MS)
    assert flag_keeping.renew(world.store, world.clock.now_ms()) == 2
    assert flag_keeping.renew(world.store, world.clock.now_ms()) == 0
    assert entries(world) == before
    later = shown(world)
    assert Decimal(later.open_rs) > Decimal(first.open_rs)
    assert (later.since_ms, later.as_of) == (first.since_ms, "2026-07-11")


def test_two_workers_at_once_raise_a_flag_once(world: World):
    declared(world, MARCH)
    paid(world, f"{MILL},2026-04-15,2400,M-1,", name="april.csv")
    kind = payments.import_file
    text = (BANK + f"{MILL},2026-04-15,2400,M-1,2026-04-20\n").encode()
    kind(world.store, world.clock, Source(io.BytesIO(text), "returned.csv", "test"))
    now_ms = world.clock.now_ms()
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(flag_keeping.evaluate, world.store, [world.mill], now_ms) for _ in range(8)]
        done = [job.result() for job in jobs]
    look(world)
    assert sum(each.raised for each in done) == 2
    assert len(history(world, "declared-not-paid")) == 3
    assert len(history(world, "cheque-dishonoured")) == 1


def test_what_was_worked_out_before_something_new_came_is_not_saved(world: World, monkeypatch):
    declared(world, MARCH)
    whole = flag_keeping.judge
    news = [f"{MILL},2026-04-15,2400,M-1,"]

    def judge(*arguments):
        found = whole(*arguments)
        if news:
            text = (BANK + news.pop() + "\n").encode()
            payments.import_file(world.store, world.clock, Source(io.BytesIO(text), "april.csv", "test"))
        return found

    monkeypatch.setattr(flag_keeping, "judge", judge)
    assert flag_keeping.evaluate(world.store, [world.mill], world.clock.now_ms()).skipped == 1
    look(world)
    assert standing(world) == {}
    assert history(world, "declared-not-paid") == [("raised", "2400.00"), ("lifted", "0.00")]


def test_what_cannot_be_judged_holds_up_nobody_else_and_stays_marked(world: World, monkeypatch, capsys):
    whole = flag_keeping.judge

    def judge(loaded, by):
        if loaded.facts.establishment_id == world.other:
            raise ZeroDivisionError
        return whole(loaded, by)

    monkeypatch.setattr(flag_keeping, "judge", judge)
    declared(world, MARCH, f"{OTHER},2026-03,B,,26,40000,2400")
    assert standing(world) == {"declared-not-paid": "2400.00"}
    assert "could not be judged" in "".join(capsys.readouterr())
    with world.store.read() as tx:
        assert list(tx.execute(select(STALE.c.establishment)).scalars()) == [world.other]


def test_who_is_expected_to_pay_most_comes_first(world: World, found):
    """Rs 3,000 found is certain and counts for 80 %; Rs 3,600 more than declared is likely: 50 %."""
    declared(world, *(f"{OTHER},2026-03,{name},,26,40000,1500" for name in "ABCD"))
    paid(world, f"{OTHER},2026-04-10,5900,O-2,", name="april.csv")
    with world.store.read() as tx:
        first, second = flags.ranked(tx, None)
        (alone,) = flags.ranked(tx, ["sukkur"])
    assert (first.establishment, second.establishment) == (world.mill, world.other)
    assert Decimal(first.open_rs) < Decimal(second.open_rs)
    assert Decimal(first.expected_rs) > Decimal(second.expected_rs)
    assert alone == second
