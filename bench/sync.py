"""Push and pull against the plain way of storing and reading the same bytes."""

import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert, select, text

from bench import pull
from bench.harness import Databases, Figure, databases, family_cpu_s, server
from bench.world import Batch, build
from field.clock import SystemClock
from field.store import tables
from field.store.engine import Store
from field.store.sealing import Sealer

BATCH = 50
CLIENTS = 8
BATCHES_EACH = 40
WARM_UP = 5
PUSH_TARGET = {"sqlite": 0.45, "postgres": 0.35}
CPU_TARGET_MS = 0.15
DAY_S_MAX = 60.0
CPU_TARGET_RATIO = 2.5

# Parents first, as the constraints ask for.
MEASURED = ("changes", "records", "feed", "batches", "stale")


def run() -> list[Figure]:
    """All figures of sync, on both databases."""
    figures = []
    for kind in ("sqlite", "postgres"):
        with databases(kind) as (data, made):
            figures += _push(kind, data, made)
        figures += pull.measure(kind)
    return [*figures, _day()]


def _day() -> Figure:
    """The demo's field day, of which nothing may be lost."""
    with tempfile.TemporaryDirectory(prefix="field-bench-") as folder:
        command = [sys.executable, "-m", "field", "demo", "--once", "--json", "-", "--data", f"{folder}/demo"]
        summary = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    if summary["lost"] or summary["doubled"]:
        raise RuntimeError(f"the day lost {summary['lost']} and doubled {summary['doubled']}")
    return Figure(
        name="the demo's day, 12 tablets, 2,000 establishments",
        value=summary["seconds"],
        unit="s",
        baseline=DAY_S_MAX,
        baseline_name="the most it may take",
        ratio=summary["seconds"] / DAY_S_MAX,
        target=1.0,
        at_least=False,
    )


def _push(kind: str, data: Path, made: Databases) -> list[Figure]:
    url = made.fresh("push")
    context, tablets = build(data, url, CLIENTS, WARM_UP + BATCHES_EACH)
    clock = SystemClock()
    batches = [[tablet.batch(clock, BATCH) for _ in range(WARM_UP + BATCHES_EACH)] for tablet in tablets]
    postmaster = _postmaster(context.store) if kind == "postgres" else None
    with server(data, url) as (address, pid):
        _send_all(address, [each[:WARM_UP] for each in batches])
        cpu_before, db_before = family_cpu_s(pid), _db_cpu(postmaster)
        seconds = _send_all(address, [each[WARM_UP:] for each in batches])
        cpu, db = family_cpu_s(pid) - cpu_before, _db_cpu(postmaster) - db_before
    changes = CLIENTS * BATCHES_EACH * BATCH
    rows = _stored(context.store)
    context.store.close()
    plain_s, plain_cpu, plain_db = _plain(kind, made, url, rows)
    rate, plain_rate = changes / seconds, changes / plain_s
    figures = [
        Figure(
            name=f"push, {kind}: changes/s through HTTP",
            value=rate,
            unit="changes/s",
            baseline=plain_rate,
            baseline_name="plain executemany",
            ratio=rate / plain_rate,
            target=PUSH_TARGET[kind],
            at_least=True,
        )
    ]
    if kind == "sqlite":
        each = cpu / changes * 1000
        figures.append(
            Figure(
                name="push, sqlite: server CPU per change",
                value=each,
                unit="ms",
                baseline=plain_cpu / changes * 1000,
                baseline_name="plain executemany",
                ratio=each,
                target=CPU_TARGET_MS,
                at_least=False,
            )
        )
    else:
        each, plain = (cpu + db) / changes * 1000, (plain_cpu + plain_db) / changes * 1000
        figures.append(
            Figure(
                name="push, postgres: CPU per change, database included",
                value=each,
                unit="ms",
                baseline=plain,
                baseline_name="plain executemany",
                ratio=each / plain,
                target=CPU_TARGET_RATIO,
                at_least=False,
            )
        )
    return figures


def _send_all(address: str, batches: list[list[Batch]]) -> float:
    """Push everything, each tablet over its own connection; the seconds it took."""
    started = time.perf_counter()
    with ThreadPoolExecutor(len(batches)) as pool:
        list(pool.map(lambda mine: _send(address, mine), batches))
    return time.perf_counter() - started


def _send(address: str, batches: list[Batch]) -> None:
    with httpx.Client(base_url=address, timeout=60) as client:
        for batch in batches:
            answer = client.post("/api/sync/push", content=batch.body, headers=batch.headers)
            if answer.status_code != 200:
                raise RuntimeError(answer.text)
            landed = [one["status"] for one in answer.json()["answers"]]
            if landed != ["applied"] * batch.lines:
                raise RuntimeError(answer.text)


def _stored(store: Store) -> dict[str, list[dict[str, Any]]]:
    """The rows that the pushes wrote, by table."""
    found = {}
    with store.read() as tx:
        for name in MEASURED:
            table = tables.Table.metadata.tables[name]
            found[name] = [dict(row._mapping) for row in tx.execute(select(table))]
    pushed = [row for row in found["changes"] if row["kind"] in ("report", "wage_line")]
    mine = {row["record"] for row in pushed}
    return {
        "changes": pushed,
        "records": [row for row in found["records"] if row["id"] in mine],
        "feed": [row for row in found["feed"] if row["record"] in mine],
        "batches": found["batches"],
        "stale": [],
    }


def _plain(
    kind: str, made: Databases, source: str, rows: dict[str, list[dict[str, Any]]]
) -> tuple[float, float, float]:
    """Insert the same bytes into the same tables, as many at once: seconds, CPU, the database's CPU."""
    url = made.fresh("plain")
    store = _open_like(url)
    _copy_parents(source, store)
    total = len(rows["changes"])
    portions = [
        {name: rows[name][start : start + BATCH] for name in ("changes", "records", "feed")}
        for start in range(0, total, BATCH)
    ]
    warm, timed = portions[: WARM_UP * CLIENTS], portions[WARM_UP * CLIENTS :]
    for portion in warm:
        _insert(store, portion)
    postmaster = _postmaster(store) if kind == "postgres" else None
    cpu_before, db_before = time.process_time(), _db_cpu(postmaster)
    started = time.perf_counter()
    for portion in timed:
        _insert(store, portion)
    seconds = time.perf_counter() - started
    cpu, db = time.process_time() - cpu_before, _db_cpu(postmaster) - db_before
    store.close()
    return seconds, cpu, db


def _open_like(url: str) -> Store:
    return Store(url, Sealer(bytes(32), bytes))


def _insert(store: Store, portion: dict[str, list[dict[str, Any]]]) -> None:
    with store.write() as tx:
        for name, some in portion.items():
            tx.execute(insert(tables.Table.metadata.tables[name]), some)


def _copy_parents(source: str, store: Store) -> None:
    """What the constraints ask for: districts, people, devices and scopes."""
    origin = _open_like(source)
    with origin.read() as before, store.write() as tx:
        for name in ("districts", "devices", "scopes"):
            table = tables.Table.metadata.tables[name]
            tx.execute(insert(table), [dict(row._mapping) for row in before.execute(select(table))])
    origin.close()


def _postmaster(store: Store) -> int:
    with store.read() as tx:
        folder = tx.execute(text("SHOW data_directory")).scalar_one()
    return int((Path(folder) / "postmaster.pid").read_text().split()[0])


def _db_cpu(postmaster: int | None) -> float:
    return family_cpu_s(postmaster) if postmaster is not None else 0.0
