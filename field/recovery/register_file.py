"""Read the wage register of a visit from a CSV or a workbook, row by row, as employers have it.

Nothing is guessed: a row of which a value cannot be read is rejected with line, column, value and reason, and
the rows around it are read. A value that can be read is taken as it stands, however odd: the check tells of
it. Rows of totals are no lines, and are compared with the lines above.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import IO

import msgspec

from field.geo.slugs import slug
from field.inspections.table_file import (
    DIGITS,
    SHORTENED,
    Cells,
    Reject,
    RejectionError,
    Remark,
    Table,
    open_table,
    rejected,
    tidy,
)
from field.problems import Problem
from field.recovery import cells, schedule_file
from field.recovery.money import show

COLUMNS: Mapping[str, tuple[str, ...]] = {
    **{name: schedule_file.COLUMNS[name] for name in ("month", "worker_name", "cnic", "days")},
    "wage": (
        *schedule_file.COLUMNS["wage"], "total-wages", "net-wages", "net-payable", "wages-paid-rs", "pay",
        "total-pay", "net-pay",
    ),
    "wage_basis": schedule_file.COLUMNS["wage_basis"],
    "declared_wage": (
        "declared-wages", "wage-declared", "c-1-wage", "c1-wage", "schedule-wage", "wage-on-c-1",
    ),
    "registered": ("card", "card-no", "ss-card", "ss-card-no", "r-5", "r5", "r-5-no", "ss-no", "کارڈ"),
}  # fmt: skip
"""What each column may be called; case, spaces, underscores and full stops do not matter."""

READING = 2
"""Raise it when the same bytes are read in another way."""

ROWS_MAX = 20_000
"""So many lines one register may have; a larger employer's comes month by month."""

PAISA = 100
_RUPEES_MAX = 1_000_000_000
_CARRIED = ("month", "worker_name", "cnic")
"""Columns of which a merged cell means the same for all its lines. A merged wage says nobody's."""

_YES = frozenset({"yes", "y", "true", "held", "ہاں", "جی", "جی-ہاں", "registered"})
_NO = frozenset({"no", "n", "nil", "none", "false", "-", "نہیں", "not-registered", "0"})
_ERRORS = ("#ref!", "#n/a", "#value!", "#div/0!", "#name?", "#num!", "#null!")


class RegisterRow(msgspec.Struct, frozen=True, kw_only=True):
    """One worker in one month as the register has it. `line` counts from 1, the heading included.

    `cnic` is as it was typed, tidied. Wages are whole rupees, rounded half up; `wage_paisa` is exact.
    `by_day`: whether the wage is agreed by the day, None where the row does not say.
    """

    line: int
    month: str
    worker_name: str
    cnic: str
    days: int | None
    wage_rs: int
    wage_paisa: int
    declared_wage_rs: int | None
    by_day: bool | None
    registered: bool | None


class TotalRow(msgspec.Struct, frozen=True):
    """A row of totals: what it says of a column, and what the lines above make. `month`: "" for several."""

    line: int
    column: str
    month: str
    stated_paisa: int
    found_paisa: int


def chosen_columns(chosen: Iterable[str]) -> dict[str, str]:
    """Which heading stands for a column, out of "NAME=HEADING". Raises Problem("bad-request") for others."""
    found = {}
    for each in chosen:
        name, _, heading = each.partition("=")
        if name not in COLUMNS or not heading.strip():
            raise Problem(
                "bad-request",
                f"{each[:80]!r} must be NAME=HEADING, where NAME is one of {', '.join(COLUMNS)}.",
            )
        found[name] = heading.strip()
    return found


def read(
    file: IO[bytes], encoding: str, today: date, month: str = "", chosen: Mapping[str, str] | None = None
) -> Iterator[RegisterRow | TotalRow | Reject | Remark]:
    """Every row of the file, in its order, with remarks and totals between.

    `month` is the one of rows that name none; `chosen` says which heading stands for a column. Raises
    Problem("unknown-format") at once if this is no table with the needed columns, and "bad-request" for a
    month that is none.
    """
    if month:
        try:
            month = cells.month(month, today)
        except RejectionError as error:
            raise Problem("bad-request", f"month: {error.reason}") from None
    needed = ("wage",) if month else ("month", "wage")
    table = open_table(file, encoding, COLUMNS, needed, chosen)
    if not {"worker_name", "cnic"}.intersection(table.columns):
        detail = "No column names the workers. One must be their name, or their CNIC."
        raise Problem("unknown-format", detail)
    return _rows(table, today, month)


