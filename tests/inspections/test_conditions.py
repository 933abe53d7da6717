"""Conditions of checklists: the same meaning on tablet and server, and no text that hangs either."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from field.inspections import patterns
from field.inspections.conditions import ConditionError, Scope, evaluate, parse, plain
from field.inspections.patterns import COST_MAX, PatternError
from tests.sync.test_vectors import read

VECTORS = read("checklists.json")


def scope() -> Scope:
    told = VECTORS["scope"]
    return Scope(
        lambda name: plain(told["values"].get(name)),
        lambda name: [plain(each) for each in told["every"].get(name, [])],
        plain(told["own"]),
        told["today"],
    )


def same(found: object, wanted: object) -> bool:
    """Equal, and yes/no only where yes/no is wanted: for Python True is 1."""
    return found == wanted and isinstance(found, bool) == isinstance(wanted, bool)


@pytest.mark.parametrize("case", VECTORS["expressions"], ids=lambda case: case["expression"])
def test_an_expression_comes_to_what_was_worked_out_by_hand(case: dict[str, Any]) -> None:
    found = evaluate(parse(case["expression"]), scope())
    assert same(found, case["value"]), found


@pytest.mark.parametrize("case", VECTORS["faulty"], ids=lambda case: case["expression"][:20])
def test_a_faulty_expression_is_refused_and_the_place_named(case: dict[str, Any]) -> None:
    with pytest.raises(ConditionError) as refused:
        parse(case["expression"])
    assert refused.value.at == case["at"], refused.value


@pytest.mark.parametrize("case", VECTORS["patterns"], ids=lambda case: case["pattern"])
def test_a_pattern_means_the_whole_text(case: dict[str, Any]) -> None:
    pattern = patterns.read(case["pattern"])
    assert [text for text in case["matches"] if not pattern.matches(text)] == []
    assert [text for text in case["not"] if pattern.matches(text)] == []


@pytest.mark.parametrize("case", VECTORS["faulty_patterns"], ids=lambda case: case["pattern"][:20])
def test_a_pattern_beyond_the_subset_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(PatternError):
        patterns.read(case["pattern"])


def test_the_costliest_pattern_that_is_let_pass_ends() -> None:
    """Its steps are bounded before anything is matched, so that a hostile checklist stops no tablet."""
    costliest = "(" + "a?" * 30 + "){100}b"
    assert patterns.read(costliest).matches("a" * 299 + "b")
    assert not patterns.read(costliest).matches("a" * 300)
    with pytest.raises(PatternError, match="repeats repetitions"):
        patterns.read("((a?){100}){34}b" + "a" * 50)
    assert COST_MAX == 1_000_000


def test_the_words_of_a_refusal_say_what_to_write_instead() -> None:
    with pytest.raises(ConditionError, match=r"open is no expression; a text stands in ' '.*character 6"):
        parse("${a}=open")
    with pytest.raises(ConditionError, match=r"the function round\(\) is not known here"):
        parse("round(1)")
    with pytest.raises(ConditionError, match=r"selected\(\) takes 2 values, not 1"):
        parse("selected(${a})")


def test_an_expression_tells_which_questions_it_needs() -> None:
    found = parse("${a} > 1 and count(${b}) > sum(${c}) and . = ${a}")
    assert [(use.name, use.every) for use in found.uses] == [("a", False), ("b", True), ("c", True)]
    assert found.own
    assert not parse("${a}").own


@given(st.text(alphabet="${}ab().,'\"+-*=<>! 0129é\n/[]|?", max_size=60))
@settings(max_examples=300, deadline=None)
def test_whatever_somebody_types_is_read_or_refused_in_words(text: str) -> None:
    try:
        found = parse(text)
    except ConditionError as refused:
        at = refused.at
    else:
        at = 1
        assert isinstance(evaluate(found, scope()), str | float | bool)
    assert 1 <= at <= len(text) + 1


def test_an_expression_as_deep_as_may_be_is_read_and_worked_out() -> None:
    """The stack is counted beforehand: a checklist that exhausted it stopped the server."""
    assert evaluate(parse("not(" * 29 + "1" + ")" * 29), scope()) is False
    assert evaluate(parse("(" * 29 + "1" + ")" * 29 + " + 1" * 59), scope()) == 60
