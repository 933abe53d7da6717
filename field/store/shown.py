"""How a record's surroundings are shown wherever one is opened: its establishment, its visit, its values."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection

from field.inspections.masking import hide_in, masked
from field.store import registry
from field.sync.kinds import KINDS
from field.sync.merge import Record


class EstablishmentBrief(msgspec.Struct, frozen=True):
    """Which establishment it is about."""

    id: str
    name: str | None
    address: str | None
    registration_no: str | None


class VisitBrief(msgspec.Struct, frozen=True):
    """Which visit it is about."""

    id: str
    due: str | None
    status: str
    inspector: str | None
    inspector_name: str | None


def establishment_of(tx: Connection, id: str | None) -> EstablishmentBrief | None:
    """The establishment with this id, if it is there."""
    row = registry.by_id(tx, [id]).get(id) if id is not None else None
    if row is None:
        return None
    values = row.values
    return EstablishmentBrief(
        row.record, values.get("name"), values.get("address"), values.get("registration_no")
    )


def visit_of(root: Record, names: Mapping[str, str]) -> VisitBrief | None:
    """The visit that a root record is; None where it is an establishment."""
    if root.kind != "visit":
        return None
    values, inspector = root.values, root.values.get("inspector")
    return VisitBrief(
        root.id, values.get("due"), values.get("status", "planned"), inspector, names.get(inspector or "")
    )


def in_clear(record: Record, without: Collection[str] = ()) -> tuple[dict[str, Any], list[str]]:
    """A record's values for the console, and the names of personal ones: these in part, None where erased.

    CNICs that somebody typed into other texts are masked.
    """
    values = {name: value for name, value in record.values.items() if name not in without}
    hidden = [name for name in values if name in KINDS[record.kind].personal and values[name] is not None]
    for name in hidden:
        opened = record.private.get(values[name])
        values[name] = masked(name, opened[1]) if opened else None
    return {name: hide_in(value) for name, value in values.items()}, hidden
