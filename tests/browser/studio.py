"""A studio: takes pictures of screens in both languages, and keeps the list of them.

Each is taken at one pixel a dot, and packed as small as a PNG goes without losing any.
"""

import struct
import sys
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from playwright.sync_api import Page

from tests.browser.browsers import LANDSCAPE, PORTRAIT

LANGUAGES = ("en", "ur")
SIZES = {"landscape": LANDSCAPE, "portrait": PORTRAIT}
TURN = "(language) => { localStorage.setItem('field-language', language); location.reload(); }"

HEAD = """# The screens

Taken by `make screens` from the demonstration's day: made-up districts, establishments and wages.
"""


class Taken(msgspec.Struct, frozen=True):
    """A screen and the files of its pictures."""

    app: str
    sentence: str
    files: Sequence[str]


class Studio:
    """Takes pictures, and keeps the list of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.taken: list[Taken] = []

    def take(
        self,
        page: Page,
        app: str,
        name: str,
        sentence: str,
        ready: Callable[[], object],
        sizes: dict[str, tuple[int, int]],
    ) -> None:
        """Take a screen in every language and size. `ready` waits for it, and sets up what a reload loses."""
        files = []
        for language in LANGUAGES:
            page.evaluate(TURN, language)
            page.wait_for_function("(language) => document.documentElement.lang === language", arg=language)
            for size, (width, height) in sizes.items():
                page.set_viewport_size({"width": width, "height": height})
                ready()
                page.evaluate("() => document.fonts.ready")
                page.wait_for_timeout(150)
                file = f"{app}-{name}-{language}{f'-{size}' if len(sizes) > 1 else ''}.png"
                (self.folder / file).write_bytes(packed(page.screenshot()))
                files.append(file)
        self.taken.append(Taken(app, sentence, files))
        sys.stderr.write(f"{app}: {name}\n")

    def list_them(self) -> None:
        """Write the list."""
        parts = [HEAD]
        for app, title in (("tablet", "The tablet"), ("console", "The office")):
            parts.append(f"\n## {title}\n")
            for screen in (each for each in self.taken if each.app == app):
                links = " ".join(f"[{Path(file).stem}]({file})" for file in screen.files)
                parts.append(f"\n**{screen.sentence}**\n{links}\n")
        (self.folder / "README.md").write_text("".join(parts), encoding="utf-8")


def packed(png: bytes) -> bytes:
    """The same picture in fewer bytes: its rows compressed anew, as small as they go."""
    parts, rows, at = [], b"", 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12
        if kind == b"IDAT":
            rows += content
        elif kind in (b"IHDR", b"PLTE", b"tRNS"):
            parts.append((kind, content))
    parts += [(b"IDAT", zlib.compress(zlib.decompress(rows), 9)), (b"IEND", b"")]
    written = [
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts
    ]
    return min(png[:8] + b"".join(written), png, key=len)
