"""An establishment: the unit that is registered, inspected and liable for contributions."""

from typing import Annotated

import msgspec

from field.inspections.fields import LATEST, REVIEW, SERVER, Count, Line, Place, Rule, Text

STATUS = Rule(
    "steps",
    {
        "open": ("closed", "shifted", "untraceable"),
        "shifted": ("open", "closed", "untraceable"),
        "untraceable": ("open", "closed", "shifted"),
        "closed": ("open",),
    },
)


class Establishment(msgspec.Struct, frozen=True, kw_only=True):
    """A root record; lives in the scope of its district, so it holds no worker's personal data."""

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
