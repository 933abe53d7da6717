"""Loading what a push may touch, under locks: the device, then the scopes in order, then the records."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, literal_column, select

from field.problems import Problem
from field.store import columns, people, rows, tables
from field.store.bulk import Prepared
from field.store.engine import Retry, Store
from field.sync import scopes
from field.sync.changes import Line, read_line
from field.sync.checks import Read, Refusal, check
from field.sync.landing import Held, Item, Unit, conflict_id
from field.sync.merge import Record
from field.sync.push import Device, Known, Seen
from field.sync.receipts import First

CHANGES = tables.Change.__table__  # type: ignore[attr-defined]  # SQLModel adds it
DEVICES = tables.Device.__table__  # type: ignore[attr-defined]

Anchored = Callable[[str], int | None]


_LOCK_DEVICE = Prepared(select(DEVICES).where(DEVICES.c.id == bindparam("id")).with_for_update())


def lock_device(tx: Connection, id: str) -> Device:
    """The device, locked. Raises Problem device-unknown."""
    found = _LOCK_DEVICE.run(tx, id=id)
    if not found:
        raise Problem("device-unknown", "This tablet is not enrolled here. Ask the supervisor for a code.")
    (row,) = found
    return Device(
        id=row.id,
        acknowledged=row.acknowledged,
        chain=row.chain,
        t=row.t,
        revoked=row.revoked_ms is not None,
        office=bool(row.office),
        district=row.district,
        people=people.on_device(tx, row.id),
        group=None if row.group_first is None else (row.group_first, row.group_last),
    )


_RECEIPT = (CHANGES.c.status, CHANGES.c.code, CHANGES.c.detail, CHANGES.c.scope, CHANGES.c.n)
_SEEN = select(CHANGES.c.seq, CHANGES.c.hash, CHANGES.c.id, CHANGES.c.same_as, *_RECEIPT).where(
    CHANGES.c.device == bindparam("device"),
    CHANGES.c.seq >= bindparam("first"),
    CHANGES.c.seq <= bindparam("last"),
)
_KNOWN = select(CHANGES.c.id, CHANGES.c.device, CHANGES.c.seq, CHANGES.c.line, *_RECEIPT).where(
    CHANGES.c.id.in_(bindparam("ids", expanding=True)),
    (CHANGES.c.device != bindparam("device")) | (CHANGES.c.seq < bindparam("first")),
)


def _first(row: Any) -> First:
    return First(row.status, row.code, row.detail, row.scope, row.n)


def seen(tx: Connection, device: Device, lines: Sequence[Line]) -> dict[int, Seen]:
    """The lines that this device delivered before, by seq."""
    last = min(lines[-1].seq, device.acknowledged)
    found = list(tx.execute(_SEEN, {"device": device.id, "first": lines[0].seq, "last": last}))
    again = first_of(tx, [row.same_as for row in found if row.same_as is not None])
    return {
        row.seq: Seen(row.hash, row.id or row.same_as, again.get(row.same_as) or _first(row)) for row in found
    }


def first_of(tx: Connection, ids: Sequence[str]) -> dict[str, First]:
    """What became of changes that came again under another number, by their ids."""
    found: dict[str, First] = {}
    for some in rows.chunks(ids):
        query = select(CHANGES.c.id, *_RECEIPT).where(CHANGES.c.id.in_(some))
        found.update({row.id: _first(row) for row in tx.execute(query)})
    return found


def known(tx: Connection, device: Device, lines: Sequence[Line]) -> dict[str, Known]:
    """The changes that came before, under whatever identity, by change id."""
    fresh = [line for line in lines if line.seq > device.acknowledged and line.change is not None]
    known: dict[str, Known] = {}
    for ids in rows.chunks(line.change.id for line in fresh if line.change is not None):
        asked = {"ids": ids, "device": device.id, "first": fresh[0].seq}
        known.update({row.id: _known(row) for row in tx.execute(_KNOWN, asked)})
    return known


def _known(row: Any) -> Known:
    change = read_line(bytes(row.line), row.seq).change
    return Known(_first(row), change, row.device)


WITHOUT_ID = ("id-reused", "storage-refused")
"""Refusals of lines that do not own the id which they bear."""


def select_lines(*more: Any) -> Any:
    """A query for what it takes to read kept lines again, and for more of their columns."""
    it_takes = ("device", "seq", "line", "private", "t", "code", "detail", "verdict")
    columns_of = [CHANGES.c[name] for name in it_takes]
    return select(*columns_of, DEVICES.c.office, *more).join(DEVICES, DEVICES.c.id == CHANGES.c.device)


def stored(store: Store, found: Iterable[Any], anchored: Anchored) -> list[Item]:
    """Lines kept earlier, read and checked again, on their way to landing."""
    items = []
    for row in found:
        private = store.sealer.open(row.private)
        raw = bytes(row.line) + (b"\t" + private if private is not None else b"")
        line = read_line(raw, row.seq)
        lost = line.change is not None and line.change.op == "lost"
        t = row.t
        office = bool(row.office)
        checked = None if lost else check(line, row.device, office=office, t=t, anchored=anchored)
        if row.code in WITHOUT_ID:
            # By its own bytes nothing is wrong with it: this was found when it came.
            checked = Refusal(row.code, row.detail or "")
        free = row.verdict == "released"
        items.append(
            Item(
                line=line,
                device=row.device,
                t=t,
                checked=checked,
                stored=True,
                released=free,
                office=office,
            )
        )
    return items


_PARTS = Prepared(
    select_lines()
    .where(CHANGES.c.device == bindparam("device"), CHANGES.c.seq >= bindparam("first"))
    .where(CHANGES.c.status.in_((literal_column("'held'"), literal_column("'lost'"))))
    .order_by(CHANGES.c.seq)
)


def parts(store: Store, tx: Connection, device: Device, anchored: Anchored) -> list[Item]:
    """The lines of the device's open group that have arrived, in order."""
    assert device.group is not None
    found = _PARTS.run(tx, device=device.id, first=device.group[0])
    items = stored(store, found, anchored)
    for item in items:
        change = item.line.change
        if isinstance(item.checked, Read) and change is not None and not device.knows(change.by):
            item.checked = Refusal(
                "person-unknown", f"Entry {item.line.seq}: its author never signed in here."
            )
    return items


