"""What a supervisor's desk shows of the visits of a day: where, who, how far, and what came of it."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, bindparam, func, literal_column, select

from field.inspections.evidence_settings import Weight
from field.store import evidence_shown, people, registry, rows
from field.store.registry import PAGE_MAX
from field.store.rows import OPEN_CONFLICTS, RECORDS, VISITS

VisitStatus = Literal["planned", "started", "done", "refused", "not_found"]


class ReportListed(msgspec.Struct, frozen=True):
    """A report of a visit. `wage_lines` are all that were written, withdrawn ones too.

    `remarks` stand about its evidence; `weight` is that of the heaviest, None where there is none.
    """

    id: str
    wage_lines: int
    remarks: int = 0
    weight: Weight | None = None


class VisitListed(msgspec.Struct, frozen=True):
    """A visit with all that a supervisor needs to read a day without asking further."""

    id: str
    establishment: str
    establishment_name: str | None
    address: str | None
    registration_no: str | None
    district: str
    inspector: str | None
    inspector_name: str | None
    due: str | None
    status: str
    reports: tuple[ReportListed, ...]
    open_conflicts: int


def visits(
    tx: Connection,
    districts: Sequence[str] | None,
    due: str | None = None,
    after: str = "",
    limit: int = PAGE_MAX,
    *,
    status: VisitStatus | None = None,
    establishment: str | None = None,
) -> list[VisitListed]:
    """Visits of some districts, or of all, by id, after an id."""
    query = select(VISITS).where(VISITS.c.id > after).order_by(VISITS.c.id).limit(limit)
    if districts is not None:
        query = query.where(VISITS.c.district.in_(districts))
    for column, value in (("due", due), ("status", status), ("establishment", establishment)):
        if value is not None:
            query = query.where(VISITS.c[column] == value)
    found = tx.execute(query).all()
    ids = [row.id for row in found]
    named = registry.by_id(tx, {row.establishment for row in found})
    names = people.names(tx, {row.inspector for row in found if row.inspector is not None})
    reports, conflicts = _reports(tx, ids), _open_conflicts(tx, ids)
    return [
        VisitListed(
            establishment_name=values.get("name"),
            address=values.get("address"),
            registration_no=values.get("registration_no"),
            inspector_name=names.get(row.inspector or ""),
            reports=tuple(reports.get(row.id, ())),
            open_conflicts=conflicts.get(row.id, 0),
            **row._mapping,
        )
        for row in found
        for values in [named.get(row.establishment, registry.NOTHING).values]
    ]


_REPORTS = (
    select(RECORDS.c.id, RECORDS.c.root)
    .where(RECORDS.c.root.in_(bindparam("ids", expanding=True)))
    .where(RECORDS.c.kind == literal_column("'report'"))
    .order_by(RECORDS.c.id)
)
_LINES = (
    select(RECORDS.c.parent, func.count().label("number"))
    .where(RECORDS.c.root.in_(bindparam("ids", expanding=True)))
    .where(RECORDS.c.kind == literal_column("'wage_line'"))
    .group_by(RECORDS.c.parent)
)
_CONFLICTS = (
    select(OPEN_CONFLICTS.c.root, func.count().label("number"))
    .where(OPEN_CONFLICTS.c.root.in_(bindparam("ids", expanding=True)))
    .group_by(OPEN_CONFLICTS.c.root)
)


def _reports(tx: Connection, visits: Sequence[str]) -> dict[str, list[ReportListed]]:
    """The reports of visits with their numbers of wage lines and remarks."""
    found: dict[str, list[ReportListed]] = {}
    remarked = evidence_shown.counts(tx, visits)
    for ids in rows.chunks(visits):
        lines: dict[Any, int] = {row.parent: row.number for row in tx.execute(_LINES, {"ids": ids})}
        for row in tx.execute(_REPORTS, {"ids": ids}):
            told = remarked.get(row.id)
            found.setdefault(row.root, []).append(
                ReportListed(
                    row.id,
                    lines.get(row.id, 0),
                    0 if told is None else told.number,
                    None if told is None else told.weight,
                )
            )
    return found


def _open_conflicts(tx: Connection, roots: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for ids in rows.chunks(roots):
        found.update({row.root: row.number for row in tx.execute(_CONFLICTS, {"ids": ids})})
    return found


_HELD = (
    select(VISITS.c.inspector, func.count().label("number"))
    .where(VISITS.c.due == bindparam("due"), VISITS.c.inspector.is_not(None))
    .group_by(VISITS.c.inspector)
)


def held(tx: Connection, districts: Sequence[str] | None, due: str) -> dict[str, int]:
    """How many visits each inspector holds on a day, in some districts or in all."""
    query = _HELD if districts is None else _HELD.where(VISITS.c.district.in_(districts))
    return {row.inspector: row.number for row in tx.execute(query, {"due": due})}
