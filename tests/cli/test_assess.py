"""The calculator as it is typed: exact for a program, in words for a person."""

import pytest

from tests.cli.conftest import Type

CASE = ("assess", "--workers", "268", "--wage", "6000", "--from", "2004-07", "--to", "2005-04")
ON = ("--paid-on", "2005-06-30")


@pytest.mark.parametrize(("due", "increase"), [("15", "518901.60"), ("end", "501454.80")])
def test_a_program_reads_exact_text(field: Type, due: str, increase: str) -> None:
    run = field(*CASE, *ON, "--due", due, "--json", "-")
    told = run.json()
    assert isinstance(told, dict)
    assert (run.code, told["principal_rs"], told["increase_rs"]) == (0, "1125600.00", increase)
    assert len(told["months"]) == 10
    assert any(not row["confirmed"] for row in told["rows"])


def test_days_months_and_wages_may_be_typed_in_urdu_digits(field: Type) -> None:
    typed = ("assess", "--workers", "268", "--wage", "۶۰۰۰", "--from", "۲۰۰۴-۰۷", "--to", "۲۰۰۵-۰۴")
    told = field(*typed, "--paid-on", "۲۰۰۵-۰۶-۳۰", "--due", "۱۵", "--json", "-").json()
    assert isinstance(told, dict)
    assert (told["principal_rs"], told["increase_rs"]) == ("1125600.00", "518901.60")


def test_a_person_reads_every_month_and_every_doubt(field: Type) -> None:
    shown = field(*CASE, *ON, "--due", "15", "--explain").out
    late = "46 days late on 2005-06-30: 0.5 % for each day makes 23 % of Rs 112,560: Rs 25,888.80."
    assert late in shown
    assert "268 workers x Rs 420 (7 % of Rs 6,000) = Rs 112,560, to be paid by 2005-05-15" in shown
    assert "NOT CONFIRMED: Section of the Act not read." in shown
    assert "Increase     Rs 518,901.60" in shown
    assert "Unconfirmed: late-increase-day" in shown


def test_payments_are_taken_by_value_date_and_a_dishonoured_one_settles_nothing(field: Type) -> None:
    paid = field(*CASE, *ON, "--payment", "2005-01-10=400,000", "--json", "-").json()
    bounced = field(*CASE, *ON, "--payment", "2005-01-10=400,000/2005-01-20", "--json", "-").json()
    assert isinstance(paid, dict)
    assert isinstance(bounced, dict)
    assert paid["received_rs"] == "400000.00"
    assert (bounced["received_rs"], bounced["increase_rs"]) == ("0.00", "518901.60")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*CASE, "--paid-on", "30.6.2005"), "no day"),
        ((*CASE, *ON, "--due", "soon"), "no due day"),
        ((*CASE, *ON, "--payment", "100000"), "no payment"),
        ((*CASE, *ON, "--payment", "2005-01-10=100000/"), "no payment"),
        ((*CASE, *ON, "--wage", "six thousand"), "no amount"),
    ],
)
def test_what_cannot_be_read_is_said(field: Type, arguments: tuple[str, ...], words: str) -> None:
    refused = field(*arguments)
    assert refused.code == 1
    assert words in refused.err


def test_a_wage_paid_by_the_day_is_limited_for_each_day(field: Type) -> None:
    """Rs 500 a day for 20 days of May 2012: Rs 400 of each count, 6 % of Rs 8,000."""
    asked = ("--workers", "1", "--wage", "500", "--from", "2012-05", "--to", "2012-05")
    run = field("assess", *asked, "--paid-on", "2012-06-15", "--by-day", "--days", "20", "--json", "-")
    assert run.json()["principal_rs"] == "480.00"
    lacking = field("assess", *asked, "--paid-on", "2012-06-15", "--by-day")
    assert lacking.code == 1
    assert "needs the number of days" in lacking.err
