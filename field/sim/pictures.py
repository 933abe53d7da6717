"""Small pictures from a seed: no two look alike, and the same seed takes the same one again."""

import io
import random
from datetime import datetime

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from field.inspections.photo_facts import PAKISTAN

PATCHES = (12, 9)
QUALITY = 80
TAKEN, EXIF, GPS = 0x9003, 0x8769, 0x8825
"""DateTimeOriginal and where the two sub-directories are (EXIF 2.32, sections 4.6.3 and 4.6.5)."""


def picture(
    seed: str,
    size: tuple[int, int],
    *,
    taken_ms: int | None = None,
    place: tuple[float, float] | None = None,
) -> bytes:
    """A JPEG of `size` (width, height), which says of itself when and where (lat, lon) it was taken.

    As cameras do, by the clocks of the country (Pakistan), without saying so.
    """
    width, height = PATCHES
    patches = Image.frombytes("RGB", PATCHES, random.Random(seed).randbytes(width * height * 3))
    exif = Image.Exif()
    if taken_ms is not None:
        exif.get_ifd(EXIF)[TAKEN] = datetime.fromtimestamp(taken_ms / 1000, PAKISTAN).strftime(
            "%Y:%m:%d %H:%M:%S"
        )
    if place is not None:
        lat, lon = place
        exif.get_ifd(GPS).update({1: "NS"[lat < 0], 2: _degrees(lat), 3: "EW"[lon < 0], 4: _degrees(lon)})
    file = io.BytesIO()
    patches.resize(size, Image.Resampling.BICUBIC).save(file, "JPEG", quality=QUALITY, exif=exif)
    return file.getvalue()


def _degrees(value: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    return IFDRational(round(abs(value) * 1_000_000), 1_000_000), IFDRational(0), IFDRational(0)
