"""What answers come to: the stories behind the vectors, told with the inspection that is shipped."""

from typing import Any

import msgspec
import pytest

from field.inspections import checklists
from field.inspections.checklists import Checklist
from field.inspections.judging import Answer, Judgement, judge
from tests.vectors import checklist_answers, full_answers
from tests.vectors.checked import TODAY
from tests.vectors.checklist_answers import COUNTED, answers, item
from tests.vectors.full_answers import unit, worker

SMALL = msgspec.convert(checklist_answers.SMALL, Checklist)
(FULL,) = checklists.shipped()


def judged(*given: list[dict[str, Any]], today: str = TODAY, **items: list[str]) -> Judgement:
    return judge(
        SMALL, msgspec.convert([each for part in given for each in part], list[Answer]), today, items
    )


def inspected(given: dict[str, Any]) -> Judgement:
    return judge(FULL, msgspec.convert(given["answers"], list[Answer]), TODAY)


def codes(found: Judgement) -> list[str]:
    return [each.code for each in found.findings]


def told(found: Judgement, question: str, item: str | None = None) -> Any:
    (verdict,) = [each for each in found.verdicts if (each.question, each.item) == (question, item)]
    return verdict


def faulty(found: Judgement) -> dict[str, str]:
    return {each.question: each.fault for each in found.verdicts if each.fault}


def test_a_unit_with_which_all_is_well_raises_nothing_and_misses_nothing() -> None:
    found = inspected(unit("all is well", worker("w1"), worker("w2")))
    assert (found.complete, codes(found), found.unknown) == (True, [], ())


def test_silence_is_no_finding_and_no_fault() -> None:
    found = judge(FULL, [], TODAY)
    assert (codes(found), faulty(found)) == ([], {})
    assert not found.complete


def test_a_finding_that_silence_would_fulfil_is_not_raised_by_it() -> None:
    """Without a number, it is true that the number is not the known one; that speaks against nobody."""
    assert codes(judged(COUNTED)) == []
    assert codes(judged(COUNTED, answers(phone="+923001234567"))) == ["another-phone"]
    assert codes(judged(COUNTED, answers(phone="+923000000000"))) == []


def test_a_closed_unit_is_not_asked_for_its_workers() -> None:
    found = inspected(
        full_answers.bare("closed", unit_status="closed", visit_type="routine", inspector_signature="p")
    )
    assert found.complete
    assert not any(
        told(found, name).relevant for name in ("men", "records_refused", "cards_held", "person_met")
    )


def test_what_was_answered_before_a_question_fell_away_counts_no_longer_but_is_kept() -> None:
    """An inspector who corrects 'refused' must not lose the head-count that was typed before."""
    found = judged(answers(refused="yes", men=4, women=2, covered=0))
    assert codes(found) == ["refused"]
    assert not told(found, "covered").relevant
    assert not told(found, "interviews").relevant, "which asks whether anybody was counted"
    assert codes(judged(answers(refused="no", men=4, women=2, covered=0))) == ["not-covered"]


def test_workers_who_are_not_covered_are_a_finding_with_its_section_and_its_doubt() -> None:
    (raised,) = inspected(unit("not covered", coverable=5, covered=13)).findings
    assert (raised.code, raised.question, raised.sure) == ("workers-not-covered", "coverable", "likely")
    assert "s.1(3)" in raised.section
    assert "to be confirmed" in raised.section
    assert not raised.confirmed
    assert all((raised.sentence.en, raised.sentence.ur, raised.sentence.sd))


def test_each_worker_is_judged_by_the_answers_of_that_worker_alone() -> None:
    found = inspected(
        unit("two tell otherwise", worker("w1", interview_card="no"), worker("w2", interview_wage_rs=45_000))
    )
    assert [(each.code, each.item) for each in found.findings] == [
        ("interviewed-without-card", "w1"),
        ("register-below-wage-told", "w2"),
    ]


def test_nothing_is_found_on_a_figure_that_cannot_be() -> None:
    """More covered than were counted is a slip of the finger; it must not make a finding about cards."""
    found = inspected(unit("a slip", covered=21))
    assert faulty(found) == {"covered": "constraint", "not_coverable": "constraint"}
    assert codes(found) == []


def test_two_answers_that_differ_are_shown_and_not_chosen_between_in_silence() -> None:
    found = judged(COUNTED, answers(covered=3), answers(covered=4))
    assert faulty(found) == {"covered": "twice"}
    assert codes(found) == []
    assert faulty(judged(COUNTED, answers(covered=3), answers(covered=3))) == {}


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"men": "4"}, "type"),
        ({"men": 1.5}, "type"),
        ({"men": True}, "type"),
        ({"men": -1}, "constraint"),
        ({"refused": "perhaps"}, "choice"),
        ({"refused": ["no"]}, "type"),
        ({"records": ["diary"]}, "choice"),
        ({"records": "wage_register"}, "type"),
        ({"records": ["wage_register"] * 2}, "choice"),
        ({"phone": "0300"}, "constraint"),
        ({"months": "2026-05"}, "type"),
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_is_named_with_its_kind_of_fault(given: dict[str, Any], fault: str) -> None:
    (name,) = given
    found = judged(answers(**{"refused": "no", "men": 4, "women": 1, **given}))
    assert faulty(found) == {name: fault}


def test_judged_again_a_year_later_by_its_own_day_a_report_comes_to_the_same() -> None:
    given = unit("undertaken", item("u1", undertaking="register two", undertaking_by="2026-12-15"))
    assert inspected(given).complete
    late = judge(FULL, msgspec.convert(given["answers"], list[Answer]), "2027-11-22")
    assert faulty(late) == {"undertaking_by": "constraint"}, (
        "which is why the day of the answers is passed in"
    )


def test_a_sealed_name_counts_as_answered_and_is_not_looked_at() -> None:
    given = [{"question": "contractor_name", "item": "k1", "sealed": True}]
    contractor = item("k1", contractor_workers=8)
    assert inspected(unit("sealed", contractor, given, contractors_workers=8)).complete
    assert not inspected(unit("empty", contractor, contractors_workers=8)).complete


def test_answers_that_this_version_does_not_ask_are_told_apart() -> None:
    found = judged(COUNTED, answers(colour="blue", card="yes"), item("x", men=3))
    assert found.unknown == ("colour", "card", "men")


def test_an_item_without_any_answer_still_asks_for_them() -> None:
    assert [each.item for each in judged(COUNTED, interviews=["a", "b"]).verdicts if each.missing] == [
        "a",
        "b",
    ]
