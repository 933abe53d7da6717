"""Conflicts: what a supervisor looks at, decides, and takes back."""

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from field.api.context import Caller, Context
from field.inspections.fields import RecordId
from field.problems import Problem
from field.store import conflicts_listed, decided, decisions, disputes, registry
from field.store.conflicts_listed import ConflictListed, Order, Wanted
from field.store.disputes import ConflictOpened
from field.sync.receipts import Answer

PAGE = 500
DAY_MS = 86_400_000


class TakenBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision that no longer counts, and why."""

    decision: RecordId
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"\S")]


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision about a conflict: the candidates that were seen, and either one of these or a new value.

    A candidate that arrived meanwhile and is not among those seen stays open.
    """

    seen: Annotated[list[RecordId], msgspec.Meta(min_length=1, max_length=1000)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    choose: RecordId | None = None
    value: Any = msgspec.UNSET


@get("/api/conflicts", sync_to_thread=True, tags=["supervision"])
def conflicts(
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    district: FromQuery[str | None] = None,
    of: FromQuery[str | None] = None,
    about: FromQuery[str | None] = None,
    establishment: FromQuery[str | None] = None,
    inspector: FromQuery[str | None] = None,
    older_than_days: FromQuery[int | None] = None,
    rupees: FromQuery[int | None] = None,
    order: FromQuery[Order] = "id",
    after: FromQuery[str] = "",
    limit: FromQuery[int] = PAGE,
) -> list[ConflictListed]:
    """Open conflicts with their candidates: who, when, on which tablet, what; and where it matters in rupees.

    By kind of record (`of`), field (`about`), establishment, inspector (who wrote a candidate, or whose visit
    it is about), age in days, and the rupees by which the candidates differ at least. In the order of their
    ids, by rupees (the most first; what is not worked out yet counts as nothing) or by age (the oldest
    first). At most 500; `after` names the last one seen.
    """
    before_ms = None if older_than_days is None else context.clock.now_ms() - older_than_days * DAY_MS
    wanted = Wanted(
        of=of,
        about=about,
        establishment=establishment,
        inspector=inspector,
        before_ms=before_ms,
        stake_paisa_min=None if rupees is None else rupees * 100,
        order=order,
    )
    most = min(max(limit, 1), PAGE)
    with context.store.read() as tx:
        return conflicts_listed.listed(context.store, tx, caller.within(district), after, most, wanted)


@get("/api/conflicts/{conflict_id:str}", sync_to_thread=True, tags=["supervision"])
def conflict(
    conflict_id: FromPath[str], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> ConflictOpened:
    """One conflict, opened: what all saw before, each candidate with its author and what it makes due."""
    with context.store.read() as tx:
        found = disputes.opened(context.store, tx, conflict_id, caller.districts)
    if found is None:
        raise Problem("not-found", "There is no such conflict.")
    caller.check(found.district)
    return found


@post("/api/conflicts/{conflict_id:str}/decide", status_code=200, sync_to_thread=True, tags=["supervision"])
def decide(
    conflict_id: FromPath[str],
    data: JSONBody[Chosen],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Answer:
    """Decide a conflict. The decision is a change of its own, and reaches the tablets like any other."""
    with context.store.read() as tx:
        found = registry.record(context.store, tx, conflict_id)
    if found is None or found.row.kind != "conflict":
        raise Problem("not-found", "There is no such conflict.")
    caller.check(found.district)
    entry = decisions.entry(
        found.row, found.private, data.seen, data.choose, data.value, data.reason, caller.person
    )
    return decisions.write(context.store, context.clock, context.office, entry)


@post("/api/conflicts/{conflict_id:str}/undo", status_code=200, sync_to_thread=True, tags=["supervision"])
def undo(
    conflict_id: FromPath[str],
    data: JSONBody[TakenBack],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Answer:
    """Take a decision back: its candidates stand again with their authors, beside what was written since.

    That is an entry of its own, and reaches the tablets like any other. 409 `changed-meanwhile` where it was
    taken back before.
    """
    return decided.take_back(
        context.store,
        context.clock,
        context.office,
        conflict_id,
        data.decision,
        data.reason,
        caller.person,
        caller.check,
    )
