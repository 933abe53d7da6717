"""What can be seen against an employer at a desk, from schedules and payments alone, without any visit."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from field.recovery.exposure import Facts, MonthOpen, Position
from field.recovery.findings import Sure
from field.recovery.ledger import due_on, month_end
from field.recovery.money import ZERO, show
from field.recovery.rulebook import Rule
from field.recovery.statute import first_day
from field.recovery.wording import count, listed, span


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule saw.

    `claim_rs`: so much contribution it speaks for, of its months, and after those of any other where it says
    `anywhere`: payments settle the oldest month first, so what is short in one is open in another.
    `claims_increase`: it speaks for increase for delay too where no contribution is open.
    """

    sure: Sure
    sentences: tuple[str, ...]
    section: str = ""
    months: tuple[str, ...] = ()
    record_ids: tuple[str, ...] = ()
    row_ids: tuple[str, ...] = ()
    schedules: tuple[str, ...] = ()
    payments: tuple[str, ...] = ()
    claim_rs: Decimal = ZERO
    anywhere: bool = False
    claims_increase: bool = False
    provisional: bool = False


Left = Mapping[str, tuple[Decimal, Decimal]]
"""Contribution and increase by month that are open and that no rule has spoken for yet."""


def look(rule: Rule, facts: Facts, position: Position, left: Left) -> Seen | None:
    """What a rule about the account sees, if anything."""
    return _CONDITIONS[rule.codes[0]](rule, facts, position, left)


def _overdue(rule: Rule, facts: Facts, position: Position) -> list[MonthOpen]:
    """Months that were due so long ago that the office would have heard of a payment."""
    if facts.payments_until is None:
        return []
    heard = min(facts.day, facts.payments_until)
    patience = timedelta(days=int(rule.threshold("days_after_due", facts.day)))
    months = [position.months[month] for month in sorted(position.months)]
    return [each for each in months if each.due_on + patience <= heard]


def _seen(rule: Rule, months: Sequence[MonthOpen], sentence: str, **more: Any) -> Seen:
    """What is seen in months on schedules: with the versions, the rows of the law, the reports beside them.

    Where a report noted such a month as paid, two sources contradict each other.
    """
    noted = [each.month for each in months if each.found_paid]
    if noted:
        sentence += f" A report noted {span(noted)} as paid: ask for the challan."
    return Seen(
        sure=_LESS[rule.sure] if noted else rule.sure,
        sentences=(sentence,),
        months=tuple(each.month for each in months),
        schedules=tuple(
            f"{each.month} version {each.schedule.version}" for each in months if each.schedule is not None
        ),
        row_ids=tuple(id for each in months for id in each.row_ids),
        record_ids=tuple(each.report for each in months if each.report is not None),
        **more,
    )


_LESS: Mapping[Sure, Sure] = {"certain": "likely", "likely": "possible", "possible": "possible"}


def _not_paid(rule: Rule, facts: Facts, position: Position, _: Left) -> Seen | None:
    months = [
        each
        for each in _overdue(rule, facts, position)
        if each.schedule is not None and each.own_open_rs == each.own_rs > 0
    ]
    if not months:
        return None
    due = sum((each.own_rs for each in months), ZERO)
    sentence = (
        f"By the schedules of {span([each.month for each in months])} {show(due)} is due, the last of it "
        f"since {max(each.due_on for each in months).isoformat()}, and no payment is left for any of it."
    )
    return _seen(rule, months, sentence, claim_rs=due, anywhere=True)


def _paid_less(rule: Rule, facts: Facts, position: Position, _: Left) -> Seen | None:
    least = rule.threshold("amount_rs", facts.day)
    months = [
        each
        for each in _overdue(rule, facts, position)
        if each.schedule is not None and least <= each.own_open_rs < each.own_rs
    ]
    if not months:
        return None
    due = sum((each.own_rs for each in months), ZERO)
    short = sum((each.own_open_rs for each in months), ZERO)
    sentence = (
        f"By the schedules of {span([each.month for each in months])} {show(due)} is due; payments settle "
        f"{show(due - short)} of it, {show(short)} is short."
    )
    return _seen(rule, months, sentence, claim_rs=short, anywhere=True)


