"""Assessments, derived in the background: what is stale is found, held, assessed and saved.

A worker that dies leaves its visits stale, and another takes them when the hold has run out. What changes
during an assessment moves the visit's mark, so that the outcome is thrown away and the visit assessed anew.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
import structlog
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from field.inspections.checklists import Checklist
from field.problems import Problem
from field.recovery import assessment, overlaps
from field.recovery.assessment import Assessment, ReportFacts
from field.recovery.findings import Finding
from field.recovery.matching import MonthMatched
from field.recovery.money import ZERO
from field.recovery.overlaps import Claim
from field.recovery.statute import Statute
from field.recovery.wording import count
from field.store import (
    answering,
    checklists,
    faults,
    flag_keeping,
    lead_rows,
    matching,
    records_checks,
    register_checks,
    register_workers,
    report_facts,
    rows,
    stale_establishments,
    statute,
    tables,
)
from field.store.engine import RETRIES, Retry, Store
from field.store.register_checks import Checked
from field.store.rows import STALE
from field.sync.merge import Record

ASSESSMENTS = tables.Assessment.__table__  # type: ignore[attr-defined]  # SQLModel adds it

HOLD_MS = 60_000
LATER_MS = 10 * 60_000
"""How long a visit that could not be assessed is left alone, while others are looked at."""
PAISA = 100

_log = structlog.get_logger()


class Body(msgspec.Struct, frozen=True):
    """What is kept of an assessment, without any personal value. `line_months`: months with wage lines.

    `months_checked` and `limits`: of which months records were checked, and the warnings about that check.
    `findings` speak against the employer and demand no money. `looked`: codes of what was looked at.
    """

    assessment: Assessment
    line_months: tuple[str, ...]
    months_checked: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    looked: tuple[str, ...] = ()
    matched: tuple[MonthMatched, ...] = ()


class Assessed(msgspec.Struct, frozen=True):
    """One report's assessment, when the report was made, the months checked, and what the checks found."""

    assessment: Assessment
    line_months: tuple[str, ...]
    captured_ms: int
    months_checked: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    looked: tuple[str, ...] = ()
    matched: tuple[MonthMatched, ...] = ()


_body = msgspec.json.Decoder(Body)


def read_body(text: str) -> Body:
    """The body of a row of `assessments`; warnings about the check stand among the remarks."""
    body = _body.decode(text)
    if not body.limits:
        return body
    told = msgspec.structs.replace(body.assessment, remarks=(*body.assessment.remarks, *body.limits))
    return msgspec.structs.replace(body, assessment=told)


def refresh(store: Store, now_ms: int, limit: int = 100) -> int:
    """Assess up to `limit` stale visits; return how many were found. 0: nothing is left to do now.

    A visit that cannot be assessed stays stale and is tried again after LATER_MS; the others go before it.
    Raises Problem storage-failed, and bad-request where the statute's rows contradict each other.
    """
    held = _hold(store, now_ms, limit)
    if not held:
        return 0
    with store.read() as tx:
        law, edition = statute.load(tx), statute.edition(tx)
        asked = checklists.by_name(tx)
    for root, mark in held.items():
        try:
            with store.read() as tx:
                records, _ = rows.load(store, tx, [root], by_root=True)
                found = assess_visit(records, root, law)
                made = {each.assessment.report_id: each.captured_ms for each in found}
                checked = register_checks.of_visit(store, tx, records, root, made, law)
                beside = matching.of_visits(store, tx, {root: records}, law)
            found = [_with_answers(each, records, asked) for each in _checked(found, checked, beside)]
            _save(store, root, Basis(mark, law, edition, checked), found, now_ms)
        except faults.UNEXPECTED as error:
            # Where the database itself fails, this raises too, and no visit is blamed for it.
            _postpone(store, root, now_ms)
            _log.error("a visit could not be assessed", visit=root, **faults.place(error))
    return len(held)


def _checked(
    found: Iterable[Assessed], checked: Checked, beside: Mapping[str, tuple[MonthMatched, ...]]
) -> list[Assessed]:
    """The assessments with what the checks of each one's register found."""
    more = checked.findings
    return [
        msgspec.structs.replace(
            each,
            findings=(*each.findings, *more.get(each.assessment.report_id, ())),
            looked=(*each.looked, *checked.looked.get(each.assessment.report_id, ())),
            matched=beside.get(each.assessment.report_id, ()),
        )
        for each in found
    ]


