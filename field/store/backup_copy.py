"""A copy of the whole database at one moment, made while servers write, and put in place again.

SQLite: the file, by its own backup in steps, of one snapshot. PostgreSQL: every table by COPY in one
snapshot, so that no program of PostgreSQL's need be there, nor of the server's version. docs/operating.md.
"""

import gzip
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from alembic import command
from psycopg import sql
from sqlalchemy.engine import make_url

from field.problems import Problem
from field.store import migrate, tables

SQLITE_FILE = "field.db"
TABLES = "tables"
PAGES_AT_ONCE = 2_000
COPY_BYTES = 1 << 18

Count = Callable[[str], int]


class Snapshot(msgspec.Struct):
    """What was counted in the very moment that was copied."""

    schema: str
    epoch: str
    scopes: dict[str, int]
    lines: dict[str, int]
    counts: dict[str, int]


def copy(url: str, folder: Path) -> Snapshot:
    """Copy the database into a folder; nobody who writes meanwhile waits. Raises Problem storage-failed."""
    try:
        if url.startswith("sqlite"):
            return _copy_sqlite(file_of(url), folder / SQLITE_FILE)
        return _copy_postgres(url, folder / TABLES)
    except (sqlite3.Error, psycopg.Error, OSError) as error:
        raise Problem("storage-failed", f"The database could not be copied: {error}") from error


def file_of(url: str) -> Path:
    """The file of an SQLite database. Raises Problem bad-setting for one in memory."""
    path = make_url(url).database
    if not path or path == ":memory:":
        raise Problem("bad-setting", "A database in memory cannot be kept.")
    return Path(path)


def _names() -> list[str]:
    return [table.name for table in tables.Table.metadata.sorted_tables]


def _counted(ask: Callable[[str], list[Any]]) -> Snapshot:
    """The facts of a snapshot, by plain statements that both databases understand."""
    epochs = ask("SELECT id FROM epochs ORDER BY started_ms, id")
    return Snapshot(
        schema=str(ask("SELECT version_num FROM alembic_version")[0][0]),
        epoch=str(epochs[-1][0]) if epochs else "",
        scopes={str(name): int(n) for name, n in ask("SELECT name, n FROM scopes ORDER BY name")},
        lines={str(id): int(n) for id, n in ask("SELECT id, acknowledged FROM devices ORDER BY id")},
        counts={name: int(ask(f'SELECT count(*) FROM "{name}"')[0][0]) for name in sorted(_names())},
    )


def _copy_sqlite(source: Path, target: Path) -> Snapshot:
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, isolation_level=None)) as held:
        # The snapshot is held by a transaction that reads: what is committed meanwhile is not in it, and
        # does not make the copy begin anew.
        held.execute("BEGIN")
        found = _counted(lambda statement: held.execute(statement).fetchall())
        with closing(sqlite3.connect(target, isolation_level=None)) as made:
            held.backup(made, pages=PAGES_AT_ONCE, sleep=0)
            made.execute("PRAGMA journal_mode = DELETE")
        held.execute("ROLLBACK")
    _settle(target)
    return found


def check_sqlite(path: Path) -> str | None:
    """What is wrong with the copy of an SQLite database; None where nothing is."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
            (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return None if said == "ok" else str(said)


@contextmanager
def _postgres(url: str) -> Iterator[psycopg.Connection[Any]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        yield connection


def _copy_postgres(url: str, folder: Path) -> Snapshot:
    folder.mkdir(mode=0o700)
    with _postgres(url) as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = _counted(lambda statement: connection.execute(statement.encode()).fetchall())
        for name in _names():
            path = folder / f"{name}.copy.gz"
            with path.open("wb") as raw, gzip.GzipFile("", "wb", 1, raw, mtime=0) as packed:
                asked = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(name), _columns(name))
                with connection.cursor() as cursor, cursor.copy(asked) as rows:
                    for some in rows:
                        packed.write(some)
            _settle(path)
    return found


def _columns(name: str) -> sql.Composable:
    columns = tables.Table.metadata.tables[name].columns
    return sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)


def _settle(path: Path) -> None:
    for each in (path, path.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def occupied(url: str) -> bool:
    """Whether a database of ours is there already."""
    if url.startswith("sqlite"):
        return file_of(url).exists()
    with _postgres(url) as connection:
        found = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
    return found is not None and found[0] is not None


def put_back(url: str, folder: Path, schema: str, aside: str) -> str | None:
    """Put a copy in the place of a database, and give where the one that was there is now, if any was.

    It is put aside under a name with `aside` in it, and nothing of it is lost. No server may run meanwhile.
    Raises Problem storage-failed.
    """
    try:
        if url.startswith("sqlite"):
            return _put_back_sqlite(file_of(url), folder / SQLITE_FILE, aside)
        return _put_back_postgres(url, folder / TABLES, schema, aside)
    except (sqlite3.Error, psycopg.Error, OSError) as error:
        raise Problem("storage-failed", f"The backup could not be put in place: {error}") from error


def _put_back_sqlite(file: Path, copy: Path, aside: str) -> str | None:
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = file.with_name(f"{file.name}.{aside}")
    was_there = file.exists()
    for ending in ("-wal", "-shm", ""):
        part = file.with_name(file.name + ending)
        if part.exists():
            part.rename(kept.with_name(kept.name + ending))
    read_only = f"file:{copy}?mode=ro&immutable=1"
    with closing(sqlite3.connect(read_only, uri=True)) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)
    _settle(file)
    return str(kept) if was_there else None


def _put_back_postgres(url: str, folder: Path, schema: str, aside: str) -> str | None:
    name = f"field_{aside}".replace("-", "_").lower()
    was_there = occupied(url)
    with _postgres(url) as connection, connection.transaction():
        if was_there:
            connection.execute(sql.SQL("ALTER SCHEMA public RENAME TO {}").format(sql.Identifier(name)))
            connection.execute("CREATE SCHEMA public")
    # The tables as they were when the copy was made; what came later is migrated afterwards.
    command.upgrade(migrate.config(url), schema)
    with _postgres(url) as connection, connection.transaction():
        _fill(connection, folder)
    return f"schema {name}" if was_there else None


def _fill(connection: psycopg.Connection[Any], folder: Path) -> None:
    there = {
        row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    }
    names = [name for name in _names() if name in there]
    for name in names:
        connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(name)))
    # Whatever the migrations put in themselves is in the copy too.
    for name in reversed(names):
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
    for name in names:
        _load(connection, name, folder / f"{name}.copy.gz")
        _count_on(connection, name)
    for name in names:
        connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(name)))


def _load(connection: psycopg.Connection[Any], name: str, path: Path) -> None:
    asked = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), _columns(name))
    with gzip.open(path, "rb") as packed, connection.cursor() as cursor, cursor.copy(asked) as rows:
        while some := packed.read(COPY_BYTES):
            rows.write(some)


def _count_on(connection: psycopg.Connection[Any], name: str) -> None:
    """Numbers that the database draws itself go on after those that are there."""
    key = tables.Table.metadata.tables[name].autoincrement_column
    if key is None:
        return
    asked = (
        "SELECT setval(pg_get_serial_sequence(%s, %s), s.n) FROM (SELECT max({}) AS n FROM {}) AS s "
        "WHERE s.n > 0"
    )
    statement = sql.SQL(asked).format(sql.Identifier(key.name), sql.Identifier(name))
    connection.execute(statement, (f'public."{name}"', key.name))
