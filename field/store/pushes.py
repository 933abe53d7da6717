"""Landing a push: load under locks, decide, save, in one transaction. docs/protocol.md, "Push"."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, update
from sqlalchemy.exc import DataError, IntegrityError

from field.problems import Problem
from field.store import awaited_photos, holding, journal_notes, rows, tables, testimony, verdicts
from field.store.bulk import Prepared, Rows
from field.store.engine import RETRIES, Retry, Store
from field.store.holding import CHANGES, DEVICES, Anchored
from field.sync.changes import Line
from field.sync.checks import Refusal
from field.sync.landing import Draft
from field.sync.push import Arrived, Decision, Settled, decide
from field.sync.receipts import Answer

BATCHES = tables.Batch.__table__  # type: ignore[attr-defined]
ALARMS = tables.Alarm.__table__  # type: ignore[attr-defined]


UNSTORABLE = (IntegrityError, DataError, OverflowError)
"""What no trying again will mend."""


class Signed(msgspec.Struct, frozen=True):
    """A device's signature, and what it covers: the hash of every line of a push, from `first_seq` on."""

    signature: str
    first_seq: int
    hashes: bytes


class Push(msgspec.Struct, frozen=True):
    """What a device hands in: lines, and its signature over them and perhaps others of the same batch."""

    device: str
    lines: Sequence[Line]
    signed: Signed | None = None
    quiet: bool = False
    """A fork is no alarm: the office's own writers race for the next number."""


def land(store: Store, push: Push, now_ms: int, anchored: Anchored) -> Decision:
    """Land a push and return what was decided; committed when this returns.

    A unit that the database refuses again and again is quarantined alone; everything else lands.
    Raises Problem device-unknown, storage-failed, and busy where the transaction kept colliding.
    """
    try:
        # That a change or the record it makes came before is rare, and the tables' own constraints tell.
        return _land(store, push, now_ms, anchored, {}, trusting=True)
    except (IntegrityError, _LookAgain):
        pass
    except (DataError, OverflowError):
        return _land_one_by_one(store, push, now_ms, anchored)
    try:
        return _land(store, push, now_ms, anchored, {})
    except UNSTORABLE:
        return _land_one_by_one(store, push, now_ms, anchored)


def land_refused(
    store: Store, push: Push, now_ms: int, anchored: Anchored, refused: Mapping[int, Refusal]
) -> Decision:
    """`land` for lines that shall not land, by seq: they are quarantined with the reason given."""
    return _land(store, push, now_ms, anchored, refused)


def land_together(
    store: Store, some: Sequence[Push], now_ms: int, anchored: Anchored
) -> list[Decision | Exception]:
    """Try to land several pushes in one transaction of SQLite: the decision about each, or an error.

    An error is not the last word: such a push has landed nothing, and `land` finds out its own reason.
    """
    works = [partial(_land_trusting, store, push, now_ms, anchored) for push in some]
    outcomes: list[Decision | Exception] = store.land_together(works)
    return outcomes


def _land_trusting(store: Store, push: Push, now_ms: int, anchored: Anchored, tx: Connection) -> Decision:
    return _land_in(store, tx, push, now_ms, anchored, {}, trusting=True)


def _land_one_by_one(store: Store, push: Push, now_ms: int, anchored: Anchored) -> Decision:
    whole: Decision | None = None
    for line in push.lines:
        single = Push(push.device, [line], push.signed, push.quiet)
        try:
            decision = _land(store, single, now_ms, anchored, {})
        except UNSTORABLE:
            refusal = Refusal("storage-refused", f"Entry {line.seq} was refused by the database.")
            decision = _land(store, single, now_ms, anchored, {line.seq: refusal})
        if whole is not None:
            later = {answer.seq for answer in decision.answers}
            kept = [answer for answer in whole.answers if answer.seq not in later]
            decision.answers = sorted([*kept, *decision.answers], key=lambda answer: answer.seq)
        whole = decision
        if decision.fork is not None or decision.expected is not None:
            break
    assert whole is not None
    return whole


