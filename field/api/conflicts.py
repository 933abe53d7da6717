"""Conflicts: what a supervisor looks at, decides, and takes back."""

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from field.api.context import Caller, Context
from field.inspections.fields import RecordId
from field.problems import Problem
from field.store import decisions, disputes, registry
from field.store.disputes import ConflictListed, ConflictOpened
from field.sync.receipts import Answer


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
    after: FromQuery[str] = "",
) -> list[ConflictListed]:
    """Open conflicts with their candidates: who, when, on which tablet, what; and where it matters in rupees.

    By id, at most 500; `after` names the last one seen.
    """
    with context.store.read() as tx:
        return disputes.listed(context.store, tx, caller.within(district), after)


@get("/api/conflicts/{conflict_id:str}", sync_to_thread=True, tags=["supervision"])
def conflict(
    conflict_id: FromPath[str], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> ConflictOpened:
    """One conflict, opened: what all saw before, each candidate with its author and what it makes due."""
    with context.store.read() as tx:
        found = disputes.opened(context.store, tx, conflict_id)
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