class _Refs(msgspec.Struct, frozen=True):
    """The values in a change that decide where its record lives."""

    visit: Any = msgspec.UNSET
    report: Any = msgspec.UNSET
    inspector: Any = msgspec.UNSET
    district: Any = msgspec.UNSET


_refs = msgspec.json.Decoder(_Refs)


class _Needs(msgspec.Struct):
    """What a push may touch: ids of records, ids made here, new places of roots by id, people."""

    ids: set[str] = msgspec.field(default_factory=set)
    made: set[str] = msgspec.field(default_factory=set)
    places: dict[str, tuple[str, dict[str, Any]]] = msgspec.field(default_factory=dict)
    people: set[str] = msgspec.field(default_factory=set)


def _needs(lines: Iterable[Line], needs: _Needs) -> _Needs:
    for line in lines:
        change = line.change
        if change is None or change.record is None or change.entries is not None:
            continue
        needs.ids.add(change.record)
        if change.by is not None:
            needs.people.add(change.by)
        try:
            refs = _refs.decode(change.set)
        except (msgspec.DecodeError, RecursionError):
            continue
        needs.ids.update(
            id for id in (refs.visit, refs.report) if isinstance(id, str) and len(id) == columns.ID
        )
        if change.op == "create":
            needs.made.add(change.record)
        if change.kind in ("visit", "establishment", "lead", "checklist"):
            _place(needs, change.kind, change.record, refs)
    return needs


def _place(needs: _Needs, kind: str, id: str, refs: _Refs) -> None:
    _, values = needs.places.setdefault(id, (kind, {}))
    for name in ("inspector", "district"):
        value = getattr(refs, name)
        # A visit without an inspector goes back to its district.
        if isinstance(value, str) or value is None:
            values[name] = value


