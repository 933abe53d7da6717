"""One establishment, one ledger: its own schedules, what reports found, and every payment, put together.

No month is asked for twice. A schedule and a report about the same month are two proofs of one debt: the
principal is the highest figure that is proven, never their sum (`principal_of`). docs/assessment.md says the
rules in plain words.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from field.recovery import ledger
from field.recovery.account import MonthDeclared, due_by_law
from field.recovery.assessment import Assessment
from field.recovery.contribution import MonthLaw, law_of
from field.recovery.ledger import Charge, Ledger, Payment
from field.recovery.matching import MonthMatched
from field.recovery.money import ZERO
from field.recovery.statute import RateRow, Statute

Proof = Literal["schedule", "schedule-and-beyond", "register", "matched", "found-unpaid", "found-beyond"]
"""What the principal of a month rests on: the schedule alone; the schedule that was on file at the visit, and
what the report found beyond it; the wage register as a whole; both, matched worker by worker; a report alone,
for a month that it found unpaid, or beyond what was declared for a month that it found paid."""

Doubt = Literal[
    "report-provisional",
    "found-paid-but-open",
    "taken-as-paid",
    "bounced-after-visit",
    "set-aside",
    "credit-unsure",
    "worker-twice",
    "earlier-found-more",
    "no-law",
    "no-due-day",
    "month-not-over",
]
"""Why a person should look at a figure before signing it."""


class MonthFound(msgspec.Struct, frozen=True, kw_only=True):
    """What the report that counts found for a month: the figures of `assessment.MonthDue`.

    The report was made on `made_on`: what was paid later cannot be what it saw. `provisional`: a value of the
    report is disputed, or its lines contradict each other. `most_rs`: the highest `whole_rs` of any report.
    """

    month: str
    report_id: str
    captured_ms: int
    made_on: date = date.max
    unpaid: bool
    due_rs: Decimal
    whole_rs: Decimal
    beyond_rs: Decimal
    most_rs: Decimal = ZERO
    lines: int = 0
    row_ids: tuple[str, ...] = ()
    provisional: bool = False
    matched: MonthMatched | None = None


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A payment on file, and the months that it names, if it names any."""

    payment: Payment
    months: tuple[str, ...] = ()


class MonthBooked(msgspec.Struct, frozen=True, kw_only=True):
    """A month's principal, and the figures it was chosen from; None where there is no such source.

    `declared_rs` is what the latest schedule makes due by the law, `then_rs` what the one on file at the
    visit did; `whole_rs` and `beyond_rs` are the report's. `taken_as_paid_rs` was left out, because the
    report found the month paid and no money on file can have paid it. `twice`: a worker stands in the latest
    schedule more than once, and each line is charged. `by_day`: so many of its lines are paid by the day.
    """

    month: str
    proof: Proof
    principal_rs: Decimal
    taken_as_paid_rs: Decimal = ZERO
    report_id: str | None = None
    version: int | None = None
    workers: int | None = None
    by_day: int = 0
    declared_rs: Decimal | None = None
    then_rs: Decimal | None = None
    whole_rs: Decimal | None = None
    beyond_rs: Decimal | None = None
    found_unpaid: bool | None = None
    row_ids: tuple[str, ...] = ()
    provisional: bool = False
    twice: bool = False
    matched: MonthMatched | None = None


