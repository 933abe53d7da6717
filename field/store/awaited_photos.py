"""Photos whose entry came and whose bytes did not: awaited from the entry's arrival until they are kept."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, bindparam, delete, select

from field.inspections.photos import Photo
from field.store import ledger_tables, tables
from field.store.bulk import Prepared, Rows
from field.sync.changes import Change
from field.sync.push import Arrived

AWAITED = ledger_tables.AwaitedPhoto.__table__  # type: ignore[attr-defined]  # SQLModel adds it
_PHOTO_BYTES = tables.PhotoBytes.__table__  # type: ignore[attr-defined]
_ERASURES = tables.retention_tables.Erasure.__table__  # type: ignore[attr-defined]

_photo = msgspec.json.Decoder(Photo)
_AWAITED = Rows(AWAITED, ("photo", "device", "sha256", "size", "since_ms"), once=True)
_KEPT = Prepared(
    select(_PHOTO_BYTES.c.photo).where(_PHOTO_BYTES.c.photo.in_(bindparam("ids", expanding=True)))
)
_ERASED = Prepared(select(_ERASURES.c.record).where(_ERASURES.c.record.in_(bindparam("ids", expanding=True))))
_COME = Prepared(
    delete(AWAITED).where(AWAITED.c.photo == bindparam("photo"), AWAITED.c.sha256 == bindparam("sha256"))
)
_ERASE = Prepared(delete(AWAITED).where(AWAITED.c.photo == bindparam("photo")))


def expect(tx: Connection, device: str, arrived: Sequence[Arrived], now_ms: int) -> None:
    """Await the bytes of the photos among the lines that arrived, if they are not here.

    A line that comes again under a new identity is awaited from that one: its tablet has the bytes.
    """
    found = {
        change.record: photo
        for change in _creations(arrived)
        if change.record is not None and (photo := _read(change)) is not None
    }
    if not found:
        return
    here = {row.photo for row in _KEPT.run(tx, ids=sorted(found))}
    here |= {row.record for row in _ERASED.run(tx, ids=sorted(found))}
    rows = []
    for record, photo in found.items():
        if record not in here:
            come(tx, record, photo.sha256)
            rows.append((record, device, photo.sha256, photo.size, now_ms))
    _AWAITED.insert(tx, rows)


def _creations(arrived: Sequence[Arrived]) -> Iterable[Change]:
    for kept in arrived:
        change = kept.line.change
        if change is not None and change.kind == "photo" and change.op == "create":
            yield change


def _read(change: Change) -> Photo | None:
    try:
        return _photo.decode(change.set)
    except (msgspec.DecodeError, RecursionError):
        return None


def come(tx: Connection, photo: str, sha256: str) -> None:
    """These bytes of a photo are here: from nobody are they awaited any more."""
    _COME.run(tx, photo=photo, sha256=sha256)


def erased(tx: Connection, photo: str) -> None:
    """A photo was erased: nothing of it is awaited."""
    _ERASE.run(tx, photo=photo)
