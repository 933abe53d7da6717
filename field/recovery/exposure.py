"""What is open of each month today: schedules, reports and payments together, and no rupee of it twice."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from field.recovery import ledger, overlaps
from field.recovery.assessment import Assessment, MonthDue
from field.recovery.charging import Charger, MonthCharged
from field.recovery.findings import Finding
from field.recovery.ledger import Charge, Ledger, Payment
from field.recovery.money import ZERO
from field.recovery.overlaps import Claim

CREDIT = "credit"


class ReportFound(msgspec.Struct, frozen=True, kw_only=True):
    """What one report says: its assessment, and the months of which it has wage lines. Made on `made_on`."""

    assessment: Assessment
    line_months: tuple[str, ...]
    captured_ms: int
    made_on: date
    findings: tuple[Finding, ...] = ()


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of an establishment's debts on a day.

    `months` are its schedules that count. `months_named`: months that a payment which stands says it is for.
    `schedules_until` and `payments_until`: how far the office has those of any establishment; None: not at
    all. What nobody could have heard of by then is held against nobody.
    """

    establishment_id: str
    day: date
    status: str = "open"
    months: tuple[MonthCharged, ...] = ()
    payments: tuple[Payment, ...] = ()
    months_named: frozenset[str] = frozenset()
    reports: tuple[ReportFound, ...] = ()
    schedules_until: str | None = None
    payments_until: date | None = None


