"""The server's disk is full, again and again: its own writes fail while tablets push and photos come.

The system takes no byte more into any file of the server, wherever that finds it: in the middle of a
transaction, of a photo, of its log. Tablets are told so in words and keep their work. Then there is room
again, for the server that went on or for one that starts after a power cut, and everything arrives once.
"""

import threading
from collections.abc import Callable, Mapping

import msgspec

from field.sim.scenarios import Found, Place
from field.sim.served import BUG, Scene, Way, scene
from field.tablet.transport import Response

TIMES = 6
STEPS = 10
ROOM_BYTES = (0, 3000, 40_000, 200_000)
"""To how many bytes a file may grow. What is longer already can be written to up to there, and no further."""

CODES = ("storage-full", "storage-failed")
"""What a tablet may hear of it."""


class Heard(msgspec.Struct):
    """What a refusal says."""

    code: str = ""
    detail: str = ""


class Listening(Way):
    """A way that remembers what the server said when it took nothing."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.heard: list[Heard] = []
        self.before: Callable[[str], object] = str

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """The answer. Raises NoAnswer."""
        self.before(path)
        answer = super().send(method, path, headers, body)
        # To a HEAD nothing is said beside the status.
        if answer.status >= BUG and answer.body:
            self.heard.append(msgspec.json.decode(answer.body, type=Heard))
        return answer


def play(place: Place, seed: int) -> Found:
    """Fill the disk some times, as lines or photos come; every other time the power goes meanwhile."""
    workers = "1" if place.database == "sqlite" else "2"
    with scene(place.folder, place.fresh(), seed, Listening, FIELD_WORKERS=workers) as played:
        for time in range(TIMES):
            _fill(played, time)
        heard = [each for way in played.ways if isinstance(way, Listening) for each in way.heard]
        found = played.judge()
    facts = {
        "times full": TIMES,
        "told so": len(heard),
        "captured": len(played.world.oracle.edits) + len(played.world.oracle.acts),
        "received": found.received,
        "conflicts open": found.conflicts_open,
        "lost": found.lost,
        "doubled": found.doubled,
    }
    odd = {f"{each.code}: {each.detail}" for each in heard if not _clear(each)}
    unsaid = [f"S6: a tablet was told of a full disk: {words}" for words in sorted(odd)]
    return Found(facts, [*found.violations, *unsaid])


def _clear(heard: Heard) -> bool:
    return heard.code in CODES and "disk" in heard.detail


def _fill(played: Scene, time: int) -> None:
    """People work; the disk is full as all tablets sync; then there is room again."""
    chance, holders = played.chance, played.fleet.holders
    for _ in range(STEPS):
        played.fleet.step()
    room = chance.choice(ROOM_BYTES)
    first = ("/api/sync/push", "/api/sync/pull", "/api/photos")[time % 3]
    full = threading.Event()

    def fill(path: str) -> None:
        if path.startswith(first) and not full.is_set():
            full.set()
            played.process.bound(room)

    for way in played.ways:
        if isinstance(way, Listening):
            way.before = fill
    threads = [threading.Thread(target=holder.tablet.sync, args=(500, 3)) for holder in holders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    full.set()
    if time % 2:
        played.process.bound(None)
    else:
        played.process.kill()
        played.process.start()
