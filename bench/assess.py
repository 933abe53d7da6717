"""Judging a province: month totals and flags of every establishment, and one of them assessed in full.

`BENCH_ESTABLISHMENTS` sets how many, instead of 25,000 with 26 workers each over twelve months: 7.8 million
schedule lines. The judging is `field flags evaluate`, with its start, by two processes; its memory is that of
all its processes added up, what they share counted in each. Wages differ from worker to worker, so that few
lines are alike.
"""

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import msgspec
from sqlalchemy import text

from bench.harness import Databases, Figure, databases, family, family_cpu_s
from bench.world import DISTRICT, build
from field.recovery import assessment, book, explain, exposure, figures, shares, statute
from field.recovery.assessment import LineFacts, ReportFacts
from field.recovery.explain import Said
from field.recovery.exposure import ReportFound
from field.recovery.figures import Behind
from field.recovery.statute import Statute
from field.store import office
from field.store.bulk import Rows
from field.store.flag_facts import PAYMENTS
from field.store.import_runs import IMPORTS
from field.store.office import Entry
from field.store.schedules import SCHEDULES

ESTABLISHMENTS = int(os.environ.get("BENCH_ESTABLISHMENTS", "25000"))
WORKERS = 26
MONTHS = tuple(f"{2025 + (5 + each) // 12}-{(5 + each) % 12 + 1:02d}" for each in range(12))
WAGE_RS, WAGES = 30_000, 400
SECONDS_MAX, MEMORY_MB_MAX = 120.0, 1024.0
ONE_WORKERS, GRADES, ONE_MS_MAX, ROUNDS = 300, 20, 50.0, 9
SCHEDULES_AT_ONCE, PAID_AT_ONCE = 20_000, 2_000
LOOK_S = 0.05
ASSESSED_ON = date(2026, 8, 1)
SOURCE = "00000000-0000-7000-8000-000000000001"


class Ran(msgspec.Struct, frozen=True):
    """How long the judging took, of which on the processors, its most memory, and what it told.

    What a database server of its own takes is not in `cpu_s`. On a machine that does other work, that and not
    the time that passed tells the pace.
    """

    seconds: float
    cpu_s: float
    memory_mb: float
    told: dict[str, object]


def run() -> Iterator[Figure]:
    """The figures of one establishment in memory, and of all on SQLite and on PostgreSQL."""
    yield one()
    for kind in ("sqlite", "postgres"):
        yield from measure(kind)


def measure(kind: str) -> list[Figure]:
    """Judging everybody for the first time, and once more with nothing new."""
    with databases(kind) as (data, made):
        url = made.fresh("province")
        began = time.perf_counter()
        _fill(made, url)
        print(f"       {kind}: filled in {time.perf_counter() - began:.0f} s", flush=True)
        first, again = _evaluate(data, url), _evaluate(data, url)
    lines = ESTABLISHMENTS * WORKERS * len(MONTHS)
    summary = msgspec.convert(first.told["summary"], dict[str, object])
    print(
        f"       {kind}: {summary['flagged']:,} of {summary['establishments']:,} flagged in "
        f"{first.seconds:.1f} s ({first.cpu_s:.1f} s of processor); with nothing new "
        f"{again.seconds:.1f} s ({again.cpu_s:.1f} s)",
        flush=True,
    )
    if summary["establishments"] != ESTABLISHMENTS or len(msgspec.convert(summary["months"], dict)) != 12:
        raise RuntimeError(f"not everybody was judged: {summary}")
    if msgspec.convert(again.told["summary"], dict[str, object])["raised"] != 0:
        raise RuntimeError("judging again raised flags")
    limit_s = SECONDS_MAX * ESTABLISHMENTS / 25_000
    return [
        Figure(
            name=f"assess, {kind}: {ESTABLISHMENTS:,} establishments, {lines:,} lines",
            value=first.seconds, unit="s", baseline=limit_s, baseline_name="the limit, two cores",
            ratio=first.seconds / limit_s, target=1.0, at_least=False,
        ),
        Figure(
            name=f"assess, {kind}: most memory of all processes",
            value=max(first.memory_mb, again.memory_mb), unit="MB", baseline=MEMORY_MB_MAX,
            baseline_name="the limit", ratio=max(first.memory_mb, again.memory_mb) / MEMORY_MB_MAX,
            target=1.0, at_least=False,
        ),
    ]  # fmt: skip


def _evaluate(data: Path, url: str) -> Ran:
    out = data / "told.json"
    command = [sys.executable, "-m", "field", "flags", "evaluate", "--workers", "2", "--json", str(out)]
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--data", str(data), "--database-url", url], stdout=subprocess.DEVNULL
    )
    memory_kb, cpu_s = 0, 0.0
    while process.poll() is None:
        cpu_s = max(cpu_s, family_cpu_s(process.pid))
        memory_kb = max(memory_kb, sum(_now_kb(pid) for pid in family(process.pid)))
        time.sleep(LOOK_S)
    seconds = time.perf_counter() - began
    if process.returncode != 0:
        raise RuntimeError(f"the judging ended with {process.returncode}")
    return Ran(seconds, cpu_s, memory_kb / 1024, msgspec.json.decode(out.read_bytes()))


def _now_kb(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)


