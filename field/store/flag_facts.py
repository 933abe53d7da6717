"""All that flags rest on, loaded for some establishments at once by a fixed number of questions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, bindparam, func, select

from field.recovery.account import Declared, MonthDeclared
from field.recovery.assessment import Assessment
from field.recovery.book import Received
from field.recovery.charging import Alike, Charger, MonthCharged
from field.recovery.exposure import Facts, ReportFound
from field.recovery.findings import Finding
from field.recovery.flagging import Held
from field.recovery.ledger import Payment
from field.recovery.matching import MonthMatched
from field.recovery.rules import FlagReason
from field.store import stale_establishments, tables
from field.store.bulk import Prepared
from field.store.import_runs import day_at
from field.store.rows import FEED, RECORDS, VISITS
from field.store.schedules import LINES, SCHEDULES

ASSESSMENTS = tables.Assessment.__table__  # type: ignore[attr-defined]  # SQLModel adds it
PAYMENTS = tables.Payment.__table__  # type: ignore[attr-defined]
FLAGS = tables.Flag.__table__  # type: ignore[attr-defined]
TOTALS = tables.FlagTotal.__table__  # type: ignore[attr-defined]

PAISA = 100
SCHEDULES_AT_ONCE = 2_000


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """An establishment's facts and flags as they were read; `edition` and `causes` tell if they still are.

    `reports_paisa`: what counts of its flagged reports. `remarks`: months that are left out, and why.
    `beside`: what its schedules make due by another statute, where one was asked for.
    """

    facts: Facts
    held: dict[str, Held]
    edition: int
    causes: str | None
    district: str
    reports_paisa: int
    remarks: tuple[str, ...]
    beside: tuple[MonthCharged, ...] = ()


class Horizon(msgspec.Struct, frozen=True):
    """How far the office has anybody's schedules and payments."""

    schedules_until: str | None
    payments_until: date | None


class _Body(msgspec.Struct, frozen=True):
    assessment: Assessment
    line_months: tuple[str, ...]
    months_checked: tuple[str, ...] | None = None
    findings: tuple[Finding, ...] = ()
    looked: tuple[str, ...] = ()
    matched: tuple[MonthMatched, ...] = ()


class _Values(msgspec.Struct):
    district: str | None = None
    status: str = "open"
    withdrawn: msgspec.Raw | None = None


class _Row(msgspec.Struct):
    values: _Values


_body = msgspec.json.Decoder(_Body)
_row = msgspec.json.Decoder(_Row)
_reason = msgspec.json.Decoder(FlagReason)

_LATEST_MONTH = (
    select(SCHEDULES.c.month)
    .where(SCHEDULES.c.complete.is_(True))
    .order_by(SCHEDULES.c.month.desc())
    .limit(1)
)
_LATEST_PAYMENT = select(func.max(PAYMENTS.c.value_date))


