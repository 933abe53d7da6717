"""The office moves things while tablets are out: establishments and visits between districts, inspectors too.

Where each record stood and who was posted where, and when, is written down as the office's people decided it;
from that, and from nothing the server says, the oracle works out which work had a right.
"""

import random
from typing import Any

import msgspec

from field.sim.edits import Edit, Screen
from field.sim.world import ANSWERED, HASHED, World
from field.store import people
from field.store.people import Person
from field.sync.rights import ADMINISTRATOR, INSPECTOR, Posting

ALWAYS_MS = 0
OFFICE = "administrator-1"
SUPERVISORS = {"korangi": "supervisor-1", "malir": "supervisor-2"}


class Ledger:
    """Where everything stood and who was posted where, as the office's people decided it."""

    def __init__(self, world: World) -> None:
        self.world = world
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
        """Mark what was typed without a right: the office puts it aside. Of losses is known already."""
        oracle = self.world.oracle
        lost = {edit.unit for edit in oracle.edits.values() if edit.fate == "lost"}
        refused = [each for each in oracle.edits.values() if (each.bad and each.kind != "lead") or each.shut]
        absent = lost | {each.unit for each in refused if not each.released}
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
            waits = needed is not None and needed.unit != edit.unit and needed.unit in absent
            # Let out of quarantine, it is here also without another of its group that was lost.
            waits = waits and not (needed is not None and needed.released and needed.fate != "lost")
            if not waits and not self.had_right(edit.by, oracle.root(edit), edit.t):
                edit.bad = True
            if ((edit.bad or edit.shut) and not edit.released) or waits:
                absent.add(edit.unit)


class Moves:
    """What the office moves, with its own chance."""

    def __init__(self, world: World, seed: str) -> None:
        self.world = world
        self.ledger = Ledger(world)
        self.office_id = _employ_administrator(world)
        self.chance = random.Random(f"office {seed}")
        self.violations: list[str] = []
        self.facts = {"establishments": 0, "visits": 0, "postings": 0, "freed": 0}
        # Where somebody is posted is not one district here: the ledger judges that.
        world.oracle.posted.clear()
        world.oracle.rights = self.ledger

    @property
    def moved(self) -> int:
        """How often something was moved."""
        return self.facts["establishments"] + self.facts["visits"] + self.facts["postings"]

    def any(self) -> None:
        """A move of one of the three sorts."""
        self.chance.choice((self.move_establishment, self.give_visit, self.transfer))()

    def move_establishment(self) -> None:
        """An establishment goes to the other district, with its visits."""
        unit = self.chance.choice(self.world.establishments)
        district = other(self.ledger.district(unit))
        said = self._ask(
            OFFICE, f"/api/establishments/{unit}/district", {"district": district, "reason": "x"}
        )
        if said is None:
            return
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
        visit = self.chance.choice(self.world.visits)
        district = self.ledger.district(visit)
        posted = [p for p in self.world.people.values() if p.role == INSPECTOR and p.district == district]
        others = [p.id for p in posted if p.id != self.world.inspector_of[visit]]
        if not others:
            return
        to = self.chance.choice(others)
        path = f"/api/visits/{visit}/inspector"
        said = self._ask(SUPERVISORS[district], path, {"inspector": to})
        if said is None:
            return
        self.world.inspector_of[visit] = to
        by = self.world.people[SUPERVISORS[district]].id
        self._note(said["id"], said["seq"], "visit", visit, {"inspector": to}, by)
        self.facts["visits"] += 1

    def transfer(self) -> None:
        """An inspector is posted to the other district; the visits under way stay behind."""
        one = self.chance.choice([p for p in self.world.people.values() if p.role == INSPECTOR])
        to = other(one.district)
        body = {"role": INSPECTOR, "from_district": one.district, "district": to}
        before = {(row.device, row.seq) for row in self.world.receipts()}
        said = self._ask(OFFICE, f"/api/people/{one.id}/postings/transfer", body)
        if said is None:
            return
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

    def _ask(self, login: str, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """The answer; a refusal is a fault: the office knows who stands where as well as this does."""
        answer = self.world.ask(login, "POST", path, body)
        if answer.status >= ANSWERED:
            self.violations.append(f"S7: {path} was answered {answer.status}: {answer.body.decode()}")
            return None
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


def _employ_administrator(world: World) -> str:
    id, true = world.true.uuid7(), world.true
    person = Person(id, OFFICE, OFFICE, [Posting(id, ADMINISTRATOR, None, ALWAYS_MS)])
    with world.context.store.write() as tx:
        people.add(tx, person, HASHED, [true.uuid7()], true.now_ms())
    return id
