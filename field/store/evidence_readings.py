"""What photos say of themselves, as far as their bytes were opened."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, select

from field.inspections.evidence_facts import InPicture
from field.store import rows, tables
from field.store.bulk import Prepared

READINGS = tables.PhotoReading.__table__  # type: ignore[attr-defined]  # SQLModel adds it

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_COLUMNS = ("sha256", "state", "taken_ms", "taken_zoned", "lat", "lon", "dhash")
_READ = Prepared(select(*(READINGS.c[name] for name in _COLUMNS)).where(READINGS.c.sha256.in_(_IDS)))


def of(tx: Connection, hashes: Iterable[str]) -> tuple[dict[str, InPicture], set[str]]:
    """What was read of photos with these SHA-256, and those whose bytes are here and wait to be opened."""
    read: dict[str, InPicture] = {}
    unread: set[str] = set()
    for some in rows.chunks(hashes):
        for row in _READ.run(tx, ids=some):
            if row.state == "waiting":
                unread.add(row.sha256)
            elif row.state == "ok":
                read[row.sha256] = InPicture(
                    taken_ms=row.taken_ms,
                    zoned=bool(row.taken_zoned),
                    lat=row.lat,
                    lon=row.lon,
                    hash=row.dhash,
                )
    return read, unread
