"""The law as dated rows: every rate, limit, rule and deadline that a demand rests on.

No such figure stands in the code. A row says from when to when it holds, on what legal basis, where it was
read, and whether that is confirmed; notifications come months late and backdated, and courts suspend them.
`statute.json` is what is shipped; an office edits its own rows, and an assessment records which it used.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache, cached_property, lru_cache
from importlib import resources

import msgspec

from field.problems import Problem
from field.recovery.law_kinds import KINDS, Kind

ID_LENGTH_MAX = 100
TEXT_LENGTH_MAX = 2_000
FOUND_MAX = 50_000
"""So many answers are remembered by a statute, which is made anew with every change of the law."""

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫٬", "01234567890123456789.,")


class RateRow(msgspec.Struct, frozen=True, kw_only=True, dict=True):  # dict: keeps its number
    """One figure or rule of the law, and when it holds: from `valid_from` up to but without `valid_to`.

    `value` is the figure as text, exact, or one of the kind's choices. A suspended row is not in force from
    `suspended_from` up to but without `suspended_to` (None: until further notice). `confirmed` is False where
    the text of the law was not read; then `note` says what is in doubt, and every use of it shows that.
    """

    id: str
    kind: str
    value: str
    unit: str
    valid_from: date
    valid_to: date | None = None
    suspended_from: date | None = None
    suspended_to: date | None = None
    notified_on: date | None = None
    legal_basis: str
    source: str
    confirmed: bool
    note: str = ""

    @cached_property
    def number(self) -> Decimal:
        """The value as an exact number. Only for a kind whose value is one."""
        return Decimal(self.value)

    def holds_on(self, day: date) -> bool:
        """Whether the row is in force on the day: begun, not ended, not suspended."""
        return _within(day, self.valid_from, self.valid_to) and not (
            self.suspended_from is not None and _within(day, self.suspended_from, self.suspended_to)
        )


class Statute:
    """All rows together. Immutable; a change gives a new one (`amended`).

    Of the rows of a kind in force on a day the one that began last counts, so that a new notification needs
    no old row to be closed. A month is judged by its first day: a limit that changes within a month counts
    from the next. Raises Problem("bad-request") for rows that cannot be used, naming each.
    """

    def __init__(self, rows: Iterable[RateRow]) -> None:
        self.rows: tuple[RateRow, ...] = tuple(
            sorted(rows, key=lambda row: (row.kind, row.valid_from, row.id))
        )
        faults = [f"{row.id}: {fault}" for row in self.rows for fault in _faults(row)]
        faults += _clashes(self.rows)
        if faults:
            raise Problem("bad-request", f"The dated rates cannot be used. {_first(faults)}", remarks=faults)
        self._by_id = {row.id: row for row in self.rows}
        self._by_kind: dict[str, list[RateRow]] = {kind: [] for kind in KINDS}
        for row in self.rows:
            self._by_kind[row.kind].append(row)
        self._found: dict[tuple[str, str], RateRow | None] = {}

    def __getitem__(self, row_id: str) -> RateRow:
        """The row with this id. Raises Problem("not-found")."""
        if row_id not in self._by_id:
            raise Problem("not-found", f"There is no dated rate with the id {row_id}.")
        return self._by_id[row_id]

    def find(self, kind: str, month: str) -> RateRow | None:
        """The row of a kind in force in a month ("2024-07"), if there is one.

        Raises Problem("bad-request") for what is no month, and KeyError for a kind that nobody knows.
        """
        # A province is assessed by a few hundred months: each is looked up once.
        if (kind, month) in self._found:
            return self._found[kind, month]
        rows, day = self._by_kind[kind], first_day(month)
        found = next((row for row in reversed(rows) if row.holds_on(day)), None)
        if len(self._found) < FOUND_MAX:
            self._found[kind, month] = found
        return found

    def at(self, kind: str, month: str) -> RateRow:
        """The row of a kind in force in a month. Raises Problem("not-found") if there is none."""
        row = self.find(kind, month)
        if row is None:
            raise Problem(
                "not-found",
                f"No {KINDS[kind].words} is on file for {month}. Add a dated rate of the kind {kind} with "
                "its legal basis.",
                kind=kind,
                month=month,
            )
        return row

    def differs_from(self, other: "Statute", month: str) -> bool:
        """Whether any row that is in force in a month is another one in the other statute."""
        return any(self.find(kind, month) != other.find(kind, month) for kind in KINDS)

    def amended(self, *rows: RateRow) -> "Statute":
        """This statute with `rows` added, each in place of the one with its id.

        Raises Problem("bad-request") where two of them have one id, or what they give cannot be used.
        """
        ids = [row.id for row in rows]
        if twice := sorted({id for id in ids if ids.count(id) > 1}):
            raise Problem("bad-request", f"Two rows have the id {twice[0]}: leave one of them out.")
        return Statute({row.id: row for row in (*self.rows, *rows)}.values())


@lru_cache(maxsize=4096)
def first_day(month: str) -> date:
    """The first day of a month given as "2024-07". Raises Problem("bad-request") for anything else."""
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month) or month.startswith("0000"):
        raise Problem("bad-request", f"{month[:20]!r} is no month. Write it as in 2024-07.")
    return date(int(month[:4]), int(month[5:]), 1)


def read(source: bytes) -> Statute:
    """The statute in a JSON list of rows: all of it or nothing.

    Raises Problem("bad-request") naming every row that is wrong, by its place and id, with what is wrong.
    """
    try:
        told = msgspec.json.decode(source, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError) as reason:
        detail = f"The dated rates cannot be read: a JSON list of rows is needed. {_sentence(str(reason))}"
        raise Problem("bad-request", detail) from None
    if not told:
        raise Problem("bad-request", "The dated rates cannot be read: there is no row in it.")
    found, faults = [], []
    for place, each in enumerate(told, 1):
        try:
            found.append(msgspec.json.decode(each, type=_StrictRow))
        except (msgspec.DecodeError, UnicodeDecodeError) as reason:
            faults.append(f"row {place}{_named(each)}: {_sentence(str(reason))}")
    if faults:
        raise Problem(
            "bad-request", f"The dated rates cannot be read. {_first(faults)}", remarks=faults, rows=len(told)
        )
    return Statute(found)


def _sentence(reason: str) -> str:
    """A decoder's reason with what a person should write."""
    if "RFC3339" in reason or "`date`" in reason:
        reason += ". Write a day as in 2024-07-01, in the digits 0 to 9"
    elif "`str`" in reason and ("`int`" in reason or "`float`" in reason):
        reason += '. Write it in quotes, as in "17500"'
    return f"{reason.rstrip('.')}."


