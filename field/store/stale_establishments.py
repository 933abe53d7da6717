"""Which establishments must be looked at again, since something about them is new, and what that is."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, literal, select, union
from sqlalchemy.dialects import postgresql, sqlite

from field.recovery.flagging import Cause
from field.store import tables
from field.store.bulk import Prepared
from field.store.engine import Store

STALE = tables.StaleEstablishment.__table__  # type: ignore[attr-defined]  # SQLModel adds it
_ASSESSMENTS = tables.Assessment.__table__  # type: ignore[attr-defined]
_SCHEDULES = tables.Schedule.__table__  # type: ignore[attr-defined]
_PAYMENTS = tables.Payment.__table__  # type: ignore[attr-defined]
_TOTALS = tables.FlagTotal.__table__  # type: ignore[attr-defined]

_COLUMNS = ("establishment", "since_ms", "causes", "held_until_ms")


def mark(store: Store, tx: Connection, establishments: Iterable[str], cause: str, now_ms: int) -> None:
    """Mark establishments. `cause` is a kind of `Cause` and what it was, as in "payments:IMPORT"."""
    save = _ONE[store.sqlite]
    for each in sorted(set(establishments)):
        save.run(tx, establishment=each, since_ms=now_ms, causes=cause, held_until_ms=0)


def mark_of_import(store: Store, tx: Connection, run: str, cause: str, now_ms: int) -> None:
    """Mark every establishment that has a schedule of an import."""
    found = select(_SCHEDULES.c.establishment).where(_SCHEDULES.c.source == run).distinct()
    _mark_found(store, tx, found, cause, now_ms)


def mark_all(store: Store, tx: Connection, cause: str, now_ms: int) -> None:
    """Mark every establishment about which anything is known that a flag could rest on."""
    known = union(
        *(select(each.c.establishment) for each in (_ASSESSMENTS, _SCHEDULES, _PAYMENTS, _TOTALS))
    ).subquery()
    _mark_found(store, tx, select(known.c.establishment), cause, now_ms)


def _mark_found(store: Store, tx: Connection, found: Select[Any], cause: str, now_ms: int) -> None:
    # SQLite cannot tell the ON of a join from that of a conflict: the WHERE parts them.
    known = found.subquery()
    rows = (
        select(known.c.establishment, literal(now_ms), literal(cause), literal(0))
        .where(literal(True))
        .order_by(known.c.establishment)
    )
    made = (sqlite if store.sqlite else postgresql).insert(STALE).from_select(_COLUMNS, rows)
    tx.execute(_moved_on(made))


def _moved_on(made: Any) -> Any:
    """What is marked already keeps its earlier causes, and has one more."""
    more = STALE.c.causes + " " + made.excluded.causes
    return made.on_conflict_do_update(index_elements=["establishment"], set_={"causes": more})


def _one(dialect: Any) -> Prepared:
    made = dialect.insert(STALE).values({name: bindparam(name) for name in _COLUMNS})
    return Prepared(_moved_on(made))


_ONE = {True: _one(sqlite), False: _one(postgresql)}


def read(causes: str) -> list[Cause]:
    """The different causes of a mark, in their order."""
    found = []
    for each in dict.fromkeys(causes.split()):
        kind, _, ref = each.partition(":")
        found.append(Cause(kind, ref))  # type: ignore[arg-type]  # only `mark` and its like write them
    return found


def of_assessment(visit: str, mark: str, before: Iterable[str], now: Iterable[str]) -> list[Cause]:
    """Why a visit with some reports was assessed anew, by its mark: a new report, a correction, the law.

    Nothing where it was for schedules or payments: those mark their establishments themselves.
    """
    if mark.startswith("statute@"):
        return [Cause("statute", visit)]
    if "@" not in mark:
        return []
    new = sorted(set(now) - set(before))
    return [Cause("report", report) for report in new] or [Cause("correction", visit)]


_MARKS = Prepared(
    select(STALE.c.establishment, STALE.c.causes).where(
        STALE.c.establishment.in_(bindparam("ids", expanding=True))
    )
)


def marks(tx: Connection, establishments: Sequence[str]) -> dict[str, str]:
    """The marks of some establishments, by id."""
    return {row.establishment: row.causes for row in _MARKS.run(tx, ids=list(establishments))}
