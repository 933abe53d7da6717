"""Flagged employers, ranked by what is expected to come in, each opened down to wage lines and dated rows."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, select

from field.inspections.masking import masked_fields
from field.problems import Problem
from field.recovery.assessment import Assessment
from field.recovery.findings import Finding
from field.recovery.money import to_json
from field.recovery.rulebook import Rulebook
from field.recovery.statute import RateRow
from field.store import flag_rules, flags_shown, registry, rows, statute
from field.store.assessments import ASSESSMENTS, PAISA, Body, read_body
from field.store.engine import Store
from field.store.flag_facts import TOTALS
from field.store.flags_shown import RuleShown, Standing
from field.store.flags_shown import Rupees as Rupees
from field.store.rows import VISITS
from field.sync.merge import Record
from field.sync.wire import Row

PAGE_MAX = 500
LINES_MAX = 5000


class Reason(msgspec.Struct, frozen=True):
    """Why an employer is flagged, in words. `report` names the report that says so."""

    report: str
    code: str
    sentence: str
    months: tuple[str, ...]
    amount_rs: Rupees


class Flag(Standing, frozen=True):
    """An employer with something to recover, and every rule that speaks against him.

    `due_rs` is what reports make due, no month twice, and what is open by schedules beyond that; `open_rs`
    is what is open of it after payments, with the increase for delay, as of a day; `expected_rs`, by which
    employers are ranked, is the part of that which is expected to come in: `why_rank` tells how.
    `provisional`: it may change without a new visit. `unconfirmed`: a row of the law was used that nobody
    has confirmed yet.
    """

    establishment: str
    name: str | None
    registration_no: str | None
    district: str
    due_rs: Rupees
    provisional: bool
    unconfirmed: bool
    months: tuple[str, ...]
    reports: tuple[str, ...]
    reasons: tuple[Reason, ...]
    rules: tuple[RuleShown, ...]


class MonthShown(msgspec.Struct, frozen=True):
    """What is owed for a month, for how many lines, and by which dated rows."""

    month: str
    due_rs: Rupees
    lines: int
    rate_row_ids: tuple[str, ...]
    unpaid: bool


class ReasonShown(msgspec.Struct, frozen=True):
    """A reason with the lines and rows behind it. `line_amounts_rs`: what each of `line_ids` adds."""

    code: str
    sentence: str
    months: tuple[str, ...]
    amount_rs: Rupees
    line_ids: tuple[str, ...]
    line_amounts_rs: tuple[Rupees, ...]
    rate_row_ids: tuple[str, ...]


class LineShown(msgspec.Struct, frozen=True):
    """A wage line behind a figure; the worker is masked."""

    id: str
    values: dict[str, Any]
    worker: dict[str, str]
    disputed: list[str]


class ReportShown(msgspec.Struct, frozen=True):
    """One report's assessment, opened. `counted_rs`: the part of `total_rs` that no later report replaces.

    `findings` speak against the employer and demand no money by themselves.
    """

    report: str
    visit: str
    captured_ms: int
    made_ms: int
    total_rs: Rupees
    counted_rs: Rupees
    provisional: bool
    reasons: tuple[ReasonShown, ...]
    months: tuple[MonthShown, ...]
    remarks: tuple[str, ...]
    lines: tuple[LineShown, ...]
    findings: tuple[Finding, ...]


class Opened(msgspec.Struct, frozen=True):
    """All that is known against an employer. `statute` holds every dated row used, as it stands today.

    `due_rs` is what counts of the reports and `schedules_rs`, what is open by schedules beyond that. `rules`
    has those that were lifted too. `lines_left_out` counts wage lines beyond the first 5,000, which are not
    shown.
    """

    establishment: str
    name: str | None
    registration_no: str | None
    district: str
    due_rs: Rupees
    reports: tuple[ReportShown, ...]
    statute: tuple[RateRow, ...]
    lines_left_out: int
    schedules_rs: Rupees
    standing: Standing | None
    rules: tuple[RuleShown, ...]


def _rupees(paisa: int) -> str:
    return to_json(Decimal(paisa) / PAISA)


_JOINED = ASSESSMENTS.join(VISITS, VISITS.c.id == ASSESSMENTS.c.visit)


def _within(query: Select[Any], districts: Sequence[str] | None) -> Select[Any]:
    return query if districts is None else query.where(VISITS.c.district.in_(districts))


def ranked(
    tx: Connection, districts: Sequence[str] | None, skip: int = 0, limit: int = PAGE_MAX
) -> list[Flag]:
    """Flagged employers of some districts, or of all: where most is expected to come in first."""
    query = (
        select(TOTALS)
        .where(TOTALS.c.standing > 0)
        .order_by(TOTALS.c.expected_paisa.desc(), TOTALS.c.due_paisa.desc(), TOTALS.c.establishment)
        .offset(skip)
        .limit(limit)
    )
    found = tx.execute(query if districts is None else query.where(TOTALS.c.district.in_(districts))).all()
    ids = [row.establishment for row in found]
    behind: dict[str, list[Any]] = {}
    for row in assessed(tx, ids, districts):
        behind.setdefault(row.establishment, []).append(row)
    speaking = flags_shown.rules(tx, ids)
    named = registry.by_id(tx, ids)
    book, law = flag_rules.load(tx), statute.load(tx)
    doubtful = {row.id for row in law.rows if not row.confirmed}
    return [
        _flag(
            row,
            behind.get(row.establishment, []),
            named.get(row.establishment),
            tuple(speaking.get(row.establishment, ())),
            book,
            doubtful,
        )
        for row in found
    ]


def assessed(tx: Connection, establishments: Sequence[str], districts: Sequence[str] | None) -> list[Any]:
    """The flagged assessments of establishments, the report captured last first."""
    found: list[Any] = []
    for ids in rows.chunks(establishments):
        query = (
            select(ASSESSMENTS, VISITS.c.district)
            .select_from(_JOINED)
            .where(ASSESSMENTS.c.establishment.in_(ids), ASSESSMENTS.c.flagged.is_(True))
            .order_by(ASSESSMENTS.c.captured_ms.desc(), ASSESSMENTS.c.report)
        )
        found.extend(tx.execute(_within(query, districts)))
    return found


def _flag(
    total: Any,
    assessed: Sequence[Any],
    establishment: Row | None,
    speaking: tuple[RuleShown, ...],
    book: Rulebook,
    doubtful: set[str],
) -> Flag:
    bodies = [read_body(row.body).assessment for row in assessed]
    values = establishment.values if establishment is not None else {}
    standing = {each.rule for each in speaking}
    reasons = [
        (body, reason)
        for body in bodies
        for reason in body.reasons
        if (rule := book.rule_of("reason", reason.code)) is not None and rule.id in standing
    ]
    used = {id for each in speaking for id in each.rate_row_ids}
    months = {month for _, reason in reasons for month in reason.months}
    return Flag(
        **msgspec.structs.asdict(flags_shown.standing(total)),
        establishment=total.establishment,
        name=values.get("name"),
        registration_no=values.get("registration_no"),
        district=total.district,
        due_rs=_rupees(total.due_paisa),
        provisional=any(each.provisional for each in speaking),
        unconfirmed=any(body.unconfirmed_row_ids for body in bodies) or bool(used & doubtful),
        months=tuple(sorted(months | {month for each in speaking for month in each.months})),
        reports=tuple(row.report for row in assessed),
        reasons=tuple(
            Reason(body.report_id, reason.code, reason.sentence, reason.months, to_json(reason.amount_rs))
            for body, reason in reasons
        ),
        rules=speaking,
    )


def opened(store: Store, tx: Connection, establishment: str, districts: Sequence[str] | None) -> Opened:
    """An employer's flags down to the wage lines. Raises Problem not-found where there is none to be seen."""
    found = assessed(tx, [establishment], districts)
    total = flags_shown.total(tx, establishment, districts)
    rules = flags_shown.rules(tx, [establishment], lifted=True).get(establishment, [])
    if not found and not (total is not None and rules):
        raise Problem("not-found", "Nothing is flagged for this establishment in your districts.")
    kept = {row.report: read_body(row.body) for row in found}
    bodies = {report: body.assessment for report, body in kept.items()}
    wanted = [id for body in bodies.values() for reason in body.reasons for id in reason.line_ids]
    ids = list(dict.fromkeys(wanted))
    lines, _ = rows.load(store, tx, ids[:LINES_MAX])
    values = (registry.by_id(tx, [establishment]).get(establishment) or registry.NOTHING).values
    law = statute.load(tx)
    schedules_paisa = 0 if total is None else total.schedules_paisa
    used = {id for body in bodies.values() for id in _rate_rows(body)}
    used |= {id for each in rules for id in each.rate_row_ids}
    return Opened(
        establishment=establishment,
        name=values.get("name"),
        registration_no=values.get("registration_no"),
        district=found[0].district if total is None else total.district,
        due_rs=_rupees(sum(row.counted_paisa for row in found) + schedules_paisa),
        reports=tuple(_report(row, kept[row.report], lines) for row in found),
        statute=tuple(row for row in law.rows if row.id in used),
        lines_left_out=max(len(ids) - LINES_MAX, 0),
        schedules_rs=_rupees(schedules_paisa),
        standing=None if total is None else flags_shown.standing(total),
        rules=tuple(rules),
    )


