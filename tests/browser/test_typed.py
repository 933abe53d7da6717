"""The figures that the story expects, against figures on paper."""

from decimal import Decimal

from tests.browser.typed import LINES, finished_months, owed, rupees

UNPAID, PAID = "2026-10", "2026-09"
MONTHS = [(line, PAID if line.paid else UNPAID) for line in LINES]
LAW = [
    {"kind": "contribution_rate_percent", "valid_from": "2016-07-01", "valid_to": None, "value": "6"},
    {"kind": "minimum_wage_rs_month", "valid_from": "2026-07-01", "valid_to": None, "value": "40000"},
    {"kind": "upper_limit_addition_rs", "valid_from": "2018-05-17", "valid_to": None, "value": "5000"},
]


def test_each_line_is_owed_what_it_is_on_paper() -> None:
    on_paper = ["2310", "2400", "1999.98", "2400", "0", "2400", "1125.06", "0", "747.90", "2222.22"]
    assert [owed([each], [PAID], LAW) for each in MONTHS] == [Decimal(amount) for amount in on_paper]
    assert owed(MONTHS, [PAID], LAW) == Decimal("15605.16")


def test_months_and_rupees_are_written_as_the_apps_write_them() -> None:
    assert finished_months("2026-01-03") == ["2025-12", "2025-11"]
    assert rupees(Decimal("15605.16")) == "Rs 15,605.16"
    assert rupees(Decimal("2400.00")) == "Rs 2,400"
