"""What is open of each month today: schedules, reports and payments together, and no rupee of it twice."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from field.recovery import book, ledger, overlaps
from field.recovery.account import MonthDeclared
from field.recovery.assessment import Assessment
from field.recovery.book import MonthFound, Received
from field.recovery.charging import Charger, MonthCharged
from field.recovery.findings import Finding
from field.recovery.ledger import Ledger, MonthState, Payment
from field.recovery.matching import MonthMatched
from field.recovery.money import ZERO
from field.recovery.overlaps import Claim


class ReportFound(msgspec.Struct, frozen=True, kw_only=True):
    """What one report says: its assessment, and the months of which it has wage lines. Made on `made_on`.

    `months_checked`: of which months records were checked; None where that was not kept. `looked`: codes of
    what it looked at that belongs to no month, found or not. `matched`: its months beside the schedules.
    """

    assessment: Assessment
    line_months: tuple[str, ...]
    months_checked: tuple[str, ...] | None = None
    captured_ms: int
    made_on: date
    findings: tuple[Finding, ...] = ()
    looked: tuple[str, ...] = ()
    matched: tuple[MonthMatched, ...] = ()


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of an establishment's debts on a day.

    `months` are its schedules that count; `declared` and `received`, for the book, are all its schedules and
    payments, and may be left out where there is no report. `months_named`: those that a payment which stands
    says it is for. `schedules_until` and `payments_until`: how far the office has those of any establishment;
    None: not at all. What nobody could have heard of by then is held against nobody.
    """

    establishment_id: str
    day: date
    status: str = "open"
    months: tuple[MonthCharged, ...] = ()
    payments: tuple[Payment, ...] = ()
    months_named: frozenset[str] = frozenset()
    reports: tuple[ReportFound, ...] = ()
    declared: tuple[MonthDeclared, ...] = ()
    received: tuple[Received, ...] = ()
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
    """Every month with a figure, and the report that speaks for each month, also one without a figure.

    `ledger` is the account that the months are out of.
    """

    months: Mapping[str, MonthOpen]
    ledger: Ledger
    speaks: Mapping[str, str]
    last_report: str | None


def position(facts: Facts, charger: Charger) -> Position:
    """What is open of each month on the day of the facts, as in the book of the establishment.

    Where no report says anything, each month is what its schedule makes due: the same book, made at a
    province's pace. A month whose law is not on file, or that is not over, is left out. Raises what
    `ledger.settle` does.
    """
    ordered = sorted(facts.reports, key=lambda each: (each.captured_ms, each.assessment.report_id))
    looked = {due.month: each.assessment.report_id for each in ordered for due in each.assessment.months}
    speaks = {**looked, **overlaps.counting(_claims(ordered))}
    settled, months = _by_book(facts, charger, speaks) if speaks else _by_schedules(facts, charger)
    return Position(
        months=months,
        ledger=settled,
        speaks=speaks,
        last_report=ordered[-1].assessment.report_id if ordered else None,
    )


def _claims(reports: Iterable[ReportFound]) -> list[Claim]:
    claims = []
    for each in reports:
        due = {month.month: month.due_rs for month in each.assessment.months}
        months = {month: due.get(month, ZERO) for month in each.line_months}
        claims.append(Claim(each.assessment.report_id, each.captured_ms, months))
    return claims


def _by_schedules(facts: Facts, charger: Charger) -> tuple[Ledger, dict[str, MonthOpen]]:
    charges = [
        charge for each in facts.months if (charge := charger.charge(each.month, each.due_rs)) is not None
    ]
    last = max((charge.month for charge in charges), default=None)
    row = charger.statute.find("payment_order_rule", last) if last and facts.payments else None
    settled = ledger.settle(charges, facts.payments, facts.day, ledger.order_of(row))
    schedules = {each.month: each for each in facts.months}
    own = _own({month: _own_rs(each, ZERO) for month, each in schedules.items()}, settled)
    return settled, {
        state.month: _month(state, schedules[state.month], own[state.month], schedules[state.month].row_ids)
        for state in settled.months
    }


def _by_book(
    facts: Facts, charger: Charger, speaks: Mapping[str, str]
) -> tuple[Ledger, dict[str, MonthOpen]]:
    reports = {each.assessment.report_id: each for each in facts.reports}
    said = (found(reports[report], month) for month, report in speaks.items())
    known = [each for each in said if each is not None]
    held = book.settle(known, facts.declared, facts.received, charger.statute, facts.day)
    schedules = {each.month: each for each in facts.months}
    owned = {
        one.month: _own_rs(schedules[one.month], one.taken_as_paid_rs)
        if one.month in schedules
        else one.principal_rs
        for one in held.months
        if one.proof != "found-beyond"
    }
    own = _own(owned, held.ledger)
    months = {}
    for state, one in zip(held.ledger.months, held.months, strict=True):
        opened = _month(state, schedules.get(one.month), own.get(one.month, (ZERO, ZERO)), one.row_ids)
        months[one.month] = msgspec.structs.replace(
            opened, report=one.report_id, found_paid=one.found_unpaid is False
        )
    return held.ledger, months


def found(report: ReportFound, month: str) -> MonthFound | None:
    """What a report says of a month, for the book."""
    said = book.of_report(report.assessment, report.captured_ms, report.made_on, report.matched)
    return next((each for each in said if each.month == month), None)


def _own_rs(schedule: MonthCharged, taken_as_paid_rs: Decimal) -> Decimal:
    """What is due by the employer's own form where that says less than the law."""
    own = min(schedule.due_rs, schedule.due_rs - schedule.said_due_rs + schedule.declared_rs)
    return max(own - taken_as_paid_rs, ZERO)


def _own(owned: Mapping[str, Decimal], settled: Ledger) -> dict[str, tuple[Decimal, Decimal]]:
    """By month: what is due by the employer's own figures, and what of it all payments leave open."""
    left = settled.received_rs
    found = {}
    for month in sorted(owned):
        paid = min(owned[month], left)
        left -= paid
        found[month] = owned[month], owned[month] - paid
    return found


def _month(
    state: MonthState,
    schedule: MonthCharged | None,
    own: tuple[Decimal, Decimal],
    row_ids: tuple[str, ...],
) -> MonthOpen:
    return MonthOpen(
        month=state.month,
        principal_rs=state.principal_rs,
        open_rs=state.principal_rs - state.principal_paid_rs,
        increase_rs=state.increase_rs - state.increase_paid_rs,
        due_on=state.due_on,
        schedule=schedule,
        own_rs=own[0],
        own_open_rs=own[1],
        row_ids=row_ids,
    )
