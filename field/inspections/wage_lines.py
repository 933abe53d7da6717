"""A wage line: one worker in one month, as the wage register has it and as the employer declared it."""

from typing import Annotated

import msgspec

from field.inspections.fields import (
    CONFIDENTIAL,
    FIXED,
    LATEST,
    PERSONAL,
    REVIEW,
    SERVER,
    Line,
    Month,
    RecordId,
    Rupees,
    Text,
)

Days = Annotated[int, msgspec.Meta(ge=0, le=31)]


class WageLine(msgspec.Struct, frozen=True, kw_only=True):
    """Belongs to a report. Wages are whole rupees for the month.

    `declared_wage_rs` is the wage on the employer's Form C-1, absent where the schedule does not name the
    worker; `registered` whether the worker holds a social security card (R-5). `by_day`: the wage is agreed
    by the day, and `wage_rs` is what all `days` of the month came to; absent or False: it is agreed by the
    month.
    """

    report: Annotated[RecordId, FIXED]
    month: Annotated[Month, REVIEW]
    wage_rs: Annotated[Rupees, REVIEW]
    worker_name: Annotated[Line | None, REVIEW, PERSONAL] = None
    cnic: Annotated[Line | None, REVIEW, PERSONAL] = None
    days: Annotated[Days | None, REVIEW] = None
    declared_wage_rs: Annotated[Rupees | None, REVIEW] = None
    registered: Annotated[bool | None, REVIEW] = None
    by_day: Annotated[bool | None, REVIEW] = None
    remarks: Annotated[Text | None, LATEST, CONFIDENTIAL] = None
    erased: Annotated[Line | None, SERVER, CONFIDENTIAL] = None
