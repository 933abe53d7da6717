"""Landing a push: load under locks, decide, save, in one transaction. docs/protocol.md, "Push"."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import DataError, IntegrityError

from field.problems import Problem
from field.store import people, rows, tables
from field.store.engine import RETRIES, Retry, Store
from field.sync import scopes
from field.sync.changes import Header, Line, read_line
from field.sync.checks import Refusal, check
from field.sync.landing import Held, Item, Unit, conflict_id
from field.sync.push import Decision, Device, Seen, decide
from field.sync.receipts import Answer, First

CHANGES = tables.Change.__table__  # type: ignore[attr-defined]  # SQLModel adds it
DEVICES = tables.Device.__table__  # type: ignore[attr-defined]
BATCHES = tables.Batch.__table__  # type: ignore[attr-defined]
ALARMS = tables.Alarm.__table__  # type: ignore[attr-defined]

Anchored = Callable[[str], int | None]


class Push(msgspec.Struct, frozen=True):
    """What a device hands in: its lines, and its signature over them."""

    device: str
    lines: Sequence[Line]
    signature: str | None = None
    quiet: bool = False
    """A fork is no alarm: the office's own writers race for the next number."""


def land(store: Store, push: Push, now_ms: int, anchored: Anchored) -> Decision:
    """Land a push and return what was decided; committed when this returns.

    A unit that the database refuses again and again is quarantined alone; everything else lands.
    Raises Problem device-unknown, storage-failed, and busy where the transaction kept colliding.
    """
    try:
        return _land(store, push, now_ms, anchored, {})
    except (IntegrityError, DataError):
        return _land_one_by_one(store, push, now_ms, anchored)


def _land_one_by_one(store: Store, push: Push, now_ms: int, anchored: Anchored) -> Decision:
    whole: Decision | None = None
    for line in push.lines:
        single = Push(push.device, [line], push.signature, push.quiet)
        try:
            decision = _land(store, single, now_ms, anchored, {})
        except (IntegrityError, DataError) as error:
            refusal = Refusal(
                "storage-refused", f"Entry {line.seq} was refused by the database: {error.orig}"
            )
            decision = _land(store, single, now_ms, anchored, {line.seq: refusal})
        if whole is not None:
            later = {answer.seq for answer in decision.answers}
            kept = [answer for answer in whole.answers if answer.seq not in later]
            decision.answers = sorted([*kept, *decision.answers], key=lambda answer: answer.seq)
        whole = decision
        if decision.fork is not None or decision.expected is not None:
            break
    assert whole is not None
    return whole


def _land(
    store: Store, push: Push, now_ms: int, anchored: Anchored, refused: Mapping[int, Refusal]
) -> Decision:
    for _ in range(RETRIES):
        try:
            with store.write() as tx:
                return _land_in(store, tx, push, now_ms, anchored, refused)
        except Retry:
            continue
    raise Problem(
        "busy", "The office is busy with the same records. Your work is kept; it will be sent again."
    )


def _land_in(
    store: Store, tx: Connection, push: Push, now_ms: int, anchored: Anchored, refused: Mapping[int, Refusal]
) -> Decision:
    device = _lock_device(tx, push.device)
    lines = push.lines
    seen = _seen(tx, device, lines) if lines and lines[0].seq <= device.acknowledged else {}
    known = _known(tx, device, lines)
    parts = _parts(store, tx, device, anchored) if device.group else []
    held, keys = _hold(store, tx, device, [*(part.line for part in parts), *lines], anchored)
    decision = decide(
        lines,
        device,
        held,
        seen=seen,
        known=known,
        parts=parts,
        now_ms=now_ms,
        anchored=anchored,
        refused=refused,
    )
    _save(store, tx, push, decision, keys, now_ms)
    return decision


_LOCK_DEVICE = select(DEVICES).where(DEVICES.c.id == bindparam("id")).with_for_update()


