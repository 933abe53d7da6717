"""Checking the whole trail: against itself, its heads, their copies, and the records that it speaks of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, func, select

from field.store import audit_heads, audit_sealing
from field.store.audit_records import Records
from field.store.audit_sealing import ABOUT, ENTRIES, PUSHES, STATE
from field.store.engine import Store
from field.store.holding import DEVICES
from field.store.import_runs import day_at
from field.sync import audit, audit_check, heads
from field.sync.audit import Entry
from field.sync.audit_check import Chain, Fault
from field.sync.heads import Quoted

AT_ONCE = 500
FAULTS_MAX = 1000
WINDOW_MS = 600_000
"""What is not sealed after so long will not be by itself: no sealer runs."""


class Copies(msgspec.Struct, frozen=True):
    """The files at the place outside."""

    place: str
    files: Mapping[str, bytes]


class Verified(msgspec.Struct, kw_only=True):
    """What was looked at, and what is wrong. `faults` are the first thousand."""

    entries: int = 0
    head: str | None = None
    heads: int = 0
    copies: int = 0
    lines: int = 0
    waiting: int = 0
    faults: list[Fault] = []

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify(store: Store, now_ms: int, copies: Copies | None, held: Sequence[Quoted] = ()) -> Verified:
    """Check everything at one moment; `held` are heads that receipts quote. Raises Problem storage-failed."""
    with store.read() as tx:
        return _Verifier(tx, now_ms, copies, held).run()


class _Verifier:
    def __init__(self, tx: Connection, now_ms: int, copies: Copies | None, held: Sequence[Quoted]) -> None:
        self._tx, self._now_ms, self._copies, self._held = tx, now_ms, copies, held
        self._signed = audit_heads.all_signed(tx)
        files = copies.files.values() if copies else []
        elsewhere = [head.seq for content in files if (head := heads.read(content))]
        here = [head.seq for head, _ in self._signed]
        self._chain = Chain([*here, *elsewhere, *(each.seq for each in held)])
        self._records = Records(tx)
        self._begun_ms: int | None = None
        self.found = Verified()

    def run(self) -> Verified:
        for portion in self._portions():
            self._follow(portion)
        self._end()
        self._check_heads()
        self._add(self._records.rest())
        self.found.lines = self._records.lines
        return self.found

    def _add(self, faults: Sequence[Fault]) -> None:
        room = FAULTS_MAX - len(self.found.faults)
        self.found.faults += faults[:room]

    def _portions(self) -> Iterator[Sequence[Any]]:
        after = -(2**62)
        while True:
            query = select(ENTRIES).where(ENTRIES.c.seq > after).order_by(ENTRIES.c.seq).limit(AT_ONCE)
            found = self._tx.execute(query).all()
            if not found:
                return
            yield found
            after = found[-1].seq

    def _follow(self, portion: Sequence[Any]) -> None:
        entries = []
        for row in portion:
            entry, faults = self._chain.follow(row.seq, row.hash, row.line, row._mapping)
            self._add(faults)
            self.found.entries += 1
            if entry is not None:
                entries.append(entry)
                if self._begun_ms is None:
                    self._begun_ms = entry.at_ms
        self._add(self._indexes(entries, portion[0].seq, portion[-1].seq))
        self._add(self._records.check(entries))

    def _indexes(self, entries: Sequence[Entry], first: int, last: int) -> list[Fault]:
        """What is looked up by must say what the lines say: else a search would hide an entry."""
        should = {(entry.seq, id) for entry in entries for id in audit_sealing.named(entry)}
        query = select(ABOUT.c.seq, ABOUT.c.about).where(ABOUT.c.seq.between(first, last))
        there = {(row.seq, row.about) for row in self._tx.execute(query)}
        ranges = {(entry.seq, *of) for entry in entries if (of := audit.covered(entry))}
        query = select(PUSHES.c.seq, PUSHES.c.device, PUSHES.c.first_seq, PUSHES.c.last_seq)
        kept = {tuple(row) for row in self._tx.execute(query.where(PUSHES.c.seq.between(first, last)))}
        wrong = {seq for seq, *_ in should ^ there} | {row[0] for row in ranges ^ kept}
        return [Fault(f"entry {seq}", "the index names other things than its line") for seq in sorted(wrong)]

    def _end(self) -> None:
        state = self._tx.execute(select(STATE)).one_or_none()
        chain, found = self._chain, self.found
        if state is None or (state.seq, state.hash) != (chain.seq, chain.hash):
            stood = "nothing" if state is None else f"entry {state.seq}"
            what = f"it ends at entry {chain.seq}, and was sealed up to {stood}"
            self._add([Fault("the trail", f"{what}: its end was cut off or altered")])
        found.head = str(Quoted(chain.seq, chain.hash)) if chain.seq else None
        found.waiting = audit_sealing.waiting(self._tx)
        self._add(self._unsealed())

    def _unsealed(self) -> list[Fault]:
        """Acts that nobody seals any more."""
        faults = []
        oldest_ms = audit_sealing.oldest_waiting_ms(self._tx)
        if oldest_ms is not None and oldest_ms < self._now_ms - WINDOW_MS:
            faults.append(Fault("acts not sealed yet", "no server seals them; run: field audit seal"))
        covered = (
            select(DEVICES.c.id, func.max(PUSHES.c.last_seq).label("last"))
            .outerjoin_from(DEVICES, PUSHES, PUSHES.c.device == DEVICES.c.id)
            .where(DEVICES.c.seen_ms < self._now_ms - WINDOW_MS)
            .group_by(DEVICES.c.id, DEVICES.c.acknowledged)
            .having(and_(DEVICES.c.acknowledged > func.coalesce(func.max(PUSHES.c.last_seq), 0)))
        )
        for row in self._tx.execute(covered.order_by(DEVICES.c.id)):
            what = f"its lines after {row.last or 0} are in no entry; run: field audit seal"
            faults.append(Fault(f"tablet {row.id}", what))
        return faults

    def _check_heads(self) -> None:
        chain = self._chain
        kept = {head.day: head for head, _ in self._signed}
        self.found.heads = len(kept)
        for head in kept.values():
            self._add(audit_check.check_head(chain, head, f"head of {head.day}"))
        if self._begun_ms is not None:
            begun, today = day_at(self._begun_ms), day_at(self._now_ms)
            self._add(audit_check.check_days(kept, begun, today))
        if self._copies is not None:
            self.found.copies = len(self._copies.files)
            written = [head.day for head, place in self._signed if place == self._copies.place[:300]]
            self._add(audit_check.check_copies(chain, self._copies.files, kept, written))
        for each in self._held:
            self._add(audit_check.against(chain, each, f"the head {each.seq} that a receipt quotes"))
