"""Lines in quarantine as a list, and the lines that land or are decided about together."""

import re
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, literal_column, select

from field.problems import Problem
from field.store import registry, verdicts
from field.store.engine import Store
from field.store.holding import CHANGES, DEVICES
from field.store.registry import PAGE_MAX, Entry
from field.store.rows import RECORDS, SCOPES, VISITS
from field.sync.verdicts import Judged, Place

NotLanded = Literal["quarantined", "held", "waiting", "rejected", "released"]
"""Which list: in quarantine and undecided, parts of a group, waiting for a record, or decided about."""

_DISTRICT = "district/"


class Wanted(msgspec.Struct, frozen=True):
    """Which of the entries: by why they are held, tablet, author, kind of record, and group."""

    code: str | None = None
    device: str | None = None
    person: str | None = None
    kind: str | None = None
    group: str | None = None


_CONCERNED = func.coalesce(
    VISITS.c.district,
    case((SCOPES.c.name.startswith(_DISTRICT), func.substr(SCOPES.c.name, len(_DISTRICT) + 1))),
    CHANGES.c.district,
).label("place")
"""Where the record stands now; for one that is not there, the district that the entry names."""

_BESIDE: Any = (
    CHANGES.join(DEVICES, DEVICES.c.id == CHANGES.c.device)
    .outerjoin(RECORDS, RECORDS.c.id == CHANGES.c.record)
    .outerjoin(SCOPES, SCOPES.c.id == RECORDS.c.scope)
    .outerjoin(VISITS, VISITS.c.id == RECORDS.c.root)
)
_OF_DEVICE = func.coalesce(CHANGES.c.district, DEVICES.c.district).label("place")
# The few devices with an open group lead to its lines by the key. Without `|| ''` SQLite would go the other
# way: read every change, and look up its device.
_HELD = (
    select(CHANGES, _OF_DEVICE)
    .select_from(DEVICES.join(CHANGES, DEVICES.c.id.concat(literal_column("''")) == CHANGES.c.device))
    .where(DEVICES.c.group_first.is_not(None), CHANGES.c.seq >= DEVICES.c.group_first)
    .where(CHANGES.c.status == "held")
)
_WAITING = (
    select(CHANGES, _OF_DEVICE)
    .select_from(CHANGES.join(DEVICES, DEVICES.c.id == CHANGES.c.device))
    .where(CHANGES.c.waits_for.is_not(None), CHANGES.c.status == "waiting")
)
_FROM: Select[Any] = select(CHANGES, _CONCERNED).select_from(_BESIDE)
# Written out, not bound: only then does SQLite use the index of what is quarantined.
_QUARANTINED = _FROM.where(CHANGES.c.status == literal_column("'quarantined'"), CHANGES.c.verdict.is_(None))
_DECIDED = CHANGES.c.verdict.is_not(None)
_LISTS: dict[NotLanded, Select[Any]] = {
    "quarantined": _QUARANTINED,
    "held": _HELD,
    "waiting": _WAITING,
    "rejected": _FROM.where(_DECIDED, CHANGES.c.verdict == literal_column("'rejected'")),
    "released": _FROM.where(
        _DECIDED, CHANGES.c.verdict.in_([literal_column("'released'"), literal_column("'undone'")])
    ),
}


