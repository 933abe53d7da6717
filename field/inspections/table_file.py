"""Tables as offices save them: CSV of any spreadsheet, or the workbook itself, row by row.

A CSV may have commas, semicolons, tabs or bars; a byte order mark; UTF-8, UTF-16 or the old Windows letters
(cp1252); CRLF; quoted cells over several lines; and some lines of title above the heading. Columns are found
by their headings. Memory stays flat for a CSV however long it is.
"""

import codecs
import csv
import hashlib
import io
import re
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import IO

import msgspec

from field.geo.slugs import slug
from field.inspections import workbook
from field.inspections.masking import hide_cnics
from field.problems import Problem

TEXT_LENGTH_MAX = 300
ROW_LINES_MAX = 10
"""A quoted field may run over this many lines; beyond, its quotation mark is taken as never closed."""

TITLE_LINES_MAX = 20
"""The heading stands within the first lines; above it a form has its title, its address and its stamp."""

DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫٬", "01234567890123456789.,")
"""From Urdu and Arabic digits to those that numbers are kept in."""

SHORTENED = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
"""A long number as a spreadsheet spoils it: 4.21E+12."""

_BLOCK_BYTES = 1 << 20
_LETTERS = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")

_DAMAGED = "field-damaged"
_NO_LETTER = re.compile("[\ud800-\udfff]")
codecs.register_error(_DAMAGED, lambda error: ("\udcff", getattr(error, "end", 0)))

Cells = list[str] | str
"""The cells of a row, or the reason why it has none."""


class Reject(msgspec.Struct, frozen=True):
    """A row that is not taken, or (on the heading's line) a column that nobody knows: why, and what to do."""

    line: int
    column: str
    value: str
    reason: str


def rejected(line: int, error: "RejectionError") -> Reject:
    """The reject of a row about workers. A CNIC that stands in a wrong column is not told."""
    return Reject(line, error.column, hide_cnics(error.value)[:80], hide_cnics(error.reason))


class Remark(msgspec.Struct, frozen=True):
    """A sentence about a line of the file for the person who imports it."""

    line: int
    detail: str


class RejectionError(Exception):
    """A row cannot be taken because of the value in one of its columns."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, legible(value), reason


def legible(text: str) -> str:
    """The text with a mark for each damaged byte: no answer and no database takes what is no letter."""
    return text if text.isascii() else _NO_LETTER.sub("\ufffd", text)


class Fingerprint(msgspec.Struct, frozen=True):
    """A file's SHA-256 in hex, about how many lines it has, and in which encoding a CSV is written."""

    sha256: str
    lines: int
    encoding: str


def fingerprint(file: IO[bytes]) -> Fingerprint:
    """Read a file through once, from its beginning, and leave it there.

    Letters that are no UTF-8 mean cp1252, as an old Windows saves it; but where others are UTF-8, the file
    was damaged, and only the damaged rows will be rejected.
    """
    file.seek(0)
    hashed, lines, decoder = hashlib.sha256(), 0, codecs.getincrementaldecoder("utf-8")()
    first, plain, letters = b"", True, False
    while block := file.read(_BLOCK_BYTES):
        first = first or block[:4]
        hashed.update(block)
        lines += block.count(b"\n")
        if plain:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                plain = False
        letters = letters or (not block.isascii() and _LETTERS.search(block) is not None)
    file.seek(0)
    encoding = "utf-8-sig" if plain or letters else "cp1252"
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    return Fingerprint(hashed.hexdigest(), lines, encoding)


class Table:
    """An open table: which columns it has, and its rows, once, in their order.

    `columns` names the column meant by each cell ("" for none); `unknown` are the headings that nobody knows;
    `start` is the heading's line. `note` is a sentence about the file for the person who imports it, or "".
    `merged` are the cells of a workbook that were merged downwards (see `workbook.Sheet`).
    """

    def __init__(
        self,
        rows: Iterator[tuple[int, Cells]],
        start: int,
        columns: Sequence[str],
        unknown: Sequence[str],
        note: str = "",
    ) -> None:
        self.rows, self.start, self.note = rows, start, note
        self.merged: Sequence[tuple[int, int, int]] = ()
        self.columns, self.unknown = list(columns), list(unknown)

    def notes(self) -> Iterator[Remark]:
        """What was left out of the file as a whole."""
        if self.note:
            yield Remark(self.start, self.note)

    def remarks(self, ignored: Collection[str] = ()) -> Iterator[Remark]:
        """What the person who imports should know of the file itself. `ignored`: headings, as slugs."""
        yield from self.notes()
        unknown = [title for title in self.unknown if slug(title) not in ignored]
        if unknown:
            yield Remark(
                self.start,
                f"Columns that are not known are left out: {hide_cnics(', '.join(unknown))[:200]}.",
            )


