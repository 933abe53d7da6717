"""What a wage register tells by itself: CNICs, months, days, wages below the minimum or above the limit."""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from field.recovery.cells import YEAR_MIN
from field.recovery.check_settings import CheckSettings
from field.recovery.contribution import MonthLaw
from field.recovery.findings import Finding, Sure
from field.recovery.money import show
from field.recovery.register_facts import RegisterFacts, RegisterLine
from field.recovery.statute import RateRow
from field.recovery.wording import count, listed, span


def checks(facts: RegisterFacts, laws: Mapping[str, MonthLaw], settings: CheckSettings) -> Iterable[Finding]:
    """What is found in the lines themselves, check by check."""
    yield from _cnics(facts.lines)
    yield from _twice(facts.lines)
    yield from _elsewhere(facts)
    yield from _months(facts)
    yield from _days(facts.lines)
    yield from _nothing_paid(facts.lines)
    yield from _full_wage_few_days(facts.lines, laws, settings)
    yield from _below_minimum(facts.lines, laws)
    yield from _above_limit(facts.lines, laws)


def found(
    code: str,
    sentence: str,
    lines: Iterable[RegisterLine],
    sure: Sure = "certain",
    rows: Iterable[RateRow | None] = (),
) -> Finding:
    """A finding about some lines, in the order of their months and ids."""
    kept = sorted(set(lines), key=lambda line: (line.month, line.id))
    return Finding(
        code=code,
        sentence=sentence,
        sure=sure,
        months=tuple(sorted({line.month for line in kept})),
        record_ids=tuple(line.id for line in kept),
        rate_row_ids=tuple(sorted({row.id for row in rows if row is not None})),
    )


def months_of(lines: Iterable[RegisterLine]) -> str:
    """The months of some lines, as people say them."""
    return span({line.month for line in lines})


def is_coverable(line: RegisterLine, law: MonthLaw | None) -> bool:
    """Whether a worker belongs on the schedule: not above the limit of coverage, or covered before.

    Where the law of the month is not on file, everybody does.
    """
    if law is None or law.is_coverable(line.wage_rs):
        return True
    rule = law.over_upper_limit_rule
    return line.registered is True and (rule is None or rule.value == "stays-covered")


def _cnics(lines: Iterable[RegisterLine]) -> Iterable[Finding]:
    by_fault: dict[str, list[RegisterLine]] = defaultdict(list)
    for line in lines:
        if line.cnic_fault:
            by_fault[line.cnic_fault].append(line)
    for fault, own in sorted(by_fault.items()):
        sentence = f"{count(len(own), 'line')} in {months_of(own)}: {fault} Compare with the card."
        yield found("register-cnic-form", sentence, own)


def _twice(lines: Iterable[RegisterLine]) -> Iterable[Finding]:
    by_worker: dict[tuple[str, str], list[RegisterLine]] = defaultdict(list)
    for line in lines:
        if line.worker:
            by_worker[line.worker, line.month].append(line)
    doubled = [own for own in by_worker.values() if len(own) > 1]
    if not doubled:
        return
    all_lines = [line for own in doubled for line in own]
    names = sum(len({line.name_key for line in own if line.name_key}) > 1 for own in doubled)
    wages = sum(len({line.wage_rs for line in own}) > 1 for own in doubled)
    sentence = (
        f"{count(len(doubled), 'CNIC')} {_stands(len(doubled))} more than once in the register of a month "
        f"({months_of(all_lines)}), on {count(len(all_lines), 'line')}"
    )
    differ = [f"{names:,} under different names"] if names else []
    differ += [f"{wages:,} with different wages"] if wages else []
    sentence += f": {' and '.join(differ)}." if differ else ", each time with the same wage."
    yield found("register-cnic-twice", sentence, all_lines)


def _elsewhere(facts: RegisterFacts) -> Iterable[Finding]:
    own = [line for line in facts.lines if (line.worker, line.month) in facts.elsewhere]
    if own:
        workers = len({line.worker for line in own})
        sentence = (
            f"{count(workers, 'worker')} of this register {_stands(workers)} also with another employer in "
            f"the same month ({months_of(own)}): two jobs, a wrong CNIC, or a name that was lent."
        )
        yield found("register-cnic-elsewhere", sentence, own, "likely")


def _months(facts: RegisterFacts) -> Iterable[Finding]:
    visited = facts.captured_on.isoformat()[:7]
    if late := [line for line in facts.lines if line.month > visited]:
        sentence = (
            f"{count(len(late), 'line')} for {months_of(late)}, and the visit was on "
            f"{facts.captured_on.isoformat()}: that month had not begun."
        )
        yield found("register-month-to-come", sentence, late)
    if early := [line for line in facts.lines if line.month < f"{YEAR_MIN}-01"]:
        sentence = f"{count(len(early), 'line')} for {months_of(early)}, before there was a contribution."
        yield found("register-month-too-early", sentence, early)
    checked = set(facts.months_checked)
    odd = [
        line
        for line in facts.lines
        if line.month not in checked and f"{YEAR_MIN}-01" <= line.month <= visited
    ]
    if odd:
        sentence = (
            f"{count(len(odd), 'line')} for {months_of(odd)}, which the report does not name among the "
            "months checked: nothing is worked out for them."
        )
        yield found("register-month-not-checked", sentence, odd, "possible")


