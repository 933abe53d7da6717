"""What answers to a checklist come to: what is asked, what is missing, what cannot be, and which findings
arise.

Pure, and the same on the tablet while a form is typed (`web/tablet/logic/judge.ts`) and at the office for
what arrived; `tests/vectors/checklists.json` holds both together.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from field.inspections.checklist_faults import UNANSWERED, read_required
from field.inspections.checklist_fills import MONTHS
from field.inspections.checklists import Checklist, Question, Sure, Words
from field.inspections.condition_reader import NUMBER_MAX
from field.inspections.conditions import (
    Scope,
    Value,
    as_date,
    evaluate,
    parse,
    plain,
    shown,
    truth,
)

AnswerValue = str | int | float | bool | list[str] | None
"""As it travels: numbers as JSON numbers, a date as "2026-11-22", several choices as a list of their
names."""

AnswerFault = Literal["", "type", "choice", "constraint", "twice"]
"""What is wrong with an answer: it is not of the question's type, it names a choice that there is not, it
fails the constraint (the checklist has the message), or two different answers were given."""


class Answer(msgspec.Struct, frozen=True):
    """One answer; in a repeat it names the item.

    `sealed` stands for a personal value that is there and is not opened, or was erased: the question counts
    as answered, and nothing is asked of the value.
    """

    question: str
    value: AnswerValue = None
    item: str | None = None
    sealed: bool = False


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of a question, or of it in one item: an irrelevant one counts as unanswered."""

    question: str
    item: str | None = None
    relevant: bool
    required: bool = False
    missing: bool = False
    fault: AnswerFault = ""


