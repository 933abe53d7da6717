"""An establishment's file: what the register says of it, whom it hangs together with, and who went there."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.inspections.masking import hide_in
from field.problems import Problem
from field.store import desk, disagreements, registry
from field.store.desk import VisitListed
from field.store.rows import FEED, RECORDS
from field.sync.kinds import Withdrawal
from field.sync.wire import Row

LINKED_MAX = 500


class LinkedUnit(msgspec.Struct, frozen=True):
    """Another establishment. Name and number are told to whoever may see its district."""

    id: str
    name: str | None
    registration_no: str | None
    district: str | None


class EstablishmentFile(msgspec.Struct, frozen=True):
    """What is on file. `values` are those of the record, CNICs in its texts hidden.

    `branch_of` is whose branch it is, `branches` its own; `principals` are those whose contractor it is,
    `contractors` its own. `in_doubt`: place and register name different districts and nobody has settled it.
    `visits`: the last 500, the latest first.
    """

    id: str
    district: str | None
    values: dict[str, Any]
    disputed: list[str]
    branch_of: LinkedUnit | None
    branches: tuple[LinkedUnit, ...]
    principals: tuple[LinkedUnit, ...]
    contractors: tuple[LinkedUnit, ...]
    in_doubt: bool
    visits: tuple[VisitListed, ...]


class _Links(msgspec.Struct):
    branch_of: str | None = None
    principals: list[str] | None = None
    withdrawn: Withdrawal | None = None


class _Linking(msgspec.Struct):
    record: str
    values: _Links


_linking = msgspec.json.Decoder(_Linking)
_ESTABLISHMENTS = (
    select(FEED.c.body)
    .select_from(RECORDS.join(FEED, (FEED.c.scope == RECORDS.c.scope) & (FEED.c.n == RECORDS.c.n)))
    .where(RECORDS.c.kind == bindparam("kind"))
)


def opened(tx: Connection, id: str, districts: Sequence[str] | None) -> EstablishmentFile:
    """The file of an establishment. Raises Problem not-found where none of some districts has the id."""
    row = registry.by_id(tx, [id]).get(id)
    if row is None or row.kind != "establishment" or not _seen(row, districts):
        raise Problem("not-found", "There is no such establishment in your districts.")
    branches, contractors = _pointing_to(tx, id)
    whose, principals = row.values.get("branch_of"), row.values.get("principals") or []
    named = registry.by_id(tx, [*branches, *contractors, *principals, *([whose] if whose else [])])

    def units(ids: Sequence[str]) -> tuple[LinkedUnit, ...]:
        return tuple(_unit(each, named.get(each), districts) for each in ids)

    visits = desk.visits(tx, districts, establishment=id)
    return EstablishmentFile(
        id=id,
        district=row.values.get("district"),
        values=hide_in(row.values),
        disputed=row.disputed,
        branch_of=units([whose])[0] if whose else None,
        branches=units(branches),
        principals=units(principals),
        contractors=units(contractors),
        in_doubt=bool(disagreements.open_of(tx, [id])),
        visits=tuple(sorted(visits, key=lambda visit: (visit.due or "", visit.id), reverse=True)),
    )


def _seen(row: Row, districts: Sequence[str] | None) -> bool:
    return districts is None or row.values.get("district") in districts


def _unit(id: str, row: Row | None, districts: Sequence[str] | None) -> LinkedUnit:
    values = (row or registry.NOTHING).values
    if row is None or not _seen(row, districts):
        return LinkedUnit(id, None, None, values.get("district"))
    told = hide_in(values)
    return LinkedUnit(id, told.get("name"), told.get("registration_no"), told.get("district"))


def _pointing_to(tx: Connection, id: str) -> tuple[list[str], list[str]]:
    """The branches of an establishment and its contractors, each by id; at most LINKED_MAX of both."""
    branches: list[str] = []
    contractors: list[str] = []
    found = tx.execution_options(yield_per=1000).execute(_ESTABLISHMENTS, {"kind": "establishment"})
    for (body,) in found:
        if id.encode() not in bytes(body):
            continue
        each = _linking.decode(bytes(body))
        if each.values.withdrawn is not None:
            continue
        if each.values.branch_of == id:
            branches.append(each.record)
        if id in (each.values.principals or ()):
            contractors.append(each.record)
    return sorted(branches)[:LINKED_MAX], sorted(contractors)[:LINKED_MAX]
