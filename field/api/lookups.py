"""What offices look up: districts, establishments, reports, one record with its history, the dated law."""

import hashlib
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from field.api.bodies import pack
from field.api.context import Caller, Context
from field.api.telling import told
from field.api.viewing import seen
from field.inspections.checklists import Checklist
from field.inspections.masking import hide_in
from field.problems import Problem
from field.recovery.phrases import Language
from field.store import checklists, compliance, registry
from field.store import districts as district_shapes
from field.store import reports as opened_reports
from field.store.compliance import Compliance
from field.store.registry import District, Entry, Found
from field.store.reports import ReportOpened
from field.sync.wire import Row

SKIP_MAX = 1_000_000
GEOJSON = "application/geo+json"


class Shown(msgspec.Struct, frozen=True):
    """A record. Where a value is a commitment to a personal value, `personal` tells that, masked."""

    record: str
    kind: str
    root: str
    parent: str | None
    district: str | None
    values: dict[str, Any]
    disputed: list[str]
    personal: dict[str, str]


@get("/api/districts", sync_to_thread=True, tags=["register"])
def districts(context: NamedDependency[Context]) -> list[District]:
    """All districts by name."""
    with context.store.read() as tx:
        return registry.districts(tx)


@get("/api/districts/shapes", sync_to_thread=True, tags=["register"])
def shapes(
    request: Request[Any, Any, Any], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> Response[bytes]:
    """The caller's districts as GeoJSON, drawn for a screen. 304 where the ETag is still right."""
    with context.store.read() as tx:
        drawn = district_shapes.shapes(tx, caller.within(None))
    tag = f'"{hashlib.sha256(drawn).hexdigest()[:32]}"'
    # Whose answer it is hangs on the token: a browser keeps it for its own user, and asks each time.
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Accept-Encoding"}
    if tag in (request.headers.get("if-none-match") or ""):
        return Response(b"", status_code=304, headers=headers)
    packed, encoding = pack(drawn, request.headers.get("accept-encoding", ""))
    return Response(packed, media_type=GEOJSON, headers={**encoding, **headers})


@get("/api/establishments", sync_to_thread=True, tags=["register"])
def establishments(
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    district: FromQuery[str | None] = None,
    visited: FromQuery[bool | None] = None,
    after: FromQuery[str] = "",
) -> list[Row]:
    """Establishments of the caller's districts by id, at most 500; `after` names the last one seen.

    `visited`: only those with a visit that was carried out, or only those without.
    """
    with context.store.read() as tx:
        return _shown(registry.establishments(tx, caller.within(district), after, visited=visited))


@get("/api/reports", sync_to_thread=True, tags=["visits"])
def reports(
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    district: FromQuery[str | None] = None,
    visit: FromQuery[str | None] = None,
    after: FromQuery[str] = "",
) -> list[Row]:
    """Reports of the caller's districts by id, at most 500; `after` names the last one seen."""
    with context.store.read() as tx:
        return _shown(registry.reports(tx, caller.within(district), after, visit=visit))


def _shown(rows: list[Row]) -> list[Row]:
    """Rows as the office reads them: without the CNICs that somebody typed into their texts."""
    return [msgspec.structs.replace(row, values=hide_in(row.values)) for row in rows]


@get("/api/reports/{report_id:str}", sync_to_thread=True, tags=["visits"])
def report(
    report_id: FromPath[str],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    language: FromQuery[Language] = "en",
) -> ReportOpened:
    """One report, opened: its wage lines, photos and open conflicts, and where each entry about it stands."""
    with context.store.read() as tx:
        found = opened_reports.opened(context.store, tx, report_id)
    if found is None:
        raise Problem("not-found", "There is no such report.")
    caller.check(found.district)
    seen(context, caller, "report-viewed", report_id, found.district)
    with context.store.read() as tx:
        return told(tx, found, language)


def _found(context: Context, caller: Caller, id: str) -> Found:
    with context.store.read() as tx:
        found = registry.record(context.store, tx, id)
    if found is None:
        raise Problem("not-found", "There is no such record.")
    caller.check(found.district)
    return found


@get("/api/records/{record_id:str}", sync_to_thread=True, tags=["register"])
def record(
    record_id: FromPath[str], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> Shown:
    """One record of any kind; personal values are masked."""
    found = _found(context, caller, record_id)
    row = found.row
    values = hide_in(row.values)
    return Shown(
        row.record, row.kind, row.root, row.parent, found.district, values, row.disputed, found.personal
    )


@get("/api/records/{record_id:str}/history", sync_to_thread=True, tags=["register"])
def history(
    record_id: FromPath[str],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    skip: FromQuery[int] = 0,
) -> list[Entry]:
    """Every change about a record in the order of capture, at most 500 after the first `skip`."""
    _found(context, caller, record_id)
    with context.store.read() as tx:
        return registry.history(tx, record_id, bounded(skip))


def bounded(skip: int) -> int:
    """How many entries to leave out, within reason."""
    if not 0 <= skip <= SKIP_MAX:
        raise Problem("bad-request", f"skip must lie between 0 and {SKIP_MAX:,}, not {skip}.")
    return skip


@get("/api/compliance", sync_to_thread=True, tags=["recovery"])
def by_district(
    context: NamedDependency[Context], caller: NamedDependency[Caller], district: FromQuery[str | None] = None
) -> list[Compliance]:
    """The caller's districts in numbers."""
    with context.store.read() as tx:
        return compliance.by_district(tx, caller.within(district))


@get("/api/checklists", sync_to_thread=True, tags=["visits"])
def checklists_kept(context: NamedDependency[Context]) -> list[Checklist]:
    """Every version of every checklist, whole, by id and version; a report names the one it used."""
    with context.store.read() as tx:
        return checklists.load(tx)