def _with_answers(
    assessed: Assessed, records: Mapping[str, Record], asked: Mapping[str, Checklist]
) -> Assessed:
    """The assessment with what the report's answers come to."""
    assessment = assessed.assessment
    found = answering.of_report(records[assessment.report_id], records.values(), asked, assessed.captured_ms)
    return msgspec.structs.replace(
        assessed,
        assessment=msgspec.structs.replace(assessment, remarks=(*assessment.remarks, *found.remarks)),
        findings=(*assessed.findings, *found.findings),
        looked=(*assessed.looked, *found.looked),
    )


def _postpone(store: Store, root: str, now_ms: int) -> None:
    with store.write() as tx:
        tx.execute(_HELD, {"key": root, "to_held_until_ms": now_ms + LATER_MS})


_FREE = STALE.c.held_until_ms <= bindparam("now")
_ANY = select(STALE.c.root).where(_FREE).limit(1)
_NEXT = (
    select(STALE.c.root, STALE.c.mark)
    .where(_FREE)
    # What was never tried comes first, so that one visit which fails again and again holds nobody up.
    .order_by(STALE.c.held_until_ms, STALE.c.since_ms, STALE.c.root)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_HELD = (
    update(STALE).where(STALE.c.root == bindparam("key")).values(held_until_ms=bindparam("to_held_until_ms"))
)


def _hold(store: Store, now_ms: int, limit: int) -> dict[str, str]:
    """Take stale visits for this worker alone; their marks by id."""
    with store.read() as tx:
        if tx.execute(_ANY, {"now": now_ms}).first() is None:
            return {}
    with store.write() as tx:
        found = {row.root: row.mark for row in tx.execute(_NEXT, {"now": now_ms, "most": limit})}
        held = [{"key": root, "to_held_until_ms": now_ms + HOLD_MS} for root in found]
        if held:
            tx.execute(_HELD, held)
    return found


_DONE = delete(STALE).where(STALE.c.root == bindparam("key"), STALE.c.mark == bindparam("of_mark"))
_STAKES = (
    update(rows.OPEN_CONFLICTS).where(rows.OPEN_CONFLICTS.c.root == bindparam("key")).values(stake_paisa=None)
)
_DROP = delete(ASSESSMENTS).where(ASSESSMENTS.c.visit == bindparam("key"))


class Basis(msgspec.Struct, frozen=True):
    """What an assessment rests on: the latest change of the visit, the law by its edition, and its checks."""

    mark: str
    law: Statute
    edition: int
    checked: Checked


def _save(store: Store, root: str, basis: Basis, found: Sequence[Assessed], now_ms: int) -> None:
    for attempt in range(RETRIES):
        try:
            with store.write() as tx:
                _save_in(store, tx, root, basis, found, now_ms)
            return
        except Retry:
            if attempt == RETRIES - 1:
                raise


def _save_in(
    store: Store, tx: Connection, root: str, basis: Basis, found: Sequence[Assessed], now_ms: int
) -> None:
    statute.hold_still(store, tx)
    register_workers.lock(store, tx)
    if statute.edition(tx) != basis.edition or not register_checks.still_holds(tx, basis.checked):
        # Worked out by rows that are no longer the law, or beside registers that have changed since: the
        # visit stays stale, and is free at once.
        tx.execute(_HELD, {"key": root, "to_held_until_ms": 0})
        return
    known = {row.report: row.establishment for row in tx.execute(_ESTABLISHMENTS, {"visit": root})}
    establishments = sorted(set(known.values()) | {each.assessment.establishment_id for each in found})
    if not store.sqlite:
        for establishment in establishments:
            # Two visits to one establishment are counted one after the other: their months may overlap.
            tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(establishment, 0))))
    if tx.execute(_DONE, {"key": root, "of_mark": basis.mark}).rowcount == 0:
        tx.execute(_HELD, {"key": root, "to_held_until_ms": 0})
        return
    tx.execute(_DROP, {"key": root})
    tx.execute(_STAKES, {"key": root})
    made = [_row(each, now_ms) for each in found]
    if made:
        tx.execute(insert(ASSESSMENTS), made)
    told = hashlib.sha256(f"register {root} {basis.mark}".encode()).hexdigest()
    register_workers.save(store, tx, root, basis.checked.workers, told, now_ms)
    for establishment in establishments:
        _count(tx, establishment)
        records_checks.warn(tx, establishment, basis.law)
    lead_rows.mark(tx, dict.fromkeys(establishments, basis.mark), now_ms)
    why = stale_establishments.of_assessment(root, basis.mark, known, {row["report"] for row in made})
    flag_keeping.evaluate_in(store, tx, dict.fromkeys(establishments, why), now_ms)


