"""The answers of a visit's reports, judged while the visit is assessed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from field.inspections.checklists import Checklist
from field.inspections.judging import Answer
from field.recovery.answered import Answered, GivenAnswer, answered
from field.store.rows import is_out
from field.sync.kinds import KINDS
from field.sync.merge import Record

PAKISTAN = timezone(timedelta(hours=5))

ERASED = "erased"
"""Stands for a personal value that is there no more: the question was answered."""


def of_report(
    report: Record, records: Iterable[Record], known: Mapping[str, Checklist], captured_ms: int
) -> Answered:
    """What a report's answers come to. `records` are those of its visit, `known` the checklists by name."""
    named = report.values.get("checklist")
    found = [given(each) for each in answers_of(report.id, records)]
    return answered(named, known.get(named or ""), report.id, in_clear(report), found, day_of(captured_ms))


def day_of(captured_ms: int) -> str:
    """The date of a capture, in Pakistan: by it answers are judged."""
    return datetime.fromtimestamp(captured_ms / 1000, UTC).astimezone(PAKISTAN).date().isoformat()


def answers_of(report: str, records: Iterable[Record]) -> Sequence[Record]:
    """The answers of a report that count, in the order of their capture."""
    mine = [each for each in records if each.kind == "answer" and each.parent == report]
    found = [each for each in mine if not is_out(each)]
    return sorted(found, key=lambda each: (min(author.order for author in each.authors.values()), each.id))


def given(record: Record) -> GivenAnswer:
    """An answer for the rules, a personal value opened."""
    values = in_clear(record)
    personal = values.get("private_value")
    value = values.get("value") if personal is None else personal
    return GivenAnswer(
        record.id,
        Answer(record.values["question"], value, record.values.get("item")),
        personal != ERASED,
        bool({"value", "private_value"} & set(record.disputed)),
    )


def in_clear(record: Record) -> dict[str, Any]:
    """A record's values with personal ones opened: for the rules, which keep none of them."""
    values = dict(record.values)
    for name in KINDS[record.kind].personal & values.keys():
        if values[name] is not None:
            opened = record.private.get(values[name])
            values[name] = opened[1] if opened else ERASED
    return values
