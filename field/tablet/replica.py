"""The office's rows on this tablet, by (scope, record), byte for byte, with the cursor of each scope.

A page is applied in one transaction. A record that leaves its scope while changes of it are on their way is
not thrown away but kept outside of all scopes, for the screen alone (docs/protocol.md, "Pull").
"""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from field.sync import wire
from field.sync.changes import Private
from field.sync.receipts import Answer, Durable
from field.sync.snapshots import Offer
from field.sync.told import Drift
from field.sync.wire import Row
from field.tablet.database import Database
from field.tablet.transport import NoAnswer

OUTSIDE = ""
"""The scope of rows that are kept for the screen alone."""

REFETCHED = "refetched"
ALARMS = "checksum_alarms"
DRIFT = "drift"


class GivenReceipt(msgspec.Struct, frozen=True):
    """The receipt of a report, to hand to the employer."""

    report: str
    text: str


class Mark(msgspec.Struct, frozen=True):
    """One line of a page, whichever it is; of a record's row only what places it is read."""

    enter: str | None = None
    reset: str | None = None
    survived: int | None = None
    leave: str | None = None
    record: str | None = None
    kind: str = ""
    n: int = 0
    parent: str | None = None
    gone: str | None = None
    checkpoint: str | None = None
    epoch: str = ""
    head: bool = False
    checksum: int | None = None
    receipt: Answer | None = None
    snapshot: Offer | None = None
    report_receipt: GivenReceipt | None = None
    end: bool = False
    more: bool = False
    anchor: str = ""
    next_sync_s: int | None = None
    acknowledged: int | None = None
    chain: str = ""
    durable: Durable | None = None


class Page(msgspec.Struct, frozen=True):
    """A page that arrived whole: its lines, the receipts among them, its end."""

    lines: list[tuple[Mark, bytes, bytes | None]]
    receipts: list[Answer]
    more: bool
    anchor: str
    end: Mark
    next_sync_s: int | None = None
    handed: tuple[GivenReceipt, ...] = ()


class Held(msgspec.Struct, frozen=True):
    """A record's row as received, and its personal values."""

    row: Row
    private: Private
    scope: str


_mark = msgspec.json.Decoder(Mark)


def read_page(body: bytes) -> Page:
    """The page in an answer. Raises NoAnswer for one that was cut off: without its end nothing counts."""
    lines, receipts = [], []
    end: Mark | None = None
    try:
        for raw in body.split(b"\n"):
            if not raw:
                continue
            public, tab, private = raw.partition(b"\t")
            end = _mark.decode(public)
            if end.receipt is not None:
                receipts.append(end.receipt)
            lines.append((end, public, private if tab else None))
    except msgspec.DecodeError as error:
        raise NoAnswer(f"the page cannot be read: {error}") from error
    if end is None or not end.end:
        raise NoAnswer("the page was cut off before its end")
    handed = tuple(mark.report_receipt for mark, _, _ in lines if mark.report_receipt is not None)
    return Page(lines, receipts, end.more, end.anchor, end, end.next_sync_s, handed)