class Raised(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that an answer raises."""

    question: str
    item: str | None = None
    code: str
    sentence: Words
    section: str
    sure: Sure
    confirmed: bool


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """Verdicts in the checklist's order, each question's items one after the other; and what is raised.

    `unknown` are the questions of answers that this version does not ask, or not there (in or out of a
    repeat).
    """

    verdicts: tuple[Verdict, ...]
    findings: tuple[Raised, ...]
    unknown: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing is missing and no answer has a fault."""
        return not any(each.missing or each.fault for each in self.verdicts)


Place = tuple[str, str | None]
"""A question and the item it is asked for."""


def judge(
    checklist: Checklist,
    answers: Iterable[Answer],
    today: str,
    items: Mapping[str, Sequence[str]] | None = None,
) -> Judgement:
    """Judge answers by a checklist that is valid.

    `today` is the day on which they were given, as "2026-11-22": judged again later, they come to the same.

    `items` names the items of repeats where some may have no answer yet; those that have one are found by
    themselves. Of two answers to one question the later counts, and the question has the fault "twice" where
    they differ. Raises ValueError for a checklist whose relevance runs in a circle.
    """
    return _Judge(checklist, answers, today, items or {}).judgement()


class _Judge:
    def __init__(
        self,
        checklist: Checklist,
        answers: Iterable[Answer],
        today: str,
        items: Mapping[str, Sequence[str]],
    ) -> None:
        self.checklist, self.today = checklist, today
        self.by_name, self.repeats = checklist.by_name, checklist.repeats
        self.items: dict[str, dict[str, None]] = {
            each.name: dict.fromkeys(items.get(each.name, ()))
            for each in checklist.questions
            if each.type == "repeat"
        }
        self.given: dict[Place, AnswerValue] = {}
        self.twice: set[Place] = set()
        self.sealed: set[Place] = set()
        self.faulty: set[Place] = set()
        self.unknown: dict[str, None] = {}
        for each in answers:
            self._take(each)
        self.relevant: dict[Place, bool] = {}
        self.values: dict[Place, Value] = {}
        for name in checklist.relevance_order:
            question = self.by_name[name]
            for item in self._items(question):
                place = (name, item)
                self.relevant[place] = self._is_relevant(question, item)
                self.values[place] = plain(self.given.get(place)) if self.relevant[place] else ""

    def judgement(self) -> Judgement:
        verdicts = [
            self._verdict(question, item)
            for question in self.checklist.questions
            for item in self._items(question)
        ]
        self.faulty = {(each.question, each.item) for each in verdicts if each.fault}
        findings = [raised for each in verdicts for raised in self._raised(each)]
        return Judgement(verdicts=tuple(verdicts), findings=tuple(findings), unknown=tuple(self.unknown))

    def _take(self, answer: Answer) -> None:
        question = self.by_name.get(answer.question)
        in_repeat = self.repeats.get(answer.question, "")
        if question is None or question.type in UNANSWERED or bool(in_repeat) != (answer.item is not None):
            self.unknown[answer.question] = None
            return
        place = (answer.question, answer.item)
        if answer.item is not None:
            self.items[in_repeat][answer.item] = None
        if answer.sealed:
            self.sealed.add(place)
            return
        if place in self.given and shown(plain(self.given[place])) != shown(plain(answer.value)):
            self.twice.add(place)
        self.given[place] = answer.value

    def _items(self, question: Question) -> list[str | None]:
        around = self.repeats[question.name]
        return list(self.items[around]) if around else [None]

    def _is_relevant(self, question: Question, item: str | None) -> bool:
        if question.group and not self.relevant[question.group, None]:
            return False
        return not question.relevant or truth(self._evaluated(question.relevant, item, ""))

    def _evaluated(self, text: str, item: str | None, own: Value) -> Value:
        scope = Scope(lambda name: self._value(name, item), self._every, own, self.today)
        return evaluate(parse(text), scope)

    def _value(self, name: str, item: str | None) -> Value:
        return self.values.get((name, item if self.repeats.get(name) else None), "")

    def _every(self, name: str) -> list[Value]:
        if name in self.items:
            return [True] * len(self.items[name]) if self.relevant[name, None] else []
        around = self.repeats.get(name, "")
        return [self._value(name, item) for item in self.items.get(around, ())]

    def _verdict(self, question: Question, item: str | None) -> Verdict:
        place = (question.name, item)
        if not self.relevant[place]:
            return Verdict(question=question.name, item=item, relevant=False)
        required = bool(question.required) and truth(
            self._evaluated(read_required(question.required), item, "")
        )
        value = self._value(question.name, item)
        return Verdict(
            question=question.name,
            item=item,
            relevant=True,
            required=required,
            missing=required and value == "" and place not in self.sealed,
            fault=self._fault(question, place, value),
        )

    def _fault(self, question: Question, place: Place, value: Value) -> AnswerFault:
        if place in self.twice:
            return "twice"
        given = self.given.get(place)
        # A list or a number that says nothing is no answer, but what could not be read as one is a fault.
        if value == "" and (given is None or given == [] or isinstance(given, str)):
            return ""
        if not _fits(question, given):
            return "type"
        if question.choices:
            chosen = given if isinstance(given, list) else [given]
            if not self.checklist.choice_names.get(question.choices, frozenset()).issuperset(chosen) or len(
                set(chosen)
            ) < len(chosen):
                return "choice"
        if question.constraint and not truth(self._evaluated(question.constraint, place[1], value)):
            return "constraint"
        return ""

    def _raised(self, verdict: Verdict) -> Iterable[Raised]:
        """Silence raises nothing, and nothing rests on an answer that cannot be."""
        question, item = self.by_name[verdict.question], verdict.item
        value = self._value(question.name, item)
        silent = question.type not in UNANSWERED and value == ""
        if not verdict.relevant or verdict.fault or silent:
            return
        for rule in question.findings:
            if self._rests_on_fault(rule.when, item) or not truth(self._evaluated(rule.when, item, value)):
                continue
            yield Raised(
                question=question.name,
                item=item,
                code=rule.code,
                sentence=rule.sentence,
                section=rule.section,
                sure=rule.sure,
                confirmed=rule.confirmed,
            )

    def _rests_on_fault(self, text: str, item: str | None) -> bool:
        for use in parse(text).uses:
            around = self.repeats.get(use.name, "")
            items = list(self.items[around]) if around and use.every else [item if around else None]
            if any((use.name, each) in self.faulty for each in items):
                return True
        return False


def _fits(question: Question, given: AnswerValue) -> bool:
    """Whether an answer is of the question's type."""
    if question.fills in MONTHS or question.type == "select_multiple":
        return isinstance(given, list) and all(isinstance(each, str) for each in given)
    if question.type in ("integer", "decimal"):
        if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) <= NUMBER_MAX:
            return False
        return question.type == "decimal" or given == int(given)
    if question.type == "date":
        return isinstance(given, str) and as_date(given) is not None
    return isinstance(given, str)
