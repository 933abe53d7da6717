"""Keeping remarks about evidence, in the background: stale visits are found, held, compared and saved.

First a visit's own fixes and photos are kept, and whoever stands beside them is marked; then the remarks are
worked out beside what is kept of others. A worker that dies leaves its visits stale; what changes meanwhile
moves a visit's mark, so that what was worked out from older facts is thrown away.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from field.inspections import evidence, evidence_changes, evidence_settings, hash_bands
from field.inspections.evidence import Remark
from field.inspections.evidence_changes import Changed, Held
from field.inspections.evidence_facts import PhotoFacts
from field.inspections.evidence_settings import EvidenceSettings, day_of
from field.store import (
    evidence_beside,
    evidence_facts,
    evidence_tables,
    faults,
    near_hashes,
    rows,
    stale_evidence,
)
from field.store.bulk import Prepared, Rows
from field.store.engine import RETRIES, Retry, Store
from field.store.evidence_beside import FIXES, PHOTOS, REMARKS
from field.store.evidence_facts import VisitFacts
from field.store.marks import MARKS
from field.store.stale_evidence import STALE

HISTORY = evidence_tables.EvidenceEntry.__table__  # type: ignore[attr-defined]  # SQLModel adds it

HOLD_MS = 60_000
LATER_MS = 10 * 60_000
"""How long a visit is left alone that could not be compared, or whose photos wait to be opened."""
SETTINGS_MARK = "evidence-settings"

_LOCK = "evidence"
_log = structlog.get_logger()

_ANY = select(STALE.c.root).where(STALE.c.held_until_ms <= bindparam("now")).limit(1)
_NEXT = (
    select(STALE.c.root, STALE.c.mark)
    .where(STALE.c.held_until_ms <= bindparam("now"))
    .order_by(STALE.c.held_until_ms, STALE.c.since_ms, STALE.c.root)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_HELD = (
    update(STALE)
    .where(STALE.c.root == bindparam("key"), STALE.c.mark == bindparam("of_mark"))
    .values(held_until_ms=bindparam("to_held_until_ms"))
)
_DONE = delete(STALE).where(STALE.c.root == bindparam("key"), STALE.c.mark == bindparam("of_mark"))
_MARK = select(STALE.c.mark).where(STALE.c.root == bindparam("key")).with_for_update()


def refresh(store: Store, now_ms: int, limit: int = 50) -> int:
    """Compare the evidence of up to `limit` stale visits; return how many were found.

    One that fails is tried again after LATER_MS; the others go before it. Raises Problem storage-failed.
    """
    held = _hold(store, now_ms, limit)
    if not held:
        return 0
    settings = evidence_settings.shipped()
    bits = _bits(settings, now_ms)
    with store.read() as tx:
        facts = evidence_facts.load(store, tx, sorted(held), settings)
    for root, mark in sorted(held.items()):
        try:
            _look(store, facts[root], mark, settings, bits, now_ms)
        except faults.UNEXPECTED as error:
            # Where the database itself fails, this raises too, and no visit is blamed for it.
            with store.write() as tx:
                tx.execute(_HELD, {"key": root, "of_mark": mark, "to_held_until_ms": now_ms + LATER_MS})
            _log.error("evidence could not be compared", visit=root, **faults.place(error))
    return len(held)


def _hold(store: Store, now_ms: int, limit: int) -> dict[str, str]:
    """Take stale visits for this worker alone; their marks by id."""
    with store.read() as tx:
        if tx.execute(_ANY, {"now": now_ms}).first() is None:
            return {}
    with store.write() as tx:
        found = {row.root: row.mark for row in tx.execute(_NEXT, {"now": now_ms, "most": limit})}
        if found:
            until = {"to_held_until_ms": now_ms + HOLD_MS}
            tx.execute(_HELD, [{"key": root, "of_mark": mark, **until} for root, mark in found.items()])
    return found


def _bits(settings: EvidenceSettings, now_ms: int) -> int:
    limit = settings.limit("alike_bits_max", day_of(now_ms))
    return hash_bands.BITS_MAX if limit is None else int(limit.number)


def _look(
    store: Store, facts: VisitFacts, mark: str, settings: EvidenceSettings, bits: int, now_ms: int
) -> None:
    for attempt in range(RETRIES):
        try:
            with store.write() as tx:
                rows.lock_missing(store, tx, [_LOCK])
                if not _keep_facts(store, tx, facts, mark, bits, now_ms):
                    return
            break
        except Retry:
            if attempt == RETRIES - 1:
                raise
    with store.read() as tx:
        beside = evidence_beside.around(tx, [facts.visit], bits).beside
    found = [remark for report in facts.reports for remark in evidence.remarks(report, beside, settings)]
    for attempt in range(RETRIES):
        try:
            with store.write() as tx:
                _save(store, tx, facts, mark, found, now_ms)
            return
        except Retry:
            if attempt == RETRIES - 1:
                raise


_FIX_COLUMNS = tuple(column.name for column in FIXES.c)
_PHOTO_COLUMNS = tuple(column.name for column in PHOTOS.c)
_KEPT_FIXES = Prepared(select(FIXES).where(FIXES.c.visit == bindparam("visit")), plain=True)
_KEPT_PHOTOS = Prepared(select(PHOTOS).where(PHOTOS.c.visit == bindparam("visit")), plain=True)
_DROP_FIXES = delete(FIXES).where(FIXES.c.visit == bindparam("key"))
_DROP_PHOTOS = delete(PHOTOS).where(PHOTOS.c.visit == bindparam("key"))
_ADD_FIXES, _ADD_PHOTOS = Rows(FIXES, _FIX_COLUMNS), Rows(PHOTOS, _PHOTO_COLUMNS)


def _keep_facts(store: Store, tx: Connection, facts: VisitFacts, mark: str, bits: int, now_ms: int) -> bool:
    """Keep a visit's fixes and photos; False where they are no longer what the visit says.

    Where they differ from what was kept, everybody beside them, before or now, is looked at again.
    """
    if tx.execute(_MARK, {"key": facts.visit}).scalar_one_or_none() != mark:
        return False
    fixes, photos = _fix_rows(facts), _photo_rows(facts)
    kept_fixes = {tuple(row) for row in _KEPT_FIXES.run(tx, visit=facts.visit)}
    kept_photos = {tuple(row) for row in _KEPT_PHOTOS.run(tx, visit=facts.visit)}
    if kept_fixes == set(fixes) and kept_photos == set(photos):
        return True
    others = set(evidence_beside.around(tx, [facts.visit], bits).visits)
    others |= evidence_beside.citing(tx, [facts.visit])
    tx.execute(_DROP_FIXES, {"key": facts.visit})
    tx.execute(_DROP_PHOTOS, {"key": facts.visit})
    _ADD_FIXES.insert(tx, fixes)
    _ADD_PHOTOS.insert(tx, photos)
    near_hashes.keep(tx, [found for photo in facts.photos if (found := _hash(photo)) is not None])
    others |= evidence_beside.around(tx, [facts.visit], bits).visits
    stale_evidence.mark_beside(store, tx, facts.visit, mark, others, now_ms)
    return True


def _hash(photo: PhotoFacts) -> int | None:
    return photo.read.hash if photo.compared and photo.read is not None else None


def _fix_rows(facts: VisitFacts) -> list[tuple[Any, ...]]:
    told = [{**msgspec.structs.asdict(fix), **msgspec.structs.asdict(fix.spot)} for fix in facts.fixes]
    return [tuple(each[name] for name in _FIX_COLUMNS) for each in told]


def _photo_rows(facts: VisitFacts) -> list[tuple[Any, ...]]:
    return [
        (photo.id, report.id, report.visit, report.district, photo.sha256, photo.at_ms, _hash(photo))
        for report in facts.reports
        for photo in report.photos
    ]


_OF_VISIT = select(REMARKS).where(REMARKS.c.visit == bindparam("visit"))
_body = msgspec.json.Decoder(Remark)
_ENTRIES = Rows(HISTORY, ("report", "key", "entry", "what", "at_ms", "body"))


def _save(
    store: Store, tx: Connection, facts: VisitFacts, mark: str, found: Sequence[Remark], now_ms: int
) -> None:
    """Save what changed of a visit's remarks, with its history, if nothing was new about it meanwhile."""
    if tx.execute(_MARK, {"key": facts.visit}).scalar_one_or_none() != mark:
        return
    if facts.unread:
        # The mark moves when the bytes are opened. Should that word be lost, the visit is looked at anyway.
        later = {"key": facts.visit, "of_mark": mark, "to_held_until_ms": now_ms + LATER_MS}
        tx.execute(_HELD, later)
    else:
        tx.execute(_DONE, {"key": facts.visit, "of_mark": mark})
    held: dict[str, dict[str, Held]] = {report.id: {} for report in facts.reports}
    for row in tx.execute(_OF_VISIT, {"visit": facts.visit}):
        held.setdefault(row.report, {})[row.key] = read_held(row)
    remarks: list[dict[str, Any]] = []
    history: list[tuple[Any, ...]] = []
    for report, before in sorted(held.items()):
        after = [each for each in found if each.report == report]
        for one in evidence_changes.changes(before, after, now_ms):
            made = _row(facts.visit, report, one)
            remarks.append(made)
            history.append((report, one.key, one.held.entries, one.what, now_ms, made["body"]))
    if remarks:
        saved = (sqlite if store.sqlite else postgresql).insert(REMARKS)
        others = {column.name: saved.excluded[column.name] for column in REMARKS.c if not column.primary_key}
        tx.execute(saved.on_conflict_do_update(index_elements=["report", "key"], set_=others), remarks)
    _ENTRIES.insert(tx, history)


