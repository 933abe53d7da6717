"""Sheets as a person works them on paper, beside what the dated rows give.

Each test writes its arithmetic out, from the figures that were read in the law or the papers, and asks the
product for the same month afterwards. A month is judged by its first day.
"""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.recovery import statute
from field.recovery.assessment import LineFacts, ReportFacts, assess
from field.recovery.contribution import MonthLaw, law_of
from field.recovery.statute import RateRow

LAW = statute.shipped()
PAISA = Decimal("0.01")


def law(month: str, rows=LAW) -> MonthLaw:
    found = law_of(rows, month)
    assert isinstance(found, MonthLaw), found
    return found


def ids(rows) -> set[str]:
    return {row.id for row in rows}


def owed_for(month: str, wage: int, *, registered: bool = True, rows=LAW, days: int | None = None):
    """What is owed for one worker of a month in which nothing was paid."""
    line = LineFacts(id="1", month=month, wage_rs=wage, registered=registered, days=days)
    facts = ReportFacts(
        report_id="r", establishment_id="e", visit_id="v", months_checked=(month,), lines=(line,)
    )
    return assess(facts, rows)


# The minimum wage of 2021: Rs 25,000 from July; suspended in December, Rs 19,000 meanwhile; Rs 25,000 again
# from June 2022. A worker at Rs 30,000 is above each of them, so that 6 % of the minimum wage is due:
#     July to November 2021   5 months x Rs 25,000 x 6 % = 5 x Rs 1,500 = Rs  7,500
#     December 2021 to May    6 months x Rs 19,000 x 6 % = 6 x Rs 1,140 = Rs  6,840
#     June 2022               1 month  x Rs 25,000 x 6 % =     Rs 1,500 = Rs  1,500
#                                                                         Rs 15,840
YEAR = [
    *((f"2021-{month:02}", 25_000, "1500.00", "minimum-wage-2021") for month in range(7, 12)),
    ("2021-12", 19_000, "1140.00", "minimum-wage-2021-interim"),
    *((f"2022-{month:02}", 19_000, "1140.00", "minimum-wage-2021-interim") for month in range(1, 6)),
    ("2022-06", 25_000, "1500.00", "minimum-wage-2022"),
]


@pytest.mark.parametrize(("month", "minimum", "due", "row"), YEAR)
def test_while_the_notification_of_2021_is_suspended_the_interim_wage_counts(month, minimum, due, row):
    found = law(month)
    assert (found.minimum_wage.id, found.minimum_wage.number) == (row, minimum)
    assert found.contribution_for(30_000).amount_rs == Decimal(due)
    assert found.upper_limit_rs == minimum + 5_000


def test_the_year_of_the_suspension_adds_up_to_rs_15_840():
    total = sum(law(month).contribution_for(30_000).amount_rs for month, *_ in YEAR)
    assert total == Decimal("15840.00")


def test_what_meanwhile_means_is_said_and_makes_the_figure_provisional():
    found = owed_for("2021-12", 24_000)
    # 6 % of Rs 19,000 for a worker at Rs 24,000, the limit of coverage: 19,000 + 5,000.
    assert found.total_rs == Decimal("1140.00")
    assert found.provisional
    assert "minimum-wage-2021-interim" in found.unconfirmed_row_ids
    assert "December 2021" in LAW["minimum-wage-2021-interim"].note
    assert "June 2022" in LAW["minimum-wage-2021-interim"].note


def test_a_suspension_that_turns_out_to_reach_back_is_a_further_version_of_its_rows():
    back = (
        msgspec.structs.replace(LAW["minimum-wage-2021"], suspended_from=date(2021, 7, 1)),
        msgspec.structs.replace(LAW["minimum-wage-2021-interim"], valid_from=date(2021, 7, 1)),
    )
    # July 2021 to May 2022: 11 x Rs 1,140 = Rs 12,540; June 2022: Rs 1,500; together Rs 14,040.
    dues = [law(month, LAW.amended(*back)).contribution_for(30_000).amount_rs for month, *_ in YEAR]
    assert sum(dues) == Decimal("14040.00")


# 7 % of at most Rs 6,000 until the Finance Act of 2008, 6 % of at most Rs 10,000 from July 2008. At Rs 8,000:
#     June 2008   7 % x Rs 6,000 = Rs 420        July 2008   6 % x Rs 8,000 = Rs 480
# At Rs 12,000:   7 % x Rs 6,000 = Rs 420                    6 % x Rs 10,000 = Rs 600
@pytest.mark.parametrize(
    ("month", "wage", "due"),
    [
        ("2008-06", 8_000, "420.00"),
        ("2008-07", 8_000, "480.00"),
        ("2008-06", 12_000, "420.00"),
        ("2008-07", 12_000, "600.00"),
        ("2008-06", 5_000, "350.00"),
        ("2008-07", 5_000, "300.00"),
    ],
)
def test_7_percent_become_6_in_july_2008(month, wage, due):
    assert law(month).contribution_for(wage).amount_rs == Decimal(due)


