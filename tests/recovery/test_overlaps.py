"""Several reports about one establishment."""

from decimal import Decimal

from field.recovery.overlaps import Claim, counted

TEN, TWENTY = Decimal("10.00"), Decimal("20.00")


def test_a_month_in_two_reports_is_asked_for_once_as_the_later_found_it():
    earlier = Claim("a", 1, {"2024-07": TWENTY, "2024-08": TWENTY})
    later = Claim("b", 2, {"2024-08": TEN, "2024-09": TEN})
    expected = {"a": Decimal("20.00"), "b": Decimal("20.00")}
    assert counted([earlier, later]) == counted([later, earlier]) == expected


def test_a_report_that_did_not_look_at_the_wages_takes_nothing_back():
    assert counted([Claim("a", 1, {"2024-07": TEN}), Claim("b", 2, {})]) == {"a": TEN, "b": Decimal("0.00")}


def test_a_later_report_that_found_nothing_owed_takes_back_what_was():
    nothing = Decimal("0.00")
    assert counted([Claim("a", 1, {"2024-07": TEN}), Claim("b", 2, {"2024-07": nothing})])["a"] == nothing
