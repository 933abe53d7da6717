"""Distance between two places on the ground."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8
"""The mean radius of the Earth in metres (IUGG)."""


def is_place(lat: float, lon: float) -> bool:
    """Whether the pair is a place: degrees WGS 84 within -90..90 and -180..180, neither NaN nor infinite."""
    return -90 <= lat <= 90 and -180 <= lon <= 180


def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The great-circle distance in metres between two places, given in degrees.

    The haversine formula on a sphere: within 0.6 % of the ellipsoid, and exact to the millimetre on the few
    metres between a tablet and a gate. NaN where a coordinate is NaN.
    """
    phi, other_phi = radians(lat), radians(other_lat)
    half_chord = (
        sin((other_phi - phi) / 2) ** 2 + cos(phi) * cos(other_phi) * sin(radians(other_lon - lon) / 2) ** 2
    )
    if half_chord >= 1:  # antipodes: rounding may carry the sum a hair above 1
        return EARTH_RADIUS_M * radians(180)
    return 2 * EARTH_RADIUS_M * asin(sqrt(half_chord))
