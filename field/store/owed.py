"""What an employer owes on a day: one ledger out of schedules, reports and payments, opened for a person."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import msgspec
from sqlalchemy import Connection

from field.problems import Problem
from field.recovery import book, explain, figures, overlaps
from field.recovery.book import Book, MonthBooked, MonthFound, Proof
from field.recovery.ledger import MonthState
from field.recovery.money import ZERO, to_json
from field.recovery.phrases import Language
from field.recovery.statute import RateRow, Statute
from field.store import accounts, assessments, flags, registry, statute
from field.store.assessments import Kept
from field.store.flags import Rupees
from field.store.import_runs import day_at


class MonthOwed(msgspec.Struct, frozen=True):
    """A month: its contribution, the last day for paying it, the increase up to the day, and what was paid.

    `percent` is that of the principal which is still open, as exact text. `report` names the report that
    counts for the month, `version` the schedule that does; `proof` says which of them the principal rests on,
    and the figures beside it what each says (docs/assessment.md, "One month is asked for once").
    """

    month: str
    report: str | None
    principal_rs: Rupees
    due_on: date
    days_late: int
    percent: str
    increase_rs: Rupees
    rate_row_ids: tuple[str, ...]
    principal_paid_rs: Rupees
    increase_paid_rs: Rupees
    open_rs: Rupees
    proof: Proof
    version: int | None
    declared_rs: Rupees | None
    whole_rs: Rupees | None
    beyond_rs: Rupees | None
    taken_as_paid_rs: Rupees
    provisional: bool


class PaymentOwed(msgspec.Struct, frozen=True):
    """A payment in the ledger. One that was dishonoured up to the day stays, and has settled nothing.

    `set_aside`: it was for a contribution that is not asked for here.
    """

    id: str
    value_date: date
    amount_rs: Rupees
    reversed_on: date | None
    months: tuple[str, ...]
    stands: bool
    set_aside: bool


class Owed(msgspec.Struct, frozen=True):
    """Principal and increase on a day, and what was received. `statute`: the rows used.

    `lacking`: what is left out, and what should be looked at, in words. `provisional`: it may change without
    a new visit, because of a disputed value, an unconfirmed row or one of the things in `lacking`.
    `records_refused` names reports whose months can be judged otherwise (GET .../judgement).
    """

    establishment: str
    day: date
    principal_rs: Rupees
    increase_rs: Rupees
    owed_rs: Rupees
    months: tuple[MonthOwed, ...]
    statute: tuple[RateRow, ...]
    lacking: tuple[str, ...]
    received_rs: Rupees
    credit_rs: Rupees
    payments: tuple[PaymentOwed, ...]
    provisional: bool
    records_refused: tuple[str, ...]


def on_day(
    tx: Connection,
    establishment: str,
    districts: Sequence[str] | None,
    day: date,
    language: Language = "en",
) -> Owed:
    """What is owed on a day by schedules, reports and payments together, everybody's figure the same.

    What is lacking is said in `language`.

    Raises Problem not-found where there is nothing that the caller may see.
    """
    may_see(tx, establishment, districts)
    kept = assessments.kept(tx, establishment)
    return _shown(establishment, of(tx, establishment, kept, statute.load(tx), day), kept, language)


def may_see(tx: Connection, establishment: str, districts: Sequence[str] | None) -> None:
    """Raises Problem not-found unless the establishment is, or was flagged, in one of the districts."""
    known = registry.by_id(tx, [establishment]).get(establishment)
    inside = known is not None and (districts is None or known.values.get("district") in districts)
    if not inside and not flags.assessed(tx, [establishment], districts):
        raise Problem("not-found", "There is no such establishment in your districts.")


def of(tx: Connection, establishment: str, kept: Sequence[Kept], law: Statute, day: date) -> Book:
    """The book of an establishment on a day, by the dated rows given."""
    return book.settle(
        found(kept),
        accounts.declared(tx, establishment, earlier=True),
        accounts.received(tx, establishment),
        law,
        day,
    )


def counting(kept: Iterable[Kept]) -> dict[str, str]:
    """The report that counts for each month of which there are wage lines."""
    return overlaps.counting(each.claim for each in kept)


def found(kept: Sequence[Kept]) -> list[MonthFound]:
    """What the reports say that count, month by month.

    For a month without wage lines the report captured last that looked at it says whether it was paid.
    """
    looked = {month.month: each.report for each in kept for month in each.body.assessment.months}
    counts = {**looked, **counting(kept)}
    said = [
        month
        for each in kept
        for month in book.of_report(
            each.body.assessment, each.captured_ms, day_at(each.captured_ms), each.body.matched
        )
    ]
    most: dict[str, Decimal] = {}
    for month in said:
        most[month.month] = max(most.get(month.month, ZERO), month.whole_rs)
    return [
        msgspec.structs.replace(month, most_rs=most[month.month])
        for month in said
        if counts[month.month] == month.report_id
    ]


def _shown(establishment: str, held: Book, kept: Sequence[Kept], language: Language) -> Owed:
    settled = held.ledger
    refused = [
        each.report
        for each in kept
        if any(reason.code == "records-refused" for reason in each.body.assessment.reasons)
    ]
    entered = [(each.payment, each.months, False) for each in held.entered]
    aside = [(each.payment, each.months, True) for each in held.set_aside]
    return Owed(
        establishment=establishment,
        day=settled.day,
        principal_rs=to_json(settled.principal_rs),
        increase_rs=to_json(settled.increase_rs),
        owed_rs=to_json(settled.open_rs),
        months=tuple(_month(*each) for each in zip(settled.months, held.months, strict=True)),
        statute=held.rows,
        lacking=tuple(
            explain.sentence(figures.of_remark(remark, settled.day), language) for remark in held.remarks
        ),
        received_rs=to_json(settled.received_rs),
        credit_rs=to_json(settled.credit_rs),
        payments=tuple(
            PaymentOwed(
                id=paid.id,
                value_date=paid.value_date,
                amount_rs=to_json(paid.amount_rs),
                reversed_on=paid.reversed_on,
                months=months,
                stands=paid.stands_on(settled.day),
                set_aside=set_aside,
            )
            for paid, months, set_aside in (*entered, *aside)
        ),
        provisional=held.provisional,
        records_refused=tuple(refused),
    )


def _month(state: MonthState, booked: MonthBooked) -> MonthOwed:
    declared, whole, beyond = (
        None if amount is None else to_json(amount)
        for amount in (booked.declared_rs, booked.whole_rs, booked.beyond_rs)
    )
    return MonthOwed(
        month=state.month,
        report=booked.report_id,
        principal_rs=to_json(state.principal_rs),
        due_on=state.due_on,
        days_late=state.days_late,
        percent=f"{state.percent.normalize():f}",
        increase_rs=to_json(state.increase_rs),
        rate_row_ids=booked.row_ids,
        principal_paid_rs=to_json(state.principal_paid_rs),
        increase_paid_rs=to_json(state.increase_paid_rs),
        open_rs=to_json(state.open_rs),
        proof=booked.proof,
        version=booked.version,
        declared_rs=declared,
        whole_rs=whole,
        beyond_rs=beyond,
        taken_as_paid_rs=to_json(booked.taken_as_paid_rs),
        provisional=booked.provisional,
    )
