"""Tablets that are taken out of use while there is work on them, and enrolled anew when they were found."""

import random
from typing import Any

from field.sim.edits import Place
from field.sim.holder import Holder
from field.sim.moves import SUPERVISORS
from field.sim.world import ANSWERED, PASSWORD, World

OFTEN = 0.008
"""How likely it is, in each step, that somebody misses a tablet."""

FOUND = 0.06
"""How likely it is, in each step, that one that was missed is found."""


class Lost:
    """What a supervisor revokes, and enrols anew later. `shut` tells what had come of each by then."""

    def __init__(self, world: World, seed: str) -> None:
        self.world = world
        self.chance = random.Random(f"lost {seed}")
        self.revoked = 0
        self.before: dict[tuple[str, int], int] = {}
        """What tablets could prove, as device and seq, to have come in lives of the database that ended; and
        up to which entry their proof reaches, which binds all between.
        """

        self._on_proof: dict[str, set[tuple[str, int]]] = {}

        self.violations: list[str] = []

    def step(self, holders: list[Holder]) -> None:
        """Some time passes: a tablet may be missed, or be found."""
        if self.chance.random() < OFTEN:
            self._revoke(self.chance.choice(holders))
        for holder in holders:
            if self._is_shut(holder) and self.chance.random() < FOUND:
                self.find(holder)

    def find_all(self, holders: list[Holder]) -> None:
        """Every tablet that is still missed is found."""
        for holder in holders:
            if self._is_shut(holder):
                self.find(holder)

    def _is_shut(self, holder: Holder) -> bool:
        return holder.tablet.device in self.world.oracle.shut

    def _revoke(self, holder: Holder) -> None:
        device = holder.tablet.device
        if self._is_shut(holder):
            return
        here = {place for place in self._come() if place[0] == device}
        proved = {place for place in self.before if place[0] == device} - here
        answer = self.world.ask(SUPERVISORS[holder.district], "POST", f"/api/devices/{device}/revoke")
        if answer.status >= ANSWERED:
            self.violations.append(f"S8: a tablet could not be revoked: {answer.status}")
            return
        self.world.oracle.shut[device] = here | proved
        self._on_proof[device] = proved
        self.revoked += 1

    def _come(self) -> set[tuple[str, int]]:
        """What is here. Parts of a group of which the rest is awaited go into quarantine."""
        return {(row.device, row.seq) for row in self.world.receipts() if row.status != "held"}

    def forgotten(self, holders: list[Holder], rows: list[Any]) -> None:
        """The office's database with these lines was lost, and an older one is in its place. What a signed
        answer spoke of had come, whoever is revoked by the time when it comes again; and what it called
        quarantined stays so. Where the answer got lost, nobody can tell.
        """
        for holder in holders:
            self.before.update(holder.proved())
        shut = {row.id for row in rows if row.code == "device-revoked" and row.verdict is None}
        told = {row.same_as for row in rows if (row.device, row.seq) in self.before}
        for id in shut & told & self.world.oracle.edits.keys():
            self.world.oracle.edits[id].apart = True
        homes = {row.id: (row.device, row.seq) for row in rows}
        here = self._come()
        for device, come in self.world.oracle.shut.items():
            self._on_proof[device] = (come & self.before.keys()) - here
            self.world.oracle.shut[device] = (come & here) | self._on_proof[device]
        for edit in self.world.oracle.edits.values():
            home = homes.get(edit.id)
            # It was released under an identity of which its tablet never heard that it had come.
            moved = home is not None and home != (edit.device, edit.seq)
            edit.released = edit.released and not (moved and home not in here)

    def settle(self, holders: list[Holder]) -> None:
        """What a proof was to bind is damaged by now, or was left behind: then it proves nothing."""
        for holder in holders:
            for device in holder.devices & self._on_proof.keys():
                sound = holder.sound(device)
                unproved = {
                    place
                    for place in self._on_proof[device]
                    if not sound.issuperset(range(place[1] + 1, self.before[place] + 1))
                }
                self.world.oracle.shut[device] -= unproved

    def find(self, holder: Holder) -> None:
        """With a new code it is used again, and brings along what it does not know to have arrived."""
        tablet = holder.tablet
        before, last = tablet.device, tablet.outbox.last
        tablet.enrol_again(self.world.code(holder.district), holder.name)
        for login in holder.people:
            tablet.sign_in(login, PASSWORD)
        shift = last - tablet.outbox.last
        here = self._come()
        lines = {seq: raw.partition(b"\t")[0] for seq, raw in tablet.outbox.after(0)}
        for edit in self.world.oracle.edits.values():
            if edit.device == before and edit.seq > shift:
                edit.former.append(Place(edit.device, edit.seq, edit.raw))
                # A release that a restored office knows, of a line that it has not, is not about the new one.
                came = any((at.device, at.seq) in here for at in edit.former)
                edit.released = edit.released and came
                edit.device, edit.seq = tablet.device, edit.seq - shift
                # What was damaged is declared lost in its place, and its own bytes are nowhere.
                edit.raw = edit.raw if edit.broken else lines.get(edit.seq, b"")