def hold(
    store: Store, tx: Connection, device: Device, lines: Sequence[Line], *, trusting: bool = False
) -> tuple[Held, dict[str, int]]:
    """Load and lock what the lines may touch; Retry where a record moved before its scope was locked.

    `trusting`: what the lines make is not looked for. Where it is there after all, the database objects.
    """
    needs = _needs(lines, _Needs())
    locked = set(needs.made)
    rows.lock_missing(store, tx, locked)
    waiting = _waiting(store, tx, needs)
    wanted = needs.ids - needs.made if trusting else needs.ids
    records: dict[str, Record] = {}
    digests: dict[str, int] = {}
    if store.sqlite:
        # The one writer sees nothing move: what is read before the scopes are looked up stays true.
        records, digests = rows.load(store, tx, wanted)
        found = [(each.id, each.kind, each.root, each.scope) for each in records.values()]
    else:
        found = _places(store, tx, wanted, locked)
    roots = {root for _, _, root, _ in found}
    moving = {id for id in roots & needs.places.keys() if device.office}
    names = {scope for _, _, _, scope in found} | set(_new_scopes(tx, needs, found))
    heads, keys = rows.lock_scopes(store, tx, names)
    others, other_digests = rows.load(store, tx, roots - records.keys() if store.sqlite else wanted | roots)
    records, digests = {**records, **others}, {**digests, **other_digests}
    if moving:
        below, below_digests = rows.load(store, tx, moving, by_root=True)
        records, digests = {**records, **below}, {**digests, **below_digests}
    disputes = {conflict_id(record.id, name) for record in records.values() for name in record.conflicts}
    if disputes:
        conflicts, conflict_digests = rows.load(store, tx, disputes)
        records, digests = {**records, **conflicts}, {**digests, **conflict_digests}
    if any(record.scope not in heads for record in records.values()):
        raise Retry
    held = Held(
        records=records,
        digests=digests,
        scopes=heads,
        postings=people.postings_of(tx, needs.people),
        waiting=waiting,
        people=device.people,
    )
    return held, keys


def _places(store: Store, tx: Connection, ids: set[str], locked: set[str]) -> list[tuple[str, str, str, str]]:
    """(id, kind, root, scope) of the records that are there; those that are not stay so until the commit."""
    found = rows.places(tx, ids)
    missing = ids - locked - {id for id, _, _, _ in found}
    if missing:
        rows.lock_missing(store, tx, missing)
        found = rows.places(tx, ids)
    return found


def _new_scopes(tx: Connection, needs: _Needs, found: Sequence[tuple[str, str, str, str]]) -> Iterable[str]:
    """The scopes into which roots are made or moved by the changes at hand."""
    held = {id: scope for id, _, _, scope in found}
    for id, (kind, values) in needs.places.items():
        if id not in held or values:
            known = _visit_place(tx, id) if id in held and kind == "visit" else {}
            yield scopes.of_root(kind, {**known, **values})


_PLACE = select(rows.VISITS.c.inspector, rows.VISITS.c.district).where(rows.VISITS.c.id == bindparam("id"))


def _visit_place(tx: Connection, id: str) -> dict[str, Any]:
    row = tx.execute(_PLACE, {"id": id}).one_or_none()
    return {} if row is None else {"inspector": row.inspector, "district": row.district}


_ANY_WAITING = Prepared(select(CHANGES.c.seq).where(CHANGES.c.waits_for.is_not(None)).limit(1))
_WAITING = Prepared(
    select_lines(CHANGES.c.waits_for)
    .where(CHANGES.c.waits_for.in_(bindparam("ids", expanding=True)), CHANGES.c.status == "waiting")
    .order_by(CHANGES.c.t, CHANGES.c.device, CHANGES.c.seq)
)


def _waiting(store: Store, tx: Connection, needs: _Needs) -> dict[str, list[Unit]]:
    """The units that wait for records made here, and for the records that those make in turn."""
    waiting: dict[str, list[Unit]] = {}
    groups: dict[tuple[str, str, int], Unit] = {}
    anything = bool(_ANY_WAITING.run(tx))
    front = made_first = set(needs.made) if anything else set()
    while front:
        # A change may wait for what the units found here make: nobody else may begin to while we look.
        rows.lock_missing(store, tx, front - made_first)
        found = [row for ids in rows.chunks(front) for row in _WAITING.run(tx, ids=ids)]
        made_before = set(needs.made)
        # Their anchors were checked when they came; the office, whose change may release them, gives none.
        for row, item in zip(found, stored(store, found, lambda _: 0), strict=True):
            unit = Unit([item])
            if item.line.header.first is not None:
                unit = groups.setdefault((row.waits_for, item.device, item.line.header.first), unit)
            if unit.items[0] is item:
                waiting.setdefault(row.waits_for, []).append(unit)
            else:
                unit.items.append(item)
            _needs([item.line], needs)
        front = needs.made - made_before
    return waiting
