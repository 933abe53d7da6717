"""Every worker and month behind an assessment: they add up to it, whatever was found."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.recovery import statute
from field.recovery.assessment import assess, opened
from field.recovery.contribution import MonthLaw, law_of
from tests.recovery.test_assessment import JULY, LAW, MONTHS, laws, line, report, reports


def test_an_entry_tells_wage_base_rate_rows_principal_and_what_was_declared():
    """Wage 41,000, of which 37,000 counts; declared 20,000: 2,220 - 1,200 = 1,020 in a paid month."""
    _, (entry,) = opened(report(line(wage=41_000, declared_wage_rs=20_000)), LAW)
    assert (entry.base_rs, entry.cap_rs, entry.percent, entry.whole_rs) == (37_000, 37_000, "6", 2_220)
    assert (entry.declared_rs, entry.principal_rs, entry.codes) == (1_200, 1_020, ("wage-under-declared",))
    assert {"contribution-rate-2016", "base-rule-2018", "minimum-wage-2024"} <= set(entry.rate_row_ids)


def test_a_worker_above_the_limit_of_coverage_is_listed_with_nothing_due():
    _, (entry,) = opened(report(line(wage=50_000, registered=False)), LAW)
    assert (entry.covered, entry.base_rs, entry.principal_rs) == (False, 0, 0)
    assert "upper-limit-2018" in entry.rate_row_ids


def test_a_disputed_line_is_marked():
    _, (entry,) = opened(report(line(disputed=True)), LAW)
    assert entry.disputed


@given(reports(), laws)
def test_the_entries_add_up_to_the_assessment_and_each_to_its_reasons(facts, law):
    assessment, found = opened(facts, law)
    assert assessment == assess(facts, law)
    assert sum((each.principal_rs for each in found), Decimal(0)) == assessment.total_rs
    for each in found:
        assert sum(each.amounts_rs) == each.principal_rs
        assert each.base_rs <= each.wage_rs
        for id in each.rate_row_ids:
            assert law[id].holds_on(statute.first_day(each.month))
    for due in assessment.months:
        assert sum(each.principal_rs for each in found if each.month == due.month) == due.due_rs


@given(reports(), laws)
def test_a_month_is_due_whole_or_beyond_what_was_declared_and_never_more_than_whole(facts, law):
    for due in assess(facts, law).months:
        assert due.due_rs == (due.whole_rs if due.unpaid else due.beyond_rs)
        assert 0 <= due.beyond_rs <= due.whole_rs


@given(reports(), laws, st.integers(0, 6))
def test_a_report_in_two_parts_owes_what_the_whole_owes(facts, law, cut):
    """Assessing months a to c is assessing a to b, and then b + 1 to c."""
    months = sorted(facts.months_checked)
    parts = [
        assess(msgspec.structs.replace(facts, months_checked=tuple(some)), law)
        for some in (months[:cut], months[cut:])
    ]
    whole = assess(facts, law)
    assert sum(part.total_rs for part in parts) == whole.total_rs
    assert [due for part in parts for due in part.months] == list(whole.months)


@given(
    st.sampled_from([*MONTHS, "2017-03", "2021-12"]),
    st.none() | st.integers(1, 31),
    st.integers(0, 90_000),
    st.integers(0, 90_000),
    laws,
)
def test_for_a_covered_worker_a_higher_wage_never_lowers_the_contribution(month, days, one, other, law):
    """With the days fixed, and the worker covered whatever the wage."""
    in_force = law_of(law, month)
    assert isinstance(in_force, MonthLaw)
    lower, higher = sorted((one, other))
    assert (
        in_force.contribution_for(lower, days).amount_rs <= in_force.contribution_for(higher, days).amount_rs
    )


@pytest.mark.parametrize(("wage", "expected"), [(42_000, 2_220), (42_001, 2_220), (90_000, 2_220)])
def test_a_worker_who_crosses_the_upper_limit_stays_covered(wage, expected):
    _, (entry,) = opened(report(line(month=JULY, wage=wage), paid=()), LAW)
    assert entry.principal_rs == expected
    assert ("over-upper-limit-rule" in entry.rate_row_ids) == (wage > 42_000)
