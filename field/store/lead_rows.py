"""What is written beside the rows of leads: their list, and whose leads must be looked at again."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from field.store import lead_tables
from field.sync.kinds import WITHDRAWN
from field.sync.landing import Put
from field.sync.merge import Record

LEADS = lead_tables.Lead.__table__  # type: ignore[attr-defined]  # SQLModel adds it
MARKS = lead_tables.LeadMark.__table__  # type: ignore[attr-defined]

_DROP = delete(LEADS).where(LEADS.c.id == bindparam("key"))
_MARKED_BY = (
    select(LEADS.c.establishment)
    .where(LEADS.c.establishment.in_(bindparam("ids", expanding=True)))
    .distinct()
)


def save(tx: Connection, puts: Sequence[Put], now_ms: int) -> None:
    """Write the list anew for the leads among the rows, and mark establishments that a lead is about."""
    leads = [put for put in puts if put.record is not None and put.record.kind == "lead"]
    units = {
        put.id: f"{put.scope}@{put.n}"
        for put in puts
        if put.record is not None and put.record.kind == "establishment" and not put.new
    }
    marks: dict[str, str] = {}
    if leads:
        tx.execute(_DROP, [{"key": put.id} for put in leads])
        rows = [_row(put.record) for put in leads if put.record is not None]
        tx.execute(insert(LEADS), rows)
        places = {put.id: f"{put.scope}@{put.n}" for put in leads}
        marks |= {row["establishment"]: places[row["id"]] for row in rows if row["establishment"]}
    if units:
        # What changes of a unit matters only where there is a lead about it: reports mark it by themselves.
        found = tx.execute(_MARKED_BY, {"ids": sorted(units)}).scalars()
        marks |= {unit: units[unit] for unit in found}
    mark(tx, marks, now_ms)


def _row(record: Record) -> dict[str, Any]:
    values = record.values
    # A creation sets the district, which never changes: its write tells who found the lead, and when.
    author = min((record.authors[write] for write in record.live["district"]), key=lambda each: each.order)
    return {
        "id": record.id,
        "district": values["district"],
        "status": values.get("status", "found"),
        "establishment": values.get("establishment"),
        "found_ms": author.t,
        "by": author.by,
        "gone": values.get(WITHDRAWN) is not None,
    }


def mark(tx: Connection, marks: Mapping[str, str], now_ms: int) -> None:
    """Have the leads of some establishments looked at, each by what changed last."""
    insert_one = _ON_SQLITE if tx.dialect.name == "sqlite" else _ON_POSTGRES
    for establishment in sorted(marks):
        given = {"establishment": establishment, "mark": marks[establishment], "due_ms": now_ms}
        tx.execute(insert_one, given)


def _upsert(dialect: Any) -> Any:
    made = dialect.insert(MARKS).values(
        {name: bindparam(name) for name in ("establishment", "mark", "due_ms")}
    )
    return made.on_conflict_do_update(index_elements=["establishment"], set_={"mark": made.excluded.mark})


_ON_SQLITE, _ON_POSTGRES = _upsert(sqlite), _upsert(postgresql)
