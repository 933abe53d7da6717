"""Workers of a schedule and a register of one month: nobody twice, nobody left out, whatever is not known."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from field.recovery.matching import WorkerDue, match

rupees = st.integers(0, 5_000).map(Decimal)
lines = st.lists(st.builds(WorkerDue, st.sampled_from(["", "a", "b", "c", "d"]), rupees, rupees), max_size=8)


def due(worker: str, amount: int) -> WorkerDue:
    return WorkerDue(worker, Decimal(amount))


def proven(schedule, register):
    return match("2026-03", 1, schedule, register)


def test_who_stands_in_both_is_asked_for_once_by_the_higher_figure_and_others_beside():
    """By hand: A 2,400 (schedule 2,400, register 1,800), B 1,200 on paper alone, C 2,100 seen alone."""
    found = proven([due("a", 2400), due("b", 1200)], [due("a", 1800), due("c", 2100)])
    assert found.due_rs == 5700
    assert (found.both, found.schedule_only, found.register_only, found.unknown) == (1, 1, 1, 0)


def test_a_line_without_a_cnic_may_be_anybody_of_the_other_record_and_is_not_asked_for_beside_him():
    assert proven([due("", 2400)], [due("c", 2100)]).due_rs == 2400
    assert proven([due("a", 2400)], [due("", 2100)]).due_rs == 2400
    # One nameless line cannot be two people: C and D are two.
    assert proven([due("", 2400)], [due("c", 2100), due("d", 2100)]).due_rs == 4200


def test_who_is_declared_is_not_beyond_what_is_declared_though_a_report_says_not_registered():
    found = proven([due("a", 2400)], [WorkerDue("a", Decimal(2400), Decimal(2400))])
    assert found.beyond_rs == 0


@given(lines, lines)
def test_together_they_prove_no_less_than_each_and_no_more_than_both(schedule, register):
    sums = [sum((each.due_rs for each in side), Decimal(0)) for side in (schedule, register)]
    assert max(sums) <= proven(schedule, register).due_rs <= sum(sums)


@given(lines, lines, st.randoms())
def test_the_order_of_lines_and_who_is_called_what_change_nothing(schedule, register, chance):
    other = [[*schedule], [*register]]
    for side in other:
        chance.shuffle(side)
    assert proven(*other) == proven(schedule, register)
    assert proven(register, schedule).due_rs == proven(schedule, register).due_rs
