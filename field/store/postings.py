"""Postings over time: giving one, ending one, both at once, and a new password. In force from that moment on.

A tablet's scopes are those of the postings in force, so that it gets and leaves rows at its next pull. What
was captured before is judged by the posting that held then, whenever it arrives.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, exists, insert, select, update

from field.clock import Clock
from field.problems import Problem
from field.store import audit, office, people, rows
from field.store.engine import Store
from field.store.moves import UNDER_WAY
from field.store.office import Entry
from field.store.people import PEOPLE, POSTINGS
from field.store.registry import DISTRICTS
from field.store.rows import VISITS
from field.sync.changes import BATCH_LINES_MAX
from field.sync.rights import INSPECTOR, Posting, Role


class Post(msgspec.Struct, frozen=True):
    """What a posting is to: a role in a district, or everywhere where that is None."""

    role: Role
    district: str | None

    @property
    def words(self) -> str:
        """As a person reads it."""
        return f"{self.role} in {self.district}" if self.district else f"{self.role} everywhere"


class PostingsChanged(msgspec.Struct, frozen=True):
    """What became of somebody's postings, and the visits that nobody holds any more because of it."""

    person: str
    postings: list[Posting]
    freed: list[str] = []


def by_login(tx: Connection, login: str) -> str:
    """The id of the person with a login. Raises Problem not-found."""
    found = people.by_login(tx, login)
    if found is None:
        raise Problem("not-found", f"There is nobody with the login {login}.")
    return found.id


def held_by(tx: Connection, person: str) -> list[Posting]:
    """All postings of somebody, whose row is locked until the transaction ends. Raises Problem not-found."""
    if tx.execute(_PERSON, {"id": person}).first() is None:
        raise Problem("not-found", "There is nobody with this id.")
    return people.postings_of(tx, [person]).get(person, [])


_PERSON = select(PEOPLE.c.id).where(PEOPLE.c.id == bindparam("id")).with_for_update()


def give(
    tx: Connection,
    person: str,
    place: Post,
    id: str,
    now_ms: int,
    by: str,
    *,
    from_ms: int | None = None,
    to_ms: int | None = None,
) -> None:
    """Give somebody a posting, from now on or from a later moment.

    Raises Problem not-found, and refused for one that is held then already, or begins in the past.
    """
    start = now_ms if from_ms is None else from_ms
    if start < now_ms:
        raise Problem(
            "refused", "A posting begins now or later: what was captured before is not judged anew."
        )
    if to_ms is not None and to_ms <= start:
        raise Problem("refused", f"The posting as {place.words} ends before it begins.")
    _check_district(tx, place.district)
    for post in held_by(tx, person):
        if Post(post.role, post.district) == place and _overlaps(post, start, to_ms):
            raise Problem("refused", f"That person is posted as {place.words} then already.")
    row = {"id": id, "person": person, "role": place.role, "district": place.district}
    tx.execute(insert(POSTINGS), {**row, "from_ms": start, "to_ms": to_ms})
    _note(tx, person, place, now_ms, by, change="given", from_ms=start, to_ms=to_ms)


def _overlaps(post: Posting, from_ms: int, to_ms: int | None) -> bool:
    return (to_ms is None or post.from_ms < to_ms) and (post.to_ms is None or from_ms < post.to_ms)


def end(tx: Connection, person: str, place: Post, now_ms: int, by: str, *, at_ms: int | None = None) -> None:
    """End somebody's posting, now or at a later moment.

    Raises Problem not-found where it is not in force, and refused for a moment in the past, or after its end.
    """
    at = now_ms if at_ms is None else at_ms
    if at < now_ms:
        raise Problem("refused", "A posting ends now or later: what was captured before is not judged anew.")
    held = [p for p in held_by(tx, person) if Post(p.role, p.district) == place and p.in_force(now_ms)]
    if not held:
        raise Problem("not-found", f"That person is not posted as {place.words} now.")
    for post in held:
        if post.to_ms is not None and at > post.to_ms:
            raise Problem(
                "refused", "That posting ends before then. To go on with it, give it from its end on."
            )
        # One that began this very millisecond has been in force for one.
        found = (POSTINGS.c.person == person) & (POSTINGS.c.role == place.role)
        same = found & POSTINGS.c.district.is_not_distinct_from(place.district)
        ends = update(POSTINGS).where(same, POSTINGS.c.from_ms == post.from_ms)
        tx.execute(ends.values(to_ms=max(at, post.from_ms + 1)))
    _note(tx, person, place, now_ms, by, change="ended", to_ms=at)


