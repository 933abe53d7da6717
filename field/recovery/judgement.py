"""Best judgement: what may be owed where wage records were refused or are missing, with every assumption.

It is a proposal for the hearing, always provisional, and never part of what actual records make due: the two
stand apart and are not added up. Powers and limits of best judgement were not read; which number of workers
and which wage are assumed is a dated row of the law.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from field.recovery import ledger
from field.recovery.contribution import MonthLaw, law_of
from field.recovery.explain import Count, Evidence, Figure, Months, Term, Value, rows_figure
from field.recovery.ledger import Charge, MonthState
from field.recovery.money import ZERO
from field.recovery.statute import RateRow, Statute

Why = Literal["refused", "missing"]


class LastWage(msgspec.Struct, frozen=True, kw_only=True):
    """The average wage that was seen last, of how many lines and of which month."""

    wage_rs: Decimal
    month: str
    lines: int
    evidence: Evidence


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a unit whose records were not seen. None: not known.

    `months` are those asked for. `actual` months have wage lines, of whatever report; `paid` ones the report
    that looked last found paid. `declared_rs`: what the employer's own schedule makes due, by month.
    `headcount` is that of the report, `scheduled` the workers of the latest schedule with its month,
    `registered` those that the register of establishments has.
    """

    report_id: str
    why: Why
    months: tuple[str, ...]
    paid: frozenset[str] = frozenset()
    actual: frozenset[str] = frozenset()
    declared_rs: Mapping[str, Decimal] = {}
    headcount: int | None = None
    scheduled: tuple[int, str] | None = None
    registered: int | None = None
    last_wage: LastWage | None = None


class MonthJudged(msgspec.Struct, frozen=True, kw_only=True):
    """A month by best judgement. `principal_rs` is `amount_rs` less what the schedule asks for already."""

    month: str
    workers: int
    wage_rs: Decimal
    base_rs: Decimal
    each_rs: Decimal
    amount_rs: Decimal
    declared_rs: Decimal
    principal_rs: Decimal
    percent: str
    row_ids: tuple[str, ...]


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """The proposal for a report. `assumptions` are statements with their evidence; `rows` the law used."""

    report_id: str
    why: Why
    day: date
    months: tuple[MonthJudged, ...]
    states: tuple[MonthState, ...]
    principal_rs: Decimal
    increase_rs: Decimal
    assumptions: tuple[Figure, ...]
    rows: tuple[RateRow, ...]
    basis: Literal["best-judgement"] = "best-judgement"
    provisional: Literal[True] = True


def judge(known: Known, statute: Statute, day: date) -> Judgement:
    """What may be owed by best judgement on a day.

    Raises Problem("not-found") where no row says what is assumed, or when a contribution is due.
    """
    last = max(known.months)
    workers_rule = statute.at("judgement_workers_rule", last)
    wage_rule = statute.at("judgement_wage_rule", last)
    workers, assumptions = _workers(known, workers_rule)
    assumptions += _wage(known, wage_rule)
    rules: dict[str, Value] = {
        "workers_rule": Term("choices", workers_rule.value, workers_rule.value),
        "wage_rule": Term("choices", wage_rule.value, wage_rule.value),
    }
    chosen = Evidence(row_ids=(workers_rule.id, wage_rule.id))
    assumptions.append(Figure(phrase="judged_rules", values=rules, evidence=chosen))
    months, rows, left = [], [workers_rule, wage_rule], _Left()
    charges: list[Charge] = []
    for month in sorted(set(known.months)):
        law = left.out(known, month, statute)
        if law is None or not workers:
            continue
        judged, used = _month(known, law, workers, wage_rule)
        charge, late = ledger.charge(statute, month, judged.principal_rs)
        months.append(judged)
        charges.append(charge)
        rows += [*used, *late]
    settled = ledger.settle(charges, (), day, "oldest-month-principal-first")
    shown = {state.month for state in settled.months}
    return Judgement(
        report_id=known.report_id,
        why=known.why,
        day=day,
        months=tuple(month for month in months if month.month in shown),
        states=settled.months,
        principal_rs=settled.principal_rs,
        increase_rs=settled.increase_rs,
        assumptions=(
            *assumptions,
            _said("judged_months", known, months=Months(known.months)),
            *left.figures(known),
        ),
        rows=tuple({row.id: row for row in rows}.values()),
    )


def figure(judged: Judgement) -> Figure:
    """A proposal as a figure that opens: its assumptions, its months, and the dated rows."""
    months = tuple(month.month for month in judged.months)
    late = {state.month: state.increase_rs for state in judged.states}
    parts: list[Figure] = [Figure(phrase="judged_apart"), *judged.assumptions]
    for month in judged.months:
        parts.append(_month_figure(month))
        if late[month.month]:
            values: dict[str, Value] = {"month": month.month, "amount": late[month.month]}
            parts.append(Figure(phrase="month_increase", values=values, amount_rs=late[month.month]))
    return Figure(
        phrase=f"judged_{judged.why}",
        values={
            "months": Months(months),
            "amount": judged.principal_rs,
            "increase": judged.increase_rs,
            "day": judged.day,
        },
        amount_rs=judged.principal_rs,
        evidence=Evidence(report_ids=(judged.report_id,)),
        parts=(*parts, rows_figure(judged.rows)),
    )


