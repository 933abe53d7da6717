"""What of the office's acts is journalled: the rows as they stand when the act's transaction ends.

`audit.note` tells of every act; those listed in `KEPT` are written, sealed, into the table `journal` within
the same transaction, and outside the database before anybody is answered (journal.py). docs/protocol.md,
"Restore".
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, func, insert, or_, select, text

from field.store import life_tables, tables
from field.store.sealing import Sealer

JOURNAL = life_tables.JournalEntry.__table__  # type: ignore[attr-defined]  # SQLModel adds it
ACTS = "field_acts"
TOUCHED = "field_journal"
_LOCK = 7_310_021
"""The number by which transactions of PostgreSQL wait for each other before they number an entry."""

KEPT: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "person-added": (("people", "id", "about"), ("postings", "person", "about")),
    "posting-changed": (("people", "id", "about"), ("postings", "person", "about")),
    "password-reset": (("people", "id", "about"),),
    "device-enrolled": (("devices", "id", "device"),),
    "device-revoked": (("devices", "id", "device"),),
    "signed-in": (("device_people", "device", "device"),),
    "wipe-ordered": (("devices", "id", "device"), ("wipe_orders", "id", "about")),
    "wiped": (("wipe_orders", "id", "about"),),
    "statute": (("statute", "id@version", "about"),),
    "flag-rules": (("flag_rules", "id@version", "about"),),
    "hold-placed": (("holds", "id", "about"),),
    "hold-lifted": (("holds", "id", "about"),),
    "retention": (("retention_periods", "what@version", "about"),),
}
"""By act: rows of which table, by which column (or column@version), named by which part of the note."""

AGAIN = frozenset({"imported", "erased", "settled", "checklist"})
"""Acts that are no row: who restores is told of them, to have them carried out again where they lack."""

OMITTED: Mapping[str, frozenset[str]] = {
    "devices": frozenset({"acknowledged", "chain", "t", "group_first", "group_last", "seen_ms"})
}
"""Columns that tell how far a tablet's line came: the lines themselves tell that."""


class Image(msgspec.Struct, frozen=True):
    """A row of a table after an act."""

    table: str
    values: dict[str, Any]


class Act(msgspec.Struct, frozen=True, omit_defaults=True):
    """An act as the journal has it: its rows, or of what is to be done again the facts that are known."""

    act: str
    at_ms: int
    by: str | None = None
    rows: list[Image] = []
    about: list[str] = []
    facts: dict[str, Any] = {}


class Noted(msgspec.Struct, frozen=True):
    """What a transaction has noted, before its rows are final."""

    act: str
    at_ms: int
    by: str | None
    about: list[str]
    device: str | None
    facts: dict[str, Any]


def collect(tx: Connection, noted: Noted) -> None:
    """Remember an act until its transaction ends."""
    if noted.act in KEPT or noted.act in AGAIN:
        tx.info.setdefault(ACTS, []).append(noted)


def touch(tx: Connection) -> None:
    """The office's own line of changes grew in this transaction: the file outside is behind."""
    tx.info[TOUCHED] = True


def forget(tx: Connection) -> None:
    """A transaction begins, or came to nothing."""
    tx.info.pop(ACTS, None)
    tx.info.pop(TOUCHED, None)


def keep(tx: Connection, sealer: Sealer) -> None:
    """Write what the transaction noted into its table, as its last act."""
    acts = [act for noted in tx.info.pop(ACTS, ()) if (act := _act(tx, noted)) is not None]
    if not acts:
        return
    if tx.dialect.name != "sqlite":
        # Numbers are in the order of the commits: whoever comes later waits until this one has ended.
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    n = int(tx.execute(select(func.coalesce(func.max(JOURNAL.c.n), 0))).scalar_one())
    rows = [
        {"n": n + at, "at_ms": act.at_ms, "body": sealer.seal(msgspec.json.encode(act))}
        for at, act in enumerate(acts, 1)
    ]
    tx.execute(insert(JOURNAL), rows)
    touch(tx)


def _act(tx: Connection, noted: Noted) -> Act | None:
    if noted.act in AGAIN:
        return Act(noted.act, noted.at_ms, noted.by, [], noted.about, noted.facts)
    rows = [image for table, key, part in KEPT[noted.act] for image in _images(tx, table, key, part, noted)]
    return Act(noted.act, noted.at_ms, noted.by, rows) if rows else None


def _images(tx: Connection, table: str, key: str, part: str, noted: Noted) -> Iterable[Image]:
    named = [noted.device] if part == "device" else noted.about
    known = [each for each in named if each is not None]
    if not known:
        return
    kept = tables.Table.metadata.tables[table]
    column, _, version = key.partition("@")
    if version:
        pairs = [each.rpartition("@") for each in known]
        where = or_(*(and_(kept.c[column] == id, kept.c[version] == int(at)) for id, _, at in pairs))
    else:
        where = kept.c[column].in_(known)
    if noted.act == "signed-in":
        # The first time that somebody signs in on a tablet alone says something new.
        where = and_(where, kept.c.person == noted.by, kept.c.since_ms == noted.at_ms)
    left = OMITTED.get(table, frozenset())
    for row in tx.execute(select(kept).where(where)):
        values = {name: value for name, value in row._mapping.items() if name not in left}
        yield Image(table, values)