def _land(
    store: Store,
    push: Push,
    now_ms: int,
    anchored: Anchored,
    refused: Mapping[int, Refusal],
    *,
    trusting: bool = False,
) -> Decision:
    def work(tx: Connection) -> Decision:
        return _land_in(store, tx, push, now_ms, anchored, refused, trusting=trusting)

    for _ in range(RETRIES):
        try:
            decision: Decision = store.land(work)
        except Retry:
            continue
        return decision
    raise Problem(
        "busy", "The office is busy with the same records. Your work is kept; it will be sent again."
    )


def _land_in(
    store: Store,
    tx: Connection,
    push: Push,
    now_ms: int,
    anchored: Anchored,
    refused: Mapping[int, Refusal],
    *,
    trusting: bool,
) -> Decision:
    device = holding.lock_device(tx, push.device)
    lines = push.lines
    seen = holding.seen(tx, device, lines) if lines and lines[0].seq <= device.acknowledged else {}
    known = {} if trusting else holding.known(tx, device, lines)
    parts = holding.parts(store, tx, device, anchored) if device.group else []
    fresh = [line for line in lines if line.seq > device.acknowledged]
    judged = verdicts.judged(store, tx, fresh) if device.office else {}
    # What was decided before a line came is looked up where it would be quarantined: in the second look.
    before = {} if trusting or not fresh else verdicts.standing(tx, device.id, fresh)
    earlier = testimony.earlier(tx, device.id, fresh)
    # An answer need not have spoken of the line that proves the others.
    proved = testimony.proved(store, tx, device.id, fresh) if fresh and (earlier or device.revoked) else []
    kept = [*parts, *proved, *(each.item for each in judged.values())]
    touching = [*(item.line for item in kept), *fresh]
    held, keys = holding.hold(store, tx, device, touching, trusting=trusting)
    held.judged = judged
    if device.office:
        verdicts.add_histories(store, tx, held, fresh)
    decision = decide(
        lines,
        device,
        held,
        seen=seen,
        known=known,
        parts=parts,
        now_ms=now_ms,
        anchored=anchored,
        refused=refused,
        released=[seq for seq, verdict in before.items() if verdict != "rejected"],
        earlier=earlier,
        proved=proved,
    )
    if not decision.draft.scopes.keys() <= keys.keys():
        # A record went elsewhere than was foreseen: positions are given under locks alone.
        raise Retry
    answers = [kept.answer for kept in decision.arrived] + [kept.answer for kept in decision.settled]
    if trusting and any(answer.status in _PERHAPS_ELSE for answer in answers):
        raise _LookAgain
    _save(store, tx, push, decision, keys, now_ms)
    if decision.stands or before:
        verdicts.save(tx, decision, device.id, now_ms, before)
    return decision


class _LookAgain(Exception):  # noqa: N818 - an instruction, not an error
    """Decide once more, having looked for everything: what does not land is told its true reason."""


_PERHAPS_ELSE = ("quarantined", "waiting")


def _save(
    store: Store, tx: Connection, push: Push, decision: Decision, keys: Mapping[str, int], now_ms: int
) -> None:
    seal = store.sealer.once()
    draft = decision.draft
    for ids in rows.chunks(decision.adopted):
        tx.execute(_ADOPT, {"ids": ids})
    if decision.arrived:
        arrived = [_row(kept, push.device, now_ms, seal, draft) for kept in decision.arrived]
        _CHANGES.insert(tx, arrived)
        awaited_photos.expect(tx, push.device, decision.arrived, now_ms)
    if decision.settled:
        tx.execute(_SETTLE, [_settled(kept) for kept in decision.settled])
    rows.save(store, tx, draft, keys, now_ms, seal)
    if decision.alarms and not push.quiet:
        alarms = [
            {
                "device": push.device,
                "code": alarm.code,
                "seq": alarm.seq,
                "at_ms": now_ms,
                "detail": _storable(alarm.detail),
                "district": alarm.district or decision.device.district,
            }
            for alarm in decision.alarms
        ]
        rows.insert_new(store, tx, ALARMS, alarms)
    _save_device(tx, push, decision, now_ms)
    if decision.device.office and decision.arrived:
        journal_notes.touch(tx)


