"""Erasing: a photo's bytes, or the personal values of a record; the hash and the reason stay.

No line of a change is touched. Personal values stand beside their line, and what the line and its hash hold
is a commitment, which tells nothing without its salt (docs/decisions/personal-data.md). A photo's bytes are
named by their hash in the line. So every chain and every receipt can be checked as before.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from field.clock import Clock
from field.problems import Problem
from field.store import (
    audit,
    awaited_photos,
    evidence_erasing,
    holds,
    office,
    retention_tables,
    rows,
    snapshots,
)
from field.store.bulk import Prepared
from field.store.engine import Store
from field.store.holding import CHANGES
from field.store.import_runs import day_at
from field.store.office import Entry
from field.store.photo_readings import READINGS
from field.store.rows import FEED, RECORDS, VISITS
from field.store.uploads import PHOTO_BYTES, UPLOADS
from field.sync.kinds import KINDS

ERASURES = retention_tables.Erasure.__table__  # type: ignore[attr-defined]  # SQLModel adds it


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """What was erased of a record. `what`: "photo" or "values"; `lines`: how many lines lost their values."""

    record: str
    what: str
    kind: str
    sha256: str | None
    lines: int
    reason: str
    by: str
    at_ms: int


def erase(store: Store, clock: Clock, office_id: str, record: str, reason: str, by: str) -> Erased:
    """Erase what a record holds of a person: a photo's bytes, or its personal values. Once is for ever.

    Raises Problem not-found, refused where a hold lies on it or there is nothing personal in such a record,
    already-there where it was erased before, and bad-request without a reason.
    """
    if not reason.strip():
        raise Problem("bad-request", "Say why this is erased: the reason is what stays.")
    now_ms = clock.now_ms()
    with store.write() as tx:
        holds.lock(store, tx)
        rows.lock_missing(store, tx, [record])
        erased = _erase(store, tx, record, reason, by, now_ms)
    _tell(store, clock, office_id, erased)
    return erased


def _erase(store: Store, tx: Connection, id: str, reason: str, by: str, now_ms: int) -> Erased:
    found = rows.load(store, tx, [id], bare=True)[0].get(id)
    if found is None:
        raise Problem("not-found", "There is no such record.")
    if of(tx, [id]):
        raise Problem("already-there", "This was erased before.")
    place = tx.execute(select(VISITS).where(VISITS.c.id == found.root)).one_or_none()
    establishment = None if place is None else str(place.establishment)
    if held := holds.over(tx, holds.parents(tx, id, establishment)):
        raise Problem("refused", "A legal hold lies on it. It must be lifted first.", hold=held[0].id)
    if found.kind == "photo":
        more = _photo(tx, id, found.values)
    elif KINDS[found.kind].personal:
        more = _values(store, tx, id, found.root)
    else:
        raise Problem("refused", f"A record of the kind {found.kind} holds nothing personal to erase.")
    row = {"record": id, "kind": found.kind, "reason": reason, "by": by, "at_ms": now_ms, **more}
    tx.execute(insert(ERASURES), {**_NOTHING, **row})
    facts = {"what": row["what"], "kind": found.kind, "sha256": row.get("sha256"), "lines": row["lines"]}
    district = None if place is None else place.district
    audit.note(tx, "erased", now_ms, by=by, about=[id], district=district, reason=reason, **facts)
    return msgspec.convert({**_NOTHING, **row}, Erased)


_NOTHING: Mapping[str, Any] = {"sha256": None, "size": None, "copies": "", "told_ms": None, "gone_ms": None}


def _photo(tx: Connection, id: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Forget that the bytes are here; where no other photo has them, also what was read out of them."""
    sha256 = values["sha256"]
    kept = tx.execute(select(PHOTO_BYTES).where(PHOTO_BYTES.c.photo == id)).one_or_none()
    if kept is not None:
        sha256 = kept.sha256
    tx.execute(delete(PHOTO_BYTES).where(PHOTO_BYTES.c.photo == id))
    tx.execute(delete(UPLOADS).where(UPLOADS.c.photo == id))
    awaited_photos.erased(tx, id)
    copies = ""
    if not _needed(tx, sha256):
        read = tx.execute(select(READINGS).where(READINGS.c.sha256 == sha256)).one_or_none()
        copies = "" if read is None else " ".join(each for each in (read.thumbnail, read.screen) if each)
        tx.execute(delete(READINGS).where(READINGS.c.sha256 == sha256))
        evidence_erasing.forget_hash(tx, sha256, None if read is None else read.dhash)
    evidence_erasing.forget(tx, values["report"], id)
    return {"what": "photo", "sha256": sha256, "size": values["size"], "copies": copies, "lines": 0}


