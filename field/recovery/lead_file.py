"""Read the registration department's answers to leads: registered, cards issued or rejected, row by row.

The file is the list that was handed over (`field leads export`), filled in and sent back, or any table with
the same columns. Nothing is guessed: a row of which a value is in doubt is rejected.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import IO, Literal
from uuid import UUID

import msgspec

from field.inspections.table_file import DIGITS, Reject, RejectionError, Remark, open_table, tidy
from field.recovery import cells

Outcome = Literal["registered", "card_issued", "rejected"]

ANSWERED = ("outcome", "new_registration_no", "registered_on", "cards", "cards_on", "reason")
"""The columns that the department fills in; in the list that is handed over they are empty."""

LISTED = (
    "lead", "status", "reference", "handed_over_on", "district", "what", "name", "address", "lat", "lon",
    "accuracy_m", "sector", "workers_about", "workers_found", "principal", "establishment",
    "registration_no", "found_on", "found_by", "report", "remarks",
)  # fmt: skip
"""The columns that tell what was found. No worker is named: the report has the names, sealed."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "lead": ("lead-id", "lead-no", "id"),
    "outcome": ("answer", "result", "decision", "نتیجہ"),
    "new_registration_no": ("new-registration-number", "new-reg-no", "registered-under", "registered-as"),
    "registered_on": ("registration-date", "date-of-registration"),
    "cards": ("cards-issued", "no-of-cards", "number-of-cards", "r-5", "r5"),
    "cards_on": ("card-date", "cards-issued-on", "date-of-cards"),
    "reason": ("reason-for-rejection", "why", "وجہ"),
}
"""What each column may be called; case, spaces, underscores and full stops do not matter."""

_OUTCOMES: Mapping[str, Outcome] = {
    "registered": "registered",
    "card issued": "card_issued",
    "cards issued": "card_issued",
    "card_issued": "card_issued",
    "rejected": "rejected",
    "رجسٹرڈ": "registered",
    "کارڈ جاری": "card_issued",
    "مسترد": "rejected",
}


class AnswerRow(msgspec.Struct, frozen=True, kw_only=True):
    """One answer. `line` counts from 1; a number is as typed, in our digits; None: it does not say."""

    line: int
    lead: str
    outcome: Outcome
    registration_no: str | None
    registered_on: date | None
    cards: int | None
    cards_on: date | None
    reason: str | None


class Pending(msgspec.Struct, frozen=True):
    """A row without an outcome: the department has not answered yet."""

    line: int


def read(file: IO[bytes], encoding: str, today: date) -> Iterator[AnswerRow | Pending | Reject | Remark]:
    """Every row of the file, in its order; memory stays flat.

    Raises Problem("unknown-format") at once where this is no table with the columns lead and outcome.
    """
    table = open_table(file, encoding, COLUMNS, ("lead", "outcome"))
    known = {name.replace("_", "-") for name in LISTED}
    return _rows(table.rows, table.columns, table.remarks(known), today)


def _rows(
    rows: Iterator[tuple[int, list[str] | str]],
    columns: list[str],
    remarks: Iterator[Remark],
    today: date,
) -> Iterator[AnswerRow | Pending | Reject | Remark]:
    yield from remarks
    for line, row in rows:
        try:
            if isinstance(row, str):
                raise RejectionError("", "", row)
            told = {
                column: tidy(column, cell, words=column == "reason")
                for column, cell in zip(columns, row, strict=False)
                if column and cell.strip()
            }
            if told:
                yield _answer(line, told, today) if told.get("outcome") else Pending(line)
        except RejectionError as error:
            yield Reject(line, error.column, error.value[:80], error.reason)


def _answer(line: int, told: Mapping[str, str], today: date) -> AnswerRow:
    outcome = _OUTCOMES.get(told["outcome"].casefold())
    if outcome is None:
        raise RejectionError("outcome", told["outcome"], "Write registered, card issued or rejected.")
    if outcome == "rejected" and not told.get("reason"):
        raise RejectionError("reason", "", "A rejection needs a reason. Ask the department for it.")
    cards = _cards(told.get("cards", ""))
    if outcome == "card_issued" and cards is None:
        raise RejectionError("cards", "", "How many cards were issued is missing.")
    number = told.get("new_registration_no")
    return AnswerRow(
        line=line,
        lead=_lead(told.get("lead", "")),
        outcome=outcome,
        registration_no=_number(number) if number else None,
        registered_on=_day(told, "registered_on", today),
        cards=cards,
        cards_on=_day(told, "cards_on", today),
        reason=told.get("reason"),
    )


def _lead(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        reason = "This is no lead's number. Copy it from the list that was handed over."
        raise RejectionError("lead", text, reason) from None


def _number(text: str) -> str:
    try:
        return cells.registration_no(text)
    except RejectionError as error:
        raise RejectionError("new_registration_no", error.value, error.reason) from None


def _day(told: Mapping[str, str], column: str, today: date) -> date | None:
    return cells.day(told[column], today, column) if told.get(column) else None


def _cards(text: str) -> int | None:
    plain = text.translate(DIGITS).replace(",", "")
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and len(plain) < 7 and int(plain)):
        raise RejectionError("cards", text, "Write the number of all cards issued so far, as in 12.")
    return int(plain)
