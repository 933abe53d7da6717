"""Legal holds and erasure, for the directorate and the administrator."""

from collections.abc import Callable
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import Connection

from field.api.context import Caller, Context
from field.inspections.fields import RecordId
from field.problems import Problem
from field.store import erasing, holds, registry
from field.store.erasing import Erased
from field.store.holds import LegalHold

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class NewHold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On what a legal hold is placed, an establishment, a visit or a report, and why."""

    about: RecordId
    reason: Reason


class Because(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why something is done."""

    reason: Reason


@get("/api/holds", sync_to_thread=True, tags=["supervision"])
def every(
    context: NamedDependency[Context], caller: NamedDependency[Caller], lifted: FromQuery[bool] = False
) -> list[LegalHold]:
    """Legal holds, the latest first, at most 500; those that were lifted too where asked for."""
    with context.store.read() as tx:
        return holds.listed(tx, lambda about: _reaches(context, caller, about), lifted=lifted)


def _reaches(context: Context, caller: Caller, record: str) -> bool:
    return caller.districts is None or _district(context, record) in caller.districts


@post("/api/holds", status_code=201, sync_to_thread=True, tags=["supervision"])
def place(
    data: JSONBody[NewHold], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> LegalHold:
    """Place a legal hold: nothing below it is erased until it is lifted."""
    district = _district(context, data.about)
    caller.check(district)
    id, now_ms = context.clock.uuid7(), context.clock.now_ms()
    return holds.place(context.store, id, data.about, data.reason, caller.person, now_ms, district=district)


@post("/api/holds/{hold_id:str}/lift", status_code=200, sync_to_thread=True, tags=["supervision"])
def lift(
    hold_id: FromPath[str],
    data: JSONBody[Because],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> LegalHold:
    """Lift a legal hold. It stays in the list of those that were."""
    with context.store.read() as tx:
        about = holds.one(tx, hold_id).about
    district = _district(context, about)
    caller.check(district)
    now_ms = context.clock.now_ms()
    return holds.lift(context.store, hold_id, data.reason, caller.person, now_ms, district=district)


@post("/api/records/{record_id:str}/erase", status_code=200, sync_to_thread=True, tags=["supervision"])
def erase(
    record_id: FromPath[str],
    data: JSONBody[Because],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Erased:
    """Erase a photo's bytes, or the personal values of a record, for good. Its hash and the reason stay.

    422 where a legal hold lies on it. Every tablet that has the record hears of it with its next sync.
    """
    caller.check(_district(context, record_id))
    erased = erasing.erase(
        context.store, context.clock, context.office, record_id, data.reason, caller.person
    )
    remove(context)
    return erased


def _district(context: Context, record: str) -> str | None:
    with context.store.read() as tx:
        found = registry.record(context.store, tx, record)
    if found is None:
        raise Problem("not-found", "There is no such record.")
    return found.district


def remove(context: Context) -> int:
    """Take away bytes that were erased and that no other photo needs; how many photos that concerned.

    What a crash left undone is done the next time, as is what the place did not take away.
    """
    erasing.tell_rest(context.store, context.clock, context.office)
    with context.store.read() as tx:
        left = erasing.unneeded(tx)
    for each in left:
        with context.store.write() as tx:
            if erasing.still_unneeded(context.store, tx, each):
                for sha256 in each.hashes:
                    context.photos.remove(sha256)
            erasing.gone(tx, each.record, context.clock.now_ms())
    return len(left)


def land(context: Context, photo: str, work: Callable[[Connection], None]) -> None:
    """Write down what became of a photo's bytes.

    Raises Problem erased where it was erased while they were on their way: they are taken away again.
    """
    try:
        context.store.land(work)
    except Problem as problem:
        if problem.code == "erased":
            with context.store.write() as tx:
                erasing.come_again(tx, photo)
        raise
