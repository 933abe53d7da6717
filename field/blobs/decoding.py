"""Opening a picture: the work of a process of its own, which may be killed without harm to the server.

Whatever the bytes are, they are only looked at here: `field.blobs.reading` starts this with a limit on memory
and time. It has no secrets, opens no connection and writes two files, at the places that it is told.
"""

import io
import os
import resource
import struct
import sys
import warnings
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image, ImageFile

from field.blobs.media import START_BYTES, format_of, is_sequence
from field.blobs.reading import Ask
from field.inspections import photo_facts
from field.inspections.likeness import COLUMNS, ROWS, difference_hash
from field.inspections.photo_readings import Fault, Format, Reading

_PLUGINS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF"}
_ORIENTATION, _EXIF, _GPS = 0x0112, 0x8769, 0x8825
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE = frozenset({5, 6, 7, 8})
_WEBP_HEADER_BYTES = 30
_WEBP_MOVES = 0x02
_SIDE_VP8 = 0x3FFF
_QUALITY = 82
_WHITE = (255, 255, 255)
_NICE = 10
_MALFORMED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
"""What the decoders raise for bytes that are not as they should be."""


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """The picture is not opened, for a reason."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


class DiskFailed(Exception):  # noqa: N818 - an answer, not an error
    """The disk did not give the picture or take a small copy, which says nothing about the picture."""


def read(ask: Ask) -> Reading:
    """Open a picture to its end, write its small copies, and say what was found. Raises DiskFailed."""
    with Path(ask.path).open("rb") as file:
        format = format_of(file.read(START_BYTES))
        if format is None:
            return Reading(fault="not-a-picture")
        try:
            return _read(ask, file, format)
        except Refused as refused:
            return Reading(fault=refused.fault, format=format)
        except MemoryError:
            return Reading(fault="unreadable", format=format)
        except _MALFORMED as error:
            # What the decoders raise about bytes bears no number of the operating system.
            if isinstance(error, OSError) and error.errno is not None:
                raise DiskFailed from error
            return Reading(fault="damaged", format=format)


def _read(ask: Ask, file: Any, format: Format) -> Reading:
    file.seek(0)
    if format == "webp":
        # Its decoder takes memory for the whole canvas as soon as it is made.
        width, height, moving = _webp(file.read(_WEBP_HEADER_BYTES))
        _check(width, height, ask)
        if moving:
            raise Refused("moving")
        file.seek(0)
    if format == "heic":
        if is_sequence(file.read(START_BYTES)):
            raise Refused("moving")
        file.seek(0)
        _know_heic()
    with Image.open(file, formats=[_PLUGINS[format]]) as image:
        _check(*image.size, ask)
        # Many cameras put a second, smaller picture behind a JPEG: that is not a moving one.
        if format == "png" and getattr(image, "is_animated", False):
            raise Refused("moving")
        size = image.size
        if format == "jpeg":
            # The decoder reads every byte all the same, and spares the points that are not needed below.
            image.draft(image.mode, _within(size, ask.screen_px))
        image.load()
        if format == "heic":
            size = image.size
        turn = _orientation(image)
        said = _facts(image)
        shown = _upright(image, turn, ask.screen_px)
    width, height = reversed(size) if turn in _ON_ITS_SIDE else size
    _save(shown, ask.screen, ask.comment)
    grey = shown.convert("L").resize((COLUMNS, ROWS), Image.Resampling.BOX)
    shown.thumbnail((ask.thumbnail_px, ask.thumbnail_px), Image.Resampling.LANCZOS)
    _save(shown, ask.thumbnail, ask.comment)
    found = difference_hash(list(grey.tobytes()))
    return Reading(format=format, width=width, height=height, dhash=found, **said)


def _check(width: int, height: int, ask: Ask) -> None:
    if width < 1 or height < 1:
        raise Refused("damaged")
    if width * height > ask.pixels_max:
        raise Refused("too-many-pixels")


def _webp(start: bytes) -> tuple[int, int, bool]:
    """The canvas of a WebP and whether it moves (WebP container specification; RFC 6386, 9.1; RFC 9649)."""
    kind = start[12:16]
    if kind == b"VP8X":
        flags, sides = start[20], (start[24:27], start[27:30])
        width, height = (1 + int.from_bytes(side, "little") for side in sides)
        return width, height, bool(flags & _WEBP_MOVES)
    if kind == b"VP8L":
        bits = int.from_bytes(start[21:25], "little")
        return 1 + (bits & _SIDE_VP8), 1 + (bits >> _SIDE_VP8.bit_length() & _SIDE_VP8), False
    sides = (start[26:28], start[28:30])
    width, height = (int.from_bytes(side, "little") & _SIDE_VP8 for side in sides)
    return width, height, False


def _know_heic() -> None:
    # Its libraries take 30 MB, and few cameras write it: they are loaded when the first one comes.
    import pillow_heif  # noqa: PLC0415

    # Only the picture itself counts: a small one that is kept beside it may show something else.
    pillow_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)


def _within(size: tuple[int, int], most: int) -> tuple[int, int]:
    """A size with the same shape, and no side longer than `most`."""
    longest = max(*size, most)
    return max(1, size[0] * most // longest), max(1, size[1] * most // longest)


def _orientation(image: Image.Image) -> int:
    try:
        said = image.getexif().get(_ORIENTATION)
    except _MALFORMED:
        return 1
    return said if isinstance(said, int) and said in _UPRIGHT else 1


def _facts(image: Image.Image) -> dict[str, Any]:
    try:
        tags = image.getexif()
        return photo_facts.facts(tags, tags.get_ifd(_EXIF), tags.get_ifd(_GPS))
    except _MALFORMED:
        return {}


def _upright(image: Image.Image, turn: int, most: int) -> Image.Image:
    """The picture small, upright and in plain colours: nothing that was written beside it is left."""
    plain = _plain(image)
    small = plain.resize(_within(plain.size, most), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if small.mode in ("LA", "RGBA"):
        paper = Image.new("RGBA", small.size, _WHITE)
        small = Image.alpha_composite(paper, small.convert("RGBA"))
    if small.mode not in ("L", "RGB"):
        small = small.convert("RGB")
    return small.transpose(_UPRIGHT[turn]) if turn in _UPRIGHT else small


def _plain(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be made smaller."""
    if image.mode.startswith(("I", "F")):
        # 16 bits of grey, of which a screen shows 8.
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode == "P":
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    return image.convert("L") if image.mode == "1" else image


