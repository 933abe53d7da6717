"""Keeping employers' monthly schedules: each file's is a version of its month, and the latest one counts.

A file is read and written in portions of a transaction each. None of its schedules counts before the last
row was looked at; a run that was cut off is repeated, and what it wrote is recognised.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select, update

from field.clock import Clock
from field.inspections.table_file import Fingerprint, Reject, Table, fingerprint
from field.problems import Problem
from field.recovery import schedule_file
from field.store import import_runs, register_workers, rows, stale_establishments, tables
from field.store.bulk import Prepared, Rows
from field.store.engine import Store
from field.store.import_runs import Imported, Run, Source, day_of
from field.store.schedule_portions import COLUMNS, Group, Portion, Task, is_long, portions, portions_apart

SCHEDULES = tables.Schedule.__table__  # type: ignore[attr-defined]  # SQLModel adds it
LINES = tables.ScheduleLine.__table__  # type: ignore[attr-defined]

KNOWN_MAX = 50_000
"""So many schedules of a file are remembered; of others the database is asked again."""

ATTEMPTS = 5

Key = tuple[str, str]
"""An establishment and a month."""


class _Held(msgspec.Struct, frozen=True):
    id: int
    complete: bool


class _Writer:
    """Writes lines under the schedules of one import."""

    def __init__(self, store: Store, run: Run) -> None:
        self._store = store
        self._run = run
        self._known: dict[Key, _Held] = {}
        self._workers = register_workers.ScheduleIndex(store, run.id)

    def write(self, portion: Portion) -> None:
        """Write the lines that are not there yet, in one transaction, and tell of the other rows."""
        run = self._run
        for reject in portion.rejects:
            run.reject(reject)
        for remark in portion.remarks:
            run.remark(remark)
        found = [(self._key(group), group.rows) for group in portion.groups]
        groups = [(key, rows) for key, rows in found if key is not None]
        with self._store.write() as tx:
            known, further = self._schedules(tx, {key for key, _ in groups})
            # A schedule that is complete has every line that this file, read this way, can give it.
            fresh = [(known[key].id, rows) for key, rows in groups if not known[key].complete]
            added = _LINES.pour(tx, [(id, *row) for id, rows in fresh for row in rows])
        self._known = known if len(known) < KNOWN_MAX else {}
        run.done.further += further
        run.done.added += added
        run.done.unchanged += sum(len(rows) for _, rows in groups) - added
        self._workers.note(id for id, _ in fresh)

    def finish(self) -> None:
        """Write what must stand before the schedules may count."""
        self._workers.finish()

    def _key(self, group: Group) -> Key | None:
        """Whose month it is; None where nobody has the number, which is told."""
        line, *_ = group.rows[0]
        establishment = self._run.establishment(group.registration_no, line, len(group.rows))
        return (establishment, group.month) if establishment else None

    def _schedules(self, tx: Connection, keys: set[Key]) -> tuple[dict[Key, _Held], int]:
        """The schedules asked for beside those known, made if there are none; how many are a further one."""
        found = dict(self._known)
        if not self._run.new:
            found |= _held(tx, self._run.id, keys - found.keys())
        made, further = _make(tx, self._run.id, keys - found.keys())
        return {**found, **made}, further


def import_file(
    store: Store,
    clock: Clock,
    source: Source,
    told: Callable[[Reject], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Import schedules (see `schedule_file.read`).

    `told` hears of each reject, `progress` how many rows are done. Raises Problem unknown-format for what is
    no schedule. The same file again changes nothing, and takes in the schedules of establishments that were
    not known before.
    """
    found = fingerprint(source.file)
    table = schedule_file.opened(source.file, found.encoding, source.columns)
    run = import_runs.begin(store, clock, "schedules", schedule_file.reading(table), source, found, told)
    writer = _Writer(store, run)
    for portion in _portions(store, clock, source, found, table):
        writer.write(portion)
        progress(run.done.rows)
    writer.finish()
    with store.write() as tx:
        register_workers.mark_for_schedules(store, tx, run.id, clock.uuid7(), clock.now_ms())
        now = clock.now_ms()
        if tx.execute(_COMPLETED, {"run": run.id, "now": now}).rowcount:
            stale_establishments.mark_of_import(store, tx, run.id, f"schedules:{run.id}", now)
        import_runs.finish(tx, run, now)
    run.tell_unknown()
    return run.done


