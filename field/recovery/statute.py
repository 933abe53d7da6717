"""The law as dated rows: every rate, limit, rule and deadline that a demand rests on.

No such figure stands in the code. A row says from when to when it holds, on what legal basis, where it was
read, and whether that is confirmed; notifications come months late and backdated, and courts suspend them.
`statute.json` is what is shipped; an office edits its own rows, and an assessment records which it used.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from importlib import resources

import msgspec

from field.problems import Problem


class Kind(msgspec.Struct, frozen=True):
    """What a kind of row is about, in words, and what its value may be: a number in `unit`, or a choice."""

    words: str
    unit: str
    choices: Mapping[str, str] = {}


KINDS: Mapping[str, Kind] = {
    "contribution_rate_percent": Kind("rate of contribution", "percent"),
    "contribution_base_rule": Kind(
        "wages on which the contribution is due",
        "rule",
        {
            "actual-wage": "the actual wage",
            "up-to-base-limit": "the wage up to the contribution_base_limit_rs_month",
            "up-to-minimum-wage": "the wage up to the minimum wage",
            "up-to-upper-limit": "the wage up to the limit of coverage",
        },
    ),
    "contribution_base_limit_rs_month": Kind("highest wage on which a contribution is due", "Rs/month"),
    "contribution_base_limit_rs_day": Kind("highest daily wage on which a contribution is due", "Rs/day"),
    "under_minimum_base_rule": Kind(
        "wages on which the contribution is due where less than the minimum wage was paid",
        "rule",
        {"actual-wage": "the actual wage", "minimum-wage": "the minimum wage for the days worked"},
    ),
    "minimum_wage_rs_month": Kind("minimum wage of an unskilled worker", "Rs/month"),
    "working_days_in_month": Kind("days of work that earn a month's wage", "days"),
    "upper_limit_rs_month": Kind("highest wage at which a worker is newly covered", "Rs/month"),
    "upper_limit_addition_rs": Kind("what the limit of coverage is above the minimum wage", "Rs/month"),
    "over_upper_limit_rule": Kind(
        "a covered worker whose wage rises above the limit of coverage",
        "rule",
        {"stays-covered": "stays covered", "no-longer-covered": "is no longer covered"},
    ),
    "coverage_employees_min": Kind("number of employees from which an establishment is covered", "employees"),
    "due_day_of_following_month": Kind("last day for paying a month's contribution", "day of the next month"),
    "payment_order_rule": Kind(
        "what a payment settles first",
        "rule",
        {
            "oldest-month-principal-first": "the oldest month: its contribution, then its increase",
            "oldest-month-increase-first": "the oldest month: its increase, then its contribution",
            "all-principal-first": "all contributions, the oldest first, then all increases",
        },
    ),
    "late_increase_percent_day": Kind("increase for each day of delay", "percent/day"),
    "late_increase_days_max": Kind("days of delay for which the increase is counted by day", "days"),
    "late_increase_flat_percent": Kind("flat increase after those days", "percent"),
    "records_check_years_back_max": Kind("years back for which records may be checked", "years"),
    "records_checks_year_max": Kind("how often records may be checked in a year", "checks"),
    "land_revenue_rule": Kind(
        "recovery as arrears of land revenue",
        "rule",
        {
            "after-determination": "only after the dues were determined",
            "after-arbitration": "only after determination, and arbitration at the industry association",
        },
    ),
}
"""Every kind of row that the code can ask for."""


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
            raise Problem("bad-request", f"The dated rates cannot be used. {faults[0]}", remarks=faults)
        self._by_id = {row.id: row for row in self.rows}

    def __getitem__(self, row_id: str) -> RateRow:
        """The row with this id. Raises Problem("not-found")."""
        if row_id not in self._by_id:
            raise Problem("not-found", f"There is no dated rate with the id {row_id}.")
        return self._by_id[row_id]

    def find(self, kind: str, month: str) -> RateRow | None:
        """The row of a kind in force in a month ("2024-07"), if there is one.

        Raises Problem("bad-request") for what is no month, and KeyError for a kind that nobody knows.
        """
        if kind not in KINDS:
            raise KeyError(kind)
        day = first_day(month)
        in_force = [row for row in self.rows if row.kind == kind and row.holds_on(day)]
        return in_force[-1] if in_force else None

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

    def amended(self, *rows: RateRow) -> "Statute":
        """This statute with `rows` added, each in place of the one with its id."""
        return Statute({row.id: row for row in (*self.rows, *rows)}.values())


def first_day(month: str) -> date:
    """The first day of a month given as "2024-07". Raises Problem("bad-request") for anything else."""
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month) or month.startswith("0000"):
        raise Problem("bad-request", f"{month[:20]!r} is no month. Write it as in 2024-07.")
    return date(int(month[:4]), int(month[5:]), 1)


def read(source: bytes) -> Statute:
    """The statute in a JSON list of rows. Raises Problem("bad-request") naming what is wrong with it."""
    try:
        return Statute(msgspec.json.decode(source, type=list[_StrictRow]))
    except msgspec.DecodeError as reason:
        raise Problem("bad-request", f"The dated rates cannot be read: {reason}.") from None


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
        yield f"the kind {row.kind!r} is not known."
        return
    if kind.choices and row.value not in kind.choices:
        yield f"the value must be one of {', '.join(kind.choices)}, not {row.value!r}."
    if not kind.choices and not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", row.value):
        yield f"the value must be a number as in 17500 or 0.5, not {row.value!r}."
    if row.unit != kind.unit:
        yield f"the unit of a {row.kind} is {kind.unit}, not {row.unit!r}."
    if row.valid_to is not None and row.valid_to <= row.valid_from:
        yield "it ends before it begins."
    if row.suspended_to is not None and (
        row.suspended_from is None or row.suspended_to <= row.suspended_from
    ):
        yield "its suspension ends before it begins."
    if not row.id.strip() or not row.legal_basis.strip():
        yield "it needs an id and a legal basis."
    if not row.confirmed and not row.note.strip():
        yield "it is not confirmed: its note must say what is in doubt."


def _clashes(rows: Iterable[RateRow]) -> Iterable[str]:
    """Rows that are two where there can be one. `rows` are in the order of kind and beginning."""
    ids: set[str] = set()
    before: RateRow | None = None
    for row in rows:
        if row.id in ids:
            yield f"{row.id}: two rows have this id."
        ids.add(row.id)
        if before is not None and (before.kind, before.valid_from) == (row.kind, row.valid_from):
            yield f"{row.id}: it begins on the same day as {before.id}. Correct one and remove the other."
        before = row
