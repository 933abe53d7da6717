"""Pictures for tests, as cameras and as hostile hands make them."""

import io
import struct
import zlib
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()

SIDES = (800, 600)
MAKE, MODEL, ORIENTATION, DATE_TIME = 0x010F, 0x0110, 0x0112, 0x0132
EXIF, GPS, ORIGINAL, OFFSET_ORIGINAL = 0x8769, 0x8825, 0x9003, 0x9011


def scene(size: tuple[int, int] = SIDES, seed: int = 0) -> Image.Image:
    """Something to be seen: light from above, a red corner at the top left, blocks by the seed."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    width, height = size
    for at in range(12):
        x, y = (at * 37 + seed * 53) % 97 / 97 * width, (at * 61 + seed * 29) % 89 / 89 * height
        draw.rectangle((x, y, x + width / 9, y + height / 7), fill=((at * 47) % 256, 90, (seed * 31) % 256))
    draw.rectangle((0, 0, width // 4, height // 4), fill=(220, 0, 0))
    return image


def exif(**more: Any) -> Image.Exif:
    """Tags of a phone: its model, and in `main`, `exif` and `gps` whatever else is asked for."""
    tags = Image.Exif()
    tags[MAKE], tags[MODEL] = "Maker", "Phone 7"
    for number, value in more.get("main", {}).items():
        tags[number] = value
    for child, name in ((EXIF, "exif"), (GPS, "gps")):
        if name in more:
            tags.get_ifd(child).update(more[name])
    return tags


def saved(image: Image.Image | None = None, format: str = "JPEG", **options: Any) -> bytes:
    """A picture as a file."""
    file = io.BytesIO()
    (image or scene()).save(file, format, **options)
    return file.getvalue()


def moving(format: str = "WEBP") -> bytes:
    """A picture of three moments."""
    first, *others = (scene(seed=seed) for seed in range(3))
    return saved(first, format, save_all=True, append_images=others, duration=100)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_bomb(side: int = 40_000) -> bytes:
    """A valid PNG of `side` x `side` white points in a few kB or MB: 1 bit each, deflated."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    press = zlib.compressobj(9)
    row = b"\0" + b"\xff" * (side // 8)
    data = b"".join([*(press.compress(row) for _ in range(side)), press.flush()])
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def jpeg_bomb(side: int = 40_000) -> bytes:
    """A JPEG whose header says `side` x `side`."""
    whole = bytearray(saved())
    at = whole.index(b"\xff\xc0") + 5
    whole[at : at + 4] = struct.pack(">HH", side, side)
    return bytes(whole)


def webp_bomb(side: int = 40_000) -> bytes:
    """A WebP whose canvas is said to be `side` x `side`."""
    inner = saved(format="WEBP", lossless=True)[12:]
    canvas = (side - 1).to_bytes(3, "little") * 2
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + canvas + inner
    return b"RIFF" + struct.pack("<I", len(body)) + body


def heic_bomb(side: int = 40_000) -> bytes:
    """A HEIC whose header says `side` x `side`."""
    whole = bytearray(saved(format="HEIF"))
    at = 0
    while (at := whole.find(b"ispe", at + 1)) > 0:
        whole[at + 8 : at + 16] = struct.pack(">II", side, side)
    return bytes(whole)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def polyglot() -> bytes:
    """A JPEG that is also a page with a script, in a comment and behind its end."""
    page = b"<html><body><script>alert(document.domain)</script></body></html>"
    return saved(comment=page) + page
