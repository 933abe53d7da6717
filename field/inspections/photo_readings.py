"""What a photo's bytes turn out to be when they are opened: the vocabulary of reading, and its sentences."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

import msgspec

SIDE_MAX = 1_000_000_000
"""No header that is kept says more: what is larger is only said to be too large."""

Fault = Literal[
    "not-a-picture",
    "damaged",
    "too-many-pixels",
    "too-large",
    "moving",
    "unreadable",
    "bytes-changed",
]
Format = Literal["jpeg", "png", "webp", "heic"]

FAULTS: Mapping[Fault, str] = MappingProxyType(
    {
        "not-a-picture": "This is no photo: its bytes are none of JPEG, PNG, WebP or HEIC.",
        "damaged": "The picture is damaged or cut off: it cannot be opened to its end.",
        "too-many-pixels": "The picture claims more pixels than any camera takes, and was not opened.",
        "too-large": "The file is larger than any photo, and was not opened.",
        "moving": "This is a moving picture. A photo that is evidence shows one moment.",
        "unreadable": "Opening the picture takes more time or memory than allowed, each time it is tried.",
        "bytes-changed": "The bytes that are kept are missing, or no longer those that were received.",
    }
)
"""Why the bytes of a photo are kept in quarantine: a code for ever, and what it means for a person."""

Side = Annotated[int, msgspec.Meta(ge=1, le=SIDE_MAX)]
Short = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Bits64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
Degrees = Annotated[float, msgspec.Meta(ge=-180, le=180)]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in a photo's bytes. With a `fault` the picture could not be opened.

    `width` and `height` are of the picture as it is looked at, turned upright. `taken`, `lat`, `lon` (degrees
    WGS 84) and `model` are what the file says of itself, and prove nothing: `taken` as it stands there,
    `taken_ms` as a moment. Where the file gives no offset (`taken_zoned` false) that is read in Pakistan's.
    `dhash` is the difference hash of the upright picture (field/inspections/likeness.py).
    """

    fault: Fault | None = None
    format: Format | None = None
    width: Side | None = None
    height: Side | None = None
    taken: Short | None = None
    taken_ms: Annotated[int, msgspec.Meta(ge=0, le=9_999_999_999_999)] | None = None
    taken_zoned: bool | None = None
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    lon: Degrees | None = None
    model: Short | None = None
    dhash: Bits64 | None = None