class MonthOpen(msgspec.Struct, frozen=True, kw_only=True):
    """A month: its contribution, and what of contribution and increase is open on the day.

    `report` is the one that counts for it, if any; `schedule` the version that does. `found_paid`: that
    report noted the month as paid. `own_rs` is the contribution by the employer's own schedule where that
    says less than the law, and `own_open_rs` what of it all payments together leave open, the oldest month
    paid first and no increase counted: whether he paid what he says himself.
    """

    month: str
    principal_rs: Decimal
    open_rs: Decimal
    increase_rs: Decimal
    due_on: date
    report: str | None = None
    schedule: MonthCharged | None = None
    found_paid: bool = False
    own_rs: Decimal = ZERO
    own_open_rs: Decimal = ZERO
    row_ids: tuple[str, ...] = ()

    @property
    def paid_rs(self) -> Decimal:
        """What of the contribution was paid."""
        return self.principal_rs - self.open_rs


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Every month with a figure, and the report that speaks for each month, also one without a figure."""

    months: Mapping[str, MonthOpen]
    speaks: Mapping[str, str]
    last_report: str | None


def position(facts: Facts, charger: Charger) -> Position:
    """What is open of each month on the day of the facts.

    A month is charged once: what its schedule makes due or, where the report that counts found it unpaid, the
    higher of the two; where it found it paid, what is due beyond that is added. Where a month was found paid
    and there is no schedule, nobody knows what was paid then: what is due beyond it is settled by later
    payments alone. A month whose law is not on file is left out. Raises what `ledger.settle` does.
    """
    counting = overlaps.counting(_claims(facts.reports))
    found = {each.assessment.report_id: each for each in facts.reports}
    dues = {
        month: due for month, report in counting.items() if (due := _due(found[report], month)) is not None
    }
    schedules = {each.month: each for each in facts.months}
    known: list[Charge] = []
    beyond: list[Charge] = []
    for month in sorted(schedules.keys() | dues.keys()):
        schedule, due = schedules.get(month), dues.get(month)
        charge = charger.charge(month, _principal(schedule, due))
        if charge is None:
            continue
        (beyond if schedule is None and due is not None and not due.unpaid else known).append(charge)
    ledgers = _settled(facts, charger, known, beyond, found, counting)
    own = _own(known, schedules, facts)
    months = {
        charge.month: _month(
            charge,
            ledgers,
            counting.get(charge.month),
            schedules.get(charge.month),
            dues.get(charge.month),
            own,
        )
        for charge in (*known, *beyond)
    }
    ordered = sorted(facts.reports, key=lambda each: (each.captured_ms, each.assessment.report_id))
    speaks = {due.month: each.assessment.report_id for each in ordered for due in each.assessment.months}
    return Position(
        months=months,
        speaks={**speaks, **counting},
        last_report=ordered[-1].assessment.report_id if ordered else None,
    )


def _claims(reports: Iterable[ReportFound]) -> list[Claim]:
    claims = []
    for each in reports:
        due = {month.month: month.due_rs for month in each.assessment.months}
        months = {month: due.get(month, ZERO) for month in each.line_months}
        claims.append(Claim(each.assessment.report_id, each.captured_ms, months))
    return claims


def _due(report: ReportFound, month: str) -> MonthDue | None:
    return next((due for due in report.assessment.months if due.month == month), None)


def _principal(schedule: MonthCharged | None, due: MonthDue | None) -> Decimal:
    declared = schedule.due_rs if schedule else ZERO
    if due is None:
        return declared
    return max(declared, due.due_rs) if due.unpaid else declared + due.due_rs


def _settled(
    facts: Facts,
    charger: Charger,
    known: Sequence[Charge],
    beyond: Sequence[Charge],
    found: Mapping[str, ReportFound],
    counting: Mapping[str, str],
) -> list[Ledger]:
    months = [charge.month for charge in (*known, *beyond)]
    row = charger.statute.find("payment_order_rule", max(months)) if months and facts.payments else None
    order = ledger.order_of(row)
    first = ledger.settle(known, facts.payments, facts.day, order)
    if not beyond:
        return [first]
    since = min(found[counting[charge.month]].made_on for charge in beyond)
    later = [paid for paid in facts.payments if paid.value_date > since and paid.stands_on(facts.day)]
    left = min(first.credit_rs, sum((paid.amount_rs for paid in later), ZERO))
    rest = [Payment(id=CREDIT, value_date=later[-1].value_date, amount_rs=left)] if left else []
    return [first, ledger.settle(beyond, rest, facts.day, order)]


def _own(
    charges: Iterable[Charge], schedules: Mapping[str, MonthCharged], facts: Facts
) -> dict[str, tuple[Decimal, Decimal]]:
    """By month: what is due by the employer's own figures, and what of it is open."""
    left = sum((paid.amount_rs for paid in facts.payments if paid.stands_on(facts.day)), ZERO)
    found = {}
    for charge in sorted(charges, key=lambda each: each.month):
        schedule = schedules.get(charge.month)
        own = charge.principal_rs
        if schedule is not None:
            own = min(schedule.due_rs, schedule.due_rs - schedule.said_due_rs + schedule.declared_rs)
        paid = min(own, left)
        left -= paid
        found[charge.month] = own, own - paid
    return found


def _month(
    charge: Charge,
    ledgers: Iterable[Ledger],
    report: str | None,
    schedule: MonthCharged | None,
    due: MonthDue | None,
    own: Mapping[str, tuple[Decimal, Decimal]],
) -> MonthOpen:
    state = next((each for one in ledgers for each in one.months if each.month == charge.month), None)
    rows = dict.fromkeys(schedule.row_ids if schedule else ())
    rows |= dict.fromkeys(row.id for row in charge.late.rows)
    own_rs, own_open_rs = own.get(charge.month, (ZERO, ZERO))
    return MonthOpen(
        month=charge.month,
        principal_rs=charge.principal_rs,
        # A month that is not over yet stands in no ledger: nothing of it can have been paid.
        open_rs=state.principal_rs - state.principal_paid_rs if state else charge.principal_rs,
        increase_rs=state.increase_rs - state.increase_paid_rs if state else ZERO,
        due_on=charge.due_on,
        report=report if due is not None else None,
        schedule=schedule,
        found_paid=due is not None and not due.unpaid,
        own_rs=own_rs,
        own_open_rs=own_open_rs,
        row_ids=tuple(rows),
    )
