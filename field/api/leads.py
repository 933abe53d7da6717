"""Registration leads: the list, and what becomes of each, from hand-over to card."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from field.api.context import Caller, Context
from field.inspections.fields import Line, RecordId
from field.store import leads
from field.store.leads import Asked, LeadListed, Writer
from field.sync.receipts import Answer

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class HandOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Under which reference the registration department has it, and since which day (default: today)."""

    reference: Words
    on: date | None = None


class Registered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number it was registered under; for workers of a known establishment that has one, nothing."""

    registration_no: Line | None = None
    on: date | None = None


class Cards(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many cards (R-5) were issued in all, up to which day (default: today)."""

    cards: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    on: date | None = None


class Rejection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why nothing will come of it; and of which other lead it is a duplicate, if it is."""

    reason: Words
    duplicate_of: RecordId | None = None


@get("/api/leads", sync_to_thread=True, tags=["leads"])
def listed(
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    district: FromQuery[str | None] = None,
    status: FromQuery[Asked | None] = None,
    after: FromQuery[str] = "",
) -> list[LeadListed]:
    """Leads of the caller's districts, the oldest first, at most 500; `after` names the last one seen.

    `status=open`: those found and those handed over.
    """
    with context.store.read() as tx:
        return leads.listed(tx, caller.within(district), status, after)


@post("/api/leads/{lead_id:str}/hand-over", status_code=200, sync_to_thread=True, tags=["leads"])
def hand_over(
    lead_id: FromPath[str],
    data: JSONBody[HandOver],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Answer:
    """Note that a lead was handed to the registration department."""
    return leads.hand_over(_writer(context, caller), lead_id, caller.check, data.reference, data.on)


@post("/api/leads/{lead_id:str}/registered", status_code=200, sync_to_thread=True, tags=["leads"])
def registered(
    lead_id: FromPath[str],
    data: JSONBody[Registered],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Answer:
    """Note that it was registered: the establishment with the number is linked, or made."""
    return leads.register(_writer(context, caller), lead_id, caller.check, data.registration_no, data.on)


@post("/api/leads/{lead_id:str}/card", status_code=200, sync_to_thread=True, tags=["leads"])
def card(
    lead_id: FromPath[str],
    data: JSONBody[Cards],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Answer:
    """Note how many cards (R-5) were issued."""
    return leads.issue_cards(_writer(context, caller), lead_id, caller.check, data.cards, data.on)


@post("/api/leads/{lead_id:str}/reject", status_code=200, sync_to_thread=True, tags=["leads"])
def reject(
    lead_id: FromPath[str],
    data: JSONBody[Rejection],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Answer:
    """Close a lead with a reason, or as a duplicate of another."""
    return leads.reject(_writer(context, caller), lead_id, caller.check, data.reason, data.duplicate_of)


def _writer(context: Context, caller: Caller) -> Writer:
    return Writer(context.store, context.clock, context.office, caller.person)
