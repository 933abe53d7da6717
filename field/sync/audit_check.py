"""Checking the audit trail: the chain, signed heads and copies of them, against each other. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec

from field.sync import audit, heads
from field.sync.audit import START, Entry
from field.sync.heads import Quoted, SignedHead


class Fault(msgspec.Struct, frozen=True):
    """What is wrong, where: "entry 12", "head of 2026-11-22", "line 7 of tablet ..."."""

    where: str
    what: str


class Chain:
    """Follows the chain from the first entry on."""

    COLUMNS = ("at_ms", "act", "by", "device", "district")

    def __init__(self, wanted: Iterable[int]) -> None:
        """`wanted`: numbers of entries whose hashes shall be remembered."""
        self.seq = 0
        self.hash = START
        self.keys: set[str] = set()
        self.hashes: dict[int, str] = {}
        self._wanted = set(wanted)

    def follow(
        self, seq: int, hash: str, line: bytes, columns: Mapping[str, Any]
    ) -> tuple[Entry | None, list[Fault]]:
        """Look at the next row: the entry that its line holds, and what is wrong with it."""
        where, faults = f"entry {seq}", []
        if seq != self.seq + 1:
            faults.append(Fault(where, f"the entries from {self.seq + 1} to {seq - 1} are missing"))
        found = audit.digest(line)
        if found != hash:
            faults.append(Fault(where, "its line was altered: it does not come to its hash"))
        entry = _entry(line)
        if entry is None:
            faults.append(Fault(where, "its line cannot be read"))
        else:
            faults += self._beside(entry, seq, where, columns)
            self._remember_key(entry)
        self.seq, self.hash = seq, found
        if seq in self._wanted:
            self.hashes[seq] = found
        return entry, faults

    def _beside(self, entry: Entry, seq: int, where: str, columns: Mapping[str, Any]) -> list[Fault]:
        faults = []
        if entry.seq != seq:
            faults.append(Fault(where, f"its line is that of entry {entry.seq}"))
        if seq == self.seq + 1 and entry.prev != self.hash:
            faults.append(Fault(where, "it does not follow the entry before: that one, or this, was altered"))
        different = [name for name in self.COLUMNS if getattr(entry, name) != columns[name]]
        if different:
            faults.append(Fault(where, f"the database shows another {', '.join(different)} than its line"))
        return faults

    def _remember_key(self, entry: Entry) -> None:
        if entry.act in ("begun", "key"):
            self.keys.add(str(entry.facts.get("server_key")))


def _entry(line: bytes) -> Entry | None:
    try:
        return audit.read(line)
    except (msgspec.DecodeError, RecursionError):
        return None


def against(chain: Chain, quoted: Quoted, where: str) -> list[Fault]:
    """Whether the chain goes through a head that somebody holds."""
    if quoted.seq > chain.seq:
        lost = f"the trail ends at entry {chain.seq}, and had {quoted.seq}: its end was cut off"
        return [Fault(where, lost)]
    if chain.hashes.get(quoted.seq) != quoted.hash:
        return [Fault(where, f"entry {quoted.seq} had another hash then: the trail was written anew")]
    return []


def check_head(chain: Chain, head: SignedHead, where: str) -> list[Fault]:
    """Whether a signed head is the server's, and the chain goes through it."""
    if not heads.holds(head):
        return [Fault(where, "its signature does not hold")]
    if head.server_key not in chain.keys:
        return [Fault(where, "it was signed with a key that the trail does not know")]
    return against(chain, Quoted(head.seq, head.hash), where)


def check_days(days: Iterable[str], begun: date, today: date) -> list[Fault]:
    """Days without a head. The last one may still be on its way."""
    known = set(days)
    due = heads.days_due(None, begun, today - timedelta(days=1))
    return [Fault(f"head of {day}", "there is none") for day in due if day not in known]


def check_copies(
    chain: Chain, copies: Mapping[str, bytes], kept: Mapping[str, SignedHead], written: Iterable[str]
) -> list[Fault]:
    """What the place outside says, beside the chain and the heads in the database.

    `kept`: the database's heads by day; `written`: the days that should be at this place.
    """
    faults: list[Fault] = []
    for name, content in sorted(copies.items()):
        day = heads.day_named(name)
        if day is None:
            continue
        where, head = f"copy {name}", heads.read(content)
        if head is None or head.day != day:
            faults.append(Fault(where, "it holds no head of that day: it was altered or cut off"))
            continue
        faults += check_head(chain, head, where)
        if day not in kept:
            faults.append(Fault(where, "the database has no head of that day: it was removed there"))
        elif heads.content(kept[day]) != content:
            faults.append(Fault(where, "it is another one than the database's"))
    there = {heads.day_named(name) for name in copies}
    gone = [day for day in written if day not in there]
    return faults + [Fault(f"copy of {day}", "it is no longer at its place") for day in gone]
