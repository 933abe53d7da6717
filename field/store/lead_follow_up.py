"""Leads that follow from reports: opened, brought up to date and closed by the office, in the background.

An establishment is marked when one of its reports is assessed anew, when it changes itself while there is a
lead about it, and when such a lead changes. What is marked is looked at until it says what the reports say.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, delete, select, update

from field.clock import Clock
from field.recovery import lead_findings
from field.recovery.lead_findings import Known, ReportSays, Step, Unit
from field.store import assessments, faults, office, rows
from field.store.assessments import ASSESSMENTS
from field.store.engine import Store
from field.store.lead_rows import LEADS, MARKS
from field.store.office import Entry
from field.sync.kinds import WITHDRAWN
from field.sync.merge import Record

LATER_MS = 10 * 60_000
"""How long an establishment whose leads cannot be worked out is left alone."""


_log = structlog.get_logger()

_DUE = (
    select(MARKS.c.establishment, MARKS.c.mark)
    .where(MARKS.c.due_ms <= bindparam("now"))
    .order_by(MARKS.c.due_ms, MARKS.c.establishment)
    .limit(bindparam("most"))
)
_DONE = delete(MARKS).where(MARKS.c.establishment == bindparam("key"), MARKS.c.mark == bindparam("of_mark"))
_LATER = update(MARKS).where(MARKS.c.establishment == bindparam("key")).values(due_ms=bindparam("to_due_ms"))


def refresh(store: Store, clock: Clock, office_id: str, limit: int = 100) -> int:
    """Look at up to `limit` marked establishments; return how many there were. 0: nothing is left to do now.

    Doing it twice, or by two servers at once, writes nothing twice. Raises Problem storage-failed.
    """
    now_ms = clock.now_ms()
    with store.read() as tx:
        due = {row.establishment: row.mark for row in tx.execute(_DUE, {"now": now_ms, "most": limit})}
    if not due:
        return 0
    failed = set()
    for establishment in due:
        try:
            _follow(store, clock, office_id, establishment)
        except faults.UNEXPECTED as error:
            failed.add(establishment)
            _log.error("leads could not be followed up", at=establishment, error=type(error).__name__)
    # Where the database itself fails, this raises too, and no establishment is blamed for it.
    with store.write() as tx:
        for establishment, mark in sorted(due.items()):
            if establishment in failed:
                tx.execute(_LATER, {"key": establishment, "to_due_ms": now_ms + LATER_MS})
            else:
                tx.execute(_DONE, {"key": establishment, "of_mark": mark})
    return len(due)


def _follow(store: Store, clock: Clock, office_id: str, establishment: str) -> None:
    def choose(tx: Connection) -> list[Entry]:
        found, _ = rows.load(store, tx, [establishment])
        record = found.get(establishment)
        if record is None or record.kind != "establishment":
            return []
        leads = of_establishment(store, tx, establishment)
        unit = Unit(id=record.id, values=record.values, gone=is_out(record))
        known = [
            Known(id=lead.id, values=lead.values, office=by is None, gone=is_out(lead))
            for lead, by in leads.values()
        ]
        steps = lead_findings.follow(unit, _reports(store, tx, establishment), known)
        return [_entry(step, leads, clock) for step in steps]

    office.decide(store, clock, office_id, choose)


def _entry(step: Step, leads: Mapping[str, tuple[Record, str | None]], clock: Clock) -> Entry:
    if step.lead is None:
        return Entry(kind="lead", record=clock.uuid7(), op="create", set=step.set)
    return change(leads[step.lead][0], step.set)


def change(record: Record, values: Mapping[str, Any], by: str | None = None) -> Entry:
    """The office's change that replaces what a record shows in some fields."""
    return Entry(
        kind=record.kind,
        record=record.id,
        set=values,
        over={name: sorted(record.live[name]) for name in values if record.live.get(name)},
        was={name: record.values[name] for name in values if record.values.get(name) is not None},
        by=by,
    )


def is_out(record: Record) -> bool:
    """Whether a record is withdrawn, and nobody disputes it."""
    return record.values.get(WITHDRAWN) is not None and WITHDRAWN not in record.disputed


_LEADS = (
    select(LEADS.c.id, LEADS.c.by)
    .where(LEADS.c.establishment == bindparam("establishment"))
    .order_by(LEADS.c.found_ms, LEADS.c.id)
)


def of_establishment(
    store: Store, tx: Connection, establishment: str
) -> dict[str, tuple[Record, str | None]]:
    """The leads about an establishment, each with who found it (None: the office), as they were found."""
    found = {row.id: row.by for row in tx.execute(_LEADS, {"establishment": establishment})}
    records, _ = rows.load(store, tx, found)
    return {id: (records[id], by) for id, by in found.items()}


_ASSESSED = select(
    ASSESSMENTS.c.report, ASSESSMENTS.c.visit, ASSESSMENTS.c.captured_ms, ASSESSMENTS.c.body
).where(ASSESSMENTS.c.establishment == bindparam("establishment"))


def _reports(store: Store, tx: Connection, establishment: str) -> list[ReportSays]:
    """What the assessed reports about an establishment say of who is registered. No name is looked at."""
    assessed = tx.execute(_ASSESSED, {"establishment": establishment}).all()
    records, _ = rows.load(store, tx, {row.visit for row in assessed}, by_root=True)
    lines: dict[str | None, list[tuple[str, str, bool | None]]] = {}
    for record in records.values():
        if record.kind == "wage_line" and not is_out(record) and record.values.get("month"):
            about = record.id, record.values["month"], record.values.get("registered")
            lines.setdefault(record.parent, []).append(about)
    said = []
    for row in assessed:
        reasons = assessments.read_body(row.body).assessment.reasons
        without = {id for each in reasons if each.code == "worker-not-registered" for id in each.line_ids}
        headcount = records[row.report].values.get("headcount") or {}
        told = lines.get(row.report, [])
        total = headcount.get("total")
        place = records[row.visit].values.get("district")
        said.append(lead_findings.says(row.report, row.captured_ms, total, told, frozenset(without), place))
    return said
