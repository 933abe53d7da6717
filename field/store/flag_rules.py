"""The rules of flagging as they are kept: the shipped ones to begin with, and the office's own versions."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, func, insert, select

from field.problems import Problem
from field.recovery import rulebook
from field.recovery.rulebook import Entry, Rulebook
from field.store import audit, stale_establishments, tables
from field.store.engine import Store
from field.store.statute import SHIPPED, hold_still

RULES = tables.FlagRule.__table__  # type: ignore[attr-defined]  # SQLModel adds it

_decoder = msgspec.json.Decoder(Entry)
_latest = select(RULES.c.id, func.max(RULES.c.version).label("version")).group_by(RULES.c.id).subquery()
_IN_FORCE = select(RULES.c.id, RULES.c.version, RULES.c.body).join(
    _latest, (RULES.c.id == _latest.c.id) & (RULES.c.version == _latest.c.version)
)


class Version(msgspec.Struct, frozen=True):
    """A rule or weight as it stood from `added_ms` on, until a higher version."""

    entry: Entry
    version: int
    added_ms: int
    reason: str


def seed(tx: Connection, now_ms: int) -> int:
    """Add the shipped rules and weights that are missing; return how many. What is there is left as it is."""
    held = set(tx.execute(select(_latest.c.id)).scalars())
    missing = [_kept(each, 1, now_ms, SHIPPED) for each in rulebook.shipped().entries if each.id not in held]
    if missing:
        tx.execute(insert(RULES), missing)
        named, hashes = audit.dated(missing)
        audit.note(tx, "flag-rules", now_ms, by=None, about=named, rows=hashes)
    return len(missing)


def _kept(entry: Entry, version: int, now_ms: int, reason: str) -> dict[str, Any]:
    body = msgspec.json.encode(entry).decode()
    return {"id": entry.id, "version": version, "body": body, "added_ms": now_ms, "reason": reason}


def load(tx: Connection) -> Rulebook:
    """All rules in force. Raises Problem bad-request where they cannot be used together."""
    return Rulebook(_decoder.decode(row.body) for row in tx.execute(_IN_FORCE))


def edition(tx: Connection) -> int:
    """A number that grows whenever the rules in force change."""
    return int(tx.execute(select(func.count()).select_from(RULES)).scalar_one())


def versions(tx: Connection) -> list[Version]:
    """Every version of every rule and weight, by id and version."""
    found = tx.execute(select(RULES).order_by(RULES.c.id, RULES.c.version))
    return [Version(_decoder.decode(row.body), row.version, row.added_ms, row.reason) for row in found]


def change(store: Store, entries: Sequence[Entry], now_ms: int, reason: str, *, by: str | None = None) -> int:
    """Put rules or weights in force, and have every employer looked at anew; return how many were new.

    One that says what its latest version says is left alone. Raises Problem bad-request where they cannot be
    used together with those in force, and where no reason is given.
    """
    if not reason.strip():
        raise Problem("bad-request", "Say why the rules are changed: a court may ask.")
    with store.write() as tx:
        hold_still(store, tx, changing=True)
        held = {row.id: row for row in tx.execute(_IN_FORCE)}
        load(tx).amended(*entries)
        fresh = [
            _kept(each, held[each.id].version + 1 if each.id in held else 1, now_ms, reason)
            for each in entries
            if each.id not in held or _decoder.decode(held[each.id].body) != _plain(each)
        ]
        if fresh:
            tx.execute(insert(RULES), fresh)
            named, hashes = audit.dated(fresh)
            audit.note(tx, "flag-rules", now_ms, by=by, about=named, reason=reason, rows=hashes)
            stale_establishments.mark_all(store, tx, f"rules:{edition(tx)}", now_ms)
    return len(fresh)


def _plain(entry: Entry) -> Entry:
    """An entry as it reads back: one from a file is of a stricter kind."""
    plain: Entry = _decoder.decode(msgspec.json.encode(entry))
    return plain
