"""Push and pull against the plain way of storing and reading the same bytes."""

import json
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, text

from bench import first_sync, pull
from bench.harness import Databases, Figure, databases, family_cpu_s, server
from bench.world import Batch, build
from field.clock import SystemClock
from field.store import tables
from field.store.engine import Store
from field.store.sealing import Sealer

BATCH = 50
CLIENTS = 8
BATCHES_EACH = 6
ROUNDS = 9
PUSH_TARGET = {"sqlite": 0.45, "postgres": 0.35}
CPU_TARGET_MS = 0.15
DAY_S_MAX = 60.0
CPU_TARGET_RATIO = 2.5


def run() -> list[Figure]:
    """All figures of sync, on both databases."""
    figures = []
    for kind in ("sqlite", "postgres"):
        with databases(kind) as (data, made):
            figures += _push(kind, data, made)
        figures += pull.measure(kind)
        figures += first_sync.measure(kind)
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


class _Cost(msgspec.Struct):
    """What one way of storing took, over all rounds."""

    rates: list[float] = []
    cpu_s: float = 0.0


def _push(kind: str, data: Path, made: Databases) -> list[Figure]:
    """Both ways by turns, so that a slow moment of the disk or the machine hits both."""
    url = made.fresh("push")
    context, tablets = build(data, url, CLIENTS, BATCHES_EACH * (ROUNDS + 1))
    clock = SystemClock()
    batches = [[tablet.batch(clock, BATCH) for _ in range(BATCHES_EACH * (ROUNDS + 1))] for tablet in tablets]
    plain_store = _open_like(made.fresh("plain"))
    postmaster = _postmaster(context.store) if kind == "postgres" else None
    ours, plain = _Cost(), _Cost()
    with server(data, url) as (address, pid):
        for round in range(ROUNDS + 1):
            some = [each[round * BATCHES_EACH : (round + 1) * BATCHES_EACH] for each in batches]
            sent = _timed(lambda some=some: _send_all(address, some), lambda: _cpu(pid, postmaster))
            portions = _portions(context.store, round * BATCHES_EACH * BATCH)
            if round == 0:
                _copy_parents(context.store, plain_store)
            stored = _timed(
                lambda portions=portions: _insert_all(plain_store, portions), lambda: _cpu(None, postmaster)
            )
            if round > 0:  # the first one warms both up
                _add(ours, sent)
                _add(plain, stored)
    context.store.close()
    plain_store.close()
    return _figures(kind, ours, plain)


def _timed(work: Callable[[], None], cpu: Callable[[], float]) -> tuple[float, float]:
    before, started = cpu(), time.perf_counter()
    work()
    return time.perf_counter() - started, cpu() - before


def _add(cost: _Cost, taken: tuple[float, float]) -> None:
    cost.rates.append(CLIENTS * BATCHES_EACH * BATCH / taken[0])
    cost.cpu_s += taken[1]


def _cpu(server_pid: int | None, postmaster: int | None) -> float:
    """CPU seconds of the server (of this process where there is none), and of the database beside it."""
    own = time.process_time() if server_pid is None else family_cpu_s(server_pid)
    return own + (family_cpu_s(postmaster) if postmaster is not None else 0.0)


def _figures(kind: str, ours: _Cost, plain: _Cost) -> list[Figure]:
    changes = CLIENTS * BATCHES_EACH * BATCH * ROUNDS
    rate, plain_rate = statistics.median(ours.rates), statistics.median(plain.rates)
    each, plain_each = ours.cpu_s / changes * 1000, plain.cpu_s / changes * 1000
    figures = [
        Figure(
            name=f"push, {kind}: changes/s through HTTP",
            value=rate,
            unit="changes/s",
            baseline=plain_rate,
            baseline_name="plain executemany",
            ratio=statistics.median(a / b for a, b in zip(ours.rates, plain.rates, strict=True)),
            target=PUSH_TARGET[kind],
            at_least=True,
        )
    ]
    on_sqlite = kind == "sqlite"
    figures.append(
        Figure(
            name=f"push, {kind}: " + ("server CPU, ms per change" if on_sqlite else "CPU, database included"),
            value=each,
            unit="ms",
            baseline=plain_each,
            baseline_name="plain executemany",
            ratio=each if on_sqlite else each / plain_each,
            target=CPU_TARGET_MS if on_sqlite else CPU_TARGET_RATIO,
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
    """Push over one connection that is kept, by a client so plain that it takes little of the machine."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for batch in batches:
            headers = "".join(f"{name}: {value}\r\n" for name, value in batch.headers.items())
            start = f"POST /api/sync/push HTTP/1.1\r\nHost: {host}\r\n{headers}"
            line.sendall(f"{start}Content-Length: {len(batch.body)}\r\n\r\n".encode() + batch.body)
            answer = _answer(line)
            if answer.count(b'"status":"applied"') != batch.lines:
                raise RuntimeError(answer.decode(errors="replace"))


def _answer(line: socket.socket) -> bytes:
    """One whole answer: its head, and as many bytes as that announces."""
    found = b""
    while (end := found.find(b"\r\n\r\n")) < 0:
        found += _more(line)
    length = int(re.search(rb"content-length: (\d+)", found[:end].lower())[1])  # type: ignore[index]  # always there
    while len(found) < end + 4 + length:
        found += _more(line)
    return found


def _more(line: socket.socket) -> bytes:
    some = line.recv(1 << 16)
    if not some:
        raise RuntimeError("the server hung up")
    return some


Portion = dict[str, list[dict[str, Any]]]


def _portions(store: Store, after: int) -> list[Portion]:
    """The rows that the last round of pushes wrote, 50 changes at a time, by table."""
    changes, records, feed = (tables.Table.metadata.tables[name] for name in ("changes", "records", "feed"))
    with store.read() as tx:
        kinds = changes.c.kind.in_(("report", "wage_line"))
        query = select(changes).where(changes.c.seq > after, kinds).order_by(changes.c.device, changes.c.seq)
        found = [dict(row._mapping) for row in tx.execute(query)]
        return [
            _portion(tx, found[start : start + BATCH], records, feed) for start in range(0, len(found), BATCH)
        ]


def _portion(tx: Connection, changes: list[dict[str, Any]], records: Any, feed: Any) -> Portion:
    ids = [change["record"] for change in changes]
    return {
        "changes": changes,
        "records": [dict(row._mapping) for row in tx.execute(select(records).where(records.c.id.in_(ids)))],
        "feed": [dict(row._mapping) for row in tx.execute(select(feed).where(feed.c.record.in_(ids)))],
    }


def _insert_all(store: Store, portions: list[Portion]) -> None:
    """The same bytes into the same tables, in transactions of the same size."""
    for portion in portions:
        _insert(store, portion)


def _open_like(url: str) -> Store:
    return Store(url, Sealer(bytes(32), bytes))


def _insert(store: Store, portion: Portion) -> None:
    with store.write() as tx:
        for name, some in portion.items():
            tx.execute(insert(tables.Table.metadata.tables[name]), some)


def _copy_parents(origin: Store, store: Store) -> None:
    """What the constraints ask for: districts, devices and scopes."""
    with origin.read() as before, store.write() as tx:
        for name in ("districts", "devices", "scopes"):
            table = tables.Table.metadata.tables[name]
            tx.execute(insert(table), [dict(row._mapping) for row in before.execute(select(table))])


def _postmaster(store: Store) -> int:
    with store.read() as tx:
        folder = tx.execute(text("SHOW data_directory")).scalar_one()
    return int((Path(folder) / "postmaster.pid").read_text().split()[0])