def _lock_device(tx: Connection, id: str) -> Device:
    row = tx.execute(_LOCK_DEVICE, {"id": id}).one_or_none()
    if row is None:
        raise Problem("device-unknown", "This tablet is not enrolled here. Ask the supervisor for a code.")
    return Device(
        id=row.id,
        acknowledged=row.acknowledged,
        chain=row.chain,
        t=row._mapping["t"],
        revoked=row.revoked_ms is not None,
        office=row.office,
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
_KNOWN = select(CHANGES.c.id, *_RECEIPT).where(
    CHANGES.c.id.in_(bindparam("ids", expanding=True)),
    (CHANGES.c.device != bindparam("device")) | (CHANGES.c.seq < bindparam("first")),
)


def _first(row: Any) -> First:
    return First(row.status, row.code, row.detail, row.scope, row.n)


def _seen(tx: Connection, device: Device, lines: Sequence[Line]) -> dict[int, Seen]:
    last = min(lines[-1].seq, device.acknowledged)
    found = tx.execute(_SEEN, {"device": device.id, "first": lines[0].seq, "last": last})
    return {row.seq: Seen(row.hash, row.id or row.same_as, _first(row)) for row in found}


def _known(tx: Connection, device: Device, lines: Sequence[Line]) -> dict[str, First]:
    fresh = [line for line in lines if line.seq > device.acknowledged and line.change is not None]
    known = {}
    for ids in rows.chunks(line.change.id for line in fresh if line.change is not None):
        asked = {"ids": ids, "device": device.id, "first": fresh[0].seq}
        known.update({row.id: _first(row) for row in tx.execute(_KNOWN, asked)})
    return known


_LINES = (CHANGES.c.device, CHANGES.c.seq, CHANGES.c.line, CHANGES.c.private, CHANGES.c.t)


def _stored(store: Store, found: Iterable[Any], anchored: Anchored) -> list[Item]:
    """Lines kept earlier, read and checked again, on their way to landing."""
    items = []
    for row in found:
        private = store.sealer.open(row.private)
        raw = bytes(row.line) + (b"\t" + private if private is not None else b"")
        line = read_line(raw, row.seq)
        lost = line.change is not None and line.change.op == "lost"
        # A row's attribute `t` is SQLAlchemy's own.
        t = row._mapping["t"]
        checked = None if lost else check(line, row.device, office=False, t=t, anchored=anchored)
        items.append(Item(line=line, device=row.device, t=t, checked=checked, stored=True))
    return items


_PARTS = (
    select(*_LINES)
    .where(CHANGES.c.device == bindparam("device"), CHANGES.c.seq >= bindparam("first"))
    .order_by(CHANGES.c.seq)
)


def _parts(store: Store, tx: Connection, device: Device, anchored: Anchored) -> list[Item]:
    assert device.group is not None
    found = tx.execute(_PARTS, {"device": device.id, "first": device.group[0]})
    items = _stored(store, found, anchored)
    for item in items:
        change = item.line.change
        if change is not None and item.checked is not None and not device.knows(change.by):
            item.checked = Refusal(
                "person-unknown", f"Entry {item.line.seq}: its author never signed in here."
            )
    return items


class _Refs(msgspec.Struct, frozen=True):
    """The values in a change that decide where its record lives."""

    visit: Any = None
    report: Any = None
    inspector: Any = None
    district: Any = None


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
        if change is None or change.record is None:
            continue
        needs.ids.add(change.record)
        if change.by is not None:
            needs.people.add(change.by)
        try:
            refs = _refs.decode(change.set)
        except (msgspec.DecodeError, RecursionError):
            continue
        needs.ids.update(
            id for id in (refs.visit, refs.report) if isinstance(id, str) and len(id) == tables.ID
        )
        if change.op == "create":
            needs.made.add(change.record)
        if change.kind in ("visit", "establishment"):
            _place(needs, change.kind, change.record, refs)
    return needs


def _place(needs: _Needs, kind: str, id: str, refs: _Refs) -> None:
    _, values = needs.places.setdefault(id, (kind, {}))
    for name in ("inspector", "district"):
        value = getattr(refs, name)
        if isinstance(value, str):
            values[name] = value


def _hold(
    store: Store, tx: Connection, device: Device, lines: Sequence[Line], anchored: Anchored
) -> tuple[Held, dict[str, int]]:
    """Load and lock what the lines may touch; Retry where a record moved before its scope was locked."""
    needs = _needs(lines, _Needs())
    waiting = _waiting(store, tx, needs, anchored)
    found = rows.places(tx, needs.ids)
    roots = {root for _, _, root, _ in found}
    moving = {id for id in roots & needs.places.keys() if device.office}
    names = {scope for _, _, _, scope in found} | set(_new_scopes(tx, needs, found))
    heads, keys = rows.lock_scopes(store, tx, names)
    records, digests = rows.load(store, tx, needs.ids | roots)
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
        office=device.office,
    )
    return held, keys


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


_WAITING = (
    select(*_LINES, CHANGES.c.waits_for)
    .where(CHANGES.c.waits_for.in_(bindparam("ids", expanding=True)), CHANGES.c.status == "waiting")
    .order_by(CHANGES.c.t, CHANGES.c.device, CHANGES.c.seq)
)


