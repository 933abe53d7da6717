"""Read payments of employers, row by row, from a file of the bank's or the office's own.

Nothing is guessed: a row of which a value is in doubt is rejected with line, column, value and reason.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import IO

import msgspec

from field.inspections.table_file import Cells, Reject, RejectionError, Remark, Table, open_table, tidy
from field.recovery import cells

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "registration_no": (
        "registration-number", "reg-no", "regn-no", "reg-number", "registration", "code-no", "ss-reg-no",
        "sessi-reg-no", "employer-code", "employer-reg-no", "establishment-code", "est-code", "unit-code",
        "رجسٹریشن-نمبر",
    ),
    "date": (
        "payment-date", "date-of-payment", "paid-on", "value-date", "deposit-date", "date-of-deposit",
        "challan-date", "receipt-date", "dated", "تاریخ",
    ),
    "amount": (
        "amount-paid", "paid", "amount-rs", "amount-in-rs", "payment", "deposit", "amount-deposited", "amt",
        "rupees", "rs", "رقم",
    ),
    "reference": (
        "challan", "challan-no", "challan-number", "ref", "ref-no", "reference-no", "receipt-no",
        "transaction-id", "chl-no", "چالان-نمبر",
    ),
    "months": ("month", "for-month", "for-the-month", "for-months", "contribution-month", "period", "مہینہ"),
    "dishonoured_on": (
        "dishonoured", "dishonored-on", "dishonoured-date", "date-of-dishonour", "bounced-on", "bounced",
        "returned-on", "reversed-on",
    ),
}  # fmt: skip
"""What each column may be called; case, spaces, underscores and full stops do not matter."""

NEEDED = ("registration_no", "date", "amount")
SERIAL = frozenset({"s-no", "sr-no", "s", "sr", "serial-no", "serial", "no", "sl-no"})
READING = 1
"""Raise it when the same bytes are read in another way: then a file that is there already is read anew."""


class PaymentRow(msgspec.Struct, frozen=True):
    """A payment as the file has it. `line` counts from 1; `months` are those that it is meant for, if told.

    `reference` is the challan's number without spaces, in capitals, or "".
    """

    line: int
    registration_no: str
    value_date: date
    amount_paisa: int
    reference: str
    months: tuple[str, ...]
    dishonoured_on: date | None


def read(
    file: IO[bytes], encoding: str, today: date, chosen: Mapping[str, str] | None = None
) -> Iterator[PaymentRow | Reject | Remark]:
    """Every row of the file, in its order, with remarks between; memory stays flat.

    `chosen` says which heading stands for a column. Raises Problem("unknown-format") at once if this is no
    table with the needed columns.
    """
    return _rows(open_table(file, encoding, COLUMNS, NEEDED, chosen), today)


def _rows(table: Table, today: date) -> Iterator[PaymentRow | Reject | Remark]:
    yield from table.remarks(SERIAL)
    for number, row in table.rows:
        try:
            values = _values(row, table.columns)
            if values:
                yield _payment(number, values, today)
        except RejectionError as error:
            yield Reject(number, error.column, error.value[:80], error.reason)


def _values(row: Cells, columns: list[str]) -> dict[str, str]:
    if isinstance(row, str):
        raise RejectionError("", "", row)
    if any(cell.strip() for cell in row[len(columns) :]):
        reason = f"The line has {len(row)} cells for {len(columns)} columns. Is a quotation mark missing?"
        raise RejectionError("", row[-1], reason)
    tidied = {
        column: tidy(column, cell) for column, cell in zip(columns, row, strict=False) if column and cell
    }
    values = {column: text for column, text in tidied.items() if text}
    # A row of totals has an amount, and nobody who paid it: it is no payment.
    return {} if _is_total(values, row) else values


def _is_total(values: Mapping[str, str], row: list[str]) -> bool:
    without = "registration_no" not in values or "date" not in values
    return without and any(map(cells.is_total, row))


def _payment(line: int, values: Mapping[str, str], today: date) -> PaymentRow:
    paid_on = cells.day(values.get("date", ""), today, "date")
    dishonoured = values.get("dishonoured_on")
    reversed_on = cells.day(dishonoured, today, "dishonoured_on") if dishonoured else None
    if reversed_on is not None and reversed_on < paid_on:
        reason = "A payment cannot be dishonoured before it was made."
        raise RejectionError("dishonoured_on", dishonoured or "", reason)
    return PaymentRow(
        line=line,
        registration_no=cells.registration_no(values.get("registration_no", "")),
        value_date=paid_on,
        amount_paisa=cells.paisa("amount", values.get("amount", ""), least=1),
        reference=cells.reference(values.get("reference", "")),
        months=cells.months(values.get("months", ""), today),
        dishonoured_on=reversed_on,
    )
