"""Keeping employers' monthly schedules: each file's is a version of its month, and the latest one counts.

A file is read and written in portions of a transaction each. None of its schedules counts before the last
row was looked at; a run that was cut off is repeated, and what it wrote is recognised.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec
from sqlalchemy import Connection, bindparam, func, select, update

from field.clock import Clock
from field.inspections.table_file import Reject, Remark, fingerprint
from field.problems import Problem
from field.recovery import schedule_file
from field.recovery.schedule_file import ScheduleLine
from field.store import import_runs, rows, tables
from field.store.bulk import Rows
from field.store.engine import Store
from field.store.import_runs import Imported, Run, Source, day_of

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

    def write(self, lines: Sequence[tuple[Key, ScheduleLine]]) -> None:
        """Write the lines that are not there yet, in one transaction."""
        done = self._run.done
        keys = {key for key, _ in lines}
        self._look_up(keys)
        # A schedule that is complete has every line that this file, read this way, can give it.
        fresh = [
            (key, line) for key, line in lines if (held := self._known.get(key)) is None or not held.complete
        ]
        done.unchanged += len(lines) - len(fresh)
        if not fresh:
            return
        seal, match, encode = self._store.sealer.seal, self._store.sealer.match, msgspec.json.encode
        sealed = [
            (
                key,
                line.line,
                match(line.cnic.encode()) if line.cnic else None,
                seal(encode((line.worker_name, line.cnic))) if line.cnic or line.worker_name else None,
                line.days,
                line.wage_paisa,
                line.contribution_paisa,
            )
            for key, line in fresh
        ]
        with self._store.write() as tx:
            missing = {key for key, _ in fresh} - self._known.keys()
            made, further = _make(tx, self._run.id, missing)
            known = {**self._known, **made}
            added = _LINES.insert(tx, [(known[key].id, *rest) for key, *rest in sealed])
        self._known.update(made)
        done.further += further
        done.added += added
        done.unchanged += len(sealed) - added

    def _look_up(self, keys: set[Key]) -> None:
        if len(self._known) > KNOWN_MAX:
            self._known.clear()
        asked = keys - self._known.keys()
        if asked:
            with self._store.read() as tx:
                self._known.update(_held(tx, self._run.id, asked))


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
    read = schedule_file.read(source.file, found.encoding, day_of(clock), source.columns)
    run = import_runs.begin(store, clock, "schedules", schedule_file.READING, source, found, told)
    writer = _Writer(store, run)
    for batch in import_runs.batches(read):
        writer.write(_named(run, batch))
        progress(run.done.rows)
    with store.write() as tx:
        tx.execute(_COMPLETED, {"run": run.id})
        import_runs.finish(tx, run, clock.now_ms())
    run.tell_unknown()
    return run.done


def _named(run: Run, batch: Iterable[ScheduleLine | Reject | Remark]) -> list[tuple[Key, ScheduleLine]]:
    """The lines with the establishment and month that they belong to; the rest is told."""
    lines = []
    for row in batch:
        if type(row) is ScheduleLine:
            found = run.establishment(row.registration_no, row.line)
            if found is not None:
                lines.append(((found, row.month), row))
        elif isinstance(row, Reject):
            run.reject(row)
        elif isinstance(row, Remark):
            run.remark(row)
    return lines


_LINES = Rows(
    LINES,
    ("schedule", "line", "worker", "personal", "days", "wage_paisa", "contribution_paisa"),
    once=True,
)
_SCHEDULES = Rows(SCHEDULES, ("establishment", "month", "version", "source", "complete"), once=True)
_COMPLETED = (
    update(SCHEDULES)
    .where(SCHEDULES.c.source == bindparam("run"), SCHEDULES.c.complete.is_(False))
    .values(complete=True)
)
_OF_RUN = select(SCHEDULES.c.id, SCHEDULES.c.establishment, SCHEDULES.c.month, SCHEDULES.c.complete).where(
    SCHEDULES.c.source == bindparam("run"),
    SCHEDULES.c.establishment.in_(bindparam("ids", expanding=True)),
)
_VERSIONS = (
    select(SCHEDULES.c.establishment, SCHEDULES.c.month, func.max(SCHEDULES.c.version).label("version"))
    .where(SCHEDULES.c.establishment.in_(bindparam("ids", expanding=True)))
    .group_by(SCHEDULES.c.establishment, SCHEDULES.c.month)
)


def _held(tx: Connection, run: str, keys: Iterable[Key]) -> dict[Key, _Held]:
    """The schedules of an import that are there."""
    asked, found = set(keys), {}
    for some in rows.chunks(establishment for establishment, _ in asked):
        for row in tx.execute(_OF_RUN, {"run": run, "ids": some}):
            if (row.establishment, row.month) in asked:
                found[row.establishment, row.month] = _Held(row.id, bool(row.complete))
    return found


def _make(tx: Connection, run: str, keys: set[Key]) -> tuple[dict[Key, _Held], int]:
    """Make the schedules of an import, each as the next version of its month; how many are not the first.

    Another import may take the same version at the same time: then it is one more.
    """
    made: dict[Key, _Held] = {}
    versions: dict[Key, int] = {}
    for _ in range(ATTEMPTS):
        missing = sorted(keys - made.keys())
        if not missing:
            return made, sum(version > 1 for version in versions.values())
        before: dict[Key, int] = {}
        for some in rows.chunks(establishment for establishment, _ in missing):
            before.update(
                {(row.establishment, row.month): row.version for row in tx.execute(_VERSIONS, {"ids": some})}
            )
        versions |= {key: before.get(key, 0) + 1 for key in missing}
        _SCHEDULES.insert(tx, [(*key, versions[key], run, False) for key in missing])
        made |= _held(tx, run, missing)
    raise Problem("busy", "Somebody else is importing the same months. Import this file again.")


def personal(store: Store, sealed: bytes | None) -> tuple[str, str]:
    """The name and the CNIC of a line, "" where it has none. Raises what `Sealer.open` does."""
    clear = store.sealer.open(sealed)
    return ("", "") if clear is None else msgspec.json.decode(clear, type=tuple[str, str])
