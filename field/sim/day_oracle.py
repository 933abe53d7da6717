"""The demonstration's oracle: what tablets have on disk against what the server has in its database.

It reads the files themselves and uses nothing of the merge. Every captured entry must be there once, byte for
byte, with one receipt, the same that its tablet was given; and every captured value must be shown, or stand
beside others as a candidate, or have been replaced by somebody who saw it, or lie in quarantine.
"""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from field.blobs.storage import Storage
from field.problems import Problem
from field.store import tables
from field.store.engine import Store

CHANGES = tables.Change.__table__  # type: ignore[attr-defined]  # SQLModel adds it
DEVICES = tables.Device.__table__  # type: ignore[attr-defined]
RECORDS = tables.Record.__table__  # type: ignore[attr-defined]
FEED = tables.Feed.__table__  # type: ignore[attr-defined]
PHOTO_BYTES = tables.PhotoBytes.__table__  # type: ignore[attr-defined]

LANDED = ("applied", "merged", "conflict")
MADE_IN_THE_FIELD = ("report", "wage_line", "photo", "answer")
ADDING = "minutes_on_site"
GIVE_WAY = (
    *("phone", "remarks", "notes", "sector", "caption", "purpose", "check_in_ms", "check_out_ms"),
    *("inspector", "district", "due"),
)
"""Of several values of these one is shown, and nobody is asked."""

SETS = ("documents_seen", "months_checked", "months_paid", "records_produced")


class Captured(msgspec.Struct, frozen=True):
    """One entry as a tablet has it on disk; `said` is what the server told it."""

    device: str
    seq: int
    id: str
    public: bytes
    private: bytes | None
    said: str


class Taken(msgspec.Struct, frozen=True):
    """One photo as a tablet has it on disk; `state` is `kept` once the office has signed for it."""

    record: str
    sha256: str
    size: int
    state: str


class Received(msgspec.Struct, frozen=True):
    """One entry as the server has it."""

    device: str
    seq: int
    id: str | None
    public: bytes
    private: bytes | None
    hash: str
    status: str
    office: bool


class Verdict(msgspec.Struct, frozen=True):
    """What the oracle found, in words; both lists must be empty."""

    captured: int
    received: int
    lost: list[str]
    doubled: list[str]
    pictures: int = 0


def judge(store: Store, photos: Storage, outboxes: Iterable[Path]) -> Verdict:
    """Compare the tablets' files with the server's database, and with the photos that it keeps."""
    outboxes = list(outboxes)
    captured = [entry for path in outboxes for entry in read_outbox(path)]
    taken = [each for path in outboxes for each in read_pictures(path)]
    with store.read() as tx:
        received = _received(store, tx)
        rows = _rows(tx)
        kinds = _kinds(tx)
        held = {row.photo: row for row in tx.execute(select(PHOTO_BYTES))}
    from_tablets = [entry for entry in received if not entry.office]
    lost = [*_missing(captured, from_tablets), *_values(received, rows), *_not_held(taken, held, photos)]
    doubled = [*_twice(captured, from_tablets), *_too_many(received, kinds), *_not_taken(taken, held)]
    if not captured:
        lost.append("no tablet captured anything: there was no day to judge")
    return Verdict(len(captured), len(from_tablets), lost, doubled, len(taken))


def read_outbox(path: Path) -> list[Captured]:
    """Every entry that a tablet captured, from its file."""
    with closing(sqlite3.connect(path)) as file:
        found = file.execute(
            "SELECT device, seq, id, line, status FROM lines ORDER BY device, seq"
        ).fetchall()
    return [
        Captured(device, seq, id, public, private if tab else None, said)
        for device, seq, id, line, said in found
        for public, tab, private in [bytes(line).partition(b"\t")]
    ]


def read_pictures(path: Path) -> list[Taken]:
    """Every photo that a tablet took, from its file."""
    with closing(sqlite3.connect(path)) as file:
        found = file.execute("SELECT record, sha256, size, state FROM photos ORDER BY record").fetchall()
    return [Taken(*row) for row in found]


def _not_held(taken: Iterable[Taken], held: Mapping[str, Any], photos: Storage) -> Iterable[str]:
    """Photos whose bytes are not at the office as they were taken, or whose tablet does not know."""
    for each in taken:
        if each.record not in held:
            yield f"the bytes of the photo {each.record} are not on the server"
        elif _sha256(photos, held[each.record].sha256, each.size) != each.sha256:
            yield f"the photo {each.record} is on the server with other bytes than were taken"
        elif each.state != "kept":
            yield f"the photo {each.record} is on the server, and its tablet was not told"


def _sha256(photos: Storage, key: str, size: int) -> str:
    found = hashlib.sha256()
    try:
        for some in photos.read(key, 0, size + 1):
            found.update(some)
    except Problem:
        return ""
    return found.hexdigest()


def _not_taken(taken: Iterable[Taken], held: Mapping[str, Any]) -> Iterable[str]:
    made = {each.record for each in taken}
    for record in held:
        if record not in made:
            yield f"the server keeps bytes for {record}, which no tablet took"


