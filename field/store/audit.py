"""Noting acts for the audit trail, in the transaction of the act itself. The sealer gives them their place.

A note costs one insert and waits for nobody: no act waits for another's place in the chain.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from field.store import audit_tables, journal_notes
from field.store.bulk import Rows
from field.sync import audit
from field.sync.audit import ACTS, Fact, Note

NOTES = audit_tables.AuditNote.__table__  # type: ignore[attr-defined]  # SQLModel adds it

_NOTES = Rows(NOTES, ("body",))


def note(
    tx: Connection,
    act: str,
    at_ms: int,
    *,
    by: str | None,
    about: Iterable[str] = (),
    device: str | None = None,
    district: str | None = None,
    **facts: Fact,
) -> None:
    """Note an act, to be kept if and only if the transaction `tx` is.

    `act` is one of `audit.ACTS`; `by` a person's id, or a command with its user (`cli.bringing.who`), None
    for the system itself; `about` the ids of what it concerned. `facts` are numbers, ids, hashes and codes:
    any other text is kept as its SHA-256, since entries name nobody. Raises ValueError for an unknown act.
    """
    if act not in ACTS:
        raise ValueError(f"{act!r} is no act of the audit trail; see field/sync/audit.py.")
    known = {name: audit.fact(value) for name, value in facts.items() if value is not None}
    if isinstance(reason := facts.get("reason"), str):
        # Also one of a single word may be a name.
        known["reason"] = audit.words_hash(reason)
    made = Note(act=act, at_ms=at_ms, by=by, device=device, district=district, about=[*about], facts=known)
    _NOTES.insert(tx, [(audit.body(made),)])
    noted = journal_notes.Noted(act, at_ms, by, made.about, device, known)
    journal_notes.collect(tx, noted)


def dated(rows: Iterable[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """How an entry names dated rows, by id and version, and the SHA-256 of what each says."""
    found = list(rows)
    names = [f"{row['id']}@{row['version']}" for row in found]
    return names, [hashlib.sha256(row["body"].encode()).hexdigest() for row in found]
