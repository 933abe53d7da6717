"""Keeping employers' monthly schedules: each file's is a version of its month, and the latest one counts.

A file is read and written in portions of a transaction each. None of its schedules counts before the last
row was looked at; a run that was cut off is repeated, and what it wrote is recognised.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select, update

from field.clock import Clock
from field.inspections.table_file import Reject, Remark, fingerprint
from field.problems import Problem
from field.recovery import schedule_file
from field.recovery.schedule_file import ScheduleLine
from field.store import import_runs, register_workers, rows, stale_establishments, tables
from field.store.bulk import Prepared, Rows
from field.store.engine import Store
from field.store.import_runs import Imported, Run, Source, batches, day_of

SCHEDULES = tables.Schedule.__table__  # type: ignore[attr-defined]  # SQLModel adds it
LINES = tables.ScheduleLine.__table__  # type: ignore[attr-defined]

KNOWN_MAX = 50_000
"""So many schedules of a file are remembered; of others the database is asked again."""

ATTEMPTS = 5

Key = tuple[str, str]
"""An establishment and a month."""


_json = msgspec.json.Encoder()


class _Held(msgspec.Struct, frozen=True):
    id: int
    complete: bool


class _Writer:
    """Writes lines under the schedules of one import."""

    def __init__(self, store: Store, run: Run) -> None:
        self._store = store
        self._run = run
        self._known: dict[Key, _Held] = {}
        self._seal = store.sealer.many()

    def write(self, groups: Sequence[tuple[Key, list[ScheduleLine]]]) -> None:
        """Write the lines that are not there yet, in one transaction."""
        done = self._run.done
        with self._store.write() as tx:
            known, further = self._schedules(tx, {key for key, _ in groups})
            # A schedule that is complete has every line that this file, read this way, can give it.
            fresh = [(known[key].id, lines) for key, lines in groups if not known[key].complete]
            added = self._pour(tx, fresh)
        self._known = known if len(known) < KNOWN_MAX else {}
        done.further += further
        done.added += added
        done.unchanged += sum(len(lines) for _, lines in groups) - added

    def _pour(self, tx: Connection, fresh: Sequence[tuple[int, list[ScheduleLine]]]) -> int:
        """Write lines; those that are paid by the day, which few files have, say so in a column more."""
        poured = [row for id, lines in fresh for row in self._rows(id, lines)]
        by_day = {(id, line.line) for id, lines in fresh for line in lines if line.by_day}
        if not by_day:
            return _LINES.pour(tx, poured)
        daily = [(*row, True) for row in poured if row[:2] in by_day]
        return _LINES_BY_DAY.pour(tx, daily) + _LINES.pour(
            tx, [row for row in poured if row[:2] not in by_day]
        )

    def _rows(self, schedule: int, lines: Iterable[ScheduleLine]) -> list[tuple[object, ...]]:
        """Lines as they are kept."""
        seal, match, encode = self._seal, self._store.sealer.match, _json.encode
        return [
            (
                schedule,
                line.line,
                match(line.cnic.encode()) if line.cnic else None,
                seal(encode((line.worker_name, line.cnic))) if line.cnic or line.worker_name else None,
                line.days,
                line.wage_paisa,
                line.contribution_paisa,
            )
            for line in lines
        ]

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
    read = schedule_file.lines(table, day_of(clock))
    run = import_runs.begin(store, clock, "schedules", schedule_file.reading(table), source, found, told)
    writer = _Writer(store, run)
    for batch in batches(read):
        writer.write(_grouped(run, batch))
        progress(run.done.rows)
    register_workers.index_schedules(store, run.id)
    with store.write() as tx:
        register_workers.mark_for_schedules(store, tx, run.id, clock.uuid7(), clock.now_ms())
        now = clock.now_ms()
        if tx.execute(_COMPLETED, {"run": run.id, "now": now}).rowcount:
            stale_establishments.mark_of_import(store, tx, run.id, f"schedules:{run.id}", now)
        import_runs.finish(tx, run, now)
    run.tell_unknown()
    return run.done


def _grouped(
    run: Run, batch: Iterable[ScheduleLine | Reject | Remark]
) -> list[tuple[Key, list[ScheduleLine]]]:
    """The lines by the establishment and month that they belong to; the rest is told."""
    groups: dict[Key, list[ScheduleLine]] = {}
    for row in batch:
        if type(row) is ScheduleLine:
            key = row.registration_no, row.month
            if key in groups:
                groups[key].append(row)
            else:
                groups[key] = [row]
        elif isinstance(row, Reject):
            run.reject(row)
        elif isinstance(row, Remark):
            run.remark(row)
    found = [
        (run.establishment(number, lines[0].line, len(lines)), month, lines)
        for (number, month), lines in groups.items()
    ]
    return [((establishment, month), lines) for establishment, month, lines in found if establishment]


_COLUMNS = ("schedule", "line", "worker", "personal", "days", "wage_paisa", "contribution_paisa")
_LINES = Rows(LINES, _COLUMNS, once=True)
_LINES_BY_DAY = Rows(LINES, (*_COLUMNS, "by_day"), once=True)
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
