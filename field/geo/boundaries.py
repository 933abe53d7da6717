"""Read districts from a boundary file: any GeoJSON of polygons (RFC 7946).

What can be mended is mended and reported; a feature that cannot be used is left out and reported with its
number, counted from 0 as in `features[3]`, and with what to do about it.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import cos, radians
from typing import Any

import msgspec
import shapely

from field.geo.distance import is_place
from field.geo.districts import District
from field.geo.slugs import slug
from field.problems import Problem

OVERLAP_KM2_MIN = 0.01
"""Smaller overlaps are the crumbs of rounding and simplification, and are not worth a person's time."""

KM_PER_DEGREE = 111.195

PAKISTAN = (60.5, 23.5, 77.5, 37.5)
"""West, south, east, north in degrees. A district that lies in it only with its numbers exchanged is told."""

_NAMES = (
    "name", "district", "district_name", "dist_name", "dist", "shapename", "adm2_en", "adm2_name", "name_2",
    "name:en", "name_en",
)  # fmt: skip
_ALIASES = ("aliases", "alias", "alt_name", "name_ur", "name:ur", "name_sd", "name:sd")


class Remark(msgspec.Struct, frozen=True):
    """Something a person should know about a boundary file.

    `feature` counts from 0, and is None for what is about no feature alone. `left_out` tells that the feature
    is not among the districts.
    """

    code: str
    feature: int | None
    detail: str
    left_out: bool = False


class Boundaries(msgspec.Struct, frozen=True):
    """The districts of a file in the order of their ids, and the remarks in the order of the features."""

    districts: tuple[District, ...]
    remarks: tuple[Remark, ...]


class _Draft(msgspec.Struct):
    """A feature on its way to a district."""

    feature: int
    id: str
    name: str
    area: Any
    properties: Mapping[str, Any]


