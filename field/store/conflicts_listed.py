"""Open conflicts as a list: narrowed, sorted by what is at stake, and read on page by page."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, func, select, tuple_

from field.problems import Problem
from field.recovery.money import to_json
from field.store import disputes, registry, rows, statute
from field.store.disputes import Dispute
from field.store.engine import Store
from field.store.flags import Rupees
from field.store.registry import PAGE_MAX
from field.store.rows import FEED, OPEN_CONFLICTS, RECORDS, SCOPES, VISITS
from field.sync import scopes, wire

_SCOPE = "district/"

Order = Literal["id", "rupees", "age"]
"""By id; by the difference that the decision makes to what is due, the largest first; the oldest first."""


class Wanted(msgspec.Struct, frozen=True):
    """Which conflicts: by kind of record, field, establishment, inspector, age (ms) and stake (paisa).

    An inspector's are those where they wrote a candidate, and those about their visits.
    """

    of: str | None = None
    about: str | None = None
    establishment: str | None = None
    inspector: str | None = None
    before_ms: int | None = None
    stake_paisa_min: int | None = None
    order: Order = "id"


class Range(msgspec.Struct, frozen=True):
    """The least and the most that a wage line makes due by itself, whichever candidate is kept."""

    least_rs: Rupees
    most_rs: Rupees


class ConflictListed(msgspec.Struct, frozen=True):
    """An open conflict as it is listed. `record` is its own id; personal values are commitments."""

    record: str
    root: str
    values: Dispute
    district: str | None
    establishment: str | None
    establishment_name: str | None
    visit: str | None
    due: str | None
    earliest_ms: int
    effect: Range | None


_OPEN = select(
    FEED.c.body,
    SCOPES.c.name,
    VISITS.c.id.label("visit"),
    VISITS.c.due,
    VISITS.c.district,
    VISITS.c.establishment,
).select_from(
    OPEN_CONFLICTS.join(RECORDS, RECORDS.c.id == OPEN_CONFLICTS.c.id)
    .join(FEED, (FEED.c.scope == RECORDS.c.scope) & (FEED.c.n == RECORDS.c.n))
    .join(SCOPES, SCOPES.c.id == RECORDS.c.scope)
    .outerjoin(VISITS, VISITS.c.id == OPEN_CONFLICTS.c.root)
)


_STAKE = func.coalesce(OPEN_CONFLICTS.c.stake_paisa, 0)
_KEYS: dict[Order, tuple[Any, ...]] = {
    "id": (OPEN_CONFLICTS.c.id,),
    "rupees": (-_STAKE, OPEN_CONFLICTS.c.earliest_ms, OPEN_CONFLICTS.c.id),
    "age": (OPEN_CONFLICTS.c.earliest_ms, OPEN_CONFLICTS.c.id),
}


def listed(
    store: Store,
    tx: Connection,
    districts: Sequence[str] | None,
    after: str = "",
    limit: int = PAGE_MAX,
    wanted: Wanted = Wanted(),  # noqa: B008 - it is frozen
) -> list[ConflictListed]:
    """Open conflicts of some districts, or of all, about visits, establishments and leads.

    `after` is the id of the last one seen. Raises Problem changed-meanwhile where that was decided since, and
    its place in the order is not known any more.
    """
    key = _KEYS[wanted.order]
    query = _narrowed(_OPEN, wanted).order_by(*key).limit(limit)
    if districts is not None:
        names = [scopes.district(district) for district in districts]
        query = query.where(VISITS.c.district.in_(districts) | SCOPES.c.name.in_(names))
    if after:
        query = query.where(_beyond(tx, key, after))
    found = [(row, wire.decode_row(bytes(row.body))) for row in tx.execute(query)]
    about = {body.record: msgspec.convert(body.values, Dispute) for _, body in found}
    named = registry.by_id(tx, {row.establishment or body.root for row, body in found})
    ranges = _ranges(store, tx, about)
    return [
        ConflictListed(
            record=body.record,
            root=body.root,
            values=about[body.record],
            district=row.district or row.name.removeprefix(_SCOPE),
            establishment=row.establishment or body.root,
            establishment_name=named.get(row.establishment or body.root, registry.NOTHING).values.get("name"),
            visit=row.visit,
            due=row.due,
            earliest_ms=min(each.t for each in about[body.record].candidates),
            effect=ranges.get(body.record),
        )
        for row, body in found
    ]


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.of is not None:
        query = query.where(OPEN_CONFLICTS.c.of == wanted.of)
    if wanted.about is not None:
        query = query.where(OPEN_CONFLICTS.c.about == wanted.about)
    if wanted.establishment is not None:
        query = query.where(
            (VISITS.c.establishment == wanted.establishment) | (OPEN_CONFLICTS.c.root == wanted.establishment)
        )
    if wanted.inspector is not None:
        wrote = OPEN_CONFLICTS.c.authors.contains(wanted.inspector, autoescape=True)
        query = query.where(wrote | (VISITS.c.inspector == wanted.inspector))
    if wanted.before_ms is not None:
        query = query.where(OPEN_CONFLICTS.c.earliest_ms < wanted.before_ms)
    if wanted.stake_paisa_min is not None:
        query = query.where(wanted.stake_paisa_min <= _STAKE)
    return query


def _beyond(tx: Connection, key: tuple[Any, ...], after: str) -> ColumnElement[bool]:
    if len(key) == 1:
        beyond: ColumnElement[bool] = OPEN_CONFLICTS.c.id > after
        return beyond
    last = tx.execute(select(*key).where(OPEN_CONFLICTS.c.id == after)).one_or_none()
    if last is None:
        raise Problem("changed-meanwhile", "The last conflict that you saw was decided. Begin the list anew.")
    return tuple_(*key) > tuple_(*last)


def _ranges(store: Store, tx: Connection, about: Mapping[str, Dispute]) -> dict[str, Range]:
    """What the records in dispute make due, by conflict: a wage line by itself, a report as a whole."""
    of_money = {id: each for id, each in about.items() if each.of in disputes.MONEY}
    if not of_money:
        return {}
    named, _ = rows.load(store, tx, {each.record for each in of_money.values()})
    above = {id for each in named.values() for id in (each.parent, each.root) if id is not None}
    beside, _ = rows.load(store, tx, above)
    wholes = {named[each.record].root for each in of_money.values() if each.of != "wage_line"}
    whole, _ = rows.load(store, tx, wholes, by_root=True)
    law = statute.load(tx)
    found = {}
    for id, dispute in of_money.items():
        root = named[dispute.record].root
        of_root = {key: each for key, each in whole.items() if each.root == root}
        span = disputes.span(dispute, {**beside, **named, **of_root}, law)
        if span is not None:
            found[id] = Range(to_json(span[0]), to_json(span[1]))
    return found
