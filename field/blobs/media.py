"""What bytes are by how they begin, whatever anybody says of them."""

from field.inspections.photo_readings import Format

START_BYTES = 64
"""So many bytes tell what a file is."""

MEDIA_TYPES: dict[Format, str] = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "heic": "image/heic",
}

_STARTS: dict[bytes, Format] = {b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png"}
_STILL_HEVC = frozenset({b"heic", b"heix", b"heim", b"heis"})
_MOVING_HEVC = frozenset({b"msf1", b"hevc", b"hevx"})
_BRAND_BYTES = 4
_BRANDS_AT = 16


def format_of(start: bytes) -> Format | None:
    """The format of a picture that begins so; None for all else. SVG is none: it can carry a script."""
    for signature, format in _STARTS.items():
        if start.startswith(signature):
            return format
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "webp"
    return "heic" if start[4:8] == b"ftyp" and _STILL_HEVC & _brands(start) else None


def is_sequence(start: bytes) -> bool:
    """Whether a HEIF that begins so holds a sequence of pictures (ISO/IEC 23008-12, 7.3)."""
    return bool(_MOVING_HEVC & _brands(start))


def _brands(start: bytes) -> set[bytes]:
    """The brands of an ISO base media file: its own, and those that it is compatible with."""
    end = min(int.from_bytes(start[:4], "big"), len(start))
    listed = {start[at : at + _BRAND_BYTES] for at in range(_BRANDS_AT, end, _BRAND_BYTES)}
    return {start[8:12], *listed}
