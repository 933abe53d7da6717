"""Supervisors at work on what is in quarantine, and on what was decided."""

import random
from typing import Any

import msgspec

from field.sim.edits import Edit
from field.sim.world import ANSWERED, World

REASONS = ("Seen the posting order.", "The register agrees.", "It was the wrong row.")


class Desk:
    """What a supervisor releases, rejects and takes back; the oracle hears what their screen says."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world = world
        self.chance = chance
        self.released = 0
        self.taken_back = 0
        self.violations: list[str] = []
        self._undid: dict[str, list[str]] = {}
        """What each of the office's entries took back, by its id."""

    def decide(self, login: str) -> None:
        """Open something in quarantine; let it land or reject it, and now and then the other after all."""
        entries = self._listed(login, "quarantined")
        if not entries:
            return
        entry = self.chance.choice(entries)
        opened = self._get(login, f"/api/quarantine/{entry}")
        if opened is None:
            return
        edits = [each for line in opened["lines"] if (each := self._edit(line["entry"])) is not None]
        act = "release" if self.chance.random() < 0.7 else "reject"
        theirs = opened["district"] == self.world.people[login].district
        if not self._act(login, entry, act):
            if theirs and act == "release" and not any(_cannot_be(edit) for edit in edits) and edits:
                words = f"{entry} could not be released: {opened['obstacle']}"
                self.violations.append(f"S1: {words}")
            return
        if not theirs:
            self.violations.append(f"S8: {entry} was decided about by a supervisor of another district")
        if act == "release":
            self.released += 1
            for edit in edits:
                edit.released = True
                if _cannot_be(edit):
                    self.violations.append(f"S8: {entry} was released, and says what cannot be")

    def take_back(self, login: str) -> None:
        """Take a release or a rejection back, or let what was taken back count again."""
        entries = self._listed(login, self.chance.choice(("released", "released", "rejected")))
        if not entries:
            return
        entry = self.chance.choice(entries)
        opened = self._get(login, f"/api/quarantine/{entry}")
        if opened is None:
            return
        records = {line["record"] for line in opened["lines"] if line["record"]}
        if self._act(login, entry, "release" if opened["verdict"] == "undone" else "undo"):
            self.taken_back += 1
            for record in sorted(records):
                self._hear(login, record)

    def undo_decision(self, login: str, conflict: str) -> None:
        """Take back what was decided about a conflict."""
        opened = self._get(login, f"/api/conflicts/{conflict}")
        standing = [each["id"] for each in (opened or {}).get("decisions", ()) if not each["undone"]]
        if not standing:
            return
        decision = self.chance.choice(standing)
        body = {"decision": decision, "reason": self.chance.choice(REASONS)}
        answer = self.world.ask(login, "POST", f"/api/conflicts/{conflict}/undo", body)
        if answer.status < ANSWERED:
            self.taken_back += 1
            self.world.oracle.edits[decision].undone = True
            self._acted(msgspec.json.decode(answer.body))

    def _listed(self, login: str, status: str) -> list[str]:
        listed = self._get(login, f"/api/quarantine?status={status}")
        return [f"{each['device']}:{each['seq']}" for each in listed or ()]

    def _get(self, login: str, path: str) -> Any:
        answer = self.world.ask(login, "GET", path)
        return msgspec.json.decode(answer.body) if answer.status < ANSWERED else None

    def _act(self, login: str, entry: str, act: str) -> bool:
        body = {"reason": self.chance.choice(REASONS)}
        answer = self.world.ask(login, "POST", f"/api/quarantine/{entry}/{act}", body)
        if answer.status >= ANSWERED:
            if answer.status >= 500:
                self.violations.append(f"S6: {act} of {entry} was answered {answer.status}")
            return False
        self._acted(msgspec.json.decode(answer.body))
        return True

    def _acted(self, receipt: Any) -> None:
        self.world.oracle.acts.add((self.world.context.office, receipt["seq"]))

    def _edit(self, entry: str) -> Edit | None:
        device, _, seq = entry.partition(":")
        place = (device, int(seq))
        edits = self.world.oracle.edits.values()
        found = (e for e in edits if place in [(e.device, e.seq), *((at.device, at.seq) for at in e.former)])
        return next(found, None)

    def _hear(self, login: str, record: str) -> None:
        """What the office wrote about a record to take something back, as its history shows it."""
        oracle, office = self.world.oracle, self.world.context.office
        for each in self._get(login, f"/api/records/{record}/history") or ():
            place = (each["device"], each["seq"])
            if each["device"] != office or each["id"] in oracle.edits or place in oracle.acts:
                continue
            line = msgspec.json.decode(each["line"])
            if line["op"] != "withdraw":
                oracle.acts.add(place)
                self._undid[each["id"]] = line.get("undoes", [])
                self._mark(each["id"])
                continue
            said = line["set"]["withdrawn"]
            made = next(e for e in oracle.edits.values() if e.record == record and e.op == "create")
            oracle.note(
                Edit(
                    id=each["id"],
                    device=office,
                    seq=each["seq"],
                    op="withdraw",
                    kind=each["kind"],
                    record=record,
                    values={"withdrawn": said["reason"]},
                    by=each["by"],
                    t=each["t"],
                    parent=made.parent,
                    saw=frozenset(said["seen"]),
                )
            )

    def _mark(self, act: str, *, undone: bool = True) -> None:
        """What an entry took back counts no more; and again, where it is that entry which is taken back."""
        for id in self._undid[act]:
            if id in self._undid:
                self._mark(id, undone=not undone)
            else:
                self.world.oracle.edits[id].undone = undone


def _cannot_be(edit: Edit) -> bool:
    """Whether an entry says what nobody can allow; a lead in a district of others only lacks the right."""
    return edit.bad and not (edit.kind == "lead" and edit.op == "create")
