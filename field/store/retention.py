"""Retention: the periods in force, what is over its time, and what a hold keeps all the same."""

import msgspec
from sqlalchemy import Connection, Exists, Select, exists, func, insert, or_, select

from field.inspections import retention
from field.inspections.retention import Period, What
from field.inspections.visits import CLOSED
from field.problems import Problem
from field.store import audit, retention_tables
from field.store.engine import Store
from field.store.erasing import ERASURES
from field.store.holding import CHANGES
from field.store.holds import HOLDS
from field.store.rows import RECORDS, VISITS
from field.store.uploads import PHOTO_BYTES

PERIODS = retention_tables.RetentionPeriod.__table__  # type: ignore[attr-defined]  # SQLModel adds it


class Due(msgspec.Struct, frozen=True):
    """A record whose time is over. `held`: a legal hold keeps it."""

    record: str
    what: What
    came_ms: int
    held: bool


class PeriodKept(Period, frozen=True, kw_only=True):
    """A period with its version: 0 for what came with the program."""

    version: int = 0
    by: str | None = None


def periods(tx: Connection) -> list[PeriodKept]:
    """The periods in force: the latest version of each, or what came with the program."""
    found = {each.what: PeriodKept(**msgspec.structs.asdict(each)) for each in retention.shipped()}
    for row in tx.execute(select(PERIODS).order_by(PERIODS.c.version)):
        found[row.what] = msgspec.convert(row._mapping, PeriodKept)
    return list(found.values())


def set_period(store: Store, period: Period, by: str, now_ms: int) -> int:
    """Put a period in force; its version. No earlier one is altered."""
    with store.write() as tx:
        latest = select(func.coalesce(func.max(PERIODS.c.version), 0)).where(PERIODS.c.what == period.what)
        version = int(tx.execute(latest).scalar_one()) + 1
        row = {**msgspec.structs.asdict(period), "version": version, "added_ms": now_ms, "by": by}
        tx.execute(insert(PERIODS), row)
        about = [f"{period.what}@{version}"]
        audit.note(tx, "retention", now_ms, by=by, about=about, days=period.days, confirmed=period.confirmed)
    return version


def of_what(text: str) -> What:
    """What somebody typed. Raises Problem bad-request."""
    for each in retention.shipped():
        if each.what == text:
            return each.what
    raise Problem("bad-request", f"There is no period for {text!r}; there are photos and values.")


def due(tx: Connection, now_ms: int, most: int = 1000, *, held: bool = True) -> list[Due]:
    """Records over their time, the oldest first, of visits that are closed; with `held` those on hold too."""
    found: list[Due] = []
    for period in periods(tx):
        before_ms = period.before_ms(now_ms)
        if before_ms is None:
            continue
        query = _photos(before_ms) if period.what == "photos" else _values(before_ms)
        if not held:
            query = query.where(~_on_hold())
        rows = tx.execute(query.limit(most)).all()
        found += [Due(row.id, period.what, row.came_ms, bool(row.held)) for row in rows]
    return found[:most]


def _on_hold() -> Exists:
    above = (RECORDS.c.id, RECORDS.c.parent, RECORDS.c.root, VISITS.c.establishment)
    named = or_(*(HOLDS.c.about == each for each in above))
    return exists().where(HOLDS.c.lifted_ms.is_(None), named)


def _photos(before_ms: int) -> Select[tuple[str, int, bool]]:
    return (
        select(RECORDS.c.id, PHOTO_BYTES.c.received_ms.label("came_ms"), _on_hold().label("held"))
        .join(PHOTO_BYTES, PHOTO_BYTES.c.photo == RECORDS.c.id)
        .join(VISITS, VISITS.c.id == RECORDS.c.root)
        .where(PHOTO_BYTES.c.received_ms < before_ms, VISITS.c.status.in_(CLOSED))
        .order_by(PHOTO_BYTES.c.received_ms, RECORDS.c.id)
    )


def _values(before_ms: int) -> Select[tuple[str, int, bool]]:
    # The last value that came counts: somebody worked on it until then.
    came = (
        select(CHANGES.c.record, func.max(CHANGES.c.received_ms).label("came_ms"))
        .where(CHANGES.c.private.is_not(None))
        .group_by(CHANGES.c.record)
        .having(func.max(CHANGES.c.received_ms) < before_ms)
        .subquery("came")
    )
    erased = select(ERASURES.c.record)
    return (
        select(RECORDS.c.id, came.c.came_ms, _on_hold().label("held"))
        .join(came, came.c.record == RECORDS.c.id)
        .join(VISITS, VISITS.c.id == RECORDS.c.root)
        .where(VISITS.c.status.in_(CLOSED), RECORDS.c.kind != "conflict", RECORDS.c.id.not_in(erased))
        .order_by(came.c.came_ms, RECORDS.c.id)
    )


def note_run(store: Store, by: str, now_ms: int, erased: int) -> None:
    """Note that the periods were carried out, and how many records that concerned."""
    with store.write() as tx:
        audit.note(tx, "retention", now_ms, by=by, erased=erased)
