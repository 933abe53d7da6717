"""Landing units: checking rights and parents, merging, deriving conflicts, moving, and giving positions.

A `Draft` gathers what one transaction will write. It reads what is `Held` and never changes it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from field.sync import merge, scopes, standing, undoing, wire
from field.sync.checks import Read, Refusal
from field.sync.kinds import WITHDRAWN
from field.sync.merge import Author, Edit, Record
from field.sync.receipts import Status
from field.sync.rights import Posting, may_change
from field.sync.undoing import History, Undo
from field.sync.units import Item as Item
from field.sync.units import Outcome as Outcome
from field.sync.units import Unit as Unit
from field.sync.unseen import CLOSED_A_DISPUTE, closes_unseen
from field.sync.verdicts import Judged, Place


class Scope(msgspec.Struct):
    """The head of a scope: its last position and its checksum."""

    name: str
    n: int = 0
    checksum: int = 0


class Held(msgspec.Struct, kw_only=True):
    """What the store holds and a push may touch, loaded under locks.

    `records` has the records named, their parents, their roots, their conflicts and, where a root may move,
    all that belongs to it. `digests` has the checksum part of each record's row in its scope. `waiting` has
    units by the id of the record that they wait for. `histories` has all that landed about records of which
    something is taken back, `judged` the lines on whose quarantine is decided.
    """

    records: Mapping[str, Record] = {}
    digests: Mapping[str, int] = {}
    scopes: Mapping[str, Scope] = {}
    postings: Mapping[str, Sequence[Posting]] = {}
    waiting: Mapping[str, Sequence[Unit]] = {}
    histories: Mapping[str, History] = {}
    judged: Mapping[Place, Judged] = {}
    people: frozenset[str] = frozenset()
    """Everybody who signed in on the device that pushes."""


class Put(msgspec.Struct, frozen=True):
    """A row to write at a position. `record` is None for the mark that it has left; `new`: it had no row."""

    scope: str
    n: int
    id: str
    body: bytes
    private: bytes | None
    digest: int
    record: Record | None
    new: bool


class Draft:
    """What one transaction will write: records, feed rows and scope heads."""

    def __init__(self, held: Held) -> None:
        self.held = held
        self.records: dict[str, Record] = {}
        self.written: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.scopes: dict[str, Scope] = {}
        self.puts: list[Put] = []
        self.stale: set[str] = set()
        self._edits: list[tuple[str, Edit | Undo]] = []
        self._rights: dict[tuple[str | None, str, str, str | None], list[Posting]] = {}

    def record(self, id: str) -> Record | None:
        """A record as it stands in this draft."""
        return self.records.get(id) or self.held.records.get(id)

    def erased(self, id: str) -> bool:
        """Whether a record's personal values were erased: those that come later are not kept either."""
        found = self.record(id)
        return found is not None and found.values.get("erased") is not None

    def land(self, unit: Unit) -> Outcome:
        """Land a unit as a whole, or say why it cannot."""
        if unit.refusal is not None:
            return Outcome(status="quarantined", refusal=unit.refusal)
        items = [item for item in unit.items if not item.same]
        for item in items:
            if isinstance(item.checked, Refusal):
                return Outcome(status="quarantined", refusal=item.checked, culprit=item)
        if any(item.lost for item in items):
            return self._with_a_loss(items)
        return self._land_all(items) if items else Outcome(status="applied")

    def would_refuse(self, unit: Unit) -> Refusal | None:
        """Why a unit could not land as things stand in this draft, which stays as it is; None if it could."""
        trial = Draft(self.held)
        trial.records, trial.written, trial._edits = dict(self.records), dict(self.written), [*self._edits]
        return trial.land(unit).refusal

    def _land_all(self, items: Sequence[Item]) -> Outcome:
        # A change alone is merged or not; only a group can stop half-way and has something to take back.
        several = len(items) > 1
        records, written = (
            (dict(self.records), dict(self.written)) if several else (self.records, self.written)
        )
        made: list[str] = []
        before = len(self._edits)
        for item in items:
            stop = self._land(item, made)
            if stop is not None:
                self.records, self.written = records, written
                del self._edits[before:]
                return stop
        district = self._district_of(items)
        if isinstance(district, Outcome):
            self.records, self.written = records, written
            del self._edits[before:]
            return district
        return Outcome(status="applied", district=district, made=made)

    def _with_a_loss(self, items: Sequence[Item]) -> Outcome:
        lost = ", ".join(str(item.line.seq) for item in items if item.lost)
        detail = f"Entry {lost} of this group was lost on the tablet; a supervisor decides on the rest."
        return Outcome(status="quarantined", refusal=Refusal("group-incomplete", detail))

    def _district_of(self, items: Sequence[Item]) -> str | Outcome | None:
        touched = [self.records[self.written[item.id][0]] for item in items if item.id is not None]
        if len({record.root for record in touched}) > 1 and not all(item.released for item in items):
            refusal = Refusal("group-two-roots", "The entries of this group belong to different visits.")
            return Outcome(status="quarantined", refusal=refusal)
        return self._district(touched[0])

    def _district(self, record: Record) -> str | None:
        root = self.record(record.root) or record
        district = root.values.get("district")
        return district if isinstance(district, str) else None

    def _land(self, item: Item, made: list[str]) -> Outcome | None:
        """Merge one change; return the outcome that stops its unit, or None."""
        assert isinstance(item.checked, Read)
        change, kind = item.checked.change, item.checked.kind
        assert change.record is not None
        record = self.record(change.record)
        if record is not None and record.kind != kind.name:
            return self._refuse(
                item, "wrong-kind", f"the record {record.id} is a {record.kind}, not a {kind.name}."
            )
        if record is not None and change.op == "create":
            return self._refuse(item, "already-made", f"the record {record.id} was made by another entry.")
        merged = self._merged(item, item.checked, record)
        if isinstance(merged, Outcome):
            return merged
        refusal = self._without_right(item, merged)
        if refusal is not None:
            return refusal
        if record is None:
            made.append(merged.id)
        elif change.op == "set" and closes_unseen(record, merged, change):
            item.remarks.append(CLOSED_A_DISPUTE)
        self._edits.append((merged.id, _said(item, item.checked)))
        self.records[merged.id] = merged
        self.written[change.id] = (merged.id, tuple(item.checked.set))
        return None

    def _merged(self, item: Item, read: Read, record: Record | None) -> Record | Outcome:
        """The record with a change merged in, made by it where there was none; or what stops the change."""
        change, kind = read.change, read.kind
        assert change.record is not None
        if record is not None:
            return self._without(item, record) if change.undoes else merge.apply(record, edit_of(item, read))
        if change.op != "create":
            return Outcome(status="waiting", waits_for=change.record)
        parent_id = read.set[kind.parent_field] if kind.parent_field else None
        parent = self.record(parent_id) if parent_id else None
        if parent_id and parent is None:
            return Outcome(status="waiting", waits_for=parent_id)
        if parent is not None and parent.kind != kind.parent_kind:
            return self._refuse(
                item, "wrong-parent", f"it belongs to a {parent.kind}, not a {kind.parent_kind}."
            )
        root = parent.root if parent else change.record
        return merge.begin(change.record, kind.name, root, parent_id, edit_of(item, read))

    def _without_right(self, item: Item, record: Record) -> Outcome | None:
        assert isinstance(item.checked, Read)
        change = item.checked.change
        if item.released or (item.office and change.by is None):
            return None
        before = self.held.records.get(record.root)
        stood_in = standing.districts_at(before or self.record(record.root) or record, item.t)
        if stood_in == [None] and record.id == record.root:
            # What stands nowhere yet may be put into a district by whoever is posted there.
            stood_in = [record.values.get("district")]
        asked = (change.by, record.kind, change.op)
        covered = {name for name in stood_in if self._covered(*asked, name, item.t)}
        if covered:
            if before and not item.office:
                item.remarks += standing.remarks(before, {*self.held.people, change.by or ""}, covered)
            return None
        district = (before or record).values.get("district")
        what = f"{change.op} {record.kind} in {district or 'a place without district'}"
        return self._refuse(item, "no-right", f"its author had no posting for this: {what}.", district)

    def _covered(self, by: str | None, kind: str, op: str, district: str | None, t: int) -> bool:
        return any(post.in_force(t) for post in self._posts(by, kind, op, district))

    def _posts(self, by: str | None, kind: str, op: str, district: str | None) -> list[Posting]:
        """The postings that could give such a right at some time; worked out once for a whole push."""
        asked = (by, kind, op, district)
        if asked not in self._rights:
            held = self.held.postings.get(by or "", ())
            self._rights[asked] = [
                post for post in held if may_change([post], kind, op, district, post.from_ms)
            ]
        return self._rights[asked]

    def _without(self, item: Item, record: Record) -> Record | Outcome:
        """The record as it is without the changes that an entry takes back."""
        assert isinstance(item.checked, Read)
        change = item.checked.change
        held = self.held.histories.get(record.id, undoing.NOTHING)
        history = held.also(
            [*(each for id, each in self._edits if id == record.id), _said(item, item.checked)]
        )
        if history.makes(change.undoes or ()):
            return self._refuse(item, "cannot-undo", "the record was made by it; it can be withdrawn.")
        return undoing.rebuilt(record, history)

    def _refuse(self, item: Item, code: str, detail: str, district: str | None = None) -> Outcome:
        refusal = Refusal(code, f"Entry {item.line.seq}: {detail}")
        return Outcome(status="quarantined", refusal=refusal, culprit=item, district=district)

    def place(self) -> None:
        """Derive conflicts, move what changed its scope, and give every row written its position."""
        for record in list(self.records.values()):
            for name in record.conflicts:
                self._derive_conflict(record, name)
        moved = self._moved_roots()
        for record in self.records.values():
            before = self.held.records.get(record.id)
            if before is not None and record.root == record.id:
                record.former = standing.moved(before, record)
        for id, held in self.held.records.items():
            if held.root in moved and id not in self.records:
                self.records[id] = msgspec.structs.replace(held)
        for record in self.records.values():
            self._put(record)
            if record.kind in ("report", "wage_line", "answer") or (
                record.id == record.root and WITHDRAWN in record.live
            ):
                self.stale.add(record.root)

    def _moved_roots(self) -> set[str]:
        return {
            record.id
            for record in self.records.values()
            if record.root == record.id and record.scope and record.scope != self._scope_of(record)
        }

    def _scope_of(self, record: Record) -> str:
        root = self.record(record.root) or record
        return scopes.of_root(root.kind, root.values)

    def _scope(self, name: str) -> Scope:
        if name not in self.scopes:
            held = self.held.scopes.get(name)
            self.scopes[name] = Scope(name, held.n, held.checksum) if held else Scope(name)
        return self.scopes[name]

    def _put(self, record: Record) -> None:
        name = self._scope_of(record)
        scope = self._scope(name)
        old = self.held.records.get(record.id)
        if old is not None:
            left = self._scope(old.scope)
            left.checksum = wire.subtract(left.checksum, self.held.digests.get(record.id, 0))
            if left is not scope:
                left.n += 1
                gone = wire.encode_gone(record.id, left.n)
                self.puts.append(Put(left.name, left.n, record.id, gone, None, 0, None, new=False))
        scope.n += 1
        record.scope, record.n = name, scope.n
        body = wire.encode_row(record)
        digest = wire.digest(body)
        scope.checksum = wire.add(scope.checksum, digest)
        about = record.values["record"] if record.kind == "conflict" else record.id
        if self.erased(about):
            record.private, record.private_bytes = {}, None
        private = record.private_bytes or wire.encode_private(record.private)
        self.puts.append(Put(name, scope.n, record.id, body, private, digest, record, new=old is None))

    def _derive_conflict(self, record: Record, name: str) -> None:
        id = conflict_id(record.id, name)
        before = self.record(id)
        candidates = sorted((author for author in self._live_authors(record, name)), key=lambda a: a.order)
        values: dict[str, Any] = {
            "record": record.id,
            "of": record.kind,
            "about": name,
            "open": name in record.disputed,
            "candidates": [
                {
                    "write": author.id,
                    "value": record.live[name].get(author.id),
                    "by": author.by,
                    "device": author.device,
                    "t": author.t,
                }
                for author in candidates
            ],
        }
        if before is not None and before.values == values:
            return
        conflict = Record(id=id, kind="conflict", root=record.root, parent=record.id, values=values)
        if before is not None:
            conflict.scope, conflict.n = before.scope, before.n
        shown = {
            candidate["value"] for candidate in values["candidates"] if isinstance(candidate["value"], str)
        }
        conflict.private = {key: opened for key, opened in record.private.items() if key in shown}
        self.records[id] = conflict

    def _live_authors(self, record: Record, name: str) -> list[Author]:
        """The candidates; for a withdrawal also the edits that it did not see."""
        ids = set(record.live.get(name, {}))
        if name == WITHDRAWN:
            seen = {id for value in record.live[name].values() if value for id in value["seen"]}
            edits = {id for other, live in record.live.items() if other != WITHDRAWN for id in live}
            ids |= edits - seen
        return [record.authors[id] for id in ids]

    def receipt(self, change: str) -> tuple[Status, str, int]:
        """A landed change's status, and the scope and position of its record's row."""
        id, names = self.written[change]
        record = self.records[id]
        if len(record.authors) == 1 and change in record.authors:
            return "applied", record.scope, record.n
        if any(name in record.disputed and change in record.live.get(name, ()) for name in names):
            return "conflict", record.scope, record.n
        merged = any(len(record.live.get(name, ())) > 1 for name in names)
        return ("merged" if merged else "applied"), record.scope, record.n


def edit_of(item: Item, read: Read) -> Edit:
    """A line as the merge sees it."""
    change, line = read.change, item.line
    author = Author(change.id, item.t, item.device, line.seq, change.by)
    return Edit(author, read.set, change.was, change.over, line.private, line.private_bytes)


def _said(item: Item, read: Read) -> Edit | Undo:
    """A line as a record's history has it."""
    undoes = read.change.undoes
    return edit_of(item, read) if undoes is None else Undo(read.change.id, tuple(undoes))


def conflict_id(record: str, field: str) -> str:
    """The id of the one conflict that (record, field) can have."""
    return derived_id(f"{record}/{field}")


def derived_id(text: str) -> str:
    """The id that follows from a text: a UUID of version 8 (RFC 9562) out of its SHA-256."""
    raw = bytearray(hashlib.sha256(text.encode()).digest()[:16])
    raw[6] = raw[6] & 0x0F | 0x80
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
