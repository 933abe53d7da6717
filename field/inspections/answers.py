"""An answer to a question of a checklist, and a checklist's version as it travels to the tablets."""

from typing import Annotated, Any

import msgspec

from field.inspections.fields import CONFIDENTIAL, FIXED, PERSONAL, REVIEW, SERVER, Line, RecordId, Text

Whole = Annotated[int, msgspec.Meta(ge=-(10**15), le=10**15)]
Number = Annotated[float, msgspec.Meta(ge=-1e15, le=1e15)]
Name = Annotated[str, msgspec.Meta(max_length=100)]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Belongs to a report, whose `checklist` says what `question` is about.

    `item` is the id of the repeat's item in which the question stands, made up by the tablet: a person who
    was interviewed, an undertaking. `value` is text, a number or the names of choices; a date is text,
    "2026-11-22"; a signature or a photo is the id of its photo record. The answer to a question that is
    marked personal stands in `private_value`, and `value` is absent.

    The record's id is a new one each time, not derived from report and question: where two people answer
    the same question, both answers stay, and whoever reads sees both (docs/protocol.md, "Answers").
    """

    report: Annotated[RecordId, FIXED]
    question: Annotated[Name, FIXED]
    item: Annotated[Name | None, FIXED] = None
    value: Annotated[Text | Whole | Number | bool | list[Name] | None, REVIEW] = None
    private_value: Annotated[Line | None, REVIEW, PERSONAL] = None
    erased: Annotated[Line | None, SERVER, CONFIDENTIAL] = None


class ChecklistVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a checklist; written by the office alone, and never altered. Every tablet has it.

    It is used from `valid_from` up to but without `valid_to`, dates as "2026-01-01"; `body` is the whole
    checklist (`field.inspections.checklists.Checklist`).
    """

    checklist: Annotated[Name, SERVER]
    version: Annotated[Annotated[int, msgspec.Meta(ge=1, le=1_000_000)], SERVER]
    valid_from: Annotated[Name, SERVER]
    valid_to: Annotated[Name | None, SERVER] = None
    body: Annotated[Any, SERVER]