def test_before_july_2004_the_rate_is_known_and_the_missing_limit_is_named():
    assert LAW.at("contribution_rate_percent", "1998-01").value == "7"
    assert "contribution_base_limit_rs_month" in law_of(LAW, "1998-01")
    limit = msgspec.structs.replace(
        LAW["base-limit-2004"], id="base-limit-1995", value="3000", valid_from=date(1995, 1, 1)
    )
    # Once the office enters it: 7 % x Rs 3,000 = Rs 210.
    assert law("1998-01", LAW.amended(limit)).contribution_for(5_000).amount_rs == Decimal("210.00")


# A wage of Rs 500 a day for 20 days in May 2012 is Rs 10,000. Of each day at most Rs 400 count:
#     20 x Rs 400 = Rs 8,000      6 % x Rs 8,000 = Rs 480      (a monthly wage of Rs 10,000 gives Rs 600)
def test_rs_500_a_day_for_20_days_in_2012_owes_rs_480():
    found = law("2012-05").contribution_for(20 * 500, 20, by_day=True)
    assert (found.cap_rs, found.base_rs, found.amount_rs) == (8_000, 8_000, Decimal("480.00"))
    assert (found.limit, found.days) == ("days-within-month", 20)
    assert {"base-limit-day-2008", "daily-wage-rule-2008", "contribution-rate-2008"} <= ids(found.rows)
    assert found.sentence == (
        "of the wage of Rs 10,000 only Rs 8,000 for 20 days counts; 6 % of Rs 8,000 is Rs 480."
    )
    assert law("2012-05").contribution_for(10_000, 20).amount_rs == Decimal("600.00")


# At Rs 350 a day nothing is cut: 20 x Rs 350 = Rs 7,000, 6 % of it Rs 420. 26 days at Rs 500 are Rs 13,000:
# 26 x Rs 400 = Rs 10,400, more than the month's Rs 10,000; 6 % of Rs 10,000 = Rs 600; by the other reading
# 6 % of Rs 10,400 = Rs 624.
def test_the_daily_limit_cuts_days_and_the_months_limit_the_month():
    assert law("2012-05").contribution_for(7_000, 20, by_day=True).amount_rs == Decimal("420.00")
    assert law("2012-05").contribution_for(13_000, 26, by_day=True).amount_rs == Decimal("600.00")
    other = msgspec.structs.replace(LAW["daily-wage-rule-2008"], value="day-limit-by-days")
    found = law("2012-05", LAW.amended(other)).contribution_for(13_000, 26, by_day=True)
    assert found.amount_rs == Decimal("624.00")
    assert "base-limit-2008" not in ids(found.rows)


# In July 2024 the minimum wage is Rs 37,000 for 26 days; 13 days are half of it, Rs 18,500. Rs 1,500 a day
# for 13 days are Rs 19,500: 6 % x Rs 18,500 = Rs 1,110.
def test_since_2018_a_daily_wage_counts_up_to_the_minimum_wage_for_its_days():
    found = law("2024-07").contribution_for(19_500, 13, by_day=True)
    assert (found.cap_rs, found.amount_rs) == (Decimal("18500.00"), Decimal("1110.00"))
    assert {"working-days", "daily-wage-rule-2018", "minimum-wage-2024"} <= ids(found.rows)


# A monthly wage of which Rs 30,000 were earned in 13 of 26 days of July 2024. As written: it is below
# Rs 37,000, so 6 % x Rs 30,000 = Rs 1,800. With the limit shared out Rs 18,500 count,
# and 6 % of them are Rs 1,110.
def test_a_part_of_a_month_counts_as_written_or_by_its_days_as_the_row_says():
    found = law("2024-07").contribution_for(30_000, 13)
    assert (found.amount_rs, found.limit) == (Decimal("1800.00"), "month")
    assert "part-month-rule" in ids(found.rows)
    shared = msgspec.structs.replace(LAW["part-month-rule"], value="limit-by-days")
    by_days = law("2024-07", LAW.amended(shared)).contribution_for(30_000, 13)
    assert (by_days.amount_rs, by_days.limit) == (Decimal("1110.00"), "month-by-days")
    whole = law("2024-07", LAW.amended(shared)).contribution_for(30_000, 26)
    assert (whole.amount_rs, whole.rows) == (Decimal("1800.00"), law("2024-07").contribution_rows)


def test_days_that_say_nothing_are_told_and_cut_nothing():
    found = law("2012-05").contribution_for(9_000, 0, by_day=True)
    assert (found.amount_rs, found.limit) == (Decimal("540.00"), "month")
    assert found.doubt == "Rs 9,000 for 0 days: the month's limit was taken. Look at the days."
    assert "no days are noted" in law("2012-05").contribution_for(9_000, by_day=True).doubt
    assert law("2012-05").contribution_for(9_000).doubt == ""


