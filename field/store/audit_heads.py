"""Days' heads of the audit trail: which are due, which were written to their place, and which are late."""

import msgspec
from sqlalchemy import Connection, bindparam, func, insert, select, update

from field.clock import Clock
from field.store import audit, audit_tables, rows
from field.store.audit_sealing import ENTRIES, locked
from field.store.engine import Store
from field.store.import_runs import day_at
from field.store.pushes import ALARMS
from field.sync import heads
from field.sync.heads import SignedHead
from field.sync.signing import ServerKey

HEADS = audit_tables.AuditHead.__table__  # type: ignore[attr-defined]  # SQLModel adds it

LATE_MS = 24 * 3600 * 1000
"""A head that is not at its place so long after its day is an alarm."""

AT_ONCE = 100


def sign_due(store: Store, clock: Clock, key: ServerKey) -> int:
    """Sign a head for every day that is over and has none; how many. A day without entries has one too."""
    now_ms = clock.now_ms()
    with store.write() as tx:
        state = locked(tx)
        if state is None or state.seq == 0:
            return 0
        last = tx.execute(select(func.max(HEADS.c.day))).scalar_one()
        begun_ms = tx.execute(select(ENTRIES.c.at_ms).where(ENTRIES.c.seq == 1)).scalar_one_or_none()
        if begun_ms is None:
            return 0
        days = heads.days_due(last, day_at(begun_ms), day_at(now_ms))
        for day in days:
            signed = heads.signed(key, day, state.seq, state.hash, now_ms)
            tx.execute(insert(HEADS), msgspec.structs.asdict(signed))
            audit.note(tx, "head-signed", now_ms, by=None, day=day, seq=state.seq, head=state.hash)
        return len(days)


def unwritten(tx: Connection, place: str) -> list[SignedHead]:
    """Heads that are not at this place yet, by day; a new place gets all of them."""
    query = select(HEADS).where(HEADS.c.target.is_(None) | (HEADS.c.target != place))
    return [_head(row) for row in tx.execute(query.order_by(HEADS.c.day).limit(AT_ONCE))]


def late(tx: Connection, place: str, now_ms: int) -> list[str]:
    """The days whose heads should be at their place by now and are not."""
    return [head.day for head in unwritten(tx, place) if head.signed_ms < now_ms - LATE_MS]


def _head(row: object) -> SignedHead:
    return msgspec.convert(row, SignedHead, from_attributes=True)


def all_signed(tx: Connection) -> list[tuple[SignedHead, str | None]]:
    """Every head with the place where it was written, by day."""
    return [(_head(row), row.target) for row in tx.execute(select(HEADS).order_by(HEADS.c.day))]


def written(store: Store, head: SignedHead, place: str, now_ms: int) -> None:
    """Note that a head is at its place."""
    with store.write() as tx:
        tx.execute(_WRITTEN, {"of_day": head.day, "to_target": place[:300], "to_ms": now_ms})
        audit.note(tx, "head-written", now_ms, by=None, day=head.day, seq=head.seq, place=place)


_WRITTEN = (
    update(HEADS)
    .where(HEADS.c.day == bindparam("of_day"))
    .values(target=bindparam("to_target"), written_ms=bindparam("to_ms"))
)


def alarm(store: Store, office: str, code: str, head: SignedHead, detail: str, now_ms: int) -> None:
    """Tell supervisors of everywhere, once, what is wrong with a day's head."""
    row = {
        "device": office,
        "code": code,
        "seq": int(head.day.replace("-", "")),
        "at_ms": now_ms,
        "detail": detail,
        "district": None,
    }
    with store.write() as tx:
        rows.insert_new(store, tx, ALARMS, [row])
