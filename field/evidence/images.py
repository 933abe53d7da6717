"""A picture without what stands beside it: the camera's notes, comments, previews, and whatever is tacked on.

What the picture shows is copied byte for byte and never encoded anew. The original stays as it is.
"""

import mmap
import re
from collections.abc import Iterator

Bytes = bytes | mmap.mmap
Range = tuple[int, int]

_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_KEPT = frozenset({0xDA, 0xDB, 0xDC, 0xDD, *(set(range(0xC0, 0xD0)) - {0xC8})})
"""Tables, frames and scans: what a picture is made of. APPn and comments are none of it."""

_AFTER_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""The marker that ends the data of a scan: within it, 0xFF is followed by zero or a restart marker."""

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM"})


def bare(data: Bytes) -> list[Range] | None:
    """The ranges of a file that are the picture itself; None where it is no JPEG or PNG that can be read."""
    try:
        if data[:2] == b"\xff\xd8":
            return list(_jpeg(data))
        if data[:8] == _PNG:
            return list(_png(data))
    except (IndexError, ValueError):
        return None
    return None


def _jpeg(data: Bytes) -> Iterator[Range]:
    yield 0, 2
    at = 2
    while True:
        start = at
        if data[at] != 0xFF:
            raise ValueError("a marker is missing")
        while data[at] == 0xFF:
            at += 1
        marker = data[at]
        at += 1
        if marker == 0xD9:
            yield at - 2, at
            return  # whatever follows is no part of the picture
        if marker in _JPEG_ALONE:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        end = at + length
        if length < 2 or end > len(data):
            raise ValueError("a segment is cut off")
        if marker == 0xDA:
            found = _AFTER_SCAN.search(data, end)
            if found is None:
                raise ValueError("the end is missing")
            end = found.start()
        if marker in _JPEG_KEPT or _says_colours(marker, bytes(data[start:end])):
            yield start, end
        at = end


def _says_colours(marker: int, segment: bytes) -> bool:
    """Whether this is Adobe's note of how colours are coded, and nothing else: 12 bytes, without words."""
    return marker == 0xEE and len(segment) == 16 and segment[4:9] == b"Adobe"


def _png(data: Bytes) -> Iterator[Range]:
    yield 0, 8
    at = 8
    while True:
        kind = bytes(data[at + 4 : at + 8])
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if len(kind) < 4 or end > len(data):
            raise ValueError("a chunk is cut off")
        if kind in _PNG_KEPT:
            yield at, end
        if kind == b"IEND":
            return
        at = end