def open_table(
    file: IO[bytes],
    encoding: str,
    known: Mapping[str, tuple[str, ...]],
    needed: Iterable[str],
    chosen: Mapping[str, str] | None = None,
) -> Table:
    """Find the heading, and give the rows below it.

    `known` are the spellings of each column's heading, as slugs; `chosen` says which heading stands for a
    column in this file, whatever its spelling. Raises Problem("unknown-format") where a needed column is
    missing, two mean the same, or a chosen heading is not there.
    """
    note, needed = "", tuple(needed)
    merged: Sequence[tuple[int, int, int]] = ()
    if workbook.is_workbook(file):
        sheet = workbook.read(file)
        rows, note, merged = sheet.rows, sheet.note, sheet.merged
        ended = _always
    else:
        lines = Lines(_text(file, encoding))
        rows = lines.records(lines.delimiter(lambda titles: _fits(titles, known, needed, chosen)))
        ended = lines.is_ended
    table = _headed(rows, known, needed, chosen or {}, note, ended)
    table.merged = merged
    return table


def _always() -> bool:
    return True


def _fits(
    titles: Sequence[str],
    known: Mapping[str, tuple[str, ...]],
    needed: Iterable[str],
    chosen: Mapping[str, str] | None,
) -> bool:
    try:
        headings(titles, known, needed, chosen)
    except Problem:
        return False
    return True


def _text(file: IO[bytes], encoding: str) -> Iterator[str]:
    damaged = _DAMAGED if encoding == "utf-16" else "surrogateescape"
    text = io.TextIOWrapper(file, encoding=encoding, errors=damaged, newline=None)
    try:
        yield from text
    finally:
        # Whoever opened the file closes it.
        if not file.closed:
            text.detach()


def _headed(
    rows: Iterator[tuple[int, Cells]],
    known: Mapping[str, tuple[str, ...]],
    needed: tuple[str, ...],
    chosen: Mapping[str, str],
    note: str,
    ended: Callable[[], bool],
) -> Table:
    nearest, most = Problem("unknown-format", "The file is empty. Its first line must name the columns."), 0
    for line, cells in islice(rows, TITLE_LINES_MAX):
        titles = [legible(cell) for cell in cells] if isinstance(cells, list) else []
        filled = sum(bool(title.strip()) for title in titles)
        if not filled:
            continue
        try:
            columns, unknown = headings(titles, known, needed, chosen)
        except Problem as problem:
            # Whichever line is most like a heading tells best what it lacks.
            nearest, most = (problem, filled) if filled > most else (nearest, most)
        else:
            return Table(_whole(rows, ended, len(columns)), line, columns, unknown, note)
    raise nearest


def _whole(
    rows: Iterator[tuple[int, Cells]], ended: Callable[[], bool], width: int
) -> Iterator[tuple[int, Cells]]:
    """The rows; but one in whose middle the file ends says less, or something else, than was written."""
    for line, cells in rows:
        if isinstance(cells, list) and len(cells) < width and not ended():
            reason = "The file ends in the middle of this line. Get the whole file, or end the line."
            yield line, reason
        else:
            yield line, cells