def _rows(table: Table, today: date, month: str) -> Iterator[RegisterRow | TotalRow | Reject | Remark]:
    yield from table.remarks(schedule_file.SERIAL)
    reading, lines = _Reading(table, today, month), 0
    for number, row in table.rows:
        try:
            for found in reading.row(number, row):
                lines += isinstance(found, RegisterRow)
                yield found
        except RejectionError as error:
            reading.missed(row)
            yield rejected(number, error)
        if lines > ROWS_MAX:
            raise Problem(
                "too-large", f"The register has more than {ROWS_MAX:,} lines. Bring it in by month."
            )


class _Sum:
    """A column's amounts in paisa: since the last row of totals and before it, and their months.

    `sure`: every line's amount could be read.
    """

    def __init__(self) -> None:
        self.since, self.before, self.sure = 0, 0, True
        self.months: set[str] = set()

    def add(self, paisa: int, month: str) -> None:
        self.since += paisa
        self.months.add(month)

    def close(self, stated: int) -> int:
        """What the lines make that a total is of: those since the last total, or all of them."""
        whole = self.before + self.since
        found = whole if stated == whole or self.since == 0 else self.since
        self.before, self.since = whole, 0
        return found


class _Reading:
    """Reads rows by the places of their columns."""

    def __init__(self, table: Table, today: date, month: str) -> None:
        self._columns, self._today, self._month = table.columns, today, month
        known = [
            each for each in table.merged if 0 <= each[2] < len(table.columns) and table.columns[each[2]]
        ]
        self._merged = deque(sorted(known))
        self._open: dict[str, tuple[int, int, str]] = {}
        self._wage, self._declared = _Sum(), _Sum()

    def row(self, number: int, row: Cells) -> Iterator[RegisterRow | TotalRow | Remark]:
        """What stands in a row: a line, totals, or nothing. Raises RejectionError."""
        if isinstance(row, str):
            raise RejectionError("", "", row)
        given = self._named(number, row)
        if not any(cell.strip() for cell in row):
            return
        if not given["cnic"].strip() and self._is_total(row, given["worker_name"]):
            yield from self._totals(number, given)
            return
        found = self._line(number, given)
        self._wage.add(found.wage_paisa, found.month)
        if found.declared_wage_rs is not None:
            self._declared.add(cells.paisa("declared_wage", given["declared_wage"]), found.month)
        yield found
        if found.wage_paisa % PAISA:
            detail = (
                f"The wage is {show(Decimal(found.wage_paisa) / PAISA)}: Rs {found.wage_rs:,} is entered."
            )
            yield Remark(number, detail)

    def _is_total(self, row: list[str], name: str) -> bool:
        try:
            return cells.is_total_row(row, name)
        except RejectionError:
            # Nobody knows whether its amounts are part of the next total.
            self._wage.sure = self._declared.sure = False
            raise

    def _named(self, number: int, row: list[str]) -> dict[str, str]:
        """The cells by column. Raises RejectionError where they are too many, or a wage is merged."""
        if any(cell.strip() for cell in row[len(self._columns) :]):
            many = f"The line has {len(row)} cells for {len(self._columns)} columns."
            raise RejectionError("", "", f"{many} Is a quotation mark missing?")
        row = (row + [""] * len(self._columns))[: len(self._columns)]
        given = dict.fromkeys(COLUMNS, "")
        given.update({column: cell for column, cell in zip(self._columns, row, strict=True) if column})
        while self._merged and self._merged[0][0] <= number:
            top, bottom, at = self._merged.popleft()
            column = self._columns[at]
            self._open[column] = top, bottom, given[column] if top == number else ""
        for column, (top, bottom, first) in self._open.items():
            if number > bottom:
                continue
            if column in _CARRIED:
                given[column] = given[column] or first
            else:
                reason = (
                    f"This cell is merged over lines {top} to {bottom}. Part it, and give each line its own."
                )
                raise RejectionError(column, given[column], reason)
        return given

    def _line(self, number: int, given: Mapping[str, str]) -> RegisterRow:
        for column, cell in given.items():
            _no_formula(column, cell)
        wage = cells.paisa("wage", given["wage"])
        declared = (
            cells.paisa("declared_wage", given["declared_wage"]) if given["declared_wage"].strip() else None
        )
        return RegisterRow(
            line=number,
            month=cells.month(given["month"], self._today)
            if given["month"].strip()
            else self._month_or_none(),
            worker_name=_name(given["worker_name"]),
            cnic=_cnic(given["cnic"]),
            days=cells.days(given["days"]) if given["days"].strip() else None,
            wage_rs=_whole("wage", wage),
            wage_paisa=wage,
            declared_wage_rs=None if declared is None else _whole("declared_wage", declared),
            by_day=cells.by_day(given["wage_basis"]) if given["wage_basis"].strip() else None,
            registered=_card(given["registered"]),
        )

    def _month_or_none(self) -> str:
        if self._month:
            return self._month
        reason = "The month is missing. Write it into every line, or name one month for the whole file."
        raise RejectionError("month", "", reason)

    def missed(self, row: Cells) -> None:
        """A row was rejected: where its amounts can be read, they are part of a total all the same."""
        given = {} if isinstance(row, str) else dict(zip(self._columns, row, strict=False))
        for column, summed in (("wage", self._wage), ("declared_wage", self._declared)):
            if column in self._columns:
                try:
                    summed.add(cells.paisa(column, given.get(column, "")), "")
                except RejectionError:
                    summed.sure = False

    def _totals(self, number: int, given: Mapping[str, str]) -> Iterator[TotalRow | Remark]:
        for column, summed in (("wage", self._wage), ("declared_wage", self._declared)):
            if not given[column].strip():
                continue
            stated = cells.paisa(column, given[column])
            sure, months = summed.sure, summed.months
            found = summed.close(stated)
            if sure:
                yield TotalRow(number, column, next(iter(months)) if len(months) == 1 else "", stated, found)
            elif stated != found:
                detail = f"The total of {column} cannot be compared: an amount above it could not be read."
                yield Remark(number, detail)


