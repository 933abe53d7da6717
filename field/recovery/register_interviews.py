"""What workers told at the visit beside the wage register: do they stand in it, since when, at what wage.

Registers are written by whom they speak for. What a worker tells in two minutes is no proof either: such a
finding is likely at most, and names nobody.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from field.recovery.check_settings import CheckSettings
from field.recovery.findings import Finding, Sure
from field.recovery.register_facts import Interview, RegisterFacts, RegisterLine
from field.recovery.wording import count, span


def checks(facts: RegisterFacts, settings: CheckSettings) -> Iterable[Finding]:
    """What is found by holding interviews against the lines of the report."""
    told = [each for each in facts.interviews if each.worker or each.name_key]
    months = {line.month for line in facts.lines}
    last = _month_before(facts.captured_on)
    if last in months:
        yield from _missing(facts, told, last)
        yield from _wages(facts, told, last, settings)
    yield from _since(facts, told, sorted(month for month in months if month <= last))


def _month_before(day: date) -> str:
    return (day.replace(day=1) - timedelta(days=1)).isoformat()[:7]


def _lines_of(worker: Interview, facts: RegisterFacts) -> list[RegisterLine]:
    """A worker's lines: by CNIC; by the name where one of the two has no CNIC and nobody else that name."""
    by_cnic = [line for line in facts.lines if worker.worker and line.worker == worker.worker]
    if by_cnic or not worker.name_key:
        return by_cnic
    named = [line for line in facts.lines if line.name_key == worker.name_key]
    others = [each for each in facts.interviews if each.name_key == worker.name_key and each is not worker]
    months = [line.month for line in named]
    clear = len(months) == len(set(months)) and not others
    return [line for line in named if not (worker.worker and line.worker)] if clear else []


def _missing(facts: RegisterFacts, told: Sequence[Interview], month: str) -> Iterable[Finding]:
    """Workers who say that they worked last month, and whom the register of it does not name."""
    own = [
        each for each in told if each.days and not any(line.month == month for line in _lines_of(each, facts))
    ]
    if own:
        sentence = (
            f"{count(len(own), 'interviewed worker')} told of days worked in {month}, and the register of "
            "that month does not name them. Who is missing there?"
        )
        yield _found("interview-not-in-register", sentence, facts, own, (), [month], "likely")


def _wages(
    facts: RegisterFacts, told: Sequence[Interview], month: str, settings: CheckSettings
) -> Iterable[Finding]:
    """Workers who tell of another wage for last month than the register has."""
    percent = settings.number("interview_wage_difference_percent_max", month)
    pairs = [
        (each, line)
        for each in told
        for line in _lines_of(each, facts)
        if line.month == month and each.wage_rs is not None
    ]
    differ = [
        (each, line)
        for each, line in pairs
        if abs(Decimal(each.wage_rs or 0) - line.wage_rs) * 100 > line.wage_rs * percent
    ]
    if differ:
        more = sum((each.wage_rs or 0) > line.wage_rs for each, line in differ)
        sentence = (
            f"{count(len(differ), 'interviewed worker')} told of another wage for {month} than the "
            f"register has: {more:,} of a higher one, {len(differ) - more:,} of a lower one. "
            f"Up to {percent} % are let pass."
        )
        lines = [line for _, line in differ]
        own = [each for each, _ in differ]
        yield _found("interview-wage-beside-register", sentence, facts, own, lines, [month], "likely")


def _since(facts: RegisterFacts, told: Sequence[Interview], months: Sequence[str]) -> Iterable[Finding]:
    """Workers who tell of months of work in which the register does not have them, or the other way round."""
    own, lines, missing = [], [], set()
    for each in told:
        if each.since is None:
            continue
        held = _lines_of(each, facts)
        begun = each.since.isoformat()[:7]
        # Of the month in which somebody began nobody knows whether he was paid for it yet.
        lacking = {month for month in months if month > begun} - {line.month for line in held}
        early = [line for line in held if line.month < begun]
        if held and (lacking or early):
            own.append(each)
            lines += early
            missing |= lacking | {line.month for line in early}
    if own:
        sentence = (
            f"{count(len(own), 'interviewed worker')} told of another time of work than the register shows: "
            f"look at {span(missing)}."
        )
        yield _found("interview-since-beside-register", sentence, facts, own, lines, missing, "possible")


def _found(
    code: str,
    sentence: str,
    facts: RegisterFacts,
    told: Iterable[Interview],
    lines: Iterable[RegisterLine],
    months: Iterable[str],
    sure: Sure,
) -> Finding:
    answers = sorted({id for each in told for id in each.answer_ids})
    ids = sorted({line.id for line in lines})
    return Finding(
        code=code,
        sentence=sentence,
        sure=sure,
        months=tuple(sorted(set(months))),
        record_ids=(facts.report_id, *ids, *answers),
    )