class _UnusableError(Exception):
    """This feature cannot become a district."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def read(source: bytes) -> Boundaries:
    """The districts in a GeoJSON FeatureCollection (or single Feature) of Polygons and MultiPolygons.

    The name is the property `name`, or one of the usual others (`district`, `NAME_2`, `shapeName`, `ADM2_EN`
    ...). The id is the property `id`, or else the slug of the name: it stays the same from file to file.
    Optional properties: `aliases` (a list, or text parted by semicolons), `division`, `headquarters`,
    `headquarters_lat`, `headquarters_lon` (or `hq_name`, `hq_lat`, `hq_lon`). Several features with one id
    and one name are parts of one district.

    Raises Problem("unknown-format") if this is no GeoJSON of features, or if no feature can be used; the
    extra member `remarks` then says why, feature by feature.
    """
    remarks: list[Remark] = []
    drafts: dict[str, _Draft] = {}
    for number, feature in enumerate(_features(source)):
        try:
            draft = _draft(number, feature, remarks)
            drafts[draft.id] = _joined(drafts.get(draft.id), draft, remarks)
        except _UnusableError as reason:
            remarks.append(Remark(reason.code, number, f"{_label(number, feature)}: {reason.detail}", True))
    if not drafts:
        first = remarks[0].detail if remarks else "It holds no feature at all."
        raise Problem(
            "unknown-format",
            f"No district could be read from this file. {first}",
            remarks=[remark.detail for remark in remarks],
        )
    found = [drafts[key] for key in sorted(drafts)]
    districts = tuple(_district(draft, remarks) for draft in found)
    remarks.extend(_overlaps(found))
    return Boundaries(districts, tuple(sorted(remarks, key=lambda remark: remark.feature or 0)))


def _features(source: bytes) -> Sequence[Any]:
    try:
        document = json.loads(source)
    except (ValueError, RecursionError) as reason:
        raise Problem(
            "unknown-format",
            f"This is not GeoJSON: {reason}. Export the boundaries as GeoJSON (RFC 7946) in UTF-8.",
        ) from None
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "Feature":
        return [document]
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        return list(document["features"])
    raise Problem(
        "unknown-format",
        "This JSON is not a GeoJSON FeatureCollection. A district needs a Feature with a name and a polygon"
        + (f"; here the type is {kind!r}." if kind is not None else "."),
    )


def _label(number: int, feature: Any) -> str:
    properties = _properties(feature)
    name = _text(properties, _NAMES)
    return f"features[{number}]" + (f" ({name})" if name else "")


def _properties(feature: Any) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    known = properties if isinstance(properties, dict) else {}
    return {str(key).lower(): value for key, value in known.items()}


def _text(properties: Mapping[str, Any], keys: Iterable[str]) -> str | None:
    for key in keys:
        value = properties.get(key)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
    return None


def _draft(number: int, feature: Any, remarks: list[Remark]) -> _Draft:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _UnusableError("not-a-feature", 'it is not a GeoJSON Feature. Give it "type": "Feature".')
    properties = _properties(feature)
    name = _text(properties, _NAMES)
    if name is None or not slug(name):
        known = ", ".join(sorted(properties)) or "none"
        raise _UnusableError(
            "no-name", f'it has no name. Give it the property "name"; its properties are: {known}.'
        )
    given = properties.get("id")
    usable = isinstance(given, str | int) and not isinstance(given, bool)
    district_id = (slug(str(given)) if usable else "") or slug(name)
    area = _area(feature.get("geometry"), _label(number, feature), number, remarks)
    return _Draft(number, district_id, name, area, properties)


def _joined(known: _Draft | None, draft: _Draft, remarks: list[Remark]) -> _Draft:
    if known is None:
        return draft
    if slug(known.name) != slug(draft.name):
        raise _UnusableError(
            "same-id",
            f"its id {draft.id!r} is also that of {known.name} (features[{known.feature}]). "
            "Give each district an id of its own.",
        )
    remarks.append(
        Remark(
            "in-parts",
            draft.feature,
            f"features[{draft.feature}] ({draft.name}) has the same name as features[{known.feature}]: both "
            "were joined into one district. If they are two districts, give each a name of its own.",
        )
    )
    known.area = _polygons_of(shapely.union(known.area, draft.area))
    return known


def _area(geometry: Any, label: str, number: int, remarks: list[Remark]) -> Any:
    """The valid MultiPolygon of a geometry; mends rings, and says so."""
    polygons: list[Any] = []
    dropped = 0
    for rings in _parts(geometry):
        if not isinstance(rings, list):
            raise _UnusableError("geometry-malformed", "its coordinates are not lists of rings of positions.")
        lines = [_ring(ring) for ring in rings]
        if not lines or len(set(lines[0])) < 3:
            dropped += len(lines) > 0
            continue
        holes = [line for line in lines[1:] if len(set(line)) >= 3]
        dropped += len(lines) - 1 - len(holes)
        polygons.append(shapely.Polygon(lines[0], holes))
    raw = shapely.MultiPolygon(polygons)
    reason = shapely.is_valid_reason(raw)
    mended = raw if raw.is_valid else shapely.make_valid(raw, method="structure", keep_collapsed=False)
    area = _polygons_of(mended)
    if area.is_empty:
        raise _UnusableError(
            "geometry-empty", "its geometry is empty. Draw its polygon, or take the feature out."
        )
    if dropped or not raw.is_valid:
        what = [f"{dropped} ring(s) of fewer than three points dropped"] * bool(dropped)
        what += [f"an invalid outline ({reason}) repaired"] * (not raw.is_valid)
        now = f"its area is now {_km2(area):,.1f} km². Look at it on the map."
        remarks.append(Remark("repaired", number, f"{label}: {' and '.join(what)}; {now}"))
    return area


def _parts(geometry: Any) -> list[Any]:
    """The polygons in a geometry, each a list of rings, as they stand in the file."""
    if not isinstance(geometry, dict):
        raise _UnusableError(
            "geometry-empty", "it has no geometry. Draw its polygon, or take the feature out."
        )
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "GeometryCollection" and isinstance(geometry.get("geometries"), list):
        members = [member for member in geometry["geometries"] if isinstance(member, dict)]
        areal = [member for member in members if member.get("type") in ("Polygon", "MultiPolygon")]
        return [part for member in areal for part in _parts(member)]
    if kind not in ("Polygon", "MultiPolygon"):
        raise _UnusableError("not-a-polygon", f"its geometry is a {kind}, not a Polygon or MultiPolygon.")
    if not isinstance(coordinates, list):
        raise _UnusableError("geometry-malformed", "its coordinates are missing.")
    return ([coordinates] if coordinates else []) if kind == "Polygon" else coordinates


def _ring(ring: Any) -> list[tuple[float, float]]:
    if not isinstance(ring, list):
        raise _UnusableError("geometry-malformed", "its coordinates are not lists of rings of positions.")
    return [_position(position) for position in ring]


def _position(position: Any) -> tuple[float, float]:
    pair = position[:2] if isinstance(position, list) else []
    if len(pair) < 2 or not all(_is_number(part) for part in pair):
        said = str(position)[:60]
        raise _UnusableError("geometry-malformed", f"{said} is not a position [longitude, latitude].")
    lon, lat = pair
    if lon != lon or lat != lat or abs(lon) == float("inf") or abs(lat) == float("inf"):
        raise _UnusableError(
            "coordinate-not-a-number", f"the position [{lon}, {lat}] is not a pair of numbers."
        )
    if not is_place(lat, lon):
        raise _UnusableError(
            "coordinate-out-of-range",
            f"the position {str(pair)[:60]} is not [longitude, latitude] in degrees. "
            "Export the file in WGS 84 (EPSG:4326).",
        )
    return float(lon), float(lat)


def _polygons_of(geometry: Any) -> Any:
    """The polygons in a geometry of any kind as one MultiPolygon, rings the way round that RFC 7946 wants."""
    parts = shapely.get_parts(geometry).tolist()
    while any(part.geom_type not in ("Polygon", "LineString", "Point") for part in parts):
        parts = [inner for part in parts for inner in shapely.get_parts(part).tolist()]
    whole = [part for part in parts if part.geom_type == "Polygon" and part.area > 0]
    return shapely.orient_polygons(shapely.MultiPolygon(whole))


def _district(draft: _Draft, remarks: list[Remark]) -> District:
    properties = draft.properties
    lat = _number(properties, ("headquarters_lat", "hq_lat"))
    lon = _number(properties, ("headquarters_lon", "hq_lon"))
    if lat is None or lon is None or not is_place(lat, lon):
        lat = lon = None
        remarks.extend(_swapped(draft))
    elif not shapely.covers(draft.area, shapely.points(lon, lat)):
        detail = (
            f"features[{draft.feature}] ({draft.name}): its headquarters at {lat}, {lon} lies outside its "
            "polygon. Check that positions are [longitude, latitude] and that the outline is the right one."
        )
        remarks.append(Remark("headquarters-outside", draft.feature, detail))
    return District(
        id=draft.id,
        name=draft.name,
        geometry=shapely.to_geojson(draft.area),
        aliases=_aliases(properties, draft.name),
        division=_text(properties, ("division",)),
        headquarters=_text(properties, ("headquarters", "hq_name")),
        headquarters_lat=lat,
        headquarters_lon=lon,
    )


def _swapped(draft: _Draft) -> list[Remark]:
    """A remark where the area lies far from Pakistan, and would lie in it with the numbers exchanged."""
    west, south, east, north = draft.area.bounds
    there = shapely.box(*PAKISTAN)
    if not there.contains(shapely.box(south, west, north, east)) or there.intersects(draft.area):
        return []
    detail = (
        f"features[{draft.feature}] ({draft.name}): it lies at latitude {south:.2f} to {north:.2f}. Are "
        "latitude and longitude exchanged? A position is [longitude, latitude]."
    )
    return [Remark("perhaps-swapped", draft.feature, detail)]


def _number(properties: Mapping[str, Any], keys: Iterable[str]) -> float | None:
    for key in keys:
        value: Any = properties.get(key)
        if _is_number(value) and abs(value) <= 180:
            return float(value)
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _aliases(properties: Mapping[str, Any], name: str) -> tuple[str, ...]:
    spellings: list[str] = []
    for key in _ALIASES:
        value = properties.get(key)
        listed = value if isinstance(value, list) else str(value).split(";") if isinstance(value, str) else []
        spellings += [" ".join(item.split()) for item in listed if isinstance(item, str) and item.strip()]
    return tuple(dict.fromkeys(spelling for spelling in spellings if spelling != name))


def _km2(area: Any) -> float:
    """Roughly: a degree of longitude is as long as it is at the middle of the area."""
    return float(area.area) * KM_PER_DEGREE**2 * cos(radians(area.centroid.y)) if not area.is_empty else 0.0


def overlaps(districts: Sequence[District], fresh: Collection[str]) -> list[Remark]:
    """Where districts of a file (`fresh`, by id) overlap with districts that are not in it."""
    areas = [shapely.from_geojson(district.geometry) for district in districts]
    return [
        Remark(
            "overlap",
            None,
            f"{districts[first].name} and {districts[second].name} overlap by about {km2:,.2f} km², and one "
            f"of them is not in this file. A place there counts to {districts[first].id}. Mend the border if "
            "it is wrong.",
        )
        for first, second, km2 in _pairs(areas)
        if (districts[first].id in fresh) != (districts[second].id in fresh)
    ]


def _overlaps(drafts: Sequence[_Draft]) -> Iterable[Remark]:
    for first, second, km2 in _pairs([draft.area for draft in drafts]):
        one, other = drafts[first], drafts[second]
        yield Remark(
            "overlap",
            max(one.feature, other.feature),
            f"{one.name} (features[{one.feature}]) and {other.name} (features[{other.feature}]) overlap "
            f"by about {km2:,.2f} km². A place there counts to {one.id}. Mend the border if it is wrong.",
        )


def _pairs(areas: Sequence[Any]) -> Iterable[tuple[int, int, float]]:
    """Which areas overlap, each pair once and in order, and by how much."""
    firsts, seconds = shapely.STRtree(areas).query(areas, predicate="intersects").tolist()
    for first, second in sorted(zip(firsts, seconds, strict=True)):
        if first < second and (km2 := _km2(areas[first].intersection(areas[second]))) >= OVERLAP_KM2_MIN:
            yield first, second, km2