class Remark(msgspec.Struct, frozen=True):
    """Something to look at: its code, the months, and the sum or the payment that it is about."""

    code: Doubt
    months: tuple[str, ...] = ()
    amount_rs: Decimal | None = None
    payment_ids: tuple[str, ...] = ()


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger on a day and what each month in it rests on.

    `charges` has the due day and the law of delay of each of `months`. `entered` has the payments of the
    ledger, with the months that they name, and `set_aside` those for months that a report found paid and for
    which no schedule is on file: what they settled is not asked for here.
    `provisional`: it may change without a new visit.
    """

    ledger: Ledger
    months: tuple[MonthBooked, ...]
    charges: tuple[Charge, ...]
    entered: tuple[Received, ...]
    set_aside: tuple[Received, ...]
    order: RateRow | None
    rows: tuple[RateRow, ...]
    remarks: tuple[Remark, ...]
    provisional: bool


_HARMLESS: frozenset[Doubt] = frozenset({"month-not-over"})


class _Paid:
    """Which months found paid can have been paid by the money on file, and which payments are for them."""

    def __init__(self, received: Iterable[Received], day: date) -> None:
        self.received = sorted(received, key=lambda each: (each.payment.value_date, each.payment.id))
        self.day = day
        self._unnamed = [each.payment for each in self.received if not each.months]
        # Used up month by month, the oldest first.
        self._left = {paid.id: paid.amount_rs for paid in self._unnamed}

    def naming(self, month: str) -> list[Payment]:
        return [each.payment for each in self.received if month in each.months]

    def bounced(self, found: MonthFound) -> bool:
        """Whether all that the report can have seen for the month turned out later not to have been paid.

        What had come back before the report is not what it saw: the month was found paid in spite of it.
        """
        until = min(found.made_on, self.day)
        named = [
            paid
            for paid in self.naming(found.month)
            if paid.value_date <= until
            and (found.made_on == date.max or paid.reversed_on is None or paid.reversed_on >= found.made_on)
        ]
        return bool(named) and not any(paid.stands_on(self.day) for paid in named)

    def can_have_paid(self, month: str, amount: Decimal) -> bool:
        """Whether money on file can be for the month: named, or unnamed and enough, which is then used up.

        Whenever it came: where the month is charged and the money settles it, nobody is wronged.
        """
        if self.naming(month):
            return True
        usable = [paid.id for paid in self._unnamed if paid.value_date > ledger.month_end(month)]
        if amount <= 0 or sum((self._left[id] for id in usable), ZERO) < amount:
            return False
        for id in usable:
            used = min(self._left[id], amount)
            self._left[id] -= used
            amount -= used
        return True


def of_report(
    assessment: Assessment, captured_ms: int, made_on: date, matched: Iterable[MonthMatched] = ()
) -> Iterable[MonthFound]:
    """What a report that was made on a day says of each of its months."""
    beside = {each.month: each for each in matched}
    for due in assessment.months:
        # A body of an earlier edition knows the one figure alone.
        beyond = ZERO if due.unpaid else due.due_rs
        yield MonthFound(
            month=due.month,
            report_id=assessment.report_id,
            captured_ms=captured_ms,
            made_on=made_on,
            unpaid=due.unpaid,
            due_rs=due.due_rs,
            whole_rs=due.due_rs if due.whole_rs is None else due.whole_rs,
            beyond_rs=beyond if due.beyond_rs is None else due.beyond_rs,
            lines=due.lines,
            row_ids=due.rate_row_ids,
            provisional=assessment.unsettled,
            matched=beside.get(due.month),
        )


def settle(
    found: Iterable[MonthFound],
    declared: Iterable[MonthDeclared],
    received: Iterable[Received],
    statute: Statute,
    day: date,
) -> Book:
    """The book of an establishment on a day.

    `found` has each month once: what the report that counts for it says (`overlaps.counting`). `declared` may
    have several versions of a month. A month whose law is not on file is left out, with a remark.
    """
    reports = {each.month: each for each in found}
    versions: dict[str, list[MonthDeclared]] = {}
    for schedule in sorted(declared, key=lambda each: each.version):
        versions.setdefault(schedule.month, []).append(schedule)
    paid = _Paid(received, day)
    by_id = {row.id: row for row in statute.rows}
    booked: dict[str, tuple[MonthBooked, Charge]] = {}
    remarks: list[Remark] = []
    rows: list[RateRow] = []
    lacking: dict[Doubt, list[str]] = {"no-law": [], "no-due-day": []}
    for month in sorted(reports.keys() | versions.keys()):
        law = law_of(statute, month)
        if isinstance(law, str):
            lacking["no-law"].append(month)
        elif statute.find("due_day_of_following_month", month) is None:
            lacking["no-due-day"].append(month)
        else:
            one, used = _booked(reports.get(month), versions.get(month, []), law, paid, remarks)
            charge, late = ledger.charge(statute, month, one.principal_rs)
            if one.proof == "found-beyond":
                # What had been paid by then was for what was declared, which is not asked for here.
                made_on = reports[month].made_on
                since = None if made_on == date.max else made_on + timedelta(days=1)
                charge = msgspec.structs.replace(charge, settled_from=since)
            ids = tuple(dict.fromkeys((*(row.id for row in (*used, *late)), *one.row_ids)))
            booked[month] = msgspec.structs.replace(one, row_ids=ids), charge
            rows += [by_id[id] for id in ids if id in by_id]
    known = [each for each in paid.received if each.payment.value_date <= day]
    # What came back has settled nothing here or elsewhere, and is shown as that.
    standing = [each for each in known if each.payment.stands_on(day)]
    set_aside = [each for each in standing if _is_set_aside(each, booked, reports)]
    entered = [each for each in known if each not in set_aside]
    order = statute.find("payment_order_rule", max(booked)) if booked and entered else None
    rows += [order] if order else []
    owing = [charge for one, charge in booked.values() if charge.principal_rs or one.version is not None]
    settled = ledger.settle(owing, [each.payment for each in entered], day, ledger.order_of(order))
    shown = [booked[state.month] for state in settled.months]
    remarks += [Remark(code, tuple(months)) for code, months in lacking.items() if months]
    remarks += _remarks(settled, booked, set_aside)
    less = {each.month: each.most_rs - each.whole_rs for each in reports.values() if each.month in booked}
    if less := {month: amount for month, amount in sorted(less.items()) if amount > 0}:
        remarks.append(Remark("earlier-found-more", tuple(less), sum(less.values(), ZERO)))
    if early := [each.month for each in owing if each.arises_on > day]:
        remarks.append(Remark("month-not-over", tuple(early)))
    once = tuple({row.id: row for row in rows}.values())
    return Book(
        ledger=settled,
        months=tuple(one for one, _ in shown),
        charges=tuple(charge for _, charge in shown),
        entered=tuple(entered),
        set_aside=tuple(set_aside),
        order=order,
        rows=once,
        remarks=tuple(remarks),
        provisional=any(remark.code not in _HARMLESS for remark in remarks)
        or any(not row.confirmed for row in once),
    )


def _booked(
    found: MonthFound | None,
    versions: Sequence[MonthDeclared],
    law: MonthLaw,
    paid: _Paid,
    remarks: list[Remark],
) -> tuple[MonthBooked, list[RateRow]]:
    latest = versions[-1] if versions else None
    dues = {schedule.version: due_by_law(schedule, law) for schedule in versions}
    now = dues[latest.version] if latest else None
    used = list(now[2]) if now else list(law.contribution_rows)
    then = next(
        (
            dues[each.version][0]
            for each in reversed(versions)
            if found is not None and each.arrived_ms <= found.captured_ms
        ),
        None,
    )
    declared = now[0] if now else None
    # Beside another version than the latest it says nothing: the visit is about to be assessed anew.
    held = found.matched if found is not None else None
    beside = held if held is not None and latest is not None and held.version == latest.version else None
    proof, principal = principal_of(found, declared, then, beside)
    taken = ZERO
    if found is not None and not found.unpaid:
        if declared is None and paid.bounced(found):
            proof, principal = "found-unpaid", found.whole_rs
            if principal:
                remarks.append(Remark("bounced-after-visit", (found.month,), principal))
        elif declared is not None:
            shown = then if then is not None else max(declared - found.beyond_rs, ZERO)
            if not paid.can_have_paid(found.month, shown):
                taken = min(shown, principal)
    booked = MonthBooked(
        month=law.month,
        proof=proof,
        principal_rs=principal - taken,
        taken_as_paid_rs=taken,
        report_id=found.report_id if found else None,
        version=latest.version if latest else None,
        workers=latest.workers if latest else None,
        by_day=latest.by_day if latest else 0,
        declared_rs=declared,
        then_rs=then,
        whole_rs=found.whole_rs if found else None,
        beyond_rs=found.beyond_rs if found else None,
        found_unpaid=found.unpaid if found else None,
        row_ids=found.row_ids if found else (),
        provisional=found.provisional if found else False,
        twice=latest is not None and latest.twice > 0,
        matched=beside,
    )
    return booked, used


def principal_of(
    found: MonthFound | None,
    declared_rs: Decimal | None,
    then_rs: Decimal | None,
    matched: MonthMatched | None = None,
) -> tuple[Proof, Decimal]:
    """What a month's principal rests on, and how much it is.

    A schedule alone: what the law asks for its lines. A report alone: what it claims. Both: the highest of
    what the latest schedule makes due, of what the one on file at the visit did with what the report found
    beyond it, and of what the law asks for the wage register. Each is proven by itself, and none is added
    to another that may hold the same worker; where two are equal, the schedule's own figure stands. Where the
    workers were `matched`, both together prove each worker once, and beyond is what no matched line has.
    """
    if found is None:
        return "schedule", declared_rs if declared_rs is not None else ZERO
    if declared_rs is None:
        return ("found-unpaid" if found.unpaid else "found-beyond"), found.due_rs
    proofs: list[tuple[Proof, Decimal]] = [
        ("schedule", declared_rs),
        (
            "schedule-and-beyond",
            (then_rs if then_rs is not None else ZERO) + (matched.beyond_rs if matched else found.beyond_rs),
        ),
        ("register", found.whole_rs),
    ]
    if matched is not None:
        proofs.append(("matched", matched.due_rs))
    return max(proofs, key=lambda each: each[1])


def _is_set_aside(
    each: Received, booked: Mapping[str, tuple[MonthBooked, Charge]], reports: Mapping[str, MonthFound]
) -> bool:
    """Whether all months that a payment names were found paid, with nothing on file of what was declared."""
    return bool(each.months) and all(
        month in booked
        and booked[month][0].proof == "found-beyond"
        and each.payment.value_date <= reports[month].made_on
        for month in each.months
    )


def _remarks(
    settled: Ledger, booked: Mapping[str, tuple[MonthBooked, Charge]], set_aside: Sequence[Received]
) -> Iterable[Remark]:
    taken = {month: one.taken_as_paid_rs for month, (one, _) in booked.items() if one.taken_as_paid_rs}
    if taken:
        yield Remark("taken-as-paid", tuple(taken), sum(taken.values(), ZERO))
    if set_aside:
        total = sum((each.payment.amount_rs for each in set_aside), ZERO)
        months = tuple(sorted({month for each in set_aside for month in each.months}))
        yield Remark("set-aside", months, total, tuple(each.payment.id for each in set_aside))
    unknown = tuple(state.month for state in settled.months if booked[state.month][0].proof == "found-beyond")
    if unknown and settled.credit_rs:
        yield Remark("credit-unsure", unknown, settled.credit_rs)
    doubtful = []
    for state in settled.months:
        one = booked[state.month][0]
        beyond = one.beyond_rs if one.beyond_rs is not None else ZERO
        if one.proof == "matched":
            beyond = max(beyond, one.principal_rs - (one.declared_rs or ZERO))
        left = state.principal_rs - state.principal_paid_rs
        as_declared = one.proof != "register" and not one.taken_as_paid_rs and one.declared_rs is not None
        if one.found_unpaid is False and as_declared and left > beyond:
            doubtful.append(state.month)
    if doubtful:
        yield Remark("found-paid-but-open", tuple(doubtful))
    if repeated := [state.month for state in settled.months if booked[state.month][0].twice]:
        yield Remark("worker-twice", tuple(repeated))
    if unsure := [state.month for state in settled.months if booked[state.month][0].provisional]:
        yield Remark("report-provisional", tuple(unsure))
