"""The office writes through the same door as tablets: a device of its own, decided by the same function."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.clock import Clock
from field.problems import Problem
from field.store import devices, pushes
from field.store.engine import Store
from field.store.holding import DEVICES
from field.store.pushes import Push
from field.sync import changes
from field.sync.changes import BATCH_LINES_MAX, Change, Private
from field.sync.merge import Record
from field.sync.push import Decision
from field.sync.receipts import Answer
from field.sync.upcasting import SCHEMA
from field.sync.verdicts import Place

OFFICE_NAME = "office"
ATTEMPTS = 20


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One change that the office makes. `by` is the person who acts, or None for the system itself.

    What decides about lines that nobody can read names no `kind` and no `record`: both are empty.
    """

    kind: str
    record: str
    set: Mapping[str, Any] = {}
    op: changes.Op = "set"
    by: str | None = None
    was: Mapping[str, Any] = {}
    over: Mapping[str, list[str]] = {}
    reason: str | None = None
    private: Private = {}
    undoes: list[str] | None = None
    entries: list[Place] | None = None


def ensure(store: Store, clock: Clock) -> str:
    """The office's device, made when there is none yet."""
    with store.write() as tx:
        row = tx.execute(_OFFICE).first()
        if row is not None:
            return str(row.id)
        id = clock.uuid7()
        devices.make(tx, id, OFFICE_NAME, None, None, clock.now_ms(), office=True)
        return id


_OFFICE = select(DEVICES.c.id).where(DEVICES.c.office.is_(True)).order_by(DEVICES.c.enrolled_ms, DEVICES.c.id)
_HEAD = select(DEVICES.c.acknowledged, DEVICES.c.chain).where(DEVICES.c.id == bindparam("id"))


def write(store: Store, clock: Clock, office: str, entries: Sequence[Entry]) -> list[Answer]:
    """Land the office's own changes, in order; return the answer about each.

    Raises Problem refused where one cannot land, naming it; those before it have landed.
    """
    answers: list[Answer] = []
    for start in range(0, len(entries), BATCH_LINES_MAX):
        some = entries[start : start + BATCH_LINES_MAX]
        answers.extend(_write_some(store, clock, office, lambda _, some=some: some))  # type: ignore[misc]
    return _all_landed(answers)


def _all_landed(answers: list[Answer]) -> list[Answer]:
    for answer in answers:
        if answer.status == "quarantined":
            raise Problem(
                "refused", answer.detail or "The office's own entry was refused.", reason=answer.code
            )
    return answers


def decide(
    store: Store, clock: Clock, office: str, choose: Callable[[Connection], Sequence[Entry]]
) -> list[Answer]:
    """Land what `choose` returns, at most BATCH_LINES_MAX changes; return the answer about each.

    Nothing of the office's lands between what `choose` reads and what it decides: where another writer of the
    office came first, it is asked anew. So of two people who do what only one can, the second hears of it.
    Raises what `choose` raises, and Problem refused where a change cannot land.
    """
    return _all_landed(_write_some(store, clock, office, choose))


def instead(record: Record, values: Mapping[str, Any], by: str | None, reason: str | None = None) -> Entry:
    """The office's change of fields to other values, in place of all that stands there now."""
    return Entry(
        kind=record.kind,
        record=record.id,
        set=values,
        over={name: live for name in values if (live := sorted(record.live.get(name, {})))},
        was={name: record.values[name] for name in values if record.values.get(name) is not None},
        by=by,
        reason=reason,
    )


def _write_some(
    store: Store, clock: Clock, office: str, choose: Callable[[Connection], Sequence[Entry]]
) -> list[Answer]:
    for _ in range(ATTEMPTS):
        with store.read() as tx:
            head = tx.execute(_HEAD, {"id": office}).one()
            entries = choose(tx)
        if not entries:
            return []
        first = head.acknowledged + 1
        body = _encode(office, first, head.chain, entries, clock.uuid7)
        decision = _land(store, clock, office, body, first)
        if decision is not None:
            return [answer for answer in decision.answers if answer.seq >= first]
    raise Problem("busy", "The office is writing at many places at once. Try again.")


def _land(store: Store, clock: Clock, office: str, body: bytes, first: int) -> Decision | None:
    """None where another writer of the office came first."""
    lines = changes.read(changes.split(body), first)
    decision = pushes.land(store, Push(office, lines, quiet=True), clock.now_ms(), _no_anchor)
    return None if decision.fork is not None or decision.expected is not None else decision


def _encode(office: str, first: int, prev: str, entries: Sequence[Entry], new_id: Callable[[], str]) -> bytes:
    lines = []
    for index, entry in enumerate(entries):
        change = Change(
            id=new_id(),
            device=office,
            seq=first + index,
            prev=prev,
            op=entry.op,
            by=entry.by,
            kind=entry.kind or None,
            record=entry.record or None,
            set=msgspec.Raw(msgspec.json.encode(entry.set)),
            was=dict(entry.was),
            over=dict(entry.over),
            schema=SCHEMA,
            reason=entry.reason,
            undoes=entry.undoes,
            entries=entry.entries,
        )
        line = changes.encode(change, entry.private)
        prev = changes.digest(line.partition(b"\t")[0])
        lines.append(line)
    return b"\n".join(lines)


def _no_anchor(_: str) -> int | None:
    """The office needs no signed time: its changes are captured as they land."""
    return None
