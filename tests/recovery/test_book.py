"""One establishment, one ledger: schedules, reports and payments together, and no month asked for twice.

In 2024-08 the minimum wage is Rs 37,000: at 6 % a worker at that wage makes Rs 2,220 due.
"""

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.recovery import book
from field.recovery.statute import Statute, shipped
from tests.recovery.books import day, paid, received, schedule, unpaid

LAW = shipped()
AUGUST = "2024-08"
ON = day("2024-09-15")  # the due day of August: nothing is late
MONTHS = ("2024-07", "2024-08", "2024-09", "2024-10")


def settle(found=(), declared=(), money=(), on=ON, law=LAW):
    return book.settle(found, declared, money, law, on)


def principal(*arguments, **more):
    return settle(*arguments, **more).ledger.principal_rs


def codes(held):
    return {remark.code for remark in held.remarks}


def test_a_schedule_alone_is_charged_as_the_law_asks_for_its_lines():
    held = settle(declared=[schedule(AUGUST, 10)])
    assert (held.ledger.principal_rs, held.months[0].proof) == (22_200, "schedule")


def test_a_report_alone_is_charged_as_it_claims():
    held = settle([unpaid(AUGUST, 6_660)])
    assert (held.ledger.principal_rs, held.months[0].proof) == (6_660, "found-unpaid")
    assert settle([paid(AUGUST, 2_220)]).months[0].proof == "found-beyond"


def test_an_unpaid_month_that_schedule_and_report_both_tell_of_is_asked_for_once():
    """Ten workers are declared, the report has lines for the same ten: Rs 22,200, and not twice that."""
    held = settle([unpaid(AUGUST, 22_200)], [schedule(AUGUST, 10)])
    assert (held.ledger.principal_rs, held.months[0].proof) == (22_200, "schedule")


def test_what_a_report_finds_beyond_the_schedule_is_added_to_it():
    """Ten are declared; of three looked at one was not registered: 22,200 + 2,220."""
    held = settle([unpaid(AUGUST, 6_660, beyond_rs=Decimal(2_220))], [schedule(AUGUST, 10)])
    assert (held.ledger.principal_rs, held.months[0].proof) == (24_420, "schedule-and-beyond")


def test_a_register_that_shows_more_than_the_schedule_counts_instead_of_it():
    """Ten are declared, the wage register has fifteen; nobody noted who of them is registered."""
    held = settle([unpaid(AUGUST, 33_300)], [schedule(AUGUST, 10)])
    assert (held.ledger.principal_rs, held.months[0].proof) == (33_300, "register")


def test_a_corrected_schedule_that_names_what_the_report_found_is_not_charged_beside_it():
    """At the visit ten were declared and one more was found; then the employer declares eleven."""
    found = [unpaid(AUGUST, 4_440, beyond_rs=Decimal(2_220), captured_ms=1000)]
    before = schedule(AUGUST, 10, version=1, arrived_ms=500)
    after = schedule(AUGUST, 11, version=2, arrived_ms=2000)
    assert principal(found, [before]) == 24_420
    assert principal(found, [before, after]) == 24_420
    # Even if nothing was on file at the visit, eleven declared afterwards hold the one who was found.
    assert principal(found, [after]) == 24_420


def test_a_month_found_paid_is_charged_where_the_payment_for_it_is_on_file():
    found = [paid(AUGUST, 2_220)]
    held = settle(found, [schedule(AUGUST, 10)], [received("p", "2024-09-10", 22_200, AUGUST)])
    assert (held.ledger.principal_rs, held.ledger.open_rs) == (24_420, 2_220)
    assert held.months[0].taken_as_paid_rs == 0


def test_a_month_found_paid_is_taken_as_paid_where_no_payments_are_on_file_and_that_is_said():
    """An office that brings in schedules and not payments must not ask for what its inspector saw paid."""
    held = settle([paid(AUGUST, 2_220)], [schedule(AUGUST, 10)])
    assert (held.ledger.principal_rs, held.months[0].taken_as_paid_rs) == (2_220, 22_200)
    assert codes(held) == {"taken-as-paid"}
    assert held.provisional


def test_payments_that_name_no_month_can_have_paid_as_many_months_as_they_suffice_for():
    """Rs 22,200 without a month, in September: enough for August or July, found paid, not for both."""
    found = [paid("2024-07", 0), paid(AUGUST, 0)]
    declared = [schedule("2024-07", 10), schedule(AUGUST, 10)]
    held = settle(found, declared, [received("p", "2024-09-10", 22_200)])
    assert [month.taken_as_paid_rs for month in held.months] == [0, 22_200]
    # July came 26 days late: 13 % of Rs 22,200.
    assert (held.ledger.open_rs, held.ledger.credit_rs) == (2_886, 0)