def _needed(tx: Connection, sha256: str) -> bool:
    """Whether another photo has the same bytes, or is bringing them."""
    other = select(func.count()).select_from(PHOTO_BYTES).where(PHOTO_BYTES.c.sha256 == sha256)
    coming = select(func.count()).select_from(UPLOADS).where(UPLOADS.c.sha256 == sha256)
    return bool(tx.execute(other).scalar_one() or tx.execute(coming).scalar_one())


def _values(store: Store, tx: Connection, id: str, root: str) -> dict[str, Any]:
    """Drop the sealed values of a record: beside its lines, its row, and the rows of conflicts about it."""
    conflicts = select(RECORDS.c.id).where(RECORDS.c.root == root, RECORDS.c.kind == "conflict")
    about = rows.load(store, tx, list(tx.execute(conflicts).scalars()), bare=True)[0]
    ids = [id, *(each.id for each in about.values() if each.values.get("record") == id)]
    had = CHANGES.c.record.in_(ids) & CHANGES.c.private.is_not(None)
    lines = tx.execute(update(CHANGES).where(had).values(private=None)).rowcount
    tx.execute(update(FEED).where(FEED.c.record.in_(ids)).values(private=None))
    snapshots.forget_personal(tx)
    return {"what": "values", "lines": lines, "gone_ms": 0}


def come_again(tx: Connection, photo: str) -> None:
    """Have the bytes of an erased photo taken away once more: an upload that was under way brought them."""
    tx.execute(update(ERASURES).where(ERASURES.c.record == photo).values(gone_ms=None))


def _tell(store: Store, clock: Clock, office_id: str, erased: Erased) -> None:
    """Let the record itself say so: a change of the office's, which reaches every tablet that has it."""
    said = f"{day_at(erased.at_ms).isoformat()}: {erased.reason}"[:300]
    entry = Entry(kind=erased.kind, record=erased.record, set={"erased": said})
    office.write(store, clock, office_id, [entry])
    with store.write() as tx:
        if erased.what == "values":
            # From here on what comes is not kept; what came between the erasure and this goes now.
            _values(store, tx, erased.record, rows.places(tx, [erased.record])[0][2])
        else:
            report = rows.load(store, tx, [erased.record], bare=True)[0][erased.record].values["report"]
            evidence_erasing.forget(tx, report, erased.record)
        tx.execute(_TOLD, {"key": erased.record, "now": clock.now_ms()})


_TOLD = update(ERASURES).where(ERASURES.c.record == bindparam("key")).values(told_ms=bindparam("now"))


def of(tx: Connection, records: Sequence[str]) -> dict[str, Erased]:
    """What was erased of some records."""
    found: dict[str, Erased] = {}
    for ids in rows.chunks(records):
        for row in _OF.run(tx, ids=ids):
            found[row.record] = msgspec.convert(row._asdict(), Erased)
    return found


_OF = Prepared(select(ERASURES).where(ERASURES.c.record.in_(bindparam("ids", expanding=True))))


def tell_rest(store: Store, clock: Clock, office_id: str) -> int:
    """Do what a crash after an erasure left undone; how many records that were."""
    with store.read() as tx:
        query = select(ERASURES).where(ERASURES.c.told_ms.is_(None)).order_by(ERASURES.c.at_ms).limit(100)
        left = [msgspec.convert(row._mapping, Erased) for row in tx.execute(query)]
    for each in left:
        _tell(store, clock, office_id, each)
    return len(left)


class Bytes(msgspec.Struct, frozen=True):
    """Bytes that nobody needs any more: a photo's and those of its small copies, by their hashes."""

    record: str
    hashes: list[str]


def unneeded(tx: Connection) -> list[Bytes]:
    """Photos that were erased, whose bytes may still be there."""
    query = select(ERASURES).where(ERASURES.c.gone_ms.is_(None)).order_by(ERASURES.c.at_ms).limit(100)
    return [Bytes(row.record, [row.sha256, *row.copies.split()]) for row in tx.execute(query)]


def still_unneeded(store: Store, tx: Connection, gone: Bytes) -> bool:
    """Whether bytes may go now; nobody can begin to bring the same before the transaction ends."""
    if not store.sqlite:
        tx.execute(text("LOCK TABLE uploads IN SHARE ROW EXCLUSIVE MODE"))
    return not _needed(tx, gone.hashes[0])


def gone(tx: Connection, record: str, now_ms: int) -> None:
    """Note that no byte is left, or that another photo keeps them."""
    tx.execute(update(ERASURES).where(ERASURES.c.record == record).values(gone_ms=now_ms))
