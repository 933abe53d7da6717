"""Whether entries of the audit trail match the records that they speak of, and records have their entries."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from field.store import audit_standing, erasing, tables
from field.store.audit import NOTES
from field.store.audit_standing import Standing
from field.store.holding import CHANGES
from field.store.rows import chunks
from field.sync import audit
from field.sync.audit import Entry
from field.sync.audit_check import Fault
from field.sync.changes import digest

PHOTO_BYTES = tables.PhotoBytes.__table__  # type: ignore[attr-defined]  # SQLModel adds it
STATUTE = tables.StatuteRow.__table__  # type: ignore[attr-defined]
DEVICES = tables.Device.__table__  # type: ignore[attr-defined]

LINES_AT_ONCE = 5000


class Records:
    """Looks at entries in their order, and in the end at what ought to have one."""

    def __init__(self, tx: Connection) -> None:
        self.lines = 0
        self._tx = tx
        self._last: dict[str, int] = {}
        self._begun_ms = 0
        self._standing = Standing(tx)
        self._named: dict[str, set[str]] = {act: set() for act in _MUST_BE_NAMED}

    def check(self, entries: Sequence[Entry]) -> list[Fault]:
        """What is wrong with some entries, the next ones."""
        faults: list[Fault] = []
        self._standing.follow(entries)
        for entry in entries:
            if entry.seq == 1:
                self._begun_ms = entry.at_ms
            if (of := audit.covered(entry)) is not None:
                faults += self._pushed(entry, *of)
            if entry.act in self._named:
                self._named[entry.act].update(entry.about)
        return faults + self._photos(entries) + self._erased(entries)

    def _erased(self, entries: Sequence[Entry]) -> list[Fault]:
        """What was erased stands in its table with the same reason."""
        said = {id: each for each in entries if each.act == "erased" for id in each.about}
        there, faults = erasing.of(self._tx, list(said)), []
        for id, entry in said.items():
            if id not in there:
                faults.append(Fault(f"entry {entry.seq}", f"{id} was erased; the database does not say so"))
            elif audit.words_hash(there[id].reason) != entry.facts.get("reason"):
                faults.append(Fault(f"entry {entry.seq}", f"the reason why {id} was erased was altered"))
        return faults

    def _pushed(self, entry: Entry, device: str, first: int, last: int) -> list[Fault]:
        where = f"entry {entry.seq}"
        faults = []
        before = self._last.get(device, 0)
        if first != before + 1:
            faults.append(
                Fault(where, f"no entry speaks of the lines {before + 1} to {first - 1} of {device}")
            )
        self._last[device] = max(before, last)
        hashes: list[str] = []
        for seq, line, hash in self._lines(device, first, last):
            self.lines += 1
            found = digest(line)
            hashes.append(found)
            if found != hash:
                faults.append(
                    Fault(f"line {seq} of {device}", "it was altered: it does not come to its hash")
                )
        if len(hashes) != last - first + 1:
            faults.append(
                Fault(where, f"of the lines {first} to {last} of {device} only {len(hashes)} are there")
            )
        elif audit.lines_digest(hashes) != entry.facts.get("lines") or hashes[-1] != entry.facts.get("head"):
            faults.append(Fault(where, f"the lines {first} to {last} of {device} are not those that arrived"))
        return faults

    def _lines(self, device: str, first: int, last: int) -> Iterable[tuple[int, bytes, str]]:
        for start in range(first, last + 1, LINES_AT_ONCE):
            end = min(last, start + LINES_AT_ONCE - 1)
            query = (
                select(CHANGES.c.seq, CHANGES.c.line, CHANGES.c.hash)
                .where(CHANGES.c.device == device, CHANGES.c.seq.between(start, end))
                .order_by(CHANGES.c.seq)
            )
            yield from ((row.seq, row.line, row.hash) for row in self._tx.execute(query))

    def _photos(self, entries: Sequence[Entry]) -> list[Fault]:
        """A photo's bytes are those that came, unless later ones replaced them or they were erased."""
        came = {id: each for each in entries if each.act == "photo-kept" for id in each.about}
        faults = []
        there: dict[str, Any] = {}
        for ids in chunks(came):
            query = select(PHOTO_BYTES.c.photo, PHOTO_BYTES.c.sha256, PHOTO_BYTES.c.received_ms)
            there.update(
                {row.photo: row for row in self._tx.execute(query.where(PHOTO_BYTES.c.photo.in_(ids)))}
            )
        gone = erasing.of(self._tx, list(came))
        for id, entry in came.items():
            row = there.get(id)
            if id in gone:
                continue
            if row is None:
                faults.append(Fault(f"entry {entry.seq}", f"the photo {id} came, and the database has none"))
            elif (row.received_ms, row.sha256) == (entry.at_ms, entry.facts.get("sha256")):
                continue
            elif not audit_standing.ever_came(self._tx, id, row.sha256, row.received_ms):
                faults.append(Fault(f"entry {entry.seq}", f"the photo {id} has another hash than what came"))
        return faults

    def rest(self) -> list[Fault]:
        """What is there without an entry that should speak of it."""
        begun = self._begun_ms
        for body in self._tx.execute(select(NOTES.c.body)).scalars():
            note = audit.noted(body)
            if note.act in self._named:
                self._named[note.act].update(note.about)
        statute = select(STATUTE.c.id, STATUTE.c.version).where(STATUTE.c.accepted_by.is_not(None))
        rows = self._tx.execute(statute.where(STATUTE.c.added_ms >= begun)).all()
        accepted = [f"{row.id}@{row.version}" for row in rows]
        enrolled = select(DEVICES.c.id).where(DEVICES.c.office.is_(False), DEVICES.c.enrolled_ms > begun)
        devices = list(self._tx.execute(enrolled).scalars())
        revoked = select(DEVICES.c.id).where(DEVICES.c.revoked_ms > begun)
        lost = list(self._tx.execute(revoked).scalars())
        erasures = list(self._tx.execute(select(erasing.ERASURES.c.record)).scalars())
        return [
            *self._standing.rest(),
            *self._unnamed("erased", erasures, "the record {} was erased without an entry"),
            *self._unnamed("statute", accepted, "the row of the law {} was put in force without an entry"),
            *self._unnamed("device-enrolled", devices, "the tablet {} was enrolled without an entry"),
            *self._unnamed("device-revoked", lost, "the tablet {} was revoked without an entry"),
        ]

    def _unnamed(self, act: str, ids: Sequence[str], words: str) -> list[Fault]:
        return [Fault("the database", words.format(id)) for id in ids if id not in self._named[act]]


_MUST_BE_NAMED = ("erased", "statute", "device-enrolled", "device-revoked")
