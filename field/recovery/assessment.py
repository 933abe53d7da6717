"""From what an inspector found to what is owed, and why: the assessment of one report.

The same facts and rows give the same assessment, whatever the order of the lines. Every amount is a sum of
amounts rounded once per worker and month, no worker's month is counted twice, and the amounts of the months
and those of the reasons both add up to the total exactly.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from field.recovery import shares, worker_months
from field.recovery.contribution import MonthLaw
from field.recovery.facts import LineFacts as LineFacts
from field.recovery.facts import ReportFacts as ReportFacts
from field.recovery.money import ZERO, show
from field.recovery.shares import Share, Survey, Weighed, is_contrary
from field.recovery.statute import Statute
from field.recovery.wording import count, listed, names, span
from field.recovery.worker_months import WorkerMonth

CODES = (
    "month-unpaid",
    "worker-not-registered",
    "wage-under-declared",
    "wage-under-minimum",
    "records-refused",
)
"""Every reason there is, in the order in which an assessment gives them."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why an employer is flagged, in words, with the lines and dated rows behind it.

    A line may stand under several reasons; its money is under one of them. `line_amounts_rs` has what each of
    `line_ids` adds here, in that order.
    """

    code: str
    sentence: str
    line_ids: tuple[str, ...]
    rate_row_ids: tuple[str, ...]
    months: tuple[str, ...]
    amount_rs: Decimal
    line_amounts_rs: tuple[Decimal, ...] = ()


class MonthDue(msgspec.Struct, frozen=True, kw_only=True):
    """What is owed for a month, the number of lines it is owed for, and the rows it was worked out by.

    `whole_rs` is what all lines make due where nothing was paid, `beyond_rs` what is due beyond what was
    declared; `due_rs` is the one or the other, as the month was found. Where an earlier edition of the
    program worked it out, both are None.
    """

    month: str
    due_rs: Decimal
    lines: int
    rate_row_ids: tuple[str, ...]
    unpaid: bool
    whole_rs: Decimal | None = None
    beyond_rs: Decimal | None = None


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from a report. `total_rs` is the sum over `months` and the sum over `reasons`.

    `provisional` tells that it may change without a new visit: because of disputed values, of lines that
    contradict each other or themselves, of months that could not be assessed, or of rows that are not
    confirmed (`unconfirmed_row_ids`); `unsettled` leaves out that last one. `remarks` say what else a person
    should know before signing.
    """

    report_id: str
    establishment_id: str
    visit_id: str
    flagged: bool
    reasons: tuple[Reason, ...]
    months: tuple[MonthDue, ...]
    total_rs: Decimal
    provisional: bool
    unconfirmed_row_ids: tuple[str, ...]
    remarks: tuple[str, ...]
    unsettled: bool = False


def assess(facts: ReportFacts, statute: Statute) -> Assessment:
    """The assessment of a report by the dated rows in force in each month.

    * In an unpaid month the contribution of every worker is due: reason `month-unpaid`.
    * In a paid month, that of a coverable worker who is not registered (`worker-not-registered`), and for a
      registered one the difference to what the declared wage gave (`wage-under-declared`).
    * `wage-under-minimum` adds money only where the row `under_minimum_base_rule` says so;
      `records-refused` adds none: what is owed then is a matter for the hearing.
    * A worker above the limit of coverage who is not registered need not be: no reason, nothing due. A
      registered one is judged by the row `over_upper_limit_rule`.
    * Of several lines for one worker and month the one with the smallest id, the first that was written,
      counts, and a remark says so.

    Raises Problem("bad-request") for a month that is none. A month without a needed row is left out with a
    remark.
    """
    return assessed(facts, shares.survey(facts, statute))


def opened(facts: ReportFacts, statute: Statute) -> tuple[Assessment, tuple[WorkerMonth, ...]]:
    """The assessment of a report, and every worker and month behind its figures. Raises what `assess` does.

    The entries are worked out from the facts whenever somebody asks, and kept nowhere: the months and the
    lines with their shares are enough to show that they are still the same.
    """
    found = shares.survey(facts, statute)
    return assessed(facts, found), worker_months.of(found)


