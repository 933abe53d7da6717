"""The calculator without a case: so many workers at one wage over some months, by the dated law."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from field.problems import Problem
from field.recovery import figures, ledger
from field.recovery.contribution import Contribution, law_of
from field.recovery.explain import Count, Evidence, Figure, Months, rows_figure
from field.recovery.ledger import Charge, LateLaw, Ledger, MonthState, Payment
from field.recovery.money import show
from field.recovery.statute import RateRow, Statute, first_day
from field.recovery.wording import count

MONTHS_MAX = 1200
WORKERS_MAX = 1_000_000
NO_MONTH_AFTER = "9999-12"
"""The last month that has days; what is due for it would be due in a month that there is not."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What to work out. `due_day` in the following month stands in for the dated row where it is given.

    `wage_rs` is what each gets for the month, or, `by_day`, for each of `days`; these are 1 to 31, None for a
    whole month.
    """

    workers: int
    wage_rs: Decimal
    first: str
    last: str
    day: date
    due_day: int | None = None
    payments: tuple[Payment, ...] = ()
    days: int | None = None
    by_day: bool = False


class MonthExplained(msgspec.Struct, frozen=True, kw_only=True):
    """One month: the sum for one worker and for all, and where it stands on the day."""

    state: MonthState
    charge: Charge
    each: Contribution
    worker_rs: Decimal
    sentences: tuple[str, ...]


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome: the ledger, each month explained, and the rows of the law that it rests on."""

    ledger: Ledger
    months: tuple[MonthExplained, ...]
    rows: tuple[RateRow, ...]
    remarks: tuple[str, ...]


def months_between(first: str, last: str) -> list[str]:
    """The months from `first` to `last`, both included. Raises Problem("bad-request")."""
    start, end = first_day(first), first_day(last)
    number = (end.year - start.year) * 12 + end.month - start.month + 1
    if last == NO_MONTH_AFTER:
        raise Problem("bad-request", f"No month comes after {last}, in which it could be paid.")
    if not 1 <= number <= MONTHS_MAX:
        raise Problem("bad-request", f"{first} to {last} are no months in order, or more than {MONTHS_MAX}.")
    at = (start.year * 12 + start.month - 1 + step for step in range(number))
    return [f"{each // 12:04d}-{each % 12 + 1:02d}" for each in at]


def work_out(asked: Asked, statute: Statute) -> Worked:
    """The contribution of every month, its increase up to the day, and what payments have settled.

    Raises Problem("bad-request") for numbers that cannot be, Problem("not-found") where a row of the law is
    missing.
    """
    if not 1 <= asked.workers <= WORKERS_MAX or asked.wage_rs < 0:
        raise Problem("bad-request", "There must be at least one worker, and a wage of 0 or more.")
    if asked.due_day is not None and not 1 <= asked.due_day <= 31:
        raise Problem("bad-request", "The due day is a day of a month: 1 to 31, where 31 means its end.")
    if asked.days is not None and not 1 <= asked.days <= 31:
        raise Problem("bad-request", "The days of a month for which there was a wage are 1 to 31.")
    if asked.by_day and asked.days is None:
        raise Problem("bad-request", "A wage that is paid by the day needs the number of days.")
    for paid in asked.payments:
        if paid.reversed_on is not None and paid.reversed_on < paid.value_date:
            detail = (
                f"The payment of {paid.value_date} cannot be dishonoured before that, on {paid.reversed_on}."
            )
            raise Problem("bad-request", detail)
    charges, each, used = [], {}, []
    for month in months_between(asked.first, asked.last):
        charge, each[month], rows = _charge(asked, statute, month)
        charges.append(charge)
        used += rows
    order = statute.at("payment_order_rule", asked.last) if asked.payments else None
    used += [order] if order else []
    settled = ledger.settle(charges, asked.payments, asked.day, ledger.order_of(order))
    by_month = {charge.month: charge for charge in charges}
    known = _once(used)
    return Worked(
        ledger=settled,
        months=tuple(
            MonthExplained(
                state=state,
                charge=by_month[state.month],
                each=each[state.month],
                worker_rs=each[state.month].amount_rs,
                sentences=_sentences(state, asked, each[state.month].amount_rs, by_month[state.month].late),
            )
            for state in settled.months
        ),
        rows=known,
        remarks=tuple(_remarks(asked, settled, known)),
    )


