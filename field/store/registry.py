"""What people look up: districts, establishments, reports, quarantine, alarms, one record and its history.

Personal values are masked here, where they leave the database for the console.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, literal_column, select, tuple_

from field.inspections.masking import hide_cnics, masked
from field.problems import Problem
from field.store import people, rows, tables
from field.store.engine import Store
from field.store.holding import CHANGES, DEVICES
from field.store.pushes import ALARMS
from field.store.rows import FEED, RECORDS, SCOPES, VISITS
from field.sync import scopes, wire
from field.sync.changes import Change, Header, read_line
from field.sync.wire import Row

DISTRICTS = tables.District.__table__  # type: ignore[attr-defined]  # SQLModel adds it

PAGE_MAX = 500

CARRIED_OUT = ("started", "done", "refused", "not_found")
"""The statuses of a visit that somebody went to."""
VISITED = select(VISITS.c.establishment).where(VISITS.c.status.in_(CARRIED_OUT))
"""The establishments that somebody went to."""


class District(msgspec.Struct, frozen=True):
    """A district as it is listed."""

    id: str
    name: str
    division: str | None
    lat: float | None
    lon: float | None


class Visit(msgspec.Struct, frozen=True):
    """A visit as planning sees it."""

    id: str
    establishment: str
    district: str
    inspector: str | None
    due: str | None
    status: str


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One change in a record's history or in quarantine: who, when, on which device, and its receipt.

    `remarks` are the codes of what the server noted about it, such as `ahead-of-receipt`. `verdict`: what a
    supervisor decided last, where it was in quarantine. `group`: where it landed or is held with others, the
    first of them as `device:seq`.
    """

    id: str | None
    device: str
    seq: int
    by: str | None
    t: int
    received_ms: int
    kind: str | None
    record: str | None
    status: str
    code: str | None = None
    detail: str | None = None
    district: str | None = None
    hash: str = ""
    line: str = ""
    remarks: list[str] = []
    by_name: str | None = None
    device_name: str | None = None
    verdict: str | None = None
    group: str | None = None


class AlarmEntry(msgspec.Struct, frozen=True):
    """Something that a supervisor must hear of.

    Where it is about an entry: `record` is the visit, establishment or lead to which that belongs, of `kind`.
    """

    device: str
    code: str
    seq: int
    at_ms: int
    detail: str
    district: str | None
    record: str | None = None
    kind: str | None = None


def districts(tx: Connection, ids: Sequence[str] | None = None) -> list[District]:
    """Districts by name; all, or those asked for."""
    columns = [DISTRICTS.c[name] for name in ("id", "name", "division", "lat", "lon")]
    query = select(*columns).order_by(DISTRICTS.c.name)
    if ids is not None:
        query = query.where(DISTRICTS.c.id.in_(ids))
    return [msgspec.convert(row._mapping, District) for row in tx.execute(query)]


_OF_KIND = (
    select(FEED.c.body)
    .select_from(
        RECORDS.join(SCOPES, SCOPES.c.id == RECORDS.c.scope).join(
            FEED, (FEED.c.scope == RECORDS.c.scope) & (FEED.c.n == RECORDS.c.n)
        )
    )
    .where(RECORDS.c.kind == bindparam("kind"))
)


def _in_scopes(query: Select[Any], names: Sequence[str] | None) -> Select[Any]:
    return query if names is None else query.where(SCOPES.c.name.in_(names))


def establishments(
    tx: Connection,
    districts: Sequence[str] | None,
    after: str = "",
    limit: int = PAGE_MAX,
    *,
    visited: bool | None = None,
) -> list[Row]:
    """Establishments of some districts, or of all, by id, after an id.

    `visited`: only those with a visit that was carried out, or only those without.
    """
    names = None if districts is None else [scopes.district(district) for district in districts]
    query = _in_scopes(_OF_KIND, names).where(RECORDS.c.id > bindparam("after"))
    if visited is not None:
        query = query.where(RECORDS.c.id.in_(VISITED) if visited else RECORDS.c.id.not_in(VISITED))
    query = query.order_by(RECORDS.c.id).limit(limit)
    found = tx.execute(query, {"kind": "establishment", "after": after})
    return [wire.decode_row(bytes(row.body)) for row in found]


