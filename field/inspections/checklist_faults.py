"""What is wrong with a checklist: every fault by its place, in a clerk's words."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from field.inspections.checklist_fills import FILLS
from field.inspections.condition_reader import Call, Literally, Name, Node
from field.inspections.conditions import ConditionError, Expression, parse

if TYPE_CHECKING:
    from field.inspections.checklists import Checklist, FindingRule, Question, Words

QUESTIONS_MAX = 500
CHOICES_MAX = 500
WORDS_MAX = 2000
NAME_MAX = 64
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_CHOICE_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LANGUAGES = {"en": "English", "ur": "Urdu", "sd": "Sindhi"}
UNNAMED = "without a name"
"""How a question is called in a fault that has no name."""

UNANSWERED = ("group", "repeat", "note")
"""Types that are not answered."""


class Fault(msgspec.Struct, frozen=True):
    """One fault: in which question or choice list (both "" for the checklist itself), in which field, and
    what.

    `field` is the name in the format, with the language where one is missing: "label.sd". `index` counts from
    0 the choice in its list, or the finding of its question.
    """

    words: str
    question: str = ""
    choices: str = ""
    field: str = ""
    index: int | None = None

    def __str__(self) -> str:
        """The fault as a line: "question unit_status, label.sd: ..."."""
        place = [f"question {self.question}"] if self.question else []
        place += [f"choices {self.choices}"] if self.choices else []
        number = "" if self.index is None else f" {self.index + 1}"
        place += [f"{self.field}{number}"] if self.field else []
        return f"{', '.join(place)}: {self.words}" if place else self.words


def faults(checklist: "Checklist") -> list[Fault]:
    """Everything that is wrong with a checklist, in its own order; nothing for one that can be used."""
    known = {each.name: each for each in checklist.questions}
    found = [*_head(checklist), *_choice_faults(checklist)]
    seen: set[str] = set()
    codes: set[str] = set()
    filled: set[str] = set()
    for each in checklist.questions:
        if each.name in seen:
            found.append(_at(each, "name", "two questions have this name; rename one"))
        seen.add(each.name)
        found += _question(checklist, each, filled)
        found += _standing(each, known)
        found += _expressions(checklist, each, known)
        for index, rule in enumerate(each.findings):
            found += _finding(checklist, each, index, rule, known, codes)
    found += _scattered(checklist)
    return found + _cycles(checklist)


def relevance_order(checklist: "Checklist") -> list[str]:
    """The questions so that each comes after all on whose relevance its own depends. Raises ValueError on a
    cycle."""
    order, cycle = _ordered(checklist)
    if cycle:
        raise ValueError(" -> ".join(cycle))
    return order


def read_required(text: str) -> str:
    """`required` as an expression: XLSForm writes just "true" for always."""
    return "true()" if text == "true" else text


def _at(question: "Question", field: str, words: str, index: int | None = None) -> Fault:
    return Fault(f"{words}.", question=question.name or UNNAMED, field=field, index=index)


def _head(checklist: "Checklist") -> Iterator[Fault]:
    if not _CODE.fullmatch(checklist.id) or len(checklist.id) > NAME_MAX:
        yield Fault("the id is small letters with - between, as in full-inspection.", field="id")
    if not 1 <= checklist.version <= 100_000:
        yield Fault("the version is a number from 1 on.", field="version")
    if checklist.valid_to is not None and checklist.valid_to <= checklist.valid_from:
        yield Fault("it ends before it begins.", field="valid_to")
    if not checklist.legal_basis.strip():
        yield Fault("it needs a legal basis.", field="legal_basis")
    if not checklist.confirmed and not checklist.note.strip():
        yield Fault("it is not confirmed: the note must say what is in doubt.", field="note")
    for field, words in _words("title", checklist.title):
        yield Fault(words, field=field)
    if not checklist.questions:
        yield Fault("it asks nothing.", field="questions")
    if len(checklist.questions) > QUESTIONS_MAX:
        yield Fault(f"it has more than {QUESTIONS_MAX} questions.", field="questions")


def _words(field: str, words: "Words") -> Iterator[tuple[str, str]]:
    """The languages that a text lacks: the field with the language, and the fault."""
    for language, name in _LANGUAGES.items():
        text: str = getattr(words, language)
        if not text.strip():
            yield f"{field}.{language}", f"the {name} text is missing."
        elif len(text) > WORDS_MAX:
            yield f"{field}.{language}", f"the {name} text is longer than {WORDS_MAX} characters."


def _choice_faults(checklist: "Checklist") -> Iterator[Fault]:
    for name, choices in checklist.choices.items():
        if not _NAME.fullmatch(name) or len(name) > NAME_MAX:
            yield Fault("a list's name is letters, digits, _ and -.", choices=name, field="list_name")
        if not 1 <= len(choices) <= CHOICES_MAX:
            yield Fault(f"a list has 1 to {CHOICES_MAX} choices.", choices=name)
        seen: set[str] = set()
        for index, choice in enumerate(choices):
            if not _CHOICE_NAME.fullmatch(choice.name) or len(choice.name) > NAME_MAX:
                said = f"the choice {choice.name!r}: a name is letters, digits, _ - and ., without a space."
                yield Fault(said, choices=name, field="name", index=index)
            if choice.name in seen:
                yield Fault(f"two choices are named {choice.name}.", choices=name, field="name", index=index)
            seen.add(choice.name)
            for field, words in _words("label", choice.label):
                yield Fault(f"{choice.name}: {words}", choices=name, field=field, index=index)


def _question(checklist: "Checklist", question: "Question", filled: set[str]) -> Iterator[Fault]:
    if not _NAME.fullmatch(question.name) or len(question.name) > NAME_MAX:
        yield _at(question, "name", "a name is a letter, then letters, digits, _ and -, 64 at most")
    for field in ("label", "hint", "constraint_message"):
        words: Words | None = getattr(question, field)
        for place, said in _words(field, words) if words is not None else ():
            yield Fault(said, question=question.name or UNNAMED, field=place)
    if question.type in UNANSWERED:
        for field in ("required", "constraint", "personal", "fills"):
            if getattr(question, field):
                yield _at(question, field, f"a {question.type} is not answered and has no {field}")
    if said := _choices_fault(checklist, question):
        yield _at(question, "choices", said)
    if question.constraint and question.constraint_message is None:
        yield _at(question, "constraint_message", "a constraint needs a message that says what to do")
    if question.constraint_message is not None and not question.constraint:
        yield _at(question, "constraint_message", "there is no constraint to which this message belongs")
    if question.personal and question.type not in ("text", "date"):
        yield _at(question, "personal", "only a text or a date can be personal")
    if question.personal and question.findings:
        yield _at(question, "findings", "a personal answer may be erased, so that no finding can rest on it")
    yield from _fills(checklist, question, filled)


def _choices_fault(checklist: "Checklist", question: "Question") -> str:
    if question.type not in ("select_one", "select_multiple"):
        return f"the type {question.type} has no choices" if question.choices else ""
    if not question.choices:
        return "its list of choices is not named"
    return "" if question.choices in checklist.choices else f"there is no list named {question.choices!r}"


def _fills(checklist: "Checklist", question: "Question", filled: set[str]) -> Iterator[Fault]:
    if not question.fills or question.type in UNANSWERED:
        return
    fill = FILLS.get(question.fills)
    if fill is None:
        yield _at(question, "fills", f"{question.fills} is none of {', '.join(FILLS)}")
        return
    if question.fills in filled:
        yield _at(question, "fills", f"another question fills {question.fills} already")
    filled.add(question.fills)
    if question.type != fill.type:
        yield _at(question, "type", f"what fills {question.fills} is of the type {fill.type}")
    if question.personal != fill.personal:
        said = "must be marked as personal" if fill.personal else "is not personal"
        yield _at(question, "personal", f"what fills {question.fills} {said}")
    names = tuple(sorted(each.name for each in checklist.choices.get(question.choices, ())))
    if fill.choices and names != fill.choices:
        yield _at(question, "choices", f"what fills {question.fills} has the choices yes and no")


def _standing(question: "Question", known: Mapping[str, "Question"]) -> Iterator[Fault]:
    """Whether a question stands in a group or repeat that there is."""
    if not question.group:
        return
    if question.type in ("group", "repeat"):
        yield _at(question, "group", "a group or repeat cannot stand in another")
        return
    around = known.get(question.group)
    if around is None or around.type not in ("group", "repeat"):
        yield _at(question, "group", f"there is no group or repeat named {question.group!r}")
    elif around.type == "repeat" and question.fills:
        yield _at(question, "fills", "an answer that is given many times cannot fill a field of the report")


def _scattered(checklist: "Checklist") -> Iterator[Fault]:
    """The questions of a group stand together, directly after it: so sheets and screens show them."""
    current, known = "", {each.name for each in checklist.questions}
    for each in checklist.questions:
        if each.type in ("group", "repeat"):
            current = each.name
        elif each.group and each.group in known and each.group != current:
            yield _at(each, "group", f"it must stand with the others of {each.group}, directly after it")
        elif not each.group:
            current = ""


def _expressions(
    checklist: "Checklist", question: "Question", known: Mapping[str, "Question"]
) -> Iterator[Fault]:
    for field in ("required", "relevant", "constraint"):
        text: str = getattr(question, field)
        if text:
            for words in _expression(
                checklist, question, read_required(text), known, own=field == "constraint"
            ):
                yield _at(question, field, words)


def _expression(
    checklist: "Checklist", question: "Question", text: str, known: Mapping[str, "Question"], own: bool
) -> Iterator[str]:
    try:
        expression = parse(text)
    except ConditionError as fault:
        yield str(fault)
        return
    if expression.own and not own:
        yield ". is the answer itself; here a question must be named, as in ${name}"
    for use in expression.uses:
        yield from _use(question, use.name, use.every, known)
    yield from _misnamed(checklist, expression.root, known)


def _use(question: "Question", name: str, every: bool, known: Mapping[str, "Question"]) -> Iterator[str]:
    named = known.get(name)
    if named is None:
        yield f"there is no question named {name}"
        return
    around = known.get(named.group)
    inside = around is not None and around.type == "repeat"
    if named.type == "repeat":
        if not every:
            yield f"{name} is a repeat; write count(${{{name}}}) for how often it was answered"
    elif named.type in UNANSWERED:
        yield f"{name} is a {named.type} and has no answer"
    elif named.personal:
        yield f"{name} is personal and may be erased, so that nothing can depend on it"
    elif every and not inside:
        yield f"{name} is answered once; count() and sum() are for questions in a repeat"
    elif inside and not every and named.group != question.group and named.group != question.name:
        yield f"{name} is answered any number of times; write count(${{{name}}}) or sum(${{{name}}})"
    elif inside and not every and named.group == question.name:
        yield f"{name} stands in this repeat itself; write count(${{{name}}}) or sum(${{{name}}})"


def _misnamed(checklist: "Checklist", root: Node, known: Mapping[str, "Question"]) -> Iterator[str]:
    """A choice that an expression asks for and its list has not would never be true."""
    for call in _calls(root):
        if call.name not in ("selected", "=", "!="):
            continue
        names = [each for each in call.parts if isinstance(each, Name)]
        texts = [
            each.value for each in call.parts if isinstance(each, Literally) and isinstance(each.value, str)
        ]
        if len(names) != 1 or len(texts) != 1 or not texts[0]:
            continue
        asked = known.get(names[0].name)
        if asked is not None and asked.choices in checklist.choices:
            choices = {each.name for each in checklist.choices[asked.choices]}
            if texts[0] not in choices:
                yield f"{asked.name} has no choice named {texts[0]!r}"


def _calls(node: Node) -> Iterator[Call]:
    if isinstance(node, Call):
        yield node
        for each in node.parts:
            yield from _calls(each)


def _finding(
    checklist: "Checklist",
    question: "Question",
    index: int,
    rule: "FindingRule",
    known: Mapping[str, "Question"],
    codes: set[str],
) -> Iterator[Fault]:
    if not _CODE.fullmatch(rule.code) or len(rule.code) > NAME_MAX:
        yield _at(question, "findings.code", "a code is small letters with - between", index)
    if rule.code in codes:
        yield _at(question, "findings.code", f"two findings have the code {rule.code}", index)
    codes.add(rule.code)
    if not rule.section.strip():
        said = "it names no section; write what is known, as in 'section to be confirmed'"
        yield _at(question, "findings.section", said, index)
    for place, words in _words("findings.sentence", rule.sentence):
        yield Fault(words, question=question.name or UNNAMED, field=place, index=index)
    if not rule.when.strip():
        yield _at(question, "findings.when", "it does not say when it is raised", index)
        return
    for words in _expression(checklist, question, rule.when, known, own=question.type not in UNANSWERED):
        yield _at(question, "findings.when", words, index)


def _cycles(checklist: "Checklist") -> list[Fault]:
    _, cycle = _ordered(checklist)
    if not cycle:
        return []
    return [
        Fault(
            f"whether it is asked depends on itself: {' -> '.join(cycle)}.",
            question=cycle[0],
            field="relevant",
        )
    ]


def _needs(question: "Question", names: set[str]) -> list[str]:
    needs = [question.group] if question.group else []
    expression = _quietly(question.relevant)
    needs += [use.name for use in expression.uses] if expression else []
    return [each for each in dict.fromkeys(needs) if each in names]


def _quietly(text: str) -> Expression | None:
    try:
        return parse(text) if text else None
    except ConditionError:
        return None


def _ordered(checklist: "Checklist") -> tuple[list[str], list[str]]:
    """The order of relevance, and the first cycle that was met. Nothing here is recursive: a chain may be
    long."""
    names = {each.name for each in checklist.questions}
    needs = {each.name: _needs(each, names) for each in checklist.questions}
    done: dict[str, None] = {}
    for start in needs:
        path, waiting = [start], [iter(needs[start])]
        while path:
            following = next((each for each in waiting[-1] if each not in done), None)
            if following is None:
                done[path.pop()] = None
                waiting.pop()
            elif following in path:
                return list(done), [*path[path.index(following) :], following]
            else:
                path.append(following)
                waiting.append(iter(needs[following]))
    return list(done), []
