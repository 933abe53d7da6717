"""The tablet's own database: one SQLite file, brought to today's schema when it is opened."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

MIGRATIONS = (
    """
    CREATE TABLE state (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE people (person TEXT PRIMARY KEY, login TEXT NOT NULL, name TEXT NOT NULL, token TEXT,
        device TEXT NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE lines (device TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, line BLOB NOT NULL,
        prev TEXT NOT NULL, hash TEXT NOT NULL, digest TEXT NOT NULL, status TEXT NOT NULL DEFAULT '',
        code TEXT, detail TEXT, scope TEXT, n INTEGER, pending INTEGER NOT NULL DEFAULT 1,
        PRIMARY KEY (device, seq)) WITHOUT ROWID;
    CREATE INDEX lines_pending ON lines (device, seq) WHERE pending;
    CREATE TABLE set_aside (device TEXT NOT NULL, seq INTEGER NOT NULL, line BLOB, why TEXT NOT NULL);
    CREATE TABLE rows (scope TEXT NOT NULL, record TEXT NOT NULL, kind TEXT NOT NULL, n INTEGER NOT NULL,
        parent TEXT, body BLOB NOT NULL, private BLOB, digest INTEGER NOT NULL, arrived INTEGER NOT NULL,
        PRIMARY KEY (scope, record)) WITHOUT ROWID;
    CREATE INDEX rows_record ON rows (record, arrived);
    CREATE INDEX rows_parent ON rows (parent);
    CREATE INDEX rows_kind ON rows (kind);
    CREATE TABLE cursors (scope TEXT PRIMARY KEY, epoch TEXT NOT NULL, n INTEGER NOT NULL,
        checksum INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE distrusted (scope TEXT PRIMARY KEY) WITHOUT ROWID;
    """,
    "ALTER TABLE people ADD COLUMN out INTEGER NOT NULL DEFAULT 0",
    """
    CREATE TABLE photos (record TEXT PRIMARY KEY, change TEXT NOT NULL, sha256 TEXT NOT NULL,
        size INTEGER NOT NULL, bytes BLOB, state TEXT NOT NULL DEFAULT 'here', address TEXT, detail TEXT)
        WITHOUT ROWID;
    CREATE INDEX photos_here ON photos (record) WHERE state = 'here';
    CREATE INDEX lines_id ON lines (id);
    """,
    """
    CREATE TABLE snapshots (scope TEXT PRIMARY KEY, offer BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE arriving (scope TEXT NOT NULL, start INTEGER NOT NULL, bytes BLOB NOT NULL);
    CREATE UNIQUE INDEX arriving_start ON arriving (scope, start);
    CREATE TABLE staged (at INTEGER PRIMARY KEY, scope TEXT NOT NULL, record TEXT NOT NULL,
        kind TEXT NOT NULL, n INTEGER NOT NULL, parent TEXT, body BLOB NOT NULL, private BLOB,
        digest INTEGER NOT NULL);
    CREATE UNIQUE INDEX staged_record ON staged (scope, record);
    CREATE TABLE by_rows (scope TEXT PRIMARY KEY, failed INTEGER NOT NULL) WITHOUT ROWID;
    """,
    """
    CREATE TABLE decided (device TEXT NOT NULL, seq INTEGER NOT NULL, verdict TEXT NOT NULL,
        reason TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (device, seq)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE answers (id INTEGER PRIMARY KEY, acknowledged INTEGER NOT NULL, body BLOB NOT NULL,
        signature TEXT NOT NULL);
    ALTER TABLE lines ADD COLUMN answer INTEGER;
    ALTER TABLE photos ADD COLUMN receipt TEXT;
    ALTER TABLE photos ADD COLUMN kept_ms INTEGER;
    """,
)
"""Each brings the schema one version further; a tablet may skip releases, never a step."""


class Database:
    """The open file. Everything that belongs together is written in one `transaction`."""

    def __init__(self, path: str | Path, *, synchronous: bool = True) -> None:
        """`path` may be ':memory:'. Without `synchronous` a power cut may lose the last work."""
        self._connection = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False)
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if synchronous else 'OFF'}")
        if not synchronous:
            self._connection.execute("PRAGMA journal_mode = MEMORY")
        self._depth = 0
        self._migrate()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is done inside is kept, or none of it. May be nested: the outermost decides."""
        if self._depth == 0:
            self._connection.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("ROLLBACK")
            raise
        self._depth -= 1
        if self._depth == 0:
            self._connection.execute("COMMIT")

    def run(self, statement: str, *values: Any) -> None:
        """Carry out one statement."""
        self._connection.execute(statement, values)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a query finds."""
        return self._connection.execute(query, values).fetchall()

    def row(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        """The first that a query finds."""
        found: tuple[Any, ...] | None = self._connection.execute(query, values).fetchone()
        return found

    def number(self, query: str, *values: Any) -> int:
        """A query's one number; 0 where it finds none."""
        found = self.row(query, *values)
        return int(found[0]) if found and found[0] is not None else 0

    def state(self, name: str, type: type[T], default: T) -> T:
        """A fact that is remembered by name."""
        found = self.row("SELECT value FROM state WHERE name = ?", name)
        return default if found is None else msgspec.json.decode(found[0], type=type)

    def remember(self, name: str, value: object) -> None:
        """Remember a fact."""
        self.run("INSERT OR REPLACE INTO state VALUES (?, ?)", name, msgspec.json.encode(value))

    def erase(self, left: Mapping[str, object]) -> None:
        """Forget everything but some facts, at once; the bytes on the disk are overwritten."""
        self._connection.execute("PRAGMA secure_delete = ON")
        names = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        with self.transaction():
            for (name,) in names:
                self.run(f"DELETE FROM {name}")
            for name, value in left.items():
                self.remember(name, value)
        self._connection.execute("VACUUM")

    def _migrate(self) -> None:
        version = self.number("PRAGMA user_version")
        for at, migration in enumerate(MIGRATIONS[version:], version + 1):
            script = f"BEGIN IMMEDIATE; {migration}; PRAGMA user_version = {at}; COMMIT"
            self._connection.executescript(script)
