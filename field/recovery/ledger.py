"""What is owed on a day: principal, increase for delay, and payments, month by month, to the paisa.

Principal and increase stand apart. The same charges and payments give the same ledger, in whatever order they
were entered: only the value dates count. A payment that was reversed (a dishonoured cheque) is shown with its
reversal and has settled nothing. What is paid beyond what is owed is a credit, and settles the next month on
the day on which that arises.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Literal

import msgspec

from field.problems import Problem
from field.recovery.money import ZERO, rupees
from field.recovery.statute import RateRow, Statute, first_day

Order = Literal["oldest-month-principal-first", "oldest-month-increase-first", "all-principal-first"]
Part = Literal["principal", "increase"]


class LateLaw(msgspec.Struct, frozen=True):
    """The rows by which delay raises a month's contribution; None where there is none."""

    percent_day: RateRow | None = None
    days_max: RateRow | None = None
    flat_percent: RateRow | None = None

    @property
    def rows(self) -> tuple[RateRow, ...]:
        """The rows that there are."""
        return tuple(row for row in (self.percent_day, self.days_max, self.flat_percent) if row is not None)

    def percent(self, days: int) -> Decimal:
        """The increase in percent of the principal after `days` of delay; it never falls as days pass."""
        if days <= 0 or self.percent_day is None:
            return ZERO
        if self.days_max is None or days <= self.days_max.number:
            return self.percent_day.number * days
        by_day = self.percent_day.number * self.days_max.number
        return max(by_day, self.flat_percent.number) if self.flat_percent is not None else by_day


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """A month's contribution: what is owed, the last day for paying it, and the law of its delay.

    `settled_from`: payments before this day were for something else, and settle nothing of it.
    """

    month: str
    principal_rs: Decimal
    due_on: date
    late: LateLaw
    settled_from: date | None = None

    @property
    def arises_on(self) -> date:
        """The day from which it can be paid: the first one after the month."""
        return month_end(self.month) + timedelta(days=1)


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """Money received, by its value date. `reversed_on`: the day on which it turned out not to have been."""

    id: str
    value_date: date
    amount_rs: Decimal
    reversed_on: date | None = None

    def stands_on(self, day: date) -> bool:
        """Whether the payment counts on a day."""
        return self.value_date <= day and (self.reversed_on is None or self.reversed_on > day)


