"""Opening the database, and its transactions. SQLite (embedded) and PostgreSQL by the same code."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool

from field.problems import Problem
from field.store.sealing import Sealer

_WRITE = "field_write"
RETRIES = 5
_DEADLOCKS = ("40001", "40P01")
"""serialization_failure and deadlock_detected (PostgreSQL, appendix A)."""


class Retry(Exception):  # noqa: N818 - an instruction, not an error
    """Roll back and start the transaction again: what it relied on has changed."""


class Store:
    """An open database. `write` and `read` give connections inside a transaction."""

    def __init__(self, url: str, sealer: Sealer, *, durable: bool = True, pool_size: int = 40) -> None:
        """`durable=False` skips waiting for the disk, for tests and the simulator alone."""
        self.url = url
        self.sealer = sealer
        self.engine = _engine(url, durable, pool_size)
        self.sqlite = self.engine.dialect.name == "sqlite"
        # SQLite has one writer: waiting here is fair and costs no polling.
        self._one_writer = threading.Lock()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; committed at the end, rolled back on an error.

        Raises Problem storage-failed where the database cannot keep it (disk full, connection lost).
        """
        try:
            if self.sqlite:
                with self._one_writer, self._begin(write=True) as tx:
                    yield tx
            else:
                with self._begin(write=True) as tx:
                    yield tx
        except OperationalError as error:
            if transient(error):
                raise Retry from error
            raise _failed(error) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        try:
            with self._begin(write=False) as tx:
                yield tx
        except OperationalError as error:
            raise _failed(error) from error

    @contextmanager
    def _begin(self, *, write: bool) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            connection = connection.execution_options(**{_WRITE: write})
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def transient(error: DBAPIError) -> bool:
    """Whether the same transaction may succeed when it is tried again."""
    text = str(error.orig)
    return getattr(error.orig, "sqlstate", None) in _DEADLOCKS or "database is locked" in text


def _failed(error: DBAPIError) -> Problem:
    detail = f"The server could not keep what was sent: {error.orig}. Nothing is lost; it will be sent again."
    return Problem("storage-failed", detail)


def _engine(url: str, durable: bool, pool_size: int) -> Engine:
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        engine = create_engine(
            url,
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=20,
            connect_args={"check_same_thread": False, "timeout": 30, "isolation_level": None},
        )
        _tune_sqlite(engine, durable)
        return engine
    if backend == "postgresql":
        engine = create_engine(url, pool_size=pool_size, max_overflow=20, pool_pre_ping=False)
        if not durable:
            event.listen(engine, "connect", _no_wait)
        return engine
    raise Problem("bad-setting", f"The database {backend!r} is not supported; use sqlite or postgresql.")


def _no_wait(connection: Any, _: Any) -> None:
    connection.execute("SET synchronous_commit = off")
    connection.commit()


def _tune_sqlite(engine: Engine, durable: bool) -> None:
    @event.listens_for(engine, "connect")
    def tune(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: an acknowledged change survives a power cut. NORMAL would lose the last commits.
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("PRAGMA temp_store = MEMORY")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(_WRITE)
        # IMMEDIATE takes the writer's lock before anything is read, so what is read stays true.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
