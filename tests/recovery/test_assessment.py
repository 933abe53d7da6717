"""What is owed after a visit, and whether every rupee of it can be told to a court."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.problems import Problem
from field.recovery import statute
from field.recovery.assessment import CODES, LineFacts, ReportFacts, assess
from field.recovery.contribution import MonthLaw, law_of

LAW = statute.shipped()
JULY = "2024-07"  # minimum wage Rs 37,000, limit of coverage Rs 42,000, 6 %
MONTHS = ("2024-07", "2024-08", "2024-09")


def line(line_id="1", month=JULY, wage=30_000, **more):
    return LineFacts(id=line_id, month=month, wage_rs=wage, **{"registered": True, **more})


def report(*lines, checked=(JULY,), paid=(JULY,), **more):
    return ReportFacts(
        report_id="report",
        establishment_id="unit",
        visit_id="visit",
        months_checked=checked,
        months_paid=paid,
        lines=lines,
        **more,
    )


def amounts(assessment):
    return {reason.code: str(reason.amount_rs) for reason in assessment.reasons}


def ruled(kind, value):
    """The shipped law with one of its rules chosen the other way, for all time."""
    mine = [row for row in LAW.rows if row.kind == kind]
    return LAW.amended(*(msgspec.structs.replace(row, value=value) for row in mine))


def test_mr_industries_owed_rs_1_125_600_for_268_workers_and_ten_months():
    months = [f"2004-{month:02}" for month in range(7, 13)] + [f"2005-{month:02}" for month in range(1, 5)]
    lines = [
        line(f"{month} {worker}", month, 6_000, worker_key=str(worker))
        for month in months
        for worker in range(268)
    ]
    found = assess(report(*lines, checked=tuple(months), paid=()), LAW)
    assert found.total_rs == Decimal("1125600.00")
    assert [due.due_rs for due in found.months] == [Decimal("112560.00")] * 10
    (reason,) = found.reasons
    assert reason.sentence == (
        "No contribution was paid for 2004-07 to 2005-04. For 268 workers, 7 % of the wage up to Rs 6,000, "
        "Rs 1,125,600 is owed."
    )
    assert reason.rate_row_ids == ("base-limit-2004", "base-rule-2004", "contribution-rate-2004")
    assert found.unconfirmed_row_ids == ("base-limit-2004", "base-rule-2004")
    assert found.provisional


def test_an_employer_in_good_order_is_not_flagged():
    found = assess(report(line(wage=37_000, days=26, declared_wage_rs=37_000), headcount_total=1), LAW)
    assert not found.flagged
    assert found.reasons == found.remarks == found.unconfirmed_row_ids == ()
    assert not found.provisional
    assert [(due.month, due.due_rs, due.lines) for due in found.months] == [(JULY, Decimal("0.00"), 0)]


def test_at_rs_40_000_the_contribution_is_rs_2_400():
    found = assess(report(line(month="2025-07", wage=40_000), checked=("2025-07",), paid=()), LAW)
    assert amounts(found) == {"month-unpaid": "2400.00"}


def test_in_an_unpaid_month_everybodys_contribution_is_due():
    found = assess(report(line("1", wage=37_000), line("2", wage=37_000, registered=False), paid=()), LAW)
    assert amounts(found) == {"month-unpaid": "4440.00", "worker-not-registered": "0.00"}
    assert found.months[0].due_rs == found.total_rs == Decimal("4440.00")
    assert (found.months[0].lines, found.months[0].unpaid) == (2, True)
    assert "counted with the unpaid months" in found.reasons[1].sentence


def test_in_a_paid_month_the_contribution_of_a_worker_who_is_not_registered_is_due():
    found = assess(report(line("1", wage=37_000), line("2", wage=37_000, registered=False)), LAW)
    assert amounts(found) == {"worker-not-registered": "2220.00"}
    assert found.reasons[0].line_ids == ("2",)
    assert found.reasons[0].sentence == (
        "1 worker was not registered in 2024-07. Their contribution in paid months, 6 % of the wage up to "
        "Rs 37,000, comes to Rs 2,220."
    )
    assert "upper-limit-2018" in found.reasons[0].rate_row_ids


def test_where_nobody_noted_whether_a_worker_is_registered_nothing_is_claimed_in_a_paid_month():
    assert amounts(assess(report(line(wage=37_000, registered=None)), LAW)) == {}


def test_of_a_wage_declared_too_low_the_difference_is_due():
    found = assess(report(line(wage=37_000, declared_wage_rs=20_000)), LAW)
    assert amounts(found) == {"wage-under-declared": "1020.00"}
    assert "declared Rs 17,000 too low" in found.reasons[0].sentence


def test_a_wage_declared_too_low_above_the_base_is_told_but_costs_nothing():
    found = assess(report(line(wage=41_000, declared_wage_rs=37_000)), LAW)
    assert amounts(found) == {"wage-under-declared": "0.00"}
    assert found.flagged


def test_between_the_two_limits_the_base_is_a_matter_of_a_row():
    facts = report(line(wage=41_000, declared_wage_rs=37_000))
    assert amounts(assess(facts, ruled("contribution_base_rule", "actual-wage"))) == {
        "wage-under-declared": "240.00"
    }


def test_a_worker_above_the_limit_of_coverage_need_not_be_registered():
    at_limit, above = line("1", wage=42_000, registered=False), line("2", wage=42_001, registered=False)
    found = assess(report(at_limit, above), LAW)
    assert found.reasons[0].line_ids == ("1",)
    assert "1 wage line above the limit of coverage: registration is not required." in found.remarks
    assert assess(report(above, paid=()), LAW).total_rs == 0


def test_a_worker_above_the_limit_of_whom_nobody_noted_the_registration_is_named():
    """He may stay covered: that nothing is asked for must not pass unseen."""
    found = assess(report(line("1", wage=42_001, registered=None), paid=()), LAW)
    assert found.total_rs == 0
    (said,) = [remark for remark in found.remarks if "nobody noted" in remark]
    assert said.startswith("1 wage line above the limit of coverage")
    assert "nothing is counted (1)" in said


def test_a_covered_worker_whose_wage_rises_above_the_limit_stays_covered_by_a_row_that_is_shown():
    facts = report(line(wage=90_000), paid=())
    found = assess(facts, LAW)
    assert found.total_rs == Decimal("2220.00")
    assert "over-upper-limit-rule" in found.unconfirmed_row_ids
    assert assess(facts, ruled("over_upper_limit_rule", "no-longer-covered")).total_rs == 0


def test_a_wage_under_the_minimum_is_a_reason_without_money():
    found = assess(report(line(wage=30_000, days=26)), LAW)
    assert amounts(found) == {"wage-under-minimum": "0.00"}
    assert found.flagged


def test_the_minimum_wage_is_shared_out_by_the_days_worked():
    # 13 of 26 days: half of Rs 37,000.
    assert amounts(assess(report(line(wage=18_500, days=13)), LAW)) == {}
    assert amounts(assess(report(line(wage=18_499, days=13)), LAW)) == {"wage-under-minimum": "0.00"}
    assert amounts(assess(report(line(wage=37_000, days=31)), LAW)) == {}
    assert amounts(assess(report(line(wage=0, days=0)), LAW)) == {}


@pytest.mark.parametrize(
    ("told", "paid", "amount"),
    [
        ({"registered": False}, True, "420.00"),  # with Rs 1,800 for not being registered it makes Rs 2,220
        ({"registered": True}, False, "420.00"),  # with Rs 1,800 for the unpaid month
        ({"declared_wage_rs": 20_000}, True, "420.00"),  # with Rs 600 for the difference declared
        ({"declared_wage_rs": 37_000}, True, "0.00"),  # paid on the minimum wage already
        ({"declared_wage_rs": 34_000}, True, "180.00"),  # paid on more than the wage, less than the minimum
        ({}, True, "0.00"),  # what was declared is not known
    ],
)
def test_where_the_row_says_so_the_contribution_is_due_on_the_minimum_wage(told, paid, amount):
    law = ruled("under_minimum_base_rule", "minimum-wage")
    found = assess(report(line(wage=30_000, **told), paid=(JULY,) if paid else ()), law)
    assert amounts(found)["wage-under-minimum"] == amount


def test_refused_records_are_a_reason_of_their_own_without_money():
    found = assess(report(records_refused=True, checked=(), paid=()), LAW)
    assert amounts(found) == {"records-refused": "0.00"}
    assert found.reasons[0].months == ()


def test_an_unpaid_month_without_wage_lines_is_flagged_and_nothing_is_invented():
    found = assess(report(line(), checked=(JULY, "2024-08"), paid=(JULY,)), LAW)
    assert amounts(found)["month-unpaid"] == "0.00"
    assert "Nothing is counted for 2024-08: unpaid, but without wage lines." in found.remarks


def test_a_worker_with_two_lines_in_a_month_is_counted_once_by_the_first_line():
    first, second = line("1", wage=37_000, worker_key="w"), line("2", wage=39_000, worker_key="w")
    found = assess(report(second, first, paid=()), ruled("contribution_base_rule", "actual-wage"))
    assert found.total_rs == Decimal("2220.00")
    assert found.provisional
    assert "1 wage line left out" in found.remarks[0]
    assert "They differ: decide which is right (2)." in found.remarks[0]


def test_the_same_worker_in_two_months_is_counted_for_both():
    lines = [line(month, month, 37_000, worker_key="w") for month in MONTHS]
    assert assess(report(*lines, checked=MONTHS, paid=()), LAW).total_rs == 3 * Decimal("2220.00")


def test_lines_without_a_worker_key_are_workers_of_their_own():
    found = assess(report(line("1", wage=37_000), line("2", wage=37_000), paid=()), LAW)
    assert found.months[0].lines == 2
    assert not any("left out" in remark for remark in found.remarks)


def test_a_line_of_a_month_that_was_not_checked_is_left_out_and_said():
    found = assess(report(line(month="2024-12", registered=False)), LAW)
    assert not found.flagged
    assert found.remarks == ("1 wage line left out, of months not checked: 2024-12.",)


def test_a_month_without_a_rate_on_file_is_left_out_and_said():
    found = assess(
        report(line("1", "1965-05"), line("2", wage=37_000), checked=("1965-05", JULY), paid=()), LAW
    )
    assert found.total_rs == Decimal("2220.00")
    assert found.provisional
    assert "No rate of contribution is on file for 1965-05" in found.remarks[0]
    assert [due.month for due in found.months] == [JULY]


def test_a_month_whose_base_rests_on_a_limit_that_is_not_on_file_is_left_out_and_said():
    lacking = statute.Statute(row for row in LAW.rows if row.kind != "minimum_wage_rs_month")
    found = assess(report(line(), paid=()), lacking)
    assert found.total_rs == 0
    assert "due on the wage up to the minimum wage, which is not on file" in found.remarks[0]


def test_a_month_that_is_none_is_refused():
    with pytest.raises(Problem, match="is no month"):
        assess(report(checked=("2024-13",)), LAW)


def test_disputed_values_make_an_assessment_provisional():
    assert assess(report(line(wage=37_000, disputed=True)), LAW).provisional
    assert assess(report(line(wage=37_000), disputed_fields=("months_paid",)), LAW).provisional
    assert not assess(report(line(wage=37_000)), LAW).provisional


def test_a_declared_wage_of_a_worker_who_is_not_registered_is_a_contradiction_to_be_checked():
    found = assess(report(line(wage=37_000, registered=False, declared_wage_rs=37_000)), LAW)
    assert found.provisional
    assert "Check what was paid" in found.remarks[0]


def test_more_heads_than_lines_is_remarked():
    found = assess(report(line(wage=37_000), headcount_total=63), LAW)
    assert found.remarks == ("63 people were counted at work; 2024-07 has lines for 1.",)


def test_where_no_minimum_wage_is_on_file_wages_are_not_compared_and_that_is_said():
    found = assess(report(line(month="2004-07", wage=1), checked=("2004-07",), paid=("2004-07",)), LAW)
    assert not found.flagged
    assert "No minimum wage is on file for 2004-07: wages were not compared with it." in found.remarks


@st.composite
def reports(draw):
    checked = draw(st.lists(st.sampled_from([*MONTHS, "2017-03", "2021-12", "1965-01"]), unique=True))
    lines = [
        LineFacts(
            id=str(number),
            month=draw(st.sampled_from([*MONTHS, "2017-03", "2021-12", "1965-01"])),
            wage_rs=draw(st.integers(0, 60_000)),
            days=draw(st.none() | st.integers(0, 31)),
            declared_wage_rs=draw(st.none() | st.integers(0, 60_000)),
            registered=draw(st.sampled_from([True, False, None])),
            worker_key=draw(st.sampled_from(["", "a", "b", "c"])),
        )
        for number in range(draw(st.integers(0, 8)))
    ]
    paid = [month for month in checked if draw(st.booleans())]
    return report(*lines, checked=tuple(checked), paid=tuple(paid), records_refused=draw(st.booleans()))


laws = st.builds(
    lambda base, under, over: ruled("contribution_base_rule", base).amended(
        msgspec.structs.replace(LAW["under-minimum-base-rule"], value=under),
        msgspec.structs.replace(LAW["over-upper-limit-rule"], value=over),
    ),
    st.sampled_from(["actual-wage", "up-to-minimum-wage", "up-to-upper-limit"]),
    st.sampled_from(["actual-wage", "minimum-wage"]),
    st.sampled_from(["stays-covered", "no-longer-covered"]),
)


@given(reports(), laws)
def test_the_months_and_the_reasons_both_add_up_to_the_total(facts, law):
    found = assess(facts, law)
    assert sum(due.due_rs for due in found.months) == found.total_rs
    assert sum(reason.amount_rs for reason in found.reasons) == found.total_rs
    assert found.flagged == bool(found.reasons)
    assert [reason.code for reason in found.reasons] == [
        code for code in CODES if code in {reason.code for reason in found.reasons}
    ]
    for reason in found.reasons:
        assert reason.amount_rs >= 0
        for row_id in reason.rate_row_ids:
            assert law[row_id].confirmed or row_id in found.unconfirmed_row_ids


@given(reports(), laws, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_months_does_not_matter(facts, law, rng):
    lines, checked = list(facts.lines), list(facts.months_checked)
    rng.shuffle(lines)
    rng.shuffle(checked)
    shuffled = msgspec.structs.replace(facts, lines=tuple(lines), months_checked=tuple(checked))
    assert assess(shuffled, law) == assess(facts, law)


@given(reports(), laws)
def test_nobody_owes_more_for_a_worker_and_month_than_the_whole_contribution(facts, law):
    found = assess(facts, law)
    workers = {(line.worker_key or line.id, line.month) for line in facts.lines}
    most = sum(
        (
            max(rows.contribution(60_000), rows.contribution(rows.minimum_for(None) or 0))
            for _, month in workers
            if isinstance(rows := law_of(law, month), MonthLaw)
        ),
        Decimal(0),
    )
    assert found.total_rs <= most


@given(
    st.sampled_from([*MONTHS, "2004-07", "2012-01", "2017-03"]),
    st.integers(0, 90_000),
    st.integers(0, 90_000),
)
def test_a_higher_wage_of_a_covered_worker_never_lowers_the_contribution(month, one, other):
    lower, higher = (
        assess(report(line(month=month, wage=wage), checked=(month,), paid=()), LAW).total_rs
        for wage in sorted((one, other))
    )
    assert lower <= higher


@given(reports())
def test_paying_a_month_never_raises_what_is_owed(facts):
    everything_paid = msgspec.structs.replace(facts, months_paid=facts.months_checked)
    assert assess(everything_paid, LAW).total_rs <= assess(facts, LAW).total_rs
