"""Whose lines stand in the schedule of a month and in a report's register, by the keyed hash of the CNIC.

Worked out when a visit is assessed; a newer schedule has the visit assessed anew. A bounded number of
questions, however many visits.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, select

from field.recovery import shares
from field.recovery.charging import for_worker
from field.recovery.matching import MonthMatched, WorkerDue, match
from field.recovery.money import ZERO
from field.recovery.shares import Share, Weighed
from field.recovery.statute import Statute
from field.store import register_checks, report_facts, rows
from field.store.engine import Store
from field.store.register_workers import SCHEDULE_LINES, SCHEDULES
from field.sync.merge import Record

PAISA = 100

_LATEST = (
    select(SCHEDULES.c.id, SCHEDULES.c.establishment, SCHEDULES.c.month, SCHEDULES.c.version)
    .where(
        SCHEDULES.c.establishment.in_(bindparam("ids", expanding=True)),
        SCHEDULES.c.month.in_(bindparam("months", expanding=True)),
        SCHEDULES.c.complete.is_(True),
    )
    .order_by(SCHEDULES.c.establishment, SCHEDULES.c.month, SCHEDULES.c.version)
)
_NAMES = ("schedule", "worker", "wage_paisa", "days", "by_day")
_LINES = (
    select(*(SCHEDULE_LINES.c[name] for name in _NAMES))
    .where(SCHEDULE_LINES.c.schedule.in_(bindparam("ids", expanding=True)))
    .order_by(SCHEDULE_LINES.c.schedule, SCHEDULE_LINES.c.line)
)


def of_visits(
    store: Store, tx: Connection, visits: Mapping[str, Mapping[str, Record]], law: Statute
) -> dict[str, tuple[MonthMatched, ...]]:
    """By report, each month with lines beside the schedule that counts; `visits` has the records of each.

    A month without a schedule, or whose law is not on file, is left out.
    """
    reports = [
        (
            report.id,
            facts.establishment_id,
            _by_month(shares.survey(facts, law).weighed),
            _workers(store, own, report),
        )
        for visit, own in visits.items()
        for report, facts, _ in report_facts.facts_of(own, visit)
    ]
    wanted = {(unit, month) for _, unit, months, _ in reports for month in months}
    declared = _schedules(tx, wanted)
    return {
        report: tuple(
            match(
                month,
                declared[unit, month].version,
                _declared(declared[unit, month].lines, weighed[0]),
                (_found(each, workers) for each in weighed),
            )
            for month, weighed in sorted(months.items())
            if (unit, month) in declared
        )
        for report, unit, months, workers in reports
    }


def _by_month(weighed: Iterable[Weighed]) -> dict[str, list[Weighed]]:
    found: dict[str, list[Weighed]] = {}
    for each in weighed:
        found.setdefault(each.line.month, []).append(each)
    return found


def _workers(store: Store, records: Mapping[str, Record], report: Record) -> dict[str, str]:
    lines = register_checks.register_lines(store, records.values(), report.id)
    return {line.id: line.worker for line in lines}


def _found(each: Weighed, workers: Mapping[str, str]) -> WorkerDue:
    return WorkerDue(workers.get(each.line.id, ""), _sum(each.unpaid), _sum(each.paid))


def _sum(parts: Iterable[Share]) -> Decimal:
    return sum((share.amount for share in parts), ZERO)


def _declared(lines: Iterable[Any], one: Weighed) -> list[WorkerDue]:
    """What the law of the month asks for the lines of a schedule."""
    return [
        WorkerDue(
            "" if line.worker is None else bytes(line.worker).hex(),
            for_worker(one.law, Decimal(line.wage_paisa) / PAISA, line.days, by_day=bool(line.by_day)).due_rs,
        )
        for line in lines
    ]


class _Schedule:
    """The schedule of a month that counts."""

    def __init__(self, version: int) -> None:
        self.version, self.lines = version, list[Any]()


def _schedules(tx: Connection, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], _Schedule]:
    found: dict[tuple[str, str], _Schedule] = {}
    latest: dict[tuple[str, str], int] = {}
    months = sorted({month for _, month in wanted})
    for ids in rows.chunks({unit for unit, _ in wanted}):
        for row in tx.execute(_LATEST, {"ids": ids, "months": months}):
            if (row.establishment, row.month) in wanted:
                # The last version of a month comes last, and stays.
                found[row.establishment, row.month] = _Schedule(row.version)
                latest[row.establishment, row.month] = row.id
    by_id = {id: found[key] for key, id in latest.items()}
    schedules = sorted(by_id)
    for start in range(0, len(schedules), rows.AT_ONCE):
        for row in tx.execute(_LINES, {"ids": schedules[start : start + rows.AT_ONCE]}):
            by_id[row.schedule].lines.append(row)
    return found