def visit(tx: Connection, id: str) -> Visit | None:
    """One visit."""
    row = tx.execute(select(VISITS).where(VISITS.c.id == id)).one_or_none()
    return None if row is None else msgspec.convert(row._mapping, Visit)


def reports(
    tx: Connection,
    districts: Sequence[str] | None,
    after: str = "",
    limit: int = PAGE_MAX,
    visit: str | None = None,
) -> list[Row]:
    """Reports of visits of some districts, or of all, by id, after an id."""
    query = (
        select(FEED.c.body)
        .select_from(
            RECORDS.join(FEED, (FEED.c.scope == RECORDS.c.scope) & (FEED.c.n == RECORDS.c.n)).join(
                VISITS, VISITS.c.id == RECORDS.c.root
            )
        )
        # Written out, not bound: only then is the index of reports used.
        .where(RECORDS.c.kind == literal_column("'report'"), RECORDS.c.id > after)
        .order_by(RECORDS.c.id)
        .limit(limit)
    )
    if districts is not None:
        query = query.where(VISITS.c.district.in_(districts))
    if visit is not None:
        query = query.where(VISITS.c.id == visit)
    return [wire.decode_row(bytes(row.body)) for row in tx.execute(query)]


_BY_ID = (
    select(RECORDS.c.id, FEED.c.body)
    .select_from(RECORDS.join(FEED, (FEED.c.scope == RECORDS.c.scope) & (FEED.c.n == RECORDS.c.n)))
    .where(RECORDS.c.id.in_(bindparam("ids", expanding=True)))
)
NOTHING = Row(record="", kind="", n=0, root="", values={})
"""Stands for a record that is not there."""


def by_id(tx: Connection, ids: Iterable[str]) -> dict[str, Row]:
    """The rows of the records with these ids that are there."""
    found: dict[str, Row] = {}
    for some in rows.chunks(ids):
        found.update({row.id: wire.decode_row(bytes(row.body)) for row in tx.execute(_BY_ID, {"ids": some})})
    return found


class Found(msgspec.Struct, frozen=True):
    """One record with its personal values (unsealed), and the district of its root."""

    row: Row
    private: dict[str, tuple[str, str]]
    district: str | None

    @property
    def personal(self) -> dict[str, str]:
        """The personal values by their commitments, masked; also those of a conflict's candidates."""
        values = self.row.values
        fields = {value: name for name, value in values.items() if isinstance(value, str)}
        about = values.get("about", "")
        return {key: masked(fields.get(key, about), opened[1]) for key, opened in self.private.items()}


def record(store: Store, tx: Connection, id: str) -> Found | None:
    """One record."""
    records, _ = rows.load(store, tx, [id])
    if id not in records:
        return None
    held = records[id]
    root = held if held.root == id else rows.load(store, tx, [held.root])[0][held.root]
    return Found(wire.decode_row(wire.encode_row(held)), held.private, root.values.get("district"))


_HISTORY = (
    select(CHANGES)
    .where(CHANGES.c.record == bindparam("record"))
    .order_by(CHANGES.c.t, CHANGES.c.device, CHANGES.c.seq)
)


def history(tx: Connection, record: str, skip: int = 0, limit: int = PAGE_MAX) -> list[Entry]:
    """The changes about a record that arrived, in the order of capture. Personal values are not in it."""
    query = _HISTORY.offset(skip).limit(limit)
    return named(tx, [entry_of(row, row.district) for row in tx.execute(query, {"record": record})])


