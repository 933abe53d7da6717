"""Opening the database, and its transactions. SQLite (embedded) and PostgreSQL by the same code."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool

from field.problems import Problem
from field.store import journal_notes
from field.store.bulk import plain
from field.store.sealing import Sealer

_WRITE = "field_write"
RETRIES = 5
CACHE_MB = 64
"""How much of an SQLite database a connection keeps at hand."""

JOBS_AT_ONCE = 16
_FULL = "its disk is full"
_TROUBLES = {
    "disk is full": _FULL,
    "No space left": _FULL,
    "readonly": "its database may only be read",
    "read-only": "its database may only be read",
    "disk I/O": "its disk cannot be read or written",
}
_DEADLOCKS = ("40001", "40P01")
"""serialization_failure and deadlock_detected (PostgreSQL, appendix A)."""

_READ_ONLY = "25006"
"""read_only_sql_transaction, as a standby says; no OperationalError for the driver."""


class Retry(Exception):  # noqa: N818 - an instruction, not an error
    """Roll back and start the transaction again: what it relied on has changed."""


class _Job:
    """One piece of work of a shared transaction, with what became of it."""

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self.work = work
        self.done = False
        self.result: Any = None
        self.error: Exception | None = None

    def run(self, tx: Connection) -> None:
        plain(tx, "SAVEPOINT job")
        try:
            self.result = self.work(tx)
        except Exception as error:  # noqa: BLE001 - whoever waits for this job must hear of it
            self.error = _told(error)
            plain(tx, "ROLLBACK TO job")
        plain(tx, "RELEASE job")


class Store:
    """An open database. `write` and `read` give connections inside a transaction."""

    def __init__(
        self,
        url: str,
        sealer: Sealer,
        *,
        durable: bool = True,
        pool_size: int = 40,
        cache_mb: int = CACHE_MB,
    ) -> None:
        """`durable=False` skips waiting for the disk, for tests and the simulator alone."""
        self.url = url
        self.sealer = sealer
        self.durable = durable
        self.after_commit: Callable[[], None] | None = None
        """Called once an act of the office is committed and before anybody hears of it: journal.py."""
        self.engine = open_engine(url, durable=durable, pool_size=pool_size, cache_mb=cache_mb)
        self.sqlite = self.engine.dialect.name == "sqlite"
        # SQLite has one writer: waiting here is fair and costs no polling. It has a connection of its own,
        # since a connection's cache is worth nothing once another one has written.
        self._one_writer = threading.Lock()
        self._jobs: deque[_Job] = deque()
        self._writer = self.engine
        if self.sqlite:
            self._writer = open_engine(url, durable=durable, pool_size=1, cache_mb=cache_mb)
        # A reader sees one moment, in all its statements: a scope's head, its rows and its checksum agree.
        # SQLite does so by itself.
        self._reader = self._asked = self.engine.execution_options(**{_WRITE: False})
        self._writing = self._writer.execution_options(**{_WRITE: True})
        if not self.sqlite:
            self._reader = self._reader.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._asked = self._asked.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; committed at the end, rolled back on an error.

        Raises Problem storage-failed where the database cannot keep it (read-only, connection lost), and
        storage-full.
        """
        try:
            if self.sqlite:
                with self._one_writer, self._begin(write=True) as tx:
                    yield tx
            else:
                with self._begin(write=True) as tx:
                    yield tx
        except DBAPIError as error:
            told = _told(error)
            if told is error:
                raise
            raise told from error

    def land(self, work: Callable[[Connection], Any]) -> Any:
        """Do some work in a transaction and return its result, once it is committed.

        On SQLite, work that comes in while another transaction is being committed shares the next one: a disk
        is waited for once. Each piece stands on its own savepoint, so that its error undoes it alone.
        Raises what the work raises, and what `write` does.
        """
        if not self.sqlite:
            with self.write() as tx:
                return work(tx)
        [outcome] = self.land_together([work])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def land_together(self, works: Iterable[Callable[[Connection], Any]]) -> list[Any]:
        """Do several pieces of work as `land` does, on SQLite; the result or the error of each."""
        jobs = [_Job(work) for work in works]
        self._jobs.extend(jobs)
        with self._one_writer:
            # More may wait than one transaction takes, and these may be among the last.
            while not all(job.done for job in jobs):
                self._run(self._take())
        return [job.result if job.error is None else job.error for job in jobs]

    def _take(self) -> list["_Job"]:
        """The jobs that came in so far; those that come later find the next one who holds the lock."""
        return [self._jobs.popleft() for _ in range(min(len(self._jobs), JOBS_AT_ONCE))]

    def _run(self, jobs: list["_Job"]) -> None:
        try:
            with self._begin(write=True) as tx:
                if len(jobs) == 1:
                    jobs[0].result = jobs[0].work(tx)
                else:
                    for job in jobs:
                        job.run(tx)
        except Exception as error:  # noqa: BLE001 - whoever waits for a job must hear of it
            for job in jobs:
                job.error = job.error or _told(error)
        for job in jobs:
            job.done = True

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        try:
            with self._begin(write=False) as tx:
                yield tx
        except OperationalError as error:
            raise _failed(error) from error

    @contextmanager
    def ask(self) -> Iterator[Connection]:
        """A connection for questions that see a moment each: no transaction is begun and ended.

        That is three of four messages to PostgreSQL.
        """
        try:
            with self._asked.connect() as connection:
                yield connection
        except OperationalError as error:
            raise _failed(error) from error

    @contextmanager
    def _begin(self, *, write: bool) -> Iterator[Connection]:
        with (self._writing if write else self._reader).connect() as connection:
            if not write:
                with connection.begin():
                    yield connection
                return
            journal_notes.forget(connection)
            with connection.begin():
                yield connection
                journal_notes.keep(connection, self.sealer)
            if self.after_commit is not None and connection.info.pop(journal_notes.TOUCHED, False):
                self.after_commit()

    def close(self) -> None:
        """Close all connections."""
        self._writer.dispose()
        self.engine.dispose()


