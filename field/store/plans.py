"""Planning a day: load who and what there is, decide by `planning.assign`, save the visits as changes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, func, select

from field.clock import Clock
from field.inspections import planning
from field.inspections.planning import Assignment, Candidate, Inspector, LastVisit, Plan
from field.store import office, people
from field.store.engine import Store
from field.store.office import Entry
from field.store.people import POSTINGS
from field.store.registry import CARRIED_OUT
from field.store.rows import FEED, RECORDS, SCOPES, VISITS
from field.sync import scopes
from field.sync.changes import BATCH_LINES_MAX
from field.sync.kinds import Withdrawal
from field.sync.rights import INSPECTOR, Posting

OPEN = ("planned", "started")


class _Values(msgspec.Struct):
    status: str = "open"
    withdrawn: Withdrawal | None = None


class _Row(msgspec.Struct):
    values: _Values


_row = msgspec.json.Decoder(_Row)


class Planned(msgspec.Struct, frozen=True):
    """One visit that was assigned, with the reason for the supervisor's eyes alone."""

    visit: str
    assignment: Assignment


class Assigned(msgspec.Struct, frozen=True):
    """What a planning run did: the visits made, and how many establishments of each district wait."""

    plan: Plan
    visits: list[Planned]


def assign(
    store: Store,
    clock: Clock,
    office_id: str,
    districts: Sequence[str],
    day: date,
    per_inspector: int,
    seed: int,
    by: str,
) -> Assigned:
    """Assign the visits of a day in some districts.

    Establishments with a visit under way are left out, and those that were withdrawn from the register.
    Visits that an inspector holds for the day already count. Of two who plan the same day at once, the second
    plans what the first has left.
    """

    plan: Plan | None = None
    left: list[Planned] = []

    def choose(tx: Connection) -> list[Entry]:
        """Nobody else of the office writes between what is read here and what is decided."""
        nonlocal plan, left
        plan = planning.assign(
            _candidates(tx, districts),
            _inspectors(tx, districts),
            _last_visits(tx, districts),
            per_inspector,
            day,
            seed,
            held=_held(tx, day),
        )
        left = [Planned(clock.uuid7(), assignment) for assignment in plan.assignments]
        return [_entry(visit, day, by) for visit in left[:BATCH_LINES_MAX]]

    def go_on(tx: Connection) -> list[Entry]:
        """What did not fit into one portion, but for what somebody else has planned meanwhile."""
        nonlocal left
        busy = set(tx.execute(_busy(districts)).scalars())
        left = [visit for visit in left if visit.assignment.establishment not in busy]
        return [_entry(visit, day, by) for visit in left[:BATCH_LINES_MAX]]

    office.decide(store, clock, office_id, choose)
    planned: list[Planned] = []
    while left:
        planned, left = planned + left[:BATCH_LINES_MAX], left[BATCH_LINES_MAX:]
        if left:
            office.decide(store, clock, office_id, go_on)
    assert plan is not None
    return Assigned(plan, planned)


def _entry(planned: Planned, day: date, by: str) -> Entry:
    visit = planned.assignment
    return Entry(
        kind="visit",
        record=planned.visit,
        op="create",
        by=by,
        set={
            "establishment": visit.establishment,
            "district": visit.district,
            "inspector": visit.inspector,
            "due": day.isoformat(),
            "status": "planned",
        },
    )


def _candidates(tx: Connection, districts: Sequence[str]) -> list[Candidate]:
    query = (
        select(RECORDS.c.id, SCOPES.c.name, FEED.c.body)
        .join(SCOPES, SCOPES.c.id == RECORDS.c.scope)
        .join(FEED, (FEED.c.scope == RECORDS.c.scope) & (FEED.c.n == RECORDS.c.n))
        .where(
            RECORDS.c.kind == "establishment", SCOPES.c.name.in_([scopes.district(id) for id in districts])
        )
        .where(RECORDS.c.id.not_in(_busy(districts)))
        .order_by(RECORDS.c.id)
    )
    found = []
    for row in tx.execution_options(yield_per=1000).execute(query):
        values = _row.decode(bytes(row.body)).values
        if values.withdrawn is None:
            found.append(Candidate(row.id, row.name.partition("/")[2], values.status))
    return found


def _busy(districts: Sequence[str]) -> Select[Any]:
    """The establishments with a visit under way."""
    return select(VISITS.c.establishment).where(VISITS.c.status.in_(OPEN), VISITS.c.district.in_(districts))


def _held(tx: Connection, day: date) -> dict[str, int]:
    """How many visits each inspector has for the day already, wherever."""
    query = select(VISITS.c.inspector, func.count().label("visits")).where(
        VISITS.c.due == day.isoformat(), VISITS.c.inspector.is_not(None)
    )
    return {row.inspector: row.visits for row in tx.execute(query.group_by(VISITS.c.inspector))}


def _inspectors(tx: Connection, districts: Sequence[str]) -> list[Inspector]:
    query = (
        select(POSTINGS.c.person)
        .where(POSTINGS.c.role == INSPECTOR, POSTINGS.c.district.in_(districts))
        .distinct()
    )
    postings = people.postings_of(tx, tx.execute(query).scalars())
    return [
        Inspector(
            person,
            tuple(_posting(post) for post in posts if post.role == INSPECTOR and post.district in districts),
        )
        for person, posts in sorted(postings.items())
    ]


def _posting(posting: Posting) -> planning.Posting:
    assert posting.district is not None
    end = None if posting.to_ms is None else _day(posting.to_ms) + timedelta(days=1)
    return planning.Posting(posting.district, _day(posting.from_ms), end)


def _day(ms: int) -> date:
    return datetime.fromtimestamp(ms / 1000, UTC).date()


def _last_visits(tx: Connection, districts: Sequence[str]) -> list[LastVisit]:
    query = select(VISITS).where(VISITS.c.district.in_(districts), VISITS.c.status.in_(CARRIED_OUT))
    return [
        LastVisit(row.establishment, row.inspector, date.fromisoformat(row.due))
        for row in tx.execute(query)
        if row.inspector is not None and row.due is not None
    ]