def _fill(made: Databases, url: str) -> None:
    """A year of schedules and payments, as they stand once they were imported."""
    context, _ = build(made.folder, url, 0)
    ids = [context.clock.uuid7() for _ in range(ESTABLISHMENTS)]
    entries = [
        Entry(
            kind="establishment", record=id, op="create",
            set={"name": f"Unit {place}", "registration_no": f"2004{place:06d}", "district": DISTRICT},
        )
        for place, id in enumerate(ids)
    ]  # fmt: skip
    office.write(context.store, context.clock, context.office, entries)
    columns = ("id", "kind", "file_hash", "way", "file_name", "by", "started_ms", "taken", "rejected")
    with context.store.write() as tx:
        Rows(IMPORTS, columns).insert(tx, [(SOURCE, "schedules", "", "", "bench", "bench", 0, 0, 0)])
        _SCHEDULES.pour(tx, [(id, month, 1, SOURCE, True) for id in ids for month in MONTHS])
    # The lines are made by the database itself: 7.8 million of them would take longer to send than to judge.
    last = ESTABLISHMENTS * len(MONTHS)
    for start in range(0, last, SCHEDULES_AT_ONCE):
        with context.store.write() as tx:
            end = min(start + SCHEDULES_AT_ONCE, last)
            sql = _LINES.format(first=start + 1, last=end, blob=_BLOB[context.store.sqlite])
            tx.execute(text(sql))
    for start in range(0, ESTABLISHMENTS, PAID_AT_ONCE):
        with context.store.write() as tx:
            some = enumerate(ids[start : start + PAID_AT_ONCE], start)
            _PAYMENTS.pour(
                tx, [row for place, id in some for row in _payments(place, id, context.clock.uuid7)]
            )
    if not context.store.sqlite:
        with context.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    context.store.close()


_SCHEDULES = Rows(SCHEDULES, ("establishment", "month", "version", "source", "complete"))
_PAYMENTS = Rows(
    PAYMENTS, ("id", "establishment", "value_date", "amount_paisa", "reference", "months", "source", "line")
)
_WAGE = f"({WAGE_RS} + (((id - 1) / {len(MONTHS)}) * 131 + n * 17) % {WAGES} * 25)"
_LINES = f"""
    INSERT INTO schedule_lines (schedule, line, worker, personal, days, wage_paisa, contribution_paisa)
    SELECT id, n + 2, {{blob}}, {{blob}}, 26, {_WAGE} * 100,
        CASE WHEN {_WAGE} > 40000 THEN 240000 ELSE {_WAGE} * 6 END
    FROM schedules CROSS JOIN ({" UNION ALL ".join(f"SELECT {each} AS n" for each in range(WORKERS))}) workers
    WHERE id BETWEEN {{first}} AND {{last}} ORDER BY id, n
"""
_BLOB = {True: "zeroblob(48)", False: f"CAST('{'x' * 48}' AS bytea)"}
"""As many bytes as a worker's hash and sealed name have, in two columns."""


def _wage(place: int, worker: int) -> int:
    return WAGE_RS + (place * 131 + worker * 17) % WAGES * 25


def _payments(place: int, establishment: str, new_id: Callable[[], str]) -> Iterator[tuple[object, ...]]:
    """Four in five pay in full and on time; the others late, a part, not each month, or nothing."""
    due = sum(min(_wage(place, worker), 40_000) * 6 for worker in range(WORKERS))
    way = place % 20
    for number, month in enumerate(MONTHS):
        on, amount = date(int(month[:4]) + (month[5:] == "12"), int(month[5:]) % 12 + 1, 10), due
        if way == 16:
            on = on.replace(day=28)
        elif way == 17:
            amount = due * 9 // 10
        if way == 19 or (way == 18 and number % 4 == 3):
            continue
        yield (
            new_id(), establishment, on.isoformat(), amount, f"C-{number}", month, SOURCE, number + 2
        )  # fmt: skip


def one() -> Figure:
    """One establishment with 300 workers over twelve months: assessed anew, with its whole explanation.

    Its workers are paid by twenty grades; those who are alike stand in one sentence.
    """
    law = statute.shipped()
    lines = tuple(
        LineFacts(
            id=f"{month} {worker:04d}",
            month=month,
            wage_rs=WAGE_RS + worker % GRADES * 500,
            days=26,
            declared_wage_rs=None if worker % 7 == 0 else WAGE_RS + worker % GRADES * 500 - worker % 3 * 1000,
            registered=worker % 7 != 0,
            worker_key=f"worker {worker}",
        )
        for month in MONTHS
        for worker in range(ONE_WORKERS)
    )
    facts = ReportFacts(
        report_id="report", establishment_id="unit", visit_id="visit", lines=lines,
        months_checked=MONTHS, months_paid=MONTHS[::2],
    )  # fmt: skip
    took = []
    gc.collect()
    for _ in range(ROUNDS):
        began = time.perf_counter()
        said = _explained(facts, law)
        took.append((time.perf_counter() - began) * 1000)
        if len({month for each in said for month in MONTHS if month in each.sentence}) != len(MONTHS):
            raise RuntimeError("the establishment was not explained")
    ms = min(took)
    return Figure(
        name=f"assess: one establishment, {len(lines):,} lines, with {len(said)} sentences",
        value=ms, unit="ms", baseline=ONE_MS_MAX, baseline_name="the limit",
        ratio=ms / ONE_MS_MAX, target=1.0, at_least=False,
    )  # fmt: skip


def _explained(facts: ReportFacts, law: Statute) -> tuple[Said, ...]:
    """What the report makes due, put into the establishment's book, and the book in words."""
    survey = shares.survey(facts, law)
    found = assessment.assessed(facts, survey)
    report = ReportFound(assessment=found, line_months=MONTHS, captured_ms=0, made_on=ASSESSED_ON)
    months = [exposure.found(report, month) for month in MONTHS]
    held = book.settle([each for each in months if each is not None], (), (), law, ASSESSED_ON)
    behind = {facts.report_id: Behind(survey)}
    return explain.explain(figures.of_book(held, behind), "en")
