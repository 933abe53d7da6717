"""Sheets worked by hand, with the arithmetic written out: delay around day 90, Mehran and M.R. Industries."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from field.recovery import book
from field.recovery.assessment import LineFacts, ReportFacts, opened
from field.recovery.book import MonthFound
from field.recovery.calculator import months_between
from field.recovery.statute import shipped
from tests.recovery.books import day, received

LAW = shipped()


def found(assessment) -> list[MonthFound]:
    """What a book takes from an assessment."""
    return [
        MonthFound(
            month=due.month,
            report_id=assessment.report_id,
            captured_ms=0,
            unpaid=due.unpaid,
            due_rs=due.due_rs,
            whole_rs=due.whole_rs,
            beyond_rs=due.beyond_rs,
            row_ids=due.rate_row_ids,
            provisional=assessment.unsettled,
        )
        for due in assessment.months
    ]


def report(lines, months, paid=()) -> ReportFacts:
    return ReportFacts(
        report_id="report",
        establishment_id="unit",
        visit_id="visit",
        months_checked=tuple(months),
        months_paid=tuple(paid),
        lines=tuple(lines),
    )


def owed(lines, months, on, money=(), paid=()):
    assessment, _ = opened(report(lines, months, paid), LAW)
    return book.settle(found(assessment), (), money, LAW, on)


@pytest.mark.parametrize(
    ("late", "percent", "increase"),
    [(89, "44.5", "987.90"), (90, "45", "999"), (91, "50", "1110")],
)
def test_days_89_90_and_91_after_the_due_day(late, percent, increase):
    """One worker at Rs 37,000 in August 2024: 6 % = Rs 2,220, due on 15 September.

    Day 89: 89 x 0.5 % = 44.5 % of 2,220 = 987.90. Day 90: 45 % = 999.00. Day 91: flat 50 % = 1,110.00.
    """
    line = LineFacts(id="1", month="2024-08", wage_rs=37_000, registered=True)
    held = owed([line], ["2024-08"], date(2024, 9, 15) + timedelta(days=late))
    (state,) = held.ledger.months
    assert (state.principal_rs, state.days_late, state.percent) == (2_220, late, Decimal(percent))
    assert state.increase_rs == Decimal(increase)
    assert held.ledger.open_rs == 2_220 + Decimal(increase)


def test_a_wage_that_changes_in_the_middle_of_a_month_is_judged_by_what_was_paid_for_the_month():
    """Half of the month at Rs 30,000 and half at Rs 38,000, of 26 days of work: the register has one sum.

    13 of 26 days at 30,000 = 15,000 and 13 of 26 at 38,000 = 19,000, together 34,000: 6 % = 2,040. The next
    month at 38,000 counts up to the minimum wage of 37,000: 6 % = 2,220.
    """
    lines = [
        LineFacts(id="1", month="2024-08", wage_rs=15_000 + 19_000, days=26, registered=True, worker_key="w"),
        LineFacts(id="2", month="2024-09", wage_rs=38_000, days=26, registered=True, worker_key="w"),
    ]
    assessment, entries = opened(report(lines, ["2024-08", "2024-09"]), LAW)
    assert [(each.month, each.base_rs, each.principal_rs) for each in entries] == [
        ("2024-08", 34_000, 2_040),
        ("2024-09", 37_000, 2_220),
    ]
    assert assessment.total_rs == 4_260


def test_a_minimum_wage_that_changes_between_two_months_changes_the_base_from_its_month_on():
    """At Rs 45,000: June 2024 up to 32,000 = 1,920; July up to 37,000 = 2,220; July 2025 40,000 = 2,400."""
    months = ["2024-06", "2024-07", "2025-07"]
    lines = [LineFacts(id=month, month=month, wage_rs=45_000, registered=True) for month in months]
    _, entries = opened(report(lines, months), LAW)
    assert [(each.cap_rs, each.principal_rs) for each in entries] == [
        (32_000, 1_920),
        (37_000, 2_220),
        (40_000, 2_400),
    ]
    for entry, row in zip(
        entries, ("minimum-wage-2023", "minimum-wage-2024", "minimum-wage-2025"), strict=True
    ):
        assert row in entry.rate_row_ids


def mehran():
    """The 46 months of the notice, which names their sum alone: 45 x Rs 42,685 and one of Rs 42,695."""
    months = months_between("2012-01", "2015-10")
    principals = [Decimal(42_685)] * 45 + [Decimal(1_963_520) - 45 * Decimal(42_685)]
    return [
        MonthFound(
            month=month,
            report_id="report",
            captured_ms=0,
            unpaid=True,
            due_rs=rs,
            whole_rs=rs,
            beyond_rs=Decimal(0),
        )
        for month, rs in zip(months, principals, strict=True)
    ]


def test_mehran_industries_four_dishonoured_cheques_leave_the_debt_whole_and_the_increase_running():
    """Rs 1,963,520 for 46 months; four cheques of Rs 100,000, dishonoured a week after each.

    45 x 42,685 = 1,920,825; the last month 42,695: together 1,963,520. On 31 March 2016 the month of October
    2015, due on 15 November, is 137 days late: every month is past day 90, and the increase is flat 50 % of
    each = 1/2 of 1,963,520 = 981,760. Owed: 1,963,520 + 981,760 = 2,945,280, as if no cheque had ever come.
    """
    cheques = [
        received(f"cheque {number}", on, 100_000, dishonoured=back)
        for number, (on, back) in enumerate(
            [
                ("2015-11-20", "2015-11-27"),
                ("2015-12-20", "2015-12-27"),
                ("2016-01-20", "2016-01-27"),
                ("2016-02-20", "2016-02-27"),
            ],
            1,
        )
    ]
    held = book.settle(mehran(), (), cheques, LAW, day("2016-03-31"))
    settled = held.ledger
    assert (len(settled.months), settled.principal_rs, settled.increase_rs) == (46, 1_963_520, 981_760)
    assert (settled.open_rs, settled.received_rs, settled.credit_rs) == (2_945_280, 0, 0)
    assert [payment.reversed_on for payment in settled.payments] == [
        day("2015-11-27"), day("2015-12-27"), day("2016-01-27"), day("2016-02-27"),
    ]  # fmt: skip
    assert settled.allocated == ()
    never = book.settle(mehran(), (), (), LAW, day("2016-03-31"))
    assert settled.months == never.ledger.months


def test_while_a_cheque_of_mehran_industries_stood_it_had_settled_the_oldest_months_and_then_nothing():
    """On 21 November 2015 Rs 100,000 had come in: January 2012 and its increase, 42,685 + 21,342.50 =
    64,027.50; the other 35,972.50 went to February 2012. A week later all of it is open again.
    """
    cheque = received("cheque", "2015-11-20", 100_000, dishonoured="2015-11-27")
    standing = book.settle(mehran(), (), [cheque], LAW, day("2015-11-21")).ledger
    assert [(part.month, part.part, part.amount_rs) for part in standing.allocated] == [
        ("2012-01", "principal", 42_685),
        ("2012-01", "increase", Decimal("21342.50")),
        ("2012-02", "principal", Decimal("35972.50")),
    ]
    back = book.settle(mehran(), (), [cheque], LAW, day("2015-11-27")).ledger
    assert back.open_rs == book.settle(mehran(), (), (), LAW, day("2015-11-27")).ledger.open_rs
    assert back.open_rs > standing.open_rs


def test_mr_industries_from_the_wage_line_to_the_increase():
    """268 workers x Rs 6,000 x 7 % = 268 x 420 = 112,560 a month, x 10 = 1,125,600.

    On 30 June 2005 the months July 2004 to February 2005 are more than 90 days past their 15th: 8 x 50 %.
    March, due on 15 April, is 76 days late: 38 %. April, due on 15 May, 46 days: 23 %. Together 461 % of
    112,560 = 518,901.60.
    """
    months = months_between("2004-07", "2005-04")
    lines = [
        LineFacts(id=f"{month} {worker}", month=month, wage_rs=6_000, registered=True, worker_key=str(worker))
        for month in months
        for worker in range(268)
    ]
    assessment, entries = opened(report(lines, months), LAW)
    assert len(entries) == 2_680
    assert {(each.base_rs, each.percent, each.principal_rs) for each in entries} == {(6_000, "7", 420)}
    held = book.settle(found(assessment), (), (), LAW, day("2005-06-30"))
    assert held.ledger.principal_rs == 268 * 10 * 420 == 1_125_600
    assert held.ledger.increase_rs == Decimal(112_560) * (8 * 50 + 38 + 23) / 100 == Decimal("518901.60")
