"""An establishment's account out of what is kept: the latest schedule of each month, and all payments."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, bindparam, func, select

from field.recovery import account as accounts
from field.recovery.account import Account, Declared, MonthDeclared
from field.recovery.book import Received
from field.recovery.ledger import Payment
from field.store import payments, rows, statute
from field.store.schedules import LINES, SCHEDULES

PAISA = 100

_COMPLETE = (
    select(
        SCHEDULES.c.id,
        SCHEDULES.c.month,
        SCHEDULES.c.version,
        func.coalesce(SCHEDULES.c.arrived_ms, 0).label("arrived_ms"),
    )
    .where(SCHEDULES.c.establishment == bindparam("establishment"), SCHEDULES.c.complete.is_(True))
    .order_by(SCHEDULES.c.month, SCHEDULES.c.version)
)
_LINES = (
    select(
        LINES.c.schedule,
        LINES.c.wage_paisa,
        LINES.c.days,
        LINES.c.by_day,
        func.count().label("workers"),
        func.count(LINES.c.contribution_paisa).label("said"),
        func.sum(LINES.c.contribution_paisa).label("contribution_paisa"),
    )
    .where(LINES.c.schedule.in_(bindparam("ids", expanding=True)))
    .group_by(LINES.c.schedule, LINES.c.wage_paisa, LINES.c.days, LINES.c.by_day)
    .order_by(LINES.c.schedule, LINES.c.wage_paisa, LINES.c.days, LINES.c.by_day)
)
_TWICE = (
    select(LINES.c.schedule, LINES.c.worker)
    .where(LINES.c.schedule.in_(bindparam("ids", expanding=True)), LINES.c.worker.is_not(None))
    .group_by(LINES.c.schedule, LINES.c.worker)
    .having(func.count() > 1)
)


def account(tx: Connection, establishment: str, day: date) -> Account:
    """What an establishment owes on a day by its own schedules, and what it has paid.

    Of each month the latest version that was taken in whole counts. Raises Problem not-found where a row of
    the law is missing that every month needs.
    """
    paid = [each.payment for each in received(tx, establishment) if each.payment.value_date <= day]
    return accounts.settle(declared(tx, establishment), paid, statute.load(tx), day)


def received(tx: Connection, establishment: str) -> list[Received]:
    """Every payment of an establishment, also those that were dishonoured, and the months that it names."""
    return [
        Received(
            payment=Payment(
                id=each.id,
                value_date=date.fromisoformat(each.value_date),
                amount_rs=_rupees(each.amount_paisa),
                reversed_on=date.fromisoformat(each.reversed_on) if each.reversed_on else None,
            ),
            months=tuple(each.months.split(",")) if each.months else (),
        )
        for each in payments.of_establishment(tx, establishment, date.max)
    ]


def declared(tx: Connection, establishment: str, *, earlier: bool = False) -> list[MonthDeclared]:
    """The schedule of each month that counts, or `earlier` ones too; alike lines taken together."""
    complete = tx.execute(_COMPLETE, {"establishment": establishment}).all()
    # The last version of a month comes last, and stays.
    wanted = complete if earlier else list({row.month: row for row in complete}.values())
    lines, twice = alike_lines(tx, [row.id for row in wanted])
    return [
        MonthDeclared(
            month=row.month,
            version=row.version,
            lines=tuple(lines.get(row.id, ())),
            twice=twice.get(row.id, 0),
            arrived_ms=row.arrived_ms,
        )
        for row in wanted
    ]


def alike_lines(tx: Connection, schedules: Iterable[int]) -> tuple[dict[int, list[Declared]], dict[int, int]]:
    """The lines of schedules, alike ones taken together, and how many workers stand in one more than once."""
    lines: dict[int, list[Declared]] = {}
    twice: dict[int, int] = {}
    ids = sorted(schedules)
    for start in range(0, len(ids), rows.AT_ONCE):
        some = {"ids": ids[start : start + rows.AT_ONCE]}
        for row in tx.execute(_LINES, some):
            one = Declared(
                workers=row.workers,
                wage_rs=_rupees(row.wage_paisa),
                days=row.days,
                by_day=bool(row.by_day),
                contribution_rs=_rupees(int(row.contribution_paisa or 0)),
                without=row.workers - row.said,
            )
            lines.setdefault(row.schedule, []).append(one)
        for row in tx.execute(_TWICE, some):
            twice[row.schedule] = twice.get(row.schedule, 0) + 1
    return lines, twice


def _rupees(paisa: int) -> Decimal:
    return Decimal(paisa) / PAISA
