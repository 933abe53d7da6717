"""How each field of a synced record merges, declared once, beside the field.

A record's Struct annotates every field with a `Rule`; `field.sync.merge` carries the rules out and
`docs/protocol.md` explains each. A field marked `PERSONAL` never stands in clear text in a change line: the
line carries a salted commitment and the value travels beside it (docs/decisions/personal-data.md). A field
marked `CONFIDENTIAL` is never handed to the employer it is about (docs/evidence-bundle.md).
"""

from collections.abc import Mapping
from typing import Annotated

import msgspec


class Rule(msgspec.Struct, frozen=True):
    """The merge rule of one field.

    `name` is one of review, latest, earliest, furthest, add, union, steps, server, fixed, withdrawal.
    `steps` names, for a status, the values that may follow each value.
    """

    name: str
    steps: Mapping[str, tuple[str, ...]] = {}

    def __hash__(self) -> int:
        # typing hashes what stands in an annotation, and a mapping has no hash.
        return hash(self.name)

    def reaches(self, start: str, goal: str) -> bool:
        """Whether `goal` can follow `start` in one or more steps."""
        seen: set[str] = set()
        front = [start]
        while front:
            for following in self.steps.get(front.pop(), ()):
                if following == goal:
                    return True
                if following not in seen:
                    seen.add(following)
                    front.append(following)
        return False


class Personal(msgspec.Struct, frozen=True):
    """Marks a field whose value identifies a person."""


class Confidential(msgspec.Struct, frozen=True):
    """Marks a field that may tell who spoke to the inspector: words that are the institution's own."""


REVIEW = Rule("review")
LATEST = Rule("latest")
EARLIEST = Rule("earliest")
FURTHEST = Rule("furthest")
ADD = Rule("add")
UNION = Rule("union")
SERVER = Rule("server")
FIXED = Rule("fixed")
WITHDRAWAL = Rule("withdrawal")
PERSONAL = Personal()
CONFIDENTIAL = Confidential()

# `$` also matches before a newline at the end; the length keeps it out.
RecordId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", max_length=36)]
Month = Annotated[str, msgspec.Meta(pattern=r"^[12][0-9]{3}-(0[1-9]|1[0-2])$", max_length=7)]
Line = Annotated[str, msgspec.Meta(max_length=300)]
Text = Annotated[str, msgspec.Meta(max_length=8000)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Rupees = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
EpochMs = Annotated[int, msgspec.Meta(ge=0, le=9_999_999_999_999)]


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A position fix, only true as a whole: degrees WGS 84, accuracy in metres."""

    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    accuracy_m: Annotated[float, msgspec.Meta(ge=0, le=100_000)]


class HeadCount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """People counted at work on the day, only true as a whole."""

    men: Count
    women: Count
    total: Count