def horizon(tx: Connection) -> Horizon:
    """How far the office's schedules and payments reach."""
    month = tx.execute(_LATEST_MONTH).scalar()
    day = tx.execute(_LATEST_PAYMENT).scalar()
    return Horizon(month, date.fromisoformat(day) if day else None)


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_SCHEDULES = Prepared(
    select(
        SCHEDULES.c.id,
        SCHEDULES.c.establishment,
        SCHEDULES.c.month,
        SCHEDULES.c.version,
        func.coalesce(SCHEDULES.c.arrived_ms, 0).label("arrived_ms"),
    )
    .where(SCHEDULES.c.establishment.in_(_IDS), SCHEDULES.c.complete.is_(True))
    .order_by(SCHEDULES.c.establishment, SCHEDULES.c.month, SCHEDULES.c.version)
)
_LINES = Prepared(
    select(
        LINES.c.schedule,
        LINES.c.wage_paisa,
        LINES.c.days,
        LINES.c.by_day,
        func.count().label("workers"),
        func.count(LINES.c.contribution_paisa).label("named"),
        func.coalesce(func.sum(LINES.c.contribution_paisa), 0).label("contribution"),
    )
    .where(LINES.c.schedule.in_(_IDS))
    .group_by(LINES.c.schedule, LINES.c.wage_paisa, LINES.c.days, LINES.c.by_day),
    plain=True,
)
_PAYMENTS = Prepared(
    select(
        *(
            PAYMENTS.c[name]
            for name in ("establishment", "id", "value_date", "amount_paisa", "months", "reversed_on")
        )
    )
    .where(PAYMENTS.c.establishment.in_(_IDS), PAYMENTS.c.value_date <= bindparam("until"))
    .order_by(PAYMENTS.c.establishment, PAYMENTS.c.value_date, PAYMENTS.c.id)
)
_ASSESSMENTS = Prepared(
    select(
        ASSESSMENTS.c.establishment,
        ASSESSMENTS.c.captured_ms,
        ASSESSMENTS.c.flagged,
        ASSESSMENTS.c.counted_paisa,
        ASSESSMENTS.c.body,
        VISITS.c.district,
    )
    .select_from(ASSESSMENTS.outerjoin(VISITS, VISITS.c.id == ASSESSMENTS.c.visit))
    .where(ASSESSMENTS.c.establishment.in_(_IDS))
    .order_by(ASSESSMENTS.c.establishment, ASSESSMENTS.c.captured_ms, ASSESSMENTS.c.report)
)
_REGISTER = Prepared(
    select(RECORDS.c.id, FEED.c.body)
    .select_from(RECORDS.join(FEED, (FEED.c.scope == RECORDS.c.scope) & (FEED.c.n == RECORDS.c.n)))
    .where(RECORDS.c.id.in_(_IDS))
)
_FLAGS = Prepared(
    select(*(FLAGS.c[name] for name in ("establishment", "rule", "standing", "since_ms", "entries", "body")))
    .where(FLAGS.c.establishment.in_(_IDS))
    .order_by(FLAGS.c.establishment, FLAGS.c.rule)
)
_EDITIONS = Prepared(select(TOTALS.c.establishment, TOTALS.c.edition).where(TOTALS.c.establishment.in_(_IDS)))


def load(
    tx: Connection,
    establishments: Sequence[str],
    charger: Charger,
    known: Horizon,
    day: date,
    beside: Charger | None = None,
) -> list[Loaded]:
    """What is known of each establishment, in their order; at most `rows.AT_ONCE` of them."""
    ids = list(establishments)
    schedules = _SCHEDULES.run(tx, ids=ids)
    # Of each month the last version comes last, and stays.
    latest = {(row.establishment, row.month): row for row in schedules}
    lines = _lines(tx, sorted(row.id for row in latest.values()))
    charged = _charged(latest, lines, charger)
    others = _charged(latest, lines, beside) if beside is not None else {}
    paid = _by_establishment(_PAYMENTS.run(tx, ids=ids, until=day.isoformat()))
    assessed = _by_establishment(_ASSESSMENTS.run(tx, ids=ids))
    declared = _declared(tx, [row for row in schedules if row.establishment in assessed])
    register = {row.id: _row.decode(bytes(row.body)).values for row in _REGISTER.run(tx, ids=ids)}
    held = _by_establishment(_FLAGS.run(tx, ids=ids))
    editions = {row.establishment: row.edition for row in _EDITIONS.run(tx, ids=ids)}
    causes = stale_establishments.marks(tx, ids)
    found = []
    for id in ids:
        values = register.get(id) or _Values()
        months, remarks = charged.get(id, ([], []))
        payments = paid.get(id, ())
        reports = assessed.get(id, ())
        facts = Facts(
            establishment_id=id,
            day=day,
            status=values.status if values.withdrawn in (None, b"null") else "withdrawn",
            months=tuple(months),
            payments=tuple(_payment(row) for row in payments),
            months_named=_named(payments, day),
            reports=tuple(_report(row) for row in reports),
            declared=tuple(declared.get(id, ())),
            received=tuple(_received(row) for row in payments) if reports else (),
            schedules_until=known.schedules_until,
            payments_until=known.payments_until,
        )
        found.append(
            Loaded(
                facts=facts,
                held={row.rule: _held(row) for row in held.get(id, ())},
                edition=editions.get(id, 0),
                causes=causes.get(id),
                district=values.district or next((row.district for row in reports if row.district), ""),
                reports_paisa=sum(row.counted_paisa for row in reports if row.flagged),
                remarks=tuple(remarks),
                beside=tuple(others[id][0]) if id in others else (),
            )
        )
    return found


