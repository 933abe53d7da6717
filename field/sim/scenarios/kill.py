"""The server dies under load, again and again, as in a power cut: kill -9 at moments drawn from the seed.

Every tablet syncs at the same time as the others while it happens; afterwards they try again, as tablets do.
Nothing that was acknowledged may be gone, and nothing that was not may be there twice.
"""

import threading

from field.sim.scenarios import Found, Place
from field.sim.served import Scene, Way, scene

KILLS = 10
STEPS = 12
REQUESTS = 24
"""The server dies at one of so many requests, wherever that is in its answer."""

DELAY_MS = 40


class Counted(Way):
    """A way that tells of each request."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.tell = threading.Semaphore(0)

    def begun(self) -> None:
        """A request goes out."""
        self.tell.release()


def play(place: Place, seed: int) -> Found:
    """Kill the server some times; two processes serve on PostgreSQL, one on SQLite."""
    workers = "1" if place.database == "sqlite" else "2"
    with scene(place.folder, place.fresh(), seed, Counted, FIELD_WORKERS=workers) as played:
        interrupted = sum(_die(played) for _ in range(KILLS))
        found = played.judge()
    facts = {
        "kills": KILLS,
        "while tablets waited": interrupted,
        "captured": len(played.world.oracle.edits) + len(played.world.oracle.acts),
        "received": found.received,
        "conflicts open": found.conflicts_open,
        "lost": found.lost,
        "doubled": found.doubled,
    }
    return Found(facts, found.violations)


def _die(played: Scene) -> bool:
    """People work; all tablets sync; the server dies under it, and comes back. Whether somebody noticed."""
    chance, holders = played.chance, played.fleet.holders
    for _ in range(STEPS):
        played.fleet.step()
    # One line at a time makes many requests, which are many moments to die at.
    sizes = [chance.choice((1, 2, 500)) for _ in holders]
    at, delay_s = chance.randint(1, REQUESTS), chance.randrange(DELAY_MS) / 1000
    told = threading.Semaphore(0)
    for way in played.ways:
        if isinstance(way, Counted):
            way.tell = told
    failed: list[bool] = []

    def sync(index: int) -> None:
        tablet = holders[index].tablet
        failed.append(tablet.sync(sizes[index], 3).problem is not None)

    threads = [threading.Thread(target=sync, args=(index,)) for index in range(len(holders))]
    for thread in threads:
        thread.start()
    for _ in range(at):
        # Where there were fewer requests than that, the last of them was the one.
        while not told.acquire(timeout=0.02) and any(thread.is_alive() for thread in threads):
            pass
    threading.Event().wait(delay_s)
    played.process.kill()
    for thread in threads:
        thread.join()
    played.process.start()
    return any(failed)
