"""Photos that could not be opened, for those who look after a district: whose they are, and what is wrong."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, literal_column, select, tuple_

from field.inspections.masking import hide_cnics
from field.inspections.photo_readings import FAULTS
from field.problems import Problem
from field.store import people, registry
from field.store.holding import DEVICES
from field.store.photo_readings import READINGS
from field.store.rows import RECORDS, VISITS
from field.store.uploads import PHOTO_BYTES
from field.sync.wire import Row

PAGE_MAX = 500


class PhotoHeld(msgspec.Struct, frozen=True):
    """A photo whose bytes are kept, and could not be opened. `size` in bytes.

    `reason` is a code for ever, `why` says it in words. `report` is null where the photo's entry has not
    landed. `inspector` is the one of the visit; `device` brought the bytes at `received_ms`.
    """

    photo: str
    sha256: str
    size: int
    reason: str
    why: str
    format: str | None
    received_ms: int
    read_ms: int
    district: str | None
    device: str
    device_name: str
    report: str | None = None
    caption: str | None = None
    establishment: str | None = None
    establishment_name: str | None = None
    inspector: str | None = None
    inspector_name: str | None = None


_PLACE = func.coalesce(VISITS.c.district, DEVICES.c.district)
_HELD = (
    select(
        PHOTO_BYTES.c.photo,
        PHOTO_BYTES.c.sha256,
        PHOTO_BYTES.c.size,
        PHOTO_BYTES.c.received_ms,
        PHOTO_BYTES.c.device,
        DEVICES.c.name.label("device_name"),
        READINGS.c.reason,
        READINGS.c.format,
        READINGS.c.read_ms,
        VISITS.c.establishment,
        VISITS.c.inspector,
        _PLACE.label("district"),
    )
    .select_from(
        READINGS.join(PHOTO_BYTES, PHOTO_BYTES.c.sha256 == READINGS.c.sha256)
        .join(DEVICES, DEVICES.c.id == PHOTO_BYTES.c.device)
        .outerjoin(RECORDS, RECORDS.c.id == PHOTO_BYTES.c.photo)
        .outerjoin(VISITS, VISITS.c.id == RECORDS.c.root)
    )
    # Written out, not bound: only then is the index of what is in quarantine used.
    .where(READINGS.c.state == literal_column("'quarantined'"))
    .order_by(READINGS.c.read_ms.desc(), PHOTO_BYTES.c.photo.desc())
    .limit(PAGE_MAX)
)
_AT = (
    select(READINGS.c.read_ms)
    .select_from(READINGS.join(PHOTO_BYTES, PHOTO_BYTES.c.sha256 == READINGS.c.sha256))
    .where(PHOTO_BYTES.c.photo == bindparam("photo"), READINGS.c.read_ms.is_not(None))
)


def listed(tx: Connection, districts: Sequence[str] | None, after: str = "") -> list[PhotoHeld]:
    """Photos of some districts, or of all, that could not be opened, the latest first; at most 500.

    `after` is the id of the last one seen. Raises Problem bad-request where it names none.
    """
    query = _HELD
    if districts is not None:
        query = query.where(_PLACE.in_(districts))
    if after:
        at_ms = tx.execute(_AT, {"photo": after}).scalar_one_or_none()
        if at_ms is None:
            raise Problem(
                "bad-request", f"after={after!r} names no photo in quarantine. Give the last one you saw."
            )
        query = query.where(tuple_(READINGS.c.read_ms, PHOTO_BYTES.c.photo) < tuple_(at_ms, after))
    found = list(tx.execute(query))
    known = registry.by_id(tx, {id for row in found for id in (row.photo, row.establishment) if id})
    names = people.names(tx, {row.inspector for row in found if row.inspector})
    return [_held(row, known, names) for row in found]


def _held(row: Any, known: dict[str, Row], names: dict[str, str]) -> PhotoHeld:
    photo = known.get(row.photo, registry.NOTHING).values
    said = photo.get("caption") or photo.get("purpose")
    return PhotoHeld(
        **row._mapping,
        why=FAULTS.get(row.reason, row.reason),
        report=photo.get("report"),
        caption=hide_cnics(said) if said else None,
        establishment_name=known.get(row.establishment or "", registry.NOTHING).values.get("name"),
        inspector_name=names.get(row.inspector or ""),
    )
