"""A wage register beside the employer's schedules, the payments, and the people counted on the day.

Two sources that differ do not say which of them is wrong: such a finding is likely, or possible where
there is an innocent reason, as lines of the register that nobody has entered yet.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

import msgspec

from field.recovery.check_settings import CheckSettings
from field.recovery.contribution import MonthLaw
from field.recovery.findings import Finding, Sure
from field.recovery.money import show
from field.recovery.register_facts import DeclaredLine, DeclaredMonth, RegisterFacts, RegisterLine
from field.recovery.register_lines import found, is_coverable, months_of
from field.recovery.wording import count, listed, span

PAISA = 100

_Line = TypeVar("_Line", RegisterLine, DeclaredLine)


class _Month(msgspec.Struct, frozen=True):
    """A month of the register with the schedule beside it. `own`: the lines of workers who belong on it."""

    month: str
    law: MonthLaw | None
    lines: tuple[RegisterLine, ...]
    own: tuple[RegisterLine, ...]
    declared: DeclaredMonth


def checks(facts: RegisterFacts, laws: Mapping[str, MonthLaw], settings: CheckSettings) -> Iterable[Finding]:
    """What is found by comparing, check by check."""
    months = list(_months(facts, laws))
    for month in months:
        yield from _totals(month, settings)
    yield from _not_scheduled(months)
    yield from _not_in_register(facts, months)
    yield from _wages(months, settings)
    yield from _days(months)
    yield from _noted(months, settings)
    yield from _heads(facts, settings)
    yield from _payments(facts, laws, settings)
    yield from _stated(facts)


def _months(facts: RegisterFacts, laws: Mapping[str, MonthLaw]) -> Iterator[_Month]:
    by_month: dict[str, list[RegisterLine]] = defaultdict(list)
    for line in facts.lines:
        by_month[line.month].append(line)
    for month, lines in sorted(by_month.items()):
        if month in facts.declared:
            law = laws.get(month)
            own = tuple(line for line in lines if is_coverable(line, law))
            yield _Month(month, law, tuple(lines), own, facts.declared[month])


def _rupees(paisa: int) -> Decimal:
    return Decimal(paisa) / PAISA


def _totals(month: _Month, settings: CheckSettings) -> Iterable[Finding]:
    own, lines = month.own, month.declared.lines
    register, schedule = Decimal(sum(line.wage_rs for line in own)), _rupees(_sum(lines))
    most = settings.number("wage_difference_rs_max", month.month) * max(len(own), len(lines))
    both = (
        f"{month.month}: the register has {show(register)} for {count(len(own), 'line')}, the schedule "
        f"{show(schedule)} for {len(lines):,}."
    )
    if register - schedule > most:
        sentence = f"{both} {show(register - schedule)} of wages are not declared."
        yield found("register-total-over-schedule", sentence, own, "likely")
    elif schedule - register > most:
        more = f"The schedule has {show(schedule - register)} more"
        sentence = f"{both} {more}: were all lines of the register entered?"
        yield _about(sentence, "register-total-under-schedule", [month.month], own, "possible")


def _sum(lines: Iterable[DeclaredLine]) -> int:
    return sum(line.wage_paisa for line in lines)


def _about(
    sentence: str,
    code: str,
    months: Iterable[str],
    lines: Iterable[RegisterLine],
    sure: Sure,
    rows: Iterable[str] = (),
) -> Finding:
    """A finding about months, with the lines that it is read off, if there are any."""
    return Finding(
        code=code,
        sentence=sentence,
        sure=sure,
        months=tuple(sorted(set(months))),
        record_ids=tuple(sorted({line.id for line in lines})),
        rate_row_ids=tuple(sorted(set(rows))),
    )


def _workers(lines: Iterable[RegisterLine | DeclaredLine]) -> set[str]:
    return {line.worker for line in lines if line.worker}


def _without(lines: Sequence[RegisterLine | DeclaredLine]) -> int:
    return sum(not line.worker for line in lines)


def _not_scheduled(months: Iterable[_Month]) -> Iterable[Finding]:
    """Workers of the register who belong on the schedule of their month and are not on it."""
    sure: list[RegisterLine] = []
    doubtful: list[RegisterLine] = []
    unnamed = 0
    for month in months:
        there, without = _workers(month.declared.lines), _without(month.declared.lines)
        missing = [line for line in month.own if line.worker and line.worker not in there]
        (doubtful if without else sure).extend(missing)
        unnamed += without if missing else 0
    if sure:
        yield found("worker-not-on-schedule", f"{_missing(sure)}.", sure, "likely")
    if doubtful:
        theirs = f"{count(unnamed, 'line')} of the schedule without a CNIC may be theirs"
        sentence = f"{_missing(doubtful)}; but {theirs}."
        yield found("worker-not-on-schedule", sentence, doubtful, "possible")


def _missing(lines: Sequence[RegisterLine]) -> str:
    workers, cards = len(_workers(lines)), sum(line.registered is True for line in lines)
    held = f", {cards:,} of the lines with a card" if cards else ""
    return f"{count(workers, 'worker')} of the register not on the schedule of {months_of(lines)}{held}"


def _not_in_register(facts: RegisterFacts, months: Iterable[_Month]) -> Iterable[Finding]:
    """Workers on the schedule whom the register does not name: left out of the register, or ghosts."""
    for month in months:
        there, without = _workers(month.lines), _without(month.lines)
        ghosts = [line for line in month.declared.lines if line.worker and line.worker not in there]
        if not ghosts:
            continue
        sentence = (
            f"{month.month}: {count(len(_workers(ghosts)), 'worker')} on the schedule and not in the "
            f"register ({_file_lines(month.declared, ghosts)})."
        )
        whole = len(month.lines) >= len(month.declared.lines)
        if without:
            sentence += f" {count(without, 'line')} of the register without a CNIC may be theirs."
        elif not whole:
            sentence += " Were all lines of the register entered?"
        sure: Sure = "likely" if whole and not without else "possible"
        finding = _about(sentence, "schedule-worker-not-in-register", [month.month], (), sure)
        yield msgspec.structs.replace(finding, record_ids=(facts.report_id,))


def _file_lines(declared: DeclaredMonth, lines: Iterable[DeclaredLine], most: int = 5) -> str:
    numbers = sorted(line.line for line in lines)
    more = f" and {len(numbers) - most:,} more" if len(numbers) > most else ""
    word = "line" if len(numbers) == 1 else "lines"
    return f"{word} {', '.join(str(number) for number in numbers[:most])}{more} of {declared.file_name}"


def _pairs(months: Iterable[_Month]) -> Iterator[tuple[RegisterLine, DeclaredLine]]:
    """The lines of workers who stand once in the register and once on the schedule of a month."""
    for month in months:
        register, schedule = _single(month.lines), _single(month.declared.lines)
        for worker, line in register.items():
            if worker in schedule:
                yield line, schedule[worker]


def _single(lines: Iterable[_Line]) -> dict[str, _Line]:
    by_worker: dict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        if line.worker:
            by_worker[line.worker].append(line)
    return {worker: own[0] for worker, own in by_worker.items() if len(own) == 1}


def _wages(months: Sequence[_Month], settings: CheckSettings) -> Iterable[Finding]:
    higher: list[RegisterLine] = []
    lower: list[RegisterLine] = []
    hidden = added = Decimal(0)
    for line, declared in _pairs(months):
        difference = line.wage_rs - _rupees(declared.wage_paisa)
        most = settings.number("wage_difference_rs_max", line.month)
        if difference > most:
            higher.append(line)
            hidden += difference
        elif -difference > most:
            lower.append(line)
            added -= difference
    if higher:
        sentence = (
            f"{count(len(higher), 'line')} with a higher wage in the register than on the schedule of "
            f"{months_of(higher)}: together {show(hidden)}."
        )
        yield found("register-wage-over-schedule", sentence, higher, "likely")
    if lower:
        sentence = (
            f"{count(len(lower), 'line')} with a lower wage in the register than on the schedule of "
            f"{months_of(lower)}: together {show(added)}."
        )
        yield found("register-wage-under-schedule", sentence, lower, "likely")


def _days(months: Sequence[_Month]) -> Iterable[Finding]:
    own = [
        line
        for line, declared in _pairs(months)
        if line.days is not None and declared.days is not None and line.days != declared.days
    ]
    if own:
        sentence = (
            f"{count(len(own), 'line')} with other days of work than on the schedule of {months_of(own)}."
        )
        yield found("register-days-beside-schedule", sentence, own, "likely")


def _noted(months: Sequence[_Month], settings: CheckSettings) -> Iterable[Finding]:
    """Declared wages as the inspector noted them, beside the schedule that is on file."""
    own = [
        line
        for line, declared in _pairs(months)
        if line.declared_wage_rs is not None
        and abs(line.declared_wage_rs - _rupees(declared.wage_paisa))
        > settings.number("wage_difference_rs_max", line.month)
    ]
    if own:
        sentence = (
            f"{count(len(own), 'line')} of {months_of(own)} where the declared wage that was noted is not "
            "the one on the schedule on file: another version, or a slip."
        )
        yield found("noted-wage-beside-schedule", sentence, own, "likely")


def _heads(facts: RegisterFacts, settings: CheckSettings) -> Iterable[Finding]:
    """The people counted on the day beside the register and the schedule of the last month before it."""
    counted, visited = facts.headcount_total, facts.captured_on.isoformat()[:7]
    month = month_beside(facts, settings)
    if counted is None or month is None:
        return
    lines = [line for line in facts.lines if line.month == month]
    register = len(_workers(lines)) + _without(lines)
    declared = facts.declared.get(month)
    schedule = None if declared is None else len(_workers(declared.lines)) + _without(declared.lines)
    percent = settings.number("headcount_difference_percent_max", visited)
    sides = [f"{counted:,} people were counted at work", f"the register of {month} names {register:,}"]
    if schedule is not None:
        sides.append(f"its schedule {schedule:,}")
    both = listed(sides)
    partly = schedule is not None and register < schedule
    ask = "Ask where the others were: names of people who do not work there are possible."
    compared: tuple[tuple[str, int | None, int | None, Sure, str], ...] = (
        ("headcount-over-register", counted, register, "possible" if partly else "likely", "Who is missing?"),
        ("register-over-headcount", register, counted, "possible", ask),
        ("headcount-over-schedule", counted, schedule, "likely", "Not all of them are declared."),
        ("schedule-over-headcount", schedule, counted, "possible", ask),
    )
    for code, more, less, sure, says in compared:
        if more is not None and less is not None and (more - less) * 100 > counted * percent:
            finding = _about(f"{both}. {says} Up to {percent} % are let pass.", code, [month], (), sure)
            yield msgspec.structs.replace(finding, record_ids=(facts.report_id,))


def month_beside(facts: RegisterFacts, settings: CheckSettings) -> str | None:
    """The month of the register beside which the people counted are held; None where there is none."""
    visited = facts.captured_on.isoformat()[:7]
    months = {line.month for line in facts.lines if line.month <= visited}
    if facts.headcount_total is None or not months:
        return None
    month = max(months)
    back = settings.number("headcount_months_back_max", visited)
    return None if _number(visited) - _number(month) > back else month


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:])


def _payments(
    facts: RegisterFacts, laws: Mapping[str, MonthLaw], settings: CheckSettings
) -> Iterable[Finding]:
    """What was paid for a month, or for months that were paid together, beside what both papers ask."""
    looked_at = {*facts.months_checked, *(line.month for line in facts.lines)}
    paid_for = {month for paid in facts.paid for month in paid.months}
    for months in _groups(facts):
        if not looked_at.intersection(months):
            continue
        paid = _rupees(sum(each.amount_paisa for each in facts.paid if set(each.months) & set(months)))
        asked = [_asked(facts.declared.get(month), laws.get(month)) for month in months]
        workers = sum(len(facts.declared[month].lines) for month in months if month in facts.declared)
        rate = settings.number("contribution_difference_rs_max", months[-1])
        rows = {row.id for month in months if month in laws for row in laws[month].contribution_rows}
        if all(amount is not None for amount in asked):
            whole = sum((amount for amount in asked if amount is not None), Decimal(0))
            both = f"{span(months)}: by the schedule {show(whole)} of contribution, {show(paid)} was paid."
            if whole - paid > rate * workers:
                sentence = f"{both} {show(whole - paid)} is missing."
                yield _about(sentence, "schedule-not-paid", months, (), "certain", rows)
            elif paid - whole > rate * workers:
                sentence = f"{both} {show(paid - whole)} more than declared: for whom?"
                yield _about(sentence, "paid-over-schedule", months, (), "possible", rows)
        yield from _by_register(facts, laws, months, paid, rate)
    lacking = sorted((looked_at & set(facts.months_paid)) - paid_for)
    if lacking and facts.paid:
        sentence = (
            f"{span(lacking)}: noted as paid, and no payment on file names the month. Note the challan, or "
            "look at payments without a month."
        )
        finding = _about(sentence, "noted-paid-without-payment", lacking, (), "possible")
        yield msgspec.structs.replace(finding, record_ids=(facts.report_id,))


def _by_register(
    facts: RegisterFacts, laws: Mapping[str, MonthLaw], months: Sequence[str], paid: Decimal, rate: Decimal
) -> Iterable[Finding]:
    """What the register's wages ask by the law, where that is more than was paid for the same months."""
    own = [line for line in facts.lines if line.month in months]
    if {line.month for line in own} != set(months) or not laws.keys() >= set(months):
        return
    own = [line for line in own if is_coverable(line, laws[line.month])]
    asked = sum(
        (
            laws[line.month].contribution_for(line.wage_rs, line.days, by_day=line.by_day).amount_rs
            for line in own
        ),
        Decimal(0),
    )
    if asked - paid > rate * len(own):
        sentence = (
            f"{span(months)}: by the register {show(asked)} of contribution for {count(len(own), 'line')}, "
            f"{show(paid)} was paid."
        )
        rows = [row for month in months for row in laws[month].contribution_rows]
        yield found("register-over-paid", sentence, own, "likely", rows)


