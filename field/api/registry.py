"""The register's loose ends and its holders: disagreements about districts, and directorates."""

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from field.api.context import Caller, Context
from field.store import compliance, disagreements
from field.store import directorates as holders
from field.store.compliance import DirectorateCompliance
from field.store.directorates import Directorate
from field.store.disagreements import Listed
from field.store.import_runs import day_of


class Settlement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The district in which an establishment is to stand, by its id."""

    district: str


@get("/api/directorates", sync_to_thread=True, tags=["register"])
def directorates(context: NamedDependency[Context]) -> list[Directorate]:
    """All directorates by name, with what each held, holds and will hold; both days are included."""
    with context.store.read() as tx:
        return holders.listed(tx)


@get("/api/compliance/directorates", sync_to_thread=True, tags=["recovery"])
def by_directorate(
    context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> list[DirectorateCompliance]:
    """The directorates in numbers, over the caller's districts that exactly one directorate holds today.

    The last entry, without a directorate, has the districts that nobody holds alone: the sums are those of
    GET /api/compliance.
    """
    with context.store.read() as tx:
        return compliance.by_directorate(tx, caller.within(None), day_of(context.clock).isoformat())


@get("/api/disagreements", sync_to_thread=True, tags=["register"])
def open_disagreements(
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    district: FromQuery[str | None] = None,
    after: FromQuery[str] = "",
) -> list[Listed]:
    """Establishments whose place and register name different districts, by id, at most 500 after one.

    One is of the district where it stands and of those between which it is; it is listed until settled.
    """
    with context.store.read() as tx:
        return disagreements.listed(tx, caller.within(district), after)


@post(
    "/api/disagreements/{establishment_id:str}/settle",
    status_code=204,
    sync_to_thread=True,
    tags=["register"],
)
def settle(
    establishment_id: FromPath[str],
    data: JSONBody[Settlement],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> None:
    """Put an establishment into a district: by whoever is posted where it stands, or else there.

    It is an ordinary change with its author, and the same disagreement is not listed again.
    """
    with context.store.read() as tx:
        stands_in = disagreements.district_of(tx, establishment_id)
    caller.check(stands_in or data.district)
    disagreements.settle(
        context.store, context.clock, context.office, establishment_id, data.district, caller.person
    )
