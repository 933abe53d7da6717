"""An establishment's account: what its schedules make due by the law, and what was paid.

An employer's own figure of the contribution is never charged: each line is worked out by the dated rows of
its month, and where the form says something else, a remark tells the difference.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from field.recovery import ledger
from field.recovery.charging import MonthCharged, for_worker
from field.recovery.contribution import MonthLaw, law_of
from field.recovery.ledger import Charge, Ledger, Payment
from field.recovery.money import ZERO, show
from field.recovery.statute import RateRow, Statute
from field.recovery.wording import count


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of a schedule that are alike: so many workers at one wage for as many days.

    `by_day`: the wage is agreed by the day, and `wage_rs` is what all days came to.
    `contribution_rs` is what the form says for all of them; `without` how many of them it says nothing for.
    """

    workers: int
    wage_rs: Decimal
    days: int | None
    by_day: bool = False
    contribution_rs: Decimal
    without: int


class MonthDeclared(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule of a month, as it arrived at `arrived_ms`; of several versions the highest counts.

    `twice`: how many workers stand in it more than once.
    """

    month: str
    version: int
    lines: tuple[Declared, ...]
    twice: int = 0
    arrived_ms: int = 0

    @property
    def workers(self) -> int:
        """How many lines it has."""
        return sum(line.workers for line in self.lines)

    @property
    def by_day(self) -> int:
        """How many of its lines are paid by the day."""
        return sum(line.workers for line in self.lines if line.by_day)


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger on a day, each month's schedule, the rows of the law behind both, and what to look at."""

    ledger: Ledger
    months: tuple[MonthCharged, ...]
    rows: tuple[RateRow, ...]
    remarks: tuple[str, ...]


def settle(
    declared: Iterable[MonthDeclared], payments: Sequence[Payment], statute: Statute, day: date
) -> Account:
    """The account on a day. A month whose law is not on file is left out, with a remark.

    Raises Problem("bad-request") where a month is there twice.
    """
    charges: list[Charge] = []
    months: list[MonthCharged] = []
    rows: list[RateRow] = []
    remarks: list[str] = []
    for schedule in sorted(declared, key=lambda each: each.month):
        law = law_of(statute, schedule.month)
        if isinstance(law, str):
            remarks.append(law)
            continue
        due, said, used = due_by_law(schedule, law)
        charge, late = ledger.charge(statute, schedule.month, due)
        charges.append(charge)
        rows += (*used, *late)
        months.append(
            MonthCharged(
                month=schedule.month,
                version=schedule.version,
                workers=schedule.workers,
                due_rs=due,
                declared_rs=sum((line.contribution_rs for line in schedule.lines), ZERO),
                said_due_rs=said,
                row_ids=tuple(dict.fromkeys(row.id for row in (*used, *late))),
            )
        )
        remarks += _remarks(schedule, months[-1])
    order = statute.find("payment_order_rule", months[-1].month) if months and payments else None
    rows += [order] if order else []
    once = tuple({row.id: row for row in rows}.values())
    doubts = (
        f"Unconfirmed: {row.id} ({row.value} {row.unit}; {row.legal_basis}). {row.note}"
        for row in once
        if not row.confirmed
    )
    return Account(
        ledger=ledger.settle(charges, payments, day, ledger.order_of(order)),
        months=tuple(months),
        rows=once,
        remarks=(*remarks, *doubts),
    )


def due_by_law(schedule: MonthDeclared, law: MonthLaw) -> tuple[Decimal, Decimal, list[RateRow]]:
    """The contribution of all lines, each rounded by itself; of those that name one; and the rows behind."""
    due, said, used = ZERO, ZERO, list(law.contribution_rows)
    for line in schedule.lines:
        worker = for_worker(law, line.wage_rs, line.days, by_day=line.by_day)
        used += worker.rows
        due += worker.due_rs * line.workers
        said += worker.due_rs * (line.workers - line.without)
    return due, said, used


def _remarks(schedule: MonthDeclared, charged: MonthCharged) -> Iterable[str]:
    if charged.declared_rs != charged.said_due_rs:
        difference = charged.said_due_rs - charged.declared_rs
        side = "more" if difference > 0 else "less"
        yield (
            f"{charged.month}: the schedule says {show(charged.declared_rs)}, the law asks for "
            f"{show(charged.said_due_rs)}, {show(abs(difference))} {side}."
        )
    without = sum(line.without for line in schedule.lines)
    if 0 < without < charged.workers:
        yield f"{charged.month}: the schedule says no contribution for {count(without, 'line')}."
    if schedule.twice:
        yield f"{charged.month}: more than one line for {count(schedule.twice, 'worker')}; each is charged."
