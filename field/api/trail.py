"""The audit trail for the directorate: who did what to records and rights."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from field.api.context import Caller, Context
from field.store import audit_shown
from field.store.audit_shown import EntryListed, Wanted


@get("/api/audit", sync_to_thread=True, tags=["supervision"])
def entries(
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    by: FromQuery[str | None] = None,
    device: FromQuery[str | None] = None,
    about: FromQuery[str | None] = None,
    act: FromQuery[str | None] = None,
    day: FromQuery[str | None] = None,
    before: FromQuery[int | None] = None,
) -> list[EntryListed]:
    """Entries of the audit trail, newest first, at most 200; `before` is the number of the last one seen.

    By person, tablet, act, day (as 2026-11-22, in Pakistan), and by what they are about: the id of a record,
    a person or a tablet. Whoever does not hold all districts sees the entries of their own.
    """
    wanted = Wanted(by=by, device=device, about=about, act=act, day=audit_shown.day_of(day))
    with context.store.read() as tx:
        return audit_shown.listed(tx, wanted, caller.within(None), before=before)
