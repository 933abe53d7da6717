"""Sealing: acts that were noted, and lines that arrived, get their number and hash in the audit trail.

One sealer at a time, whichever process runs it: it holds the row of the trail's state, and whoever finds it
held leaves the work to the other. What crashed in between left nothing: entries, their indexes, the state
and the notes that became entries are one transaction.
"""

import msgspec
from sqlalchemy import Connection, Row, bindparam, case, delete, func, insert, select, update

from field.problems import Problem
from field.store import audit_tables, rows
from field.store.audit import NOTES
from field.store.engine import Store
from field.store.holding import CHANGES, DEVICES
from field.sync import audit
from field.sync.audit import Arrived, Note, Sealed
from field.sync.heads import Quoted

ENTRIES = audit_tables.AuditEntry.__table__  # type: ignore[attr-defined]  # SQLModel adds it
ABOUT = audit_tables.AuditAbout.__table__  # type: ignore[attr-defined]
PUSHES = audit_tables.AuditPush.__table__  # type: ignore[attr-defined]
STATE = audit_tables.AuditState.__table__  # type: ignore[attr-defined]

NOTES_AT_ONCE = 500
LINES_AT_ONCE = 3000
"""So much is sealed in one transaction: on SQLite tablets wait for it."""


class TrailHead:
    """The trail's head as receipts quote it, asked for anew after some seconds: it costs a push nothing."""

    EVERY_MS = 5000

    def __init__(self) -> None:
        self._text: str | None = None
        self._asked_ms: int | None = None

    def quoted(self, store: Store, now_ms: int) -> str | None:
        """The head of some seconds ago; None where there is no entry yet, or the database does not answer."""
        if self._asked_ms is None or abs(now_ms - self._asked_ms) >= self.EVERY_MS:
            self._asked_ms = now_ms
            try:
                with store.read() as tx:
                    found = head(tx)
            except Problem:
                # What was to be answered has landed: that must be told.
                return self._text
            self._text = str(Quoted(found.seq, found.hash)) if found.seq else None
        return self._text


class _Line(msgspec.Struct):
    op: str | None = None


_line = msgspec.json.Decoder(_Line)


def seal(store: Store, now_ms: int, server_key: str) -> int:
    """Seal a portion of what is not sealed yet; how many notes and lines it was, 0 where another one seals.

    `server_key` is the public key of the server that runs: a change of it is an entry of its own.
    """
    with store.write() as tx:
        state = locked(tx)
        if state is None:
            return 0
        noted = tx.execute(select(NOTES).order_by(NOTES.c.id).limit(NOTES_AT_ONCE)).all()
        notes = [audit.noted(row.body) for row in noted]
        arrived = _arrived(tx)
        notes += audit.pushed(arrived)
        notes.sort(key=lambda note: note.at_ms)
        notes = [*_key_notes(state, server_key, now_ms), *notes]
        if not notes:
            return 0
        _save(tx, audit.seal(notes, state.seq, state.hash, now_ms), server_key, now_ms)
        for ids in rows.chunks([row.id for row in noted]):
            tx.execute(delete(NOTES).where(NOTES.c.id.in_(ids)))
        return len(noted) + len(arrived)


def locked(tx: Connection) -> Row[tuple[int, str, int, str | None]] | None:
    """The trail's state, held until the transaction ends; None where another one holds it."""
    return tx.execute(_LOCKED).one_or_none()


_LOCKED = (
    select(STATE.c.seq, STATE.c.hash, STATE.c.sealed_ms, STATE.c.server_key)
    .where(STATE.c.id == 1)
    .with_for_update(skip_locked=True)
)


def _key_notes(state: Row[tuple[int, str, int, str | None]], server_key: str, now_ms: int) -> list[Note]:
    if state.server_key == server_key:
        return []
    act = "begun" if state.seq == 0 else "key"
    return [Note(act=act, at_ms=now_ms, facts={"server_key": server_key})]


