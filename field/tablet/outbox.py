"""The outbox: every change captured on this tablet, as the bytes that are sent for ever.

A line is encoded once, when it is captured. Before it is sent its hash is compared with the one written down
then: a line that can no longer be read, or is no longer there, is declared lost in its place, so that later
work flows (docs/protocol.md, "Push").
"""

from collections.abc import Callable, Collection, Iterable, Sequence

import msgspec

from field.sync import changes
from field.sync.changes import LINE_BYTES_MAX, START, Change, Private
from field.sync.receipts import LANDED, Answer, First
from field.tablet import verdicts
from field.tablet.database import Database

UNSENT = ""
MOVED_FROM = "moved_from"
ASKED_UP_TO = "asked_up_to"
Place = tuple[str, int]
"""A line's device and seq."""

UNREADABLE = "The tablet's storage gave back other bytes than were written."
MISSING = "The tablet's storage no longer has this entry."
NO_HASH = changes.digest(b"")
"""What is declared of a line of which not even the hash is left."""


class Pending(msgspec.Struct):
    """A change that the rows received do not show yet. `status` is '' while it is not sent."""

    device: str
    seq: int
    change: Change
    private: Private
    status: str = UNSENT
    scope: str | None = None
    n: int | None = None


class Batch(msgspec.Struct, frozen=True):
    """Lines to send, from `first` on."""

    first: int
    lines: list[bytes]


