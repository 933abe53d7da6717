"""Importing employers' schedules: lines per second against a plain executemany, and the memory that it takes.

`BENCH_LINES` sets how many lines, instead of the million that is promised. The import is a process of its
own, `field import schedules`, with all that it does: reading, checking, sealing, writing. What it takes to
start, about two seconds, is measured by a file without lines and left out. Other work on the machine slows
both sides down, so the best of each counts.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Table, insert, select

from bench.harness import Databases, Figure, databases
from bench.world import DISTRICT, build
from field.store import office
from field.store.bulk import Rows
from field.store.engine import Store
from field.store.import_runs import IMPORTS
from field.store.office import Entry
from field.store.rows import RECORDS, SCOPES
from field.store.schedules import LINES, SCHEDULES

LINES_WANTED = int(os.environ.get("BENCH_LINES", "1000000"))
HEADING = "Reg No,Month,Name of Worker,CNIC,Days,Wages,Contribution\r\n"
WORKERS, MONTHS = 40, 12
AT_ONCE = 5000
ROUNDS = 3
LOOK_S = 0.02
RATIO_TARGET = 0.3
MEMORY_MB_MAX = 280.0


class Ran(msgspec.Struct, frozen=True):
    """How long the import's process took, and the most memory that it had."""

    seconds: float
    memory_mb: float


def run() -> list[Figure]:
    """The figures on SQLite and on PostgreSQL."""
    return [figure for kind in ("sqlite", "postgres") for figure in measure(kind)]


def measure(kind: str) -> list[Figure]:
    """The figures of importing on one kind of database: the best of some rounds, taken in turns."""
    with databases(kind) as (data, made):
        path, empty = data / "schedules.csv", data / "empty.csv"
        lines = _write(path)
        empty.write_text(HEADING, encoding="utf-8")
        rounds = [_round(made, number, path, empty, lines) for number in range(ROUNDS)]
    seconds, memory_mb = min(each.seconds for each, _ in rounds), max(each.memory_mb for each, _ in rounds)
    plain_s = min(plain for _, plain in rounds)
    return [
        Figure(
            name=f"import, {kind}: lines/s of {lines:,} schedule lines",
            value=lines / seconds, unit="lines/s", baseline=lines / plain_s,
            baseline_name="plain executemany of the same rows",
            ratio=plain_s / seconds, target=RATIO_TARGET, at_least=True,
        ),
        Figure(
            name=f"import, {kind}: most memory, of {MEMORY_MB_MAX:.0f} MB",
            value=memory_mb, unit="MB", baseline=MEMORY_MB_MAX, baseline_name="the limit",
            ratio=memory_mb / MEMORY_MB_MAX, target=1.0, at_least=False,
        ),
    ]  # fmt: skip


def _round(made: Databases, number: int, path: Path, empty: Path, lines: int) -> tuple[Ran, float]:
    """An import without its start, and the seconds of the plain way, each in a fresh database."""
    url = made.fresh(f"imported_{number}")
    _register(made, url)
    start, ran = _import(made.folder, url, empty), _import(made.folder, url, path)
    plain_s = _plain(made, url, made.fresh(f"plain_{number}"), lines)
    return Ran(ran.seconds - start.seconds, ran.memory_mb), plain_s


def _units() -> int:
    return -(-LINES_WANTED // (WORKERS * MONTHS))


def _number(unit: int) -> str:
    return f"200407{unit:04d}"


def _register(made: Databases, url: str) -> None:
    """The establishments that the schedules are of."""
    context, _ = build(made.folder, url, 0)
    entries = [
        Entry(
            kind="establishment", record=context.clock.uuid7(), op="create",
            set={"name": f"Unit {unit}", "registration_no": _number(unit), "district": DISTRICT},
        )
        for unit in range(_units())
    ]  # fmt: skip
    office.write(context.store, context.clock, context.office, entries)
    context.store.close()


def _write(path: Path) -> int:
    """A year of schedules as offices send them: month by month, establishment by establishment."""
    line = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADING)
        for month in range(1, MONTHS + 1):
            for unit in range(_units()):
                for worker in range(WORKERS):
                    if line == LINES_WANTED:
                        return line
                    line += 1
                    wage = 30_000 + worker * 500
                    cnic = f"42101-{(unit * 97 + worker) % 10**7:07d}-{worker % 10}"
                    file.write(
                        f"{_number(unit)},2025-{month:02d},Worker {worker} of {unit},"
                        f"{cnic},26,{wage},{wage * 6 // 100}\r\n"
                    )
    return line


def _import(data: Path, url: str, path: Path) -> Ran:
    command = [sys.executable, "-m", "field", "import", "schedules", str(path)]
    options = ["--data", str(data), "--database-url", url]
    began = time.perf_counter()
    process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
    memory_kb = 0
    while process.poll() is None:
        memory_kb = max(memory_kb, _most_kb(process.pid) + sum(map(_most_kb, _children(process.pid))))
        time.sleep(LOOK_S)
    seconds = time.perf_counter() - began
    if process.returncode != 0:
        raise RuntimeError(f"the import ended with {process.returncode}")
    return Ran(seconds, memory_kb / 1024)


def _children(pid: int) -> list[int]:
    """The processes that a process has started: of a long file another one reads the rows.

    A process that has not become its own program yet has its parent's memory, which would count twice.
    """
    try:
        found = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        own = _command(pid)
        return [each for each in found if _command(each) != own]
    except (FileNotFoundError, ProcessLookupError):
        return []


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _most_kb(pid: int) -> int:
    """The most memory that a process had so far. What the kernel tells at its end counts its parent's too."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def _plain(made: Databases, imported: str, url: str, lines: int) -> float:
    """Seconds that it takes to put the same rows into the same table, with everything beside it there."""
    context, _ = build(made.folder, url, 0)
    source = Store(imported, context.store.sealer)
    rows, inserted, taken = Rows(LINES, LINES.c.keys()), 0, 0.0
    with source.read() as old:
        with context.store.write() as tx:
            for table in (SCOPES, RECORDS, IMPORTS, SCHEDULES):
                _copy(old, tx, table)
        with context.store.write() as tx:
            for batch in _batches(old):
                began = time.perf_counter()
                rows.insert(tx, batch)
                taken += time.perf_counter() - began
                inserted += len(batch)
            began = time.perf_counter()
        taken += time.perf_counter() - began
    source.close()
    context.store.close()
    if inserted != lines:
        raise RuntimeError(f"{inserted} lines were imported instead of {lines}")
    return taken


def _copy(old: Connection, tx: Connection, table: Table) -> None:
    there = set(tx.execute(select(table.c.id)).scalars())
    found = [dict(row._mapping) for row in old.execute(select(table)) if row.id not in there]
    if found:
        tx.execute(insert(table), found)


def _batches(old: Connection) -> Iterator[list[tuple[object, ...]]]:
    found = old.execution_options(yield_per=AT_ONCE).execute(
        select(LINES).order_by(LINES.c.schedule, LINES.c.line)
    )
    for some in found.partitions(AT_ONCE):
        yield [tuple(row) for row in some]
