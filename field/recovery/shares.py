"""One worker in one month against the law: what is owed for them at all, and what beyond the declared."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from field.recovery.contribution import Contribution, MonthLaw, law_of
from field.recovery.facts import LineFacts, ReportFacts
from field.recovery.money import ZERO
from field.recovery.statute import RateRow, Statute, first_day
from field.recovery.wording import count, names, span

DOUBTS_SHOWN = 3
"""So many different doubts about single lines are told; more of them say nothing new."""


class Share(msgspec.Struct, frozen=True, gc=False):
    """One line under one reason, with the money that it adds there and the rows that say so."""

    code: str
    line: LineFacts
    amount: Decimal
    rows: tuple[RateRow, ...]


class Weighed(msgspec.Struct, frozen=True, gc=False):
    """A line by the law of its month. `unpaid`: its shares where nothing was paid; `paid`: where it was.

    Both are worked out, so that a later payment or schedule can say which of them counts. `whole` is the
    contribution on the wage found, `declared` that on the declared one; None where there is none, as `whole`
    is for a worker who need not be covered.
    """

    line: LineFacts
    law: MonthLaw
    whole: Contribution | None = None
    declared: Contribution | None = None
    unpaid: tuple[Share, ...] = ()
    paid: tuple[Share, ...] = ()

    def shares(self, *, paid: bool) -> tuple[Share, ...]:
        """The shares of the month as it was found."""
        return self.paid if paid else self.unpaid


class Survey(msgspec.Struct, frozen=True):
    """All lines of a report that count, weighed; the law of each month; what was left out, in words.

    `doubtful`: months could not be judged, or lines contradict each other.
    """

    weighed: tuple[Weighed, ...]
    laws: dict[str, MonthLaw]
    months: tuple[str, ...]
    paid: frozenset[str]
    remarks: tuple[str, ...]
    doubtful: bool


def survey(facts: ReportFacts, statute: Statute) -> Survey:
    """Every line of a report that counts, by the dated rows in force in its month.

    Of several lines for one worker and month the one with the smallest id counts. Raises
    Problem("bad-request") for a month that is none.
    """
    months = sorted(set(facts.months_checked))
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
    scales = {month: _Scale(law) for month, law in laws.items()}
    weighed = tuple(scales[line.month].weigh(line) for line in lines if line.month in scales)
    doubts = dict.fromkeys(each.whole.doubt for each in weighed if each.whole and each.whole.doubt)
    if doubts:
        remarks.append(" ".join(list(doubts)[:DOUBTS_SHOWN]))
        doubtful = True
    return Survey(
        weighed=weighed,
        laws=laws,
        months=tuple(months),
        paid=frozenset(facts.months_paid),
        remarks=tuple(remarks),
        doubtful=doubtful,
    )


class _Scale:
    """The law of a month, held against one line after the other; alike wages are worked out once."""

    def __init__(self, law: MonthLaw) -> None:
        self.law = law
        self._known: dict[tuple[Decimal | int, int | None, bool], Contribution] = {}

    def contribution(self, wage_rs: Decimal | int, line: LineFacts) -> Contribution:
        """What is due on a wage for the days of a line, paid as the line says."""
        key = wage_rs, line.days, line.by_day
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self.law.contribution_for(wage_rs, line.days, by_day=line.by_day)
        return found

    def weigh(self, line: LineFacts) -> Weighed:
        """What a line adds under each reason; its money is parted among them and counted once."""
        law, wage, days = self.law, line.declared_wage_rs, line.days
        declared = None if wage is None else self.contribution(wage, line)
        if not _is_covered(line, law):
            return Weighed(line, law, None, declared)
        whole = self.contribution(line.wage_rs, line)
        rows = whole.rows
        if not law.is_coverable(line.wage_rs) and law.over_upper_limit_rule is not None:
            rows = (*rows, *law.upper_limit_rows, law.over_upper_limit_rule)
        unpaid, paid = [Share("month-unpaid", line, whole.amount_rs, rows)], []
        if line.registered is False:
            limits = (*rows, *law.upper_limit_rows)
            unpaid.append(Share("worker-not-registered", line, ZERO, limits))
            paid.append(Share("worker-not-registered", line, whole.amount_rs, limits))
        elif declared is not None and declared.wage_rs < line.wage_rs:
            difference = whole.amount_rs - declared.amount_rs
            unpaid.append(Share("wage-under-declared", line, ZERO, rows))
            paid.append(Share("wage-under-declared", line, difference, (*rows, *declared.rows)))
        minimum = law.minimum_for(days)
        if minimum is not None and line.wage_rs < minimum:
            unpaid.append(self._under_minimum(line, minimum, paid=False))
            paid.append(self._under_minimum(line, minimum, paid=True))
        return Weighed(line, law, whole, declared, tuple(unpaid), tuple(paid))

    def _under_minimum(self, line: LineFacts, minimum: Decimal, *, paid: bool) -> Share:
        """A wage below the minimum: money only by the rule, and only beyond what is due or paid anyway."""
        law = self.law
        rows = [law.minimum_wage, law.under_minimum_rule, law.working_days if line.days is not None else None]
        amount = ZERO
        if law.under_minimum_rule is not None and law.under_minimum_rule.value == "minimum-wage":
            covered_by = Decimal(line.wage_rs)
            if paid and line.registered is not False:
                # Declared nowhere, as far as is known: then what was paid for the month is taken as right.
                declared = line.declared_wage_rs
                covered_by = minimum if declared is None else max(covered_by, Decimal(declared))
            whole, known = self.contribution(minimum, line), self.contribution(covered_by, line)
            rows += whole.rows
            amount = max(whole.amount_rs - known.amount_rs, ZERO)
        return Share("wage-under-minimum", line, amount, tuple(row for row in rows if row is not None))


def is_contrary(line: LineFacts) -> bool:
    """Not registered, and yet on the schedule by which the employer pays."""
    return line.registered is False and line.declared_wage_rs is not None


def _counted(lines: Sequence[LineFacts], months: Sequence[str]) -> tuple[list[LineFacts], list[str], bool]:
    """One line per worker and month, in the order of ids; what was left out; whether lines contradict."""
    known = set(months)
    counted: dict[tuple[str, str], LineFacts] = {}
    repeated: list[LineFacts] = []
    outside: list[LineFacts] = []
    contradict = False
    for line in _in_order(lines):
        if line.month not in known:
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
            f"and only one of them counts. {what} ({names([line.id for line in repeated])})."
        )
    return list(counted.values()), remarks, contradict


def _in_order(lines: Sequence[LineFacts]) -> list[LineFacts]:
    """By id; where two have one id, by all that they say."""
    if len({line.id for line in lines}) == len(lines):
        return sorted(lines, key=lambda line: line.id)
    return sorted(lines, key=lambda line: (line.id, msgspec.json.encode(line)))


def _found(line: LineFacts) -> tuple[object, ...]:
    return line.wage_rs, line.days, line.by_day, line.declared_wage_rs, line.registered


def _is_covered(line: LineFacts, law: MonthLaw) -> bool:
    if law.is_coverable(line.wage_rs):
        return True
    rule = law.over_upper_limit_rule
    return line.registered is True and (rule is None or rule.value == "stays-covered")
