"""How far out the cells of a packed workbook (XLSX) stand, found before its reader lays the sheet out.

That reader keeps a place for every cell from the first to the last one, so that one forgotten cell far below
and far to the right asks for more memory than there is, and takes the whole process down.
"""

import re
import zipfile
from collections.abc import Iterator
from typing import IO

from field.problems import Problem

CELLS_MAX = 16_000_000
"""Places that a sheet may take, empty ones included; each costs about 32 bytes."""

_BLOCK_BYTES = 1 << 20
_TAG_BYTES_MAX = 1 << 16
_WIDE = b"\xff\xfe", b"\xfe\xff"
_TAG = re.compile(
    rb"<(?:\w+:)?(?:(row)|c)(?=[\s/>])(?:[^<>]*?\sr\s*=\s*[\"']([A-Za-z]{0,9})(\d{1,9})[\"'])?[^<>]*?(/?)>"
)

_USUAL_COLUMN = re.compile(rb'<c r="([A-Z]{1,3})')
_USUAL_ROW = re.compile(rb'<c r="[A-Z]{1,3}(\d{1,9})"')
_UNUSUAL = re.compile(rb'<c (?!r="[A-Z]{1,3}\d{1,9}")|<c[>/]|<\w+:c\b')


def check(file: IO[bytes]) -> None:
    """Raises Problem too-large where a sheet would take more than `CELLS_MAX` places; leaves other files be.

    The file is left at its beginning.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            for part in packed.infolist():
                if part.filename.casefold().endswith("workbook.bin"):
                    raise Problem(
                        "unknown-format",
                        "A binary workbook (XLSB) is not read. Save it as .xlsx or CSV (UTF-8).",
                    )
                with packed.open(part) as unpacked:
                    if _plainly_fits(unpacked):
                        continue
                with packed.open(part) as unpacked:
                    rows, columns = reach(unpacked)
                if rows * columns > CELLS_MAX:
                    raise Problem(
                        "too-large",
                        f"A sheet of this workbook reaches down to row {rows:,} and out to its column "
                        f"{columns:,}. Remove what stands far below or far to the right, or save the list as "
                        "CSV (UTF-8).",
                    )
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        pass  # whoever opens it says what is wrong with it
    finally:
        file.seek(0)


def _plainly_fits(part: IO[bytes]) -> bool:
    """Whether a sheet in the usual spelling fits, its empty cells included: seen at a fifth of the cost."""
    last, columns = 0, set[bytes]()
    for text in _whole_tags(part):
        if _UNUSUAL.search(text):
            return False
        columns.update(_USUAL_COLUMN.findall(text))
        last = max(last, max(map(int, _USUAL_ROW.findall(text)), default=0))
    return last * max(map(_number, columns), default=0) <= CELLS_MAX


def reach(part: IO[bytes]) -> tuple[int, int]:
    """The last row and the last column in which a cell of a sheet holds anything; 0, 0 for no sheet.

    A row or cell that does not say where it stands follows the one before.
    """
    row = column = rows = columns = 0
    for text in _whole_tags(part):
        for tag in _TAG.finditer(text):
            is_row, letters, digits, empty = tag.groups()
            if is_row:
                row, column = int(digits) if digits else row + 1, 0
                continue
            if letters:
                row, column = int(digits), _number(letters)
            else:
                column += 1
            if not empty:
                rows, columns = max(rows, row), max(columns, column)
    return rows, columns


def _whole_tags(part: IO[bytes]) -> Iterator[bytes]:
    """The text in portions that no tag is cut by."""
    rest = b""
    while block := part.read(_BLOCK_BYTES):
        if not rest and block.startswith(_WIDE):
            raise Problem("unknown-format", "This workbook is written in UTF-16. Save it once more.")
        text = rest + block
        cut = text.rfind(b"<")
        keep = cut if cut >= 0 and len(text) - cut < _TAG_BYTES_MAX else len(text)
        yield text[:keep]
        rest = text[keep:]
    yield rest


def _number(letters: bytes) -> int:
    """A column's number by its letters: A is 1, AA is 27."""
    found = 0
    for letter in letters.upper():
        found = found * 26 + letter - 64
    return found
