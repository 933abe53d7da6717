"""Visits: what is planned, assigning a day, giving a visit to somebody else."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from field.api.context import Caller, Context
from field.inspections.fields import RecordId
from field.store import decisions, desk, people, plans
from field.store.desk import VisitListed, VisitStatus
from field.store.plans import Assigned
from field.sync.receipts import Answer
from field.sync.rights import INSPECTOR

SEED_BITS = 32


class DayToAssign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which districts to plan, for which day, and how many visits an inspector can make."""

    districts: Annotated[list[str], msgspec.Meta(min_length=1, max_length=100)]
    day: date
    per_inspector: Annotated[int, msgspec.Meta(ge=1, le=50)] = 8
    seed: int | None = None


class Inspector(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To whom a visit is given."""

    inspector: RecordId


@get("/api/visits", sync_to_thread=True, tags=["visits"])
def visits(
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    district: FromQuery[str | None] = None,
    due: FromQuery[str | None] = None,
    status: FromQuery[VisitStatus | None] = None,
    establishment: FromQuery[str | None] = None,
    after: FromQuery[str] = "",
) -> list[VisitListed]:
    """Visits of the caller's districts by id, with the establishment, the inspector and what came of each.

    At most 500 at once; `after` names the last one seen. `due` is a day as in 2026-09-22.
    """
    with context.store.read() as tx:
        return desk.visits(
            tx, caller.within(district), due, after, status=status, establishment=establishment
        )


@post("/api/visits/assign", status_code=200, sync_to_thread=True, tags=["visits"])
def assign(
    data: JSONBody[DayToAssign], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> Assigned:
    """Assign the visits of a day by district; the seed of the lot is kept in the answer."""
    for district in data.districts:
        caller.check(district)
    seed = data.seed if data.seed is not None else int.from_bytes(context.clock.token(SEED_BITS // 8), "big")
    return plans.assign(
        context.store,
        context.clock,
        context.office,
        data.districts,
        data.day,
        data.per_inspector,
        seed,
        caller.person,
    )


@post("/api/visits/{visit_id:str}/inspector", status_code=200, sync_to_thread=True, tags=["visits"])
def give(
    visit_id: FromPath[str],
    data: JSONBody[Inspector],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Answer:
    """Give a visit to another inspector with a posting in its district."""
    district = decisions.district_of_visit(context.store, visit_id)
    caller.check(district)
    with context.store.read() as tx:
        people.check_posted(tx, data.inspector, district, INSPECTOR, context.clock.now_ms())
    return decisions.give(
        context.store, context.clock, context.office, visit_id, data.inspector, caller.person
    )