def transient(error: DBAPIError) -> bool:
    """Whether the same transaction may succeed when it is tried again."""
    text = str(error.orig)
    return getattr(error.orig, "sqlstate", None) in _DEADLOCKS or "database is locked" in text


def _told(error: Exception) -> Exception:
    """The error as a caller hears of it: to try again, or words about what could not be kept."""
    read_only = isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _READ_ONLY
    if not isinstance(error, DBAPIError) or not (read_only or isinstance(error, OperationalError)):
        return error
    return Retry() if transient(error) else _failed(error)


def _failed(error: DBAPIError) -> Problem:
    # The driver's own words may name hosts and keys: they are for the log, which has the error itself.
    why = next(
        (words for sign, words in _TROUBLES.items() if sign in str(error.orig)), "it cannot be reached"
    )
    detail = (
        f"The server could not keep what was sent: its database says {why}. Nothing is lost; send it again."
    )
    return Problem("storage-full" if why == _FULL else "storage-failed", detail)


def open_engine(url: str, *, durable: bool = True, pool_size: int = 5, cache_mb: int = CACHE_MB) -> Engine:
    """An engine for the database at `url`. Raises Problem bad-setting for a kind that is not supported."""
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        engine = create_engine(
            url,
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=20,
            pool_use_lifo=True,
            # An error's text goes into logs and answers; what was to be stored does not.
            hide_parameters=True,
            connect_args={"check_same_thread": False, "timeout": 30, "isolation_level": None},
        )
        _tune_sqlite(engine, durable, cache_mb)
        return engine
    if backend == "postgresql":
        engine = create_engine(
            url, pool_size=pool_size, max_overflow=20, pool_use_lifo=True, hide_parameters=True
        )
        if not durable:
            event.listen(engine, "connect", _no_wait)
        return engine
    raise Problem("bad-setting", f"The database {backend!r} is not supported; use sqlite or postgresql.")


def _no_wait(connection: Any, _: Any) -> None:
    connection.execute("SET synchronous_commit = off")
    connection.commit()


def _tune_sqlite(engine: Engine, durable: bool, cache_mb: int) -> None:
    @event.listens_for(engine, "connect")
    def tune(connection: Any, _: Any) -> None:
        # Two rows of 2 kB share no page of 4096 bytes; a new database is given larger ones.
        connection.execute("PRAGMA page_size = 8192")
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: an acknowledged change survives a power cut. NORMAL would lose the last commits.
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{cache_mb * 1024}")
        connection.execute("PRAGMA temp_store = MEMORY")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(_WRITE)
        # IMMEDIATE takes the writer's lock before anything is read, so what is read stays true.
        plain(connection, "BEGIN IMMEDIATE" if write else "BEGIN")
