"""Five o'clock: a small server, a giant outbox, lines that stall, readers that do not read, and a crowd.

The tablets obey what they are told (`Retry-After`, `next_sync_s`), on a clock that is a thousand times as
fast. Each must get through while the crowd goes on; nothing may be lost or taken twice, and whoever is turned
away must be told so in a way that can be read.
"""

import http.client
import socket
import threading
from contextlib import ExitStack, suppress

from field.sim.scenarios import Found, Place
from field.sim.served import Scene, Way, scene
from field.tablet.tablet import Tablet

STEPS = 30
GIANT = 30
"""So many pushes, of a line each, are in the giant outbox."""

STALLED = 50
CROWD = 24
PATIENCE = 400
"""Syncs after which a tablet that still has something unsent was kept waiting for ever."""

FASTER = 1000
FEW = {
    "FIELD_PUSHES_AT_ONCE": "2",
    "FIELD_PULLS_AT_ONCE": "2",
    "FIELD_READS_AT_ONCE": "2",
    "FIELD_WAITING_MAX": "4",
    "FIELD_BODIES_MB_MAX": "16",
}
TURNED_AWAY = (429, 503)
BODY = b"x" * 2_000_000


class Crowd:
    """Whoever else asks: bodies of 2 MB that nobody signed, over and over, until told to stop."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self.statuses: dict[int, int] = {}
        self.unclear: list[str] = []
        self._threads = [threading.Thread(target=self._ask, args=(at,), daemon=True) for at in range(CROWD)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let it go home."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, at: int) -> None:
        while not self._stopped.is_set():
            with suppress(OSError, http.client.HTTPException):
                self._once(f"nobody {at}")

    def _once(self, name: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            headers = {"Field-Device": name, "Field-First-Seq": "1", "Field-Signature": "none"}
            connection.request("POST", "/api/sync/push", BODY, headers)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        with self._lock:
            self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
            if answer.status in TURNED_AWAY and not _clear(answer, body):
                self.unclear.append(f"{answer.status} {body[:200]!r}")


def _clear(answer: http.client.HTTPResponse, body: bytes) -> bool:
    problem = answer.headers.get("content-type") == "application/problem+json"
    return problem and (answer.headers.get("retry-after") or "").isdigit() and b'"code"' in body


def play(place: Place, seed: int) -> Found:
    """Some work, then the crowd, and every tablet at once."""
    with ExitStack() as held, scene(place.folder, place.fresh(), seed, Way, **FEW) as played:
        for _ in range(STEPS):
            played.fleet.step()
        _fill(played)
        for number in range(STALLED):
            held.enter_context(_stalled(played.process.port, reads=number % 2 == 0))
        crowd = Crowd(played.process.port)
        try:
            late = _all_at_once(played)
        finally:
            crowd.stop()
        found = played.judge()
    violations = [*found.violations, *(f"S6: a line turned away was not told so: {w}" for w in crowd.unclear)]
    violations += [f"S6: {name} did not get through" for name in late]
    facts = {
        "captured": len(played.world.oracle.edits) + len(played.world.oracle.acts),
        "received": found.received,
        "lost": found.lost,
        "doubled": found.doubled,
        "stalled lines": STALLED,
        "others refused": crowd.statuses.get(400, 0),
        "others turned away": sum(crowd.statuses.get(status, 0) for status in TURNED_AWAY),
        "tablets turned away": sum(w.statuses.get(s, 0) for w in played.ways for s in TURNED_AWAY),
    }
    return Found(facts, violations)


def _fill(played: Scene) -> None:
    """One tablet comes home with more than all others together."""
    holder = played.fleet.holders[0]
    before = len(played.world.oracle.edits)
    for _ in range(GIANT * 20):
        if len(played.world.oracle.edits) - before >= GIANT:
            break
        played.fleet._edit(holder)


def _stalled(port: int, *, reads: bool) -> socket.socket:
    """A line that sends one byte of a push and stalls, or asks for a page and never reads what comes."""
    line = socket.create_connection(("127.0.0.1", port), 60)
    if reads:
        line.sendall(b"POST /api/sync/push HTTP/1.1\r\nHost: o\r\nContent-Length: 8000000\r\n\r\nx")
    else:
        line.sendall(b"GET /api/openapi.json HTTP/1.1\r\nHost: o\r\n\r\n" * 4)
    return line


def _all_at_once(played: Scene) -> list[str]:
    """Every tablet syncs until all of its work has arrived; the names of those who did not get there."""
    late: list[str] = []
    holders = played.fleet.holders

    def come_home(index: int) -> None:
        tablet = holders[index].tablet
        chances = [played.chance.random() for _ in range(PATIENCE)]
        if not _through(tablet, 1 if index == 0 else 500, chances):
            late.append(holders[index].name)

    threads = [threading.Thread(target=come_home, args=(index,)) for index in range(len(holders))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return late


def _through(tablet: Tablet, lines_max: int, chances: list[float]) -> bool:
    for chance in chances:
        synced = tablet.sync(lines_max)
        if synced.complete:
            return True
        threading.Event().wait(tablet.pace.wait_s(chance) / FASTER)
    return tablet.status().only_here == 0