def listed(
    tx: Connection,
    districts: Sequence[str] | None,
    status: NotLanded = "quarantined",
    after: str = "",
    limit: int = PAGE_MAX,
    wanted: Wanted = Wanted(),  # noqa: B008 - it is frozen
) -> list[Entry]:
    """Changes of some districts, or of all, that have not landed or were let land, newest first.

    A district's are those about its records and those from its tablets. `held` ones belong to a group whose
    rest has not come, `waiting` ones to a record that has not. `after` names the last one seen as
    `device:seq`; raises Problem bad-request where it names none.
    """
    query = _LISTS[status]
    if districts is not None:
        place = _OF_DEVICE if status in ("held", "waiting") else _CONCERNED
        query = query.where(place.element.in_(districts) | DEVICES.c.district.in_(districts))
    for column, value in (
        (CHANGES.c.code, wanted.code),
        (CHANGES.c.device, wanted.device),
        (CHANGES.c.by, wanted.person),
        (CHANGES.c.kind, wanted.kind),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.group is not None:
        query = query.where(*_in_group(tx, wanted.group))
    if after:
        query = query.where(
            registry.older(tx, CHANGES.c.received_ms, (CHANGES.c.device, CHANGES.c.seq), after)
        )
    query = query.order_by(CHANGES.c.received_ms.desc(), CHANGES.c.device, CHANGES.c.seq).limit(limit)
    return registry.named(tx, [registry.entry_of(row, row.place) for row in tx.execute(query)])


def _in_group(tx: Connection, group: str) -> list[ColumnElement[bool]]:
    places = unit(tx, place_of(group))
    return [CHANGES.c.device == places[0][0], CHANGES.c.seq.in_([seq for _, seq in places])]


def place_of(entry: str) -> Place:
    """The device and seq that `device:seq` names. Raises Problem bad-request."""
    device, _, seq = entry.partition(":")
    if not re.fullmatch("[1-9][0-9]{0,15}", seq):
        raise Problem("bad-request", f"{entry!r} names no entry. It is called device:number.")
    return device, int(seq)


_AT = select(CHANGES.c.device, CHANGES.c.seq, CHANGES.c.line).where(CHANGES.c.device == bindparam("device"))
_ONE = _AT.where(CHANGES.c.seq == bindparam("seq"))
_RANGE = _AT.where(CHANGES.c.seq >= bindparam("first"), CHANGES.c.seq <= bindparam("last")).order_by(
    CHANGES.c.seq
)


def unit(tx: Connection, place: Place) -> list[Place]:
    """The lines that land together with one, itself among them: its group, or itself. Raises not-found."""
    device, seq = place
    row = tx.execute(_ONE, {"device": device, "seq": seq}).one_or_none()
    if row is None:
        raise Problem("not-found", "There is no such entry.")
    group = _group_of(row)
    if group is None:
        return [place]
    asked = {"device": device, "first": group[0], "last": group[1]}
    return [(each.device, each.seq) for each in tx.execute(_RANGE, asked) if _group_of(each) == group]


def _group_of(row: Any) -> tuple[int, int] | None:
    header = registry.header_of(row)
    if header.first is None or header.last is None or not header.first <= row.seq <= header.last:
        return None
    return header.first, header.last


def judged(store: Store, tx: Connection, place: Place) -> dict[Place, Judged]:
    """The lines that are decided about together with one: of its group all that are or were in quarantine.

    Raises Problem not-found where the entry is not there, or was never in quarantine.
    """
    found = verdicts.of_places(store, tx, unit(tx, place))
    kept = {at: each for at, each in found.items() if each.status == "quarantined" or each.verdict}
    if place not in kept:
        raise Problem("not-found", "There is no such entry in quarantine.")
    return kept


_PLACED = select(
    CHANGES.c.device, CHANGES.c.seq, _CONCERNED, DEVICES.c.district.label("tablets")
).select_from(_BESIDE)


def districts_of(tx: Connection, place: Place) -> tuple[str | None, str | None]:
    """The district that an entry concerns, whose supervisor decides about it, and that of its tablet."""
    one = _PLACED.where(CHANGES.c.device == place[0], CHANGES.c.seq == place[1])
    row = tx.execute(one).one()
    return row.place, row.tablets


def counted(tx: Connection) -> dict[str, int]:
    """How many entries are in quarantine undecided, by why."""
    number = func.count().label("number")
    query = (
        select(CHANGES.c.code, number)
        .where(CHANGES.c.status == literal_column("'quarantined'"), CHANGES.c.verdict.is_(None))
        .group_by(CHANGES.c.code)
    )
    return {row.code or "": row.number for row in tx.execute(query)}
