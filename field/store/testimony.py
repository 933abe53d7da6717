"""What tablets testify after a restore: signed receipts and rows that the database does not know of."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from field.store import holding, life_tables, tables
from field.store.bulk import Prepared, Rows
from field.store.engine import Store
from field.store.rows import chunks, insert_new
from field.sync.changes import Line
from field.sync.earlier import Earlier, breaks, link, proves
from field.sync.receipts import PushAnswer
from field.sync.units import Item

EARLIER = life_tables.EarlierReceipt.__table__  # type: ignore[attr-defined]  # SQLModel adds it
TESTIMONY = life_tables.Testimony.__table__  # type: ignore[attr-defined]
CHANGES = tables.Change.__table__  # type: ignore[attr-defined]
DEVICES = tables.Device.__table__  # type: ignore[attr-defined]

DERIVED = "conflict"
"""The kind of rows that the server works out itself."""

_EARLIER = Prepared(
    select(EARLIER).where(
        EARLIER.c.device == bindparam("device"),
        EARLIER.c.seq >= bindparam("first"),
        EARLIER.c.seq <= bindparam("last"),
    )
)


def earlier(tx: Connection, device: str, lines: Sequence[Line]) -> dict[int, Earlier]:
    """What signed receipts of an earlier epoch say of lines, by seq."""
    if not lines:
        return {}
    found = _EARLIER.run(tx, device=device, first=lines[0].seq, last=lines[-1].seq)
    return {
        row.seq: Earlier(row.change, row.status, row.code, row.detail, row.acknowledged, row.chain)
        for row in found
    }


_CAME_APART = Prepared(
    holding.select_lines(
        EARLIER.c.change, EARLIER.c.status.label("was"), EARLIER.c.acknowledged, EARLIER.c.chain
    )
    .join(EARLIER, (EARLIER.c.device == CHANGES.c.device) & (EARLIER.c.seq == CHANGES.c.seq))
    .where(
        CHANGES.c.device == bindparam("device"),
        CHANGES.c.seq < bindparam("first"),
        EARLIER.c.acknowledged >= bindparam("first"),
        EARLIER.c.acknowledged <= bindparam("last"),
        CHANGES.c.status == "quarantined",
        CHANGES.c.verdict.is_(None),
    )
    .order_by(CHANGES.c.seq)
    # A supervisor may decide about them just now: whoever is second sees what the first did.
    .with_for_update(of=CHANGES)
)
_BETWEEN = Prepared(
    select(CHANGES.c.seq, CHANGES.c.hash, CHANGES.c.line)
    .where(
        CHANGES.c.device == bindparam("device"),
        CHANGES.c.seq >= bindparam("first"),
        CHANGES.c.seq < bindparam("last"),
    )
    .order_by(CHANGES.c.seq)
)


def proved(store: Store, tx: Connection, device: str, lines: Sequence[Line]) -> list[Item]:
    """Lines in quarantine of which these prove that they had landed in an earlier life of the database.

    Over a bad line what was answered at once comes in pieces, and the last one has the hash that was signed.
    """
    first, last = lines[0].seq, lines[-1].seq
    found = _CAME_APART.run(tx, device=device, first=first, last=last)
    if not found:
        return []
    came = _BETWEEN.run(tx, device=device, first=found[0].seq, last=first)
    broken = breaks([*((row.seq, row.hash, bytes(row.line)) for row in came), *map(link, lines)])
    ends = {line.seq: line.hash for line in lines}
    bound = [
        row
        for row in found
        if ends.get(row.acknowledged) == row.chain
        and not any(row.seq < at <= row.acknowledged for at in broken)
    ]
    items = holding.stored(store, bound, lambda _: 0)
    said = [Earlier(row.change, row.was, None, None, row.acknowledged, row.chain) for row in bound]
    return [item for item, each in zip(items, said, strict=True) if proves(each, item.line)]


_KEEP = Rows(
    EARLIER,
    (
        "device",
        "seq",
        "change",
        "epoch",
        "acknowledged",
        "chain",
        "status",
        "code",
        "detail",
        "told_ms",
    ),
    once=True,
)


def keep_receipts(tx: Connection, device: str, answer: PushAnswer, acknowledged: int, now_ms: int) -> int:
    """Keep what a signed answer of an earlier epoch says of lines after `acknowledged`; how many are new.

    Of two that speak of one line the first told counts: a tablet tells the newest first.
    """
    rows = []
    for each in answer.answers:
        said = each.first or each
        if each.seq > acknowledged:
            rows.append(
                (
                    device,
                    each.seq,
                    each.id,
                    answer.epoch[:36],
                    answer.acknowledged,
                    answer.chain,
                    said.status,
                    said.code,
                    said.detail,
                    now_ms,
                )
            )
    return _KEEP.insert(tx, rows)


class RowTold(msgspec.Struct, frozen=True):
    """A row as a tablet had received it: its bytes, public and private part."""

    scope: str
    epoch: str
    line: str


class _Read(msgspec.Struct, frozen=True):
    record: str
    n: int
    kind: str
    write: str | None = None
    writes: dict[str, list[str]] = {}


_row = msgspec.json.Decoder(_Read)


def keep_rows(
    store: Store, tx: Connection, device: str, told: Iterable[RowTold], now_ms: int, ids: Any
) -> int:
    """Keep rows for a supervisor to look at; how many could be read. The same row is kept once."""
    kept = []
    for each in told:
        public, tab, private = each.line.encode().partition(b"\t")
        try:
            row = _row.decode(public)
        except (msgspec.DecodeError, RecursionError):
            continue
        if row.kind == DERIVED or len(row.record) != 36 or len(each.epoch) != 36:
            continue
        kept.append(
            {
                "id": ids(),
                "device": device,
                "scope": each.scope[:140],
                "epoch": each.epoch,
                "n": row.n,
                "record": row.record,
                "hash": hashlib.sha256(public).hexdigest(),
                "body": public,
                "private": store.sealer.seal(private if tab else None),
                "told_ms": now_ms,
            }
        )
    if kept:
        insert_new(store, tx, TESTIMONY, kept)
    return len(kept)


class Missing(msgspec.Struct, frozen=True):
    """A row that a tablet had, with writes that this database lacks."""

    id: str
    record: str
    kind: str
    scope: str
    n: int
    device: str
    told_ms: int
    writes: tuple[str, ...]


def missing(tx: Connection, limit: int = 10_000) -> list[Missing]:
    """The rows told by tablets that hold what no line here holds, the first told first.

    A row whose changes have come again by their own tablets is not among them.
    """
    rows = tx.execute(select(TESTIMONY).order_by(TESTIMONY.c.told_ms, TESTIMONY.c.id).limit(limit)).all()
    read = [(row, _row.decode(bytes(row.body))) for row in rows]
    writes = {id for _, said in read for id in _writes(said)}
    known: set[str] = set()
    for ids in chunks(sorted(writes)):
        known.update(tx.execute(_KNOWN, {"ids": ids}).scalars())
    found = []
    for row, said in read:
        lacking = tuple(id for id in _writes(said) if id not in known)
        if lacking:
            found.append(
                Missing(row.id, row.record, said.kind, row.scope, row.n, row.device, row.told_ms, lacking)
            )
    return found


def _writes(row: _Read) -> list[str]:
    named = [row.write] if row.write else []
    return list(dict.fromkeys([*named, *(id for ids in row.writes.values() for id in ids)]))


_KNOWN = select(CHANGES.c.id).where(CHANGES.c.id.in_(bindparam("ids", expanding=True)))


def number(tx: Connection) -> int:
    """How many rows tablets have told."""
    return int(tx.execute(select(func.count()).select_from(TESTIMONY)).scalar_one())
