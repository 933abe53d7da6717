"""What stands beside a visit's fixes and photos: the fixes before and after, equal fixes, other photos.

Each is asked for by an index, and a fixed number of others is looked at, however many there are. To stand
beside is mutual: where a fix comes right before another, that one comes right after it. So a visit whose
facts change knows whom else to have looked at.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    ScalarSelect,
    bindparam,
    select,
    tuple_,
)

from field.inspections import hash_bands
from field.inspections.evidence_facts import Beside, Fix, OtherPhoto, Spot
from field.store import evidence_tables, near_hashes, rows
from field.store.bulk import Prepared

FIXES = evidence_tables.EvidenceFix.__table__  # type: ignore[attr-defined]  # SQLModel adds it
PHOTOS = evidence_tables.EvidencePhoto.__table__  # type: ignore[attr-defined]
REMARKS = evidence_tables.EvidenceRemark.__table__  # type: ignore[attr-defined]

ALIKE_MAX = 50
"""So many photos with one hash, or like one photo, are looked at: more would say nothing more."""

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_OWN, _OTHER = FIXES.alias("own"), FIXES.alias("other")
_MINE, _THEIRS = PHOTOS.alias("mine"), PHOTOS.alias("theirs")


def _beside(
    own: Any, other: Any, key: str, same: Sequence[str], apart: str | None, *, before: bool
) -> ScalarSelect[Any]:
    """The record right before (or after) one's own among those with the same values, in order of time."""
    here, there = tuple_(own.c.at_ms, own.c[key]), tuple_(other.c.at_ms, other.c[key])
    found = select(other.c[key]).where(*(other.c[name] == own.c[name] for name in same))
    found = found.where(there < here if before else there > here)
    if apart is not None:
        found = found.where(other.c[apart] != own.c[apart])
    order = (other.c.at_ms, other.c[key])
    return (
        found.order_by(*(column.desc() if before else column for column in order))
        .limit(1)
        .correlate(own)
        .scalar_subquery()
    )


def _pair(own: Any, other: Any, key: str, same: Sequence[str], apart: str | None) -> list[ColumnElement[Any]]:
    return [
        _beside(own, other, key, same, apart, before=before).label(f"{same[0]}_{word}")
        for word, before in (("before", True), ("after", False))
    ]


_NEXT_TO = Prepared(
    select(
        _OWN.c.record,
        *_pair(_OWN, _OTHER, "record", ["device"], None),
        *_pair(_OWN, _OTHER, "record", ["person"], None),
        *_pair(_OWN, _OTHER, "record", ["lat", "lon"], "visit"),
    ).where(_OWN.c.visit.in_(_IDS))
)
_SAME_BYTES = Prepared(
    select(_MINE.c.photo, *_pair(_MINE, _THEIRS, "photo", ["sha256"], "report")).where(
        _MINE.c.visit.in_(_IDS)
    )
)
_FIXES = Prepared(select(FIXES).where(FIXES.c.record.in_(_IDS)))
_PHOTOS = Prepared(select(PHOTOS).where(PHOTOS.c.photo.in_(_IDS)))
_HASHED = Prepared(
    select(PHOTOS)
    .where(PHOTOS.c.hash.in_(_IDS), PHOTOS.c.report != bindparam("report"))
    .where(PHOTOS.c.sha256 != bindparam("sha256"))
    .order_by(PHOTOS.c.at_ms, PHOTOS.c.photo)
    .limit(ALIKE_MAX)
)
_COMPARED = Prepared(
    select(PHOTOS).where(PHOTOS.c.visit.in_(_IDS), PHOTOS.c.hash.is_not(None)).order_by(PHOTOS.c.photo)
)
_CITING = Prepared(
    select(REMARKS.c.visit).where(REMARKS.c.other_visit.in_(_IDS), REMARKS.c.standing.is_(True)).distinct()
)


class Around(msgspec.Struct, frozen=True):
    """What stands beside some visits' records, and which visits those belong to, by visit."""

    beside: Beside
    visits: frozenset[str]


def around(tx: Connection, visits: Sequence[str], bits: int) -> Around:
    """What stands beside the records of some visits as they are kept; photos alike within `bits` bits."""
    links = _NEXT_TO.run(tx, ids=list(visits))
    fixes = _fixes(tx, {id for row in links for id in row[1:] if id is not None})
    same = _SAME_BYTES.run(tx, ids=list(visits))
    photos = _photos(tx, {id for row in same for id in row[1:] if id is not None})
    alike: dict[str, OtherPhoto] = {}
    near: list[OtherPhoto] = []
    for row in _COMPARED.run(tx, ids=list(visits)):
        found = _alike(tx, row, bits)
        near += found
        if found:
            alike[row.photo] = min(found, key=lambda each: (each.bits, each.at_ms, each.id))
    next_to = {
        row.record: tuple(
            fixes[id] for id in sorted({each for each in row[1:5] if each is not None}) if id in fixes
        )
        for row in links
    }
    beside = Beside(
        next_to=next_to,
        same_spot={row.record: fixes[id] for row in links if (id := row[5] or row[6]) in fixes},
        again={row.photo: photos[id] for row in same if (id := row[1] or row[2]) in photos},
        alike=alike,
    )
    others = {each.visit for each in fixes.values()} | {each.visit for each in (*photos.values(), *near)}
    return Around(beside, frozenset(others - set(visits)))


def citing(tx: Connection, visits: Sequence[str]) -> set[str]:
    """The visits whose standing remarks name a record of some visits on their other side."""
    return {row.visit for row in _CITING.run(tx, ids=list(visits))} - set(visits)


def _alike(tx: Connection, row: Any, bits: int) -> list[OtherPhoto]:
    near = near_hashes.near(tx, row.hash, min(bits, hash_bands.BITS_MAX))
    # The row's own hash is among them.
    closest = sorted(near, key=lambda each: (near[each], each))[: rows.AT_ONCE]
    found = _HASHED.run(tx, ids=closest, report=row.report, sha256=row.sha256) if closest else []
    return [_photo(other, near[other.hash]) for other in found]


def _fixes(tx: Connection, ids: Iterable[str]) -> dict[str, Fix]:
    return {row.record: _fix(row) for some in rows.chunks(ids) for row in _FIXES.run(tx, ids=some)}


def _fix(row: Any) -> Fix:
    return Fix(
        record=row.record,
        report=row.report,
        visit=row.visit,
        district=row.district,
        device=row.device,
        person=row.person,
        at_ms=row.at_ms,
        latest_ms=row.latest_ms,
        boot=row.boot,
        spot=Spot(row.lat, row.lon, row.accuracy_m),
    )


def _photos(tx: Connection, ids: Iterable[str]) -> Mapping[str, OtherPhoto]:
    return {row.photo: _photo(row, 0) for some in rows.chunks(ids) for row in _PHOTOS.run(tx, ids=some)}


def _photo(row: Any, bits: int) -> OtherPhoto:
    return OtherPhoto(
        id=row.photo,
        report=row.report,
        visit=row.visit,
        district=row.district,
        at_ms=row.at_ms,
        bits=bits,
    )
