"""An inspection report: what was found at one visit."""

from typing import Annotated

import msgspec

from field.inspections.fields import (
    CONFIDENTIAL,
    FIXED,
    LATEST,
    PERSONAL,
    REVIEW,
    SERVER,
    UNION,
    HeadCount,
    Line,
    Month,
    Place,
    RecordId,
    Text,
)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Belongs to a visit; travels in one group with its wage lines and its answers.

    `checklist` names the version by which it was captured, "full-inspection@1"; `checklist_note` is what the
    inspector says about required questions that are not answered.
    """

    visit: Annotated[RecordId, FIXED]
    months_checked: Annotated[list[Month] | None, UNION] = None
    months_paid: Annotated[list[Month] | None, UNION] = None
    headcount: Annotated[HeadCount | None, REVIEW] = None
    records_produced: Annotated[list[Line] | None, UNION] = None
    records_refused: Annotated[bool | None, REVIEW] = None
    person_met: Annotated[Line | None, REVIEW, PERSONAL] = None
    place: Annotated[Place | None, REVIEW] = None
    remarks: Annotated[Text | None, LATEST, CONFIDENTIAL] = None
    checklist: Annotated[Line | None, FIXED] = None
    checklist_note: Annotated[Text | None, LATEST, CONFIDENTIAL] = None
    erased: Annotated[Line | None, SERVER, CONFIDENTIAL] = None