class Replica:
    """What this tablet holds of the office's records."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._arrived = database.number("SELECT max(arrived) FROM rows")

    def cursors(self) -> dict[str, tuple[str, int]]:
        """Where this tablet stands in each scope."""
        found = self._db.rows("SELECT scope, epoch, n FROM cursors ORDER BY scope")
        return {scope: (epoch, n) for scope, epoch, n in found}

    def reached(self) -> dict[str, int]:
        """How far this tablet came in each scope."""
        return {scope: n for scope, (_, n) in self.cursors().items()}

    def epoch_of(self, scope: str) -> str:
        """The epoch of the rows of a scope; empty where the scope is not here."""
        found = self._db.row("SELECT epoch FROM cursors WHERE scope = ?", scope)
        return str(found[0]) if found else ""

    def apply(self, page: Page, busy: Collection[str]) -> set[str]:
        """Apply a page; the rows of `busy` records are kept for the screen when they leave.

        Gives the scopes whose rows differ from the office's: they are thrown away, to be fetched anew.
        """
        anew = set()
        scope_of_rows = self._scopes_of_rows(page)
        for (mark, public, private), scope in zip(page.lines, scope_of_rows, strict=True):
            away = mark.leave or mark.reset or mark.enter
            if away is not None:
                # What begins anew begins with nothing, also where the storage brought rows back.
                self.drop(away, busy)
            elif mark.record is not None:
                self._put(scope, mark, public, private)
            elif mark.gone is not None:
                self._remove(scope, mark.gone, busy)
            elif mark.checkpoint is not None and not self._reach(mark, busy):
                anew.add(mark.checkpoint)
        return anew

    def checksums(self) -> dict[str, int]:
        """The sum of each scope's rows, by which the office finds out whether they are still its own.

        Of a scope in doubt one that cannot be right: so that the office tells its own, and the doubt may end.
        """
        found = self._db.rows(
            "SELECT c.scope, c.checksum, d.scope IS NOT NULL FROM cursors c "
            "LEFT JOIN distrusted d ON d.scope = c.scope ORDER BY c.scope"
        )
        return {
            str(scope): wire.add(checksum, wire.DOUBT) if doubted else checksum
            for scope, checksum, doubted in found
        }

    def _scopes_of_rows(self, page: Page) -> list[str]:
        """The scope of each line: rows come before the checkpoint that names their scope."""
        scopes, scope = [], OUTSIDE
        for mark, _, _ in reversed(page.lines):
            scope = mark.checkpoint or scope
            scopes.append(scope)
        return scopes[::-1]

    def _checksum(self, scope: str) -> int:
        return self._db.number("SELECT checksum FROM cursors WHERE scope = ?", scope)

    def _digest(self, scope: str, record: str) -> int:
        return self._db.number("SELECT digest FROM rows WHERE scope = ? AND record = ?", scope, record)

    def _change_checksum(self, scope: str, less: int, more: int) -> None:
        checksum = wire.add(wire.subtract(self._checksum(scope), less), more)
        self._db.run(
            "INSERT INTO cursors VALUES (?, '', 0, ?) "
            "ON CONFLICT (scope) DO UPDATE SET checksum = excluded.checksum",
            *(scope, checksum),
        )

    def _put(self, scope: str, mark: Mark, public: bytes, private: bytes | None) -> None:
        assert mark.record is not None
        digest = wire.digest(public)
        self._change_checksum(scope, self._digest(scope, mark.record), digest)
        self._arrived += 1
        self._db.run(
            "INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(scope, mark.record, mark.kind, mark.n, mark.parent, public, private, digest, self._arrived),
        )
        self._db.run("DELETE FROM rows WHERE scope = ? AND record = ?", OUTSIDE, mark.record)

    def _remove(self, scope: str, record: str, busy: Collection[str]) -> None:
        self._change_checksum(scope, self._digest(scope, record), 0)
        elsewhere = self._db.row("SELECT 1 FROM rows WHERE record = ? AND scope <> ?", record, scope)
        if record in busy and elsewhere is None:
            self._db.run("UPDATE rows SET scope = ? WHERE scope = ? AND record = ?", OUTSIDE, scope, record)
        else:
            self._db.run("DELETE FROM rows WHERE scope = ? AND record = ?", scope, record)

    def drop(self, scope: str, busy: Collection[str]) -> None:
        """Remove a scope's rows and its cursor together."""
        for (record,) in self._db.rows("SELECT record FROM rows WHERE scope = ?", scope):
            self._remove(scope, record, busy)
        self._db.run("DELETE FROM cursors WHERE scope = ?", scope)

    def enter(self, offer: Offer, busy: Collection[str]) -> None:
        """Put the staged rows of a snapshot in the place of what is here of its scope. In one transaction."""
        gone = "SELECT record FROM rows WHERE scope = ? EXCEPT SELECT record FROM staged WHERE scope = ?"
        for (record,) in self._db.rows(gone, offer.scope, offer.scope):
            self._remove(offer.scope, record, busy)
        self._db.run(
            "INSERT OR REPLACE INTO rows "
            "SELECT scope, record, kind, n, parent, body, private, digest, at + ? "
            "FROM staged WHERE scope = ?",
            *(self._arrived, offer.scope),
        )
        self._arrived = self._db.number("SELECT max(arrived) FROM rows")
        outside = "DELETE FROM rows WHERE scope = ? AND record IN (SELECT record FROM staged WHERE scope = ?)"
        self._db.run(outside, OUTSIDE, offer.scope)
        here = (offer.scope, offer.epoch, offer.n, offer.checksum)
        self._db.run("INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?)", *here)

    def distrusted(self) -> set[str]:
        """The scopes that differed from the office's and are fetched anew."""
        return {str(scope) for (scope,) in self._db.rows("SELECT scope FROM distrusted")}

    def drop_all(self, busy: Collection[str]) -> None:
        """Remove the rows of all scopes: nobody is signed in for whom they would be here."""
        for scope in self.cursors():
            self.drop(scope, busy)

    def _reach(self, mark: Mark, busy: Collection[str]) -> bool:
        """Whether the scope's rows may stay."""
        scope = mark.checkpoint or ""
        self._db.run(
            "INSERT INTO cursors VALUES (?, ?, ?, 0) "
            "ON CONFLICT (scope) DO UPDATE SET epoch = excluded.epoch, n = excluded.n",
            *(scope, mark.epoch, mark.n),
        )
        if not mark.head or mark.checksum is None:
            return True
        distrusted = self._db.row("SELECT 1 FROM distrusted WHERE scope = ?", scope) is not None
        if mark.checksum == self._checksum(scope):
            self._db.run("DELETE FROM distrusted WHERE scope = ?", scope)
            self._note_drift(scope, 0, still=False)
        elif distrusted:
            self._db.remember(ALARMS, self.alarms() + 1)
            self._note_drift(scope, 0, still=True)
        else:
            self._db.run("INSERT INTO distrusted VALUES (?)", scope)
            self._db.remember(REFETCHED, self.refetched() + 1)
            self._note_drift(scope, 1, still=False)
            self.drop(scope, busy)
            return False
        return True

    def drift(self) -> dict[str, Drift]:
        """Which scopes were found to differ from the office's, for the office to hear of."""
        return self._db.state(DRIFT, dict[str, Drift], {})

    def _note_drift(self, scope: str, more: int, *, still: bool) -> None:
        known = self.drift()
        before = known.get(scope, Drift())
        now = Drift(before.times + more, still)
        if now != before:
            self._db.remember(DRIFT, {**known, scope: now})

    def beyond(self, page: Page) -> list[dict[str, Any]]:
        """The rows of scopes that begin anew which came after what the office's database survived with."""
        found = []
        for mark, _, _ in page.lines:
            if mark.reset is not None and mark.survived is not None:
                epoch = self.epoch_of(mark.reset)
                rows = self._db.rows(
                    "SELECT body, private FROM rows WHERE scope = ? AND n > ? AND kind <> 'conflict' "
                    "ORDER BY n",
                    *(mark.reset, mark.survived),
                )
                for body, private in rows:
                    line = bytes(body) + (b"" if private is None else b"\t" + bytes(private))
                    found.append({"scope": mark.reset, "epoch": epoch, "line": line.decode()})
        return found

    def alarms(self) -> int:
        """How often a scope still differed from the office's after it was fetched anew."""
        return self._db.state(ALARMS, int, 0)

    def refetched(self) -> int:
        """How often a scope was fetched anew since its checksum differed."""
        return self._db.state(REFETCHED, int, 0)

    def tidy(self, busy: Collection[str]) -> None:
        """Forget rows outside of all scopes that no change on its way needs any more."""
        for (record,) in self._db.rows("SELECT record FROM rows WHERE scope = ?", OUTSIDE):
            if record not in busy:
                self._db.run("DELETE FROM rows WHERE scope = ? AND record = ?", OUTSIDE, record)

    def row(self, record: str) -> Held | None:
        """A record's row, the one that arrived last where two scopes have it."""
        found = self._db.row(
            "SELECT body, private, scope FROM rows WHERE record = ? ORDER BY arrived DESC LIMIT 1", record
        )
        return None if found is None else self._held(found)

    def _held(self, found: Sequence[Any]) -> Held:
        private = bytes(found[1]) if found[1] is not None else None
        return Held(wire.decode_row(bytes(found[0])), wire.decode_private(private), str(found[2]))

    def records(self, kind: str) -> list[str]:
        """The ids of the records of a kind, in order."""
        found = self._db.rows("SELECT DISTINCT record FROM rows WHERE kind = ? ORDER BY record", kind)
        return [str(record) for (record,) in found]

    def children(self, parent: str) -> list[str]:
        """The ids of the records that belong to a record, in order."""
        found = self._db.rows("SELECT DISTINCT record FROM rows WHERE parent = ? ORDER BY record", parent)
        return [str(record) for (record,) in found]

    def everything(self) -> dict[str, dict[str, tuple[bytes, bytes | None]]]:
        """Public and private bytes of every row, by scope and record."""
        held: dict[str, dict[str, tuple[bytes, bytes | None]]] = {scope: {} for scope in self.cursors()}
        for scope, record, body, private in self._db.rows("SELECT scope, record, body, private FROM rows"):
            if scope != OUTSIDE:
                held.setdefault(scope, {})[record] = (
                    bytes(body),
                    None if private is None else bytes(private),
                )
        return held
