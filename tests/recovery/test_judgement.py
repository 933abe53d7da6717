"""Best judgement: a proposal with its assumptions, always provisional, apart from actual records.

In August 2024 the minimum wage is Rs 37,000: at 6 % a worker makes Rs 2,220 due.
"""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.problems import Problem
from field.recovery import explain, judgement
from field.recovery.explain import Evidence
from field.recovery.judgement import Known, LastWage, judge
from field.recovery.phrases import TABLES
from field.recovery.statute import Statute, shipped
from tests.recovery.books import day

LAW = shipped()
ON = day("2024-12-20")
AUGUST = "2024-08"


def known(*months, **more) -> Known:
    return Known(report_id="report", why="refused", months=months or (AUGUST,), **{"headcount": 63, **more})


def ruled(id: str, value: str) -> Statute:
    return LAW.amended(msgspec.structs.replace(LAW[id], value=value))


def assumed(judged) -> list[str]:
    return [explain.sentence(figure) for figure in judged.assumptions]


def test_63_people_counted_at_the_minimum_wage_come_to_what_was_worked_out_by_hand():
    """63 x 2,220 = 139,860; due on 15 September, 96 days late on 20 December: flat 50 % = 69,930."""
    judged = judge(known(), LAW, ON)
    assert (judged.principal_rs, judged.increase_rs) == (139_860, 69_930)
    assert (judged.basis, judged.provisional) == ("best-judgement", True)
    (month,) = judged.months
    assert (month.workers, month.wage_rs, month.each_rs) == (63, 37_000, 2_220)


def test_every_assumption_is_a_sentence_with_its_evidence():
    judged = judge(known(scheduled=(40, "2024-05")), LAW, ON)
    assert assumed(judged) == [
        "Assumed number of workers: 63 workers, the people counted at work at the visit.",
        "Not used: another source says 40 workers.",
        "Assumed wage: the minimum wage of each month, for everybody.",
        (
            "Which number and which wage are assumed is a rule of the law: the people counted at work, else "
            "the workers declared; the minimum wage."
        ),
        "Assumed months: 2024-08, those for which the records were asked for.",
    ]
    first = judged.assumptions[0].evidence
    assert (first.report_ids, first.row_ids) == (("report",), ("judgement-workers",))
    assert not LAW["judgement-workers"].confirmed
    assert "judgement-workers" in {row.id for row in judged.rows}


@pytest.mark.parametrize(
    ("values", "rule", "workers"),
    [
        ({"headcount": 63, "scheduled": (80, "2024-05")}, "headcount-first", 63),
        ({"headcount": 63, "scheduled": (80, "2024-05")}, "higher-of-both", 80),
        ({"headcount": None, "scheduled": (80, "2024-05"), "registered": 90}, "headcount-first", 80),
        ({"headcount": None, "registered": 90}, "headcount-first", 90),
    ],
)
def test_the_number_of_workers_is_chosen_by_a_dated_row(values, rule, workers):
    judged = judge(known(**values), ruled("judgement-workers", rule), ON)
    assert [month.workers for month in judged.months] == [workers]


def test_where_no_number_of_workers_is_known_nothing_is_invented():
    judged = judge(known(headcount=None), LAW, ON)
    assert (judged.months, judged.principal_rs) == ((), 0)
    assert "No number of workers is known" in assumed(judged)[0]


def test_the_wage_last_known_counts_where_the_row_says_so_but_not_below_the_minimum():
    """Rs 39,000 seen in May, of which 37,000 counts: the same 2,220. Rs 20,000: the minimum wage."""
    law = ruled("judgement-wage", "last-known-wage")
    for wage, expected in ((39_000, 39_000), (20_000, 37_000)):
        last = LastWage(wage_rs=Decimal(wage), month="2024-05", lines=12, evidence=Evidence(line_ids=("a",)))
        judged = judge(known(last_wage=last), law, ON)
        assert [(month.wage_rs, month.each_rs) for month in judged.months] == [(expected, 2_220)]
        assert (
            f"Assumed wage: Rs {wage:,}, the average of 12 wage lines last seen, of 2024-05"
            in assumed(judged)[1]
        )
        assert judged.assumptions[1].evidence.line_ids == ("a",)
    assert "the minimum wage is taken in its place" in assumed(judge(known(), law, ON))[1]


def test_months_with_actual_records_or_found_paid_without_a_schedule_are_left_out_and_named():
    months = ("2024-06", "2024-07", AUGUST, "2004-08")
    judged = judge(known(*months, actual=frozenset({"2024-06"}), paid=frozenset({"2024-07"})), LAW, ON)
    assert [month.month for month in judged.months] == [AUGUST]
    left = " ".join(assumed(judged)[-3:])
    assert "2024-06: left out, because actual wage lines are on file." in left
    assert "2024-07: left out, because the report found it paid and no schedule says how much." in left
    assert "2004-08: left out, because a rate of the law or the minimum wage is not on file." in left


def test_what_the_schedule_asks_for_already_is_not_asked_for_again():
    """Ten of the 63 are declared: 139,860 - 22,200 = 117,660."""
    judged = judge(known(declared_rs={AUGUST: Decimal(22_200)}, paid=frozenset({AUGUST})), LAW, ON)
    assert judged.principal_rs == 117_660
    more = judge(known(declared_rs={AUGUST: Decimal(999_999)}), LAW, ON)
    assert more.principal_rs == 0


def test_without_the_rows_of_best_judgement_none_is_made():
    with pytest.raises(Problem, match="judgement_wage_rule"):
        judge(known(), Statute(row for row in LAW.rows if row.kind != "judgement_wage_rule"), ON)


@pytest.mark.parametrize("language", TABLES)
def test_a_proposal_opens_in_every_language_and_says_that_it_stands_apart(language):
    judged = judge(known(declared_rs={AUGUST: Decimal(22_200)}), LAW, ON)
    said = explain.explain(judgement.figure(judged), language)
    assert said[1].sentence == TABLES[language].judged_apart
    assert len({step.number for step in said}) == len(said)
    rows = {step.evidence.row_ids[0] for step in said if step.phrase in ("row", "row_unconfirmed")}
    assert {"judgement-workers", "judgement-wage", "minimum-wage-2024", "due-day"} <= rows


@given(
    st.integers(1, 500),
    st.integers(0, 400),
    st.lists(st.sampled_from(["2024-06", AUGUST, "2025-07"]), min_size=1),
)
def test_a_proposal_adds_up_and_more_workers_never_owe_less(workers, after, months):
    on = day("2024-06-01") + timedelta(days=after)
    judged = judge(known(*months, headcount=workers), LAW, on)
    assert judged.principal_rs == sum((month.principal_rs for month in judged.months), Decimal(0))
    assert judged.increase_rs == sum((state.increase_rs for state in judged.states), Decimal(0))
    more = judge(known(*months, headcount=workers + 1), LAW, on)
    assert more.principal_rs >= judged.principal_rs