def figure(worked: Worked, asked: Asked) -> Figure:
    """The outcome as a figure that opens: months, delay, payments and dated rows, for any language."""
    settled = worked.ledger
    parts: list[Figure] = []
    for month in worked.months:
        paid = [
            part for part in settled.allocated if (part.month, part.part) == (month.state.month, "principal")
        ]
        late = figures.late_figure(month.state, month.charge, paid, settled.day)
        parts.append(
            Figure(
                phrase="calculated_month",
                values={
                    "month": month.state.month,
                    "workers": Count(asked.workers, "worker"),
                    "each": month.worker_rs,
                    "percent": f"{_rate(month.each)} %",
                    "base": month.each.base_rs,
                    "amount": month.state.principal_rs,
                    "due_on": month.state.due_on,
                },
                amount_rs=month.state.principal_rs,
                evidence=Evidence(row_ids=month.state.row_ids),
                parts=late.parts,
            )
        )
    given = (Figure(phrase="due_day_given"),) if asked.due_day is not None else ()
    return Figure(
        phrase="calculated",
        values={
            "months": Months(tuple(month.state.month for month in worked.months)),
            "amount": settled.principal_rs,
            "increase": settled.increase_rs,
            "day": settled.day,
            "open": settled.open_rs,
        },
        amount_rs=settled.open_rs,
        parts=(*parts, *figures.payments(settled), *given, rows_figure(worked.rows)),
    )


def _rate(each: Contribution) -> str:
    return next(row.value for row in each.rows if row.kind == "contribution_rate_percent")


def _charge(asked: Asked, statute: Statute, month: str) -> tuple[Charge, Contribution, list[RateRow]]:
    law = law_of(statute, month)
    if isinstance(law, str):
        raise Problem("not-found", law)
    wage_rs = asked.wage_rs * asked.days if asked.by_day and asked.days else asked.wage_rs
    each = law.contribution_for(wage_rs, asked.days, by_day=asked.by_day)
    charge, rows = ledger.charge(statute, month, each.amount_rs * asked.workers, asked.due_day)
    return charge, each, [*each.rows, *rows]


def _once(rows: Iterable[RateRow]) -> tuple[RateRow, ...]:
    return tuple({row.id: row for row in rows}.values())


def _sentences(state: MonthState, asked: Asked, worker_rs: Decimal, late: LateLaw) -> tuple[str, ...]:
    """How a month's figures came about, for somebody who works them out again by hand."""
    sum_of_all = f"{count(asked.workers, 'worker')} x {show(worker_rs)} = {show(state.principal_rs)}"
    said = [f"{state.month}: {sum_of_all}, to be paid by {state.due_on.isoformat()}."]
    if state.principal_paid_rs:
        said.append(f"{show(state.principal_paid_rs)} of it is paid.")
    if state.days_late:
        left = state.principal_rs - state.principal_paid_rs
        said.append(
            f"{count(state.days_late, 'day')} late: {state.percent.normalize():f} % of {show(left)}"
            f"{_how(state.days_late, late)}."
        )
    if state.increase_rs:
        paid = f", of which {show(state.increase_paid_rs)} is paid" if state.increase_paid_rs else ""
        said.append(f"Increase up to the day: {show(state.increase_rs)}{paid}.")
    return tuple(said)


def _how(days: int, late: LateLaw) -> str:
    if late.percent_day is None:
        return ""
    if late.days_max is None or days <= late.days_max.number:
        return f" ({late.percent_day.value} % a day)"
    return f" (after {late.days_max.value} days it no longer grows by the day)"


def _remarks(asked: Asked, settled: Ledger, rows: Sequence[RateRow]) -> Iterable[str]:
    later = months_between(asked.first, asked.last)[len(settled.months) :]
    if later:
        yield f"On {asked.day.isoformat()} nothing is owed yet for {', '.join(later)}."
    if asked.due_day is not None:
        yield "The due day was given, and not taken from the dated rows."
    for row in rows:
        if not row.confirmed:
            yield f"Unconfirmed: {row.id} ({row.value} {row.unit}; {row.legal_basis}). {row.note}"
