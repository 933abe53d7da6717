"""Establishments, visits and inspectors move in the middle of offline work, in the worst weather.

The oracle works from what people typed and when, from where each record stood and who was posted where at
that moment: what was typed with a posting lands, wherever its record has gone; what was typed after it ended
is put aside; in the end every tablet holds the rows of its people's scopes, byte for byte, and nothing else.
"""

import random
from collections.abc import Callable
from typing import Any

import msgspec

from field.app import context_of, create_app
from field.sim.audit import Audit
from field.sim.clock import TrueClock
from field.sim.edits import Edit, Screen
from field.sim.fleet import Fleet
from field.sim.holder import Holder
from field.sim.network import WEATHERS, InProcess, Network
from field.sim.oracle import Oracle
from field.sim.run import TABLETS
from field.sim.scenarios import Found, Place
from field.sim.world import HASHED, HASHER, World
from field.store import people
from field.store.engine import Store
from field.store.people import Person
from field.store.sealing import KEY_BYTES, Sealer
from field.sync.rights import ADMINISTRATOR, INSPECTOR, Posting
from field.sync.signing import ServerKey

STEPS = 200
MOVES_EACH = 6
SEED_BYTES = 32
ALWAYS_MS = 0
OFFICE = "administrator-1"


class Ledger:
    """Where everything stood and who was posted where, as the office's people decided it."""

    def __init__(self, world: World, supervisors: dict[str, str]) -> None:
        self.world = world
        self.supervisors = supervisors
        self.stood: dict[str, list[tuple[int, str]]] = {}
        self.posted: dict[str, list[tuple[int, str]]] = {
            person.id: [(ALWAYS_MS, person.district)] for person in world.people.values()
        }
        for edit in world.oracle.edits.values():
            if edit.op == "create" and "district" in edit.values:
                self.stood[edit.record] = [(ALWAYS_MS, edit.values["district"])]

    def district(self, record: str) -> str:
        """Where a root stands now."""
        return self.stood[record][-1][1]

    def had_right(self, person: str, root: str, t: int) -> bool:
        """Whether somebody was posted, at a moment, where a record stood then or before."""
        home = [district for since, district in self.posted[person] if since <= t][-1]
        return home in {district for since, district in self.stood[root] if since <= t}

    def judge(self) -> None:
        """Mark what was typed without a right: the office puts it aside."""
        oracle = self.world.oracle
        # Where somebody is posted is not one district here: it is judged below.
        oracle.posted.clear()
        oracle._settle_times()
        absent = {_unit(edit) for edit in oracle.edits.values() if edit.bad and edit.kind != "lead"}
        made = {edit.record: edit for edit in oracle.edits.values() if edit.op == "create"}
        for edit in sorted(oracle.edits.values(), key=lambda each: (each.t, each.device, each.seq)):
            if edit.device == self.world.context.office or edit.by is None:
                continue
            if edit.kind == "lead" and edit.op == "create":
                # Its district is where its author meant to be; their clock decides whether they were.
                self.stood[edit.record] = [(ALWAYS_MS, edit.values["district"])]
                edit.bad = False
            needed = made.get(edit.parent or edit.record if edit.op == "create" else edit.record)
            # What belongs to a record that never came waits for it, and is judged no further.
            waits = needed is not None and _unit(needed) != _unit(edit) and _unit(needed) in absent
            if not waits and not self.had_right(edit.by, oracle.root(edit), edit.t):
                edit.bad = True
            if edit.bad or waits:
                absent.add(_unit(edit))


def _unit(edit: Edit) -> tuple[str, int]:
    """What lands together with an edit or not at all."""
    return edit.group or (edit.device, edit.seq)