def assessed(facts: ReportFacts, found: Survey) -> Assessment:
    """The assessment of a report that was surveyed already (`shares.survey` of the same facts)."""
    laws, months, paid = found.laws, found.months, found.paid
    lines = [each.line for each in found.weighed]
    parts = [share for each in found.weighed for share in each.shares(paid=each.line.month in paid)]
    unpaid = [month for month in months if month not in paid]
    reasons = _reasons(facts, parts, laws, unpaid)
    remarks = [*found.remarks, *_remarks(facts, lines, laws, unpaid)]
    doubtful = found.doubtful or any(is_contrary(line) and line.month in paid for line in lines)
    unconfirmed = {row.id for share in parts for row in share.rows if not row.confirmed}
    disputed = bool(facts.disputed_fields) or any(line.disputed for line in facts.lines)
    return Assessment(
        report_id=facts.report_id,
        establishment_id=facts.establishment_id,
        visit_id=facts.visit_id,
        flagged=bool(reasons),
        reasons=reasons,
        months=_months_due(found),
        total_rs=sum((share.amount for share in parts), ZERO),
        provisional=doubtful or disputed or bool(unconfirmed),
        unconfirmed_row_ids=tuple(sorted(unconfirmed)),
        remarks=tuple(remarks),
        unsettled=doubtful or disputed,
    )


def _months_due(found: Survey) -> tuple[MonthDue, ...]:
    by_month: dict[str, list[Weighed]] = {month: [] for month in found.laws}
    for each in found.weighed:
        by_month[each.line.month].append(each)
    return tuple(_month_due(month, weighed, paid=month in found.paid) for month, weighed in by_month.items())


def _month_due(month: str, weighed: Sequence[Weighed], *, paid: bool) -> MonthDue:
    own = [share for each in weighed for share in each.shares(paid=paid)]
    sums = [
        _sum(share for each in weighed for share in each.shares(paid=as_paid)) for as_paid in (False, True)
    ]
    return MonthDue(
        month=month,
        due_rs=sums[paid],
        lines=len({share.line.id for share in own if share.amount}),
        rate_row_ids=_row_ids(own),
        unpaid=not paid,
        whole_rs=sums[False],
        beyond_rs=sums[True],
    )


def _reasons(
    facts: ReportFacts, shares: Sequence[Share], laws: Mapping[str, MonthLaw], unpaid: Sequence[str]
) -> tuple[Reason, ...]:
    reasons = []
    for code in CODES:
        own = [share for share in shares if share.code == code]
        months = set(unpaid) if code == "month-unpaid" else {share.line.month for share in own}
        if months or (code == "records-refused" and facts.records_refused):
            amounts = {share.line.id: share.amount for share in sorted(own, key=lambda share: share.line.id)}
            how = listed(_how(laws[month]) for month in sorted({share.line.month for share in own}))
            reasons.append(
                Reason(
                    code=code,
                    sentence=_SENTENCES[code](own, span(months), how),
                    line_ids=tuple(amounts),
                    rate_row_ids=_row_ids(own),
                    months=tuple(sorted(months)),
                    amount_rs=_sum(own),
                    line_amounts_rs=tuple(amounts.values()),
                )
            )
    return tuple(reasons)


def _how(law: MonthLaw) -> str:
    cap = law.base_cap_rs
    return f"{law.rate.value} % of the wage" + (f" up to {show(cap)}" if cap is not None else "")


def _unpaid_months(own: Sequence[Share], when: str, how: str) -> str:
    if not own:
        return f"No contribution was paid for {when}, and there are no wage lines to work out what is owed."
    return f"No contribution was paid for {when}. For {_workers(own)}, {how}, {show(_sum(own))} is owed."


def _not_registered(own: Sequence[Share], when: str, how: str) -> str:
    found = f"{_workers(own, 'was', 'were')} not registered in {when}."
    if not _sum(own):
        return f"{found} Their contribution is counted with the unpaid months."
    return f"{found} Their contribution in paid months, {how}, comes to {show(_sum(own))}."