class Outbox:
    """The lines of this tablet under its present identity, and what became of each."""

    def __init__(self, database: Database, new_id: Callable[[], str]) -> None:
        self._db = database
        self.new_id = new_id
        self.device = database.state("device", str, "")
        self.acknowledged = database.state("acknowledged", int, 0)
        self.last, self._chain = database.state("last", tuple[int, str], (0, START))
        self.pending = self._load_pending()

    def _load_pending(self) -> dict[Place, Pending]:
        found = self._db.rows(
            "SELECT device, seq, line, digest, status, scope, n FROM lines WHERE pending "
            "ORDER BY device = ?, device, seq",
            self.device,
        )
        loaded: dict[Place, Pending] = {}
        for device, seq, raw, digest, status, scope, n in found:
            line = changes.read_line(raw, seq)
            if line.change is not None and line.hash == digest:
                found_one = Pending(device, seq, line.change, line.private, status, scope, n)
                loaded[device, seq] = found_one
        return loaded

    def begin(self, device: str) -> None:
        """Take a new identity, whose numbers begin at 1."""
        if self.device not in ("", device):
            self._db.remember("former", (*self._db.state("former", tuple[str, ...], ()), self.device))
        self.device, self.acknowledged, self.last, self._chain = device, 0, 0, START
        self._db.remember("device", device)
        self._db.remember("acknowledged", 0)
        self._db.remember("last", (0, START))

    def append(self, captured: Sequence[tuple[Change, Private]]) -> None:
        """Number, chain, encode and keep what was captured together, as a group where it is more than one."""
        first = self.last + 1
        group = (first, first + len(captured) - 1) if len(captured) > 1 else (None, None)
        with self._db.transaction():
            for draft, private in captured:
                self._append(draft, private, group)

    def _append(self, draft: Change, private: Private, group: tuple[int | None, int | None]) -> None:
        change = msgspec.structs.replace(
            draft, device=self.device, seq=self.last + 1, prev=self._chain, first=group[0], last=group[1]
        )
        self._keep(change, changes.encode(change, private))
        self.pending[self.device, change.seq] = Pending(self.device, change.seq, change, private)

    def _keep(self, change: Change, raw: bytes, declared: str | None = None) -> None:
        """Write a line down. The next one follows `declared`, or where there is none this line's own hash."""
        digest = changes.digest(raw.partition(b"\t")[0])
        chain = declared or digest
        self._db.run(
            "INSERT OR REPLACE INTO lines (device, seq, id, line, prev, hash, digest, pending) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(change.device, change.seq, change.id, raw, change.prev, chain, digest, declared is None),
        )
        if change.seq > self.last:
            self.last, self._chain = change.seq, chain
            self._db.remember("last", (self.last, self._chain))

    def unsent(self) -> int:
        """How many lines the server has not acknowledged."""
        return self.last - self.acknowledged

    def batch(self, lines_max: int, bytes_max: int, first: int | None = None) -> Batch:
        """The next lines to send, or those from `first` on: at least one if there is any.

        Declares lost what cannot be sent.
        """
        first = first or self.acknowledged + 1
        lines: list[bytes] = []
        size = 0
        for seq in range(first, min(self.last, first + lines_max - 1) + 1):
            raw = self._sendable(seq)
            size += len(raw) + 1
            if lines and size > bytes_max:
                break
            lines.append(raw)
        return Batch(first, lines)

    def _sendable(self, seq: int) -> bytes:
        kept = self._db.row(
            "SELECT line, hash, digest FROM lines WHERE device = ? AND seq = ?", self.device, seq
        )
        if kept is None:
            chain = self._hash_by_successor(seq)
            return self._moved_again(seq, chain) or self._declare_lost(seq, chain, None, MISSING)
        raw, chain, digest = bytes(kept[0]), str(kept[1]), str(kept[2])
        # A newline within the personal part, which the hash does not cover, would shift all that follows.
        sound = changes.digest(raw.partition(b"\t")[0]) == digest and b"\n" not in raw
        if sound and len(raw) <= LINE_BYTES_MAX:
            return raw
        return self._moved_again(seq, digest) or self._declare_lost(seq, chain, raw, UNREADABLE)

    def _moved_again(self, seq: int, digest: str) -> bytes | None:
        """A line that came along from an identity before, made once more from what was set aside then."""
        before, shift = self._db.state(MOVED_FROM, tuple[str, int], ("", 0))
        kept = self._db.row(
            "SELECT line FROM set_aside WHERE device = ? AND seq = ? AND why = 'fork'", before, seq + shift
        )
        if kept is None or kept[0] is None:
            return None
        line = changes.read_line(bytes(kept[0]), seq + shift)
        if line.change is None:
            return None
        moved = self._placed(line.change, seq, shift, self._hash_of(seq - 1))
        raw = changes.encode(moved) + bytes(kept[0])[len(line.public) :]
        if changes.digest(raw.partition(b"\t")[0]) != digest or b"\n" in raw:
            return None
        with self._db.transaction():
            self._keep(moved, raw)
        self.pending[self.device, seq] = Pending(self.device, seq, moved, line.private)
        return raw

    def _hash_by_successor(self, seq: int) -> str:
        """The hash of a line that is gone, as the line after it was written down to follow it."""
        if seq == self.last:
            return self._chain
        row = self._db.row("SELECT prev FROM lines WHERE device = ? AND seq = ?", self.device, seq + 1)
        return str(row[0]) if row else NO_HASH

    def _declare_lost(self, seq: int, chain: str, raw: bytes | None, why: str) -> bytes:
        change = Change(
            id=self.new_id(),
            device=self.device,
            seq=seq,
            prev=self._hash_of(seq - 1),
            op="lost",
            lost=chain,
            reason=why,
        )
        with self._db.transaction():
            self._db.run("INSERT INTO set_aside VALUES (?, ?, ?, ?)", self.device, seq, raw, why)
            self._keep(change, changes.encode(change), chain)
        self.pending.pop((self.device, seq), None)
        return changes.encode(change)

    def _hash_of(self, seq: int) -> str:
        if seq == 0:
            return START
        row = self._db.row("SELECT hash FROM lines WHERE device = ? AND seq = ?", self.device, seq)
        return str(row[0]) if row else NO_HASH

    def believe(self, acknowledged: int, chain: str) -> bool:
        """Whether the server's word on how far it came fits this tablet's lines; then it is remembered."""
        if acknowledged > self.last:
            return False
        ours = self._hash_of(acknowledged)
        if ours == NO_HASH:
            # Of a line that is gone, the one after it says to what it was chained.
            ours = self._hash_by_successor(acknowledged)
        if ours != chain:
            return False
        self.rewind(acknowledged)
        return True

    def rewind(self, acknowledged: int) -> None:
        """Send from the line after `acknowledged` on."""
        self.acknowledged = min(acknowledged, self.last)
        self._db.remember("acknowledged", self.acknowledged)

    def send_again(self, acknowledged: int) -> None:
        """The office's database forgot the lines after this one: they are sent once more, as they are."""
        self._db.run(
            "UPDATE lines SET pending = hash = digest AND status NOT IN ('quarantined', 'lost'), "
            "status = '', code = NULL, detail = NULL, scope = NULL, n = NULL WHERE device = ? AND seq > ?",
            *(self.device, acknowledged),
        )
        self.rewind(acknowledged)
        self.pending = self._load_pending()

    def new_life(self) -> None:
        """Positions count anew: what the office kept is in the rows of any page that reaches the head."""
        self._db.run("UPDATE lines SET n = 0 WHERE pending AND n IS NOT NULL")
        for one in self.pending.values():
            one.n = None if one.n is None else 0

    def hash_of(self, seq: int) -> str:
        """What the line after this one follows."""
        return self._hash_of(seq)

    def last_acknowledged(self) -> Batch | None:
        """The last line that the office has, to be shown to it once more; None where it has none."""
        if self.acknowledged == 0:
            return None
        return Batch(self.acknowledged, [self._sendable(self.acknowledged)])

    def settle_all(self, answers: Iterable[Answer], device: str) -> None:
        """Remember what the server said about some lines."""
        for answer in answers:
            self.settle(answer, device)

    def settle(self, answer: Answer, device: str) -> None:
        """Remember what the server said about one line."""
        said: Answer | First = answer.first or answer
        pending = said.status in LANDED or said.status in ("held", "waiting")
        self._db.run(
            "UPDATE lines SET status = ?, code = ?, detail = ?, scope = ?, n = ?, pending = pending AND ? "
            "WHERE device = ? AND seq = ?",
            *(said.status, said.code, said.detail, said.scope, said.n, pending, device, answer.seq),
        )
        if answer.first is None:
            verdicts.remember(self._db, device, answer)
        one = self.pending.get((device, answer.seq))
        if one is not None:
            one.status, one.scope, one.n = said.status, said.scope, said.n
        if not pending:
            self.pending.pop((device, answer.seq), None)

    def reached(self, cursors: dict[str, int], anew: Collection[str] = ()) -> None:
        """Rows up to these positions are here and show what landed there, in place of the overlay.

        It stays over the rows of scopes that are fetched `anew`.
        """
        done = [
            one
            for one in self.pending.values()
            if one.status in LANDED and one.scope is not None and one.n is not None
            if one.scope not in anew and (one.scope not in cursors or cursors[one.scope] >= one.n)
        ]
        self._uncover(done)

    def _uncover(self, done: list[Pending]) -> None:
        for one in done:
            self._db.run("UPDATE lines SET pending = 0 WHERE device = ? AND seq = ?", one.device, one.seq)
            del self.pending[one.device, one.seq]

    def open_seqs(self, limit: int) -> list[int]:
        """The lines acknowledged whose receipt got lost, and after them those where it may change.

        Of these the ones that were not asked about for longest come first: over a bad line few fit a pull.
        """
        found = self._db.rows(
            "SELECT seq FROM (SELECT seq, status <> ? AS may_change FROM lines WHERE device = ? AND seq <= ? "
            "AND status IN (?, 'held', 'waiting', 'quarantined') "
            "UNION SELECT seq, 1 FROM decided WHERE device = ?) "
            "ORDER BY may_change, may_change AND seq <= ?, seq LIMIT ?",
            *(UNSENT, self.device, self.acknowledged, UNSENT),
            *(self.device, self._db.state(ASKED_UP_TO, int, 0), limit),
        )
        return [int(seq) for (seq,) in found]

    def asked(self, seqs: Sequence[int]) -> None:
        """Within a transaction: these were answered; the next pull asks about those that come after."""
        if seqs:
            self._db.remember(ASKED_UP_TO, seqs[-1])

    def authors(self) -> dict[int, str]:
        """Who captured each of the lines that are not sent, by seq."""
        mine = [one for one in self.pending.values() if one.device == self.device]
        unsent = [one for one in mine if one.seq > self.acknowledged]
        return {one.seq: one.change.by for one in unsent if one.change.by is not None}

    def after(self, seq: int) -> list[tuple[int, bytes]]:
        """The lines captured after a seq under the present identity, as they are kept."""
        found = self._db.rows(
            "SELECT seq, line FROM lines WHERE device = ? AND seq > ? ORDER BY seq", self.device, seq
        )
        return [(int(number), bytes(raw)) for number, raw in found]

    def receipts(self) -> dict[Place, str]:
        """The status of every line, as far as this tablet knows."""
        found = self._db.rows("SELECT device, seq, status FROM lines")
        return {(str(device), int(seq)): str(status) for device, seq, status in found}

    def count(self) -> int:
        """How many lines there are, under whichever identity."""
        return self._db.number("SELECT count(*) FROM lines")

    def troubled(self) -> list[tuple[int, str, str | None, str | None]]:
        """(seq, status, code, detail) of the lines that did not land, but for those that were rejected."""
        found = self._db.rows(
            "SELECT seq, status, code, detail FROM lines WHERE status IN ('waiting', 'quarantined', 'lost') "
            "AND NOT EXISTS (SELECT 1 FROM decided WHERE decided.device = lines.device "
            "AND decided.seq = lines.seq AND verdict = 'rejected') ORDER BY device, seq"
        )
        return [(int(seq), str(status), code, detail) for seq, status, code, detail in found]

    def move_to(self, device: str, fork: int) -> None:
        """Take a new identity and bring the lines from the fork on along, with the same ids and times."""
        before, last = self.device, self.last
        fork = self._group_begins(fork)
        found = self._db.rows(
            "SELECT seq, line, digest, hash FROM lines WHERE device = ? AND seq >= ?", before, fork
        )
        kept = {int(seq): (bytes(raw), str(digest), str(chain)) for seq, raw, digest, chain in found}
        with self._db.transaction():
            self._db.run(
                "INSERT INTO set_aside SELECT device, seq, line, 'fork' FROM lines "
                "WHERE device = ? AND seq >= ?",
                *(before, fork),
            )
            self._db.run("DELETE FROM lines WHERE device = ? AND seq >= ?", before, fork)
            for seq in range(fork, last + 1):
                self.pending.pop((before, seq), None)
            # What waits at the office is not asked about any more; what landed stays until its row is here.
            self._uncover([p for p in self.pending.values() if p.status not in LANDED or p.n is None])
            self.begin(device)
            self._db.remember(MOVED_FROM, (before, fork - 1))
            for seq in range(fork, last + 1):
                self._move(seq, fork - 1, *kept.get(seq, (b"", "", NO_HASH)))

    def _group_begins(self, seq: int) -> int:
        """The first line of the group that a line belongs to: it is sent as a whole, by one identity."""
        found = self._db.rows("SELECT line FROM lines WHERE device = ? AND seq = ?", self.device, seq)
        first = changes.read_line(bytes(found[0][0]), seq).header.first if found else None
        return min(seq, first) if first is not None else seq

    def _move(self, seq: int, shift: int, raw: bytes, digest: str, chain: str) -> None:
        line = changes.read_line(raw, seq)
        change = line.change
        at = seq - shift
        if change is None or line.hash != digest or change.op == "lost":
            lost = Change(
                id=self.new_id(),
                device=self.device,
                seq=at,
                prev=self._chain,
                op="lost",
                lost=chain,
                reason=UNREADABLE,
            )
            self._keep(lost, changes.encode(lost), chain)
            return
        moved = self._placed(change, at, shift, self._chain)
        _, tab, private = raw.partition(b"\t")
        self._keep(moved, changes.encode(moved) + tab + private)
        self.pending[self.device, at] = Pending(self.device, at, moved, line.private)

    def _placed(self, change: Change, seq: int, shift: int, prev: str) -> Change:
        """A change of an identity before, with the number that it has under this one, after `prev`."""
        placed = msgspec.structs.replace(change, device=self.device, seq=seq, prev=prev)
        if change.first is None or change.last is None:
            return placed
        return msgspec.structs.replace(placed, first=max(change.first - shift, 1), last=change.last - shift)
