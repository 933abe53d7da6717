"""Which workers stand in which registers and on which schedules, by the keyed hash of their CNIC.

It tells that a worker has another employer in the same month, and which visits must be checked anew when
somebody's register, schedule or payments change.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, union
from sqlalchemy.dialects import postgresql, sqlite

from field.store import rows, tables
from field.store.engine import Store
from field.store.rows import STALE

REGISTER = tables.RegisterWorker.__table__  # type: ignore[attr-defined]  # SQLModel adds it
SCHEDULED = tables.ScheduleWorker.__table__  # type: ignore[attr-defined]
SCHEDULES = tables.Schedule.__table__  # type: ignore[attr-defined]
SCHEDULE_LINES = tables.ScheduleLine.__table__  # type: ignore[attr-defined]
ASSESSMENTS = tables.Assessment.__table__  # type: ignore[attr-defined]
VISITS = tables.Visit.__table__  # type: ignore[attr-defined]

SCHEDULES_AT_ONCE = 5_000
"""The workers of so many schedules are written in one transaction: others wait for it a moment.

They go in by the order of workers, each time all through the table: fewer and longer times cost far less.
"""

Key = tuple[bytes, str]
"""A worker and a month."""


class Worker(msgspec.Struct, frozen=True):
    """A wage line's worker, as it is kept."""

    line: str
    report: str
    visit: str
    establishment: str
    month: str
    worker: bytes

    @property
    def key(self) -> Key:
        """By what the same worker is found elsewhere."""
        return self.worker, self.month


class Elsewhere(msgspec.Struct, frozen=True):
    """A worker in a month at an establishment, on a schedule or in a register (then `visit` names which)."""

    worker: bytes
    month: str
    establishment: str
    visit: str | None

    @property
    def key(self) -> Key:
        """By what it is asked for."""
        return self.worker, self.month


_IN_REGISTERS = select(REGISTER.c.worker, REGISTER.c.month, REGISTER.c.establishment, REGISTER.c.visit).where(
    REGISTER.c.worker.in_(bindparam("workers", expanding=True)),
    REGISTER.c.month.in_(bindparam("months", expanding=True)),
)
_LATER = SCHEDULES.alias("later")
_COUNTS = (
    SCHEDULES.c.complete.is_(True)
    & ~select(_LATER.c.id)
    .where(
        _LATER.c.establishment == SCHEDULES.c.establishment,
        _LATER.c.month == SCHEDULES.c.month,
        _LATER.c.version > SCHEDULES.c.version,
        _LATER.c.complete.is_(True),
    )
    .exists()
)
"""Of a month's schedules the last that was taken in whole counts."""

_ON_SCHEDULES = (
    select(SCHEDULED.c.worker, SCHEDULED.c.month, SCHEDULES.c.establishment)
    .join(SCHEDULES, SCHEDULES.c.id == SCHEDULED.c.schedule)
    .where(
        SCHEDULED.c.worker.in_(bindparam("workers", expanding=True)),
        SCHEDULED.c.month.in_(bindparam("months", expanding=True)),
        _COUNTS,
    )
)


def in_registers(tx: Connection, keys: Collection[Key], besides: str) -> list[Elsewhere]:
    """Where these workers stand in registers of their months, at any establishment besides one."""
    found = [
        Elsewhere(bytes(row.worker), row.month, row.establishment, row.visit)
        for row in _asked(tx, _IN_REGISTERS, keys)
    ]
    return [each for each in found if each.key in keys and each.establishment != besides]


def on_schedules(tx: Connection, keys: Collection[Key], besides: str) -> list[Elsewhere]:
    """Where these workers stand on the schedules that count, at any establishment besides one."""
    found = [
        Elsewhere(bytes(row.worker), row.month, row.establishment, None)
        for row in _asked(tx, _ON_SCHEDULES, keys)
    ]
    return [each for each in found if each.key in keys and each.establishment != besides]


def _asked(tx: Connection, query: Select[Any], keys: Collection[Key]) -> Iterator[Any]:
    months = sorted({month for _, month in keys})
    workers = sorted({worker for worker, _ in keys})
    for start in range(0, len(workers), rows.AT_ONCE):
        some = {"workers": workers[start : start + rows.AT_ONCE], "months": months}
        yield from tx.execute(query, some)


_HELD = select(REGISTER).where(REGISTER.c.visit == bindparam("visit"))
_DROP = delete(REGISTER).where(REGISTER.c.visit == bindparam("visit"))


def of_visit(tx: Connection, visit: str) -> list[Worker]:
    """The workers kept of a visit's lines, by line."""
    found = [
        Worker(**{**row._mapping, "worker": bytes(row.worker)}) for row in tx.execute(_HELD, {"visit": visit})
    ]
    return sorted(found, key=lambda each: each.line)


def lock(store: Store, tx: Connection) -> None:
    """Until the commit nobody else writes workers: the second of two registers sees the first."""
    if not store.sqlite:
        tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("register workers", 0))))