def _note(tx: Connection, person: str, place: Post, now_ms: int, by: str, **facts: Any) -> None:
    about = [person]
    audit.note(
        tx, "posting-changed", now_ms, by=by, about=about, district=place.district, role=place.role, **facts
    )


def _check_district(tx: Connection, district: str | None) -> None:
    if (
        district is not None
        and not tx.execute(select(DISTRICTS.c.id).where(DISTRICTS.c.id == district)).first()
    ):
        raise Problem("not-found", f"There is no district {district!r}.")


def change(
    store: Store, clock: Clock, office_id: str, person: str, *acts: Callable[[Connection, int], None]
) -> PostingsChanged:
    """Carry out acts on somebody's postings in one transaction, then free visits that they cannot make."""
    now_ms = clock.now_ms()
    with store.write() as tx:
        for act in acts:
            act(tx, now_ms)
        left = people.postings_of(tx, [person]).get(person, [])
    return PostingsChanged(person, left, free_visits(store, clock, office_id, person))


def free_visits(store: Store, clock: Clock, office_id: str, person: str) -> list[str]:
    """Give the visits under way of somebody back to districts in which they are not posted (any more).

    Each goes with all that belongs to it, and what was captured before still lands there.
    """
    freed: list[str] = []

    def choose(tx: Connection) -> list[Entry]:
        ids = stranded(tx, person, people.postings_of(tx, [person]).get(person, []), clock.now_ms())
        held = rows.load(store, tx, ids[:BATCH_LINES_MAX])[0]
        freed.extend(sorted(held.keys() - set(freed)))
        return [office.instead(held[id], {"inspector": None}, None) for id in sorted(held)]

    while office.decide(store, clock, office_id, choose):
        pass
    return freed


def free_ended(store: Store, clock: Clock, office_id: str) -> list[str]:
    """Free the visits of postings that ended by themselves since this was done last, by id."""
    with store.read() as tx:
        found = list(tx.execute(_ENDED, {"now": clock.now_ms()}).scalars())
    return [id for person in found for id in free_visits(store, clock, office_id, person)]


_OF_VISITS = (
    (POSTINGS.c.person == VISITS.c.inspector)
    & (POSTINGS.c.role == INSPECTOR)
    & (POSTINGS.c.district.is_(None) | (POSTINGS.c.district == VISITS.c.district))
)
_IN_FORCE = (
    exists()
    .where(_OF_VISITS, POSTINGS.c.from_ms <= bindparam("now"))
    .where(POSTINGS.c.to_ms.is_(None) | (POSTINGS.c.to_ms > bindparam("now")))
)
_ENDED = (
    select(VISITS.c.inspector)
    .where(VISITS.c.status.in_(UNDER_WAY), VISITS.c.inspector.is_not(None))
    .where(exists().where(_OF_VISITS, POSTINGS.c.to_ms <= bindparam("now")), ~_IN_FORCE)
    .order_by(VISITS.c.inspector)
    .distinct()
)


def stranded(tx: Connection, person: str, postings: Sequence[Posting], t: int) -> list[str]:
    """The visits under way that somebody holds in districts where they are no inspector at `t`, by id."""
    posts = [post for post in postings if post.role == INSPECTOR and post.in_force(t)]
    found = tx.execute(_HELD_VISITS, {"person": person})
    return sorted(row.id for row in found if not any(post.covers(row.district) for post in posts))


_HELD_VISITS = select(VISITS.c.id, VISITS.c.district).where(
    VISITS.c.inspector == bindparam("person"), VISITS.c.status.in_(UNDER_WAY)
)


def set_password(tx: Connection, person: str, password_hash: str, now_ms: int, by: str) -> None:
    """Give somebody another password: whoever is signed in with the old one is signed out everywhere.

    Unsent work stays on tablets and is sent without a session. Raises Problem not-found.
    """
    held_by(tx, person)
    tx.execute(update(PEOPLE).where(PEOPLE.c.id == person).values(password_hash=password_hash))
    people.forgive(tx, str(tx.execute(select(PEOPLE.c.login).where(PEOPLE.c.id == person)).scalar_one()))
    people.close_sessions(tx, now_ms, person=person)
    audit.note(tx, "password-reset", now_ms, by=by, about=[person])