_ESTABLISHMENTS = select(ASSESSMENTS.c.report, ASSESSMENTS.c.establishment).where(
    ASSESSMENTS.c.visit == bindparam("visit")
)


def _body_of(assessed: Assessed) -> Body:
    return Body(
        assessed.assessment,
        assessed.line_months,
        months_checked=assessed.months_checked,
        findings=assessed.findings,
        looked=tuple(sorted(set(assessed.looked))),
        matched=assessed.matched,
    )


def _row(assessed: Assessed, now_ms: int) -> dict[str, Any]:
    assessment = assessed.assessment
    return {
        "report": assessment.report_id,
        "visit": assessment.visit_id,
        "establishment": assessment.establishment_id,
        "captured_ms": assessed.captured_ms,
        "made_ms": now_ms,
        "flagged": assessment.flagged,
        "provisional": assessment.provisional,
        "total_paisa": paisa(assessment.total_rs),
        "counted_paisa": 0,
        "body": msgspec.json.encode(_body_of(assessed)).decode(),
    }


def paisa(amount: Decimal) -> int:
    """An exact amount as whole paisa."""
    return int(amount * PAISA)


_OF_ESTABLISHMENT = select(
    ASSESSMENTS.c.report, ASSESSMENTS.c.visit, ASSESSMENTS.c.captured_ms, ASSESSMENTS.c.body
).where(ASSESSMENTS.c.establishment == bindparam("establishment"))
_COUNTED = (
    update(ASSESSMENTS)
    .where(ASSESSMENTS.c.report == bindparam("key"))
    .values(counted_paisa=bindparam("to_counted_paisa"))
)


class Kept(msgspec.Struct, frozen=True):
    """One report's assessment as it is kept."""

    report: str
    visit: str
    captured_ms: int
    body: Body

    @property
    def claim(self) -> Claim:
        """What the report makes due, by month, for the months of which it has wage lines."""
        due = {month.month: month.due_rs for month in self.body.assessment.months}
        return Claim(
            self.report, self.captured_ms, {month: due.get(month, ZERO) for month in self.body.line_months}
        )


def kept(tx: Connection, establishment: str) -> list[Kept]:
    """The assessments of all reports about an establishment, in the order of capture."""
    found = [
        Kept(row.report, row.visit, row.captured_ms, read_body(row.body))
        for row in tx.execute(_OF_ESTABLISHMENT, {"establishment": establishment})
    ]
    return sorted(found, key=lambda each: (each.captured_ms, each.report))


def _count(tx: Connection, establishment: str) -> None:
    """Set what counts of each report of an establishment."""
    counts = overlaps.counted(each.claim for each in kept(tx, establishment))
    if counts:
        tx.execute(
            _COUNTED,
            [{"key": report, "to_counted_paisa": paisa(amount)} for report, amount in counts.items()],
        )


def assess_visit(records: Mapping[str, Record], visit: str, law: Statute) -> list[Assessed]:
    """The assessments of a visit's reports, from all the records of the visit."""
    found = []
    for record, facts, left_out in report_facts.facts_of(records, visit):
        assessment = _partly(_assess(facts, law), left_out)
        months = {line.month for line in facts.lines} & set(facts.months_checked)
        checked = facts.months_checked
        shown = not facts.records_refused and (facts.lines or record.values.get("records_produced"))
        found.append(
            Assessed(
                assessment,
                tuple(sorted(months)),
                _captured_ms(record),
                checked,
                looked=("records-refused",) if shown else (),
            )
        )
    return found


def _partly(assessment: Assessment, left_out: int) -> Assessment:
    """The assessment with a remark about the wage lines that could not be counted, if there are any."""
    if not left_out:
        return assessment
    remark = f"{count(left_out, 'wage line')} without a month or a wage left out. Look at their history."
    return msgspec.structs.replace(
        assessment, provisional=True, unsettled=True, remarks=(*assessment.remarks, remark)
    )


def _assess(facts: ReportFacts, law: Statute) -> Assessment:
    """The assessment; one that says what is wrong where the facts cannot be assessed at all."""
    try:
        return assessment.assess(facts, law)
    except Problem as problem:
        return Assessment(
            report_id=facts.report_id,
            establishment_id=facts.establishment_id,
            visit_id=facts.visit_id,
            flagged=False,
            reasons=(),
            months=(),
            total_rs=ZERO,
            provisional=True,
            unconfirmed_row_ids=(),
            remarks=(problem.detail,),
            unsettled=True,
        )


def _captured_ms(report: Record) -> int:
    writes = report.live.get("visit") or report.authors
    return min(report.authors[write].t for write in writes)