def save(store: Store, tx: Connection, visit: str, workers: Sequence[Worker], mark: str, now_ms: int) -> None:
    """Keep the workers of a visit in place of those before.

    The visits of other employers that name one who came or went are marked stale, by a `mark` never used
    before.
    """
    before = {each.line: each for each in of_visit(tx, visit)}
    after = {each.line: each for each in workers}
    if before == after:
        return
    tx.execute(_DROP, {"visit": visit})
    if after:
        tx.execute(insert(REGISTER), [msgspec.structs.asdict(after[line]) for line in sorted(after)])
    own = {each.establishment for each in (*before.values(), *after.values())}
    changed = {each.key for each in before.values()} ^ {each.key for each in after.values()}
    others = {
        each.visit
        for each in in_registers(tx, changed, "")
        if each.visit is not None and each.visit != visit and each.establishment not in own
    }
    rows.mark_stale(store, tx, dict.fromkeys(others, mark), now_ms)


_WORKERS = (
    select(SCHEDULE_LINES.c.worker, SCHEDULES.c.month, SCHEDULES.c.id)
    .join(SCHEDULES, SCHEDULES.c.id == SCHEDULE_LINES.c.schedule)
    .where(SCHEDULES.c.id.in_(bindparam("ids", expanding=True)), SCHEDULE_LINES.c.worker.is_not(None))
    .order_by(SCHEDULE_LINES.c.worker, SCHEDULES.c.month, SCHEDULES.c.id)
)
_INDEXED = {
    dialect: dialect.insert(SCHEDULED)
    .from_select(["worker", "month", "schedule"], _WORKERS)
    .on_conflict_do_nothing()
    for dialect in (sqlite, postgresql)
}
_INCOMPLETE = (
    select(SCHEDULES.c.id)
    .where(SCHEDULES.c.source == bindparam("run"), SCHEDULES.c.complete.is_(False))
    .order_by(SCHEDULES.c.id)
)


class ScheduleIndex:
    """Writes down the workers of an import's schedules, before any of them counts. Again: nothing changes."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run
        self._open: set[int] = set()
        self._written: set[int] = set()

    def note(self, schedules: Iterable[int]) -> None:
        """Schedules have got lines; once they are many, their workers are written, while the file is read."""
        self._open.update(schedules)
        if len(self._open) >= SCHEDULES_AT_ONCE:
            self._write(self._open)

    def finish(self) -> None:
        """Write the rest: also of schedules that an earlier run of the same file left."""
        with self._store.read() as tx:
            ids = set(tx.execute(_INCOMPLETE, {"run": self._run}).scalars())
        self._write((ids - self._written) | self._open)

    def _write(self, schedules: Collection[int]) -> None:
        ids = sorted(schedules)
        for start in range(0, len(ids), SCHEDULES_AT_ONCE):
            some = {"ids": ids[start : start + SCHEDULES_AT_ONCE]}
            with self._store.write() as tx:
                tx.execute(_INDEXED[sqlite if self._store.sqlite else postgresql], some)
        self._written.update(ids)
        self._open = set()


_OLDER = SCHEDULES.alias("older")
_NAMED_BY = (
    select(REGISTER.c.visit)
    .select_from(SCHEDULES)
    .join(
        _OLDER,
        (_OLDER.c.establishment == SCHEDULES.c.establishment) & (_OLDER.c.month == SCHEDULES.c.month),
    )
    .join(SCHEDULE_LINES, SCHEDULE_LINES.c.schedule == _OLDER.c.id)
    .join(REGISTER, (REGISTER.c.worker == SCHEDULE_LINES.c.worker) & (REGISTER.c.month == _OLDER.c.month))
    .where(SCHEDULES.c.source == bindparam("run"), SCHEDULES.c.complete.is_(False))
)
"""Registers that name a worker of a schedule that is about to count, or of one that it comes in place of."""

_OF_SCHEDULES = (
    select(VISITS.c.id)
    .join(SCHEDULES, SCHEDULES.c.establishment == VISITS.c.establishment)
    .where(SCHEDULES.c.source == bindparam("run"), SCHEDULES.c.complete.is_(False))
)
_LOOKED_AT = VISITS.c.id.in_(select(ASSESSMENTS.c.visit)) | VISITS.c.id.in_(select(STALE.c.root))
"""A visit that was assessed, or is about to be: also one whose first assessment is under way."""

_TOUCHED = union(_OF_SCHEDULES.where(_LOOKED_AT), _NAMED_BY)
_OF_ESTABLISHMENTS = select(VISITS.c.id).where(
    VISITS.c.establishment.in_(bindparam("ids", expanding=True)), _LOOKED_AT
)


def mark_for_schedules(store: Store, tx: Connection, run: str, mark: str, now_ms: int) -> None:
    """Mark stale what an import's schedules change, just before they count."""
    lock(store, tx)
    visits = tx.execute(_TOUCHED, {"run": run}).scalars()
    rows.mark_stale(store, tx, dict.fromkeys(visits, mark), now_ms)


def mark_for_payments(
    store: Store, tx: Connection, establishments: Iterable[str], mark: str, now_ms: int
) -> None:
    """Mark stale the visits of establishments that paid, or whose payment was dishonoured."""
    lock(store, tx)
    for some in rows.chunks(establishments):
        visits = tx.execute(_OF_ESTABLISHMENTS, {"ids": some}).scalars()
        rows.mark_stale(store, tx, dict.fromkeys(visits, mark), now_ms)
