"""Establishments whose place and register name different districts: listed until somebody settles it.

A file settles what it told before by telling something else. What a person settled stays settled, however
often a file repeats it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, or_, select, update

from field.clock import Clock
from field.geo.districts import DistrictIndex
from field.geo.placing import Disagreement
from field.problems import Problem
from field.store import audit, moves, office, registry, rows, tables
from field.store.engine import Store
from field.store.office import Entry
from field.store.register_runs import RUNS
from field.store.registry import DISTRICTS, PAGE_MAX
from field.store.rows import FEED, RECORDS, SCOPES
from field.sync import scopes, wire
from field.sync.kinds import WITHDRAWN

DISAGREEMENTS = tables.DistrictDisagreement.__table__  # type: ignore[attr-defined]  # SQLModel adds it

_KEY = ("establishment", "place", "said")


class Listed(msgspec.Struct, frozen=True):
    """An open disagreement. `district` is where the establishment stands now, None for nowhere.

    `place` is the district of its point, None where that lies outside all; `said` the one that `words` of the
    column or address (`named_by`) name, None where they name several. `file` and `line` told of it last.
    """

    establishment: str
    name: str | None
    registration_no: str | None
    address: str | None
    district: str | None
    place: str | None
    said: str | None
    named_by: str
    words: str
    file: str
    line: int
    since_ms: int


_OPEN_OF = select(DISAGREEMENTS.c.establishment).where(
    DISAGREEMENTS.c.establishment.in_(bindparam("ids", expanding=True)), DISAGREEMENTS.c.settled_ms.is_(None)
)


def open_of(tx: Connection, ids: Iterable[str]) -> set[str]:
    """Which of some establishments have a disagreement that nobody has settled."""
    return {id for some in rows.chunks(ids) for id in tx.execute(_OPEN_OF, {"ids": some}).scalars()}


_NUMBER = select(func.count()).select_from(DISAGREEMENTS).where(DISAGREEMENTS.c.settled_ms.is_(None))


def number_open(tx: Connection) -> int:
    """How many disagreements nobody has settled."""
    return int(tx.execute(_NUMBER).scalar_one())


_HELD = select(DISAGREEMENTS).where(DISAGREEMENTS.c.establishment.in_(bindparam("ids", expanding=True)))
_THIS = tuple(DISAGREEMENTS.c[name] == bindparam(f"key_{name}") for name in _KEY)
_CLOSE = (
    update(DISAGREEMENTS)
    .where(*_THIS, DISAGREEMENTS.c.settled_ms.is_(None))
    .values(settled_ms=bindparam("now_ms"), settled_by=bindparam("person"))
)
_REOPEN = (
    update(DISAGREEMENTS)
    .where(*_THIS, DISAGREEMENTS.c.settled_by.is_(None))
    .values(settled_ms=None, since_ms=bindparam("now_ms"), source=bindparam("run"), line=bindparam("at_line"))
)


def keep(store: Store, run: str, now_ms: int, told: Mapping[str, tuple[int, Disagreement | None]]) -> None:
    """Write down what a file tells of some establishments, by id: on which line, and whether it disagrees.

    What it told before and tells no more is settled by that.
    """
    with store.read() as tx:
        held = [row for some in rows.chunks(told) for row in tx.execute(_HELD, {"ids": some})]
    known = {(row.establishment, row.place, row.said): row for row in held}
    told_now = {
        (id, found.place, found.said): (line, found)
        for id, (line, found) in told.items()
        if found is not None
    }
    gone = [key for key, row in known.items() if row.settled_ms is None and key not in told_now]
    again = [
        key
        for key in told_now
        if key in known and known[key].settled_ms is not None and known[key].settled_by is None
    ]
    new = [key for key in told_now if key not in known]
    if not (gone or again or new):
        return
    with store.write() as tx:
        if gone:
            tx.execute(_CLOSE, [{**_named(key), "now_ms": now_ms, "person": None} for key in gone])
        for key in again:
            tx.execute(_REOPEN, {**_named(key), "now_ms": now_ms, "run": run, "at_line": told_now[key][0]})
        rows.insert_new(store, tx, DISAGREEMENTS, [_row(key, *told_now[key], run, now_ms) for key in new])


def _named(key: tuple[str, str, str]) -> dict[str, Any]:
    return {f"key_{name}": value for name, value in zip(_KEY, key, strict=True)}


def _row(key: tuple[str, str, str], line: int, found: Disagreement, run: str, now_ms: int) -> dict[str, Any]:
    more = {"named_by": found.named_by, "words": found.words[:300], "source": run, "line": line}
    return {**dict(zip(_KEY, key, strict=True)), **more, "since_ms": now_ms}


_OPEN = (
    select(DISAGREEMENTS, RUNS.c.file_name, SCOPES.c.name.label("scope"), FEED.c.body)
    .select_from(
        DISAGREEMENTS.join(RUNS, RUNS.c.id == DISAGREEMENTS.c.source)
        .join(RECORDS, RECORDS.c.id == DISAGREEMENTS.c.establishment)
        .join(SCOPES, SCOPES.c.id == RECORDS.c.scope)
        .join(FEED, (FEED.c.scope == RECORDS.c.scope) & (FEED.c.n == RECORDS.c.n))
    )
    .where(DISAGREEMENTS.c.settled_ms.is_(None), DISAGREEMENTS.c.establishment > bindparam("after"))
    .order_by(DISAGREEMENTS.c.establishment)
)


def listed(
    tx: Connection, districts: Sequence[str] | None, after: str = "", limit: int = PAGE_MAX
) -> list[Listed]:
    """What is open in some districts, or in all, by establishment, after one; at most `limit`.

    A disagreement is of the district where the establishment stands, and of those between which it is.
    """
    query = _OPEN
    if districts is not None:
        query = query.where(
            or_(
                SCOPES.c.name.in_([scopes.district(district) for district in districts]),
                DISAGREEMENTS.c.place.in_(districts),
                DISAGREEMENTS.c.said.in_(districts),
            )
        )
    found: list[Listed] = []
    while len(found) < limit:
        page = tx.execute(query.limit(limit), {"after": after}).all()
        if not page:
            break
        found += [each for row in page if (each := _listed(row)) is not None]
        after = page[-1].establishment
    return found[:limit]


def _listed(row: Any) -> Listed | None:
    values = wire.decode_row(bytes(row.body)).values
    if values.get(WITHDRAWN) is not None:
        return None
    return Listed(
        establishment=row.establishment,
        name=values.get("name"),
        registration_no=values.get("registration_no"),
        address=values.get("address"),
        district=values.get("district"),
        place=row.place or None,
        said=row.said or None,
        named_by=row.named_by,
        words=row.words,
        file=row.file_name,
        line=row.line,
        since_ms=row.since_ms,
    )


class Misplaced(msgspec.Struct, frozen=True):
    """An establishment that stands in one district, and by its point lies in another."""

    establishment: str
    district: str
    place: str


_PAGE = (
    select(RECORDS.c.id, FEED.c.body)
    .select_from(RECORDS.join(FEED, (FEED.c.scope == RECORDS.c.scope) & (FEED.c.n == RECORDS.c.n)))
    .where(RECORDS.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(RECORDS.c.id)
)


def misplaced(tx: Connection, index: DistrictIndex, ids: Iterable[str]) -> Iterator[Misplaced]:
    """Of some establishments those whose point lies in another district, and of whom no file told that.

    Boundaries that came after the register show it. Where somebody was told, it is `listed` or settled.
    """
    for some in rows.chunks(ids):
        told = {row.establishment for row in tx.execute(_HELD, {"ids": some})}
        placed = []
        for row in tx.execute(_PAGE, {"ids": some}):
            values = wire.decode_row(bytes(row.body)).values
            at, district = values.get("location"), values.get("district")
            if at and district and row.id not in told and values.get(WITHDRAWN) is None:
                placed.append((row.id, district, (at["lat"], at["lon"])))
        found = index.districts_of([point for _, _, point in placed])
        for (id, district, _), place in zip(placed, found, strict=True):
            if place is not None and place != district:
                yield Misplaced(id, district, place)


def district_of(tx: Connection, establishment: str) -> str | None:
    """Where an establishment with an open disagreement stands now, None for nowhere.

    Raises Problem not-found where it has none.
    """
    if not open_of(tx, [establishment]):
        raise Problem("not-found", "Nothing about this establishment's district waits to be settled.")
    found = registry.by_id(tx, [establishment])[establishment].values.get("district")
    return found if isinstance(found, str) and found else None


def settle(
    store: Store,
    clock: Clock,
    office_id: str,
    establishment: str,
    district: str,
    by: str,
    *,
    reason: str | None = None,
) -> None:
    """Put an establishment into a district, as a person decided who has seen what disagrees, and why.

    Raises Problem not-found where nothing is open, bad-request for no district, and refused where that person
    may not change this establishment.
    """
    held: Sequence[Any] = ()

    def choose(tx: Connection) -> list[Entry]:
        nonlocal held
        if not open_of(tx, [establishment]):
            raise Problem("not-found", "Nothing about this establishment's district waits to be settled.")
        if tx.execute(select(DISTRICTS.c.id).where(DISTRICTS.c.id == district)).first() is None:
            raise Problem("bad-request", f"There is no district {district!r}.")
        record = rows.load(store, tx, [establishment])[0][establishment]
        held = tx.execute(_HELD, {"ids": [establishment]}).all()
        if record.values.get("district") in (None, "", district):
            return [office.instead(record, {"district": district}, by, reason)]
        # Its visits go along.
        return moves.entries(
            moves.plan(store, tx, establishment, district, clock.now_ms()), district, by, reason
        )

    office.decide(store, clock, office_id, choose)
    with store.write() as tx:
        audit.note(tx, "settled", clock.now_ms(), by=by, about=[establishment], district=district)
        for row in held:
            if row.settled_ms is None:
                key = (row.establishment, row.place, row.said)
                tx.execute(_CLOSE, {**_named(key), "now_ms": clock.now_ms(), "person": by})
