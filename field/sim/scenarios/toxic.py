"""A toxic network before the real server: cuts in the middle both ways, resets, 1 kB/s, requests that arrive
twice, and a gateway that says 502 after the office has written everything down.
"""

from field.sim.scenarios import Found, Place
from field.sim.served import Way, scene
from field.sim.toxic import Toxic

STEPS = 150


class Poisoned(Way):
    """A tablet's way through a proxy of its own."""

    made = 0

    def __init__(self, address: str) -> None:
        Poisoned.made += 1
        self.toxic = Toxic(int(address.rpartition(":")[2]), f"toxic {Poisoned.made}")
        super().__init__(self.toxic.address)

    def close(self) -> None:
        """Close the connection and the proxy."""
        super().close()
        self.toxic.close()


def play(place: Place, seed: int) -> Found:
    """A day's work through it; then the weather clears, and everything must have arrived once."""
    Poisoned.made = seed * 1000
    with scene(place.folder, place.fresh(), seed, Poisoned) as played:
        for _ in range(STEPS):
            played.fleet.step()
        ways = [way for way in played.ways if isinstance(way, Poisoned)]
        for way in ways:
            way.toxic.calm()
        found = played.judge()
    facts = {
        "captured": len(played.world.oracle.edits) + len(played.world.oracle.acts),
        "received": found.received,
        "pictures": found.pictures,
        "conflicts open": found.conflicts_open,
        "lost": found.lost,
        "doubled": found.doubled,
        "seconds on 1 kB/s": sum(way.toxic.seconds for way in ways),
    }
    for way in ways:
        for harm, times in way.toxic.harmed.items():
            name = harm.replace("_", " ")
            facts[name] = facts.get(name, 0) + times
    return Found(facts, found.violations)
