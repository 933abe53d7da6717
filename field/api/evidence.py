"""Remarks about a report's evidence: what does not fit, in sentences, with the numbers that were compared."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from field.api.context import Caller, Context
from field.api.lookups import bounded
from field.problems import Problem
from field.store import checks_shown, evidence_shown
from field.store.checks_shown import Place
from field.store.evidence_shown import EvidenceEntryShown, EvidenceShown


def _place(context: Context, caller: Caller, report: str) -> Place:
    with context.store.read() as tx:
        place = checks_shown.place_of(tx, report)
    if place is None:
        raise Problem("not-found", "There is no such report.")
    caller.check(place.district)
    return place


@get("/api/reports/{report_id:str}/evidence", sync_to_thread=True, tags=["visits"])
def remarks(
    report_id: FromPath[str], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> EvidenceShown:
    """What does not fit about a report's fixes, clock and photos: remarks with a weight, never refusals."""
    place = _place(context, caller, report_id)
    with context.store.read() as tx:
        return evidence_shown.of_report(tx, report_id, place.visit, caller.within(None))


@get("/api/reports/{report_id:str}/evidence/history", sync_to_thread=True, tags=["visits"])
def history(
    report_id: FromPath[str],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    skip: FromQuery[int] = 0,
) -> list[EvidenceEntryShown]:
    """Every remark that was raised, changed or lifted about a report, and when; newest first, 500 at most."""
    _place(context, caller, report_id)
    with context.store.read() as tx:
        return evidence_shown.history(tx, report_id, caller.within(None), bounded(skip))