_ADOPT = (
    update(CHANGES)
    .where(CHANGES.c.id.in_(bindparam("ids", expanding=True)), CHANGES.c.status == "held")
    .values(same_as=CHANGES.c.id, id=None, status="duplicate")
)
_CHANGES = Rows(
    CHANGES,
    (
        "device",
        "seq",
        "id",
        "same_as",
        "hash",
        "line",
        "private",
        "kind",
        "record",
        "by",
        "t",
        "received_ms",
        "status",
        "code",
        "detail",
        "remarks",
        "scope",
        "n",
        "waits_for",
        "district",
    ),
)


def _row(
    kept: Arrived, device: str, now_ms: int, seal: Callable[[bytes | None], bytes | None], draft: Draft
) -> tuple[Any, ...]:
    line, answer, header = kept.line, kept.answer, kept.line.header
    # What a person had erased does not come back with an entry that was on its way.
    private = None if draft.erased(header.record or "") else line.private_bytes
    # A line of a group that is under way keeps what is wrong with it until the group is complete.
    told = kept.refused if answer.status == "held" and kept.refused else answer
    return (
        device,
        line.seq,
        header.id if _owns_its_id(kept) else None,
        kept.same_as,
        line.hash,
        line.public,
        seal(private),
        _storable(header.kind),
        header.record,
        header.by,
        kept.t,
        now_ms,
        answer.status,
        told.code,
        _storable(told.detail),
        " ".join(answer.remarks) or None,
        answer.scope,
        answer.n,
        kept.waits_for,
        kept.district,
    )


def _owns_its_id(kept: Arrived) -> bool:
    """An id is for ever that of the first readable change which bears it."""
    readable = kept.line.change is not None and kept.same_as is None
    refused = kept.refused.code if kept.refused is not None else kept.answer.code
    return readable and refused not in holding.WITHOUT_ID


def _storable(text: str | None) -> str | None:
    """PostgreSQL keeps no NUL in text; the line itself is kept as bytes, unaltered."""
    return None if text is None else text.replace("\0", "\N{REPLACEMENT CHARACTER}")


_SETTLE = (
    update(CHANGES)
    .where(CHANGES.c.device == bindparam("of_device"), CHANGES.c.seq == bindparam("of_seq"))
    .values(
        {
            **{
                name: bindparam(f"to_{name}")
                for name in ("status", "code", "detail", "scope", "n", "waits_for")
            },
            "district": func.coalesce(bindparam("to_district"), CHANGES.c.district),
        }
    )
)


def _settled(kept: Settled) -> dict[str, Any]:
    answer: Answer = kept.answer
    return {
        "of_device": kept.device,
        "of_seq": kept.seq,
        "to_status": answer.status,
        "to_code": answer.code,
        "to_detail": _storable(answer.detail),
        "to_scope": answer.scope,
        "to_n": answer.n,
        "to_waits_for": kept.waits_for,
        "to_district": kept.district,
    }


_SAVE_DEVICE = Prepared(
    update(DEVICES)
    .where(DEVICES.c.id == bindparam("key"))
    .values(
        {
            name: bindparam(f"to_{name}")
            for name in ("acknowledged", "chain", "t", "group_first", "group_last", "seen_ms")
        }
    )
)


def _save_device(tx: Connection, push: Push, decision: Decision, now_ms: int) -> None:
    device = decision.device
    first, last = device.group or (None, None)
    values = {
        "key": device.id,
        "to_acknowledged": device.acknowledged,
        "to_chain": device.chain,
        "to_t": device.t,
        "to_group_first": first,
        "to_group_last": last,
        "to_seen_ms": now_ms,
    }
    _SAVE_DEVICE.run(tx, **values)
    if push.signed is not None and decision.arrived:
        signed = push.signed
        row = (device.id, device.acknowledged, signed.first_seq, signed.signature, signed.hashes, now_ms)
        _BATCHES.insert(tx, [row])


_BATCHES = Rows(BATCHES, ("device", "last_seq", "first_seq", "signature", "hashes", "received_ms"))
