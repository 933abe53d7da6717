"""Amounts that must not lose a paisa."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.problems import Problem
from field.recovery import money

amounts = st.decimals(Decimal("-9e14"), Decimal("9e14"), places=2)


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [("0.005", "0.01"), ("0.015", "0.02"), ("0.025", "0.03"), ("0.0049999", "0.00"), ("-0.005", "-0.01"),
     ("2400", "2400.00"), ("-0.001", "0.00"), ("123456789012345.675", "123456789012345.68")],
)  # fmt: skip
def test_half_a_paisa_is_rounded_up(exact, rounded):
    assert str(money.rupees(exact)) == rounded


def test_the_contribution_on_rs_40_000_at_6_percent_is_rs_2_400():
    assert money.to_json(money.percent_of(40_000, Decimal(6))) == "2400.00"


def test_a_percentage_is_rounded_once_and_half_up():
    assert money.percent_of(Decimal("0.50"), Decimal(1)) == Decimal("0.01")
    assert money.percent_of(Decimal("0.49"), Decimal(1)) == Decimal("0.00")


@pytest.mark.parametrize(
    "nonsense", ["", "abc", "NaN", "Infinity", "1e15", "-1e99", 2400.0, None, Decimal("sNaN")]
)
def test_what_is_no_amount_is_refused_and_so_is_a_float(nonsense):
    with pytest.raises(Problem, match="no amount"):
        money.rupees(nonsense)


@pytest.mark.parametrize(
    ("written", "amount"),
    [("Rs 1,125,600", "1125600.00"), ("Rs. 11,25,600/-", "1125600.00"), ("rs1,963,520.50", "1963520.50"),
     ("PKR 2400", "2400.00"), ("₨ 100,000/-", "100000.00"), ("-Rs 5.5", "-5.50"), ("1,00,000", "100000.00"),
     ("۲۴۰۰", "2400.00"), ("۱۱٬۲۵٬۶۰۰ روپے", "1125600.00"), (" 0 ", "0.00"), ("12", "12.00")],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(written, amount):
    assert money.to_json(money.parse(written)) == amount


@pytest.mark.parametrize(
    "doubtful", ["", "Rs", "1,5", "1,12,56,00", "12.345", "1.125.600", "1 000", "12,", "$5", "٣,٤"]
)
def test_an_amount_that_could_mean_two_things_is_refused(doubtful):
    with pytest.raises(Problem, match="Write it as"):
        money.parse(doubtful)


def test_the_paisa_are_shown_only_where_there_are_any():
    assert money.show(1_125_600) == "Rs 1,125,600"
    assert money.show(Decimal("1963520.5")) == "Rs 1,963,520.50"
    assert money.show(Decimal("-5.50")) == "-Rs 5.50"
    assert money.show(0) == "Rs 0"


@given(amounts)
def test_what_is_shown_can_be_read_again_and_what_is_sent_arrives(amount):
    assert money.parse(money.show(amount)) == amount
    assert money.from_json(money.to_json(amount)) == amount


@pytest.mark.parametrize("text", ["2400", "2400.0", "2,400.00", "1e3", "NaN", "", " 2400.00"])
def test_on_the_wire_there_is_one_form_only(text):
    with pytest.raises(Problem, match="On the wire"):
        money.from_json(text)