def _save(image: Image.Image, path: str, comment: str) -> None:
    # A decoder's error is told from the disk's, which look the same.
    made = io.BytesIO()
    image.save(made, "JPEG", quality=_QUALITY, comment=comment.encode())
    try:
        Path(path).write_bytes(made.getbuffer())
    except OSError as error:
        raise DiskFailed from error


def limit(memory_bytes: int) -> None:
    """Take from this process what it does not need: memory beyond a limit, leaving a core, being first."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICE)
    Image.MAX_IMAGE_PIXELS = None  # looked at by `_check`
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("ignore")


def _give_time(cpu_s: int) -> None:
    """Let this process live for some more seconds of work: also when nobody is left who would end it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + cpu_s + 1
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (until, most))


def serve(memory_bytes: int) -> None:
    """Answer each line that comes, an `Ask`, with one that is a `Reading`; until there are no more."""
    answers = os.dup(sys.stdout.fileno())
    nowhere = os.open(os.devnull, os.O_WRONLY)
    # A decoder that prints something must not be taken for an answer.
    os.dup2(nowhere, sys.stdout.fileno())
    limit(memory_bytes)
    asked = msgspec.json.Decoder(Ask)
    for line in sys.stdin.buffer:
        ask = asked.decode(line)
        _give_time(ask.cpu_s)
        try:
            found = read(ask)
        except DiskFailed:
            sys.exit(os.EX_IOERR)
        os.write(answers, msgspec.json.encode(found) + b"\n")