def older(
    tx: Connection, at_ms: ColumnElement[Any], key: Sequence[ColumnElement[Any]], after: str
) -> ColumnElement[bool]:
    """What follows a row in a list by `at_ms`, newest first, and then by the key that `after` spells out."""
    values: list[Any] = after.split(":")
    if len(values) != len(key) or not re.fullmatch("[0-9]{1,18}", values[1]):
        raise Problem("bad-request", f"after={after!r} names no entry. Give that of the last one you saw.")
    values[1] = int(values[1])
    last_ms = tx.execute(
        select(at_ms).where(*(column == value for column, value in zip(key, values, strict=True)))
    ).scalar_one_or_none()
    if last_ms is None:
        raise Problem("bad-request", f"after={after!r} names no entry. Give that of the last one you saw.")
    older: ColumnElement[bool] = (at_ms < last_ms) | ((at_ms == last_ms) & (tuple_(*key) > tuple_(*values)))
    return older


def named(tx: Connection, entries: Sequence[Entry]) -> list[Entry]:
    """The entries with the names of who wrote them and on which tablet."""
    people_named = people.names(tx, {entry.by for entry in entries if entry.by is not None})
    devices_named: dict[str, str] = {}
    for ids in rows.chunks(entry.device for entry in entries):
        found = tx.execute(select(DEVICES.c.id, DEVICES.c.name).where(DEVICES.c.id.in_(ids)))
        devices_named.update({row.id: row.name for row in found})
    return [
        msgspec.structs.replace(
            entry, by_name=people_named.get(entry.by or ""), device_name=devices_named.get(entry.device)
        )
        for entry in entries
    ]


def header_of(row: Any) -> Change | Header:
    """What can be read of a kept line."""
    return read_line(bytes(row.line), row.seq).header


def entry_of(row: Any, district: str | None) -> Entry:
    """A change as it is shown; CNICs in its words are masked, personal values are not in it."""
    first = header_of(row).first
    known = {name: row._mapping[name] for name in Entry.__struct_fields__ if name in row._mapping}
    shown = {
        "detail": None if row.detail is None else hide_cnics(row.detail),
        "district": district,
        "line": hide_cnics(bytes(row.line).decode(errors="replace")),
        "remarks": (row.remarks or "").split(),
        "group": None if first is None else f"{row.device}:{first}",
    }
    return Entry(**{**known, **shown})


def alarms(
    tx: Connection, districts: Sequence[str] | None, after: str = "", limit: int = PAGE_MAX
) -> list[AlarmEntry]:
    """Alarms of some districts, or of all, newest first, after a `device:seq:code`.

    Raises Problem bad-request for an `after` that names none.
    """
    key = (ALARMS.c.device, ALARMS.c.seq, ALARMS.c.code)
    query = _ALARMS.order_by(ALARMS.c.at_ms.desc(), *key).limit(limit)
    if districts is not None:
        query = query.where(ALARMS.c.district.in_(districts))
    if after:
        query = query.where(older(tx, ALARMS.c.at_ms, key, after))
    return [msgspec.convert(row._mapping, AlarmEntry) for row in tx.execute(query)]


_ABOUT_ENTRIES = ("moved-away", "closed-a-dispute", "id-reused")
_ROOTS = RECORDS.alias("roots")
_ALARMS = (
    select(ALARMS, _ROOTS.c.id.label("record"), _ROOTS.c.kind)
    .outerjoin(
        CHANGES,
        (CHANGES.c.device == ALARMS.c.device)
        & (CHANGES.c.seq == ALARMS.c.seq)
        # In others the number counts something else.
        & ALARMS.c.code.in_(_ABOUT_ENTRIES),
    )
    .outerjoin(RECORDS, RECORDS.c.id == CHANGES.c.record)
    .outerjoin(_ROOTS, _ROOTS.c.id == RECORDS.c.root)
)


def counts(tx: Connection, kinds: Iterable[str]) -> dict[str, int]:
    """How many records there are of each kind."""
    query = select(RECORDS.c.kind, func.count().label("number")).group_by(RECORDS.c.kind)
    found: dict[str, int] = {row.kind: row.number for row in tx.execute(query)}
    return {kind: found.get(kind, 0) for kind in kinds}
