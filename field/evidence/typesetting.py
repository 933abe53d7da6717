"""Pages as PDF/A-2a, set by typst with typefaces of our own: none of the machine, none from elsewhere."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import typst

from field.problems import Problem

TYPEFACES = Path(__file__).parent.parent / "web" / "typefaces"
"""Where the build puts the typefaces of the browser's pages for us (hatch_build.py)."""

LARGE_BYTES = 100_000
REMEMBERED = 10

STANDARD: Final = "a-2a"
"""PDF/A-2a (ISO 19005-2): for keeping, with its typefaces inside, its text tagged and in reading order."""


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """Some data as a document; `template` is a file beside this one. The same data make the same bytes.

    Raises Problem storage-failed where this installation has no typefaces.
    """
    source = resources.files("field.evidence").joinpath("templates", f"{template}.typ").read_bytes()
    common = resources.files("field.evidence").joinpath("templates", "common.typ").read_bytes()
    made = typst.compile(
        common + source,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=[STANDARD],
        sys_inputs={"data": json.dumps(data)},
    )
    assert isinstance(made, bytes)
    if len(made) > LARGE_BYTES:
        _forget()
    return made


def _forget() -> None:
    """Have typst drop what it remembers of a large document, which is ten times its size.

    It keeps what it worked out until ten further documents had no use for it: so it is given some.
    """
    for number in range(REMEMBERED + 1):
        typst.compile(str(number).encode(), font_paths=_fonts(), ignore_system_fonts=True, format="svg")


def check() -> None:
    """Raises Problem storage-failed where this installation has no typefaces."""
    _fonts()


@cache
def _fonts() -> typst.Fonts:
    if not any(TYPEFACES.glob("*.ttf")):
        detail = (
            "This installation was built without its pages, so that there are no typefaces for documents. "
            "Build it with them: make pages."
        )
        raise Problem("storage-failed", detail)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(TYPEFACES)])