def test_a_payment_for_a_month_found_paid_without_a_schedule_does_not_wipe_out_what_was_found():
    """The employer paid Rs 22,200 for August; that one worker was left out is no less true for it."""
    money = [received("p", "2024-09-10", 22_200, AUGUST)]
    held = settle([paid(AUGUST, 2_220)], money=money)
    assert (held.ledger.open_rs, held.ledger.credit_rs, held.ledger.received_rs) == (2_220, 0, 0)
    assert [each.payment.id for each in held.set_aside] == ["p"]
    assert codes(held) == {"set-aside"}


def test_money_that_came_before_the_visit_does_not_settle_what_the_visit_found():
    """Rs 22,200 came in September without a month; the report of 1 October found August paid, and one worker
    left out. What the employer pays afterwards, with or without the month, does settle it.
    """
    visit = [paid(AUGUST, 2_220, made_on=day("2024-10-01"))]
    before, on = received("p", "2024-09-10", 22_200), day("2024-10-20")
    held = settle(visit, money=[before], on=on)
    assert [state.principal_paid_rs for state in held.ledger.months] == [0]
    assert held.ledger.credit_rs == 22_200
    assert codes(held) == {"credit-unsure"}
    for after in (received("q", "2024-10-15", 3_000), received("q", "2024-10-15", 3_000, AUGUST)):
        settled = settle(visit, money=[before, after], on=on).ledger
        # Thirty days late: 15 % of 2,220 = 333; of 3,000 there are 447 left beside the 22,200.
        assert (settled.open_rs, settled.credit_rs) == (0, 22_647)
        assert not settle(visit, money=[before, after], on=on).set_aside


def test_a_cheque_that_came_after_the_visit_and_bounced_does_not_make_a_paid_month_unpaid():
    visit = [paid(AUGUST, 2_220, whole=24_420, made_on=day("2024-10-01"))]
    cheque = received("q", "2024-10-15", 3_000, AUGUST, dishonoured="2024-10-18")
    held = settle(visit, money=[cheque], on=day("2024-10-20"))
    assert (held.months[0].proof, held.ledger.principal_rs) == ("found-beyond", 2_220)


def test_a_challan_that_the_bank_booked_after_the_visit_pays_the_month_that_was_found_paid():
    visit = [paid(AUGUST, 0, made_on=day("2024-10-01"))]
    money = [received("p", "2024-10-08", 22_200, AUGUST)]
    held = settle(visit, [schedule(AUGUST, 10)], money, on=day("2024-10-20"))
    assert (held.months[0].taken_as_paid_rs, held.ledger.credit_rs) == (0, 0)
    # It came 23 days late: 11.5 % of 22,200.
    assert held.ledger.open_rs == 2_553


def test_a_cheque_that_bounced_after_the_visit_makes_the_whole_month_due():
    money = [received("p", "2024-09-01", 22_200, AUGUST, dishonoured="2024-09-12")]
    found = [paid(AUGUST, 2_220, whole=24_420)]
    assert settle(found, money=money, on=day("2024-09-11")).ledger.open_rs == 2_220
    held = settle(found, money=money)
    assert (held.ledger.open_rs, held.months[0].proof) == (24_420, "found-unpaid")
    assert codes(held) == {"bounced-after-visit"}
    assert [payment.id for payment in held.ledger.payments] == ["p"]


def test_a_month_found_paid_that_the_payments_do_not_settle_is_told():
    """The challan that the inspector saw went to an older month by the order that the law states."""
    declared = [schedule("2024-07", 10), schedule(AUGUST, 10)]
    held = settle([paid(AUGUST, 0)], declared, [received("p", "2024-09-10", 22_200, AUGUST)])
    assert [state.open_rs for state in held.ledger.months] == [2_886, 22_200]
    assert codes(held) == {"found-paid-but-open"}


def test_a_cheque_that_bounced_before_the_visit_says_nothing_against_what_the_visit_saw():
    """It came back in September; in November the inspector saw the month paid, by whatever had followed."""
    money = [received("p", "2024-09-01", 22_200, AUGUST, dishonoured="2024-09-12")]
    held = settle([paid(AUGUST, 2_220, whole=24_420, made_on=day("2024-11-05"))], (), money)
    (month,) = held.months
    assert (month.proof, month.principal_rs) == ("found-beyond", 2_220)
    assert held.remarks == ()
    assert (held.set_aside, [each.id for each in held.ledger.payments]) == ((), ["p"])


def test_excess_is_a_credit_and_dishonoured_payments_settle_nothing():
    money = [
        received("a", "2024-09-10", 30_000),
        received("b", "2024-09-11", 9_000, dishonoured="2024-09-14"),
    ]
    held = settle(declared=[schedule(AUGUST, 10)], money=money)
    assert (held.ledger.open_rs, held.ledger.credit_rs, held.ledger.received_rs) == (0, 7_800, 30_000)
    assert len(held.ledger.payments) == 2


