"""What an employer owes on a day: the months of the assessments that count, with the increase for delay."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection

from field.problems import Problem
from field.recovery import ledger, overlaps
from field.recovery.ledger import Charge, MonthState
from field.recovery.money import to_json
from field.recovery.statute import RateRow
from field.recovery.wording import span
from field.store import assessments, flags, statute
from field.store.flags import Rupees


class MonthOwed(msgspec.Struct, frozen=True):
    """A month: its contribution, the last day for paying it, and the increase up to the day.

    `percent` is that of the principal, as exact text. `report` names the report that counts for the month.
    """

    month: str
    report: str
    principal_rs: Rupees
    due_on: date
    days_late: int
    percent: str
    increase_rs: Rupees
    rate_row_ids: tuple[str, ...]


class Owed(msgspec.Struct, frozen=True):
    """Principal and increase on a day. `statute`: the rows of delay used; `lacking`: what is not on file."""

    establishment: str
    day: date
    principal_rs: Rupees
    increase_rs: Rupees
    owed_rs: Rupees
    months: tuple[MonthOwed, ...]
    statute: tuple[RateRow, ...]
    lacking: tuple[str, ...]


def on_day(tx: Connection, establishment: str, districts: Sequence[str] | None, day: date) -> Owed:
    """What is owed on a day by the assessments that count. Payments are not known to them.

    Raises Problem not-found where nothing is flagged that the caller may see.
    """
    seen = {row.report for row in flags.assessed(tx, [establishment], districts)}
    if not seen:
        raise Problem("not-found", "Nothing is flagged for this establishment in your districts.")
    claims = {claim.report_id: claim for claim in assessments.claims(tx, establishment)}
    counting = {
        month: report
        for month, report in sorted(overlaps.counting(claims.values()).items())
        if report in seen and claims[report].months[month]
    }
    law = statute.load(tx)
    due_days = {month: law.find("due_day_of_following_month", month) for month in counting}
    charges = [
        Charge(
            month=month,
            principal_rs=claims[report].months[month],
            due_on=ledger.due_on(month, int(row.number)),
            late=ledger.late_law(law, month),
        )
        for month, report in counting.items()
        if (row := due_days[month]) is not None
    ]
    settled = ledger.settle(charges, (), day, "oldest-month-principal-first")
    months = tuple(_shown(state, counting[state.month], due_days[state.month]) for state in settled.months)
    used = {id for month in months for id in month.rate_row_ids}
    return Owed(
        establishment=establishment,
        day=day,
        principal_rs=to_json(settled.principal_rs),
        increase_rs=to_json(settled.increase_rs),
        owed_rs=to_json(settled.open_rs),
        months=months,
        statute=tuple(row for row in law.rows if row.id in used),
        lacking=tuple(_lacking(counting, due_days, day)),
    )


def _shown(state: MonthState, report: str, due_day: RateRow | None) -> MonthOwed:
    return MonthOwed(
        month=state.month,
        report=report,
        principal_rs=to_json(state.principal_rs),
        due_on=state.due_on,
        days_late=state.days_late,
        percent=f"{state.percent.normalize():f}",
        increase_rs=to_json(state.increase_rs),
        rate_row_ids=(*((due_day.id,) if due_day else ()), *state.row_ids),
    )


def _lacking(counting: Iterable[str], due_days: Mapping[str, RateRow | None], day: date) -> Iterable[str]:
    """The months that are left out, in words."""
    without = [month for month in counting if due_days[month] is None]
    if without:
        yield f"No due day is on file for {span(without)}: left out here. Add a dated row and ask again."
    early = [month for month in counting if due_days[month] is not None and ledger.month_end(month) >= day]
    if early:
        yield f"{span(early)} was not over on {day.isoformat()}: nothing was owed for it yet."