def _said(phrase: str, known: Known, **values: Value) -> Figure:
    return Figure(phrase=phrase, values=values, evidence=Evidence(report_ids=(known.report_id,)))


def _workers(known: Known, rule: RateRow) -> tuple[int, list[Figure]]:
    """How many workers are assumed, and what else was known about their number."""
    sources: list[tuple[int, Figure]] = []
    if known.headcount:
        workers = Count(known.headcount, "worker")
        sources.append((known.headcount, _said("judged_workers_headcount", known, workers=workers)))
    if known.scheduled:
        number, month = known.scheduled
        values: dict[str, Value] = {"workers": Count(number, "worker"), "month": month}
        sources.append((number, Figure(phrase="judged_workers_declared", values=values)))
    elif known.registered:
        workers = Count(known.registered, "worker")
        sources.append(
            (known.registered, Figure(phrase="judged_workers_registered", values={"workers": workers}))
        )
    if not sources:
        return 0, [_said("judged_workers_unknown", known)]
    chosen = sources[0]
    if rule.value == "higher-of-both":
        chosen = max(sources, key=lambda source: source[0])
    others = [
        Figure(phrase="judged_workers_other", values={"workers": Count(number, "worker")})
        for number, said in sources
        if said is not chosen[1]
    ]
    evidence = msgspec.structs.replace(chosen[1].evidence, row_ids=(rule.id,))
    return chosen[0], [msgspec.structs.replace(chosen[1], evidence=evidence), *others]


def _wage(known: Known, rule: RateRow) -> list[Figure]:
    evidence = Evidence(row_ids=(rule.id,))
    if rule.value != "last-known-wage":
        return [Figure(phrase="judged_wage_minimum", evidence=evidence)]
    if known.last_wage is None:
        return [Figure(phrase="judged_wage_fallback", evidence=evidence)]
    last = known.last_wage
    values: dict[str, Value] = {
        "wage": last.wage_rs,
        "lines": Count(last.lines, "line"),
        "month": last.month,
    }
    of_both = msgspec.structs.replace(last.evidence, row_ids=(rule.id,))
    return [Figure(phrase="judged_wage_last_known", values=values, evidence=of_both)]


class _Left:
    """The months that are left out, by the reason."""

    def __init__(self) -> None:
        self.months: dict[str, list[str]] = {}

    def out(self, known: Known, month: str, statute: Statute) -> MonthLaw | None:
        """The law of a month that can be judged; None for one that is left out."""
        law = law_of(statute, month)
        why = ""
        if month in known.actual:
            why = "judged_left_actual"
        elif month in known.paid and month not in known.declared_rs:
            why = "judged_left_paid"
        elif (
            isinstance(law, str)
            or law.minimum_wage is None
            or statute.find("due_day_of_following_month", month) is None
        ):
            why = "judged_left_law"
        if why or isinstance(law, str):
            self.months.setdefault(why, []).append(month)
            return None
        return law

    def figures(self, known: Known) -> Iterable[Figure]:
        for phrase, months in self.months.items():
            yield _said(phrase, known, months=Months(tuple(months)))


def _month(known: Known, law: MonthLaw, workers: int, rule: RateRow) -> tuple[MonthJudged, list[RateRow]]:
    assert law.minimum_wage is not None  # such a month is left out
    wage = law.minimum_wage.number
    if rule.value == "last-known-wage" and known.last_wage is not None:
        wage = max(wage, known.last_wage.wage_rs)
    each = law.contribution_for(wage)
    amount = each.amount_rs * workers
    declared = min(known.declared_rs.get(law.month, ZERO), amount)
    rows = [*each.rows, law.minimum_wage]
    judged = MonthJudged(
        month=law.month,
        workers=workers,
        wage_rs=wage,
        base_rs=each.base_rs,
        each_rs=each.amount_rs,
        amount_rs=amount,
        declared_rs=declared,
        principal_rs=amount - declared,
        percent=law.rate.value,
        row_ids=tuple(dict.fromkeys(row.id for row in rows)),
    )
    return judged, rows


def _month_figure(judged: MonthJudged) -> Figure:
    less: dict[str, Value] = {
        "month": judged.month,
        "declared": judged.declared_rs,
        "amount": judged.principal_rs,
    }
    return Figure(
        phrase="judged_month",
        values={
            "month": judged.month,
            "workers": Count(judged.workers, "worker"),
            "each": judged.each_rs,
            "percent": f"{judged.percent} %",
            "base": judged.base_rs,
            "amount": judged.amount_rs,
        },
        amount_rs=judged.amount_rs,
        evidence=Evidence(row_ids=judged.row_ids),
        parts=(Figure(phrase="judged_less", values=less, amount_rs=judged.principal_rs),)
        if judged.declared_rs
        else (),
    )