def _received(store: Store, tx: Connection) -> list[Received]:
    columns = [
        CHANGES.c[name] for name in ("device", "seq", "id", "same_as", "line", "private", "hash", "status")
    ]
    query = select(*columns, DEVICES.c.office).join(DEVICES, DEVICES.c.id == CHANGES.c.device)
    return [
        Received(
            device=row.device,
            seq=row.seq,
            id=row.id or row.same_as,
            public=bytes(row.line),
            private=store.sealer.open(row.private),
            hash=row.hash,
            status=row.status,
            office=row.office,
        )
        for row in tx.execute(query.order_by(CHANGES.c.device, CHANGES.c.seq))
    ]


def _rows(tx: Connection) -> dict[str, Any]:
    """Every record's row in its scope, read from JSON."""
    query = select(RECORDS.c.id, FEED.c.body).join(
        FEED, (FEED.c.scope == RECORDS.c.scope) & (FEED.c.n == RECORDS.c.n)
    )
    return {row.id: msgspec.json.decode(bytes(row.body)) for row in tx.execute(query)}


def _kinds(tx: Connection) -> dict[str, int]:
    query = select(RECORDS.c.kind, func.count().label("number")).group_by(RECORDS.c.kind)
    return {row.kind: row.number for row in tx.execute(query)}


def _missing(captured: Iterable[Captured], received: Iterable[Received]) -> Iterable[str]:
    there = {(entry.device, entry.seq): entry for entry in received}
    for entry in captured:
        name = f"entry {entry.seq} of {entry.device}"
        found = there.get((entry.device, entry.seq))
        if found is None:
            yield f"{name} is not on the server"
        elif (found.id, found.public, found.private) != (entry.id, entry.public, entry.private):
            yield f"{name} is not on the server as it was captured"
        elif found.hash != hashlib.sha256(entry.public).hexdigest():
            yield f"{name} has another hash on the server"
        elif found.status != entry.said:
            yield f"{name} is {found.status}, and its tablet was told {entry.said or 'nothing'}"


def _twice(captured: Iterable[Captured], received: list[Received]) -> Iterable[str]:
    made = {(entry.device, entry.seq) for entry in captured}
    for id, times in Counter(entry.id for entry in received).items():
        if times > 1:
            yield f"the change {id} is there {times} times"
    for entry in received:
        if (entry.device, entry.seq) not in made:
            yield f"entry {entry.seq} of {entry.device} was captured by no tablet"


class _Body(msgspec.Struct):
    id: str
    op: str
    kind: str = ""
    record: str = ""
    set: dict[str, Any] = {}
    was: dict[str, Any] = {}
    over: dict[str, list[str]] = {}


def _landed(received: Iterable[Received]) -> list[_Body]:
    """The changes that landed. A line that landed can be read."""
    return [msgspec.json.decode(each.public, type=_Body) for each in received if each.status in LANDED]


def _too_many(received: Iterable[Received], kinds: Mapping[str, int]) -> Iterable[str]:
    """Records of a kind that are more than were made."""
    made = Counter(body.kind for body in _landed(received) if body.op == "create")
    for kind in (*MADE_IN_THE_FIELD, "visit", "establishment", "lead"):
        if kinds.get(kind, 0) != made[kind]:
            yield f"there are {kinds.get(kind, 0)} records of the kind {kind}, and {made[kind]} were made"


def _values(received: Iterable[Received], rows: Mapping[str, Any]) -> Iterable[str]:
    """Values that landed and are nowhere."""
    landed = _landed(received)
    replaced = {(name, id) for body in landed for name, ids in body.over.items() for id in ids}
    candidates = set(_candidates(rows.values()))
    sums: Counter[str] = Counter()
    for body in landed:
        row = rows.get(body.record)
        for name, value in body.set.items():
            if name == ADDING:
                sums[body.record] += (value or 0) - (body.was.get(name) or 0)
            elif row is None or not (
                (name, body.id) in replaced
                or (body.record, name, body.id) in candidates
                or _is_shown(body.id, name, value, row)
            ):
                yield f"{body.kind} {body.record}: {name} = {value!r} of the change {body.id} is nowhere"
    for record, total in sums.items():
        if rows[record]["values"].get(ADDING) != total:
            yield f"visit {record}: {ADDING} is {rows[record]['values'].get(ADDING)}, captured were {total}"


def _candidates(rows: Iterable[Any]) -> Iterable[tuple[str, str, str]]:
    """(record, field, change) of every candidate in an open conflict."""
    for row in rows:
        values = row["values"]
        if row["kind"] == "conflict" and values["open"]:
            for candidate in values["candidates"]:
                yield values["record"], values["about"], candidate["write"]


def _is_shown(id: str, name: str, value: Any, row: Any) -> bool:
    """Whether a live value is what the record shows, or gave way by its field's rule."""
    live = row.get("writes", {}).get(name) or [row.get("write")]
    shown = row["values"].get(name)
    if name in SETS:
        return id in live and set(value or ()) <= set(shown or ())
    return id in live and (shown == value or (name in GIVE_WAY and len(live) > 1))
