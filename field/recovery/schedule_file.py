"""Read employers' monthly contribution schedules (Form C-1), row by row, as offices have them.

A file may hold one establishment's month or a whole directorate's year. Nothing is guessed: a row of which a
value is in doubt is rejected with line, column, value and reason, and the rows around it are read. Rows of
totals are no lines; where one does not add up, a remark says so.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import IO, TypeVar

import msgspec

from field.inspections.table_file import (
    Cells,
    Reject,
    RejectionError,
    Remark,
    Table,
    open_table,
    rejected,
    tidy,
)
from field.recovery import cells
from field.recovery.money import show
from field.recovery.wording import count

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "registration_no": (
        "registration-number", "reg-no", "regn-no", "reg-number", "registration", "code-no", "ss-reg-no",
        "sessi-reg-no", "employer-code", "employer-reg-no", "establishment-code", "est-code", "unit-code",
        "رجسٹریشن-نمبر",
    ),
    "month": (
        "wage-month", "wages-month", "month-of-wages", "for-the-month", "contribution-month", "period",
        "month-year", "salary-month", "مہینہ",
    ),
    "worker_name": (
        "name", "worker", "name-of-worker", "employee", "employee-name", "name-of-employee", "emp-name",
        "workers-name", "secured-worker", "name-of-secured-worker", "name-of-secured-person", "نام",
    ),
    "cnic": ("cnic-no", "cnic-number", "c-n-i-c", "c-n-i-c-no", "nic", "nic-no", "n-i-c-no", "id-card-no",
             "id-card", "شناختی-کارڈ-نمبر"),
    "days": ("days-worked", "no-of-days", "working-days", "days-paid", "wd", "attendance", "دن"),
    "wage": (
        "wages", "wages-paid", "monthly-wage", "monthly-wages", "wages-rs", "wage-rs", "gross-wages",
        "gross-wage", "amount-of-wages", "salary", "gross-salary", "monthly-salary", "اجرت",
    ),
    "wage_basis": (
        "basis-of-wage", "basis-of-wages", "pay-basis", "daily-or-monthly", "monthly-or-daily",
        "daily-monthly", "monthly-daily", "یومیہ-یا-ماہانہ",
    ),
    "contribution": (
        "contributions", "contri", "contr", "cont", "contribution-rs", "contribution-payable",
        "contribution-due", "contribution-6", "ss-contribution", "amount-of-contribution", "چندہ",
    ),
}  # fmt: skip
"""What each column may be called; case, spaces, underscores and full stops do not matter."""

NEEDED = ("registration_no", "month", "wage")
SERIAL = frozenset({"s-no", "sr-no", "s", "sr", "serial-no", "serial", "no", "sl-no"})
READING = 1
"""Raise it when the same bytes are read in another way: then a file that is there already is read anew."""

READING_BASIS = 2
"""That of a file with a column `wage_basis`, which an earlier reading passed over."""

PAISA = 100
NAME_LENGTH = 100
REMEMBERED_MAX = 10_000


class ScheduleLine(msgspec.Struct, frozen=True, gc=False):
    """One worker in one month as the employer declared it. `line` counts from 1, the heading included.

    `by_day`: the wage is agreed by the day, and this is what all days came to. `worker_name` and `cnic` (13
    digits) are personal; "" where the row has none.
    """

    line: int
    registration_no: str
    month: str
    worker_name: str
    cnic: str
    days: int | None
    wage_paisa: int
    contribution_paisa: int | None
    by_day: bool = False


def opened(file: IO[bytes], encoding: str, chosen: Mapping[str, str] | None = None) -> Table:
    """The file as a table of the columns; `chosen` says which heading stands for one.

    Raises Problem("unknown-format") if this is no table with the needed columns.
    """
    return open_table(file, encoding, COLUMNS, NEEDED, chosen)


def reading(table: Table) -> int:
    """In which way a table is read: what was read before in the same way need not be read again."""
    return READING_BASIS if "wage_basis" in table.columns else READING


def read(
    file: IO[bytes], encoding: str, today: date, chosen: Mapping[str, str] | None = None
) -> Iterator[ScheduleLine | Reject | Remark]:
    """Every row of the file, as `lines` gives them. Raises what `opened` does, at once."""
    return lines(opened(file, encoding, chosen), today)


def lines(table: Table, today: date) -> Iterator[ScheduleLine | Reject | Remark]:
    """Every row of a table, in its order, with remarks between; memory stays flat."""
    return _rows(table, today)


def _rows(table: Table, today: date) -> Iterator[ScheduleLine | Reject | Remark]:
    yield from table.remarks(SERIAL)
    reading = _Reading(table, today)
    for number, row in table.rows:
        try:
            found = reading.line(number, row)
        except RejectionError as error:
            reading.left_out += 1
            yield rejected(number, error)
            continue
        if found is not None:
            yield found


class _Sum:
    """One column's amounts in paisa: since the last row of totals, and before it."""

    def __init__(self) -> None:
        self.since, self.before = 0, 0

    def fits(self, total: int) -> bool:
        """Whether a total is that of a part, or that of everything above it."""
        return total in (self.since, self.before + self.since)

    def close(self) -> None:
        """A row of totals ends a part."""
        self.before, self.since = self.before + self.since, 0


