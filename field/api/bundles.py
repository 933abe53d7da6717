"""Evidence for a court or an employer: custody of a report, and the bundle that proves it."""

from datetime import date
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from field.api import bundle
from field.api.bundle import Wanted
from field.api.context import Caller, Context
from field.clock import Clock
from field.evidence.editions import Edition
from field.store import bundles, custody
from field.store.answering import day_of
from field.store.bundles import Asked
from field.store.custody import Custody

ZIP = "application/zip"


class Order(msgspec.Struct, frozen=True):
    """Which edition, and the day as of which its figures are counted; today, if none is given."""

    edition: Edition
    day: date | None = None


class CaseOrder(msgspec.Struct, frozen=True):
    """The same, of the reports captured from `first_day` to `last_day`, both included; of all without."""

    edition: Edition
    day: date | None = None
    first_day: date | None = None
    last_day: date | None = None


@get("/api/reports/{report_id:str}/custody", sync_to_thread=True, tags=["evidence"])
def held_by(
    report_id: FromPath[str], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> Custody:
    """Who captured a report and its photos, on which tablet, when they came, and who saw or exported them."""
    with context.store.read() as tx:
        caller.check(bundles.of_report(context.store, tx, report_id).district)
        return custody.of(context.store, tx, report_id)


@post("/api/reports/{report_id:str}/bundle", status_code=200, sync_to_thread=True, tags=["evidence"])
def of_report(
    report_id: FromPath[str],
    data: JSONBody[Order],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Response[Any]:
    """A report's evidence bundle, as a ZIP. Who took it, and in which edition, goes into the audit trail."""
    with context.store.read() as tx:
        asked = bundles.of_report(context.store, tx, report_id)
    return _bundle(context, caller, asked, data.edition, data.day)


@post("/api/flags/{establishment_id:str}/bundle", status_code=200, sync_to_thread=True, tags=["evidence"])
def of_establishment(
    establishment_id: FromPath[str],
    data: JSONBody[CaseOrder],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Response[Any]:
    """The evidence bundle of a case: all reports about an establishment within some days, as a ZIP."""
    first, last = (None if day is None else day.isoformat() for day in (data.first_day, data.last_day))
    with context.store.read() as tx:
        asked = bundles.of_establishment(tx, establishment_id, first, last)
    return _bundle(context, caller, asked, data.edition, data.day)


def _bundle(
    context: Context, caller: Caller, asked: Asked, edition: Edition, day: date | None
) -> Response[Any]:
    for district in sorted(asked.districts, key=str):
        caller.check(district)
    wanted = Wanted(asked, edition, day or today(context.clock), caller.person)
    name = f"evidence-{asked.reports[0] if len(asked.reports) == 1 else asked.establishment}-{edition}.zip"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Stream(bundle.stream(context, wanted), media_type=ZIP, headers=headers)


def today(clock: Clock) -> date:
    """The date in Pakistan."""
    return date.fromisoformat(day_of(clock.now_ms()))
