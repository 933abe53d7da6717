"""What supervisors decided about lines in quarantine: loading what a push needs of it, and keeping it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, literal_column, select, update

from field.store import holding, quarantine_tables
from field.store.bulk import Prepared
from field.store.engine import Store
from field.store.holding import CHANGES, select_lines
from field.sync.changes import Change, Line, Private, read_line
from field.sync.checks import Refusal
from field.sync.kinds import KINDS
from field.sync.landing import Held
from field.sync.merge import Author, Edit
from field.sync.push import Decision
from field.sync.receipts import LANDED, Decided
from field.sync.undoing import History, Undo
from field.sync.verdicts import Judged, Place, Standing

VERDICTS = quarantine_tables.QuarantineVerdict.__table__  # type: ignore[attr-defined]

_ABOUT = (
    select_lines(CHANGES.c.status, CHANGES.c.id, CHANGES.c.received_ms)
    .where(CHANGES.c.device == bindparam("device"))
    .where(CHANGES.c.seq.in_(bindparam("ids", expanding=True)))
)
_JUDGED = Prepared(_ABOUT)
# After a restore, their own tablet may prove just now that they had landed (testimony.py).
_JUDGED_AND_LOCKED = Prepared(_ABOUT.order_by(CHANGES.c.seq).with_for_update(of=CHANGES))


def judged(store: Store, tx: Connection, lines: Sequence[Line]) -> dict[Place, Judged]:
    """The lines about which the office decides with these, as they are kept; nobody else settles them now."""
    changes = [line.change for line in lines if line.change is not None]
    places = [(d, s) for change in changes for d, s in change.entries or ()]
    return of_places(store, tx, places, asked=_JUDGED_AND_LOCKED)


def of_places(
    store: Store, tx: Connection, places: Iterable[Place], *, asked: Prepared = _JUDGED
) -> dict[Place, Judged]:
    """Lines by device and seq, in order; read and checked anew, but for the time that they vouch for."""
    seqs: dict[str, list[int]] = {}
    for device, seq in places:
        seqs.setdefault(device, []).append(seq)
    found: dict[Place, Judged] = {}
    for device, some in seqs.items():
        rows = asked.run(tx, device=device, ids=some)
        for row, item in zip(rows, holding.stored(store, rows, lambda _: 0), strict=True):
            item.released = True
            if row.id is None and not isinstance(item.checked, Refusal):
                # It could not be read when it came, and owns no id: nobody could name what it writes.
                item.checked = Refusal("unreadable", f"Entry {row.seq} could not be read when it came.")
            found[device, row.seq] = Judged(
                item, row.status, row.verdict, row.code, row.detail, row.received_ms
            )
    return dict(sorted(found.items()))


_LANDED_IN: list[Any] = [literal_column(f"'{status}'") for status in sorted(LANDED)]
_LANDED = Prepared(
    select(CHANGES.c.device, CHANGES.c.seq, CHANGES.c.line, CHANGES.c.private, CHANGES.c.t)
    .where(CHANGES.c.record == bindparam("record"), CHANGES.c.status.in_(_LANDED_IN))
    .order_by(CHANGES.c.t, CHANGES.c.device, CHANGES.c.seq)
)


def add_histories(store: Store, tx: Connection, held: Held, lines: Sequence[Line]) -> None:
    """Load all that landed about the records of which these lines take something back."""
    wanted = {
        line.change.record
        for line in lines
        if line.change is not None and line.change.undoes is not None and line.change.record is not None
    }
    held.histories = {record: history(store, tx, record) for record in sorted(wanted)}


class Landed(msgspec.Struct, frozen=True):
    """A change that landed about a record, as it is kept; `values` is what it set."""

    change: Change
    device: str
    t: int
    values: dict[str, Any]
    private: Private


def landed(store: Store, tx: Connection, record: str) -> list[Landed]:
    """All that landed about a record, in the order of capture."""
    found: list[Landed] = []
    for row in _LANDED.run(tx, record=record):
        private = store.sealer.open(row.private)
        raw = bytes(row.line) + (b"\t" + private if private is not None else b"")
        line = read_line(raw, row.seq)
        change = line.change
        if change is not None and change.kind is not None:
            values = KINDS[change.kind].read(change.set)
            found.append(Landed(change, row.device, row.t, values, line.private))
    return found


def history(store: Store, tx: Connection, record: str) -> History:
    """All that landed about a record, as the merge takes it."""
    return history_of(landed(store, tx, record))


def history_of(lines: Sequence[Landed]) -> History:
    """Changes that landed, as the merge takes them. Verdicts about lines in quarantine set nothing."""
    edits: list[Edit] = []
    undos: list[Undo] = []
    creations: set[str] = set()
    for each in lines:
        change = each.change
        if change.undoes is not None:
            undos.append(Undo(change.id, tuple(change.undoes)))
        elif change.entries is None:
            author = Author(change.id, each.t, each.device, change.seq, change.by)
            edits.append(Edit(author, each.values, change.was, change.over, each.private))
            creations |= {change.id} if change.op == "create" else set()
    return History(tuple(edits), tuple(undos), frozenset(creations))


_STANDING = (
    select(VERDICTS.c.device, VERDICTS.c.seq, VERDICTS.c.verdict)
    .where(VERDICTS.c.device == bindparam("device"), VERDICTS.c.seq.in_(bindparam("seqs", expanding=True)))
    .order_by(VERDICTS.c.at_ms, VERDICTS.c.office_seq)
)


def standing(tx: Connection, device: str, lines: Sequence[Line]) -> dict[int, str]:
    """What was decided about lines before they came: this database is older than the verdict."""
    found = tx.execute(_STANDING, {"device": device, "seqs": [line.seq for line in lines]})
    last = {row.seq: row.verdict for row in found}
    return {seq: verdict for seq, verdict in last.items() if verdict is not None}


_MARK = (
    update(CHANGES)
    .where(CHANGES.c.device == bindparam("of_device"), CHANGES.c.seq == bindparam("of_seq"))
    .values(verdict=bindparam("to_verdict"))
)


def save(tx: Connection, decision: Decision, office: str, now_ms: int, known: Mapping[int, str] = {}) -> None:
    """Keep what was decided; `known` is what had been decided about lines of this push before they came."""
    marks: list[dict[str, Any]] = [
        {"of_device": office, "of_seq": seq, "to_verdict": verdict} for seq, verdict in known.items()
    ]
    kept = []
    for stand in decision.stands:
        change = stand.change
        place = {"device": stand.device, "seq": stand.seq}
        marks.append({"of_device": stand.device, "of_seq": stand.seq, "to_verdict": stand.verdict})
        said = {"op": change.op, "verdict": stand.verdict, "reason": change.reason or "", "by": change.by}
        why = {"code": stand.code, "detail": stand.detail, "at_ms": now_ms}
        kept.append({"office": office, "office_seq": change.seq, **place, **said, **why})
    if kept:
        tx.execute(insert(VERDICTS), kept)
    if marks:
        tx.execute(_MARK, marks)


class Act(msgspec.Struct, frozen=True):
    """One decision about a line in quarantine; `verdict` is what stood from then on."""

    op: str
    verdict: Standing | None
    reason: str
    by: str | None
    at_ms: int
    code: str | None
    detail: str | None
    device: str
    seq: int


_ACTS = (
    select(*(VERDICTS.c[name] for name in Act.__struct_fields__))
    .where(VERDICTS.c.device == bindparam("device"), VERDICTS.c.seq.in_(bindparam("seqs", expanding=True)))
    .order_by(VERDICTS.c.at_ms, VERDICTS.c.office_seq, VERDICTS.c.seq)
)


def acts(tx: Connection, device: str, seqs: Sequence[int]) -> list[Act]:
    """All that was ever decided about some lines of a device, in order."""
    found = tx.execute(_ACTS, {"device": device, "seqs": list(seqs)})
    return [msgspec.convert(row._mapping, Act) for row in found]


def decided(tx: Connection, device: str, seqs: Sequence[int]) -> dict[int, Decided]:
    """What stands about lines, for their receipts: by seq, where a supervisor decided."""
    if not seqs:
        return {}
    last = {act.seq: act for act in acts(tx, device, seqs)}
    return {
        seq: Decided(act.verdict, act.reason, act.at_ms)
        for seq, act in last.items()
        if act.verdict is not None
    }