def _by_establishment(found: Iterable[Any]) -> dict[str, list[Any]]:
    by_id: dict[str, list[Any]] = {}
    for row in found:
        by_id.setdefault(row.establishment, []).append(row)
    return by_id


def _declared(tx: Connection, schedules: Sequence[Any]) -> dict[str, list[MonthDeclared]]:
    """All versions of schedules, as the book of an establishment takes them."""
    lines = _lines(tx, sorted(row.id for row in schedules))
    found: dict[str, list[MonthDeclared]] = {}
    for row in schedules:
        one = MonthDeclared(
            month=row.month,
            version=row.version,
            lines=tuple(
                Declared(
                    workers=workers,
                    wage_rs=Decimal(wage) / PAISA,
                    days=days,
                    by_day=bool(by_day),
                    contribution_rs=Decimal(contribution) / PAISA,
                    without=workers - named,
                )
                for wage, days, by_day, workers, named, contribution in lines.get(row.id, ())
            ),
            arrived_ms=row.arrived_ms,
        )
        found.setdefault(row.establishment, []).append(one)
    return found


def _charged(
    latest: Mapping[tuple[str, str], Any], lines: Mapping[int, list[Alike]], charger: Charger
) -> dict[str, tuple[list[MonthCharged], list[str]]]:
    """What the schedules that count make due, and the remarks of months without a law, by establishment."""
    found: dict[str, tuple[list[MonthCharged], list[str]]] = {}
    for (establishment, month), row in latest.items():
        charged = charger.charged(month, row.version, lines.get(row.id, ()))
        months, remarks = found.setdefault(establishment, ([], []))
        if isinstance(charged, str):
            remarks.append(charged)
        else:
            months.append(charged)
    return found


def _lines(tx: Connection, schedules: list[int]) -> dict[int, list[Alike]]:
    """Lines that are alike taken together, by schedule."""
    found: dict[int, list[Alike]] = {}
    for start in range(0, len(schedules), SCHEDULES_AT_ONCE):
        some = schedules[start : start + SCHEDULES_AT_ONCE]
        for schedule, wage, days, by_day, workers, named, contribution in _LINES.run(tx, ids=some):
            alike = (wage, days, by_day, workers, named, int(contribution))
            if schedule in found:
                found[schedule].append(alike)
            else:
                found[schedule] = [alike]
    return found


def _payment(row: Any) -> Payment:
    return Payment(
        id=row.id,
        value_date=date.fromisoformat(row.value_date),
        amount_rs=Decimal(row.amount_paisa) / PAISA,
        reversed_on=date.fromisoformat(row.reversed_on) if row.reversed_on else None,
    )


def _received(row: Any) -> Received:
    return Received(payment=_payment(row), months=tuple(row.months.split(",")) if row.months else ())


def _named(payments: Iterable[Any], day: date) -> frozenset[str]:
    today = day.isoformat()
    standing = (row for row in payments if row.reversed_on is None or row.reversed_on > today)
    return frozenset(month for row in standing for month in row.months.split(",") if month)


def _report(row: Any) -> ReportFound:
    body = _body.decode(row.body)
    return ReportFound(
        assessment=body.assessment,
        line_months=body.line_months,
        months_checked=body.months_checked,
        captured_ms=row.captured_ms,
        made_on=day_at(row.captured_ms),
        findings=body.findings,
        looked=body.looked,
        matched=body.matched,
    )


def _held(row: Any) -> Held:
    return Held(
        standing=bool(row.standing),
        since_ms=row.since_ms,
        entries=row.entries,
        reason=_reason.decode(row.body),
    )


def everybody(tx: Connection) -> list[str]:
    """All establishments of the register, by id."""
    return sorted(tx.execute(select(RECORDS.c.id).where(RECORDS.c.kind == "establishment")).scalars())
