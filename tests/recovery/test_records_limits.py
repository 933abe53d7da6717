"""How far back and how often records may be checked: a warning, never a refusal."""

from datetime import date

import msgspec
import pytest

from field.recovery import statute
from field.recovery.records_limits import Check, warnings, year_before

LAW = statute.shipped()


def check(on: str, name: str = "own", visit: str | None = None) -> Check:
    day = date.fromisoformat(on)
    return Check(day.toordinal() * 86_400_000, f"report {name}", visit or f"visit {name}", day)


OWN = check("2026-03-15")


# Two years before 15 March 2026 is 15 March 2024: March 2024 ends after it, February 2024 before it.
def test_months_that_ended_more_than_two_years_before_the_check_are_told_with_the_row():
    (told,) = warnings(OWN, ["2024-01", "2024-02", "2024-03", "2026-02"], [], LAW)
    assert told == (
        "2024-01 to 2024-02 lie more than 2 years before the check of 2026-03-15 (row records-check-years, "
        "unconfirmed). Decide whether these months can be claimed."
    )
    assert warnings(OWN, ["2024-03", "2026-02"], [], LAW) == ()
    # A month that ends on that very day does not lie further back.
    assert warnings(check("2026-03-31"), ["2024-03"], [], LAW) == ()
    assert warnings(check("2026-04-01"), ["2024-03"], [], LAW) != ()


def test_a_second_check_within_a_year_is_told_and_the_first_is_not():
    first = check("2025-03-16", "first")
    (told,) = warnings(OWN, ["2026-02"], [first], LAW)
    assert told.startswith("The records were checked 2 times within a year, up to 2026-03-15; ")
    assert "the check before was on 2025-03-16. 1 a year is allowed (row records-checks, unconf" in told
    assert warnings(first, ["2025-02"], [OWN], LAW) == ()


@pytest.mark.parametrize(
    "other",
    [
        check("2025-03-15", "a year before, to the day"),
        check("2026-04-01", "later"),
        check("2026-03-10", "of the same visit", visit="visit own"),
    ],
)
def test_what_is_no_second_check_warns_of_nothing(other):
    assert warnings(OWN, ["2026-02"], [other], LAW) == ()


def test_a_visit_without_months_is_no_check_and_without_rows_nothing_is_limited():
    assert warnings(OWN, [], [check("2026-01-01", "first")], LAW) == ()
    free = statute.Statute(row for row in LAW.rows if not row.kind.startswith("records_check"))
    assert warnings(OWN, ["1999-01"], [check("2026-01-01", "first")], free) == ()


def test_the_limits_are_those_in_force_when_the_records_were_checked():
    more = msgspec.structs.replace(
        LAW["records-checks"], id="twice", value="2", valid_from=date(2026, 4, 1), confirmed=True, note=""
    )
    law, first = LAW.amended(more), check("2026-01-01", "first")
    assert warnings(OWN, ["2026-02"], [first], law)
    april = check("2026-04-15")
    assert warnings(april, ["2026-02"], [first], law) == ()
    (told,) = warnings(april, ["2026-02"], [first, check("2026-02-01", "second")], law)
    assert "checked 3 times" in told
    assert "2 a year is allowed (row twice)" in told


def test_a_leap_day_has_a_day_the_year_before():
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)
