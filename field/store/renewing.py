"""A new life of the database: the journal's acts are carried out again, then a new epoch begins.

All of it may be done any number of times: an act that is there already is left alone.
docs/protocol.md, "Restore".
"""

import base64
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, LargeBinary, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from field.clock import Clock
from field.problems import Problem
from field.store import devices, journal, lives, office, pulls, pushes, tables
from field.store.engine import Store
from field.store.journal import EpochKept, Journal, LineKept
from field.store.journal_notes import AGAIN, JOURNAL, Act, Image, forget
from field.store.lives import Lost
from field.store.pushes import Push
from field.sync import changes
from field.sync.changes import BATCH_LINES_MAX, START

CHANGES = tables.Change.__table__  # type: ignore[attr-defined]  # SQLModel adds it
DEVICES = tables.Device.__table__  # type: ignore[attr-defined]

NEW_ROW: dict[str, dict[str, Any]] = {"devices": {"acknowledged": 0, "chain": START, "t": 0}}
"""What the journal leaves out of a row, where the row is made anew."""


class Again(msgspec.Struct, frozen=True):
    """What somebody has to do once more: the journal knows that it was done, and not what was in it."""

    act: str
    at_ms: int
    by: str | None
    about: list[str]
    facts: dict[str, Any]


class Renewed(msgspec.Struct, kw_only=True):
    """What came of a new life: its epoch; how much of the journal was carried out again; what was not."""

    epoch: str
    acts: int = 0
    lines: int = 0
    again: list[Again] = []
    faults: list[str] = []


def renew(
    store: Store, clock: Clock, kept: Journal | None, *, by: str | None, why: str, expected: str | None = None
) -> Renewed:
    """Carry the journal out and begin a new epoch; `why` is a code for the audit trail.

    `expected`: the epoch that was found wrong; where another one has begun meanwhile nothing is done.
    Raises Problem refused where the journal was altered: nothing has begun then.
    """
    done = Renewed(epoch="")
    writing, store.after_commit = store.after_commit, None
    try:
        lost: list[Lost] = []
        with store.read() as tx:
            found = lives.heads(tx)
        if kept is not None:
            _check(kept)
            writer = office.ensure(store, clock)
            _acts(store, kept, done)
            _lines(store, kept, writer, done)
            lost = _epochs(store, kept)
        done.epoch = clock.uuid7()
        with store.write() as tx:
            now = _locked_epoch(store, tx)
            if expected is not None and now != expected:
                return msgspec.structs.replace(done, epoch=now)
            lives.begin(tx, done.epoch, clock.now_ms(), found, by=by, why=why, lost=lost)
        if kept is not None:
            with store.read() as tx:
                began = EpochKept(done.epoch, lives.heads_of(tx, done.epoch))
                kept.begin(store.sealer, tx, began, clock.now_ms())
    finally:
        store.after_commit = writing
    return done


def _locked_epoch(store: Store, tx: Connection) -> str:
    """The epoch in force, which nobody else ends meanwhile."""
    now = pulls.epoch(tx)
    if not store.sqlite:
        tx.execute(select(pulls.EPOCHS.c.id).where(pulls.EPOCHS.c.id == now).with_for_update())
        now = pulls.epoch(tx)
    return now


def _check(kept: Journal) -> None:
    for _ in kept.entries():
        pass


def _acts(store: Store, kept: Journal, done: Renewed) -> None:
    """Put the rows of acts that the database lacks in their place, in order."""
    for entry in kept.entries():
        if entry.kind != "act":
            continue
        body = base64.b64decode(entry.body)
        with store.write() as tx:
            if _has(tx, body):
                continue
            act = journal.opened(entry, store.sealer, Act)
            try:
                with tx.begin_nested():
                    for image in act.rows:
                        _put(tx, image)
            except (IntegrityError, Problem) as error:
                why = error.detail if isinstance(error, Problem) else "the database refuses it"
                done.faults.append(f"{act.act} of entry {entry.n} could not be carried out again: {why}")
            n = int(tx.execute(select(func.coalesce(func.max(JOURNAL.c.n), 0))).scalar_one()) + 1
            tx.execute(insert(JOURNAL), {"n": n, "at_ms": entry.at_ms, "body": body})
            # It is in the file already: what carrying it out has noted is no other act.
            forget(tx)
            done.acts += 1
            if act.act in AGAIN:
                done.again.append(Again(act.act, act.at_ms, act.by, act.about, act.facts))


