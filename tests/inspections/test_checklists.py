"""A checklist that somebody wrote: every fault is named by its place before it reaches a tablet."""

import copy
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from field.inspections import checklists
from field.inspections.checklist_faults import faults, relevance_order
from field.inspections.checklists import LANGUAGES, Checklist
from field.problems import Problem
from tests.vectors.checklist_answers import SMALL, choices, words

Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> list[str]:
    """The faults of the small checklist after a change."""
    given: dict[str, Any] = copy.deepcopy(dict(SMALL))
    change(given)
    return [str(each) for each in faults(msgspec.convert(given, Checklist))]


def question(given: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in given["questions"] if each["name"] == name)
    return found


def put(name: str, /, **members: Any) -> Change:
    return lambda given: question(given, name).update(members)


def test_the_small_checklist_is_as_it_should_be() -> None:
    assert changed(lambda given: None) == []


@pytest.mark.parametrize("checklist", checklists.shipped(), ids=lambda each: each.name)
def test_what_is_shipped_is_whole_in_every_language(checklist: Checklist) -> None:
    assert faults(checklist) == []
    texts = [each.label for each in checklist.questions]
    texts += [each.hint for each in checklist.questions if each.hint]
    assert len(checklist.questions) > 60
    for text in texts:
        assert len({text.en, text.ur, text.sd}) >= 2, text
    # Urdu and Sindhi are not the same language: only short words may coincide.
    assert sum(text.ur == text.sd for text in texts) < len(texts) / 20
    assert Checklist.__annotations__["title"].__struct_fields__ == LANGUAGES


def test_what_is_shipped_does_not_say_what_caused_a_visit() -> None:
    """ILO Convention 81, article 15(c): the employer may look over the inspector's shoulder."""
    for each in checklists.shipped():
        text = checklists.write(each).decode().casefold()
        assert not [word for word in ("complain", "شکایت", "شڪايت", "tip-off", "informer") if word in text]


def test_what_is_shipped_names_no_section_as_certain_that_nobody_read() -> None:
    rules = [rule for each in checklists.shipped() for one in each.questions for rule in one.findings]
    assert len(rules) >= 20
    assert all(rule.confirmed or "to be confirmed" in rule.section for rule in rules)


def test_every_field_of_the_report_that_can_be_filled_is_filled() -> None:
    (full,) = checklists.shipped()
    filled = {each.fills for each in full.questions if each.fills}
    assert filled == {
        "headcount.men",
        "headcount.women",
        "months_checked",
        "months_paid",
        "records_refused",
        "records_produced",
        "person_met",
        "remarks",
    }


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (put("men", relevant="${mne} > 1"), "question men, relevant: there is no question named mne."),
        (
            put("men", constraint=". >"),
            "question men, constraint: the expression ends too early (at character 4).",
        ),
        (put("men", required="${heads} = 1"), "question men, required: heads is a group and has no answer."),
        (
            put("men", required=". > 1"),
            "question men, required: . is the answer itself; here a question must",
        ),
        (
            put("phone", relevant="${card} = 'yes'"),
            "question phone, relevant: card is answered any number of times",
        ),
        (
            put("phone", relevant="${interviews} > 1"),
            "question phone, relevant: interviews is a repeat; write count(",
        ),
        (
            put("phone", relevant="sum(${men}) > 1"),
            "question phone, relevant: men is answered once; count() and",
        ),
        (
            put("phone", relevant="${told_name} != ''"),
            "question phone, relevant: told_name is personal and may be",
        ),
        (
            put("phone", relevant="${refused} = 'jes'"),
            "question phone, relevant: refused has no choice named 'jes'.",
        ),
        (
            put("phone", relevant="selected(${records}, 'wage')"),
            "question phone, relevant: records has no choice named",
        ),
        (
            put("phone", relevant="regex(${refused}, '(')"),
            "question phone, relevant: the pattern of regex() cannot",
        ),
        (
            put("interviews", relevant="${card} = 'yes'"),
            "question interviews, relevant: card stands in this repeat",
        ),
        (put("refused", choices="yes_not"), "question refused, choices: there is no list named 'yes_not'."),
        (put("refused", choices=""), "question refused, choices: its list of choices is not named."),
        (put("men", choices="yes_no"), "question men, choices: the type integer has no choices."),
        (put("men", label={"en": "Men", "ur": "مرد"}), "question men, label.sd: the Sindhi text is missing."),
        (put("men", hint={"sd": "x"}), "question men, hint.ur: the Urdu text is missing."),
        (
            put("men", constraint_message=None),
            "question men, constraint_message: a constraint needs a message",
        ),
        (
            put("signed", constraint_message=words("x")),
            "question signed, constraint_message: there is no constraint",
        ),
        (put("men", name="women"), "question women, name: two questions have this name; rename one."),
        (put("men", name="1st man"), "question 1st man, name: a name is a letter, then letters"),
        (put("men", type="text"), "question men, type: what fills headcount.men is of the type integer."),
        (
            put("men", fills="headcount.children"),
            "question men, fills: headcount.children is none of headcount.men",
        ),
        (put("women", fills="headcount.men"), "question women, fills: another question fills headcount.men"),
        (put("phone", fills="person_met"), "question phone, personal: what fills person_met must be marked"),
        (
            put("wage", fills="remarks"),
            "question wage, fills: an answer that is given many times cannot fill",
        ),
        (put("men", personal=True), "question men, personal: only a text or a date can be personal."),
        (put("men", group="tails"), "question men, group: there is no group or repeat named 'tails'."),
        (put("phone", group="heads"), "question phone, group: it must stand with the others of heads"),
        (
            put("interviews", group="heads"),
            "question interviews, group: a group or repeat cannot stand in another.",
        ),
        (
            put("heads", required="true"),
            "question heads, required: a group is not answered and has no required.",
        ),
        (
            put("interviews_note", constraint=". > 1"),
            "question interviews_note, constraint: a note is not answered",
        ),
        (lambda given: given.update(version=0), "version: the version is a number from 1 on."),
        (lambda given: given.update(id="Small One"), "id: the id is small letters with - between"),
        (lambda given: given.update(valid_to="2025-01-01"), "valid_to: it ends before it begins."),
        (lambda given: given.update(legal_basis=" "), "legal_basis: it needs a legal basis."),
        (
            lambda given: given.update(confirmed=False),
            "note: it is not confirmed: the note must say what is in",
        ),
        (lambda given: given.update(title={"en": "Small", "sd": "x"}), "title.ur: the Urdu text is missing."),
        (lambda given: given.update(questions=[]), "questions: it asks nothing."),
        (lambda given: given["choices"].update(empty=[]), "choices empty: a list has 1 to 500 choices."),
        (
            lambda given: given["choices"].update(two=choices("a", "a")),
            "choices two, name 2: two choices are named a.",
        ),
        (
            lambda given: given["choices"].update(two=choices("a b")),
            "choices two, name 1: the choice 'a b': a name is",
        ),
        (
            lambda given: given["choices"].update(two=[{"name": "a", "label": {"en": "A", "ur": "A"}}]),
            "choices two, label.sd 1: a: the Sindhi text is missing.",
        ),
        (
            lambda given: question(given, "refused")["findings"][0].update(when="${x} = 1"),
            "question refused, findings.when 1: there is no question named x.",
        ),
        (
            lambda given: question(given, "refused")["findings"][0].update(code="not-covered"),
            "question covered, findings.code 1: two findings have the code not-covered.",
        ),
        (
            lambda given: question(given, "refused")["findings"][0].update(section=""),
            "question refused, findings.section 1: it names no section; write what is known",
        ),
        (
            lambda given: question(given, "refused")["findings"][0].update(sentence={"en": "x"}),
            "question refused, findings.sentence.ur 1: the Urdu text is missing.",
        ),
        (
            put("told_name", findings=question(dict(SMALL), "refused")["findings"]),
            "question told_name, findings: a personal answer may be erased, so that no finding can",
        ),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else "",
)
def test_a_fault_is_named_by_its_place(change: Change, fault: str) -> None:
    found = changed(change)
    assert any(each.startswith(fault) for each in found), found