def _portions(
    store: Store, clock: Clock, source: Source, found: Fingerprint, table: Table
) -> Iterator[Portion]:
    """The file's rows, ready to be written: those of a long file are read and sealed by another process."""
    today = day_of(clock)
    if is_long(source.file, found.lines):
        task = Task(import_runs.ROWS_AT_ONCE, found.encoding, today, source.columns, store.sealer.key)
        return portions_apart(source.file, task)
    return portions(schedule_file.lines(table, today), store.sealer, import_runs.ROWS_AT_ONCE)


_LINES = Rows(LINES, ("schedule", *COLUMNS), once=True)
_SCHEDULES = Rows(SCHEDULES, ("establishment", "month", "version", "source", "complete"), once=True)
_COMPLETED = (
    update(SCHEDULES)
    .where(SCHEDULES.c.source == bindparam("run"), SCHEDULES.c.complete.is_(False))
    .values(complete=True, arrived_ms=bindparam("now"))
)
_IN = (
    SCHEDULES.c.establishment.in_(bindparam("ids", expanding=True)),
    SCHEDULES.c.month.between(bindparam("first"), bindparam("last")),
)
_OF_RUN = Prepared(
    select(SCHEDULES.c.id, SCHEDULES.c.establishment, SCHEDULES.c.month, SCHEDULES.c.complete).where(
        SCHEDULES.c.source == bindparam("run"), *_IN
    )
)
_VERSIONS = Prepared(
    select(SCHEDULES.c.establishment, SCHEDULES.c.month, func.max(SCHEDULES.c.version).label("version"))
    .where(*_IN)
    .group_by(SCHEDULES.c.establishment, SCHEDULES.c.month)
)


def _among(tx: Connection, asked: Prepared, keys: Collection[Key], **more: str) -> Iterator[Any]:
    """The rows of a question about schedules that are among the keys."""
    if keys:
        months = sorted(month for _, month in keys)
        for some in rows.chunks(establishment for establishment, _ in keys):
            for row in asked.run(tx, ids=some, first=months[0], last=months[-1], **more):
                if (row.establishment, row.month) in keys:
                    yield row


def _held(tx: Connection, run: str, keys: Collection[Key]) -> dict[Key, _Held]:
    """The schedules of an import that are there."""
    found = _among(tx, _OF_RUN, keys, run=run)
    return {(row.establishment, row.month): _Held(row.id, bool(row.complete)) for row in found}


def _make(tx: Connection, run: str, keys: set[Key]) -> tuple[dict[Key, _Held], int]:
    """Make the schedules of an import, each as the next version of its month; how many are not the first.

    Another import may take the same version at the same time: then it is one more.
    """
    made: dict[Key, _Held] = {}
    versions: dict[Key, int] = {}
    for _ in range(ATTEMPTS):
        missing = keys - made.keys()
        if not missing:
            return made, sum(version > 1 for version in versions.values())
        before = {(row.establishment, row.month): row.version for row in _among(tx, _VERSIONS, missing)}
        versions |= {key: before.get(key, 0) + 1 for key in missing}
        _SCHEDULES.insert(tx, [(*key, versions[key], run, False) for key in sorted(missing)])
        made |= _held(tx, run, missing)
    raise Problem("busy", "Somebody else is importing the same months. Import this file again.")


def personal(store: Store, sealed: bytes | None) -> tuple[str, str]:
    """The name and the CNIC of a line, "" where it has none. Raises what `Sealer.open` does."""
    clear = store.sealer.open(sealed)
    return ("", "") if clear is None else msgspec.json.decode(clear, type=tuple[str, str])
