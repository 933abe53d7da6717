"""Which visits' evidence must be looked at again, since something that remarks rest on has changed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from field.store import evidence_tables, tables
from field.store.bulk import Prepared
from field.store.engine import Store
from field.sync.landing import Put

STALE = evidence_tables.StaleEvidence.__table__  # type: ignore[attr-defined]  # SQLModel adds it
_VISITS = tables.Visit.__table__  # type: ignore[attr-defined]
_RECORDS = tables.Record.__table__  # type: ignore[attr-defined]
_BYTES = tables.PhotoBytes.__table__  # type: ignore[attr-defined]

_COLUMNS = ("root", "since_ms", "mark", "held_until_ms")
_OF_REPORT = ("report", "photo")


def mark_written(store: Store, tx: Connection, puts: Sequence[Put], now_ms: int) -> None:
    """Mark the visits whose evidence may be touched by what was written: reports, photos, the register."""
    marks: dict[str, str] = {}
    for put in puts:
        record = put.record
        if record is None:
            continue
        # A new visit has nothing to compare yet; one that was moved, given or withdrawn may have.
        if record.kind in _OF_REPORT or (record.kind == "visit" and not put.new):
            marks[record.root] = f"{put.scope}@{put.n}"
        elif record.kind == "establishment" and not put.new:
            of_unit = select(_VISITS.c.id).where(_VISITS.c.establishment == record.id)
            _mark_found(store, tx, of_unit, f"{put.scope}@{put.n}", now_ms)
    mark(store, tx, marks, now_ms)


def mark(store: Store, tx: Connection, marks: Mapping[str, str], now_ms: int) -> None:
    """Mark visits, each by what changed: no two changes may have the same mark."""
    save = _ONE[store.sqlite]
    for root in sorted(marks):
        save.run(tx, root=root, since_ms=now_ms, mark=marks[root], held_until_ms=0)


def mark_beside(
    store: Store, tx: Connection, of: str, because: str, visits: Iterable[str], now_ms: int
) -> None:
    """Mark visits that stand beside another one whose evidence has changed."""
    told = "beside " + hashlib.sha256(f"{of} {because}".encode()).hexdigest()
    mark(store, tx, dict.fromkeys(visits, told), now_ms)


def mark_read(store: Store, tx: Connection, sha256: str, now_ms: int) -> None:
    """Mark the visits with a photo whose bytes were opened just now."""
    of_photo = (
        select(_RECORDS.c.root)
        .join(_BYTES, _BYTES.c.photo == _RECORDS.c.id)
        .where(_BYTES.c.sha256 == sha256, _RECORDS.c.kind == "photo")
        .distinct()
    )
    _mark_found(store, tx, of_photo, f"read {sha256} {now_ms}", now_ms)


def mark_districts(store: Store, tx: Connection, shapes: Mapping[str, bytes]) -> None:
    """Mark the visits of districts whose boundary has changed, by its new shape."""
    for district, shape in sorted(shapes.items()):
        found = select(_VISITS.c.id).where(_VISITS.c.district == district)
        _mark_found(store, tx, found, f"boundary {hashlib.sha256(shape).hexdigest()}", 0)


def mark_all(store: Store, tx: Connection, cause: str, now_ms: int) -> None:
    """Mark every visit."""
    _mark_found(store, tx, select(_VISITS.c.id), cause, now_ms)


def _mark_found(store: Store, tx: Connection, found: Select[Any], mark: str, now_ms: int) -> None:
    # SQLite cannot tell the ON of a join from that of a conflict: the WHERE parts them.
    known = found.subquery()
    root = known.c[0]
    rows = select(root, literal(now_ms), literal(mark), literal(0)).where(literal(True)).order_by(root)
    made = (sqlite if store.sqlite else postgresql).insert(STALE).from_select(_COLUMNS, rows)
    tx.execute(_moved_on(made))


def _moved_on(made: Any) -> Any:
    """What is marked already is free at once: whoever looks at it now will find that its mark has moved."""
    new = {"mark": made.excluded.mark, "held_until_ms": 0}
    return made.on_conflict_do_update(index_elements=["root"], set_=new)


def _one(dialect: Any) -> Prepared:
    made = dialect.insert(STALE).values({name: bindparam(name) for name in _COLUMNS})
    return Prepared(_moved_on(made))


_ONE = {True: _one(sqlite), False: _one(postgresql)}
