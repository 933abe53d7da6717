"""Work in quarantine: what a supervisor looks at, releases, rejects, and takes back."""

from collections.abc import Callable
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from field.api.context import Caller, Context
from field.problems import Problem
from field.store import quarantine, quarantine_acts, quarantine_opened, registry
from field.store.quarantine import NotLanded, Wanted
from field.store.quarantine_opened import QuarantineOpened
from field.store.registry import AlarmEntry, Entry
from field.sync.receipts import Answer

PAGE = 500
REASON_MAX = 300


class Why(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reason of a decision, in words. It is kept with it for ever, and the tablet shows it."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=REASON_MAX, pattern=r"\S")]


@get("/api/quarantine", sync_to_thread=True, tags=["supervision"])
def entries(
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    district: FromQuery[str | None] = None,
    status: FromQuery[NotLanded] = "quarantined",
    code: FromQuery[str | None] = None,
    device: FromQuery[str | None] = None,
    person: FromQuery[str | None] = None,
    kind: FromQuery[str | None] = None,
    group: FromQuery[str | None] = None,
    after: FromQuery[str] = "",
    limit: FromQuery[int] = PAGE,
) -> list[Entry]:
    """Changes that could not land, kept whole, with the reason; or, by `status`, others.

    `held`: the rest of their group has not come; from a tablet that is revoked or lost it never will.
    `waiting`: the record that they belong to has not come. `rejected`, `released`: what was decided about
    them. By why (`code`), tablet, author, kind of record, and group (the first line's `device:seq`). Newest
    first, at most 500; `after` names the last one seen as `device:seq`. A district's are those about its
    records, and those from its tablets.
    """
    wanted = Wanted(code=code, device=device, person=person, kind=kind, group=group)
    most = min(max(limit, 1), PAGE)
    with context.store.read() as tx:
        return quarantine.listed(tx, caller.within(district), status, after, most, wanted)


@get("/api/quarantine/{entry:str}", sync_to_thread=True, tags=["supervision"])
def entry(
    entry: FromPath[str], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> QuarantineOpened:
    """One entry, by `device:seq`, with its group: what it would write beside what is there."""
    place = quarantine.place_of(entry)
    with context.store.read() as tx:
        found = quarantine_opened.opened(context.store, tx, place, caller.districts)
    if not caller.touches(found.district) and not caller.touches(found.tablets_district):
        caller.check(found.district)
    return found


@post("/api/quarantine/{entry:str}/release", status_code=200, sync_to_thread=True, tags=["supervision"])
def release(
    entry: FromPath[str],
    data: JSONBody[Why],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Answer:
    """Let an entry and its group land as they were captured; only their author's right is not asked any more.

    Decided by a supervisor of the district where the record is; where it is unknown, of the tablet's. 409
    `changed-meanwhile` where somebody decided before, 422 `refused` where it cannot land, with the `reason`.
    """
    return _decided(quarantine_acts.release, entry, data, context, caller)


@post("/api/quarantine/{entry:str}/reject", status_code=200, sync_to_thread=True, tags=["supervision"])
def reject(
    entry: FromPath[str],
    data: JSONBody[Why],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Answer:
    """Decide that an entry and its group are not to land. They are kept for ever; their tablet is told."""
    return _decided(quarantine_acts.reject, entry, data, context, caller)


@post("/api/quarantine/{entry:str}/undo", status_code=200, sync_to_thread=True, tags=["supervision"])
def undo(
    entry: FromPath[str],
    data: JSONBody[Why],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Answer:
    """Take a rejection back: the entry is in quarantine again. Or a release: what it wrote counts no more.

    Of what was released, records that it made are withdrawn, and its other writes are taken out, so that what
    they replaced comes back. What others wrote meanwhile stays.
    """
    return _decided(quarantine_acts.take_back, entry, data, context, caller)


def _decided(
    act: Callable[..., list[Answer]], entry: str, data: Why, context: Context, caller: Caller
) -> Answer:
    place = quarantine.place_of(entry)
    return act(
        context.store,
        context.clock,
        context.office,
        place,
        data.reason.strip(),
        caller.person,
        deciding(caller),
    )[-1]


def deciding(caller: Caller) -> Callable[[str | None], None]:
    """What raises Problem no-right for a district that is not the caller's to decide about."""

    def allow(district: str | None) -> None:
        if not caller.touches(district):
            where = f"the district {district}" if district else "no district that is known"
            raise Problem(
                "no-right",
                f"This concerns {where}: a supervisor who is posted there decides about it.",
            )

    return allow


@get("/api/alarms", sync_to_thread=True, tags=["supervision"])
def alarms(
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    district: FromQuery[str | None] = None,
    after: FromQuery[str] = "",
) -> list[AlarmEntry]:
    """Forked identities and declared losses.

    Newest first, at most 500; `after` names the last one seen as `device:seq:code`.
    """
    with context.store.read() as tx:
        return registry.alarms(tx, caller.within(district), after)
