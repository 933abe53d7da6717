"""People: accounts with dated postings."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from field.api.context import Caller, Context
from field.api.sessions import Login, hasher
from field.problems import Problem
from field.store import people, registry
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
        people.add(tx, person, hashed, [clock.uuid7() for _ in person.postings], now_ms)
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


@get("/api/people", sync_to_thread=True, tags=["identity"])
def every(context: NamedDependency[Context], caller: NamedDependency[Caller]) -> list[Person]:
    """Everybody with a posting that reaches the caller's districts, with those postings, by login."""
    with context.store.read() as tx:
        found = people.every(tx)
    if caller.districts is None:
        return found
    seen = [msgspec.structs.replace(person, postings=_seen(person, caller.districts)) for person in found]
    return [person for person in seen if person.postings]


def _seen(person: Person, districts: frozenset[str]) -> list[Posting]:
    return [post for post in person.postings if post.district is None or post.district in districts]
