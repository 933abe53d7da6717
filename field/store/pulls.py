"""Serving a pull: an index range per scope, read in one short transaction and concatenated afterwards."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.problems import Problem
from field.store import given_receipts, rows, tables, verdicts
from field.store.bulk import Prepared
from field.store.engine import Store
from field.store.holding import CHANGES, DEVICES, first_of
from field.store.lives import Life
from field.store.people import POSTINGS, SESSIONS, token_hash
from field.sync import pull, scopes
from field.sync.landing import Scope
from field.sync.pull import PullRequest, Step
from field.sync.receipts import Answer
from field.sync.rights import Posting

EPOCHS = tables.Epoch.__table__  # type: ignore[attr-defined]  # SQLModel adds it


ROWS_AT_ONCE = 200
"""Rows fetched between two looks at the size of the page."""


class Page(msgspec.Struct, frozen=True):
    """The lines of an answer, without its end, whether there is more to ask for, and the tablet's own line.

    `acknowledged` is how far that is here, `chain` the hash of its last entry.
    """

    lines: list[bytes]
    more: bool
    acknowledged: int = 0
    chain: str = ""


def epoch(tx: Connection) -> str:
    """The epoch in force."""
    return str(tx.execute(_EPOCH).scalar_one())


_EPOCH = select(EPOCHS.c.id).order_by(EPOCHS.c.started_ms.desc(), EPOCHS.c.id.desc()).limit(1)


Offers = Callable[[Connection, Sequence[str]], Mapping[str, bytes]]
"""The lines that offer snapshots of some scopes, by scope; of those that have none there is none."""


def page(
    store: Store,
    tx: Connection,
    device: str,
    token: str,
    request: PullRequest,
    life: Life,
    now_ms: int,
    offers: Offers = lambda _tx, _scopes: {},
) -> Page:
    """The next page for a device in the present life: its people's scopes, from its cursors on.

    Raises Problem device-revoked, and not-signed-in where the token is not that of somebody signed in on it.
    """
    reached = _REACHED.run(tx, device=device, now=now_ms)
    allowed, line = reach(reached, token, now_ms), reached[0]
    heads, keys = _heads(tx, allowed)
    lines = pull.leaving(request.cursors, allowed)
    left, room, more = request.limit, pull.BYTES_MAX, False
    steps = pull.steps(request.cursors, heads, life.epoch, life.survived)
    offered = offers(tx, pull.by_snapshot(request, steps))
    for step in steps:
        if step.scope in offered:
            lines.append(offered[step.scope])
            continue
        head = heads[step.scope]
        if step.after == head.n and step.mark is None and not step.adopted:
            if request.checksums.get(step.scope, head.checksum) != head.checksum:
                # Nothing changed, and the tablet holds something else: it is told the sum, and fetches anew.
                lines.append(pull.checkpoint(head, life.epoch, head.n, at_head=True))
            continue
        if left <= 0 or room <= 0:
            more = True
            break
        found = _read(store, tx, keys[step.scope], step, left, room) if step.after < head.n else _Found()
        lines += _step_lines(step, head, found, life.epoch)
        left -= len(found.lines)
        room -= found.size
        more = more or (bool(found.lines) and found.last < head.n)
    handed = given_receipts.lines(tx, request.reports, allowed)
    receipts = _receipts(tx, device, request.open)
    return Page([*lines, *receipts, *handed], more, line.acknowledged, line.chain)


REACHED = (
    select(
        DEVICES.c.public_key,
        DEVICES.c.revoked_ms,
        DEVICES.c.acknowledged,
        DEVICES.c.chain,
        SESSIONS.c.token_hash,
        SESSIONS.c.person,
        POSTINGS.c.role,
        POSTINGS.c.district,
        POSTINGS.c.from_ms,
        POSTINGS.c.to_ms,
    )
    .select_from(
        DEVICES.outerjoin(
            SESSIONS,
            (SESSIONS.c.device == DEVICES.c.id)
            & SESSIONS.c.revoked_ms.is_(None)
            & (SESSIONS.c.expires_ms > bindparam("now")),
        ).outerjoin(POSTINGS, POSTINGS.c.person == SESSIONS.c.person)
    )
    .where(DEVICES.c.id == bindparam("device"))
)
"""The tablet, who is signed in on it now, and the postings of each, in one question: every pull asks it."""

_REACHED = Prepared(REACHED)


def reach(found: Sequence[Any], token: str, now_ms: int) -> list[str]:
    """The scopes of everybody signed in on a tablet, in order, by the rows of `REACHED` about it.

    Raises Problem device-revoked, and not-signed-in where the token is not that of somebody signed in on it.
    """
    if not found or found[0].public_key is None or found[0].revoked_ms is not None:
        raise Problem("device-revoked", "This tablet was revoked. It can hand in its work, and gets no more.")
    if token_hash(token) not in {row.token_hash for row in found}:
        raise Problem("not-signed-in", "Nobody is signed in on this tablet with this token. Sign in again.")
    postings: dict[str, list[Posting]] = {}
    for row in found:
        if row.role is not None:
            posting = Posting(row.person, row.role, row.district, row.from_ms, row.to_ms)
            postings.setdefault(row.person, []).append(posting)
    return scopes.of_people(postings, now_ms)


_HEADS = Prepared(select(rows.SCOPES).where(rows.SCOPES.c.name.in_(bindparam("ids", expanding=True))))


def _heads(tx: Connection, names: Sequence[str]) -> tuple[dict[str, Scope], dict[str, int]]:
    """The heads of scopes; one that holds nothing yet is there, at position 0."""
    heads = {name: Scope(name) for name in names}
    keys = dict.fromkeys(names, 0)
    for row in _HEADS.run(tx, ids=names):
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


class _Found(msgspec.Struct):
    """Rows read from a scope: their lines, their size in bytes, and the position of the last."""

    lines: list[bytes] = []
    size: int = 0
    last: int = 0


def _read(store: Store, tx: Connection, key: int, step: Step, left: int, room: int) -> _Found:
    """The rows after a position: at least one if there is any, and no more than the page has room for."""
    found = _Found(last=step.after)
    result = tx.execute(_READ, {"scope": key, "after": step.after, "left": left})
    while found.size < room and (some := result.fetchmany(ROWS_AT_ONCE)):
        # Tuples, not names: this runs once for every row that a tablet receives.
        lines = [
            body if private is None else _with_private(store, body, private) for _, body, private in some
        ]
        size = sum(map(len, lines))
        while found.size + size > room and len(lines) > 1:
            size -= len(lines.pop())
            room = 0
        found.lines += lines
        found.size += size
        found.last = some[len(lines) - 1][0]
    result.close()
    return found


def _with_private(store: Store, body: bytes, private: bytes) -> bytes:
    return bytes(body) + b"\t" + (store.sealer.open(private) or b"")


def _step_lines(step: Step, head: Scope, found: _Found, current: str) -> list[bytes]:
    marks = [step.mark] if step.mark is not None else []
    if not found.lines and not marks and not step.adopted:
        return []
    # Whatever lies between the last row and the head was replaced by a later row of the same record.
    at_head = found.last >= head.n or not found.lines
    return [*marks, *found.lines, pull.checkpoint(head, current, found.last, at_head=at_head)]


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
    decided = verdicts.decided(tx, device, seqs)
    asked = list(tx.execute(_OPEN.order_by(CHANGES.c.seq), {"device": device, "seqs": list(seqs)}))
    first = first_of(tx, [row.same_as for row in asked if row.same_as is not None])
    for row in asked:
        answer = Answer(
            seq=row.seq,
            id=row.id or row.same_as,
            status=row.status,
            code=row.code,
            detail=row.detail,
            scope=row.scope,
            n=row.n,
            first=first.get(row.same_as),
            decided=decided.get(row.seq),
        )
        lines.append(msgspec.json.encode(_Receipt(answer)))
    return lines
