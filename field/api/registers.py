"""A report's wage register: its checks, the schedule beside it, and bringing it in from a file."""

import io
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, RawBody

from field.api.bodies import unpack
from field.api.context import Caller, Context
from field.api.telling import told
from field.problems import Problem
from field.recovery.phrases import Language
from field.recovery.register_file import chosen_columns
from field.recovery.register_preview import Preview, preview
from field.store import checks_shown, people, register_beside, register_files
from field.store.checks_shown import ChecksShown, Place
from field.store.import_runs import Source, day_of
from field.store.register_beside import RegisterShown
from field.store.register_files import Brought

FileName = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


def _place(context: Context, caller: Caller, report: str) -> Place:
    with context.store.read() as tx:
        place = checks_shown.place_of(tx, report)
    if place is None:
        raise Problem("not-found", "There is no such report.")
    caller.check(place.district)
    return place


@get("/api/reports/{report_id:str}/checks", sync_to_thread=True, tags=["visits"])
def checks(
    report_id: FromPath[str],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    language: FromQuery[Language] = "en",
) -> ChecksShown:
    """What the wage-record check of a report found, in sentences, with the lines and dated rows behind it."""
    place = _place(context, caller, report_id)
    with context.store.read() as tx:
        found = checks_shown.checks(tx, report_id, place, caller.within(None))
        return told(tx, found, language)


@get("/api/reports/{report_id:str}/register", sync_to_thread=True, tags=["visits"])
def register(
    report_id: FromPath[str],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    month: FromQuery[str | None] = None,
) -> RegisterShown:
    """A month of the register (default: the last) beside the employer's schedule, worker by worker."""
    place = _place(context, caller, report_id)
    with context.store.read() as tx:
        return register_beside.register(context.store, tx, report_id, place, month)


@post("/api/reports/{report_id:str}/register/preview", status_code=200, sync_to_thread=True, tags=["visits"])
def tried(
    request: Request[Any, Any, Any],
    body: RawBody,
    report_id: FromPath[str],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    month: FromQuery[str] = "",
    column: FromQuery[list[str] | None] = None,
) -> Preview:
    """How a register's file would be read: its headings, what they are taken for, and its first rows.

    The body is the file, `month` and `column` as in bringing it in. Nothing is kept; CNICs and names are
    hidden. `problem` says what it lacks; a file without rows is refused.
    """
    _place(context, caller, report_id)
    plain = unpack(body, request.headers.get("content-encoding"))
    return preview(plain, day_of(context.clock), month, chosen_columns(column or []))


@post("/api/reports/{report_id:str}/register", status_code=200, sync_to_thread=True, tags=["visits"])
def bring_in(
    request: Request[Any, Any, Any],
    body: RawBody,
    report_id: FromPath[str],
    file_name: FromQuery[FileName],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    month: FromQuery[str] = "",
    column: FromQuery[list[str] | None] = None,
) -> Brought:
    """Bring in the report's wage register: the body is the file, CSV or a workbook, of 8 MB at most.

    `month` is that of rows which name none, as in 2026-03; `column`, as in `wage=Gross Pay`, says which
    heading stands for a column. Rows become wage lines of the report; what stands there already is told, not
    doubled or overwritten. The same file again changes nothing.
    """
    _place(context, caller, report_id)
    plain = unpack(body, request.headers.get("content-encoding"))
    with context.store.read() as tx:
        name = people.names(tx, [caller.person]).get(caller.person, caller.person)
    source = Source(io.BytesIO(plain), file_name, name, chosen_columns(column or []))
    return register_files.import_file(
        context.store,
        context.clock,
        context.office,
        report_id,
        source,
        person=caller.person,
        month=month,
    )