_SEALED = (
    select(func.coalesce(func.max(PUSHES.c.last_seq), 0))
    .where(PUSHES.c.device == DEVICES.c.id)
    .correlate(DEVICES)
    .scalar_subquery()
)
_BEHIND = (
    select(DEVICES.c.id, DEVICES.c.office, DEVICES.c.district, _SEALED.label("sealed"))
    .where(DEVICES.c.acknowledged > _SEALED)
    .subquery("behind")
)
# Of a tablet's line nothing is read but its columns; what the office did stands in the line itself.
_ARRIVED = (
    select(
        CHANGES.c.device,
        CHANGES.c.seq,
        CHANGES.c.hash,
        CHANGES.c.by,
        CHANGES.c.kind,
        CHANGES.c.record,
        CHANGES.c.received_ms,
        _BEHIND.c.district,
        _BEHIND.c.office,
        case((_BEHIND.c.office, CHANGES.c.line), else_=None).label("line"),
    )
    .join(_BEHIND, (CHANGES.c.device == _BEHIND.c.id) & (CHANGES.c.seq > _BEHIND.c.sealed))
    .order_by(CHANGES.c.device, CHANGES.c.seq)
    .limit(LINES_AT_ONCE)
)


def _arrived(tx: Connection) -> list[Arrived]:
    return [
        Arrived(
            device=row.device,
            seq=row.seq,
            hash=row.hash,
            by=row.by,
            kind=row.kind,
            record=row.record,
            received_ms=row.received_ms,
            district=row.district,
            office=bool(row.office),
            op=_op(row.line),
        )
        for row in tx.execute(_ARRIVED)
    ]


def _op(line: bytes | None) -> str | None:
    if line is None:
        return None
    try:
        return _line.decode(line).op
    except (msgspec.DecodeError, RecursionError):
        return None


def _save(tx: Connection, sealed: list[Sealed], server_key: str, now_ms: int) -> None:
    entries, about, pushes = [], [], []
    for each in sealed:
        entry = each.entry
        entries.append(columns(each))
        about += [{"about": id, "seq": entry.seq} for id in named(entry)]
        if lines := audit.covered(entry):
            device, first, last = lines
            pushes.append({"device": device, "last_seq": last, "first_seq": first, "seq": entry.seq})
    tx.execute(insert(ENTRIES), entries)
    if about:
        tx.execute(insert(ABOUT), about)
    if pushes:
        tx.execute(insert(PUSHES), pushes)
    last_one = sealed[-1]
    to = {"seq": last_one.entry.seq, "hash": last_one.hash, "sealed_ms": now_ms, "server_key": server_key}
    tx.execute(update(STATE).where(STATE.c.id == bindparam("key")).values(to), {"key": 1})


def columns(each: Sealed) -> dict[str, object]:
    """An entry's row."""
    entry = each.entry
    return {
        "seq": entry.seq,
        "hash": each.hash,
        "at_ms": entry.at_ms,
        "act": entry.act,
        "by": entry.by,
        "device": entry.device,
        "district": entry.district,
        "line": each.line,
    }


def named(entry: audit.Entry) -> list[str]:
    """What an entry is about, each once, as its index has it."""
    return list(dict.fromkeys(id[:100] for id in entry.about))


def head(tx: Connection) -> Quoted:
    """Where the trail stands."""
    row = tx.execute(select(STATE.c.seq, STATE.c.hash)).one()
    return Quoted(row.seq, row.hash)


def waiting(tx: Connection) -> int:
    """How many acts are noted and not sealed yet; lines that arrived are not counted."""
    return tx.execute(select(func.count()).select_from(NOTES)).scalar_one()


def oldest_waiting_ms(tx: Connection) -> int | None:
    """When the oldest act that is not sealed yet was done; None where all are."""
    body = tx.execute(select(NOTES.c.body).order_by(NOTES.c.id).limit(1)).scalar()
    return None if body is None else audit.noted(body).at_ms
