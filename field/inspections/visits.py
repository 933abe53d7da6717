"""A visit: one establishment, one inspector, one day. Assigned by the office, carried out in the field."""

from typing import Annotated

import msgspec

from field.inspections.fields import (
    ADD,
    CONFIDENTIAL,
    EARLIEST,
    FIXED,
    FURTHEST,
    LATEST,
    SERVER,
    UNION,
    EpochMs,
    Line,
    RecordId,
    Rule,
    Text,
)

STATUS = Rule(
    "steps",
    {
        "planned": ("started", "done", "refused", "not_found"),
        "started": ("done", "refused", "not_found"),
    },
)

CLOSED = ("done", "refused", "not_found")
"""Nothing more is expected of a visit that stands so."""

Minutes = Annotated[int, msgspec.Meta(ge=-100_000, le=100_000)]


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A root record; lives in the scope of the inspector to whom it is assigned.

    Nothing here tells why the establishment was chosen (ILO Convention 81, article 15(c)).
    """

    establishment: Annotated[RecordId, FIXED]
    district: Annotated[Line, SERVER]
    inspector: Annotated[RecordId | None, SERVER] = None
    due: Annotated[Line | None, SERVER] = None
    status: Annotated[Line, STATUS] = "planned"
    check_in_ms: Annotated[EpochMs | None, EARLIEST] = None
    check_out_ms: Annotated[EpochMs | None, FURTHEST] = None
    minutes_on_site: Annotated[Minutes | None, ADD] = None
    documents_seen: Annotated[list[Line] | None, UNION] = None
    notes: Annotated[Text | None, LATEST, CONFIDENTIAL] = None