def _waiting(store: Store, tx: Connection, needs: _Needs, anchored: Anchored) -> dict[str, list[Unit]]:
    """The units that wait for records made here, and for the records that those make in turn."""
    waiting: dict[str, list[Unit]] = {}
    front = set(needs.made)
    while front:
        found = [row for ids in rows.chunks(front) for row in tx.execute(_WAITING, {"ids": ids})]
        made_before = set(needs.made)
        for row, item in zip(found, _stored(store, found, anchored), strict=True):
            units = waiting.setdefault(row.waits_for, [])
            group = (item.device, item.line.header.first) if item.line.header.first else None
            if group and units and (units[-1].items[0].device, units[-1].items[0].line.header.first) == group:
                units[-1].items.append(item)
            else:
                units.append(Unit([item]))
            _needs([item.line], needs)
        front = needs.made - made_before
    return waiting


def _save(
    store: Store, tx: Connection, push: Push, decision: Decision, keys: Mapping[str, int], now_ms: int
) -> None:
    seal = store.sealer.seal
    if decision.arrived:
        tx.execute(insert(CHANGES), [_row(kept, push.device, now_ms, seal) for kept in decision.arrived])
    if decision.settled:
        tx.execute(_SETTLE, [_settled(kept) for kept in decision.settled])
    rows.save(store, tx, decision.draft, keys, now_ms)
    if decision.alarms and not push.quiet:
        alarms = [
            {
                "device": push.device,
                "code": alarm.code,
                "seq": alarm.seq,
                "at_ms": now_ms,
                "detail": _storable(alarm.detail),
                "district": decision.device.district,
            }
            for alarm in decision.alarms
        ]
        rows.insert_new(store, tx, ALARMS, alarms)
    _save_device(store, tx, push, decision, now_ms)


def _row(kept: Any, device: str, now_ms: int, seal: Callable[[bytes | None], bytes | None]) -> dict[str, Any]:
    line, answer = kept.line, kept.answer
    header: Header = line.header
    return {
        "device": device,
        "seq": line.seq,
        "id": None if kept.same_as else header.id,
        "same_as": kept.same_as,
        "hash": line.hash,
        "line": line.public,
        "private": seal(line.private_bytes),
        "kind": _storable(header.kind),
        "record": header.record,
        "by": header.by,
        "t": kept.t,
        "received_ms": now_ms,
        "status": answer.status,
        "code": answer.code,
        "detail": _storable(answer.detail),
        "remarks": " ".join(answer.remarks) or None,
        "scope": answer.scope,
        "n": answer.n,
        "waits_for": kept.waits_for,
        "district": kept.district,
    }


def _storable(text: str | None) -> str | None:
    """PostgreSQL keeps no NUL in text; the line itself is kept as bytes, unaltered."""
    return None if text is None else text.replace("\0", "\N{REPLACEMENT CHARACTER}")


_SETTLE = (
    update(CHANGES)
    .where(CHANGES.c.device == bindparam("of_device"), CHANGES.c.seq == bindparam("of_seq"))
    .values(
        {
            name: bindparam(f"to_{name}")
            for name in ("status", "code", "detail", "scope", "n", "waits_for", "district")
        }
    )
)


def _settled(kept: Any) -> dict[str, Any]:
    answer: Answer = kept.answer
    return {
        "of_device": kept.device,
        "of_seq": kept.seq,
        "to_status": answer.status,
        "to_code": answer.code,
        "to_detail": _storable(answer.detail),
        "to_scope": answer.scope,
        "to_n": answer.n,
        "to_waits_for": kept.waits_for,
        "to_district": kept.district,
    }


_SAVE_DEVICE = (
    update(DEVICES)
    .where(DEVICES.c.id == bindparam("key"))
    .values(
        {
            name: bindparam(f"to_{name}")
            for name in ("acknowledged", "chain", "t", "group_first", "group_last", "seen_ms")
        }
    )
)


def _save_device(store: Store, tx: Connection, push: Push, decision: Decision, now_ms: int) -> None:
    device = decision.device
    first, last = device.group or (None, None)
    values = {
        "key": device.id,
        "to_acknowledged": device.acknowledged,
        "to_chain": device.chain,
        "to_t": device.t,
        "to_group_first": first,
        "to_group_last": last,
        "to_seen_ms": now_ms,
    }
    tx.execute(_SAVE_DEVICE, values)
    if push.signature is not None and decision.arrived:
        batch = {
            "device": device.id,
            "last_seq": device.acknowledged,
            "first_seq": push.lines[0].seq,
            "signature": push.signature,
            "received_ms": now_ms,
        }
        rows.insert_new(store, tx, BATCHES, [batch])