@pytest.mark.parametrize(
    ("change", "circle"),
    [
        (put("men", relevant="${men} > 1"), "men -> men"),
        (put("refused", relevant="${women} > 1"), "refused -> women -> heads -> refused"),
        (put("heads", relevant="${men} > 1"), "heads -> men -> heads"),
        (put("men", relevant="count(${interviews}) > 1"), "men -> interviews -> men"),
    ],
    ids=["itself", "three", "a sum", "a repeat"],
)
def test_a_circle_of_relevance_is_shown_as_it_runs(change: Change, circle: str) -> None:
    """A tablet that met one asked for ever, or for nothing."""
    assert [each for each in changed(change) if each.endswith(f"depends on itself: {circle}.")]


def test_a_long_chain_of_relevance_is_no_circle() -> None:
    chain = [
        {"name": f"q{at}", "type": "text", "label": words("x"), "relevant": f"${{q{at + 1}}} = 'x'"}
        for at in range(499)
    ]
    given = {**SMALL, "questions": [*chain, {"name": "q499", "type": "text", "label": words("x")}]}
    checklist = msgspec.convert(given, Checklist)
    assert faults(checklist) == []
    assert relevance_order(checklist)[0] == "q499"


def test_all_faults_are_told_at_once() -> None:
    """A clerk who learns of one fault per try gives up at the fifth."""
    given = copy.deepcopy(dict(SMALL))
    question(given, "men").update(label={"en": "Men"}, relevant="${x} = 1")
    with pytest.raises(Problem, match=r"small@1 cannot be used.*There are 2 more faults") as refused:
        checklists.read(msgspec.json.encode(given))
    assert len(refused.value.extra["remarks"]) == 3


@pytest.mark.parametrize("given", [b"", b"[]", b"{}", b'{"id": 1}', b"\xff", b'{"questions": "x"}'])
def test_what_is_no_checklist_is_refused_in_words(given: bytes) -> None:
    with pytest.raises(Problem, match="The checklist cannot be read"):
        checklists.read(given)


def test_a_misspelt_field_is_refused_and_not_dropped() -> None:
    """A `relevent` that was left out in silence asked everybody."""
    given = copy.deepcopy(dict(SMALL))
    question(given, "men")["relevent"] = "1 = 2"
    with pytest.raises(Problem, match="relevent"):
        checklists.read(msgspec.json.encode(given))


@pytest.mark.parametrize("checklist", checklists.shipped(), ids=lambda each: each.name)
def test_a_checklist_is_read_back_as_it_was_written(checklist: Checklist) -> None:
    assert checklists.read(checklists.write(checklist)) == checklist
