"""What the story's inspector types, and what is owed for it, worked out here by hand."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

PAISA = Decimal("0.01")
FOR_EVER = "9999-12-31"


class Line(msgspec.Struct, frozen=True):
    """One line of the wage register, as typed; empty where nothing is typed. `paid`: of the paid month."""

    worker_name: str
    cnic: str
    days: str
    wage_rs: str
    declared_wage_rs: str
    registered: str
    paid: bool = False

    def values(self, month: str) -> dict[str, Any]:
        """What the server must hold of it, beside its report."""
        known: dict[str, Any] = {
            "month": month,
            "worker_name": self.worker_name,
            "cnic": f"{self.cnic[:5]}-{self.cnic[5:12]}-{self.cnic[12:]}",
            "days": int(self.days),
            "wage_rs": int(self.wage_rs),
        }
        if self.declared_wage_rs:
            known["declared_wage_rs"] = int(self.declared_wage_rs)
        if self.registered:
            known["registered"] = self.registered == "yes"
        return known


LINES = (
    Line("Worker 1", "0000000000011", "26", "38500", "38500", "yes"),
    Line("Worker 2", "0000000000022", "26", "40000", "32000", "yes"),
    Line("Worker 3", "0000000000033", "24", "33333", "", "no"),
    Line("کاریگر 4", "0000000000044", "26", "45000", "", "no"),
    Line("Worker 5", "0000000000055", "26", "45001", "", "no"),  # above the limit: need not be registered
    Line("Worker 6", "0000000000066", "26", "61250", "40000", "yes"),  # above it, and stays covered
    Line("Worker 7", "0000000000077", "13", "18751", "", ""),
    Line("Worker 8", "0000000000088", "26", "40000", "40000", "yes", paid=True),
    Line("Worker 9", "0000000000099", "26", "39990", "27525", "yes", paid=True),
    Line("Worker 10", "0000000000100", "26", "37037", "", "no", paid=True),
)
"""Seven workers of a month that is not paid, three of one that is."""

HURRIED = 6
"""The place of the line in whose middle the browser is killed."""


class Told(msgspec.Struct, frozen=True):
    """The answers of one report."""

    workers_declared: str
    men: str
    women: str
    person_met: str
    remarks: str
    refused: bool


ON_A = Told("19", "11", "6", "Manager on duty", "The register ends in ink of two colours.", refused=False)
ON_B = Told("23", "12", "6", "Gate keeper", "Counted at the gate.", refused=False)


def owed(
    lines: Sequence[tuple[Line, str]], paid: Sequence[str], statute: Sequence[Mapping[str, Any]]
) -> Decimal:
    """The rupees owed for lines and their months, by the statute's dated rows; the Act's arithmetic anew.

    A contribution is the rate's share of the wage, of no more than the minimum wage. In an unpaid month it is
    due for every covered worker; in a paid one for who is not registered, and else for what was declared too
    low. Covered is whoever earns up to the limit, or is registered.
    """
    total = Decimal(0)
    for line, month in lines:
        rate = _row(statute, "contribution_rate_percent", month)
        most = _row(statute, "minimum_wage_rs_month", month)
        limit = most + _row(statute, "upper_limit_addition_rs", month)
        wage = Decimal(line.wage_rs)
        if wage > limit and line.registered != "yes":
            continue
        whole = _share(min(wage, most), rate)
        if month not in paid or line.registered == "no":
            total += whole
        elif line.declared_wage_rs:
            total += max(whole - _share(min(Decimal(line.declared_wage_rs), most), rate), Decimal(0))
    return total


def _share(wage: Decimal, rate: Decimal) -> Decimal:
    return (wage * rate / 100).quantize(PAISA, ROUND_HALF_UP)


def _row(statute: Sequence[Mapping[str, Any]], kind: str, month: str) -> Decimal:
    """What holds on the first day of a month: of the rows in force, the one that began last."""
    day = f"{month}-01"
    in_force = [
        row
        for row in statute
        if row["kind"] == kind
        and row["valid_from"] <= day < (row.get("valid_to") or FOR_EVER)
        and not (row.get("suspended_from") or FOR_EVER) <= day < (row.get("suspended_to") or FOR_EVER)
    ]
    return Decimal(max(in_force, key=lambda row: str(row["valid_from"]))["value"])


def finished_months(today: str, count: int = 2) -> list[str]:
    """The last finished months before a day, the latest first."""
    day = date.fromisoformat(today)
    numbers = [day.year * 12 + day.month - 1 - back for back in range(1, count + 1)]
    return [f"{number // 12}-{number % 12 + 1:02}" for number in numbers]


def rupees(amount: Decimal) -> str:
    """As both apps show it: "Rs 2,400", with the paisa only where there are any."""
    return f"Rs {amount:,.0f}" if amount == amount.to_integral_value() else f"Rs {amount:,.2f}"
