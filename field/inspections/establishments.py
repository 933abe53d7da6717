"""An establishment: the unit that is registered, inspected and liable for contributions."""

from typing import Annotated

import msgspec

from field.inspections.fields import (
    LATEST,
    REVIEW,
    SERVER,
    UNION,
    Count,
    Line,
    Place,
    RecordId,
    Rule,
    Text,
)

STATUS = Rule(
    "steps",
    {
        "open": ("closed", "shifted", "untraceable"),
        "shifted": ("open", "closed", "untraceable"),
        "untraceable": ("open", "closed", "shifted"),
        "closed": ("open",),
    },
)


UNVISITED = frozenset({"closed", "untraceable"})
"""The statuses of units to which nobody is sent: there is nobody to meet, or nowhere to go."""

LINKS = frozenset({"branch_of", "principals"})
"""The fields that name other establishments; none may name its own."""


class Establishment(msgspec.Struct, frozen=True, kw_only=True):
    """A root record; lives in the scope of its district, so it holds no worker's personal data.

    `aliases` are other names under which it is known. `branch_of` is the establishment of which it is a
    branch, `principals` are those whose contractor it is; all by their ids, in any district.
    """

    name: Annotated[Line, REVIEW]
    registration_no: Annotated[Line | None, REVIEW] = None
    district: Annotated[Line | None, SERVER] = None
    address: Annotated[Line | None, REVIEW] = None
    location: Annotated[Place | None, REVIEW] = None
    sector: Annotated[Line | None, LATEST] = None
    workers_declared: Annotated[Count | None, REVIEW] = None
    owner: Annotated[Line | None, REVIEW] = None
    phone: Annotated[Line | None, LATEST] = None
    status: Annotated[Line, STATUS] = "open"
    remarks: Annotated[Text | None, LATEST] = None
    aliases: Annotated[list[Line] | None, UNION] = None
    branch_of: Annotated[RecordId | None, REVIEW] = None
    principals: Annotated[list[RecordId] | None, UNION] = None
