"""Establishments, visits and inspectors move in the middle of offline work, in the worst weather.

The oracle works from what people typed and when, from where each record stood and who was posted where at
that moment: what was typed with a posting lands, wherever its record has gone; what was typed after it ended
is put aside; in the end every tablet holds the rows of its people's scopes, byte for byte, and nothing else.
"""

from collections.abc import Callable

import msgspec

from field.app import context_of, create_app
from field.sim.audit import Audit
from field.sim.clock import TrueClock
from field.sim.fleet import Fleet
from field.sim.holder import Holder
from field.sim.moves import Moves
from field.sim.network import WEATHERS, InProcess, Network
from field.sim.oracle import Oracle
from field.sim.run import TABLETS
from field.sim.scenarios import Found, Place
from field.sim.world import HASHER, World
from field.store.engine import Store
from field.store.sealing import KEY_BYTES, Sealer
from field.sync.signing import ServerKey

STEPS = 200
MOVES_EACH = 6
SEED_BYTES = 32


class MovingFleet(Fleet):
    """The fleet of the random histories, of which the office does nothing but move things."""

    def _acts(self) -> list[tuple[Callable[[Holder], None], float]]:
        return super()._acts()[:-2]  # no damage or harm to storage: that is another story

    def _office(self) -> None:
        """In place of decisions: a transfer of one of the three sorts."""
        assert self.moves is not None
        self.moves.any()


def play(place: Place, seed: int) -> Found:
    """One history with moves of all three sorts."""
    true = TrueClock(seed)
    store = Store(place.fresh(), Sealer(true.token(KEY_BYTES), true.token), durable=False, pool_size=2)
    context = context_of(store, true, ServerKey(true.token(SEED_BYTES)), place.folder / f"photos {seed}")
    few = {"snapshots": place.folder / f"snapshots {seed}", "snapshot_rows_min": 3}
    context = msgspec.structs.replace(context, **few)
    server = InProcess(create_app(context, HASHER))
    try:
        return _play(place, seed, World(context, server, true, Oracle(), f"world {seed}"))
    finally:
        server.close()
        store.close()


def _play(place: Place, seed: int, world: World) -> Found:
    world.found(establishments=4, visits=6)
    moves = Moves(world, f"fleet {seed}")
    network = Network(world.server, world.true, WEATHERS["worst"], f"network {seed}")
    holders = [
        Holder(f"{seed} tablet-{at}", place.folder, network, world.true, list(logins), world.oracle)
        for at, logins in enumerate(TABLETS, 1)
    ]
    fleet = MovingFleet(world, holders, f"fleet {seed}", moves)
    try:
        for holder in holders:
            holder.start(world)
        acts = [moves.move_establishment, moves.give_visit, moves.transfer] * MOVES_EACH
        moves.chance.shuffle(acts)
        at = dict(zip(sorted(moves.chance.sample(range(STEPS), len(acts))), acts, strict=True))
        for step in range(STEPS):
            fleet.step()
            at.get(step, lambda: None)()
        network.calm()
        quiet = fleet.settle()
        found = Audit(world, fleet, world.oracle).carry_out()
    finally:
        for holder in holders:
            holder.tablet.close()
    violations = [*found.violations, *(f"S6: the server failed: {words}" for words in network.failures)]
    if not quiet:
        violations.append("S4: the tablets do not come to rest")
    counted = {"captured": len(world.oracle.edits), "received": found.received, "lost": found.lost}
    counted |= {"doubled": found.doubled, "quarantined": found.quarantined, "alarms": _alarms(world)}
    return Found({**moves.facts, **counted}, violations)


def _alarms(world: World) -> int:
    """How often a supervisor was told of work on a record that its tablet had lost."""
    answer = world.ask("supervisor-1", "GET", "/api/alarms")
    other_district = world.ask("supervisor-2", "GET", "/api/alarms")
    listed = msgspec.json.decode(answer.body) + msgspec.json.decode(other_district.body)
    return sum(alarm["code"] == "moved-away" for alarm in listed)
