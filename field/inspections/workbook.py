"""The sheets of a spreadsheet's workbook (XLSX, XLS, ODS), as rows of text.

A number is written as the spreadsheet shows it at most: with 15 digits, which keeps a CNIC and drops what a
formula leaves behind in the 17th. A date is written as 2026-03-31.
"""

import datetime
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import msgspec
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from field.inspections import sheet_reach
from field.problems import Problem

UNPACKED_BYTES_MAX = 128 << 20
"""A workbook is read as a whole: about 350,000 lines in 250 MB of memory. What is longer comes as CSV."""

HAND_WRITTEN_BYTES_MAX = 16 << 20
HAND_WRITTEN_CELLS_MAX = 500_000

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Sheet(msgspec.Struct):
    """The rows of the sheet with their numbers as a person sees them, and a note about other sheets.

    `merged` are the cells that were merged downwards: first line, last line, and which cell of the row. The
    value stands in the first line alone.
    """

    rows: Iterator[tuple[int, list[str] | str]]
    note: str
    merged: tuple[tuple[int, int, int], ...] = ()


def is_workbook(file: IO[bytes]) -> bool:
    """Whether a file is a workbook by its first bytes; it is left at its beginning."""
    file.seek(0)
    first = file.read(4)
    file.seek(0)
    return first in (_ZIP, _OLE)


def read(file: IO[bytes]) -> Sheet:
    """The first sheet. Raises Problem("unknown-format") where it cannot be opened, and too-large.

    That also where a cell stands so far out that the sheet up to it would not fit into memory.
    """
    if _unpacked_bytes(file) > UNPACKED_BYTES_MAX:
        raise Problem("too-large", "This workbook is too long to be read as a whole. Save it as CSV (UTF-8).")
    sheet_reach.check(file)
    with _in_words("Save it as CSV (UTF-8)."):
        book = CalamineWorkbook.from_filelike(file)
        if not book.sheet_names:
            raise Problem("unknown-format", "This workbook has no sheet.")
        sheet = book.get_sheet_by_index(0)
    others = len(book.sheet_names) - 1
    note = f"Only the first sheet, {sheet.name}, is read; {others} more are left out." if others else ""
    # Rows are given from the first one on, also where it and those after it are empty.
    return Sheet(
        ((line, [_text(cell) for cell in row]) for line, row in enumerate(sheet.iter_rows(), 1)),
        note,
        tuple(_merged(sheet)),
    )


def _merged(sheet: CalamineSheet) -> Iterator[tuple[int, int, int]]:
    # Rows are given from the first one on, but cells from the first column that has anything.
    left = (sheet.start or (0, 0))[1]
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or ():
        if bottom > top:
            for column in range(first, last + 1):
                yield top + 1, bottom + 1, column - left


def read_all(file: IO[bytes]) -> dict[str, list[list[str]]]:
    """Every sheet by its name, as rows of cells from A1 on. For small workbooks that people write by hand.

    Raises Problem("unknown-format") where it cannot be opened, and too-large.
    """
    if _unpacked_bytes(file) > HAND_WRITTEN_BYTES_MAX:
        raise Problem("too-large", "This workbook is larger than anybody writes by hand.")
    sheet_reach.check(file)
    with _in_words("Save it as an Excel workbook (.xlsx)."):
        book = CalamineWorkbook.from_filelike(file)
        found = {}
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > HAND_WRITTEN_CELLS_MAX:
                raise Problem(
                    "too-large",
                    f"The sheet {name} has {sheet.total_height} rows and {sheet.total_width} columns. Remove "
                    "what stands far below or far to the right.",
                )
            rows = sheet.to_python(skip_empty_area=False)
            found[name] = [[_text(cell) for cell in row] for row in rows]
    return found


@contextmanager
def _in_words(advice: str) -> Iterator[None]:
    """What a reader of workbooks says that cannot read one, as a person understands it."""
    try:
        yield
    except PasswordError:
        raise Problem("unknown-format", "This workbook has a password. Save it without one.") from None
    except (CalamineError, OSError, ValueError) as error:
        raise Problem("unknown-format", f"This workbook cannot be read. {advice}") from error


def _unpacked_bytes(file: IO[bytes]) -> int:
    """What a workbook says that it takes when it is unpacked; an old one (XLS) is not packed."""
    try:
        with zipfile.ZipFile(file) as packed:
            return sum(each.file_size for each in packed.infolist())
    except zipfile.BadZipFile:
        return file.seek(0, 2)
    finally:
        file.seek(0)


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, datetime.date) else str(cell)
