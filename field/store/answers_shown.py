"""The answers of a report as the office reads them: by section, with what is missing and what is found."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from field.inspections.checklist_faults import UNANSWERED
from field.inspections.checklist_fills import from_report
from field.inspections.checklists import Checklist, Question, Words
from field.inspections.judging import Judgement
from field.inspections.masking import hide_cnics, masked
from field.recovery.answered import judged
from field.store import answering
from field.store.shown import in_clear
from field.sync.merge import Record


class AnswerShown(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to the report's checklist. `value` is as it travels; of a personal one a part (`masked`).

    `label` is the question's in every language, empty where the checklist does not ask it; `choices` the
    labels of the choices by their names. `raised` are the sentences of the findings that it raises, `missing`
    says that it should be there and is not; then `id` is absent.
    """

    id: str | None
    question: str
    item: str | None
    type: str
    label: Words
    value: Any
    masked: bool
    choices: dict[str, Words]
    disputed: bool
    missing: bool
    raised: tuple[Words, ...]


class SectionShown(msgspec.Struct, frozen=True):
    """A part of the checklist with its answers in order; `label` is empty for what the checklist lacks."""

    name: str
    label: Words
    answers: tuple[AnswerShown, ...]


def sections(
    checklist: Checklist | None, report: Record, records: Mapping[str, Record], captured_ms: int
) -> tuple[SectionShown, ...]:
    """The answers of a report, by section. `checklist` is the version that it names; None: it is unknown."""
    answers = answering.answers_of(report.id, records.values())
    if checklist is None:
        unknown = tuple(_shown(None, each, ()) for each in answers)
        return (SectionShown("", Words(), unknown),) if unknown else ()
    given = [answering.given(each) for each in answers]
    report_values = answering.in_clear(report)
    found = judged(checklist, report_values, given, answering.day_of(captured_ms))
    return tuple(_by_section(checklist, answers, found, from_report(checklist, report_values)))


def _by_section(
    checklist: Checklist, answers: Sequence[Record], found: Judgement, filled: Mapping[str, Any]
) -> list[SectionShown]:
    around = {each.name: each for each in checklist.questions if each.type in ("group", "repeat")}
    placed: dict[str, list[AnswerShown]] = {}
    labels: dict[str, Words] = {}
    raised: dict[tuple[str, str | None], list[Words]] = {}
    for each in found.findings:
        raised.setdefault((each.question, each.item), []).append(each.sentence)
    by_place: dict[tuple[str, str | None], list[Record]] = {}
    for answer in answers:
        place = answer.values["question"], answer.values.get("item")
        by_place.setdefault(place, []).append(answer)
    for verdict in found.verdicts:
        question = checklist.question(verdict.question)
        name = question.name if question.name in around else question.group
        labels.setdefault(name, around[name].label if name in around else checklist.title)
        against = tuple(raised.get((verdict.question, verdict.item), ()))
        here = [
            _shown(question, each, against, checklist)
            for each in by_place.pop((verdict.question, verdict.item), ())
        ]
        if not here and (verdict.missing or against):
            here = [
                _without(
                    question, verdict.item, verdict.missing, against, filled.get(question.name), checklist
                )
            ]
        placed.setdefault(name, []).extend(here)
    left = [_shown(None, each, ()) for several in by_place.values() for each in several]
    shown = [
        SectionShown(name, labels[name], tuple(_by_item(placed[name]))) for name in placed if placed[name]
    ]
    return [*shown, SectionShown("", Words(), tuple(left))] if left else shown


def _by_item(answers: Sequence[AnswerShown]) -> list[AnswerShown]:
    """Of a repeat, one item after the other."""
    items = list(dict.fromkeys(each.item for each in answers))
    return sorted(answers, key=lambda each: items.index(each.item))


def _shown(
    question: Question | None, record: Record, raised: tuple[Words, ...], checklist: Checklist | None = None
) -> AnswerShown:
    values, hidden = in_clear(record)
    value = values.get("private_value") if "private_value" in hidden else values.get("value")
    personal = "private_value" in hidden
    if question is not None and question.personal and not personal and value is not None:
        # A faulty tablet put it where it is not sealed; it is shown no more than any other.
        value, personal = masked(question.name, str(value)), True
    elif isinstance(value, str):
        value = hide_cnics(value)
    return AnswerShown(
        id=record.id,
        question=values["question"],
        item=values.get("item"),
        type=question.type if question else "text",
        label=question.label if question else Words(),
        value=value,
        masked=personal,
        choices=_choices(question, checklist),
        disputed=bool({"value", "private_value"} & set(record.disputed)),
        missing=False,
        raised=raised,
    )


def _without(
    question: Question,
    item: str | None,
    missing: bool,
    raised: tuple[Words, ...],
    value: Any,
    checklist: Checklist,
) -> AnswerShown:
    """A place without an answer of its own: what is missing, or what the report's own field answers."""
    hidden = question.personal and value is not None
    return AnswerShown(
        id=None,
        question=question.name,
        item=item,
        type=question.type,
        label=question.label,
        value=masked(question.name, str(value)) if hidden else value,
        masked=hidden,
        choices=_choices(question, checklist),
        disputed=False,
        missing=missing and question.type not in UNANSWERED,
        raised=raised,
    )


def _choices(question: Question | None, checklist: Checklist | None) -> dict[str, Words]:
    listed = checklist.choices.get(question.choices, ()) if question and checklist else ()
    return {each.name: each.label for each in listed}
