"""The server dies under load, again and again, as in a power cut: kill -9 at moments drawn from the seed.

Every tablet syncs at the same time as the others while it happens; afterwards they try again, as tablets do.
Nothing that was acknowledged may be gone, and nothing that was not may be there twice.
"""

import threading
from collections.abc import Mapping

from field.sim.scenarios import Found, Place
from field.sim.served import Scene, Way, scene
from field.tablet.transport import Response

KILLS = 10
UNSENT = 20
"""So many lines wait on all tablets together before they all sync."""

STEPS_MAX = 200
REQUESTS = 8
"""The first time the server dies at one of so many requests; later at one of as many as there are."""

DELAY_MS = 30


class Air:
    """Requests under way, of all tablets."""

    def __init__(self) -> None:
        self.begun = self.under_way = 0
        self._changed = threading.Condition()

    def count(self, more: int) -> None:
        """One more begins, or comes to its end (-1)."""
        with self._changed:
            self.begun += more > 0
            self.under_way += more
            self._changed.notify_all()

    def wait_for(self, begun: int, threads: list[threading.Thread]) -> None:
        """Until so many have begun and one is under way, or nobody sends any more."""
        with self._changed:
            while self.begun < begun or self.under_way == 0:
                self._changed.wait(0.02)
                if not any(thread.is_alive() for thread in threads):
                    return


class Counted(Way):
    """A way that tells of each request."""

    air: Air | None = None

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """The answer. Raises NoAnswer."""
        if self.air is None:
            return super().send(method, path, headers, body)
        self.air.count(1)
        try:
            return super().send(method, path, headers, body)
        finally:
            self.air.count(-1)


def play(place: Place, seed: int) -> Found:
    """Kill the server some times; two processes serve on PostgreSQL, one on SQLite."""
    workers = "1" if place.database == "sqlite" else "2"
    with scene(place.folder, place.fresh(), seed, Counted, FIELD_WORKERS=workers) as played:
        waiting, requests = 0, REQUESTS
        for _ in range(KILLS):
            under_way, begun = _die(played, requests)
            waiting += under_way > 0
            requests = max(requests, begun) if under_way else begun
        found = played.judge()
    facts = {
        "kills": KILLS,
        "while tablets waited": waiting,
        "captured": len(played.world.oracle.edits) + len(played.world.oracle.acts),
        "received": found.received,
        "conflicts open": found.conflicts_open,
        "lost": found.lost,
        "doubled": found.doubled,
    }
    return Found(facts, found.violations)


def _die(played: Scene, requests: int) -> tuple[int, int]:
    """People work; all tablets sync; the server dies under it at one of so many requests, and comes back.

    Returns how many requests waited for an answer when it died, and how many there were in all.
    """
    chance, holders = played.chance, played.fleet.holders
    for _ in range(STEPS_MAX):
        played.fleet.step()
        if sum(len(holder.tablet.outbox.pending) for holder in holders) >= UNSENT:
            break
    # Few lines at a time make many requests, which are many moments to die at.
    sizes = [chance.choice((1, 2, 500)) for _ in holders]
    at, delay_s = chance.randint(1, max(1, requests)), chance.randrange(DELAY_MS) / 1000
    air = Air()
    for way in played.ways:
        if isinstance(way, Counted):
            way.air = air

    def sync(index: int) -> None:
        holders[index].tablet.sync(sizes[index], 3)

    threads = [threading.Thread(target=sync, args=(index,)) for index in range(len(holders))]
    for thread in threads:
        thread.start()
    air.wait_for(at, threads)
    threading.Event().wait(delay_s)
    # Wherever that is in an answer, but in one: a server that does nothing loses nothing.
    air.wait_for(at, threads)
    under_way = air.under_way
    played.process.kill()
    for thread in threads:
        thread.join()
    played.process.start()
    return under_way, air.begun