def _has(tx: Connection, body: bytes) -> bool:
    # Sealed twice, the same words differ: equal bodies are one act.
    return tx.execute(select(JOURNAL.c.n).where(JOURNAL.c.body == body)).first() is not None


def _put(tx: Connection, image: Image) -> None:
    """Put a row as it was after an act; what tells how far a line came stays as it is."""
    table = tables.Table.metadata.tables[image.table]
    values = {name: _value(table.c[name], value) for name, value in image.values.items() if name in table.c}
    key = [column.name for column in table.primary_key.columns]
    where = [table.c[name] == values[name] for name in key]
    found = tx.execute(select(table).where(*where)).one_or_none()
    if found is None:
        tx.execute(insert(table), {**NEW_ROW.get(image.table, {}), **values})
        return
    if image.table == "devices" and values.get("revoked_ms") is not None and found.revoked_ms is None:
        devices.revoke(tx, values["id"], values["revoked_ms"], by="journal", again=True)
    others = {name: value for name, value in values.items() if name not in key}
    if others:
        tx.execute(update(table).where(*where).values(others))


def _value(column: Any, value: Any) -> Any:
    return base64.b64decode(value) if isinstance(column.type, LargeBinary) and value is not None else value


def _lines(store: Store, kept: Journal, writer: str, done: Renewed) -> None:
    """Land the office's own changes that the database lacks, in order, as captured when they were."""
    some: list[LineKept] = []
    for entry in kept.entries():
        if entry.kind == "line":
            line = journal.opened(entry, store.sealer, LineKept)
            if some and (some[0].t != line.t or len(some) == BATCH_LINES_MAX):
                _land(store, writer, some, done)
                some = []
            some.append(line)
    if some:
        _land(store, writer, some, done)


def _land(store: Store, writer: str, some: Sequence[LineKept], done: Renewed) -> None:
    read = [changes.read_line(_whole(store, each), 1).change for each in some]
    with store.read() as tx:
        ids = [change.id for change in read if change is not None]
        known = set(tx.execute(_KNOWN, {"ids": ids}).scalars())
        head = tx.execute(_HEAD, {"id": writer}).one()
    seq, prev, raw = head.acknowledged, head.chain, []
    for each, change in zip(some, read, strict=True):
        if change is None or change.id in known:
            continue
        seq += 1
        # On the line as it goes on now; where nothing came between, these are the bytes that there were.
        placed = msgspec.structs.replace(change, device=writer, seq=seq, prev=prev)
        _, tab, private = _whole(store, each).partition(b"\t")
        encoded = changes.encode(placed)
        prev = changes.digest(encoded)
        raw.append(encoded + tab + private)
    if not raw:
        return
    push = Push(writer, changes.read(raw, head.acknowledged + 1), quiet=True)
    decision = pushes.land(store, push, some[0].t, lambda _: None)
    done.lines += len(raw)
    for answer in decision.answers:
        if answer.status == "quarantined":
            done.faults.append(f"A change of the office could not be carried out again: {answer.detail}")


def _whole(store: Store, each: LineKept) -> bytes:
    private = store.sealer.open(each.private)
    return each.line if private is None else each.line + b"\t" + private


_KNOWN = select(CHANGES.c.id).where(CHANGES.c.id.in_(bindparam("ids", expanding=True)))
_HEAD = select(DEVICES.c.acknowledged, DEVICES.c.chain).where(DEVICES.c.id == bindparam("id"))


def _epochs(store: Store, kept: Journal) -> list[Lost]:
    """The epochs of which the journal knows, in the order in which they began."""
    return [_lost(journal.opened(entry, store.sealer, EpochKept)) for entry in _of_kind(kept, "epoch")]


def _of_kind(kept: Journal, kind: str) -> Iterator[journal.Entry]:
    return (entry for entry in kept.entries() if entry.kind == kind)


def _lost(said: EpochKept) -> Lost:
    return Lost(said.epoch, said.heads)