class MovingFleet(Fleet):
    """The fleet of the random histories, while the office moves things."""

    def __init__(
        self, world: World, holders: list[Holder], seed: str, ledger: Ledger, office_id: str
    ) -> None:
        super().__init__(world, holders, seed)
        self.ledger = ledger
        self.office_id = office_id
        self.office = random.Random(f"office {seed}")
        self.facts = {"establishments": 0, "visits": 0, "postings": 0, "freed": 0}

    def _acts(self) -> list[tuple[Callable[[Holder], None], float]]:
        return super()._acts()[:-2]  # no damage or harm to storage: that is another story

    def _office(self) -> None:
        """In place of decisions: a transfer of one of the three sorts."""
        self.office.choice((self.move_establishment, self.give_visit, self.transfer))()

    def move_establishment(self) -> None:
        """An establishment goes to the other district, with its visits."""
        unit = self.office.choice(self.world.establishments)
        district = other(self.ledger.district(unit))
        said = self._ask(
            OFFICE, f"/api/establishments/{unit}/district", {"district": district, "reason": "x"}
        )
        t = self.world.true.now_ms()
        for record in (unit, *said["visits"]):
            self.ledger.stood[record].append((t, district))
        for answer, record in zip(said["answers"], (unit, *said["visits"]), strict=True):
            free = {"inspector": None} if record in said["freed"] else {}
            kind = "establishment" if record == unit else "visit"
            self._note(
                answer["id"], answer["seq"], kind, record, {"district": district, **free}, self.office_id
            )
        self._freed(said["freed"])
        self.facts["establishments"] += 1

    def give_visit(self) -> None:
        """A visit goes to another inspector who is posted where it stands."""
        visit = self.office.choice(self.world.visits)
        district = self.ledger.district(visit)
        posted = [p for p in self.world.people.values() if p.role == INSPECTOR and p.district == district]
        others = [p.id for p in posted if p.id != self.world.inspector_of[visit]]
        if not others:
            return
        to = self.office.choice(others)
        path = f"/api/visits/{visit}/inspector"
        said = self._ask(self.ledger.supervisors[district], path, {"inspector": to})
        self.world.inspector_of[visit] = to
        by = self.world.people[self.ledger.supervisors[district]].id
        self._note(said["id"], said["seq"], "visit", visit, {"inspector": to}, by)
        self.facts["visits"] += 1

    def transfer(self) -> None:
        """An inspector is posted to the other district; the visits under way stay behind."""
        one = self.office.choice([p for p in self.world.people.values() if p.role == INSPECTOR])
        to = other(one.district)
        body = {"role": INSPECTOR, "from_district": one.district, "district": to}
        before = {(row.device, row.seq) for row in self.world.receipts()}
        said = self._ask(OFFICE, f"/api/people/{one.id}/postings/transfer", body)
        self.world.people[one.login] = msgspec.structs.replace(one, district=to)
        self.ledger.posted[one.id].append((self.world.true.now_ms(), to))
        for row in self.world.receipts():
            if (row.device, row.seq) not in before and row.record in said["freed"]:
                self._note(row.id, row.seq, "visit", row.record, {"inspector": None})
        self._freed(said["freed"])
        self.facts["postings"] += 1

    def _freed(self, visits: list[str]) -> None:
        for visit in visits:
            self.world.inspector_of[visit] = ""
        self.facts["freed"] += len(visits)

    def _ask(self, login: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.world.ask(login, "POST", path, body)
        assert answer.status == 200, answer.body
        found: dict[str, Any] = msgspec.json.decode(answer.body)
        return found

    def _note(
        self, id: str, seq: int, kind: str, record: str, values: dict[str, Any], by: str | None = None
    ) -> None:
        before = [each for each in self.world.oracle.edits.values() if each.record == record]
        seen = {name: frozenset(each.id for each in before if name in each.values) for name in values}
        self.world.oracle.note(
            Edit(
                id=id,
                device=self.world.context.office,
                seq=seq,
                op="set",
                kind=kind,
                record=record,
                values=values,
                by=by,
                screen=Screen(seen=seen),
                t=self.world.true.now_ms(),
            )
        )


def other(district: str) -> str:
    """The other one of the two districts."""
    return "malir" if district == "korangi" else "korangi"


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
    ledger = Ledger(world, {"korangi": "supervisor-1", "malir": "supervisor-2"})
    office_id = _employ_administrator(world)
    network = Network(world.server, world.true, WEATHERS["worst"], f"network {seed}")
    holders = [
        Holder(f"{seed} tablet-{at}", place.folder, network, world.true, list(logins), world.oracle)
        for at, logins in enumerate(TABLETS, 1)
    ]
    fleet = MovingFleet(world, holders, f"fleet {seed}", ledger, office_id)
    try:
        for holder in holders:
            holder.start(world)
        moves = [fleet.move_establishment, fleet.give_visit, fleet.transfer] * MOVES_EACH
        fleet.office.shuffle(moves)
        at = dict(zip(sorted(fleet.office.sample(range(STEPS), len(moves))), moves, strict=True))
        for step in range(STEPS):
            fleet.step()
            at.get(step, lambda: None)()
        network.calm()
        quiet = fleet.settle()
        ledger.judge()
        found = Audit(world, fleet, world.oracle).carry_out()
    finally:
        for holder in holders:
            holder.tablet.close()
    violations = [*found.violations, *(f"S6: the server failed: {words}" for words in network.failures)]
    if not quiet:
        violations.append("S4: the tablets do not come to rest")
    counted = {"captured": len(world.oracle.edits), "received": found.received, "lost": found.lost}
    counted |= {"doubled": found.doubled, "quarantined": found.quarantined, "alarms": _alarms(world)}
    return Found({**fleet.facts, **counted}, violations)


def _employ_administrator(world: World) -> str:
    id, true = world.true.uuid7(), world.true
    person = Person(id, OFFICE, OFFICE, [Posting(id, ADMINISTRATOR, None, ALWAYS_MS)])
    with world.context.store.write() as tx:
        people.add(tx, person, HASHED, [true.uuid7()], true.now_ms())
    return id


def _alarms(world: World) -> int:
    """How often a supervisor was told of work on a record that its tablet had lost."""
    answer = world.ask("supervisor-1", "GET", "/api/alarms")
    other_district = world.ask("supervisor-2", "GET", "/api/alarms")
    listed = msgspec.json.decode(answer.body) + msgspec.json.decode(other_district.body)
    return sum(alarm["code"] == "moved-away" for alarm in listed)
