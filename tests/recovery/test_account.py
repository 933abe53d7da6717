"""Accounts worked by hand: what schedules make due by the dated law, and what payments settle."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from field.problems import Problem
from field.recovery.account import Declared, MonthDeclared, settle
from field.recovery.ledger import Payment
from field.recovery.statute import Statute, shipped


def lines(workers, wage, contribution=None, days=26):
    said = Decimal(0) if contribution is None else Decimal(contribution)
    without = workers if contribution is None else 0
    return Declared(workers=workers, wage_rs=Decimal(wage), days=days, contribution_rs=said, without=without)


def month(name, *declared, **more):
    return MonthDeclared(month=name, version=1, lines=declared, **more)


def paid(id, day, amount, reversed_on=None):
    return Payment(
        id=id, value_date=date.fromisoformat(day), amount_rs=Decimal(amount),
        reversed_on=date.fromisoformat(reversed_on) if reversed_on else None,
    )  # fmt: skip


def test_two_months_with_a_late_payment_come_to_what_was_worked_out_by_hand():
    """March 2026: 2 workers at Rs 40,000 and 1 at Rs 30,000, 6 % of at most Rs 40,000 each:
    2 x 2,400 + 1,800 = 6,600, due on 15 April. April the same, due on 15 May.

    Rs 6,600 came on 25 April, ten days late: March is settled; its increase is 10 x 0.5 % of 6,600 = 330.
    On 4 June April is 20 days late: 10 % of 6,600 = 660. Open: 6,600 + 660 + 330 = 7,590.
    """
    declared = [
        month(name, lines(2, 40_000, 4800), lines(1, 30_000, 1800)) for name in ("2026-04", "2026-03")
    ]
    found = settle(declared, [paid("a", "2026-04-25", 6600)], shipped(), date(2026, 6, 4))
    assert [each.due_rs for each in found.months] == [Decimal(6600), Decimal(6600)]
    assert (found.ledger.principal_rs, found.ledger.increase_rs) == (Decimal(13200), Decimal(990))
    assert found.ledger.open_rs == Decimal(7590)
    assert not [remark for remark in found.remarks if remark.startswith("2026")]


def test_what_the_form_says_is_not_charged_but_told():
    """Ten wages of Rs 50,000 give 6 % of Rs 40,000 = 2,400 each, where the form says 3,000.

    A line of Rs 10,000 says nothing, and is charged with Rs 600: 24,600 in all.
    """
    declared = [month("2026-03", lines(10, 50_000, 30_000), lines(1, 10_000))]
    found = settle(declared, [], shipped(), date(2026, 4, 1))
    assert (found.months[0].due_rs, found.months[0].declared_rs) == (Decimal(24_600), Decimal(30_000))
    assert found.remarks[:2] == (
        "2026-03: the schedule says Rs 30,000, the law asks for Rs 24,000, Rs 6,000 less.",
        "2026-03: the schedule says no contribution for 1 line.",
    )


def test_each_line_is_rounded_by_itself():
    """6 % of Rs 33.42 is 2.0052, which is 2.01 for each of three workers: 6.03, and not 6.02."""
    found = settle([month("2026-03", lines(3, "33.42"))], [], shipped(), date(2026, 4, 1))
    assert found.months[0].due_rs == Decimal("6.03")


def test_a_dishonoured_cheque_has_settled_nothing():
    """Of four cheques of Rs 100,000 all bounced: the whole is open, and the cheques still stand there."""
    cheques = [paid(str(n), f"2026-0{n}-20", 100_000, "2026-06-01") for n in range(2, 6)]
    declared = [month("2025-12", lines(200, 40_000))]
    found = settle(declared, cheques, shipped(), date(2026, 6, 2))
    assert found.ledger.received_rs == 0
    assert found.ledger.open_rs == Decimal(480_000) + Decimal(240_000)  # more than 90 days: 50 % flat
    assert len(found.ledger.payments) == 4


def test_a_worker_below_the_minimum_wage_is_charged_by_the_row_in_force():
    """13 of 26 days at Rs 10,000; the minimum for them is Rs 20,000: 6 % is 1,200 where the row says so."""
    declared = [month("2026-03", lines(1, 10_000, days=13))]
    assert settle(declared, [], shipped(), date(2026, 4, 1)).months[0].due_rs == Decimal(600)
    rule = msgspec.structs.replace(shipped()["under-minimum-base-rule"], value="minimum-wage")
    found = settle(declared, [], shipped().amended(rule), date(2026, 4, 1))
    assert found.months[0].due_rs == Decimal(1200)
    assert rule.id in found.months[0].row_ids


def test_a_month_without_law_is_left_out_and_told():
    found = settle([month("1965-03", lines(1, 3000))], [], shipped(), date(2026, 4, 1))
    assert found.months == ()
    assert "No rate of contribution is on file for 1965-03" in found.remarks[0]


def test_without_a_due_day_nothing_is_charged_silently():
    law = Statute(row for row in shipped().rows if row.kind != "due_day_of_following_month")
    with pytest.raises(Problem, match="due_day_of_following_month"):
        settle([month("2026-03", lines(1, 3000))], [], law, date(2026, 4, 1))


def test_a_worker_with_two_lines_is_told():
    found = settle([month("2026-03", lines(2, 20_000), twice=1)], [], shipped(), date(2026, 4, 1))
    assert found.remarks[0] == "2026-03: more than one line for 1 worker; each is charged."
