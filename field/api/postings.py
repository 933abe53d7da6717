"""Postings: giving one, ending one, a transfer, a new password; and what a transfer would do to tablets."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy import Connection

from field.api.context import Caller, Context
from field.api.people import PASSWORD_BYTES, Ms, Password
from field.api.sessions import hasher
from field.problems import Problem
from field.store import decisions, moves, people, postings, scope_preview
from field.store.postings import Post, PostingsChanged
from field.store.scope_preview import Transfer, TransferPreview
from field.sync.rights import INSPECTOR, Role, may_post
from field.sync.signing import b64

District = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class PostingToGive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role in a district, or everywhere, from now or a later moment (ms) on, open or to a moment."""

    role: Role
    district: District | None
    from_ms: Ms | None = None
    to_ms: Ms | None = None


class PostingToEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A posting that is in force, and the moment (ms) at which it ends: now, if left out."""

    role: Role
    district: District | None
    at_ms: Ms | None = None


class PostingToTransfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role that somebody has in one district, and from now on in another."""

    role: Role
    from_district: District | None
    district: District | None


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another password; without one it is drawn."""

    password: Password | None = None


class PasswordSet(msgspec.Struct, frozen=True):
    """`password` is there only if it was drawn here, and is told this once."""

    person: str
    password: str | None = None


@post("/api/people/{person_id:str}/postings", status_code=200, sync_to_thread=True, tags=["identity"])
def give(
    person_id: FromPath[str],
    data: JSONBody[PostingToGive],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> PostingsChanged:
    """Give somebody a posting. Their tablets get its rows at their next pull."""
    place, id = Post(data.role, data.district), context.clock.uuid7()
    _may(context, caller, place)
    return _change(
        context,
        caller,
        person_id,
        lambda tx, now_ms: postings.give(
            tx, person_id, place, id, now_ms, caller.person, from_ms=data.from_ms, to_ms=data.to_ms
        ),
    )


@post("/api/people/{person_id:str}/postings/end", status_code=200, sync_to_thread=True, tags=["identity"])
def end(
    person_id: FromPath[str],
    data: JSONBody[PostingToEnd],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> PostingsChanged:
    """End a posting. What was captured before still counts; visits under way there go back to the pool."""
    place = Post(data.role, data.district)
    _may(context, caller, place)
    _not_oneself(caller, person_id, data.role)
    return _change(
        context,
        caller,
        person_id,
        lambda tx, now_ms: postings.end(tx, person_id, place, now_ms, caller.person, at_ms=data.at_ms),
    )


@post(
    "/api/people/{person_id:str}/postings/transfer", status_code=200, sync_to_thread=True, tags=["identity"]
)
def transfer(
    person_id: FromPath[str],
    data: JSONBody[PostingToTransfer],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> PostingsChanged:
    """End a posting and give the same role elsewhere, at one moment."""
    left, new = Post(data.role, data.from_district), Post(data.role, data.district)
    for place in (left, new):
        _may(context, caller, place)
    _not_oneself(caller, person_id, data.role)
    id = context.clock.uuid7()
    return _change(
        context,
        caller,
        person_id,
        lambda tx, now_ms: postings.end(tx, person_id, left, now_ms, caller.person),
        lambda tx, now_ms: postings.give(tx, person_id, new, id, now_ms, caller.person),
    )


def _may(context: Context, caller: Caller, place: Post) -> None:
    """Raises Problem no-right where such a posting is not the caller's to give or to end."""
    caller.check(place.district)
    if not may_post(caller.session.postings, place.role, place.district, context.clock.now_ms()):
        raise Problem("no-right", "A supervisor posts inspectors. For other roles ask the administrator.")


def _check_seen(tx: Connection, caller: Caller, person: str) -> None:
    """Raises Problem not-found for somebody who is no concern of the caller's districts, as for nobody."""
    held = people.postings_of(tx, [person]).get(person, [])
    if caller.districts is not None and not any(caller.sees(post) for post in held):
        raise Problem("not-found", "There is nobody with this id in your districts.")


def _change(
    context: Context, caller: Caller, person: str, *acts: Callable[[Connection, int], None]
) -> PostingsChanged:
    """Carry out acts on the postings of somebody whom the caller sees; what is told ends at their border."""
    done = postings.change(
        context.store,
        context.clock,
        context.office,
        person,
        lambda tx, _: _check_seen(tx, caller, person),
        *acts,
    )
    return msgspec.structs.replace(done, postings=[post for post in done.postings if caller.sees(post)])


def _not_oneself(caller: Caller, person: str, role: Role) -> None:
    if person == caller.person and role == "administrator":
        raise Problem("refused", "Nobody ends their own posting as administrator. Ask another administrator.")


@post("/api/people/{person_id:str}/password", status_code=200, sync_to_thread=True, tags=["identity"])
def password(
    request: Request[Any, Any, Any],
    person_id: FromPath[str],
    data: JSONBody[NewPassword],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> PasswordSet:
    """Give somebody another password; they are signed out everywhere. Unsent work is sent all the same."""
    now_ms = context.clock.now_ms()
    drawn = b64(context.clock.token(PASSWORD_BYTES)) if data.password is None else None
    hashed = hasher(request).hash(data.password or drawn or "")
    with context.store.write() as tx:
        for posting in postings.held_by(tx, person_id):
            if posting.to_ms is None or posting.to_ms > now_ms:
                caller.check(posting.district)
        postings.set_password(tx, person_id, hashed, now_ms, caller.person)
    return PasswordSet(person_id, drawn)


@post("/api/scopes/preview", status_code=200, sync_to_thread=True, tags=["identity"])
def preview(
    data: JSONBody[Transfer], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> TransferPreview:
    """Which rows a transfer would bring to which tablets and take from which. Nothing is changed."""
    for place in (data.ends, data.begins):
        if place is not None:
            caller.check(place.district)
    if data.establishment is not None:
        caller.check(moves.district_of(context.store, data.establishment))
        caller.check(data.district)
    if data.visit is not None:
        district = decisions.district_of_visit(context.store, data.visit)
        caller.check(district)
    if data.person is not None and data.ends is None and data.begins is None:
        raise Problem("bad-request", "Say which posting of that person ends or begins.")
    with context.store.read() as tx:
        if data.visit is not None and data.inspector is not None:
            people.check_posted(tx, data.inspector, district, INSPECTOR, context.clock.now_ms())
        if data.person is not None:
            _check_seen(tx, caller, data.person)
            if not people.names(tx, [data.person]):
                raise Problem("not-found", "There is nobody with this id.")
        return scope_preview.preview(context.store, tx, data, context.clock.now_ms())
