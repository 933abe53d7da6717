"""The wage-record check of a visit: its registers beside schedules and payments, and what is found there.

It is made whenever the visit is assessed. It asks the database a bounded number of times, however many lines
there are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from field.inspections.table_file import RejectionError
from field.recovery import cells, register_checks
from field.recovery.findings import Finding
from field.recovery.register_facts import (
    DeclaredLine,
    DeclaredMonth,
    Interview,
    Paid,
    RegisterFacts,
    RegisterLine,
    StatedTotal,
)
from field.recovery.statute import Statute
from field.store import answering, records_checks, register_workers, rows, tables
from field.store.engine import Store
from field.store.import_runs import IMPORTS
from field.store.register_workers import SCHEDULE_LINES, SCHEDULES, Key, Worker
from field.store.rows import is_out
from field.sync.merge import Record

PAYMENTS = tables.Payment.__table__  # type: ignore[attr-defined]  # SQLModel adds it
FILES = tables.RegisterFile.__table__  # type: ignore[attr-defined]
TOTALS = tables.RegisterTotal.__table__  # type: ignore[attr-defined]


class Checked(msgspec.Struct, frozen=True):
    """What was found, by report; the workers of the visit's lines; which of them stand in other registers.

    `looked`: by report, the checks of no month that were made.
    """

    establishment: str
    findings: dict[str, tuple[Finding, ...]]
    workers: tuple[Worker, ...]
    elsewhere: frozenset[Key]
    looked: dict[str, tuple[str, ...]] = {}


def of_visit(
    store: Store,
    tx: Connection,
    records: Mapping[str, Record],
    visit: str,
    reports: Mapping[str, int],
    law: Statute,
) -> Checked:
    """The check of a visit's reports, given with the time at which each was captured."""
    if not reports:
        return Checked("", {}, (), frozenset())
    establishment = records[visit].values["establishment"]
    lines = {report: register_lines(store, records.values(), report) for report in reports}
    workers = [
        Worker(line.id, report, visit, establishment, line.month, bytes.fromhex(line.worker))
        for report, own in lines.items()
        for line in own
        if line.worker
    ]
    keys = {each.key for each in workers}
    registers = register_workers.in_registers(tx, keys, establishment)
    others = [*registers, *register_workers.on_schedules(tx, keys, establishment)]
    months = {line.month for own in lines.values() for line in own}
    declared = declared_months(tx, establishment, months, paid := payments(tx, establishment))
    totals = _totals(tx, reports)
    elsewhere = frozenset((each.worker.hex(), each.month) for each in others)
    facts = {
        report: _facts(
            records[report],
            captured_ms,
            lines[report],
            declared,
            paid,
            elsewhere,
            totals.get(report, ()),
            interviews_of(store, records.values(), report),
        )
        for report, captured_ms in reports.items()
    }
    return Checked(
        establishment,
        {report: register_checks.check(each, law) for report, each in facts.items()},
        tuple(workers),
        frozenset(each.key for each in registers),
        {report: register_checks.looked(each) for report, each in facts.items()},
    )


def still_holds(tx: Connection, checked: Checked) -> bool:
    """Whether the workers stand in the same other registers as when it was made."""
    keys = {each.key for each in checked.workers}
    found = register_workers.in_registers(tx, keys, checked.establishment)
    return frozenset(each.key for each in found) == checked.elsewhere


def _facts(
    report: Record,
    captured_ms: int,
    lines: tuple[RegisterLine, ...],
    declared: Mapping[str, DeclaredMonth],
    paid: tuple[Paid, ...],
    elsewhere: frozenset[tuple[str, str]],
    totals: tuple[StatedTotal, ...],
    interviews: tuple[Interview, ...],
) -> RegisterFacts:
    headcount = report.values.get("headcount")
    return RegisterFacts(
        report_id=report.id,
        captured_on=records_checks.day(captured_ms),
        months_checked=tuple(report.values.get("months_checked") or ()),
        months_paid=tuple(report.values.get("months_paid") or ()),
        headcount_total=None if headcount is None else headcount.get("total"),
        lines=lines,
        declared=declared,
        paid=paid,
        elsewhere=elsewhere,
        totals=totals,
        interviews=interviews,
    )


