"""Which rules speak against an employer: why, on what evidence, how sure, and for how much.

The same facts and rules give the same reasons. The money of a month stands under one reason: the surest that
names it. Sentences say nothing that changes with the day alone, so that a day that passes changes no reason.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from field.recovery import account_rules, later_reports
from field.recovery.account_rules import Seen
from field.recovery.exposure import Facts, MonthOpen, Position, ReportFound
from field.recovery.findings import Sure
from field.recovery.money import ZERO, show
from field.recovery.rulebook import SURE, Rule, Rulebook, Severity
from field.recovery.wording import span


class FlagReason(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that speaks against an employer.

    `record_ids` are what to open (reports, wage lines, answers), `schedules` as "2026-03 version 2",
    `payments` those that the sentences tell of. `amount_rs` is the contribution that is open for it, and
    `increase_rs` the increase for delay on that, as of the day; no rupee stands under two reasons.
    `provisional`: it may change without a new fact.
    """

    rule: str
    severity: Severity
    sure: Sure
    sentences: tuple[str, ...]
    section: str = ""
    months: tuple[str, ...] = ()
    record_ids: tuple[str, ...] = ()
    rate_row_ids: tuple[str, ...] = ()
    schedules: tuple[str, ...] = ()
    payments: tuple[str, ...] = ()
    amount_rs: Decimal = ZERO
    increase_rs: Decimal = ZERO
    provisional: bool = False


def evaluate(facts: Facts, position: Position, book: Rulebook) -> tuple[FlagReason, ...]:
    """Every rule that speaks, the surest first; `position` is that of the same facts."""
    left = {month: (each.open_rs, each.increase_rs) for month, each in position.months.items()}
    found = []
    for rule in book.rules:
        seen = _look(rule, facts, position, book, left) if rule.on else None
        if seen is not None:
            found.append(_reason(rule, seen, left))
    return tuple(found)


def _look(
    rule: Rule, facts: Facts, position: Position, book: Rulebook, left: Mapping[str, tuple[Decimal, Decimal]]
) -> Seen | None:
    if rule.looks_at == "account":
        return account_rules.look(rule, facts, position, left)
    if rule.looks_at == "finding":
        return _by_finding(rule, facts, book)
    return _by_reason(rule, facts, position, book)


def _reason(rule: Rule, seen: Seen, left: dict[str, tuple[Decimal, Decimal]]) -> FlagReason:
    amount, increase = _take(seen, left)
    return FlagReason(
        rule=rule.id,
        severity=rule.severity,
        sure=seen.sure,
        sentences=seen.sentences,
        section=rule.section or seen.section,
        months=tuple(sorted(seen.months)),
        record_ids=tuple(dict.fromkeys(seen.record_ids)),
        rate_row_ids=tuple(sorted(set(seen.row_ids))),
        schedules=seen.schedules,
        payments=seen.payments,
        amount_rs=amount,
        increase_rs=increase,
        provisional=seen.provisional,
    )


def _take(seen: Seen, left: dict[str, tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal]:
    """Take what a reason speaks for out of what is left; a month's increase goes with the first to take."""
    amount = increase = ZERO
    named = sorted(seen.months)
    others = [month for month in sorted(left, reverse=True) if month not in seen.months]
    for month in (*named, *(others if seen.anywhere else ())):
        open_rs, increase_rs = left.get(month, (ZERO, ZERO))
        part = min(open_rs, seen.claim_rs - amount)
        if part > 0 or (seen.claims_increase and month in seen.months):
            amount += part
            increase += increase_rs
            left[month] = (open_rs - part, ZERO)
    return amount, increase


def _by_reason(rule: Rule, facts: Facts, position: Position, book: Rulebook) -> Seen | None:
    """Reports whose assessment gives a reason that this rule judges."""
    parts = [
        part
        for report in sorted(facts.reports, key=_order)
        for reason in report.assessment.reasons
        if book.rule_of("reason", reason.code) is rule
        and (part := _reason_part(rule, report, reason.code, facts, position)) is not None
    ]
    return _joined(rule.sure, parts)


def _order(report: ReportFound) -> tuple[int, str]:
    return -report.captured_ms, report.assessment.report_id


def _reason_part(rule: Rule, report: ReportFound, code: str, facts: Facts, position: Position) -> Seen | None:
    assessment = report.assessment
    (reason,) = (each for each in assessment.reasons if each.code == code)
    if not reason.months:
        # What concerns no month, as a refusal, is taken back by whom it was shown to later.
        if later_reports.refusal_answer(rule, report, code, facts) is not None:
            return None
        months: list[str] = []
    else:
        months = [each for each in reason.months if position.speaks.get(each) == assessment.report_id]
        if not months or (
            rule.lifted_by_payment and not any(_is_open(each, facts, position) for each in months)
        ):
            return None
    sentence = reason.sentence
    if len(months) < len(reason.months):
        sentence += f" Of these months a later report speaks for all but {span(months)}."
    if rule.lifted_by_payment:
        sentence += _still_open(months, position.months)
    return Seen(
        sure=rule.sure,
        sentences=(sentence,),
        months=tuple(months),
        record_ids=(assessment.report_id, *reason.line_ids),
        row_ids=reason.rate_row_ids,
        claim_rs=reason.amount_rs,
        provisional=assessment.provisional,
    )


def _is_open(month: str, facts: Facts, position: Position) -> bool:
    """Whether something of a month is open; without a figure of it: whether no payment names it."""
    known = position.months.get(month)
    if known is None or known.principal_rs == 0:
        return month not in facts.months_named
    return known.open_rs > 0


def _still_open(months: Iterable[str], known: Mapping[str, MonthOpen]) -> str:
    """How much of some months was paid, if anything was."""
    with_figure = [known[month] for month in months if month in known]
    paid = sum((each.paid_rs for each in with_figure if not each.found_paid), ZERO)
    if not paid:
        return ""
    open_rs = sum((each.open_rs for each in with_figure), ZERO)
    return f" {show(paid)} of these months was paid by the office's records; {show(open_rs)} is open."


def _by_finding(rule: Rule, facts: Facts, book: Rulebook) -> Seen | None:
    """Findings of reports that this rule judges."""
    parts = [
        Seen(
            sure=finding.sure,
            sentences=(finding.sentence,),
            section=finding.section,
            months=finding.months,
            record_ids=(report.assessment.report_id, *finding.record_ids),
            row_ids=finding.rate_row_ids,
            provisional=report.assessment.provisional,
        )
        for report in sorted(facts.reports, key=_order)
        for finding in report.findings
        if book.rule_of("finding", finding.code) is rule
        and later_reports.answer(rule, report, finding, facts) is None
    ]
    return _joined(rule.sure, parts)


def _joined(sure: Sure, parts: list[Seen]) -> Seen | None:
    """What several reports say, as one; as sure as the surest of them, the rule's own where none says."""
    if not parts:
        return None
    sections = dict.fromkeys(part.section for part in parts if part.section)
    return Seen(
        sure=min((part.sure for part in parts), key=SURE.index, default=sure),
        sentences=tuple(dict.fromkeys(sentence for part in parts for sentence in part.sentences)),
        section=", ".join(sections),
        months=tuple(sorted({month for part in parts for month in part.months})),
        record_ids=tuple(id for part in parts for id in part.record_ids),
        row_ids=tuple(id for part in parts for id in part.row_ids),
        claim_rs=sum((part.claim_rs for part in parts), ZERO),
        provisional=any(part.provisional for part in parts),
    )
