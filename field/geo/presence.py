"""What a fix proves of somebody's presence: how far from a place, how far outside a district, how fast from
the fix before. Accuracies always speak for whoever took the fix: only what lies beyond them is told.
"""

from functools import lru_cache
from math import cos, radians

import msgspec
import shapely

from field.geo.distance import is_place, metres_between

HOUR_S = 3600.0
AREAS_MAX = 64


class Gap(msgspec.Struct, frozen=True):
    """How far two fixes lie apart: as measured, and at least, once the accuracies of both are taken off."""

    distance_m: float
    least_m: float


class Journey(msgspec.Struct, frozen=True):
    """How fast somebody must have gone at least, from one fix to the next, in the longest time there was."""

    distance_m: float
    least_m: float
    seconds: float
    km_h: float


def gap(
    lat: float, lon: float, accuracy_m: float, other_lat: float, other_lon: float, other_accuracy_m: float
) -> Gap:
    """The gap between two fixes: degrees WGS 84, accuracies in metres; in whole decimetres."""
    distance = metres_between(lat, lon, other_lat, other_lon)
    return Gap(round(distance, 1), round(max(distance - accuracy_m - other_accuracy_m, 0.0), 1))


def journey(apart: Gap, milliseconds: int) -> Journey:
    """The journey over a gap. Less than a second counts as one: two fixes may bear the same time."""
    seconds = max(milliseconds / 1000, 1.0)
    return Journey(
        apart.distance_m, apart.least_m, round(seconds, 1), round(apart.least_m / seconds * HOUR_S / 1000, 1)
    )


def outside_m(shape: bytes, lat: float, lon: float) -> float:
    """How far a place lies outside a polygon (WKB, degrees WGS 84), in metres; 0.0 inside or on the border.

    Longitudes are shrunk to the latitude of the place, which holds for distances up to some hundred
    kilometres. 0.0 too for what is no place or no area: nothing is held against anybody for it.
    """
    if not is_place(lat, lon):
        return 0.0
    area = _area(shape)
    if shapely.is_empty(area) or shapely.covers(area, shapely.Point(lon, lat)):
        return 0.0
    factor = max(cos(radians(lat)), 1e-6)
    flat = shapely.transform(area, lambda positions: positions * (factor, 1.0))
    x, y = shapely.shortest_line(flat, shapely.Point(lon * factor, lat)).coords[0]
    return round(metres_between(lat, lon, y, x / factor), 1)


@lru_cache(maxsize=AREAS_MAX)
def _area(shape: bytes) -> shapely.Geometry:
    return shapely.from_wkb(shape)


def decimals(degrees: float) -> int:
    """How many digits a coordinate has behind the point, as it was sent: 24.8615 has four."""
    _, _, behind = f"{degrees:.12f}".rstrip("0").partition(".")
    return len(behind)