_TOLD = ("interview_name", "interview_cnic", "interview_since", "interview_days", "interview_wage_rs")
"""What the checklist's questions about an interviewed worker are called."""


def interviews_of(store: Store, records: Iterable[Record], report: str) -> tuple[Interview, ...]:
    """What workers told by the answers of a report, each item of the checklist's repeat a worker.

    A value that is in dispute or is none of its kind counts as not told.
    """
    items: dict[str, dict[str, Any]] = defaultdict(dict)
    ids: dict[str, list[str]] = defaultdict(list)
    for record in answering.answers_of(report, records):
        told = answering.given(record)
        if told.answer.item and told.answer.question in _TOLD and told.readable and not told.disputed:
            items[told.answer.item][told.answer.question] = told.answer.value
            ids[told.answer.item].append(record.id)
    return tuple(_interview(store, item, tuple(sorted(ids[key]))) for key, item in sorted(items.items()))


def _interview(store: Store, told: Mapping[str, Any], ids: tuple[str, ...]) -> Interview:
    cnic, _ = cnic_of(str(told.get("interview_cnic") or ""))
    name = "".join(each for each in str(told.get("interview_name") or "").casefold() if each.isalnum())
    days, wage = told.get("interview_days"), told.get("interview_wage_rs")
    try:
        since = date.fromisoformat(str(told.get("interview_since") or ""))
    except ValueError:
        since = None
    return Interview(
        answer_ids=ids,
        worker=store.sealer.match(cnic.encode()).hex() if cnic else "",
        name_key=store.sealer.match(name.encode()).hex() if name else "",
        since=since,
        days=days if isinstance(days, int) else None,
        wage_rs=wage if isinstance(wage, int) else None,
    )


def register_lines(store: Store, records: Iterable[Record], report: str) -> tuple[RegisterLine, ...]:
    """The lines of a report that count, each with the hash of its worker."""
    return tuple(
        _line(store, each)
        for each in sorted(records, key=lambda each: each.id)
        if each.kind == "wage_line" and each.parent == report and not is_out(each)
        # A value that was replaced by nothing leaves a line without it: the assessment tells of it.
        if each.values.get("month") is not None and each.values.get("wage_rs") is not None
    )


def _line(store: Store, record: Record) -> RegisterLine:
    values, (cnic, fault) = record.values, cnic_of(opened(record, "cnic"))
    name = "".join(letter for letter in opened(record, "worker_name").casefold() if letter.isalnum())
    return RegisterLine(
        id=record.id,
        month=values["month"],
        wage_rs=values["wage_rs"],
        days=values.get("days"),
        by_day=bool(values.get("by_day")),
        declared_wage_rs=values.get("declared_wage_rs"),
        registered=values.get("registered"),
        worker=store.sealer.match(cnic.encode()).hex() if cnic else "",
        cnic_fault=fault,
        name_key=store.sealer.match(name.encode()).hex() if name else "",
    )


def opened(record: Record, name: str) -> str:
    """A personal value of a record; "" where there is none, or it was erased."""
    found = record.private.get(record.values.get(name) or "")
    return "" if found is None else found[1]


def cnic_of(typed: str) -> tuple[str, str]:
    """The 13 digits of a CNIC as somebody typed it, or else what is wrong with it; two times "" for none."""
    if not typed.strip():
        return "", ""
    try:
        return cells.cnic(typed), ""
    except RejectionError as error:
        # What to do about a cell of a file, and how a CNIC looks, is no part of what is wrong.
        return "", f"{error.reason.split('. ')[0].rstrip('.')}."