def _named(raw: msgspec.Raw) -> str:
    try:
        told = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    named = told.get("id") if isinstance(told, dict) else None
    return f" ({named[:100]})" if isinstance(named, str) and named else ""


def _first(faults: list[str]) -> str:
    """The first fault, and how many more there are: the list beside it has all."""
    more = f" And {len(faults) - 1} more." if len(faults) > 1 else ""
    return f"{faults[0]}{more}"


@cache
def shipped() -> Statute:
    """The rows that come with the product: the law of Sindh as far as it was read."""
    return read(resources.files("field.recovery").joinpath("statute.json").read_bytes())


class _StrictRow(RateRow, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A misspelt field in a file of rates would be a lost date: it is refused."""


def _within(day: date, start: date, end: date | None) -> bool:
    return start <= day and (end is None or day < end)


def _faults(row: RateRow) -> Iterable[str]:
    """What is wrong with a row by itself."""
    kind = KINDS.get(row.kind)
    if kind is None:
        near = get_close_matches(row.kind, KINDS, 1)
        yield f"the kind {row.kind[:60]!r} is not known." + (f" Is it {near[0]}?" if near else "")
        return
    if kind.choices and row.value not in kind.choices:
        yield f"the value must be one of {', '.join(kind.choices)}, not {row.value[:60]!r}."
    elif not kind.choices:
        yield from _number_faults(row.value, kind)
    if row.unit != kind.unit:
        yield f"the unit of a {row.kind} is {kind.unit}, not {row.unit[:60]!r}."
    if row.valid_to is not None and row.valid_to <= row.valid_from:
        yield f"it ends before it begins: {row.valid_from} to {row.valid_to}."
    yield from _suspension_faults(row)
    if not row.id.strip() or not row.legal_basis.strip():
        yield "it needs an id and a legal basis."
    if len(row.id) > ID_LENGTH_MAX or not row.id.isprintable():
        yield f"its id must be printable, of at most {ID_LENGTH_MAX} letters."
    if any(len(text) > TEXT_LENGTH_MAX or "\0" in text for text in (row.legal_basis, row.source, row.note)):
        yield f"legal basis, source and note may have {TEXT_LENGTH_MAX:,} letters each."
    if not row.confirmed and not row.note.strip():
        yield "it is not confirmed: its note must say what is in doubt."


def _number_faults(value: str, kind: Kind) -> Iterable[str]:
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", value):
        plain = value.translate(_DIGITS).strip().replace(",", "")
        meant = f" Write {plain}." if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", plain) else ""
        yield (
            f"the value must be a number as in 17500 or 0.5, in the digits 0 to 9 and without commas, "
            f"not {value[:60]!r}.{meant}"
        )
        return
    number = Decimal(value)
    if not kind.least <= number <= kind.most:
        yield f"the value must lie between {kind.least} and {kind.most:,} ({kind.unit}), not {value}."
    if kind.whole and number != number.to_integral_value():
        yield f"the value must be a whole number ({kind.unit}), not {value}."


def _suspension_faults(row: RateRow) -> Iterable[str]:
    start, end = row.suspended_from, row.suspended_to
    if start is None:
        if end is not None:
            yield "its suspension ends, but never begins: give suspended_from too."
        return
    if end is not None and end <= start:
        yield f"its suspension ends before it begins: {start} to {end}."
    last = row.valid_to
    if start < row.valid_from or (last is not None and (start >= last or (end is not None and end > last))):
        until = f"to {last}" if last else "on"
        yield f"its suspension lies outside the time in which it holds, {row.valid_from} {until}."


def _clashes(rows: Iterable[RateRow]) -> Iterable[str]:
    """Rows that are two where there can be one. `rows` are in the order of kind and beginning."""
    ids: set[str] = set()
    together: list[RateRow] = []
    for row in rows:
        if row.id in ids:
            yield f"{row.id}: two rows have this id."
        ids.add(row.id)
        if together and (together[0].kind, together[0].valid_from) != (row.kind, row.valid_from):
            together = []
        for other in together:
            # One that is suspended from its first day on leaves room for what a court puts in its place.
            if _both_hold(other, row):
                yield (
                    f"{row.id}: it begins on the same day as {other.id}, {row.valid_from}, and both would "
                    "hold. Correct one and remove the other, or suspend one for the time of the other."
                )
        together.append(row)


def _both_hold(one: RateRow, other: RateRow) -> bool:
    return any(
        start < (end or date.max) and begin < (stop or date.max)
        for begin, end in _in_force(one)
        for start, stop in _in_force(other)
    )


def _in_force(row: RateRow) -> Iterable[tuple[date, date | None]]:
    """The times in which a row holds, each without its last day; None: until further notice."""
    if row.suspended_from is None:
        yield row.valid_from, row.valid_to
        return
    if row.valid_from < row.suspended_from:
        yield row.valid_from, row.suspended_from
    if row.suspended_to is not None and row.suspended_to != row.valid_to:
        yield row.suspended_to, row.valid_to
