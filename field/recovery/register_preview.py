"""A wage register's file before it is brought in: its headings, what they mean, and how its rows read."""

import io
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from typing import IO

import msgspec

from field.geo.slugs import slug
from field.inspections import workbook
from field.inspections.masking import hide_cnics, masked
from field.inspections.table_file import (
    TITLE_LINES_MAX,
    Cells,
    Lines,
    Reject,
    Remark,
    fingerprint,
)
from field.problems import Problem
from field.recovery import register_file
from field.recovery.register_file import COLUMNS, RegisterRow, TotalRow

SHOWN_MAX = 6
REJECTS_MAX = 50
CELL_LENGTH_MAX = 60


class PreviewRow(msgspec.Struct, frozen=True):
    """A row as it stands in the file: its line, and its cells, CNICs and names hidden."""

    line: int
    cells: tuple[str, ...]


class Preview(msgspec.Struct, frozen=True):
    """What a file would become.

    `columns` says for each of `headings` what it is taken for, "" for nothing; `known` are all columns that
    there are. `problem` says why the file cannot be read so, or is ""; then the counts are 0. `months` are
    those of its lines, `rejects` the first 50 rows that would not be taken.
    """

    line: int
    headings: tuple[str, ...]
    columns: tuple[str, ...]
    known: tuple[str, ...]
    rows: tuple[PreviewRow, ...]
    problem: str
    lines: int
    rejected: int
    months: tuple[str, ...]
    rejects: tuple[Reject, ...]
    remarks: tuple[Remark, ...]


def preview(content: bytes, today: date, month: str, chosen: Mapping[str, str]) -> Preview:
    """How a file would be read, with `chosen` headings. Raises Problem unknown-format where it is empty."""
    line, titles, below = _outline(io.BytesIO(content))
    columns = _columns(titles, chosen)
    read = _Read()
    try:
        read.all(content, today, month, chosen)
    except Problem as problem:
        read = _Read(problem.detail or "")
    return Preview(
        line=line,
        headings=tuple(hide_cnics(title.strip())[:CELL_LENGTH_MAX] for title in titles),
        columns=columns,
        known=tuple(COLUMNS),
        rows=tuple(PreviewRow(number, _cells(cells, columns)) for number, cells in below),
        problem=read.problem,
        lines=read.lines,
        rejected=read.rejected,
        months=tuple(sorted(read.months)),
        rejects=tuple(read.rejects),
        remarks=tuple(read.remarks),
    )


class _Read:
    """What reading the whole file comes to."""

    def __init__(self, problem: str = "") -> None:
        self.problem, self.lines, self.rejected = problem, 0, 0
        self.months: set[str] = set()
        self.rejects: list[Reject] = []
        self.remarks: list[Remark] = []

    def all(self, content: bytes, today: date, month: str, chosen: Mapping[str, str]) -> None:
        """Read every row. Raises what `register_file.read` does."""
        file = io.BytesIO(content)
        for each in register_file.read(file, fingerprint(file).encoding, today, month, chosen):
            if isinstance(each, RegisterRow):
                self.lines += 1
                self.months.add(each.month)
            elif isinstance(each, Reject):
                self.rejected += 1
                if len(self.rejects) < REJECTS_MAX:
                    self.rejects.append(each)
            elif not isinstance(each, TotalRow) and len(self.remarks) < REJECTS_MAX:
                self.remarks.append(each)


def _outline(file: IO[bytes]) -> tuple[int, list[str], list[tuple[int, list[str]]]]:
    """The heading's line and titles, and the first rows below: the line that is most like a heading."""
    first = [
        (line, cells)
        for line, cells in islice(_rows(file), TITLE_LINES_MAX + SHOWN_MAX)
        if isinstance(cells, list) and any(cell.strip() for cell in cells)
    ]
    if not first:
        raise Problem("unknown-format", "The file is empty. Its first line must name the columns.")
    spellings = {spelling for name, all in COLUMNS.items() for spelling in (*all, slug(name))}

    def likeness(place: int) -> tuple[int, int, int]:
        cells = first[place][1]
        known = sum(slug(cell) in spellings for cell in cells)
        return known, sum(bool(cell.strip()) for cell in cells), -place

    at = max(range(len(first)), key=likeness)
    line, titles = first[at]
    return line, titles, first[at + 1 : at + 1 + SHOWN_MAX]


def _rows(file: IO[bytes]) -> Iterator[tuple[int, Cells]]:
    if workbook.is_workbook(file):
        return iter(workbook.read(file).rows)
    encoding = fingerprint(file).encoding
    lines = Lines(io.StringIO(file.read().decode(encoding, "replace"), newline=None))
    return lines.records(lines.delimiter(lambda titles: len(titles) > 1))


def _columns(titles: list[str], chosen: Mapping[str, str]) -> tuple[str, ...]:
    """What each heading is taken for: what was chosen, or else what it is called."""
    meant = {
        spelling: name
        for name, all in COLUMNS.items()
        if name not in chosen
        for spelling in (*all, slug(name))
    }
    meant.update({slug(heading): name for name, heading in chosen.items()})
    return tuple(meant.get(slug(title), "") if title.strip() else "" for title in titles)


def _cells(cells: list[str], columns: tuple[str, ...]) -> tuple[str, ...]:
    shown = []
    for cell, column in zip(cells, columns, strict=False):
        text = hide_cnics(cell.strip())
        # Of a column that nobody has named yet it is not known whether persons stand in it.
        if column in ("worker_name", "cnic") or (not column and any(map(str.isalpha, cell))):
            text = masked(column, cell.strip()) if cell.strip() else ""
        shown.append(text[:CELL_LENGTH_MAX])
    return tuple(shown)
