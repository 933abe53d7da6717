"""From what an inspector found to what is owed, and why: the assessment of one report.

The same facts and rows give the same assessment, whatever the order of the lines. Every amount is a sum of
amounts rounded once per worker and month, no worker's month is counted twice, and the amounts of the months
and those of the reasons both add up to the total exactly.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from field.recovery.contribution import MonthLaw, law_of
from field.recovery.money import ZERO, show
from field.recovery.statute import RateRow, Statute, first_day
from field.recovery.wording import count, listed, names, span

CODES = (
    "month-unpaid",
    "worker-not-registered",
    "wage-under-declared",
    "wage-under-minimum",
    "records-refused",
)
"""Every reason there is, in the order in which an assessment gives them."""


class LineFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One worker in one month, as found. Wages are whole rupees for the month, 0 or more.

    `declared_wage_rs` is None where the employer's schedule does not name the worker or was not seen.
    `registered` is None where nobody noted it. `worker_key` tells workers apart and nothing else about them;
    a line without one is a worker of its own. `disputed`: a value of the line is in an open conflict.
    """

    id: str
    month: str
    wage_rs: int
    days: int | None = None
    declared_wage_rs: int | None = None
    registered: bool | None = None
    worker_key: str = ""
    disputed: bool = False


class ReportFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What one report found. Months are as in "2024-07"; a checked month not among the paid is unpaid.

    `disputed_fields` names the report's fields with an open conflict.
    """

    report_id: str
    establishment_id: str
    visit_id: str
    months_checked: tuple[str, ...] = ()
    months_paid: tuple[str, ...] = ()
    records_refused: bool = False
    headcount_total: int | None = None
    disputed_fields: tuple[str, ...] = ()
    lines: tuple[LineFacts, ...] = ()


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
    """What is owed for a month, the number of lines it is owed for, and the rows it was worked out by."""

    month: str
    due_rs: Decimal
    lines: int
    rate_row_ids: tuple[str, ...]
    unpaid: bool


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from a report. `total_rs` is the sum over `months` and the sum over `reasons`.

    `provisional` tells that it may change without a new visit: because of disputed values, of lines that
    contradict each other or themselves, of months that could not be assessed, or of rows that are not
    confirmed (`unconfirmed_row_ids`). `remarks` say what else a person should know before signing.
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


class _Share(msgspec.Struct, frozen=True):
    """One line under one reason, with the money that it adds there and the rows that say so."""

    code: str
    line: LineFacts
    amount: Decimal
    rows: tuple[RateRow, ...]


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
    months = sorted(set(facts.months_checked))
    paid = set(facts.months_paid)
    lines, remarks, doubtful = _counted(facts.lines, months)
    laws: dict[str, MonthLaw] = {}
    for month in months:
        first_day(month)
        law = law_of(statute, month)
        if isinstance(law, str):
            remarks.append(law)
            doubtful = True
        else:
            laws[month] = law
    lines = [line for line in lines if line.month in laws]
    shares = [share for line in lines for share in _shares(line, laws[line.month], line.month in paid)]
    unpaid = [month for month in months if month not in paid]
    reasons = _reasons(facts, shares, laws, unpaid)
    remarks += _remarks(facts, lines, laws, unpaid)
    doubtful |= any(_is_contrary(line) and line.month in paid for line in lines)
    unconfirmed = {row.id for share in shares for row in share.rows if not row.confirmed}
    disputed = bool(facts.disputed_fields) or any(line.disputed for line in facts.lines)
    return Assessment(
        report_id=facts.report_id,
        establishment_id=facts.establishment_id,
        visit_id=facts.visit_id,
        flagged=bool(reasons),
        reasons=reasons,
        months=tuple(_month_due(month, shares, month not in paid) for month in laws),
        total_rs=sum((share.amount for share in shares), ZERO),
        provisional=doubtful or disputed or bool(unconfirmed),
        unconfirmed_row_ids=tuple(sorted(unconfirmed)),
        remarks=tuple(remarks),
    )


def _counted(lines: Sequence[LineFacts], months: Sequence[str]) -> tuple[list[LineFacts], list[str], bool]:
    """One line per worker and month, in the order of ids; what was left out; whether lines contradict."""
    counted: dict[tuple[str, str], LineFacts] = {}
    repeated: list[LineFacts] = []
    outside: list[LineFacts] = []
    contradict = False
    for line in sorted(lines, key=lambda line: (line.id, msgspec.json.encode(line))):
        if line.month not in months:
            outside.append(line)
            continue
        first = counted.setdefault((line.worker_key or f"line {line.id}", line.month), line)
        if first is not line:
            repeated.append(line)
            contradict |= _found(first) != _found(line)
    remarks = []
    if outside:
        where = span({line.month for line in outside})
        remarks.append(f"{count(len(outside), 'wage line')} left out, of months not checked: {where}.")
    if repeated:
        what = "They differ: decide which is right" if contradict else "They say the same"
        remarks.append(
            f"{count(len(repeated), 'wage line')} left out: the same worker has another line in that month, "
            f"and the one written first counts. {what} ({names([line.id for line in repeated])})."
        )
    return list(counted.values()), remarks, contradict


def _found(line: LineFacts) -> tuple[object, ...]:
    return line.wage_rs, line.days, line.declared_wage_rs, line.registered


def _shares(line: LineFacts, law: MonthLaw, paid: bool) -> list[_Share]:
    """What a line adds under each reason; its money is parted among them and counted once."""
    if not _is_covered(line, law):
        return []
    rows = law.contribution_rows
    if not law.is_coverable(line.wage_rs) and law.over_upper_limit_rule is not None:
        rows = (*rows, *law.upper_limit_rows, law.over_upper_limit_rule)
    whole = law.contribution(line.wage_rs)
    declared = line.declared_wage_rs
    shares = []
    if not paid:
        shares.append(_Share("month-unpaid", line, whole, rows))
    if line.registered is False:
        limits = (*rows, *law.upper_limit_rows)
        shares.append(_Share("worker-not-registered", line, whole if paid else ZERO, limits))
    elif declared is not None and declared < line.wage_rs:
        difference = whole - law.contribution(declared)
        shares.append(_Share("wage-under-declared", line, difference if paid else ZERO, rows))
    minimum = law.minimum_for(line.days)
    if minimum is not None and line.wage_rs < minimum:
        shares.append(_under_minimum(line, law, minimum, paid))
    return shares


def _is_covered(line: LineFacts, law: MonthLaw) -> bool:
    if law.is_coverable(line.wage_rs):
        return True
    rule = law.over_upper_limit_rule
    return line.registered is True and (rule is None or rule.value == "stays-covered")


def _is_contrary(line: LineFacts) -> bool:
    """Not registered, and yet on the schedule by which the employer pays."""
    return line.registered is False and line.declared_wage_rs is not None


def _under_minimum(line: LineFacts, law: MonthLaw, minimum: Decimal, paid: bool) -> _Share:
    """A wage below the minimum: money only by the rule, and only beyond what is due or paid anyway."""
    rows = [law.minimum_wage, law.under_minimum_rule, law.working_days if line.days is not None else None]
    amount = ZERO
    if law.under_minimum_rule is not None and law.under_minimum_rule.value == "minimum-wage":
        rows += law.contribution_rows
        covered_by = Decimal(line.wage_rs)
        if paid and line.registered is not False:
            # Declared nowhere, as far as is known: then what was paid for the month is taken as right.
            declared = line.declared_wage_rs
            covered_by = minimum if declared is None else max(covered_by, Decimal(declared))
        amount = max(law.contribution(minimum) - law.contribution(covered_by), ZERO)
    return _Share("wage-under-minimum", line, amount, tuple(row for row in rows if row is not None))


def _month_due(month: str, shares: Sequence[_Share], unpaid: bool) -> MonthDue:
    own = [share for share in shares if share.line.month == month]
    return MonthDue(
        month=month,
        due_rs=_sum(own),
        lines=len({share.line.id for share in own if share.amount}),
        rate_row_ids=_row_ids(own),
        unpaid=unpaid,
    )


def _reasons(
    facts: ReportFacts, shares: Sequence[_Share], laws: Mapping[str, MonthLaw], unpaid: Sequence[str]
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


def _unpaid_months(own: Sequence[_Share], when: str, how: str) -> str:
    if not own:
        return f"No contribution was paid for {when}, and there are no wage lines to work out what is owed."
    return f"No contribution was paid for {when}. For {_workers(own)}, {how}, {show(_sum(own))} is owed."


def _not_registered(own: Sequence[_Share], when: str, how: str) -> str:
    found = f"{_workers(own, 'was', 'were')} not registered in {when}."
    if not _sum(own):
        return f"{found} Their contribution is counted with the unpaid months."
    return f"{found} Their contribution in paid months, {how}, comes to {show(_sum(own))}."


def _under_declared(own: Sequence[_Share], when: str, how: str) -> str:
    hidden = sum(share.line.wage_rs - (share.line.declared_wage_rs or 0) for share in own)
    found = f"The wages of {_workers(own)} were declared {show(hidden)} too low in {when}."
    if not _sum(own):
        return f"{found} By {how}, nothing is added for paid months."
    return f"{found} The difference in contribution for paid months, {how}, comes to {show(_sum(own))}."


def _below_minimum(own: Sequence[_Share], when: str, how: str) -> str:
    found = f"{_workers(own, 'was', 'were')} paid less than the minimum wage in {when}."
    if not _sum(own):
        return f"{found} No contribution is claimed on what is missing."
    return f"{found} The contribution on what is missing, {how}, comes to {show(_sum(own))}."


def _refused(own: Sequence[_Share], when: str, how: str) -> str:
    del own, when, how
    return "The wage records were refused. What is owed beyond the wage lines is a matter for the hearing."


_SENTENCES: Mapping[str, Callable[[Sequence[_Share], str, str], str]] = {
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
    if contrary := [line.id for line in lines if _is_contrary(line) and line.month not in unpaid]:
        yield (
            f"{count(len(contrary), 'wage line')} with a declared wage for a worker noted as not registered "
            f"({names(contrary)}): the whole contribution is counted. Check what was paid."
        )
    if present and facts.headcount_total is not None:
        last = max(present)
        workers = sum(line.month == last for line in lines)
        if workers < facts.headcount_total:
            yield f"{facts.headcount_total:,} people were counted at work; {last} has lines for {workers:,}."


def _workers(shares: Iterable[_Share], one: str = "", many: str = "") -> str:
    number = len({share.line.worker_key or f"line {share.line.id}" for share in shares})
    return f"{count(number, 'worker')} {one if number == 1 else many}".rstrip()


def _sum(shares: Iterable[_Share]) -> Decimal:
    return sum((share.amount for share in shares), ZERO)


def _row_ids(shares: Iterable[_Share]) -> tuple[str, ...]:
    return tuple(sorted({row.id for share in shares for row in share.rows}))
