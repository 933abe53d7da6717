"""The dated rows of the law as they are kept: the shipped ones to begin with, and the office's own.

Nothing is overwritten: a correction or a suspension is a further version of its row, with a reason.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, func, insert, select

from field.problems import Problem
from field.recovery import statute
from field.recovery.statute import RateRow, Statute
from field.store import audit, tables
from field.store.engine import Store

STATUTE = tables.StatuteRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
SHIPPED = "Came with the program."

_decoder = msgspec.json.Decoder(RateRow)


class Version(msgspec.Struct, frozen=True):
    """A row as it stood from `added_ms` on, until a higher version.

    `accepted_by` is a person's id, or a command with its user; `accepted` are the figures that they saw.
    Neither is there for what came with the program.
    """

    row: RateRow
    version: int
    added_ms: int
    reason: str
    accepted_by: str | None = None
    accepted: dict[str, Any] | None = None


def seed(tx: Connection, now_ms: int) -> int:
    """Add the shipped rows that are missing, and better words for those that are there; return how many.

    What is there is left as it is, and so is a day for which the office has a row of that kind of its own. A
    row that came with the program and still says what it did gets a further version where only its words
    (source, note, legal basis, day of notification) are other ones now: no figure moves by that.
    """
    latest = {each.row.id: each for each in versions(tx)}
    taken = {(each.row.kind, each.row.valid_from) for each in latest.values()}
    fresh = []
    for row in statute.shipped().rows:
        held = latest.get(row.id)
        if held is None and (row.kind, row.valid_from) not in taken:
            fresh.append(_kept(row, 1, now_ms, SHIPPED))
        elif held is not None and held.reason == SHIPPED and _other_words_only(held.row, row):
            fresh.append(_kept(row, held.version + 1, now_ms, SHIPPED))
    if fresh:
        tx.execute(insert(STATUTE), fresh)
        named, hashes = audit.dated(fresh)
        audit.note(tx, "statute", now_ms, by=None, about=named, rows=hashes)
    return len(fresh)


def _other_words_only(one: RateRow, other: RateRow) -> bool:
    worded = msgspec.structs.replace(
        one,
        source=other.source,
        note=other.note,
        legal_basis=other.legal_basis,
        notified_on=other.notified_on,
    )
    return not _says_the_same(one, other) and _says_the_same(worded, other)


def _kept(
    row: RateRow, version: int, now_ms: int, reason: str, by: str | None = None, accepted: str | None = None
) -> dict[str, Any]:
    body = msgspec.json.encode(row).decode()
    return {
        "id": row.id,
        "version": version,
        "body": body,
        "added_ms": now_ms,
        "reason": reason,
        "accepted_by": by,
        "accepted": accepted,
    }


def load(tx: Connection) -> Statute:
    """All rows in force. Raises Problem bad-request where they contradict each other."""
    return Statute(_decoder.decode(body) for body in tx.execute(_IN_FORCE).scalars())


_latest = select(STATUTE.c.id, func.max(STATUTE.c.version).label("version")).group_by(STATUTE.c.id).subquery()
_IN_FORCE = select(STATUTE.c.body).join(
    _latest, (STATUTE.c.id == _latest.c.id) & (STATUTE.c.version == _latest.c.version)
)


def edition(tx: Connection) -> int:
    """A number that grows whenever the law in force changes."""
    return int(tx.execute(select(func.count()).select_from(STATUTE)).scalar_one())


def hold_still(store: Store, tx: Connection, *, changing: bool = False) -> None:
    """Until the commit the law stays as it is; or, `changing`, nobody else relies on it.

    SQLite's one writer needs no word for either.
    """
    if not store.sqlite:
        lock = func.pg_advisory_xact_lock if changing else func.pg_advisory_xact_lock_shared
        tx.execute(select(lock(func.hashtextextended("statute", 0))))


def versions(tx: Connection, skip: int = 0, limit: int | None = None) -> list[Version]:
    """Every version of every row, by id and version; or at most `limit` after the first `skip`."""
    found = tx.execute(select(STATUTE).order_by(STATUTE.c.id, STATUTE.c.version).offset(skip).limit(limit))
    return [
        Version(
            _decoder.decode(row.body),
            row.version,
            row.added_ms,
            row.reason,
            row.accepted_by,
            None if row.accepted is None else msgspec.json.decode(row.accepted),
        )
        for row in found
    ]


def add(
    tx: Connection, rows: Sequence[RateRow], now_ms: int, reason: str, by: str = "", accepted: Any = None
) -> int:
    """Add rows, or further versions of those that are there; return how many were new.

    A row that says what its latest version says is left alone. `by` tells who accepted them, and `accepted`
    the figures that they saw: kept with each. Raises Problem bad-request where the rows contradict each other
    or those in force, where two have one id, and where no reason is given.
    """
    if not reason.strip():
        raise Problem("bad-request", "Say why the rows are added: a court may ask.")
    held = {row.id: row for row in load(tx).amended(*rows).rows}
    numbers = {row.id: row.version for row in tx.execute(select(_latest.c.id, _latest.c.version))}
    before = {row.id: row for row in load(tx).rows}
    fresh = [held[row.id] for row in rows if not _says_the_same(before.get(row.id), row)]
    if fresh:
        seen = None if accepted is None else msgspec.json.encode(accepted).decode()
        kept = [_kept(row, numbers.get(row.id, 0) + 1, now_ms, reason, by or None, seen) for row in fresh]
        tx.execute(insert(STATUTE), kept)
        named, hashes = audit.dated(kept)
        audit.note(tx, "statute", now_ms, by=by or None, about=named, reason=reason, rows=hashes)
    return len(fresh)


def _says_the_same(one: RateRow | None, other: RateRow) -> bool:
    return one is not None and msgspec.json.encode(one) == msgspec.json.encode(other)
