"""What a value in dispute would make due: the assessment of field/recovery with that value in its place."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from field.recovery.money import ZERO
from field.recovery.statute import Statute
from field.store import assessments
from field.sync.merge import Record


class Effect(msgspec.Struct, frozen=True):
    """What is due in exact rupees, the dated rows behind it, and what a person should know beside it."""

    due_rs: Decimal
    rate_row_ids: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


NOTHING = Effect(ZERO)
"""A report that is withdrawn, with its visit or by itself, makes nothing due."""


def with_value(record: Record, about: str, value: Any) -> Record:
    """The record as it would be if a field's dispute were decided for a value."""
    rest = [name for name in record.disputed if name != about]
    return msgspec.structs.replace(record, values={**record.values, about: value}, disputed=rest)


def of_report(records: Mapping[str, Record], visit: str, report: str, law: Statute) -> Effect:
    """What a report makes due, by all the records of its visit."""
    for assessed in assessments.assess_visit(records, visit, law):
        found = assessed.assessment
        if found.report_id == report:
            used = {row for month in found.months for row in month.rate_row_ids}
            return Effect(found.total_rs, tuple(sorted(used)), found.remarks)
    return NOTHING


def of_line(visit: Record, report: Record, line: Record, law: Statute) -> Effect:
    """What a wage line makes due by itself, as if its report had no other.

    Where the same worker has another line in the month, one of the two adds nothing to the report.
    """
    return of_report({each.id: each for each in (visit, report, line)}, visit.id, report.id, law)