# The limit of coverage rose to Rs 15,000 on 28 October 2013, and on 17 May 2018 the base became the minimum
# wage: each within a month, which is judged by its first day. So October 2013 still has Rs 10,000, November
# Rs 15,000; and in May 2018 6 % of Rs 10,000 (Rs 600) are due, in June 6 % of Rs 15,000 (Rs 900).
def test_a_limit_that_changes_within_a_month_counts_from_the_next_month_on():
    assert [law(month).upper_limit_rs for month in ("2013-10", "2013-11")] == [10_000, 15_000]
    dues = [law(month).contribution_for(20_000).amount_rs for month in ("2018-05", "2018-06")]
    assert dues == [Decimal("600.00"), Decimal("900.00")]


def test_a_minimum_wage_notified_from_the_middle_of_a_month_counts_from_the_next():
    # From 16 March 2026 Rs 42,000. March: 6 % x Rs 40,000 = Rs 2,400. April: 6 % x Rs 42,000 = Rs 2,520.
    new = RateRow(
        id="mid-march",
        kind="minimum_wage_rs_month",
        value="42000",
        unit="Rs/month",
        valid_from=date(2026, 3, 16),
        legal_basis="Notification",
        source="Gazette",
        confirmed=True,
    )
    dues = [law(f"2026-{month:02}", LAW.amended(new)).contribution_for(45_000).amount_rs for month in (3, 4)]
    assert dues == [Decimal("2400.00"), Decimal("2520.00")]


# At Rs 36,000 in June 2024 a worker is covered, for the limit is Rs 32,000 + 5,000 = Rs 37,000, and owes
# 6 % x Rs 32,000 = Rs 1,920. A raise to Rs 45,000 in July crosses the limit, Rs 37,000 + 5,000 = Rs 42,000:
# covered before, covered still, 6 % x Rs 37,000 = Rs 2,220. Somebody who was never registered is not covered
# anew at Rs 45,000: nothing is owed.
def test_a_worker_who_crosses_the_limit_of_coverage_stays_covered():
    assert owed_for("2024-06", 36_000).total_rs == Decimal("1920.00")
    crossed = owed_for("2024-07", 45_000)
    assert crossed.total_rs == Decimal("2220.00")
    assert "over-upper-limit-rule" in crossed.unconfirmed_row_ids
    assert owed_for("2024-07", 45_000, registered=False).total_rs == 0


def ruled(part, daily, base, minimum=None):
    """The shipped law with its rules chosen otherwise, for all time; None leaves a rule as it is."""
    chosen = {
        "part_month_rule": part,
        "daily_wage_rule": daily,
        "contribution_base_rule": base,
        "under_minimum_base_rule": minimum,
    }
    values = ((row, chosen.get(row.kind)) for row in LAW.rows)
    return LAW.amended(*(msgspec.structs.replace(row, value=value) for row, value in values if value))


months = st.sampled_from(
    [
        "2004-07",
        "2008-06",
        "2008-07",
        "2012-05",
        "2013-11",
        "2017-06",
        "2018-06",
        "2021-12",
        "2024-07",
        "2026-07",
    ]
)
choices = st.tuples(
    st.sampled_from(["wage-as-written", "limit-by-days"]),
    st.sampled_from(
        ["day-limit-by-days", "day-limit-by-days-within-month", "month-limit-by-days", "month-limit"]
    ),
    st.sampled_from(["actual-wage", "up-to-minimum-wage", "up-to-upper-limit", "up-to-base-limit", None]),
)


@given(
    month=months,
    rules=choices,
    wages=st.tuples(st.integers(0, 200_000), st.integers(0, 200_000)),
    days=st.none() | st.integers(0, 31),
    by_day=st.booleans(),
)
def test_a_higher_wage_never_lowers_the_contribution_of_a_covered_worker(month, rules, wages, days, by_day):
    rows = law_of(ruled(*rules), month)
    if isinstance(rows, str):
        return
    lower, higher = (rows.contribution_for(wage, days, by_day=by_day) for wage in sorted(wages))
    assert lower.amount_rs <= higher.amount_rs
    for found in (lower, higher):
        assert found.base_rs <= found.wage_rs
        assert found.cap_rs is None or found.base_rs <= found.cap_rs
        assert found.amount_rs == found.amount_rs.quantize(PAISA)
        assert rows.rate in found.rows
    if days is None and not by_day:
        assert lower.amount_rs == rows.contribution(min(wages))


@given(
    month=months,
    rules=choices,
    minimum=st.sampled_from(["actual-wage", "minimum-wage"]),
    wages=st.tuples(st.integers(0, 200_000), st.integers(0, 200_000)),
    days=st.none() | st.integers(1, 31),
)
def test_in_an_unpaid_month_a_registered_worker_with_a_higher_wage_never_owes_less(
    month, rules, minimum, wages, days
):
    rows = ruled(*rules, minimum)
    lower, higher = (owed_for(month, wage, rows=rows, days=days).total_rs for wage in sorted(wages))
    assert lower <= higher
