"""Compliance in numbers: by district, and by the directorates that hold the districts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, func, literal_column, select

from field.inspections.directorates import sole_holders
from field.recovery.money import to_json
from field.store import directorates, registry, tables
from field.store.flag_facts import PAISA, TOTALS
from field.store.flags import Rupees
from field.store.rows import OPEN_CONFLICTS, RECORDS, SCOPES, VISITS

CHANGES = tables.Change.__table__  # type: ignore[attr-defined]  # SQLModel adds it

_SCOPE = "district/"


class Compliance(msgspec.Struct, frozen=True):
    """A district in numbers, each of which a list opens.

    `establishments`: GET /api/establishments. `visited` counts those with a visit that was carried out: the
    same with `visited=true`. `reports`: GET /api/reports. `flagged` counts establishments: GET /api/flags.
    `open_conflicts`: GET /api/conflicts. `quarantined`: GET /api/quarantine. Each with `district`.
    """

    district: str
    name: str
    establishments: int
    visited: int
    reports: int
    flagged: int
    due_rs: Rupees
    open_conflicts: int
    quarantined: int


class DirectorateCompliance(msgspec.Struct, frozen=True):
    """A directorate in numbers: the sums over the districts that it alone holds, as wholes, on the day.

    `holds` is how many districts it holds at all; `districts` are those that are counted, of the caller's
    own. The last one, without a directorate, has the districts that nobody holds, or several.
    """

    directorate: str | None
    name: str | None
    holds: int
    districts: list[str]
    establishments: int
    visited: int
    reports: int
    flagged: int
    due_rs: Rupees
    open_conflicts: int
    quarantined: int


_SUMMED = ("establishments", "visited", "reports", "flagged", "open_conflicts", "quarantined")


def by_directorate(tx: Connection, districts: Sequence[str] | None, day: str) -> list[DirectorateCompliance]:
    """The numbers of each directorate on a day, by name, over some districts or all; then of what is left.

    The sums of all entries are those of `by_district`: no district is left out or counted twice.
    """
    held = directorates.held(tx)
    names = directorates.names(tx)
    holders = sole_holders(held, day)
    holds = {
        id: {each.district for each in held if each.directorate == id and each.holds_on(day)} for id in names
    }
    found: dict[str | None, list[Compliance]] = {id: [] for id in names}
    for each in by_district(tx, districts):
        found.setdefault(holders.get(each.district), []).append(each)
    rest = found.pop(None, [])
    entries = [_summed(id, names[id], len(holds[id]), found[id]) for id in names if holds[id]]
    return [*entries, _summed(None, None, 0, rest)] if rest else entries


def _summed(
    directorate: str | None, name: str | None, holds: int, found: Sequence[Compliance]
) -> DirectorateCompliance:
    sums = {field: sum(getattr(each, field) for each in found) for field in _SUMMED}
    due = sum((Decimal(each.due_rs) for each in found), Decimal(0))
    return DirectorateCompliance(
        directorate=directorate,
        name=name,
        holds=holds,
        districts=[each.district for each in found],
        due_rs=to_json(due),
        **sums,
    )


def by_district(tx: Connection, districts: Sequence[str] | None) -> list[Compliance]:
    """The numbers of some districts, or of all, in the order of their names."""
    establishments = _numbers(tx, _ESTABLISHMENTS)
    visited = _numbers(tx, _VISITED)
    reports = _numbers(tx, _REPORTS)
    conflicts = _numbers(tx, _CONFLICTS)
    quarantined = _numbers(tx, _QUARANTINED)
    flagged = {row.district: row for row in tx.execute(_FLAGGED)}
    return [
        Compliance(
            district=district.id,
            name=district.name,
            establishments=establishments.get(district.id, 0),
            visited=visited.get(district.id, 0),
            reports=reports.get(district.id, 0),
            flagged=flagged[district.id].number if district.id in flagged else 0,
            due_rs=to_json(Decimal(int(flagged[district.id].due)) / PAISA if district.id in flagged else 0),
            open_conflicts=conflicts.get(district.id, 0),
            quarantined=quarantined.get(district.id, 0),
        )
        for district in registry.districts(tx, districts)
    ]


def _numbers(tx: Connection, query: Select[Any]) -> Mapping[str, int]:
    """Counts by district, which a query names itself or as a district's scope."""
    found: dict[str, int] = {}
    for district, number in tx.execute(query):
        id = str(district or "").removeprefix(_SCOPE)
        found[id] = found.get(id, 0) + number
    return found


_ESTABLISHMENTS = (
    select(SCOPES.c.name, func.count())
    .select_from(RECORDS.join(SCOPES, SCOPES.c.id == RECORDS.c.scope))
    .where(RECORDS.c.kind == "establishment")
    .group_by(SCOPES.c.name)
)
_VISITED = _ESTABLISHMENTS.where(RECORDS.c.id.in_(registry.VISITED))
_REPORTS = (
    select(VISITS.c.district, func.count())
    .select_from(RECORDS.join(VISITS, VISITS.c.id == RECORDS.c.root))
    .where(RECORDS.c.kind == "report")
    .group_by(VISITS.c.district)
)
_FLAGGED = (
    select(
        TOTALS.c.district,
        func.count().label("number"),
        func.sum(TOTALS.c.due_paisa).label("due"),
    )
    .where(TOTALS.c.standing > 0)
    .group_by(TOTALS.c.district)
)
_PLACE = func.coalesce(VISITS.c.district, SCOPES.c.name).label("place")
_CONFLICTS = (
    select(_PLACE, func.count())
    .select_from(
        OPEN_CONFLICTS.join(RECORDS, RECORDS.c.id == OPEN_CONFLICTS.c.id)
        .join(SCOPES, SCOPES.c.id == RECORDS.c.scope)
        .outerjoin(VISITS, VISITS.c.id == OPEN_CONFLICTS.c.root)
    )
    .group_by(_PLACE)
)
_QUARANTINED = (
    select(CHANGES.c.district, func.count())
    # Written out, not bound: only then does SQLite use the index of what is quarantined.
    .where(CHANGES.c.status == literal_column("'quarantined'"), CHANGES.c.verdict.is_(None))
    .group_by(CHANGES.c.district)
)
