"""Read employers' monthly contribution schedules (Form C-1), row by row, as offices have them.

A file may hold one establishment's month or a whole directorate's year. Nothing is guessed: a row of which a
value is in doubt is rejected with line, column, value and reason, and the rows around it are read. Rows of
totals are no lines; where one does not add up, a remark says so.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import IO

import msgspec

from field.inspections.table_file import Cells, Reject, RejectionError, Remark, Table, open_table, tidy
from field.recovery import cells
from field.recovery.cells import tidied
from field.recovery.money import show

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

PAISA = 100


class ScheduleLine(msgspec.Struct, frozen=True, gc=False):
    """One worker in one month as the employer declared it. `line` counts from 1, the heading included.

    `worker_name` and `cnic` (13 digits) are personal; "" where the row has none.
    """

    line: int
    registration_no: str
    month: str
    worker_name: str
    cnic: str
    days: int | None
    wage_paisa: int
    contribution_paisa: int | None


def read(
    file: IO[bytes], encoding: str, today: date, chosen: Mapping[str, str] | None = None
) -> Iterator[ScheduleLine | Reject | Remark]:
    """Every row of the file, in its order, with remarks between; memory stays flat.

    `chosen` says which heading stands for a column. Raises Problem("unknown-format") at once if this is no
    table with the needed columns.
    """
    table = open_table(file, encoding, COLUMNS, NEEDED, chosen)
    return _rows(table, today)


def _rows(table: Table, today: date) -> Iterator[ScheduleLine | Reject | Remark]:
    yield from table.remarks(SERIAL)
    reading = _Reading(table, today)
    for number, row in table.rows:
        try:
            found = reading.line(number, row)
        except RejectionError as error:
            yield Reject(number, error.column, error.value[:80], error.reason)
            continue
        if found is not None:
            yield found


class _Sum:
    """One column's amounts, since the last row of totals and since the beginning; in paisa."""

    def __init__(self) -> None:
        self.since, self.all = 0, 0

    def add(self, paisa: int) -> None:
        """Another line's amount."""
        self.since += paisa
        self.all += paisa

    def fits(self, total: int) -> bool:
        """Whether a total is that of a part, or that of everything above it."""
        return total in (self.since, self.all)


class _Reading:
    """Reads rows by the places of their columns. On the path of every line, so it does each thing once."""

    def __init__(self, table: Table, today: date) -> None:
        self._today = today
        self._width = len(table.columns)
        (
            self._number,
            self._month,
            self._worker_name,
            self._cnic,
            self._days,
            self._wage,
            self._contribution,
        ) = (table.columns.index(column) if column in table.columns else self._width for column in COLUMNS)
        self._sums = {"wage": _Sum(), "contribution": _Sum()}
        self._wages, self._contributions = self._sums.values()

    def line(self, number: int, row: Cells) -> ScheduleLine | Remark | None:
        """The line in a row; a remark on a total that does not fit; None for one that fits, or nothing."""
        if isinstance(row, str):
            raise RejectionError("", "", row)
        if len(row) != self._width:
            row = self._of_width(row)
        row.append("")  # the cell of every column that the table does not have
        name = _name(row[self._worker_name])
        wage, cnic, days, contribution = (
            row[self._wage],
            row[self._cnic],
            row[self._days],
            row[self._contribution],
        )
        if cells.is_total(name) or not (row[self._number] and row[self._month] and wage) or wage.isspace():
            if not any(cell.strip() for cell in row):
                return None
            if any(cells.is_total(cell.strip()) for cell in row):
                return self._total(number, row)
        line = ScheduleLine(
            number,
            cells.registration_no(row[self._number]),
            cells.month(row[self._month], self._today),
            name,
            cells.cnic(cnic) if cnic and not cnic.isspace() else "",
            cells.days(days) if days and not days.isspace() else None,
            wage_paisa := cells.paisa("wage", wage, least=1),
            cells.paisa("contribution", contribution)
            if contribution and not contribution.isspace()
            else None,
        )
        self._wages.add(wage_paisa)
        if line.contribution_paisa:
            self._contributions.add(line.contribution_paisa)
        return line

    def _of_width(self, row: list[str]) -> list[str]:
        if any(cell.strip() for cell in row[self._width :]):
            # A cell too many shifts the others: a wage would be read where the days stand.
            reason = f"The line has {len(row)} cells for {self._width} columns. Is a quotation mark missing?"
            raise RejectionError("", "", reason)
        return (row + [""] * self._width)[: self._width]

    def _total(self, number: int, row: list[str]) -> Remark | None:
        wrong = []
        for column, place in (("wage", self._wage), ("contribution", self._contribution)):
            text, found = tidied(column, row[place]), self._sums[column]
            if text and not found.fits(total := cells.paisa(column, text)):
                wrong.append(f"{column} {_rupees(total)}, and the lines above make {_rupees(found.since)}")
            found.since = 0
        if not wrong:
            return None
        return Remark(number, f"This total does not add up: {'; '.join(wrong)}.")


def _name(cell: str) -> str:
    try:
        return (
            cell.strip() if cell.isascii() and cell.isprintable() else tidy("worker_name", cell, words=True)
        )
    except RejectionError as error:
        # Nobody's name is told in a list of rejects.
        raise RejectionError("worker_name", "", error.reason) from None


def _rupees(paisa: int) -> str:
    return show(Decimal(paisa) / PAISA)
