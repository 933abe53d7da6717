"""Best judgement for an establishment whose records were refused or are missing, out of what is kept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec
from sqlalchemy import Connection

from field.recovery import explain, judgement
from field.recovery.account import MonthDeclared, due_by_law
from field.recovery.contribution import law_of
from field.recovery.explain import Evidence
from field.recovery.figures import Behind
from field.recovery.judgement import Judgement, Known, LastWage, Why
from field.recovery.money import ZERO, rupees, to_json
from field.recovery.phrases import Language
from field.recovery.statute import RateRow, Statute
from field.store import accounts, assessments, explained, owed, registry, statute
from field.store.assessments import Kept
from field.store.engine import Store
from field.store.explained import Step
from field.store.flags import Rupees
from field.sync.wire import Row


class MonthJudgedShown(msgspec.Struct, frozen=True):
    """A month by best judgement. `declared_rs` of `amount_rs` the employer's schedule asks for already."""

    month: str
    workers: int
    wage_rs: Rupees
    base_rs: Rupees
    each_rs: Rupees
    amount_rs: Rupees
    declared_rs: Rupees
    principal_rs: Rupees
    due_on: date
    days_late: int
    increase_rs: Rupees
    rate_row_ids: tuple[str, ...]


class JudgementShown(msgspec.Struct, frozen=True):
    """A proposal for the hearing, and every assumption in words with its evidence. Always provisional.

    No part of it is in what is owed by actual records, and its sums are not to be added to those.
    """

    report: str
    basis: str
    why: Why
    provisional: bool
    principal_rs: Rupees
    increase_rs: Rupees
    months: tuple[MonthJudgedShown, ...]
    assumptions: tuple[Step, ...]
    steps: tuple[Step, ...]
    statute: tuple[RateRow, ...]


class Judged(msgspec.Struct, frozen=True):
    """The proposals for an establishment, the report captured last first; none: actual records are there."""

    establishment: str
    day: date
    language: Language
    proposals: tuple[JudgementShown, ...]


def proposals(
    store: Store,
    tx: Connection,
    establishment: str,
    districts: Sequence[str] | None,
    day: date,
    language: Language,
) -> Judged:
    """What may be owed by best judgement on a day.

    A month is judged for the report captured last that asked for it in vain. Where no records were refused
    and none are missing there is no proposal. Raises Problem not-found where there is nothing to be seen.
    """
    owed.may_see(tx, establishment, districts)
    law = statute.load(tx)
    found = [judgement.judge(each, law, day) for each in _known(store, tx, establishment, law)]
    return Judged(establishment, day, language, tuple(_shown(each, language) for each in found))


def _known(store: Store, tx: Connection, establishment: str, law: Statute) -> list[Known]:
    """What is known for each report that asked for records in vain, the one captured last first."""
    kept = assessments.kept(tx, establishment)
    counting = owed.counting(kept)
    declared = accounts.declared(tx, establishment)
    dues = dict(_dues(declared, law))
    asked: list[tuple[Kept, Why, tuple[str, ...]]] = []
    taken: set[str] = set()
    for each in reversed(kept):
        why, months = _asked(each, dues)
        if months := tuple(month for month in months if month not in taken):
            asked.append((each, why, months))
            taken.update(months)
    if not asked:
        return []
    named = registry.by_id(tx, [establishment, *(each.report for each, _, _ in asked)])
    last = _last_wage(store, tx, kept, counting, declared, law)
    paid = frozenset(each.month for each in owed.found(kept) if not each.unpaid)
    latest = max(declared, key=lambda each: each.month, default=None)
    return [
        Known(
            report_id=each.report,
            why=why,
            months=months,
            paid=paid,
            actual=frozenset(counting),
            declared_rs=dues,
            headcount=_headcount(named.get(each.report)),
            scheduled=(latest.workers, latest.month) if latest else None,
            registered=_registered(named.get(establishment)),
            last_wage=last,
        )
        for each, why, months in asked
    ]


def _asked(kept: Kept, dues: Mapping[str, Decimal]) -> tuple[Why, tuple[str, ...]]:
    """The months of which a report saw no records: all without lines where they were refused.

    Where they were not, only those that are unpaid and that no schedule tells of.
    """
    found = kept.body.assessment
    without = [due for due in found.months if due.month not in kept.body.line_months]
    if any(reason.code == "records-refused" for reason in found.reasons):
        return "refused", tuple(due.month for due in without)
    return "missing", tuple(due.month for due in without if due.unpaid and due.month not in dues)


def _dues(declared: Iterable[MonthDeclared], law: Statute) -> Iterable[tuple[str, Decimal]]:
    for each in declared:
        month = law_of(law, each.month)
        if not isinstance(month, str):
            yield each.month, due_by_law(each, month)[0]


def _headcount(report: Row | None) -> int | None:
    counted = report.values.get("headcount") if report else None
    return counted.get("total") if isinstance(counted, dict) else None


def _registered(establishment: Row | None) -> int | None:
    workers = establishment.values.get("workers_declared") if establishment else None
    return workers if isinstance(workers, int) else None


def _last_wage(
    store: Store,
    tx: Connection,
    kept: Sequence[Kept],
    counting: Mapping[str, str],
    declared: Sequence[MonthDeclared],
    law: Statute,
) -> LastWage | None:
    """The average wage of the latest month that wage lines or a schedule tell of; of both, of the lines."""
    scheduled = {each.month: each for each in declared if each.lines}
    latest = max((*counting, *scheduled), default=None)
    if latest is None:
        return None
    if latest in counting:
        behind = explained.reports(store, tx, [each for each in kept if each.report == counting[latest]], law)
        return _average(behind[counting[latest]], counting[latest], latest)
    lines = scheduled[latest].lines
    total = sum((line.wage_rs * line.workers for line in lines), ZERO)
    workers = sum(line.workers for line in lines)
    return LastWage(wage_rs=rupees(total / workers), month=latest, lines=workers, evidence=Evidence())


def _average(behind: Behind, report: str, month: str) -> LastWage:
    lines = [each.line for each in behind.survey.weighed if each.line.month == month]
    wage = rupees(Decimal(sum(line.wage_rs for line in lines)) / len(lines))
    evidence = Evidence(line_ids=tuple(line.id for line in lines), report_ids=(report,))
    return LastWage(wage_rs=wage, month=month, lines=len(lines), evidence=evidence)


def _shown(judged: Judgement, language: Language) -> JudgementShown:
    said = explained.steps(explain.explain(judgement.figure(judged), language))
    assumed = {figure.phrase for figure in judged.assumptions}
    months = zip(judged.months, judged.states, strict=True)
    return JudgementShown(
        report=judged.report_id,
        basis=judged.basis,
        why=judged.why,
        provisional=judged.provisional,
        principal_rs=to_json(judged.principal_rs),
        increase_rs=to_json(judged.increase_rs),
        months=tuple(
            MonthJudgedShown(
                month=month.month,
                workers=month.workers,
                wage_rs=to_json(month.wage_rs),
                base_rs=to_json(month.base_rs),
                each_rs=to_json(month.each_rs),
                amount_rs=to_json(month.amount_rs),
                declared_rs=to_json(month.declared_rs),
                principal_rs=to_json(month.principal_rs),
                due_on=state.due_on,
                days_late=state.days_late,
                increase_rs=to_json(state.increase_rs),
                rate_row_ids=(*month.row_ids, *state.row_ids),
            )
            for month, state in months
        ),
        assumptions=tuple(step for step in said if step.phrase in assumed),
        steps=said,
        statute=judged.rows,
    )
