"""What the checks of a wage register look at: its lines, the schedules beside them, payments, people counted.

Workers are told apart by `worker`, the hash of a CNIC in hex under the server's key, "" where a line has no
CNIC that can be read. Nothing here names anybody.
"""

from collections.abc import Mapping
from datetime import date

import msgspec


class RegisterLine(msgspec.Struct, frozen=True, kw_only=True):
    """One worker in one month by the register. Wages are whole rupees for the month.

    `cnic_fault` says what is wrong with the CNIC as it was typed, "" where nothing is or none was typed;
    `name_key` tells names apart. `by_day`: the wage is agreed by the day. `declared_wage_rs` is
    the wage on the schedule as the inspector noted it.
    """

    id: str
    month: str
    wage_rs: int
    days: int | None = None
    by_day: bool = False
    declared_wage_rs: int | None = None
    registered: bool | None = None
    worker: str = ""
    cnic_fault: str = ""
    name_key: str = ""


class DeclaredLine(msgspec.Struct, frozen=True, kw_only=True):
    """A worker on a schedule; `line` is that of the schedule's file."""

    line: int
    wage_paisa: int
    days: int | None = None
    by_day: bool = False
    contribution_paisa: int | None = None
    worker: str = ""


class DeclaredMonth(msgspec.Struct, frozen=True, kw_only=True):
    """The schedule of a month that counts: the last version that was taken in whole."""

    month: str
    file_name: str
    lines: tuple[DeclaredLine, ...]


class Paid(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that stands, and the months it is meant for; () where it names none."""

    id: str
    amount_paisa: int
    months: tuple[str, ...] = ()


class StatedTotal(msgspec.Struct, frozen=True, kw_only=True):
    """A row of totals in a register's file, and what the lines above it come to. `month`: "" for several."""

    file_name: str
    line: int
    column: str
    stated_paisa: int
    found_paisa: int
    month: str = ""


class Interview(msgspec.Struct, frozen=True, kw_only=True):
    """What one worker told at the visit; None is what nobody asked.

    `worker` and `name_key` tell people apart as those of a line do. `days` and `wage_rs` are of the month
    before the visit, `since` the day on which the work began.
    """

    answer_ids: tuple[str, ...]
    worker: str = ""
    name_key: str = ""
    since: date | None = None
    days: int | None = None
    wage_rs: int | None = None


class RegisterFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All that is looked at for one report. `captured_on` is the day of the visit.

    `elsewhere`: the (worker, month) that stand on a schedule or in a register of another employer.
    """

    report_id: str
    captured_on: date
    months_checked: tuple[str, ...] = ()
    months_paid: tuple[str, ...] = ()
    headcount_total: int | None = None
    lines: tuple[RegisterLine, ...] = ()
    declared: Mapping[str, DeclaredMonth] = {}
    paid: tuple[Paid, ...] = ()
    elsewhere: frozenset[tuple[str, str]] = frozenset()
    totals: tuple[StatedTotal, ...] = ()
    interviews: tuple[Interview, ...] = ()