def headings(
    titles: Sequence[str],
    known: Mapping[str, tuple[str, ...]],
    needed: Iterable[str],
    chosen: Mapping[str, str] | None = None,
) -> tuple[list[str], list[str]]:
    """The column meant by each title ("" for none), and the titles that nobody knows.

    Raises Problem("unknown-format") where a needed column is missing, or two titles mean the same.
    """
    chosen = chosen or {}
    meant = {
        spelling: column
        for column, all in known.items()
        if column not in chosen
        for spelling in (*all, slug(column))
    }
    meant.update({slug(title): column for column, title in chosen.items()})
    slugs = [slug(title) for title in titles]
    # Where there is no heading, the first line has a worker in it.
    found = hide_cnics(", ".join(title.strip() for title in titles if title.strip()))[:200]
    for column, title in chosen.items():
        if slug(title) not in slugs:
            raise Problem(
                "unknown-format", f"No column is called {title}, for {column}. The heading reads: {found}"
            )
    columns = [meant.get(each, "") for each in slugs]
    unknown = [
        title.strip() for title, column in zip(titles, columns, strict=True) if title.strip() and not column
    ]
    for column in needed:
        if column not in columns:
            raise Problem(
                "unknown-format",
                f"The first line must name the columns, and {column} is missing. It reads: {found}",
            )
    twice = sorted(column for column, times in Counter(columns).items() if column and times > 1)
    if twice:
        raise Problem("unknown-format", f"Two columns mean {' and '.join(twice)}. Remove or rename one.")
    return columns, unknown


class Lines:
    """The lines of a CSV with their numbers, some of which may be put back."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._again: deque[str] = deque()
        self._last = ""
        self.number = 0

    def is_ended(self) -> bool:
        """Whether the line that was read last ends as lines do; where the file was cut off it does not."""
        return self._last.endswith("\n")

    def _next(self) -> str | None:
        line = self._again.popleft() if self._again else next(self._source, None)
        self.number += line is not None
        self._last = self._last if line is None else line
        return line

    def delimiter(self, fits: Callable[[list[str]], bool]) -> str:
        """What parts the columns: the mark by which one of the first lines is a heading that `fits`.

        Where none is, the mark that the first lines have most of. No line is used up. Addresses have more
        commas than a register has columns, so that counting alone would mislead.
        """
        first = [line for line in (self._next() for _ in range(TITLE_LINES_MAX)) if line is not None]
        self._again.extendleft(reversed(first))
        self.number -= len(first)
        text = "".join(first)
        marks = sorted(",;\t|", key=text.count, reverse=True)
        for mark in marks:
            for line in first:
                if mark in line and fits(_parted(line, mark)):
                    return mark
        return marks[0]

    def records(self, delimiter: str) -> Iterator[tuple[int, Cells]]:
        """The rows that follow: the number of each one's first line, and its cells.

        After a quotation mark that is never closed, reading goes on with the very next line.
        """
        while (line := self._next()) is not None:
            if '"' not in line:
                yield self.number, line.rstrip("\r\n").split(delimiter)
            else:
                yield self._quoted(line, delimiter)

    def _quoted(self, line: str, delimiter: str) -> tuple[int, Cells]:
        taken = [line]
        closed = True

        def feed() -> Iterator[str]:
            nonlocal closed
            yield line
            while len(taken) < ROW_LINES_MAX and (following := self._next()) is not None:
                taken.append(following)
                yield following
            closed = False  # the reader wanted more than there is

        try:
            cells: Cells = next(csv.reader(feed(), delimiter=delimiter), [])
        except csv.Error as error:
            cells = f"The line cannot be parted into columns: {error}."
        first = self.number - len(taken) + 1
        if not closed:
            cells = "A quotation mark is opened here and never closed. Close or remove it."
            self._again.extendleft(reversed(taken[1:]))
            self.number = first
        return first, cells


def _parted(line: str, mark: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=mark), [])
    except csv.Error:
        return []


def tidy(column: str, cell: str, *, words: bool = False) -> str:
    """A cell without the letters that cannot be seen, its spaces put in order.

    In `words` the joiners of Urdu are kept. Raises RejectionError for a cell that is not text, or too long.
    """
    text = (
        cell
        if cell.isprintable()
        else "".join([m if m.isprintable() else _blank(column, m, words) for m in cell])
    )
    text = " ".join(text.split())
    if len(text) > TEXT_LENGTH_MAX:
        raise RejectionError(column, text, f"It is longer than {TEXT_LENGTH_MAX} letters. Shorten it.")
    return text


def _blank(column: str, mark: str, words: bool) -> str:
    """What stands for a letter that cannot be shown: nothing for direction marks, else a space."""
    if "\ud800" <= mark <= "\udfff":
        raise RejectionError(column, "", "It is not UTF-8 text. Save the file as CSV (UTF-8).")
    if mark in "\u200c\u200d" and words:
        return mark  # Urdu joins its letters by these
    return "" if "\u200b" <= mark <= "\u206f" or mark == "\ufeff" else " "
