"""What benchmarks share: figures with targets, a real server process, and CPU time read from the kernel."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
from litestar import Litestar
from litestar.static_files import create_static_files_router

from field.sim.postgres import create_database, running_postgres
from field.store import migrate

STARTED_WITHIN_S = 30


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement: its value beside the baseline's, and the ratio that is held against the target."""

    name: str
    value: float
    unit: str
    baseline: float
    baseline_name: str
    ratio: float
    target: float
    at_least: bool

    @property
    def met(self) -> bool:
        """Whether the target is reached."""
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target

    @property
    def line(self) -> str:
        """The figure in one line."""
        sign = ">=" if self.at_least else "<="
        word = "ok    " if self.met else "MISSED"
        return (
            f"{word} {self.name:<58} {self.ratio:8.3f} ({sign} {self.target:g})   "
            f"{self.value:,.3f} {self.unit} against {self.baseline:,.3f} ({self.baseline_name})"
        )


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, front = [pid], [pid]
    while front:
        children = parents.get(front.pop(), [])
        found += children
        front += children
    return found


def family_cpu_s(pid: int) -> float:
    """CPU seconds of a process, its descendants, and those of them that have ended."""
    total = 0.0
    for each in family(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(fields[place]) for place in (11, 12, 13, 14)) / os.sysconf("SC_CLK_TCK")
    return total


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server(data: Path, database_url: str, **settings: str) -> Iterator[tuple[str, int]]:
    """A real server process on loopback, with such settings: its address and its process id."""
    port = free_port()
    environ = {
        **os.environ,
        "FIELD_DATA": str(data),
        "FIELD_DATABASE_URL": database_url,
        "FIELD_PORT": str(port),
        "FIELD_HOST": "127.0.0.1",
        # Assessing what came in is measured apart.
        "FIELD_BACKGROUND_S": "0",
        **settings,
    }
    command = [sys.executable, "-m", "field", "serve"]
    with (data / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process, data / "server.log")
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(20)


def static_app() -> Litestar:
    """Nothing but files of a folder, as this server sends them when nobody is asked for a right."""
    folder = os.environ["FIELD_BENCH_STATIC"]
    return Litestar([create_static_files_router(path="/static", directories=[folder])], openapi_config=None)


_STATIC = """
from granian import Granian
Granian("bench.harness:static_app", address="127.0.0.1", port={port}, interface="asgi", factory=True,
        websockets=False, log_level="warning").serve()
"""


@contextmanager
def static_server(folder: Path, data: Path) -> Iterator[str]:
    """The same web server and framework, sending files of a folder as they are: its address."""
    port = free_port()
    environ = {**os.environ, "FIELD_BENCH_STATIC": str(folder)}
    with (data / "static.log").open("wb") as log:
        command = [sys.executable, "-c", _STATIC.format(port=port)]
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process, data / "static.log", "/static/none", 404)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _wait(
    address: str, process: subprocess.Popen[bytes], log: Path, path: str = "/api/keys", status: int = 200
) -> None:
    end = time.perf_counter() + STARTED_WITHIN_S
    while time.perf_counter() < end:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{address}{path}").status_code == status:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"the server did not start: {log.read_text()}")


@contextmanager
def databases(kind: str) -> Iterator[tuple[Path, "Databases"]]:
    """A folder, and as many fresh migrated databases of a kind as are asked for."""
    with tempfile.TemporaryDirectory(prefix="field-bench-") as folder:
        data = Path(folder)
        if kind == "sqlite":
            yield data, Databases(data, None)
            return
        with running_postgres(fsync=True) as admin:
            yield data, Databases(data, admin)


class Databases:
    """Makes fresh databases, with today's schema and the durability of production."""

    def __init__(self, folder: Path, admin: str | None) -> None:
        self.folder = folder
        self.admin = admin

    def fresh(self, name: str) -> str:
        """The address of a new database."""
        url = f"sqlite:///{self.folder / name}.db"
        if self.admin is not None:
            url = create_database(self.admin, f"bench_{name}")
        migrate.upgrade(url)
        return url
