"""Serving a pull: an index range per scope, read in one short transaction and concatenated afterwards."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.store import people, rows, tables
from field.store.engine import Store
from field.store.holding import CHANGES
from field.sync import pull, scopes
from field.sync.landing import Scope
from field.sync.pull import PullRequest, Step
from field.sync.receipts import Answer

EPOCHS = tables.Epoch.__table__  # type: ignore[attr-defined]  # SQLModel adds it


class Page(msgspec.Struct, frozen=True):
    """The lines of an answer, without its end, and whether there is more to ask for."""

    lines: list[bytes]
    more: bool


def epoch(tx: Connection) -> str:
    """The epoch in force."""
    return str(tx.execute(_EPOCH).scalar_one())


_EPOCH = select(EPOCHS.c.id).order_by(EPOCHS.c.started_ms.desc(), EPOCHS.c.id.desc()).limit(1)


def page(store: Store, device: str, request: PullRequest, now_ms: int) -> Page:
    """The next page for a device: the scopes of everybody signed in on it, from its cursors on."""
    with store.read() as tx:
        signed_in = people.signed_in(tx, device, now_ms)
        allowed = scopes.of_people(people.postings_of(tx, signed_in), now_ms)
        current = epoch(tx)
        heads, keys = _heads(tx, allowed)
        lines = pull.leaving(request.cursors, allowed)
        left, size, more = request.limit, 0, False
        for step in pull.steps(request.cursors, heads, current):
            if left <= 0 or size >= pull.BYTES_MAX:
                more = True
                break
            found = _read(tx, keys[step.scope], step, left, size)
            lines.extend(_step_lines(store, step, heads[step.scope], found, current))
            left -= len(found)
            size += sum(len(row.body) for row in found)
            more = more or (bool(found) and found[-1].n < heads[step.scope].n)
        receipts = _receipts(tx, device, request.open)
    return Page([*lines, *receipts], more)


_HEADS = select(rows.SCOPES).where(rows.SCOPES.c.name.in_(bindparam("names", expanding=True)))


def _heads(tx: Connection, names: Sequence[str]) -> tuple[dict[str, Scope], dict[str, int]]:
    """The heads of scopes; one that holds nothing yet is there, at position 0."""
    heads = {name: Scope(name) for name in names}
    keys = dict.fromkeys(names, 0)
    for row in tx.execute(_HEADS, {"names": list(names)}):
        heads[row.name] = Scope(row.name, row.n, row.checksum)
        keys[row.name] = row.id
    return heads, keys


_READ = (
    select(rows.FEED.c.n, rows.FEED.c.body, rows.FEED.c.private)
    .where(
        rows.FEED.c.scope == bindparam("scope"),
        rows.FEED.c.n > bindparam("after"),
    )
    .order_by(rows.FEED.c.n)
    .limit(bindparam("left"))
)


def _read(tx: Connection, key: int, step: Step, left: int, size: int) -> list[Any]:
    """The rows after a position: at least one if there is any, and no more than the page still holds."""
    found = []
    result = tx.execute(_READ, {"scope": key, "after": step.after, "left": left})
    for row in result:
        found.append(row)
        size += len(row.body)
        if size >= pull.BYTES_MAX:
            result.close()
            break
    return found


def _line(store: Store, row: Any) -> bytes:
    body: bytes = row.body
    return body if row.private is None else body + b"\t" + (store.sealer.open(row.private) or b"")


def _step_lines(store: Store, step: Step, head: Scope, found: Sequence[Any], current: str) -> list[bytes]:
    lines = [step.mark] if step.mark is not None else []
    lines += [_line(store, row) for row in found]
    reached = found[-1].n if found else step.after
    # Whatever lies between the last row and the head was replaced by a later row of the same record.
    at_head = reached >= head.n or not found
    if found or step.mark is not None:
        lines.append(pull.checkpoint(head, current, reached, at_head=at_head))
    return lines


_OPEN = select(CHANGES).where(
    CHANGES.c.device == bindparam("device"),
    CHANGES.c.seq.in_(bindparam("seqs", expanding=True)),
)


class _Receipt(msgspec.Struct):
    receipt: Answer


def _receipts(tx: Connection, device: str, seqs: Sequence[int]) -> list[bytes]:
    if not seqs:
        return []
    lines = []
    for row in tx.execute(_OPEN.order_by(CHANGES.c.seq), {"device": device, "seqs": list(seqs)}):
        answer = Answer(
            seq=row.seq,
            id=row.id or row.same_as,
            status=row.status,
            code=row.code,
            detail=row.detail,
            scope=row.scope,
            n=row.n,
        )
        lines.append(msgspec.json.encode(_Receipt(answer)))
    return lines
