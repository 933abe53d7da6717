"""The register's loose ends and its holders: disagreements about districts, and directorates."""

import csv
import io
from datetime import date
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from field.api.context import Caller, Context
from field.problems import Problem
from field.store import compliance, disagreements, people
from field.store import directorates as holders
from field.store.compliance import DirectorateCompliance
from field.store.directorates import Directorate
from field.store.disagreements import Listed
from field.store.import_runs import Source, day_of


class Settlement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The district in which an establishment is to stand, by its id, and why."""

    district: str
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Holds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A directorate by its name, and a district that it holds, or an area of it; both days are included.

    The same directorate, district, area and first day told again has the end that is told last.
    """

    directorate: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    district: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    from_day: date
    to_day: date | None = None
    area: Annotated[str, msgspec.Meta(max_length=100)] = ""


class Given(msgspec.Struct, frozen=True):
    """Whether anything changed, and what should be known beside it, in words."""

    changed: bool
    remarks: tuple[str, ...]


@get("/api/directorates", sync_to_thread=True, tags=["register"])
def directorates(context: NamedDependency[Context]) -> list[Directorate]:
    """All directorates by name, with what each held, holds and will hold; both days are included."""
    with context.store.read() as tx:
        return holders.listed(tx)


@post("/api/directorates", status_code=200, sync_to_thread=True, tags=["register"])
def give(data: JSONBody[Holds], context: NamedDependency[Context], caller: NamedDependency[Caller]) -> Given:
    """Give a directorate a district to hold, or an end to that. A directorate not known yet is made.

    It is kept as a file of one line is, with who entered it. Raises Problem refused where that overlaps with
    what the directorate holds already, and bad-request for a district that is none.
    """
    caller.check(None)
    with context.store.read() as tx:
        name = people.names(tx, [caller.person]).get(caller.person, caller.person)
    done = holders.import_file(
        context.store, context.clock, Source(_line(data), ENTERED, name, person=caller.person)
    )
    for reject in done.rejects:
        raise Problem("refused" if reject.column == "from" else "bad-request", reject.reason)
    return Given(bool(done.added or done.changed), tuple(remark.detail for remark in done.remarks))


ENTERED = "entered in the office's page"


def _line(told: Holds) -> io.BytesIO:
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(("directorate", "district", "from", "to", "area"))
    to_day = told.to_day.isoformat() if told.to_day else ""
    written.writerow((told.directorate, told.district, told.from_day.isoformat(), to_day, told.area))
    return io.BytesIO(text.getvalue().encode())


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

    It is an ordinary change with its author and reason, and the same disagreement is not listed again.
    """
    with context.store.read() as tx:
        stands_in = disagreements.district_of(tx, establishment_id)
    caller.check(stands_in or data.district)
    disagreements.settle(
        context.store,
        context.clock,
        context.office,
        establishment_id,
        data.district,
        caller.person,
        reason=data.reason,
    )
