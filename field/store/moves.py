"""Moving an establishment to another district, with its visits: what happens, and to whose tablets it goes.

The visits are roots of their own and go along, so that who answers for the establishment has its reports.
One under way whose inspector is not posted to the new district goes back to that district's pool, to be given
to somebody there; what its inspector captured before the tablet heard of it lands all the same.
"""

from collections.abc import Collection

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.clock import Clock
from field.problems import Problem
from field.store import office, people, rows
from field.store.engine import Store
from field.store.office import Entry
from field.store.registry import DISTRICTS
from field.store.rows import VISITS
from field.sync.changes import BATCH_LINES_MAX
from field.sync.merge import Record
from field.sync.receipts import Answer
from field.sync.rights import INSPECTOR

UNDER_WAY = ("planned", "started")


class Move(msgspec.Struct, frozen=True):
    """What a transfer changes: an establishment's district, and its visits' districts and inspectors."""

    establishment: Record
    visits: list[Record]
    freed: frozenset[str]
    """The visits, by id, that go back to the pool."""


def plan(store: Store, tx: Connection, establishment: str, district: str, now_ms: int) -> Move:
    """What would go to a district. Raises Problem not-found, and refused where it stands there already."""
    found = rows.load(store, tx, [establishment])[0].get(establishment)
    if found is None or found.kind != "establishment":
        raise Problem("not-found", "There is no such establishment.")
    if tx.execute(select(DISTRICTS.c.id).where(DISTRICTS.c.id == district)).first() is None:
        raise Problem("not-found", f"There is no district {district!r}.")
    stands_in = found.values.get("district")
    if stands_in == district:
        raise Problem("refused", f"This establishment stands in {district} already.")
    ids = [row.id for row in tx.execute(_VISITS, {"establishment": establishment, "district": stands_in})]
    visits = rows.load(store, tx, ids)[0]
    posted = people.posted_in(tx, district, INSPECTOR, now_ms)
    return Move(found, [visits[id] for id in sorted(visits)], _freed(visits.values(), posted))


_VISITS = select(VISITS.c.id).where(
    VISITS.c.establishment == bindparam("establishment"), VISITS.c.district == bindparam("district")
)


def _freed(visits: Collection[Record], posted: Collection[str]) -> frozenset[str]:
    """The visits under way whose inspector has no posting where they go."""
    held = ((visit, visit.values.get("inspector")) for visit in visits if is_under_way(visit))
    return frozenset(visit.id for visit, inspector in held if inspector and inspector not in posted)


def is_under_way(visit: Record) -> bool:
    """Whether a visit has yet to be made, or finished."""
    return visit.values.get("status", "planned") in UNDER_WAY


def entries(move: Move, district: str, by: str | None, reason: str | None = None) -> list[Entry]:
    """The office's changes that carry a move out, in one transaction. Raises Problem refused for too many."""
    if len(move.visits) >= BATCH_LINES_MAX:
        raise Problem("refused", f"It has {len(move.visits)} visits: too many to move in one transaction.")
    made = [office.instead(move.establishment, {"district": district}, by, reason)]
    for visit in move.visits:
        free = {"inspector": None} if visit.id in move.freed else {}
        made.append(office.instead(visit, {"district": district, **free}, by))
    return made


class Moved(msgspec.Struct, frozen=True):
    """A transfer that was carried out: which visits went along, and which of them nobody holds any more."""

    establishment: str
    was: str | None
    district: str
    visits: list[str]
    freed: list[str]
    answers: list[Answer]
    """About the establishment first, then about each visit."""


def establishment(
    store: Store, clock: Clock, office_id: str, id: str, district: str, by: str, reason: str | None = None
) -> Moved:
    """Move an establishment to a district, with its visits. Raises Problem not-found, refused."""
    move: Move | None = None

    def choose(tx: Connection) -> list[Entry]:
        nonlocal move
        move = plan(store, tx, id, district, clock.now_ms())
        return entries(move, district, by, reason)

    answers = office.decide(store, clock, office_id, choose)
    assert move is not None
    visits = [visit.id for visit in move.visits]
    return Moved(id, move.establishment.values.get("district"), district, visits, sorted(move.freed), answers)


def district_of(store: Store, establishment: str) -> str | None:
    """Where an establishment stands. Raises Problem not-found."""
    with store.read() as tx:
        found = rows.load(store, tx, [establishment], bare=True)[0].get(establishment)
    if found is None or found.kind != "establishment":
        raise Problem("not-found", "There is no such establishment.")
    stands_in = found.values.get("district")
    return stands_in if isinstance(stands_in, str) else None
