"""The calculator gives what a clerk gets by hand, and names every row and doubt."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from field.problems import Problem
from field.recovery import calculator
from field.recovery.calculator import Asked
from field.recovery.ledger import Payment
from field.recovery.statute import shipped

CASE = Asked(
    workers=268, wage_rs=Decimal(6000), first="2004-07", last="2005-04", day=date(2005, 6, 30), due_day=15
)


def changed(**members) -> Asked:
    return msgspec.structs.replace(CASE, **members)


def test_268_workers_for_ten_months_owe_what_was_worked_out_by_hand():
    """268 x 10 x Rs 420. Eight months more than 90 days late: 50 %; March 76 days: 38 %; April 46: 23 %."""
    found = calculator.work_out(CASE, shipped()).ledger
    assert found.principal_rs == 268 * 10 * 420
    assert found.increase_rs == Decimal(112560) * (8 * 50 + 38 + 23) / 100 == Decimal("518901.60")


def test_due_at_the_months_end_it_is_less():
    """February 91 days late: still 50 %; March 61 days: 30.5 %; April 30 days: 15 %."""
    found = calculator.work_out(changed(due_day=31), shipped()).ledger
    assert found.increase_rs == Decimal(112560) * (Decimal(8 * 50) + Decimal("30.5") + 15) / 100
    assert found.increase_rs == Decimal("501454.80")


def test_every_month_is_told_with_its_figures_and_every_doubt_by_its_row():
    worked = calculator.work_out(CASE, shipped())
    april = worked.months[-1]
    assert april.sentences == (
        "2005-04: 268 workers x Rs 420 = Rs 112,560, to be paid by 2005-05-15.",
        "46 days late: 23 % of Rs 112,560 (0.5 % a day).",
        "Increase up to the day: Rs 25,888.80.",
    )
    doubtful = {row.id for row in worked.rows if not row.confirmed}
    assert "late-increase-day" in doubtful
    assert all(any(id in remark for remark in worked.remarks) for id in doubtful)


def test_the_due_day_comes_from_the_dated_rows_where_none_is_given():
    worked = calculator.work_out(changed(due_day=None), shipped())
    assert worked.ledger.increase_rs == Decimal("518901.60")
    assert "due-day" in {row.id for row in worked.rows}


def test_splitting_the_period_changes_nothing():
    parts = [
        calculator.work_out(changed(first=first, last=last), shipped()).ledger
        for first, last in (("2004-07", "2004-12"), ("2005-01", "2005-04"))
    ]
    whole = calculator.work_out(CASE, shipped()).ledger
    assert sum(part.open_rs for part in parts) == whole.open_rs


def test_a_payment_settles_by_the_order_that_the_law_states_and_its_row_is_named():
    cash = Payment(id="1", value_date=date(2005, 1, 10), amount_rs=Decimal(400_000))
    worked = calculator.work_out(changed(payments=(cash,)), shipped())
    assert "payment-order" in {row.id for row in worked.rows}
    assert worked.ledger.received_rs == 400_000
    assert worked.ledger.increase_rs < Decimal("518901.60")


def test_months_that_are_not_over_yet_are_named_and_not_charged():
    worked = calculator.work_out(changed(day=date(2005, 4, 20)), shipped())
    assert len(worked.months) == 9
    assert "nothing is owed yet for 2005-04" in worked.remarks[0]


BACK = Payment(id="1", value_date=date(2005, 1, 10), amount_rs=Decimal(5), reversed_on=date(2004, 12, 31))


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"workers": 0}, "at least one worker"),
        ({"wage_rs": Decimal(-1)}, "wage of 0"),
        ({"first": "2005-05"}, "in order"),
        ({"last": "2005-13"}, "no month"),
        ({"due_day": 32}, "1 to 31"),
        ({"first": "9999-12", "last": "9999-12"}, "No month comes after 9999-12"),
        ({"payments": (BACK,)}, "of 2005-01-10 cannot be dishonoured before that, on 2004-12-31"),
        ({"first": "1965-01"}, "No rate of contribution is on file for 1965-01"),
    ],
)
def test_what_cannot_be_worked_out_is_said(members, words):
    with pytest.raises(Problem, match=words):
        calculator.work_out(changed(**members), shipped())


def test_a_wage_paid_by_the_day_is_limited_for_each_day():
    """May 2012, 3 workers, Rs 500 a day for 20 days: of each day Rs 400 count, 8,000; 6 % is Rs 480, x 3."""
    asked = Asked(
        workers=3,
        wage_rs=Decimal(500),
        first="2012-05",
        last="2012-05",
        day=date(2012, 6, 15),
        days=20,
        by_day=True,
    )
    found = calculator.work_out(asked, shipped())
    assert found.ledger.principal_rs == Decimal("1440.00")
    assert {"daily-wage-rule-2008", "base-limit-day-2008"} <= {row.id for row in found.rows}
    for odd in ({"days": None}, {"days": 0}, {"days": 32}):
        with pytest.raises(Problem, match="days"):
            calculator.work_out(msgspec.structs.replace(asked, **odd), shipped())