_T = TypeVar("_T")


class _Remembered(dict[str, _T]):
    """What cells mean, each read once: a column has few months, and not many wages either."""

    def __init__(self, read: Callable[[str], _T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> _T:
        value = self._read(cell)
        if len(self) < REMEMBERED_MAX:
            self[cell] = value
        return value


class _Reading:
    """Reads rows by the places of their columns. On the path of every line, so it does each thing once."""

    def __init__(self, table: Table, today: date) -> None:
        self._width = len(table.columns)
        self._chosen = itemgetter(
            *(table.columns.index(column) if column in table.columns else self._width for column in COLUMNS)
        )
        self._numbers = _Remembered(cells.registration_no)
        self._months = _Remembered(lambda cell: cells.month(cell, today))
        self._days = _Remembered(lambda cell: cells.days(cell) if cell.strip() else None)
        self._by_day = _Remembered(lambda cell: cells.by_day(cell) if cell.strip() else False)
        self._wages = _Remembered(lambda cell: cells.paisa("wage", cell, least=1))
        self._contributions = _Remembered(
            lambda cell: cells.paisa("contribution", cell) if cell.strip() else None
        )
        self._wage, self._contribution = _Sum(), _Sum()
        self.left_out = 0
        """So many rows were rejected, whose amounts stand in a form's total and not in our sums."""

    def line(self, number: int, row: Cells) -> ScheduleLine | Remark | None:
        """The line in a row; a remark on a total that does not fit; None for one that fits, or nothing."""
        if isinstance(row, str):
            raise RejectionError("", "", row)
        if len(row) != self._width:
            row = self._of_width(row)
        row.append("")  # the cell of every column that the table does not have
        registration_no, month, name, cnic, days, wage, basis, contribution = self._chosen(row)
        # A total has nobody's CNIC; what has none, or lacks what a line needs, is looked at twice.
        if not (cnic and registration_no and month and wage):
            if not any(map(str.strip, row)):
                return None
            if cells.is_total_row(row, name):
                return self._total(number, wage, contribution)
        line = ScheduleLine(
            number,
            self._numbers[registration_no],
            self._months[month],
            _name(name),
            cells.cnic(cnic) if cnic and not cnic.isspace() else "",
            self._days[days],
            self._wages[wage],
            self._contributions[contribution],
            self._by_day[basis] if basis else False,
        )
        self._wage.since += line.wage_paisa
        self._contribution.since += line.contribution_paisa or 0
        return line

    def _of_width(self, row: list[str]) -> list[str]:
        if any(cell.strip() for cell in row[self._width :]):
            # A cell too many shifts the others: a wage would be read where the days stand.
            reason = f"The line has {len(row)} cells for {self._width} columns. Is a quotation mark missing?"
            raise RejectionError("", "", reason)
        return (row + [""] * self._width)[: self._width]

    def _total(self, number: int, wage: str, contribution: str) -> Remark | None:
        wrong = []
        for column, cell, found in (
            ("wage", wage, self._wage),
            ("contribution", contribution, self._contribution),
        ):
            if cell.strip() and not found.fits(total := cells.paisa(column, cell)):
                wrong.append(f"{column} {_rupees(total)}, and the lines above make {_rupees(found.since)}")
            found.close()
        if not wrong:
            return None
        lacking = f"; without {count(self.left_out, 'rejected line')}" if self.left_out else ""
        return Remark(number, f"This total does not add up: {'; '.join(wrong)}{lacking}.")


def _name(cell: str) -> str:
    try:
        plain = len(cell) < NAME_LENGTH and cell.isascii() and cell.isprintable()
        return cell.strip() if plain else tidy("worker_name", cell, words=True)
    except RejectionError as error:
        # Nobody's name is told in a list of rejects.
        raise RejectionError("worker_name", "", error.reason) from None


def _rupees(paisa: int) -> str:
    return show(Decimal(paisa) / PAISA)