def _under_law(rule: Rule, facts: Facts, position: Position, left: Left) -> Seen | None:
    """Only while something is open: who pays by the law and not by his own form owes nothing."""
    least = rule.threshold("amount_rs", facts.day)
    months = [
        each
        for _, each in sorted(position.months.items())
        if each.schedule is not None and each.schedule.said_due_rs - each.schedule.declared_rs >= least
    ]
    said = sum((each.schedule.declared_rs for each in months if each.schedule), ZERO)
    law = sum((each.schedule.said_due_rs for each in months if each.schedule), ZERO)
    if not months or sum((open_rs for open_rs, _ in left.values()), ZERO) < least:
        return None
    sentence = (
        f"The schedules of {span([each.month for each in months])} say a contribution of {show(said)}; by "
        f"the law of those months it is {show(law)}, {show(law - said)} more."
    )
    return _seen(rule, months, sentence, claim_rs=law - said, anywhere=True)


def _rest(rule: Rule, facts: Facts, position: Position, left: Left) -> Seen | None:
    """What no other rule speaks for: increase for delay that was not paid, and small differences."""
    months = [each for each in _overdue(rule, facts, position) if any(left.get(each.month, ()))]
    rest = sum((left[each.month][0] for each in months), ZERO)
    increase = sum((left[each.month][1] for each in months), ZERO)
    if not months or rest + increase < rule.threshold("amount_rs", facts.day):
        return None
    # No figure stands in the sentence: the increase on what is open grows day by day.
    sentence = (
        f"Payments came late or short, and the increase for delay was not paid with them: by the ledger, "
        f"something of {span([each.month for each in months])} is open beyond what other flags say."
    )
    return _seen(rule, months, sentence, claim_rs=rest, claims_increase=True)


def _silent_since(facts: Facts, last: str | None) -> list[str]:
    """The months after the last schedule whose due day has passed, and of which the office has others'."""
    if facts.schedules_until is None or facts.status != "open" or last is None:
        return []
    months = []
    month = _next(last)
    while month <= facts.schedules_until and due_on(month, 31) < facts.day:
        months.append(month)
        month = _next(month)
    return months


def _next(month: str) -> str:
    return (month_end(month) + timedelta(days=1)).isoformat()[:7]


def _no_schedule(rule: Rule, facts: Facts, _: Position, __: Left) -> Seen | None:
    last = max(facts.months, key=lambda each: each.month, default=None)
    months = _silent_since(facts, last.month if last else None)
    if last is None or len(months) < rule.threshold("months", facts.day):
        return None
    sentence = (
        f"The last schedule is of {last.month}, for {count(last.workers, 'worker')}; none came for "
        f"{span(months)}. The unit is not known to have closed."
    )
    evidence = f"{last.month} version {last.version}"
    return Seen(sure=rule.sure, sentences=(sentence,), months=tuple(months), schedules=(evidence,))


def _never(rule: Rule, facts: Facts, _: Position, __: Left) -> Seen | None:
    if facts.months or facts.schedules_until is None or facts.status != "open":
        return None
    needed = int(rule.threshold("months", facts.day))
    last = first_day(facts.schedules_until)
    first = (last.year * 12 + last.month - 1) - needed + 1
    months = [f"{each // 12:04d}-{each % 12 + 1:02d}" for each in range(first, first + needed)]
    sentence = f"Others sent their schedules of {span(months)}; this employer has never sent any."
    return Seen(sure=rule.sure, sentences=(sentence,), months=tuple(months))


def _dishonoured(rule: Rule, facts: Facts, position: Position, _: Left) -> Seen | None:
    back = int(rule.threshold("months", facts.day))
    since = _months_before(facts.day, back)
    found = [
        paid
        for paid in facts.payments
        if paid.reversed_on is not None and since <= paid.reversed_on <= facts.day
    ]
    if not found or not any(each.open_rs > 0 for each in position.months.values()):
        return None
    told = listed(
        f"{show(paid.amount_rs)} of {paid.value_date.isoformat()} came back on {paid.reversed_on}"
        for paid in found
    )
    sentence = f"{told}: such a payment settles nothing."
    return Seen(sure=rule.sure, sentences=(sentence,), payments=tuple(paid.id for paid in found))


def _months_before(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    month = f"{number // 12:04d}-{number % 12 + 1:02d}"
    return first_day(month).replace(day=min(day.day, month_end(month).day))


_CONDITIONS: Mapping[str, Callable[[Rule, Facts, Position, Left], Seen | None]] = {
    "declared-not-paid": _not_paid,
    "paid-less-than-declared": _paid_less,
    "contribution-under-law": _under_law,
    "rest-not-paid": _rest,
    "no-schedule": _no_schedule,
    "never-a-schedule": _never,
    "cheque-dishonoured": _dishonoured,
}
