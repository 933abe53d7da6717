"""Moves: an establishment goes to another district, with its visits."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from field.api.context import Caller, Context
from field.store import moves
from field.store.moves import Moved


class NewDistrict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The district where an establishment stands from now on, and why."""

    district: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


@post(
    "/api/establishments/{establishment_id:str}/district",
    status_code=200,
    sync_to_thread=True,
    tags=["register"],
)
def to_district(
    establishment_id: FromPath[str],
    data: JSONBody[NewDistrict],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Moved:
    """Move an establishment to another district of the caller's, with its visits and all below them.

    A visit under way whose inspector has no posting there goes back to the district's pool. What tablets
    captured before they hear of it lands all the same, and is an alarm.
    """
    caller.check(moves.district_of(context.store, establishment_id))
    caller.check(data.district)
    return moves.establishment(
        context.store,
        context.clock,
        context.office,
        establishment_id,
        data.district,
        caller.person,
        data.reason,
    )