def _no_formula(column: str, cell: str) -> None:
    text = cell.strip()
    if text.casefold() in _ERRORS:
        raise RejectionError(column, text, "The spreadsheet shows an error here. Mend it there.")
    if text.startswith("=") and len(text) > 1:
        reason = "A formula stands here instead of its value. Save the file with values."
        raise RejectionError(column, text, reason)


def _whole(column: str, paisa: int) -> int:
    """Whole rupees, rounded half up."""
    found = int((Decimal(paisa) / PAISA).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if found > _RUPEES_MAX:
        raise RejectionError(column, str(found), "It is too much.")
    return found


def _name(cell: str) -> str:
    try:
        return tidy("worker_name", cell, words=True)
    except RejectionError as error:
        # Nobody's name is told in a list of rejects.
        raise RejectionError("worker_name", "", error.reason) from None


def _cnic(cell: str) -> str:
    """A CNIC as it was typed: a wrong one is evidence too. One that a spreadsheet has shortened is none."""
    try:
        text = tidy("cnic", cell)
    except RejectionError as error:
        raise RejectionError("cnic", "", error.reason) from None
    if SHORTENED.fullmatch(text.translate(DIGITS).lstrip("'")):
        return cells.cnic(text)  # which refuses it, and says why
    return text.lstrip("'’`")


def _card(cell: str) -> bool | None:
    """Whether a card (R-5) is held: yes, no, or the card's number; None where nothing is said."""
    text = slug(tidy("registered", cell).translate(DIGITS)) or cell.strip()
    if not text:
        return None
    if text in _YES or (text not in _NO and re.search(r"\d{2}|^1$", text)):
        return True
    if text in _NO:
        return False
    raise RejectionError("registered", cell.strip(), "Write yes, no, or the number of the card.")
