"""Looking whether the tablet still holds what it was given: what is remembered of a store proves nothing.

A storage that fails changes, loses or brings back rows without a word. So the sum of a scope is worked out
anew from the rows as they stand there. Where it is not the office's, the next pull finds out, and that one
scope is fetched anew (docs/protocol.md, "Pull").
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from field.clock import Clock
from field.sync import changes, wire
from field.sync.changes import Private
from field.sync.kinds import KINDS
from field.tablet.database import Database

EVERY_MS = 86_400_000
AT_ONCE = 500
"""Rows held in memory while looking."""

_Row = tuple[str, str, int, str | None, bytes, bytes | None, int]


class Verifying:
    """Looks at the rows before the first sync after the tablet was opened, and daily."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._done_ms: int | None = None

    def when_due(self) -> None:
        """Look, if it is time."""
        now_ms = self._clock.monotonic_ms()
        if self._done_ms is None or now_ms - self._done_ms >= EVERY_MS:
            verify(self._db)
            self._done_ms = now_ms


def verify(db: Database) -> int:
    """Look at every row, and put right what the row itself can tell; give how much was put right.

    A row that can no longer be read, or whose personal values are no longer those that were committed to, is
    taken out. Nothing else is: what is shown to a person without a network stays. The outbox is not touched.
    """
    mended = 0
    with db.transaction():
        scopes = {str(scope) for (scope,) in db.rows("SELECT scope FROM cursors")}
        for (scope,) in db.rows("SELECT DISTINCT scope FROM rows WHERE scope <> ''"):
            if scope not in scopes:
                # Nothing was asked for here. If the scope is this tablet's, it comes from its beginning.
                db.run("DELETE FROM rows WHERE scope = ?", scope)
                mended += 1
        for scope in sorted(scopes):
            mended += _verify(db, scope)
    return mended


def _verify(db: Database, scope: str) -> int:
    checksum, mended = 0, 0
    for row in _rows(db, scope):
        record, kind, n, parent, body, private, digest = row
        found = _read(body, private)
        if found is None or found.record != record:
            db.run("DELETE FROM rows WHERE scope = ? AND record = ?", scope, record)
            mended += 1
            continue
        actual = wire.digest(body)
        checksum = wire.add(checksum, actual)
        if (found.kind, found.n, found.parent, actual) != (kind, n, parent, digest):
            db.run(
                "UPDATE rows SET kind = ?, n = ?, parent = ?, digest = ? WHERE scope = ? AND record = ?",
                *(found.kind, found.n, found.parent, actual, scope, record),
            )
            mended += 1
    if checksum != db.number("SELECT checksum FROM cursors WHERE scope = ?", scope):
        db.run("UPDATE cursors SET checksum = ? WHERE scope = ?", checksum, scope)
        mended += 1
    return mended


def _rows(db: Database, scope: str) -> Iterator[_Row]:
    query = (
        "SELECT record, kind, n, parent, body, private, digest FROM rows "
        "WHERE scope = ? AND record > ? ORDER BY record LIMIT ?"
    )
    after: Any = ""
    while some := db.rows(query, scope, after, AT_ONCE):
        for record, kind, n, parent, body, private, digest in some:
            yield record, kind, n, parent, bytes(body), None if private is None else bytes(private), digest
        after = some[-1][0]


def _read(body: bytes, private: bytes | None) -> wire.Row | None:
    """The row, or None where it is none, or where the values beside it are not those it commits to."""
    try:
        row, opened = wire.decode_row(body), wire.decode_private(private)
    except (msgspec.DecodeError, RecursionError):
        return None
    return row if _sound(row, opened) else None


def _sound(row: wire.Row, private: Private) -> bool:
    """Whether each personal value that the row commits to is here, and is that one; erased ones are not."""
    personal = KINDS[row.kind].personal if row.kind in KINDS and not row.values.get("erased") else ()
    said = {row.values.get(name) for name in personal} - {None}
    kept = (changes.commit(salt, value) == commitment for commitment, (salt, value) in private.items())
    return said <= private.keys() and all(kept)
