"""What is owed on a day adds up, and nothing but value dates and the law moves it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.problems import Problem
from field.recovery import ledger
from field.recovery.ledger import Charge, LateLaw, Order, Payment
from field.recovery.statute import shipped

LAW = ledger.late_law(shipped(), "2024-07")
ORDERS = get_args(Order)
MONTHS = [f"{year}-{month:02d}" for year in (2012, 2013, 2014, 2015) for month in range(1, 13)]
DAY = date(2016, 3, 31)

amounts = st.integers(1, 50_000_000).map(lambda paisa: Decimal(paisa) / 100)
days = st.integers(0, 1600).map(lambda after: date(2012, 1, 1) + timedelta(days=after))


def charge(month: str, rs: Decimal | int | str = "112560.00", due_day: int = 15) -> Charge:
    return Charge(month=month, principal_rs=Decimal(rs), due_on=ledger.due_on(month, due_day), late=LAW)


def paid(number: int, on: date, rs: Decimal | int | str, reversed_on: date | None = None) -> Payment:
    return Payment(id=f"p{number}", value_date=on, amount_rs=Decimal(rs), reversed_on=reversed_on)


@st.composite
def histories(draw):
    """Charges of different months, and payments, some of them reversed later."""
    months = draw(st.lists(st.sampled_from(MONTHS), min_size=1, max_size=8, unique=True))
    charges = [charge(month, draw(amounts), draw(st.sampled_from([15, 31]))) for month in months]
    payments = []
    for number in range(draw(st.integers(0, 6))):
        on = draw(days)
        back = draw(st.none() | st.integers(0, 200).map(lambda after, on=on: on + timedelta(days=after)))
        payments.append(paid(number, on, draw(amounts), back))
    return charges, payments


@given(histories(), days, st.sampled_from(ORDERS))
def test_the_ledger_always_adds_up(history, day, order):
    found = ledger.settle(*history, day, order)
    assert found.charged_rs - found.received_rs == found.open_rs - found.credit_rs
    assert found.open_rs >= 0 <= found.credit_rs
    assert all(month.open_rs >= 0 for month in found.months)
    for part, of in (("principal", "principal_paid_rs"), ("increase", "increase_paid_rs")):
        for month in found.months:
            settled = sum(
                each.amount_rs for each in found.allocated if (each.month, each.part) == (month.month, part)
            )
            assert settled == getattr(month, of)


@given(histories(), days, st.sampled_from(ORDERS), st.randoms())
def test_the_order_of_entry_changes_nothing(history, day, order, chance):
    charges, payments = history
    shuffled = charges.copy(), payments.copy()
    for each in shuffled:
        chance.shuffle(each)
    assert ledger.settle(*shuffled, day, order) == ledger.settle(charges, payments, day, order)


@given(histories(), days, st.integers(0, 8), st.sampled_from(ORDERS))
def test_a_period_in_two_parts_owes_what_the_whole_owes(history, day, cut, order):
    charges, _ = history
    parts = [ledger.settle(some, [], day, order) for some in (charges[:cut], charges[cut:])]
    whole = ledger.settle(charges, [], day, order)
    assert whole.principal_rs == sum(part.principal_rs for part in parts)
    assert whole.increase_rs == sum(part.increase_rs for part in parts)


@given(histories(), days, st.sampled_from(ORDERS))
def test_without_payments_nothing_owed_ever_shrinks(history, day, order):
    charges, _ = history
    before, after = (ledger.settle(charges, [], on, order) for on in (day, day + timedelta(days=1)))
    assert after.open_rs >= before.open_rs


@given(histories(), days, amounts, st.integers(0, 100), st.sampled_from(ORDERS))
def test_a_dishonoured_cheque_is_shown_and_has_settled_nothing(history, on, amount, held, order):
    charges, payments = history
    day = on + timedelta(days=held + 1)
    bounced = paid(99, on, amount, on + timedelta(days=held))
    found = ledger.settle(charges, [*payments, bounced], day, order)
    without = ledger.settle(charges, payments, day, order)
    assert bounced in found.payments
    assert (found.months, found.credit_rs) == (without.months, without.credit_rs)


@pytest.mark.parametrize(
    ("late", "percent"),
    [(-5, "0"), (0, "0"), (1, "0.5"), (89, "44.5"), (90, "45"), (91, "50"), (10_000, "50")],
)
def test_the_increase_grows_by_the_day_and_steps_after_day_90(late, percent):
    assert LAW.percent(late) == Decimal(percent)
    found = ledger.settle(
        [charge("2015-01", "200.00")], [], date(2015, 2, 15) + timedelta(days=late), ORDERS[0]
    )
    assert found.increase_rs == 2 * Decimal(percent)


def test_principal_paid_early_stops_the_increase_on_that_part_alone():
    # By hand: Rs 60,000 paid 10 days late: 5 % = 3,000. The other 40,000, 30 days late: 15 % = 6,000.
    payment = paid(1, date(2015, 2, 25), 60_000)
    found = ledger.settle([charge("2015-01", 100_000)], [payment], date(2015, 3, 17), ORDERS[0])
    (month,) = found.months
    assert (month.principal_paid_rs, month.increase_rs, month.days_late) == (60_000, 9_000, 30)
    assert found.open_rs == 49_000


def test_the_stated_order_decides_what_a_payment_settles():
    # 20 days late: 10 % of Rs 1,000 and, for February, not late. Rs 1,050 is paid.
    charges = [charge("2015-01", 1000), charge("2015-02", 1000)]
    payment = paid(1, date(2015, 3, 7), 1050)
    settled = {
        order: [
            (each.month, each.part, each.amount_rs)
            for each in ledger.settle(charges, [payment], DAY, order).allocated
        ]
        for order in ORDERS
    }
    assert settled == {
        "oldest-month-principal-first": [("2015-01", "principal", 1000), ("2015-01", "increase", 50)],
        "oldest-month-increase-first": [("2015-01", "increase", 100), ("2015-01", "principal", 950)],
        "all-principal-first": [("2015-01", "principal", 1000), ("2015-02", "principal", 50)],
    }


def test_what_is_paid_beyond_what_is_owed_settles_the_next_month_when_it_arises():
    charges = [charge("2015-01", 1000), charge("2015-02", 1000)]
    payment = paid(1, date(2015, 2, 10), 1500)
    before = ledger.settle(charges, [payment], date(2015, 2, 20), ORDERS[0])
    assert (before.credit_rs, before.open_rs, len(before.months)) == (500, 0, 1)
    after = ledger.settle(charges, [payment], date(2015, 3, 1), ORDERS[0])
    assert (after.credit_rs, after.open_rs) == (0, 500)
    assert after.allocated[-1].on == date(2015, 3, 1)


def test_four_dishonoured_cheques_over_46_months_leave_the_demand_as_it_was():
    months = [month for month in MONTHS if "2012-01" <= month <= "2015-10"]
    principals = [Decimal(42_685)] * 45 + [Decimal(1_963_520 - 45 * 42_685)]
    charges = [charge(month, rs) for month, rs in zip(months, principals, strict=True)]
    cheques = [
        paid(
            number,
            date(2015, 11, 5) + timedelta(days=30 * number),
            100_000,
            date(2015, 11, 12) + timedelta(days=30 * number),
        )
        for number in range(4)
    ]
    found = ledger.settle(charges, cheques, DAY, ORDERS[0])
    assert (len(months), found.principal_rs, found.received_rs) == (46, 1_963_520, 0)
    assert len(found.payments) == 4
    assert found.open_rs == ledger.settle(charges, [], DAY, ORDERS[0]).open_rs
    # In the week between a cheque and its return the ledger showed it as paid.
    assert ledger.settle(charges, cheques, date(2015, 11, 6), ORDERS[0]).received_rs == 100_000


@pytest.mark.parametrize(
    ("month", "day", "expected"),
    [
        ("2024-01", 15, "2024-02-15"),
        ("2024-01", 31, "2024-02-29"),
        ("2023-12", 31, "2024-01-31"),
        ("2023-01", 30, "2023-02-28"),
    ],
)
def test_a_due_day_that_the_month_does_not_have_is_its_last_one(month, day, expected):
    assert ledger.due_on(month, day).isoformat() == expected


def test_where_no_law_of_delay_is_on_file_nothing_grows():
    alone = Charge(month="2015-01", principal_rs=Decimal(1000), due_on=date(2015, 2, 15), late=LateLaw())
    assert ledger.settle([alone], [], DAY, ORDERS[0]).increase_rs == 0


@pytest.mark.parametrize(
    ("charges", "payments", "words"),
    [
        ([charge("2015-01"), charge("2015-01")], [], "charged twice"),
        ([charge("2015-01", -1)], [], "below zero"),
        ([charge("2015-01")], [paid(1, date(2015, 3, 1), -5)], "reversal"),
    ],
)
def test_what_cannot_be_is_refused_in_words(charges, payments, words):
    with pytest.raises(Problem, match=words):
        ledger.settle(charges, payments, DAY, ORDERS[0])
