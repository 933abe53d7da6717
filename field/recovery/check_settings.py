"""How far records may differ before a check tells of it: dated rows, with reason and doubt.

They are no law, and stand apart from it. `checks.json` is what is shipped; none of them is confirmed.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

import msgspec

from field.problems import Problem
from field.recovery.statute import first_day

UNITS = {
    "wage_difference_rs_max": "Rs/worker",
    "contribution_difference_rs_max": "Rs/worker",
    "headcount_difference_percent_max": "percent",
    "headcount_months_back_max": "months",
    "few_days_percent": "percent",
    "interview_wage_difference_percent_max": "percent",
}
"""Every setting that a check asks for, with its unit."""


class CheckSetting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One threshold, exact, as text, from `valid_from` on until a later row of its key begins."""

    id: str
    key: str
    value: str
    unit: str
    valid_from: date
    legal_basis: str
    source: str
    confirmed: bool
    note: str = ""


class CheckSettings:
    """All thresholds together. Raises Problem("bad-request") for a row that cannot be used."""

    def __init__(self, rows: Iterable[CheckSetting]) -> None:
        self.rows = tuple(sorted(rows, key=lambda row: (row.key, row.valid_from, row.id)))
        for row in self.rows:
            if fault := _fault(row):
                raise Problem("bad-request", f"The settings of the checks cannot be used. {row.id}: {fault}")

    def number(self, key: str, month: str) -> Decimal:
        """The threshold in force in a month. Raises Problem("not-found") where there is none."""
        day = first_day(month)
        held = [row for row in self.rows if row.key == key and row.valid_from <= day]
        if not held:
            raise Problem("not-found", f"No setting {key} is on file for {month}. Add one to the checks.")
        return Decimal(held[-1].value)


def read(source: bytes) -> CheckSettings:
    """The settings in a JSON list. Raises Problem("bad-request") naming what is wrong with it."""
    try:
        return CheckSettings(msgspec.json.decode(source, type=list[CheckSetting]))
    except msgspec.DecodeError as reason:
        raise Problem("bad-request", f"The settings of the checks cannot be read: {reason}.") from None


@cache
def shipped() -> CheckSettings:
    """The settings that come with the product."""
    return read(resources.files("field.recovery").joinpath("checks.json").read_bytes())


def _fault(row: CheckSetting) -> str:
    if row.key not in UNITS:
        return f"the key {row.key!r} is not known."
    if row.unit != UNITS[row.key]:
        return f"the unit of {row.key} is {UNITS[row.key]}, not {row.unit!r}."
    try:
        number = Decimal(row.value)
    except ArithmeticError:
        return f"the value must be a number, not {row.value!r}."
    if not number.is_finite() or number < 0:
        return f"the value must be 0 or more, not {row.value!r}."
    if not row.confirmed and not row.note.strip():
        return "it is not confirmed: its note must say what is in doubt."
    return ""
