"""What a picture says of itself in EXIF 2.32: its time, place and camera. Anybody can write it."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

TEXT_MAX = 100
PAKISTAN = timezone(timedelta(hours=5))
"""Where the file gives no offset from UTC, its time is read as the clocks of the field show it."""

YEARS = range(1990, 2100)

_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)", re.ASCII)
_MINUTES, _DEGREE = 60, (1, 60, 3600)
_WEST_AND_SOUTH = ("W", "S")


def text(said: Any) -> str | None:
    """A line of text as it may be kept: without control characters, at most 100 characters; None for none."""
    if isinstance(said, bytes):
        said = said[: 4 * TEXT_MAX].decode("utf-8", "replace")
    if not isinstance(said, str):
        return None
    said = said[: 4 * TEXT_MAX].partition("\0")[0]
    kept = "".join(c for c in said if c.isprintable()).strip()[:TEXT_MAX].strip()
    return kept or None


def moment(said: str | None, offset: str | None) -> tuple[int, bool] | None:
    """A time as EXIF writes it, in ms since 1970, and whether the file gives its offset from UTC.

    None for what is no time, or one that no digital camera can have seen.
    """
    found = _TIME.fullmatch(said or "")
    if found is None:
        return None
    zone = _zone(offset)
    try:
        at = datetime(*(int(part) for part in found.groups()), tzinfo=zone or PAKISTAN)  # type: ignore[misc, arg-type]  # six numbers
    except ValueError:
        return None
    if at.year not in YEARS:
        return None
    return int(at.astimezone(UTC).timestamp() * 1000), zone is not None


def _zone(offset: str | None) -> timezone | None:
    found = _OFFSET.fullmatch((offset or "").strip())
    if found is None:
        return None
    minutes = int(found[2]) * _MINUTES + int(found[3])
    try:
        return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))
    except ValueError:
        return None


def degrees(parts: Any, half: Any, most: int) -> float | None:
    """Degrees, minutes and seconds with the half of the globe (N, S, E, W), as signed degrees up to `most`.

    None for what is no place: a division by zero, another number of parts, degrees beyond the pole.
    """
    if not isinstance(parts, Sequence) or isinstance(parts, str | bytes) or len(parts) != len(_DEGREE):
        return None
    try:
        value = sum(float(part) / by for part, by in zip(parts, _DEGREE, strict=True))
    except (ArithmeticError, TypeError, ValueError):
        return None
    if not (math.isfinite(value) and 0 <= value <= most):
        return None
    side = text(half)
    if side is None or side[0].upper() not in "NSEW":
        return None
    return -value if side[0].upper() in _WEST_AND_SOUTH else value


_MAKE, _MODEL, _DATE_TIME, _OFFSET_TIME = 0x010F, 0x0110, 0x0132, 0x9010
_ORIGINAL, _OFFSET_ORIGINAL = 0x9003, 0x9011
_LAT_HALF, _LAT, _LON_HALF, _LON = 1, 2, 3, 4
_LAT_MAX, _LON_MAX = 90, 180


def facts(main: Mapping[int, Any], exif: Mapping[int, Any], gps: Mapping[int, Any]) -> dict[str, Any]:
    """The members of a `Reading` that come from a picture's tags; whatever makes no sense is left out.

    `main`, `exif` and `gps` are the tags of IFD0 and of its two children, by number.
    """
    taken, offset = text(exif.get(_ORIGINAL)), text(exif.get(_OFFSET_ORIGINAL))
    if taken is None:
        taken, offset = text(main.get(_DATE_TIME)), text(exif.get(_OFFSET_TIME))
    at = moment(taken, offset)
    lat = degrees(gps.get(_LAT), gps.get(_LAT_HALF), _LAT_MAX)
    lon = degrees(gps.get(_LON), gps.get(_LON_HALF), _LON_MAX)
    both = lat is not None and lon is not None
    names = [name for name in (text(main.get(_MAKE)), text(main.get(_MODEL))) if name]
    return {
        "taken": text(" ".join(part for part in (taken, offset) if part)),
        "taken_ms": at[0] if at else None,
        "taken_zoned": at[1] if at else None,
        "lat": lat if both else None,
        "lon": lon if both else None,
        "model": text(" ".join(names)),
    }