def _under_declared(own: Sequence[Share], when: str, how: str) -> str:
    hidden = sum(share.line.wage_rs - (share.line.declared_wage_rs or 0) for share in own)
    found = f"The wages of {_workers(own)} were declared {show(hidden)} too low in {when}."
    if not _sum(own):
        return f"{found} By {how}, nothing is added for paid months."
    return f"{found} The difference in contribution for paid months, {how}, comes to {show(_sum(own))}."


def _below_minimum(own: Sequence[Share], when: str, how: str) -> str:
    found = f"{_workers(own, 'was', 'were')} paid less than the minimum wage in {when}."
    if not _sum(own):
        return f"{found} No contribution is claimed on what is missing."
    return f"{found} The contribution on what is missing, {how}, comes to {show(_sum(own))}."


def _refused(own: Sequence[Share], when: str, how: str) -> str:
    del own, when, how
    return "The wage records were refused. What is owed beyond the wage lines is a matter for the hearing."


_SENTENCES: Mapping[str, Callable[[Sequence[Share], str, str], str]] = {
    "month-unpaid": _unpaid_months,
    "worker-not-registered": _not_registered,
    "wage-under-declared": _under_declared,
    "wage-under-minimum": _below_minimum,
    "records-refused": _refused,
}


def _remarks(
    facts: ReportFacts, lines: Sequence[LineFacts], laws: Mapping[str, MonthLaw], unpaid: Sequence[str]
) -> Iterable[str]:
    """What a person should know beside the reasons."""
    present = {line.month for line in lines}
    if without := [month for month in unpaid if month in laws and month not in present]:
        yield f"Nothing is counted for {span(without)}: unpaid, but without wage lines."
    if without := [month for month in sorted(present) if laws[month].minimum_wage is None]:
        yield f"No minimum wage is on file for {span(without)}: wages were not compared with it."
    unregistered = [line for line in lines if line.registered is False]
    if without := [line.month for line in unregistered if laws[line.month].upper_limit_rs is None]:
        yield f"No limit of coverage is on file for {span(set(without))}: every worker is taken as coverable."
    if above := [line for line in unregistered if not laws[line.month].is_coverable(line.wage_rs)]:
        yield f"{count(len(above), 'wage line')} above the limit of coverage: registration is not required."
    if unsure := [line for line in lines if _needs_to_be_asked(line, laws[line.month])]:
        yield (
            f"{count(len(unsure), 'wage line')} above the limit of coverage, and nobody noted whether the "
            f"worker is registered: nothing is counted ({names([line.id for line in unsure])}). "
            "Ask, and note it."
        )
    if contrary := [line.id for line in lines if is_contrary(line) and line.month not in unpaid]:
        yield (
            f"{count(len(contrary), 'wage line')} with a declared wage for a worker noted as not registered "
            f"({names(contrary)}): the whole contribution is counted. Check what was paid."
        )
    if present and facts.headcount_total is not None:
        last = max(present)
        workers = sum(line.month == last for line in lines)
        if workers < facts.headcount_total:
            yield f"{facts.headcount_total:,} people were counted at work; {last} has lines for {workers:,}."


def _needs_to_be_asked(line: LineFacts, law: MonthLaw) -> bool:
    """Whether it is not known if a worker above the limit of coverage is registered, and so stays covered."""
    rule = law.over_upper_limit_rule
    stays = rule is None or rule.value == "stays-covered"
    return stays and line.registered is None and not law.is_coverable(line.wage_rs)


def _workers(shares: Iterable[Share], one: str = "", many: str = "") -> str:
    number = len({share.line.worker_key or f"line {share.line.id}" for share in shares})
    return f"{count(number, 'worker')} {one if number == 1 else many}".rstrip()


def _sum(shares: Iterable[Share]) -> Decimal:
    return sum((share.amount for share in shares), ZERO)


def _row_ids(shares: Iterable[Share]) -> tuple[str, ...]:
    return tuple(sorted({row.id for share in shares for row in share.rows}))