def read_held(row: Any) -> Held:
    """A remark as a row of `evidence_remarks` keeps it."""
    return Held(
        standing=bool(row.standing),
        since_ms=row.since_ms,
        entries=row.entries,
        remark=_body.decode(row.body),
    )


def _row(visit: str, report: str, one: Changed) -> dict[str, Any]:
    remark = one.held.remark
    return {
        "report": report,
        "key": one.key,
        "visit": visit,
        "code": remark.code,
        "weight": remark.weight,
        "standing": one.held.standing,
        "since_ms": one.held.since_ms,
        "entries": one.held.entries,
        "other_visit": None if remark.other is None else remark.other.visit,
        "body": msgspec.json.encode(remark).decode(),
    }


def follow_settings(store: Store, tx: Connection, now_ms: int) -> None:
    """Have every visit looked at again where the program came with other settings than the one before."""
    digest = evidence_settings.shipped().digest
    known = tx.execute(select(MARKS.c.value).where(MARKS.c.name == SETTINGS_MARK)).scalar_one_or_none()
    if known == digest:
        return
    made = (sqlite if store.sqlite else postgresql).insert(MARKS)
    kept = made.values(name=SETTINGS_MARK, value=digest)
    tx.execute(kept.on_conflict_do_update(index_elements=["name"], set_={"value": digest}))
    if known is not None:
        stale_evidence.mark_all(store, tx, f"settings {digest}", now_ms)