class Allocated(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what was paid, and what it settled on which day."""

    on: date
    month: str
    part: Part
    amount_rs: Decimal


class MonthState(msgspec.Struct, frozen=True, kw_only=True):
    """A month on the day. `days_late` and `percent` are those of the principal that is still open, or 0."""

    month: str
    due_on: date
    principal_rs: Decimal
    principal_paid_rs: Decimal
    increase_rs: Decimal
    increase_paid_rs: Decimal
    days_late: int
    percent: Decimal
    row_ids: tuple[str, ...]

    @property
    def open_rs(self) -> Decimal:
        """What of the month is still owed."""
        return self.principal_rs + self.increase_rs - self.principal_paid_rs - self.increase_paid_rs


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """All months on a day. It adds up: `charged_rs` - `received_rs` is `open_rs` - `credit_rs`."""

    day: date
    months: tuple[MonthState, ...]
    payments: tuple[Payment, ...]
    allocated: tuple[Allocated, ...]
    credit_rs: Decimal

    @property
    def principal_rs(self) -> Decimal:
        """The principal of all months."""
        return sum((month.principal_rs for month in self.months), ZERO)

    @property
    def increase_rs(self) -> Decimal:
        """The increase of all months up to the day."""
        return sum((month.increase_rs for month in self.months), ZERO)

    @property
    def charged_rs(self) -> Decimal:
        """Principal and increase together."""
        return self.principal_rs + self.increase_rs

    @property
    def received_rs(self) -> Decimal:
        """The payments that stand on the day."""
        return sum((paid.amount_rs for paid in self.payments if paid.stands_on(self.day)), ZERO)

    @property
    def open_rs(self) -> Decimal:
        """What is still owed."""
        return sum((month.open_rs for month in self.months), ZERO)


@lru_cache(maxsize=4096)
def month_end(month: str) -> date:
    """The last day of a month given as "2024-07"."""
    first = first_day(month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def due_on(month: str, day: int) -> date:
    """The due day in the month after `month`; a day that it does not have means its last one."""
    following = month_end(month) + timedelta(days=1)
    return following.replace(day=min(day, monthrange(following.year, following.month)[1]))


def late_law(statute: Statute, month: str) -> LateLaw:
    """The rows of delay in force in the month for which a contribution is due."""
    return LateLaw(
        statute.find("late_increase_percent_day", month),
        statute.find("late_increase_days_max", month),
        statute.find("late_increase_flat_percent", month),
    )


def charge(
    statute: Statute, month: str, principal_rs: Decimal, due_day: int | None = None
) -> tuple[Charge, tuple[RateRow, ...]]:
    """The charge of a month's contribution by the law in force in it, and the rows that this rests on.

    `due_day` stands in for the dated row where it is given. Raises Problem("not-found") where there is none.
    """
    late = late_law(statute, month)
    rows = late.rows
    if due_day is None:
        due = statute.at("due_day_of_following_month", month)
        rows, due_day = (*rows, due), int(due.number)
    made = Charge(month=month, principal_rs=principal_rs, due_on=due_on(month, due_day), late=late)
    return made, rows


def order_of(row: RateRow | None) -> Order:
    """The order that a row of the law asks for; without one, the oldest month with its contribution first."""
    return msgspec.convert(row.value, Order) if row else "oldest-month-principal-first"


class _Month:
    """A month while payments are worked through. `settled` has the principal paid, by the day of paying."""

    def __init__(self, charge: Charge) -> None:
        self.charge = charge
        self.settled: dict[date, Decimal] = {}
        self.increase_paid = ZERO

    def open(self, part: Part, day: date) -> Decimal:
        if part == "principal":
            return self.charge.principal_rs - sum(self.settled.values(), ZERO)
        return self.increase(day) - self.increase_paid

    def settled_on(self, day: date) -> bool:
        return self.open("principal", day) == 0 and self.open("increase", day) == 0

    def increase(self, day: date) -> Decimal:
        """Rounded once: what was paid on different days adds up exactly before."""
        with localcontext() as context:
            context.prec = 60
            portions = {**self.settled, day: self.settled.get(day, ZERO) + self.open("principal", day)}
            exact = sum((amount * self._percent(on) for on, amount in portions.items()), ZERO)
            return rupees(exact / 100)

    def _percent(self, day: date) -> Decimal:
        return self.charge.late.percent((day - self.charge.due_on).days)

    def settle(self, part: Part, day: date, amount: Decimal) -> None:
        if part == "principal":
            self.settled[day] = self.settled.get(day, ZERO) + amount
        else:
            self.increase_paid += amount

    def state(self, day: date) -> MonthState:
        late = self.open("principal", day) > 0
        return MonthState(
            month=self.charge.month,
            due_on=self.charge.due_on,
            principal_rs=self.charge.principal_rs,
            principal_paid_rs=sum(self.settled.values(), ZERO),
            increase_rs=self.increase(day),
            increase_paid_rs=self.increase_paid,
            days_late=max((day - self.charge.due_on).days, 0) if late else 0,
            percent=self._percent(day) if late else ZERO,
            row_ids=tuple(row.id for row in self.charge.late.rows),
        )


class _Money:
    """What has come in and is not used up, by its day."""

    def __init__(self, payments: Iterable[Payment]) -> None:
        self._coming: dict[date, Decimal] = {}
        for paid in payments:
            self._coming[paid.value_date] = self._coming.get(paid.value_date, ZERO) + paid.amount_rs
        self._left: dict[date, Decimal] = {}

    def come_in(self, on: date) -> bool:
        """Take in what comes on a day; whether there is anything to use."""
        if amount := self._coming.pop(on, ZERO):
            self._left[on] = amount
        return bool(self._left)

    def left(self, since: date | None = None) -> Decimal:
        """What is left of all days, or of those from a day on."""
        return sum((left for on, left in self._left.items() if since is None or on >= since), ZERO)

    def use(self, amount: Decimal, since: date | None) -> None:
        """Use up what came first."""
        for on in sorted(self._left):
            if since is None or on >= since:
                used = min(amount, self._left[on])
                self._left[on] -= used
                amount -= used
                if not self._left[on]:
                    del self._left[on]


def settle(charges: Iterable[Charge], payments: Iterable[Payment], day: date, order: Order) -> Ledger:
    """The ledger on a day, payments allocated in the stated order.

    Months that arise after the day, and payments with a later value date, are not in it. Raises
    Problem("bad-request") for a month that is charged twice, and for amounts below zero.
    """
    months = sorted(
        (_Month(charge) for charge in _checked(charges) if charge.arises_on <= day),
        key=lambda month: (month.charge.due_on, month.charge.month),
    )
    known = sorted(
        (paid for paid in payments if paid.value_date <= day), key=lambda paid: (paid.value_date, paid.id)
    )
    if any(paid.amount_rs < 0 for paid in known):
        raise Problem("bad-request", "A payment below zero is none. Enter the reversal of the one it undoes.")
    standing = [paid for paid in known if paid.stands_on(day)]
    days = sorted({paid.value_date for paid in standing} | {month.charge.arises_on for month in months})
    money, allocated, unsettled = _Money(standing), [], months
    for on in days:
        if money.come_in(on):
            for month, part in _ORDERS[order]([each for each in unsettled if each.charge.arises_on <= on]):
                amount = min(money.left(month.charge.settled_from), month.open(part, on))
                if amount > 0:
                    month.settle(part, on, amount)
                    allocated.append(Allocated(on=on, month=month.charge.month, part=part, amount_rs=amount))
                    money.use(amount, month.charge.settled_from)
            # Where the principal is paid the increase grows no more: what is settled once stays settled.
            unsettled = [each for each in unsettled if not each.settled_on(on)]
    return Ledger(
        day=day,
        months=tuple(month.state(day) for month in months),
        payments=tuple(known),
        allocated=tuple(allocated),
        credit_rs=money.left(),
    )


def _checked(charges: Iterable[Charge]) -> Sequence[Charge]:
    found = list(charges)
    if len({charge.month for charge in found}) < len(found):
        raise Problem("bad-request", "A month is charged twice. Add its amounts up into one charge.")
    if any(charge.principal_rs < 0 for charge in found):
        raise Problem("bad-request", "A contribution cannot be below zero.")
    return found


def _month_by_month(months: Sequence[_Month], parts: Sequence[Part]) -> list[tuple[_Month, Part]]:
    return [(month, part) for month in months for part in parts]


_ORDERS: dict[Order, Callable[[Sequence[_Month]], list[tuple[_Month, Part]]]] = {
    "oldest-month-principal-first": lambda months: _month_by_month(months, ("principal", "increase")),
    "oldest-month-increase-first": lambda months: _month_by_month(months, ("increase", "principal")),
    "all-principal-first": lambda months: [
        *_month_by_month(months, ("principal",)),
        *_month_by_month(months, ("increase",)),
    ],
}
