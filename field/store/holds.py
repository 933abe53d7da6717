"""Legal holds: as long as one lies on an establishment, a visit or a report, nothing below it is erased."""

import itertools
from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection, insert, select, text, update

from field.problems import Problem
from field.store import audit, retention_tables, rows
from field.store.engine import Store
from field.store.rows import RECORDS

HOLDS = retention_tables.Hold.__table__  # type: ignore[attr-defined]  # SQLModel adds it

MAY_BE_HELD = ("establishment", "visit", "report")


class LegalHold(msgspec.Struct, frozen=True, kw_only=True):
    """A legal hold: on what, why, who placed it and when; and the same of its end."""

    id: str
    about: str
    reason: str
    by: str
    placed_ms: int
    lifted_ms: int | None = None
    lifted_by: str | None = None
    lifted_reason: str | None = None


def lock(store: Store, tx: Connection) -> None:
    """Whoever places a hold and whoever erases come one after the other."""
    if not store.sqlite:
        tx.execute(text("LOCK TABLE holds IN SHARE ROW EXCLUSIVE MODE"))


def place(
    store: Store, id: str, about: str, reason: str, by: str, now_ms: int, *, district: str | None = None
) -> LegalHold:
    """Place a hold. Raises Problem not-found for what cannot be held, bad-request without a reason."""
    if not reason.strip():
        raise Problem("bad-request", "Say why this is held: a court may ask.")
    held = LegalHold(id=id, about=about, reason=reason, by=by, placed_ms=now_ms)
    with store.write() as tx:
        lock(store, tx)
        found = [kind for _, kind, _, _ in rows.places(tx, [about])]
        if not found or found[0] not in MAY_BE_HELD:
            raise Problem("not-found", "There is no such establishment, visit or report.")
        tx.execute(insert(HOLDS), msgspec.structs.asdict(held))
        audit.note(tx, "hold-placed", now_ms, by=by, about=[about, id], district=district, reason=reason)
    return held


def lift(
    store: Store, id: str, reason: str, by: str, now_ms: int, *, district: str | None = None
) -> LegalHold:
    """Lift a hold. Raises Problem not-found, already-there where it was lifted, bad-request for no reason."""
    if not reason.strip():
        raise Problem("bad-request", "Say why the hold is lifted: a court may ask.")
    with store.write() as tx:
        lock(store, tx)
        held = one(tx, id)
        if held.lifted_ms is not None:
            raise Problem("already-there", "This hold was lifted before.")
        ended = {"lifted_ms": now_ms, "lifted_by": by, "lifted_reason": reason}
        tx.execute(update(HOLDS).where(HOLDS.c.id == id).values(ended))
        about = [held.about, id]
        audit.note(tx, "hold-lifted", now_ms, by=by, about=about, district=district, reason=reason)
    return msgspec.structs.replace(held, **ended)


def one(tx: Connection, id: str) -> LegalHold:
    """A hold. Raises Problem not-found."""
    row = tx.execute(select(HOLDS).where(HOLDS.c.id == id)).one_or_none()
    if row is None:
        raise Problem("not-found", "There is no such hold.")
    return msgspec.convert(row._mapping, LegalHold)


def listed(
    tx: Connection, reaches: Callable[[str], bool], *, lifted: bool = False, most: int = 500
) -> list[LegalHold]:
    """Holds on what `reaches` the caller, the latest first; those that were lifted too where asked for."""
    query = select(HOLDS).order_by(HOLDS.c.placed_ms.desc(), HOLDS.c.id)
    if not lifted:
        query = query.where(HOLDS.c.lifted_ms.is_(None))
    found = (row for row in tx.execute(query) if reaches(row.about))
    return [msgspec.convert(row._mapping, LegalHold) for row in itertools.islice(found, most)]


def over(tx: Connection, ids: Sequence[str]) -> list[LegalHold]:
    """The holds in force on any of some ids: a record's own and those of what it belongs to."""
    query = select(HOLDS).where(HOLDS.c.about.in_(ids), HOLDS.c.lifted_ms.is_(None))
    return [msgspec.convert(row._mapping, LegalHold) for row in tx.execute(query.order_by(HOLDS.c.placed_ms))]


def parents(tx: Connection, record: str, establishment: str | None) -> list[str]:
    """A record and everything above it, on which a hold keeps it."""
    row = tx.execute(select(RECORDS.c.parent, RECORDS.c.root).where(RECORDS.c.id == record)).one_or_none()
    above = [] if row is None else [row.parent, row.root]
    return [each for each in dict.fromkeys([record, *above, establishment]) if each]
