"""Which accounts new rows of the law would change: those out of schedules, also where nobody ever inspected.

An account is worked out whenever it is asked for and kept nowhere: what is accepted holds for it at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.recovery import account as accounts
from field.recovery.account import Account, MonthDeclared
from field.recovery.ledger import Payment
from field.recovery.money import ZERO, to_json
from field.recovery.statute import Statute
from field.store import registry
from field.store.accounts import PAISA, alike_lines
from field.store.flags import Rupees
from field.store.payments import PAYMENTS
from field.store.schedules import SCHEDULES

ESTABLISHMENTS_AT_ONCE = 100


class TouchedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An establishment's account on a day by the rows in force, and by the new ones.

    `old_rs` and `new_rs` are the contributions of all months with a schedule, `..._increase_rs` what delay
    adds up to the day, `..._open_rs` what is owed on it after all payments. `months`: those whose
    contribution differs.
    """

    establishment: str
    name: str | None
    registration_no: str | None
    district: str | None
    old_rs: Rupees
    new_rs: Rupees
    old_increase_rs: Rupees
    new_increase_rs: Rupees
    old_open_rs: Rupees
    new_open_rs: Rupees
    months: tuple[str, ...]


_MONTHS = select(SCHEDULES.c.month).where(SCHEDULES.c.complete.is_(True)).distinct()
_PAGE = (
    select(SCHEDULES.c.establishment)
    .where(
        SCHEDULES.c.establishment > bindparam("last"),
        SCHEDULES.c.complete.is_(True),
        SCHEDULES.c.month.in_(bindparam("months", expanding=True)),
    )
    .distinct()
    .order_by(SCHEDULES.c.establishment)
    .limit(bindparam("most"))
)
_COMPLETE = (
    select(SCHEDULES.c.id, SCHEDULES.c.establishment, SCHEDULES.c.month, SCHEDULES.c.version)
    .where(SCHEDULES.c.establishment.in_(bindparam("ids", expanding=True)), SCHEDULES.c.complete.is_(True))
    .order_by(SCHEDULES.c.establishment, SCHEDULES.c.month, SCHEDULES.c.version)
)
_PAID = select(
    PAYMENTS.c.id,
    PAYMENTS.c.establishment,
    PAYMENTS.c.value_date,
    PAYMENTS.c.amount_paisa,
    PAYMENTS.c.reversed_on,
).where(
    PAYMENTS.c.establishment.in_(bindparam("ids", expanding=True)), PAYMENTS.c.value_date <= bindparam("day")
)


def touched(
    tx: Connection, before: Statute, after: Statute, day: date, districts: Sequence[str] | None = None
) -> Iterator[TouchedAccount]:
    """The accounts that would differ, by establishment; a few are held in memory at a time.

    Only establishments are looked at that have a schedule of a month for which the law differs. Raises
    Problem not-found where a row would be missing that every month needs.
    """
    months = [month for month in sorted(tx.execute(_MONTHS).scalars()) if before.differs_from(after, month)]
    last = ""
    while months and (ids := _page(tx, months, last)):
        last = ids[-1]
        named = registry.by_id(tx, ids)
        schedules, paid = _schedules(tx, ids), _payments(tx, ids, day)
        for id in ids:
            values = (named.get(id) or registry.NOTHING).values
            if districts is None or values.get("district") in districts:
                own, money = schedules.get(id, []), paid.get(id, [])
                # A month without a due day asked for nothing so far: the missing row may come.
                known = [each for each in own if before.find("due_day_of_following_month", each.month)]
                old, new = (
                    accounts.settle(*each, day) for each in ((known, money, before), (own, money, after))
                )
                yield from _difference(id, values, old, new)


def _page(tx: Connection, months: Sequence[str], last: str) -> list[str]:
    asked = {"last": last, "months": months, "most": ESTABLISHMENTS_AT_ONCE}
    return list(tx.execute(_PAGE, asked).scalars())


def _schedules(tx: Connection, ids: Sequence[str]) -> dict[str, list[MonthDeclared]]:
    """The schedule of each month that counts: the last version that was taken in whole."""
    latest = {(row.establishment, row.month): row for row in tx.execute(_COMPLETE, {"ids": ids})}
    lines, _ = alike_lines(tx, [row.id for row in latest.values()])
    found: dict[str, list[MonthDeclared]] = {}
    for (establishment, month), row in latest.items():
        declared = MonthDeclared(month=month, version=row.version, lines=tuple(lines.get(row.id, ())))
        found.setdefault(establishment, []).append(declared)
    return found


def _payments(tx: Connection, ids: Sequence[str], day: date) -> dict[str, list[Payment]]:
    found: dict[str, list[Payment]] = {}
    for row in tx.execute(_PAID, {"ids": ids, "day": day.isoformat()}):
        payment = Payment(
            id=row.id,
            value_date=date.fromisoformat(row.value_date),
            amount_rs=Decimal(row.amount_paisa) / PAISA,
            reversed_on=date.fromisoformat(row.reversed_on) if row.reversed_on else None,
        )
        found.setdefault(row.establishment, []).append(payment)
    return found


def _difference(id: str, values: dict[str, object], old: Account, new: Account) -> Iterable[TouchedAccount]:
    before, after = ({month.month: month.due_rs for month in each.months} for each in (old, new))
    found = TouchedAccount(
        establishment=id,
        name=_text(values.get("name")),
        registration_no=_text(values.get("registration_no")),
        district=_text(values.get("district")),
        old_rs=to_json(sum(before.values(), ZERO)),
        new_rs=to_json(sum(after.values(), ZERO)),
        old_increase_rs=to_json(old.ledger.increase_rs),
        new_increase_rs=to_json(new.ledger.increase_rs),
        old_open_rs=to_json(old.ledger.open_rs),
        new_open_rs=to_json(new.ledger.open_rs),
        months=tuple(month for month in sorted({**before, **after}) if before.get(month) != after.get(month)),
    )
    old_figures = (found.old_rs, found.old_increase_rs, found.old_open_rs)
    if found.months or old_figures != (found.new_rs, found.new_increase_rs, found.new_open_rs):
        yield found


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
