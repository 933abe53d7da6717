"""The audit: compares what the server and the tablets hold with what the oracle expects, by promise."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from field.sim.edits import Edit, Place, Value
from field.sim.fleet import Fleet
from field.sim.holder import Holder
from field.sim.oracle import WITHDRAWN, Expected, Field, Oracle
from field.sim.world import World
from field.store import device_ledger

Rows = Mapping[str, Mapping[str, tuple[bytes, bytes | None]]]

SHIPPED = "checklist"
"""The kind of what a new database begins with."""

LANDED = ("applied", "merged", "conflict")
PERSONAL = ("worker_name", "cnic", "person_met", "private_value")


class Findings(msgspec.Struct):
    """What an audit found."""

    violations: list[str] = []
    received: int = 0
    pictures: int = 0
    lost: int = 0
    doubled: int = 0
    declared: int = 0
    quarantined: int = 0
    conflicts_open: int = 0


class Audit:
    """One comparison, at the end of a run."""

    def __init__(self, world: World, fleet: Fleet, oracle: Oracle) -> None:
        self.world = world
        self.fleet = fleet
        self.oracle = oracle
        self.found = Findings()
        self.receipts = [row for row in world.receipts() if row.kind != SHIPPED]
        self.rows: Rows = world.rows()
        self.places: dict[str, list[Place]] = {}
        self.repetitions = 0

    def carry_out(self) -> Findings:
        """Compare everything."""
        self._note_homes()
        self._note_losses()
        expected = self.oracle.judge()
        self._check_receipts()
        self._check_records(expected)
        self._check_conflicts(expected)
        for scope, checksum in sorted(self.world.checksums().items()):
            if checksum != _checksum(self.rows.get(scope, {})):
                self._object("S4", f"the checksum kept of {scope} is not that of its rows")
        for holder in self.fleet.holders:
            self._check_tablet(holder)
            self._check_ledger(holder)
        self._check_pictures()
        self.found.violations.extend(self.fleet.desk.violations)
        if self.fleet.lost is not None:
            self.found.violations.extend(self.fleet.lost.violations)
        if self.fleet.moves is not None:
            self.found.violations.extend(self.fleet.moves.violations)
        self.found.conflicts_open = sum(f.disputed for e in expected.values() for f in e.fields.values())
        return self.found

    def _object(self, promise: str, words: str) -> None:
        self.found.violations.append(f"{promise}: {words}")

    def _note_homes(self) -> None:
        """An edit that a tablet brought along under a new identity stands where it arrived first."""
        rows = {(row.device, row.seq): row for row in self.receipts}
        for edit in self.oracle.edits.values():
            places = [*edit.former, Place(edit.device, edit.seq, edit.raw)]
            self.places[edit.id] = places
            came = [at for at in places if _arrived(rows.get((at.device, at.seq)), at)]
            if came:
                edit.device, edit.seq, edit.raw = came[0].device, came[0].seq, came[0].raw

    def _note_losses(self) -> None:
        """A damaged entry may have arrived before; otherwise it must have been declared lost."""
        arrived = {(row.device, row.seq): bytes(row.line) for row in self.receipts}
        for edit in self.oracle.edits.values():
            if edit.broken and arrived.get((edit.device, edit.seq)) != edit.raw:
                edit.fate = "lost"

    def _check_receipts(self) -> None:
        """S1: every captured change has one receipt, as expected, and is kept with its bytes."""
        by_place = {(row.device, row.seq): row for row in self.receipts}
        ids = Counter(row.id or row.same_as for row in self.receipts if row.status != "duplicate")
        for id, times in ids.items():
            if times > 1:
                self.found.doubled += 1
                self._object("S2", f"the change {id} stands {times} times in the history")
        for edit in self.oracle.edits.values():
            row = by_place.pop((edit.device, edit.seq), None)
            if row is None:
                self.found.lost += 1
                self._object("S1", f"{_named(edit)} has no receipt")
                continue
            fate = _class(row.status)
            self.found.quarantined += fate == "quarantined"
            self.found.declared += fate == "lost"
            if fate != edit.fate:
                self._object("S1", f"{_named(edit)} is {fate} ({row.code}), expected {edit.fate}")
            if edit.raw and edit.fate != "lost" and bytes(row.line) != edit.raw:
                self._object("S1", f"{_named(edit)} is kept with other bytes than were captured")
        for edit in self.oracle.edits.values():
            self._check_repetitions(edit, by_place)
        self.found.received = len(self.receipts) - self.repetitions
        for place in self.oracle.acts:
            row = by_place.pop(place, None)
            if row is None or _class(row.status) != "landed":
                self._object("S1", f"the office's decision {place} is {row and row.status}")
        for device, seq in by_place:
            self._object("S2", f"the server has a change {device} {seq} that nobody captured")

    def _check_repetitions(self, edit: Edit, by_place: dict[tuple[str, int], Any]) -> None:
        """What came once more under another identity says the same, or was declared lost meanwhile."""
        for at in self.places[edit.id]:
            row = by_place.pop((at.device, at.seq), None)
            if row is None:
                continue
            self.repetitions += 1
            same = row.status == "duplicate" and row.same_as == edit.id
            if not same and not (edit.broken and row.status == "lost"):
                self._object("S2", f"{_named(edit)} is {row.status} ({row.code}) as {at.device} {at.seq} too")

    def _check_records(self, expected: Mapping[str, Expected]) -> None:
        """S1, S2, S5: every record is once in the scope where it belongs, and shows what it must."""
        places: dict[str, list[str]] = {}
        for scope, rows in self.rows.items():
            for record in rows:
                places.setdefault(record, []).append(scope)
        for record, expect in expected.items():
            scopes = places.pop(record, [])
            if scopes != [self._scope(expect, expected)]:
                self._object("S4", f"{expect.kind} {record} is in {scopes}")
            for scope in scopes:
                self._check_row(record, expect, *self.rows[scope][record])
        for record, scopes in places.items():
            row = msgspec.json.decode(self.rows[scopes[0]][record][0])
            if row["kind"] not in ("conflict", SHIPPED):
                self.found.doubled += 1
                self._object("S2", f"there is a {row['kind']} {record} that nobody made")

    def _check_pictures(self) -> None:
        """S1, S2: the bytes of every photo whose entry arrived are here, the same ones, and no others."""
        held = self.world.pictures()
        for edit in self.oracle.edits.values():
            taken = self.oracle.pictures.get(edit.record) if edit.op == "create" else None
            if taken is None or edit.fate == "lost":
                continue
            self.found.pictures += 1
            if held.pop(edit.record, None) != taken:
                self.found.lost += 1
                self._object("S1", f"{_named(edit)}: the bytes that were taken are not at the office")
        for record in held:
            self._object("S2", f"the office keeps bytes for {record}, which no tablet took")

    def _scope(self, expect: Expected, expected: Mapping[str, Expected]) -> str:
        root = expected[expect.root]
        if root.kind in ("establishment", "lead"):
            return f"district/{root.fields['district'].value}"
        inspector = root.fields["inspector"].value
        return f"own/{inspector}" if inspector else f"pool/{root.fields['district'].value}"

    def _check_row(self, record: str, expect: Expected, public: bytes, private: bytes | None) -> None:
        row = msgspec.json.decode(public)
        opened = msgspec.json.decode(private) if private else {}
        values = {name: _clear(name, value, opened) for name, value in row["values"].items()}
        for name, field in expect.fields.items():
            shown = values.pop(name, None)
            if name == WITHDRAWN and shown is not None:
                shown = shown["reason"]
            if shown != field.value:
                self._wrong_value(record, expect, name, field, shown)
            if (name in row.get("disputed", ())) != field.disputed:
                state = "not in dispute" if field.disputed else "in dispute"
                self._object("S1", f"{expect.kind} {record}.{name} is {state}")
        if values:
            self._object("S1", f"{expect.kind} {record} has values nobody typed: {values}")

    def _wrong_value(self, record: str, expect: Expected, name: str, field: Field, shown: Value) -> None:
        promise = "S1"
        if name == "minutes_on_site":
            promise = "S2"
            self.found.doubled += 1
        self._object(promise, f"{expect.kind} {record}.{name} shows {shown!r}, expected {field.value!r}")

    def _check_conflicts(self, expected: Mapping[str, Expected]) -> None:
        """S1, S5: the open conflicts are exactly those expected, with exactly their candidates."""
        wanted = {(r, n): f for r, e in expected.items() for n, f in e.fields.items() if f.disputed}
        for rows in self.rows.values():
            for public, private in rows.values():
                row = msgspec.json.decode(public)
                if row["kind"] != "conflict" or not row["values"]["open"]:
                    continue
                opened = msgspec.json.decode(private) if private else {}
                about = (row["values"]["record"], row["values"]["about"])
                field = wanted.pop(about, None)
                if field is None:
                    self._object("S1", f"the conflict about {about} should not be open")
                else:
                    self._check_candidates(about, field, row["values"]["candidates"], opened)
        for about in wanted:
            self._object("S1", f"there should be an open conflict about {about}")

    def _check_candidates(self, about: tuple[str, str], field: Field, listed: Any, opened: Any) -> None:
        found = {each["write"]: each for each in listed}
        if found.keys() != field.candidates:
            less, more = field.candidates - found.keys(), found.keys() - field.candidates
            self._object("S1", f"the conflict about {about} lacks candidates {less} or has wrong ones {more}")
            return
        for id, each in found.items():
            edit = self.oracle.edits[id]
            value = _clear(about[1], each["value"], opened)
            value = value["reason"] if about[1] == WITHDRAWN and value is not None else value
            said = (value, each["by"], each["device"], each["t"])
            if said != (edit.values.get(about[1]), edit.by, edit.device, edit.t):
                self._object("S1", f"the conflict about {about} says {said} of {_named(edit)} at {edit.t}")

    def _check_tablet(self, holder: Holder) -> None:
        """S3, S4: a tablet holds the rows of its scopes, byte for byte, and knows what became of its work."""
        wanted = {"common"}
        for login in holder.people:
            person = self.world.people[login]
            wanted |= {f"own/{person.id}", f"district/{person.district}"}
        held = holder.tablet.replica.everything()
        if held.keys() != wanted:
            self._object("S4", f"{holder.name} holds the scopes {sorted(held)}")
        for scope in sorted(wanted):
            self._compare(holder, scope, held.get(scope, {}), self.rows.get(scope, {}))
        status = holder.tablet.status()
        if status.only_here or status.forked or status.alarms:
            self._object("S1", f"{holder.name} is not at rest: {status}")
        if holder.tablet.replica.refetched() > holder.harmed:
            self._object("S4", f"{holder.name} found a wrong checksum and fetched a scope anew")
        first = {row.id: _class(row.status) for row in self.receipts if row.status != "duplicate"}
        theirs = {
            (row.device, row.seq): first.get(row.same_as, "")
            if row.status == "duplicate"
            else _class(row.status)
            for row in self.receipts
        }
        for place, said in holder.tablet.outbox.receipts().items():
            # What waited when the tablet was enrolled anew is not asked about any more.
            if place[0] != holder.tablet.device and _class(said) not in ("landed", "lost"):
                continue
            if _class(said) != theirs.get(place):
                self._object("S1", f"{holder.name} believes {place} to be {said}, it is {theirs.get(place)}")
        self.found.violations.extend(holder.violations)

    def _check_ledger(self, holder: Holder) -> None:
        """S1: the office's account of a tablet is what was captured on it, and what it counts itself."""
        tablet = holder.tablet
        tablet.pull()
        with self.world.context.store.read() as tx:
            (entry,) = device_ledger.accounts(tx, [tablet.device], self.world.true.now_ms())
        every = [(edit, {at.device for at in self.places[edit.id]}) for edit in self.oracle.edits.values()]
        mine = [edit for edit, devices in every if tablet.device in devices]
        became = Counter(_class(row.status) for row in self.receipts if row.device == tablet.device)
        told = tablet.told()
        # Of a photo whose entry was lost the office knows nothing: its bytes stay where they were taken.
        taken = [edit for edit, devices in every if devices & holder.devices]
        pictures = [e for e in taken if e.op == "create" and e.record in self.oracle.pictures]
        said = {
            "captured": (entry.captured, told.captured, len(mine)),
            "received": (entry.received, told.acknowledged, len(mine)),
            "landed": (entry.landed, became["landed"]),
            "quarantined": (entry.quarantined, became["quarantined"]),
            "held or waiting": (entry.held + entry.waiting, became["held"] + became["waiting"]),
            "lost": (entry.lost, became["lost"]),
            "missing photos": (entry.photos_missing, 0),
            "photos only here": (told.photos_unsent, sum(each.fate == "lost" for each in pictures)),
            "holes": (sum(alarm.code in ("holes", "office-behind", "set-back") for alarm in entry.alarms), 0),
        }
        for name, counts in said.items():
            if len(set(counts)) > 1:
                self._object("S1", f"the ledger of {holder.name} counts {name} as {counts}")

    def _compare(self, holder: Holder, scope: str, held: Mapping[str, Any], rows: Mapping[str, Any]) -> None:
        for record in sorted(held.keys() | rows.keys()):
            if record not in held:
                self._object("S3", f"{holder.name} never got {record} in {scope}")
            elif record not in rows:
                self._object("S4", f"{holder.name} still has {record}, which left {scope}")
            elif held[record] != rows[record]:
                self._object("S4", f"{holder.name} has another row of {record} in {scope}")


def _named(edit: Edit) -> str:
    return f"{edit.op} {edit.kind} {edit.id} ({edit.device} {edit.seq}: {sorted(edit.values)})"


def _arrived(row: Any, at: Place) -> bool:
    return row is not None and row.status != "duplicate" and bytes(row.line) == at.raw


def _class(status: str) -> str:
    return "landed" if status in LANDED else status


def _clear(name: str, value: Value, opened: Mapping[str, Any]) -> Value:
    if name not in PERSONAL or value is None:
        return value
    return opened[value][1] if value in opened else f"unopened {value}"


def _checksum(rows: Mapping[str, tuple[bytes, bytes | None]]) -> int:
    parts = (int.from_bytes(hashlib.sha256(public).digest()[:6], "big") for public, _ in rows.values())
    return sum(parts) % 2**48