_LATEST = (
    select(SCHEDULES.c.id, SCHEDULES.c.month, IMPORTS.c.file_name)
    .join(IMPORTS, IMPORTS.c.id == SCHEDULES.c.source)
    .where(
        SCHEDULES.c.establishment == bindparam("establishment"),
        SCHEDULES.c.month.in_(bindparam("months", expanding=True)),
        SCHEDULES.c.complete.is_(True),
    )
    .order_by(SCHEDULES.c.month, SCHEDULES.c.version)
)
_NAMES = ("line", "wage_paisa", "days", "by_day", "contribution_paisa", "worker")
_LINES = (
    select(SCHEDULE_LINES.c.schedule, *(SCHEDULE_LINES.c[name] for name in _NAMES))
    .where(SCHEDULE_LINES.c.schedule.in_(bindparam("ids", expanding=True)))
    .order_by(SCHEDULE_LINES.c.schedule, SCHEDULE_LINES.c.line)
)


def declared_months(
    tx: Connection, establishment: str, months: Collection[str], paid: Iterable[Paid] = ()
) -> dict[str, DeclaredMonth]:
    """The schedules that count, of some months and of those that were paid together with them."""
    wanted = set(months)
    for each in paid:
        if wanted.intersection(each.months):
            wanted.update(each.months)
    asked = {"establishment": establishment, "months": sorted(wanted)}
    # The last version of a month comes last, and stays.
    latest = {row.month: row for row in tx.execute(_LATEST, asked)}
    lines = _lines(tx, [row.id for row in latest.values()])
    return {
        month: DeclaredMonth(month=month, file_name=row.file_name, lines=tuple(lines.get(row.id, ())))
        for month, row in latest.items()
    }


def _lines(tx: Connection, schedules: list[int]) -> dict[int, list[DeclaredLine]]:
    found: dict[int, list[DeclaredLine]] = defaultdict(list)
    for start in range(0, len(schedules), rows.AT_ONCE):
        for row in tx.execute(_LINES, {"ids": schedules[start : start + rows.AT_ONCE]}):
            found[row.schedule].append(_declared(row))
    return found


def _declared(row: Any) -> DeclaredLine:
    worker = "" if row.worker is None else bytes(row.worker).hex()
    told = {name: row._mapping[name] for name in _NAMES}
    return DeclaredLine(**{**told, "worker": worker, "by_day": bool(row.by_day)})


_PAID = (
    select(PAYMENTS.c.id, PAYMENTS.c.amount_paisa, PAYMENTS.c.months)
    .where(PAYMENTS.c.establishment == bindparam("establishment"), PAYMENTS.c.reversed_on.is_(None))
    .order_by(PAYMENTS.c.value_date, PAYMENTS.c.id)
)


def payments(tx: Connection, establishment: str) -> tuple[Paid, ...]:
    """The payments of an establishment that stand."""
    return tuple(
        Paid(
            id=row.id,
            amount_paisa=row.amount_paisa,
            months=tuple(row.months.split(",")) if row.months else (),
        )
        for row in tx.execute(_PAID, {"establishment": establishment})
    )


_LAST = (
    select(FILES.c.report, FILES.c.file_name, func.max(FILES.c.id).label("id"))
    .where(FILES.c.report.in_(bindparam("ids", expanding=True)))
    .group_by(FILES.c.report, FILES.c.file_name)
    .subquery()
)
_STATED = (
    select(_LAST.c.report, _LAST.c.file_name, TOTALS)
    .join(TOTALS, TOTALS.c.file == _LAST.c.id)
    .order_by(TOTALS.c.file, TOTALS.c.line, TOTALS.c.name)
)


def _totals(tx: Connection, reports: Collection[str]) -> dict[str, tuple[StatedTotal, ...]]:
    """The totals that registers' files state, by report; of two files with one name those of the later."""
    found: dict[str, tuple[StatedTotal, ...]] = {}
    for some in rows.chunks(reports):
        for row in tx.execute(_STATED, {"ids": some}):
            total = StatedTotal(
                file_name=row.file_name,
                line=row.line,
                column=row.name,
                stated_paisa=row.stated_paisa,
                found_paisa=row.found_paisa,
                month=row.month,
            )
            found[row.report] = (*found.get(row.report, ()), total)
    return found