def _rate_rows(assessment: Assessment) -> set[str]:
    by_reason = {id for reason in assessment.reasons for id in reason.rate_row_ids}
    return by_reason | {id for month in assessment.months for id in month.rate_row_ids}


def _report(row: Any, kept: Body, lines: dict[str, Record]) -> ReportShown:
    body = kept.assessment
    ids = sorted({id for reason in body.reasons for id in reason.line_ids})
    return ReportShown(
        report=row.report,
        visit=row.visit,
        captured_ms=row.captured_ms,
        made_ms=row.made_ms,
        total_rs=_rupees(row.total_paisa),
        counted_rs=_rupees(row.counted_paisa),
        provisional=row.provisional,
        reasons=tuple(
            ReasonShown(
                reason.code,
                reason.sentence,
                reason.months,
                to_json(reason.amount_rs),
                reason.line_ids,
                tuple(to_json(amount) for amount in reason.line_amounts_rs),
                reason.rate_row_ids,
            )
            for reason in body.reasons
        ),
        months=tuple(
            MonthShown(due.month, to_json(due.due_rs), due.lines, due.rate_row_ids, due.unpaid)
            for due in body.months
        ),
        remarks=body.remarks,
        lines=tuple(line_shown(lines[id]) for id in ids if id in lines),
        findings=kept.findings,
    )


def line_shown(record: Record) -> LineShown:
    """A wage line for the console."""
    worker = masked_fields(record.values, record.private)
    values = {name: value for name, value in record.values.items() if name not in worker}
    return LineShown(record.id, values, worker, record.disputed)