def _days(lines: Iterable[RegisterLine]) -> Iterable[Finding]:
    wrong = [line for line in lines if line.days is not None and line.days > _days_in(line.month)]
    if wrong:
        most = listed(
            f"{month} has {_days_in(month)} days" for month in sorted({line.month for line in wrong})
        )
        sentence = f"{count(len(wrong), 'line')} with more days than the month has: {most}."
        yield found("register-days-over-month", sentence, wrong)


def _days_in(month: str) -> int:
    return calendar.monthrange(int(month[:4]), int(month[5:]))[1]


def _nothing_paid(lines: Iterable[RegisterLine]) -> Iterable[Finding]:
    kept = list(lines)
    if own := [line for line in kept if line.wage_rs == 0 and line.days != 0]:
        worked = [line for line in own if line.days]
        sentence = f"{count(len(own), 'line')} with a wage of Rs 0 in {months_of(own)}"
        sentence += f", {len(worked):,} of them for days that were worked." if worked else "."
        yield found("register-wage-none", sentence, own, "certain" if worked else "possible")
    if own := [line for line in kept if line.days == 0 and line.wage_rs > 0]:
        sentence = (
            f"{count(len(own), 'line')} with a wage but 0 days in {months_of(own)}: leave, or days left out?"
        )
        yield found("register-wage-without-days", sentence, own, "possible")


def _full_wage_few_days(
    lines: Iterable[RegisterLine], laws: Mapping[str, MonthLaw], settings: CheckSettings
) -> Iterable[Finding]:
    kept = list(lines)
    whole = _full_wages(kept, laws)
    own = []
    for line in kept:
        law = laws.get(line.month)
        if law is None or law.working_days is None or not line.days:
            continue
        few = line.days * 100 < law.working_days.number * settings.number("few_days_percent", line.month)
        minimum = law.minimum_wage.number if law.minimum_wage is not None else None
        full = whole.get(line.worker or line.name_key, minimum)
        if few and full is not None and line.wage_rs >= full:
            own.append(line)
    if own:
        sentence = (
            f"{count(len(own), 'line')} with a full month's wage for few days in {months_of(own)}. It may be "
            "paid leave; or days of work are left out of the register."
        )
        rows = [laws[line.month].working_days for line in own]
        yield found("register-full-wage-few-days", sentence, own, "possible", rows)


def _full_wages(lines: Iterable[RegisterLine], laws: Mapping[str, MonthLaw]) -> dict[str, Decimal]:
    """The lowest wage of each worker for a month of which no working day is missing."""
    lowest: dict[str, Decimal] = {}
    for line in lines:
        law, key = laws.get(line.month), line.worker or line.name_key
        if not key or law is None or law.working_days is None or line.days is None:
            continue
        if line.days >= law.working_days.number and line.wage_rs:
            lowest[key] = min(lowest.get(key, Decimal(line.wage_rs)), Decimal(line.wage_rs))
    return lowest


def _below_minimum(lines: Iterable[RegisterLine], laws: Mapping[str, MonthLaw]) -> Iterable[Finding]:
    def least(line: RegisterLine) -> Decimal | None:
        return laws[line.month].minimum_for(line.days) if line.month in laws else None

    own = [line for line in lines if (minimum := least(line)) is not None and 0 < line.wage_rs < minimum]
    if own:
        missing = sum(((least(line) or 0) - line.wage_rs for line in own), Decimal(0))
        sentence = (
            f"{count(len(own), 'line')} below the minimum wage for the days worked in {months_of(own)}: "
            f"together {show(missing)} short."
        )
        rows = [row for line in own for row in (laws[line.month].minimum_wage, laws[line.month].working_days)]
        yield found("register-below-minimum", sentence, own, "certain", rows)


def _above_limit(lines: Iterable[RegisterLine], laws: Mapping[str, MonthLaw]) -> Iterable[Finding]:
    above = [line for line in lines if line.month in laws and not laws[line.month].is_coverable(line.wage_rs)]
    stay = [line for line in above if line.registered is True and is_coverable(line, laws[line.month])]
    need_not = [line for line in above if line.registered is False]
    unknown = [line for line in above if line.registered is None]
    kinds: tuple[tuple[str, list[RegisterLine], Sure, str], ...] = (
        ("above-limit-stays-covered", stay, "certain", "with a card: covered before, they stay covered."),
        ("above-limit-not-required", need_not, "certain", "without a card: they need not be registered."),
        ("above-limit-card-unknown", unknown, "possible", "and whether they hold a card was not noted."),
    )
    for code, own, sure, says in kinds:
        if own:
            sentence = f"{count(len(own), 'line')} above the limit of coverage in {months_of(own)}, {says}"
            yield found(
                code, sentence, own, sure, [row for line in own for row in _limit_rows(laws[line.month])]
            )


def _limit_rows(law: MonthLaw) -> tuple[RateRow | None, ...]:
    return *law.upper_limit_rows, law.over_upper_limit_rule


def _stands(number: int) -> str:
    return "stands" if number == 1 else "stand"
