"""People: accounts with dated postings."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from field.api.context import Caller, Context
from field.api.sessions import Login, hasher
from field.problems import Problem
from field.store import desk, devices, people, registry
from field.store.devices import TabletUsed
from field.store.people import Person
from field.sync.rights import Posting, Role
from field.sync.signing import b64

PASSWORD_BYTES = 12

Password = Annotated[str, msgspec.Meta(min_length=8, max_length=200)]
Ms = Annotated[int, msgspec.Meta(ge=0, le=9_999_999_999_999)]


class NewPosting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role in a district, or everywhere, from (included) to (excluded), in ms; from now on if left out."""

    role: Role
    district: str | None
    from_ms: Ms | None = None
    to_ms: Ms | None = None


class NewPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to be given an account. Without a password one is drawn."""

    login: Login
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    postings: Annotated[list[NewPosting], msgspec.Meta(min_length=1, max_length=50)]
    password: Password | None = None


class Added(msgspec.Struct, frozen=True):
    """The account made. `password` is there only if it was drawn here, and is told this once."""

    person: Person
    password: str | None = None


@post("/api/people", sync_to_thread=True, tags=["identity"])
def add(
    request: Request[Any, Any, Any],
    data: JSONBody[NewPerson],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Added:
    """Give somebody an account with postings in the caller's districts."""
    clock, now_ms = context.clock, context.clock.now_ms()
    person = _person(data, clock.uuid7(), now_ms)
    for posting in person.postings:
        caller.check(posting.district)
    drawn = b64(clock.token(PASSWORD_BYTES)) if data.password is None else None
    hashed = hasher(request).hash(data.password or drawn or "")
    with context.store.write() as tx:
        _check_districts(person, {district.id for district in registry.districts(tx)})
        people.add(tx, person, hashed, [clock.uuid7() for _ in person.postings], now_ms, by=caller.person)
    return Added(person, drawn)


def _person(asked: NewPerson, id: str, now_ms: int) -> Person:
    postings = []
    for posting in asked.postings:
        from_ms = now_ms if posting.from_ms is None else posting.from_ms
        if posting.to_ms is not None and posting.to_ms <= from_ms:
            raise Problem("refused", f"The posting as {posting.role} ends before it begins.")
        postings.append(Posting(id, posting.role, posting.district, from_ms, posting.to_ms))
    return Person(id, asked.login, asked.name, postings)


def _check_districts(person: Person, known: set[str]) -> None:
    for posting in person.postings:
        if posting.district is not None and posting.district not in known:
            raise Problem("not-found", f"There is no district {posting.district!r}.")


class InForce(msgspec.Struct, frozen=True):
    """A role that somebody has now, in a district or, without one, everywhere."""

    role: Role
    district: str | None


class PersonListed(msgspec.Struct, frozen=True):
    """Somebody with an account. `visits`: how many they hold on the day asked for.

    `tablets`: those of the caller's districts, in use, on which they ever signed in.
    """

    id: str
    login: str
    name: str
    postings: list[Posting]
    now: list[InForce]
    visits: int | None = None
    tablets: list[TabletUsed] = []


@get("/api/people", sync_to_thread=True, tags=["identity"])
def every(
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    district: FromQuery[str | None] = None,
    role: FromQuery[Role | None] = None,
    due: FromQuery[date | None] = None,
) -> list[PersonListed]:
    """Everybody with a posting that reaches the caller's districts, with those postings, by login.

    `role` and `district`: only who has that role now, and who is posted to that very district now: to them a
    visit there can be given. `due`: tell how many visits of the caller's
    districts each holds on that day.
    """
    within = caller.within(district)
    with context.store.read() as tx:
        found = people.every(tx)
        held = None if due is None else desk.held(tx, within, due.isoformat())
        used = devices.used(tx, within)
    now_ms = context.clock.now_ms()
    listed = [_listed(person, caller, now_ms, held, used) for person in found]
    return [person for person in listed if person.postings and _wanted(person, role, district)]


def _listed(
    person: Person,
    caller: Caller,
    now_ms: int,
    held: Mapping[str, int] | None,
    used: Mapping[str, list[TabletUsed]],
) -> PersonListed:
    postings = [post for post in person.postings if caller.sees(post)]
    now = [InForce(post.role, post.district) for post in postings if post.in_force(now_ms)]
    visits = None if held is None else held.get(person.id, 0)
    tablets = used.get(person.id, [])
    return PersonListed(person.id, person.login, person.name, postings, now, visits, tablets)


def _wanted(person: PersonListed, role: Role | None, district: str | None) -> bool:
    if role is None and district is None:
        return True
    return any(role in (None, post.role) and district in (None, post.district) for post in person.now)
