"""The wage-record check: a register by itself, and beside schedules, payments and people counted."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.problems import Problem
from field.recovery import check_settings, statute
from field.recovery.findings import Finding
from field.recovery.register_checks import CODES, check
from field.recovery.register_facts import (
    DeclaredLine,
    DeclaredMonth,
    Paid,
    RegisterFacts,
    RegisterLine,
    StatedTotal,
)

LAW = statute.shipped()
VISIT = date(2024, 9, 10)
JULY, AUGUST = "2024-07", "2024-08"


def line(id: str, wage_rs: int = 37_000, month: str = JULY, **more) -> RegisterLine:
    return RegisterLine(id=id, month=month, wage_rs=wage_rs, **{"worker": f"w{id}", "days": 26, **more})


def facts(*lines: RegisterLine, **more) -> RegisterFacts:
    months = tuple(sorted({each.month for each in lines}))
    return RegisterFacts(
        report_id="report", lines=lines, **{"captured_on": VISIT, "months_checked": months, **more}
    )


def schedule(*lines: tuple[str, int] | DeclaredLine, month: str = JULY) -> dict[str, DeclaredMonth]:
    known = [
        each
        if isinstance(each, DeclaredLine)
        else DeclaredLine(line=at, worker=each[0], wage_paisa=each[1] * 100, days=26)
        for at, each in enumerate(lines, 2)
    ]
    return {month: DeclaredMonth(month=month, file_name="c1.csv", lines=tuple(known))}


def found(given_facts: RegisterFacts) -> dict[str, Finding]:
    findings = check(given_facts, LAW)
    assert len({each.code for each in findings}) == len(findings), "one finding for each code in these tests"
    return {each.code: each for each in findings}


def test_a_register_that_agrees_with_everything_raises_nothing():
    both = facts(
        line("1", registered=True),
        line("2", registered=True),
        declared=schedule(("w1", 37_000), ("w2", 37_000)),
        paid=(Paid(id="p", amount_paisa=444_000, months=(JULY,)),),
        months_paid=(JULY,),
        headcount_total=2,
    )
    assert check(both, LAW) == ()


def test_a_cnic_twice_in_a_month_is_shown_with_both_lines_and_in_two_months_is_nothing():
    twice = found(facts(line("1", worker="a", name_key="x"), line("2", worker="a", name_key="y")))
    assert twice["register-cnic-twice"].record_ids == ("1", "2")
    assert "under different names" in twice["register-cnic-twice"].sentence
    assert twice["register-cnic-twice"].sure == "certain"
    apart = found(facts(line("1", worker="a"), line("2", worker="a", month=AUGUST)))
    assert "register-cnic-twice" not in apart


def test_lines_without_a_cnic_are_not_taken_for_one_worker():
    assert "register-cnic-twice" not in found(facts(line("1", worker=""), line("2", worker="")))


def test_a_worker_with_another_employer_in_the_same_month_is_told():
    at = facts(
        line("1", worker="a"), line("2", worker="b"), elsewhere=frozenset({("a", JULY), ("b", AUGUST)})
    )
    assert found(at)["register-cnic-elsewhere"].record_ids == ("1",)
    assert found(at)["register-cnic-elsewhere"].sure == "likely"


def test_a_cnic_that_is_none_is_a_finding_of_its_line_with_what_is_wrong():
    fault = "This is no CNIC: it has 12 digits."
    told = found(facts(line("1", worker="", cnic_fault=fault), line("2")))["register-cnic-form"]
    assert told.record_ids == ("1",)
    assert fault in told.sentence


@pytest.mark.parametrize(
    ("month", "days", "wrong"),
    [("2024-06", 31, True), ("2024-06", 30, False), ("2024-02", 30, True), ("2024-02", 29, False)],
)
def test_more_days_than_the_month_has_are_told(month, days, wrong):
    assert ("register-days-over-month" in found(facts(line("1", month=month, days=days)))) is wrong


def test_months_to_come_or_before_the_law_or_not_checked_are_findings_of_their_lines():
    odd = found(
        facts(
            line("1", month="2024-10"),
            line("2", month="1924-07"),
            line("3", month="1000-01"),
            line("4", month="2024-05"),
            line("5"),
            months_checked=(JULY,),
        )
    )
    assert odd["register-month-to-come"].record_ids == ("1",)
    assert odd["register-month-too-early"].record_ids == ("3", "2")
    assert odd["register-month-not-checked"].record_ids == ("4",)


def test_a_wage_of_nothing_is_told_and_surer_where_days_were_worked():
    assert found(facts(line("1", 0)))["register-wage-none"].sure == "certain"
    assert found(facts(line("1", 0, days=None)))["register-wage-none"].sure == "possible"
    assert "register-wage-none" not in found(facts(line("1", 0, days=0)))
    assert found(facts(line("1", 500, days=0)))["register-wage-without-days"].sure == "possible"


def test_a_wage_below_the_minimum_is_judged_by_the_days_worked():
    # The minimum wage of July 2024 is Rs 37,000 for 26 days: Rs 18,500 for 13.
    assert "register-below-minimum" not in found(facts(line("1", 18_500, days=13)))
    told = found(facts(line("1", 18_499, days=13), line("2", 36_000)))["register-below-minimum"]
    assert told.record_ids == ("1", "2")
    assert "Rs 1,001 short" in told.sentence
    assert {"minimum-wage-2024", "working-days"} <= set(told.rate_row_ids)


def test_a_full_wage_at_few_days_is_a_hint_and_never_more():
    told = found(facts(line("1", days=10), line("2", days=20)))["register-full-wage-few-days"]
    assert (told.record_ids, told.sure) == (("1",), "possible")
    # Measured by the worker's own wage of a whole month, where the register has one.
    by_own = facts(line("1", 60_000, worker="a"), line("2", 40_000, worker="a", month=AUGUST, days=10))
    assert "register-full-wage-few-days" not in found(by_own)


def test_workers_above_the_limit_stay_covered_only_if_they_were():
    # Rs 37,000 and 5,000 more: Rs 42,000 is the limit.
    above = found(
        facts(
            line("1", 42_000, registered=True),
            line("2", 42_001, registered=True),
            line("3", 42_001, registered=False),
            line("4", 42_001),
            declared=schedule(),
        )
    )
    assert above["above-limit-stays-covered"].record_ids == ("2",)
    assert above["above-limit-not-required"].record_ids == ("3",)
    assert above["above-limit-card-unknown"].record_ids == ("4",)
    assert above["worker-not-on-schedule"].record_ids == ("1", "2")


def test_workers_missing_from_the_schedule_are_likely_unless_it_has_lines_without_a_cnic():
    register = (line("1"), line("2", registered=True))
    clear = found(facts(*register, declared=schedule(("w1", 37_000))))["worker-not-on-schedule"]
    assert (clear.record_ids, clear.sure) == (("2",), "likely")
    vague = found(facts(*register, declared=schedule(("w1", 37_000), ("", 37_000))))["worker-not-on-schedule"]
    assert vague.sure == "possible"


def test_a_month_without_a_schedule_is_not_compared_with_one():
    assert check(facts(line("1"), declared=schedule(("w9", 37_000), month=AUGUST)), LAW) == ()


def test_ghosts_on_the_schedule_are_told_by_the_lines_of_its_file():
    declared = schedule(("w1", 37_000), ("g1", 37_000))
    told = found(facts(line("1"), line("2"), declared=declared))["schedule-worker-not-in-register"]
    assert "line 3 of c1.csv" in told.sentence
    assert (told.sure, told.record_ids, told.months) == ("likely", ("report",), (JULY,))
    # With a line of two entered, the rest may only not have been entered yet.
    assert found(facts(line("1"), declared=declared))["schedule-worker-not-in-register"].sure == "possible"


def test_totals_of_register_and_schedule_are_compared_beyond_a_rupee_for_each_worker():
    register = (line("1", 40_000), line("2", 40_000))
    over = found(facts(*register, declared=schedule(("w1", 30_000), ("w2", 40_000))))
    assert "Rs 10,000 of wages are not declared" in over["register-total-over-schedule"].sentence
    assert over["register-wage-over-schedule"].record_ids == ("1",)
    under = found(facts(*register, declared=schedule(("w1", 40_000), ("w2", 40_000), ("w3", 40_000))))
    assert under["register-total-under-schedule"].sure == "possible"
    near = schedule(DeclaredLine(line=2, worker="w1", wage_paisa=39_999_50), ("w2", 40_000))
    assert check(facts(*register, declared=near), LAW) == ()


def test_a_declared_wage_that_was_noted_is_held_against_the_schedule_on_file():
    noted = line("1", 40_000, declared_wage_rs=20_000)
    told = found(facts(noted, declared=schedule(("w1", 40_000))))
    assert told["noted-wage-beside-schedule"].record_ids == ("1",)


def test_days_that_differ_from_the_schedule_are_told():
    told = found(facts(line("1", 37_000, days=20), declared=schedule(("w1", 37_000))))
    assert told["register-days-beside-schedule"].record_ids == ("1",)


def test_what_was_paid_is_held_against_what_was_declared_and_what_the_register_asks():
    # 6 % of Rs 37,000, the minimum wage: Rs 2,220 for each.
    register, declared = (line("1"), line("2")), schedule(("w1", 37_000), ("w2", 37_000))
    short = found(
        facts(*register, declared=declared, paid=(Paid(id="p", amount_paisa=222_000, months=(JULY,)),))
    )
    assert "Rs 2,220 is missing" in short["schedule-not-paid"].sentence
    assert short["schedule-not-paid"].sure == "certain"
    assert "Rs 4,440" in short["register-over-paid"].sentence
    over = found(
        facts(*register, declared=declared, paid=(Paid(id="p", amount_paisa=666_000, months=(JULY,)),))
    )
    assert over["paid-over-schedule"].sure == "possible"


def test_months_paid_together_are_compared_together():
    register = (line("1"), line("1b", worker="w1", month=AUGUST))
    declared = {**schedule(("w1", 37_000)), **schedule(("w1", 37_000), month=AUGUST)}
    one = (Paid(id="p", amount_paisa=444_000, months=(JULY, AUGUST)),)
    assert check(facts(*register, declared=declared, paid=one), LAW) == ()
    two = (
        Paid(id="p", amount_paisa=400_000, months=(JULY, AUGUST)),
        Paid(id="q", amount_paisa=22_000, months=(AUGUST,)),
    )
    told = found(facts(*register, declared=declared, paid=two))["schedule-not-paid"]
    assert told.months == (JULY, AUGUST)
    assert "Rs 220 is missing" in told.sentence


def test_a_month_noted_as_paid_without_a_payment_is_told_once_payments_are_on_file():
    other = (Paid(id="p", amount_paisa=1, months=("2020-01",)),)
    told = found(facts(line("1"), months_paid=(JULY,), paid=other))
    assert told["noted-paid-without-payment"].months == (JULY,)
    assert check(facts(line("1"), months_paid=(JULY,)), LAW) == ()


def test_people_counted_are_held_against_register_and_schedule_with_a_tenth_let_pass():
    ten = [line(str(at)) for at in range(10)]
    declared = schedule(*((f"w{at}", 37_000) for at in range(10)))
    assert check(facts(*ten, headcount_total=11, declared=declared), LAW) == ()
    more = found(facts(*ten, headcount_total=20, declared=declared))
    assert more["headcount-over-register"].sure == "likely"
    assert more["headcount-over-schedule"].record_ids == ("report",)
    fewer = found(facts(*ten, headcount_total=5, declared=declared))
    assert fewer["register-over-headcount"].sure == "possible"
    assert fewer["schedule-over-headcount"].sure == "possible"
    old = [line(str(at), month="2023-08", wage_rs=36_000) for at in range(10)]
    assert check(facts(*old, headcount_total=50), LAW) == ()


def test_a_total_in_the_register_that_does_not_add_up_is_told_with_its_line():
    total = StatedTotal(
        file_name="reg.xlsx", line=9, column="wage", stated_paisa=100, found_paisa=90, month=JULY
    )
    told = found(facts(line("1"), totals=(total,)))["register-total-wrong"]
    assert "reg.xlsx, line 9" in told.sentence
    right = msgspec.structs.replace(total, stated_paisa=90)
    assert check(facts(line("1"), totals=(right,)), LAW) == ()


_lines = st.lists(
    st.builds(
        RegisterLine,
        id=st.uuids().map(str),
        month=st.sampled_from([JULY, AUGUST, "1000-01", "2999-12"]),
        wage_rs=st.integers(0, 90_000),
        days=st.none() | st.integers(0, 31),
        registered=st.none() | st.booleans(),
        worker=st.sampled_from(["", "a", "b", "c"]),
    ),
    max_size=8,
    unique_by=lambda each: each.id,
)


@given(_lines, st.randoms(), st.integers(0, 40))
def test_the_order_of_lines_changes_nothing_and_every_finding_names_its_evidence(lines, chance, counted):
    declared = {**schedule(("a", 37_000), ("z", 10)), **schedule(("b", 37_000), month=AUGUST)}
    more = {
        "declared": declared,
        "headcount_total": counted,
        "paid": (Paid(id="p", amount_paisa=5, months=(JULY,)),),
    }
    first = check(facts(*lines, **more), LAW)
    mixed = list(lines)
    chance.shuffle(mixed)
    assert check(facts(*mixed, **more), LAW) == first
    known = {"report", *(each.id for each in lines)}
    for each in first:
        assert each.code in CODES
        assert set(each.record_ids) <= known
        assert each.record_ids or each.code in (
            "schedule-not-paid",
            "paid-over-schedule",
            "register-total-under-schedule",
        )
        assert each.sentence.endswith((".", "?"))


def test_the_shipped_settings_are_marked_as_unconfirmed_and_a_faulty_one_is_refused():
    shipped = check_settings.shipped()
    assert {row.key for row in shipped.rows} == set(check_settings.UNITS)
    assert not any(row.confirmed for row in shipped.rows)
    row = msgspec.structs.replace(shipped.rows[0], value="ten")
    with pytest.raises(Problem, match="must be a number"):
        check_settings.CheckSettings([row])


def test_an_office_that_lets_more_pass_is_told_less():
    ten = facts(*(line(str(at)) for at in range(10)), headcount_total=12)
    rows = [
        msgspec.structs.replace(row, value="50") if row.key == "headcount_difference_percent_max" else row
        for row in check_settings.shipped().rows
    ]
    assert [each.code for each in check(ten, LAW)] == ["headcount-over-register"]
    assert check(ten, LAW, check_settings.CheckSettings(rows)) == ()


def test_every_finding_has_a_name_on_the_console_in_each_language():
    text = (Path(__file__).parents[2] / "web" / "console" / "words" / "checks.ts").read_text("utf-8")
    assert {code: text.count(f'"{code}":') for code in CODES} == dict.fromkeys(CODES, 2)