def _asked(declared: DeclaredMonth | None, law: MonthLaw | None) -> Decimal | None:
    """The contribution by a schedule: what each line says, or else what follows from its wage."""
    if declared is None:
        return None
    whole = Decimal(0)
    for line in declared.lines:
        if line.contribution_paisa is not None:
            whole += _rupees(line.contribution_paisa)
        elif law is not None:
            whole += law.contribution_for(_rupees(line.wage_paisa), line.days, by_day=line.by_day).amount_rs
        else:
            return None
    return whole


def _groups(facts: RegisterFacts) -> list[tuple[str, ...]]:
    """The months that payments name, those that one payment was made for together."""
    groups: list[set[str]] = []
    for paid in facts.paid:
        own = set(paid.months)
        if own:
            own = own.union(*(group for group in groups if group & own))
            groups = [*(group for group in groups if not group & own), own]
    return sorted(tuple(sorted(group)) for group in groups)


def _stated(facts: RegisterFacts) -> Iterable[Finding]:
    for total in facts.totals:
        if total.stated_paisa != total.found_paisa:
            stated, summed = _rupees(total.stated_paisa), _rupees(total.found_paisa)
            sentence = (
                f"{total.file_name}, line {total.line}: the register's own total of {total.column} is "
                f"{show(stated)}, and the lines above it make {show(summed)}."
            )
            months = [total.month] if total.month else []
            finding = _about(sentence, "register-total-wrong", months, (), "certain")
            yield msgspec.structs.replace(finding, record_ids=(facts.report_id,))
