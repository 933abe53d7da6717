"""A photo's description: the report travels first, with the hash of each photo; the bytes follow."""

from typing import Annotated

import msgspec

from field.inspections.fields import (
    CONFIDENTIAL,
    FIXED,
    LATEST,
    REVIEW,
    SERVER,
    EpochMs,
    Line,
    Place,
    RecordId,
)

Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$", max_length=64)]
Size = Annotated[int, msgspec.Meta(ge=1, le=500_000_000)]


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """Belongs to a report. `size` in bytes."""

    report: Annotated[RecordId, FIXED]
    sha256: Annotated[Sha256, FIXED]
    size: Annotated[Size, FIXED]
    media_type: Annotated[Line, FIXED]
    taken_ms: Annotated[EpochMs | None, REVIEW] = None
    place: Annotated[Place | None, REVIEW] = None
    purpose: Annotated[Line | None, LATEST] = None
    caption: Annotated[Line | None, LATEST, CONFIDENTIAL] = None
    erased: Annotated[Line | None, SERVER, CONFIDENTIAL] = None