def test_a_disputed_report_and_an_unconfirmed_row_make_the_figure_provisional():
    confirmed = Statute(msgspec.structs.replace(row, confirmed=True) for row in LAW.rows)
    assert not settle([unpaid(AUGUST, 10)], law=confirmed).provisional
    held = settle([unpaid(AUGUST, 10, provisional=True)], law=confirmed)
    assert held.provisional
    assert codes(held) == {"report-provisional"}
    assert settle([unpaid(AUGUST, 10)]).provisional
    assert not all(row.confirmed for row in settle([unpaid(AUGUST, 10)]).rows)


def test_months_without_law_or_due_day_are_left_out_and_named():
    without = Statute(row for row in LAW.rows if row.kind != "due_day_of_following_month")
    assert codes(settle([unpaid(AUGUST, 10)], law=without)) == {"no-due-day"}
    assert codes(settle(declared=[schedule("1999-03", 1)])) == {"no-law"}
    held = settle(declared=[schedule("2024-09", 1)])
    assert (codes(held), held.ledger.months) == ({"month-not-over"}, ())


# What holds for every history.

amounts = st.integers(0, 5_000_000).map(lambda paisa: Decimal(paisa) / 100)
days = st.integers(0, 400).map(lambda after: date(2024, 8, 1) + timedelta(days=after))


@st.composite
def histories(draw):
    """Reports, schedules in several versions and payments, some of them naming months, some dishonoured."""
    found, declared, money = [], [], []
    for month in MONTHS:
        kind = draw(st.sampled_from(["none", "unpaid", "paid"]))
        beyond, rest = draw(amounts), draw(amounts)
        if kind == "unpaid":
            found.append(unpaid(month, beyond + rest, beyond_rs=beyond))
        elif kind == "paid":
            made_on = draw(st.just(date.max) | days)
            found.append(paid(month, beyond, whole=beyond + rest, made_on=made_on))
        for version in range(1, draw(st.integers(0, 2)) + 1):
            arrived = draw(st.sampled_from([500, 2000]))
            declared.append(schedule(month, draw(st.integers(0, 9)), version=version, arrived_ms=arrived))
    for number in range(draw(st.integers(0, 5))):
        on = draw(days)
        back = draw(st.none() | st.integers(0, 200).map(lambda after, on=on: on + timedelta(days=after)))
        named = draw(st.lists(st.sampled_from(MONTHS), max_size=2, unique=True))
        bounced = back.isoformat() if back else None
        money.append(received(f"p{number}", on.isoformat(), draw(amounts), *named, dishonoured=bounced))
    return found, declared, money


@given(histories(), days)
def test_the_book_always_adds_up(history, on):
    held = settle(*history, on=on)
    settled = held.ledger
    assert settled.charged_rs - settled.received_rs == settled.open_rs - settled.credit_rs
    assert settled.principal_rs == sum(month.principal_rs for month in held.months)
    aside = {each.payment.id for each in held.set_aside}
    entered = {payment.id for payment in settled.payments}
    known = {each.payment.id for each in history[2] if each.payment.value_date <= on}
    assert (aside | entered, aside & entered) == (known, set())


@given(histories(), days, st.randoms())
def test_the_order_of_entry_changes_nothing(history, on, chance):
    shuffled = [list(each) for each in history]
    for each in shuffled:
        chance.shuffle(each)
    assert settle(*shuffled, on=on) == settle(*history, on=on)


@given(histories(), days)
def test_no_month_is_ever_asked_for_more_than_schedule_and_report_prove_together(history, on):
    """The highest of the proofs, and never their sum; at least what the report found beyond the declared."""
    found = {each.month: each for each in history[0]}
    for month in settle(*history, on=on).months:
        whole = month.principal_rs + month.taken_as_paid_rs
        report, declared = found.get(month.month), month.declared_rs or Decimal(0)
        then = month.then_rs or Decimal(0)
        if report is not None and month.declared_rs is not None:
            assert whole == max(declared, report.whole_rs, then + report.beyond_rs)
            assert month.principal_rs >= report.beyond_rs
        elif report is None:
            assert whole == declared


@given(histories(), days, st.integers(0, 4))
def test_splitting_the_period_changes_nothing_of_what_is_charged(history, on, cut):
    found, declared, _ = history
    parts = [
        settle(
            [each for each in found if each.month in months],
            [each for each in declared if each.month in months],
            on=on,
        ).ledger
        for months in (MONTHS[:cut], MONTHS[cut:])
    ]
    whole = settle(found, declared, on=on).ledger
    for figure in ("principal_rs", "increase_rs", "open_rs"):
        assert sum(getattr(part, figure) for part in parts) == getattr(whole, figure)


@pytest.mark.parametrize("mark", ["declared", "found"])
def test_a_book_names_every_row_that_its_figures_rest_on(mark):
    held = settle([unpaid(AUGUST, 2_220)] if mark == "found" else (), [schedule(AUGUST, 1)])
    assert {"contribution-rate-2016", "base-rule-2018", "due-day", "late-increase-day"} <= {
        row.id for row in held.rows
    }
    assert set(held.months[0].row_ids) <= {row.id for row in held.rows}
