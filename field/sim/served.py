"""A fleet before the real server: a process of its own, which can be killed; tablets reach it by HTTP."""

import os
import random
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import msgspec

from field.app import open_context
from field.clock import SystemClock
from field.config import Settings
from field.sim.audit import Audit, Findings
from field.sim.clock import TrueClock
from field.sim.fleet import Fleet
from field.sim.holder import Holder
from field.sim.oracle import Oracle
from field.sim.world import World
from field.sync import changes
from field.tablet.transport import HttpTransport, Response

START_S = 120.0
SERVE = (sys.executable, "-m", "field", "serve")
WELL = 200
BUG = 500
TABLETS: tuple[tuple[str, ...], ...] = (
    ("inspector-1",),
    ("inspector-1",),
    ("inspector-2", "inspector-3"),
    ("inspector-4",),
    ("supervisor-1",),
)


ANSWERED_WITHIN_MS = 60_000


class RealTime(TrueClock):
    """The machine's time, which passes by itself, where the simulator asks for its own."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._machine = SystemClock()

    def advance(self, ms: int) -> None:
        """Nothing: a person's hour is not waited for."""

    def now_ms(self) -> int:
        """The machine's."""
        return self._machine.now_ms()

    def monotonic_ms(self) -> int:
        """The machine's."""
        return self._machine.monotonic_ms()

    def token(self, size: int) -> bytes:
        """The machine's."""
        return self._machine.token(size)

    def uuid7(self) -> str:
        """The machine's."""
        return self._machine.uuid7()


class Process:
    """`field serve` as a process of its own, at one address over all its lives."""

    def __init__(self, settings: Mapping[str, str], log: Path) -> None:
        """`settings` are its FIELD_ variables, but for the port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FIELD_")}
        self._environ = {**kept, **settings, "FIELD_PORT": str(self.port)}
        self._log = log
        self.command = SERVE
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that holds all others of the server."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers. Raises RuntimeError with its log where it does not."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )
        patience = time.monotonic() + START_S
        while self._process.poll() is None and time.monotonic() < patience:
            try:
                if httpx.get(f"{self.address}/api/health").status_code == WELL:
                    return
            except httpx.TransportError:
                time.sleep(0.02)
        raise RuntimeError(f"the server does not start:\n{self._log.read_text()}")

    def kill(self) -> None:
        """End all of it at once, as when the power goes."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def bound(self, file_bytes: int | None) -> None:
        """Let it write into no file beyond so many bytes, as where a disk is full; None: there is room again.

        Where a file is longer already, it can be written to up to there. Known to Linux alone.
        """
        most = resource.RLIM_INFINITY if file_bytes is None else file_bytes
        for pid in self._pids():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    def _pids(self) -> list[int]:
        """All its processes."""
        found = []
        for each in Path("/proc").iterdir():
            with suppress(ValueError, ProcessLookupError):
                if os.getpgid(int(each.name)) == self.pid:
                    found.append(int(each.name))
        return found

    def stop(self) -> None:
        """Let it finish its answers, and end it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


class Way:
    """A tablet's way to the server, and what came back by it."""

    def __init__(self, address: str) -> None:
        self._transport = HttpTransport(address)
        self.anchors: dict[str, int] = {}
        self.failures: list[str] = []
        self.statuses: dict[int, int] = {}

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """The answer. Raises NoAnswer."""
        answer = self._transport.send(method, path, headers, body)
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        if answer.status == BUG:
            self.failures.append(f"{method} {path}: {answer.status} {answer.body.decode()}")
        return answer

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()


class ServedHolder(Holder):
    """A tablet before the real server, where only the tablet itself can tell how much time has passed."""

    def _time(self, change: changes.Change) -> int:
        return int((change.anchor or "0").partition(".")[0]) + change.elapsed_ms


class Scene:
    """A real server with a fleet before it, and who watches."""

    def __init__(self, world: World, fleet: Fleet, process: Process, ways: list[Way], seed: int) -> None:
        self.world = world
        self.fleet = fleet
        self.process = process
        self.ways = ways
        self.chance = random.Random(f"scene {seed}")

    def judge(self) -> Findings:
        """Let everything arrive, and compare what is held with what people typed and saw."""
        quiet = self.fleet.settle()
        self._settle_times()
        found = Audit(self.world, self.fleet, self.world.oracle).carry_out()
        if not quiet:
            found.violations.append("S4: the tablets do not come to rest")
        for way in self.ways:
            found.violations.extend(f"S6: the server failed: {words}" for words in way.failures)
        return found

    def _settle_times(self) -> None:
        """Give each edit the capture time of docs/protocol.md by the bytes that came, losses included.

        Real anchors are late by what the line took, so that a later capture may seem the earlier one.
        """
        last: dict[str, int] = {}
        for row in sorted(self.world.receipts(), key=lambda row: (row.device, row.seq)):
            try:
                change = msgspec.json.decode(bytes(row.line).partition(b"\t")[0], type=changes.Change)
            except msgspec.DecodeError:
                continue
            edit = self.world.oracle.edits.get(change.id)
            if change.anchor:
                t = int(change.anchor.partition(".")[0]) + change.elapsed_ms
                last[row.device] = max(t, last.get(row.device, 0))
                if edit is not None:
                    edit.t = last[row.device]
            elif edit is not None and 0 <= row._mapping["t"] - edit.t <= ANSWERED_WITHIN_MS:
                # The office's moment is the server's own: after somebody asked, and before the answer.
                edit.t = row._mapping["t"]


@contextmanager
def scene(
    folder: Path, database_url: str, seed: int, ways: "type[Way]" = Way, **settings: str
) -> Iterator[Scene]:
    """A prepared database, a running server with these settings besides, and enrolled tablets."""
    # What the background finds out becomes leads of the office, which nobody typed.
    mine = {"FIELD_DATA": str(folder / "data"), "FIELD_DATABASE_URL": database_url, "FIELD_BACKGROUND_S": "0"}
    environ = {**mine, **settings}
    (folder / "data").mkdir(exist_ok=True)
    kept = Settings(data=folder / "data", database_url=database_url)
    context = open_context(kept, SystemClock())
    process = Process(environ, folder / "server.log")
    made: list[Way] = []
    holders: list[Holder] = []
    try:
        process.start()
        true, oracle, office = RealTime(seed), Oracle(), Way(process.address)
        made.append(office)
        world = World(context, office, true, oracle, f"world {seed}")  # type: ignore[arg-type]
        world.found(establishments=4, visits=5)
        for at, logins in enumerate(TABLETS, 1):
            made.append(ways(process.address))
            name = f"{seed} tablet-{at}"
            holders.append(ServedHolder(name, folder, made[-1], true, list(logins), oracle))  # type: ignore[arg-type]
        fleet = Fleet(world, holders, f"fleet {seed}")
        for holder in holders:
            holder.start(world)
        yield Scene(world, fleet, process, made, seed)
    finally:
        for holder in holders:
            holder.tablet.close()
        for way in made:
            way.close()
        process.stop()
        context.store.close()
