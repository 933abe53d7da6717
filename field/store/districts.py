"""Districts as they are kept: saved from a boundary file, and given back as an index or a map."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import shapely
from sqlalchemy import Connection, bindparam, insert, select, update

from field.geo.districts import District, DistrictIndex
from field.store import stale_evidence
from field.store.engine import Store
from field.store.registry import DISTRICTS


class Saved(msgspec.Struct, frozen=True):
    """How many districts are new, how many were put right, and how many were there just so."""

    added: int
    changed: int
    unchanged: int


def save(store: Store, districts: Iterable[District]) -> Saved:
    """Keep districts by id; those that are not given stay. Saving them twice changes nothing.

    A district that is there keeps everything that hangs on its id: establishments, postings, tablets.
    """
    rows = [_row(district) for district in districts]
    with store.write() as tx:
        held = {row.id: dict(row._mapping) for row in tx.execute(select(DISTRICTS))}
        added = [row for row in rows if row["id"] not in held]
        changed = [row for row in rows if row["id"] in held and row != held[row["id"]]]
        if added:
            tx.execute(insert(DISTRICTS), added)
        if changed:
            tx.execute(_CHANGE, [{"key": row["id"], **_new_values(row)} for row in changed])
            moved = {row["id"]: row["shape"] for row in changed if row["shape"] != held[row["id"]]["shape"]}
            stale_evidence.mark_districts(store, tx, moved)
    return Saved(len(added), len(changed), len(rows) - len(added) - len(changed))


def load_index(tx: Connection) -> DistrictIndex:
    """All districts, ready to tell which one a place or a name belongs to."""
    found = [_district(row) for row in tx.execute(select(DISTRICTS).order_by(DISTRICTS.c.id))]
    return DistrictIndex(found)


def geojson(tx: Connection, ids: Sequence[str] | None = None) -> bytes:
    """The districts as a GeoJSON FeatureCollection (RFC 7946) in the order of their ids: all, or some."""
    query = select(DISTRICTS).order_by(DISTRICTS.c.id)
    if ids is not None:
        query = query.where(DISTRICTS.c.id.in_(ids))
    features = [_feature(row) for row in tx.execute(query)]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})


def shapes(tx: Connection, ids: Sequence[str] | None = None) -> bytes:
    """The districts drawn for a screen, as GeoJSON (RFC 7946) in the order of their ids: all, or some.

    Neighbours stay neighbours: a border that two share is simplified once. Not for deciding where a place is.
    """
    query = select(DISTRICTS).order_by(DISTRICTS.c.id)
    if ids is not None:
        query = query.where(DISTRICTS.c.id.in_(ids))
    found = tx.execute(query).all()
    drawn = shapely.coverage_simplify([shapely.from_wkb(bytes(row.shape)) for row in found], SCREEN_DEGREES)
    features = [_drawn(row, shape) for row, shape in zip(found, drawn, strict=True)]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})


SCREEN_DEGREES = 0.005
"""About half a kilometre: less than a pixel of a province on a screen."""
SCREEN_DIGITS = 4


def _drawn(row: Any, shape: Any) -> dict[str, Any]:
    rounded = shapely.transform(shape, lambda degrees: degrees.round(SCREEN_DIGITS))
    geometry = shapely.to_geojson(shapely.orient_polygons(rounded))
    return {
        "type": "Feature",
        "id": row.id,
        "properties": {"id": row.id, "name": row.name, "division": row.division},
        "geometry": msgspec.Raw(geometry.encode()),
    }


_COLUMNS = ("name", "division", "aliases", "headquarters", "lat", "lon", "shape")
_CHANGE = (
    update(DISTRICTS)
    .where(DISTRICTS.c.id == bindparam("key"))
    .values({name: bindparam(f"to_{name}") for name in _COLUMNS})
)


def _new_values(row: dict[str, Any]) -> dict[str, Any]:
    return {f"to_{name}": row[name] for name in _COLUMNS}


def _row(district: District) -> dict[str, Any]:
    return {
        "id": district.id,
        "name": district.name,
        "division": district.division,
        "aliases": json.dumps(list(district.aliases), ensure_ascii=False),
        "headquarters": district.headquarters,
        "lat": district.headquarters_lat,
        "lon": district.headquarters_lon,
        "shape": shapely.to_wkb(shapely.from_geojson(district.geometry)),
    }


def _district(row: Any) -> District:
    return District(
        id=row.id,
        name=row.name,
        geometry=shapely.to_geojson(shapely.from_wkb(bytes(row.shape))),
        aliases=tuple(json.loads(row.aliases)),
        division=row.division,
        headquarters=row.headquarters,
        headquarters_lat=row.lat,
        headquarters_lon=row.lon,
    )


def _feature(row: Any) -> dict[str, Any]:
    shape = shapely.to_geojson(shapely.from_wkb(bytes(row.shape)))
    return {
        "type": "Feature",
        "id": row.id,
        "properties": {"name": row.name, "division": row.division, "headquarters": row.headquarters},
        "geometry": msgspec.Raw(shape.encode()),
    }
