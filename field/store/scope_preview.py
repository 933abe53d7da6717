"""Before a transfer: which rows would go to which tablets and leave which, and whose unsent work it touches.

A tablet holds the scopes of everybody signed in on it (docs/protocol.md). Nothing is changed here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from field.problems import Problem
from field.store import device_ledger, moves, people, postings, registry, rows
from field.store.engine import Store
from field.store.holding import DEVICES
from field.store.people import SESSIONS
from field.store.postings import Post
from field.store.rows import RECORDS, SCOPES, VISITS
from field.sync import scopes
from field.sync.merge import Record
from field.sync.rights import Posting

NAMES_MAX = 20


class RowsMoved(msgspec.Struct):
    """RowsMoved by kind, and the names of the first establishments and visits; `unnamed`: how many more."""

    kinds: dict[str, int] = {}
    names: list[str] = []
    unnamed: int = 0


class TabletTouched(msgspec.Struct, frozen=True):
    """A tablet whose rows change, who is signed in on it, and what is known of work not sent yet."""

    device: str
    name: str
    people: list[str]
    seen_ms: int | None
    gets: RowsMoved
    loses: RowsMoved
    half_sent: bool
    """A group of its entries is at the office in part: the rest is still on the tablet."""

    may_have_unsent: list[str]
    """The visits under way among what it loses: what is typed there before it hears of this is shown to the
    supervisor."""

    unsent: int = 0
    """Entries that were only on the tablet when it last said so. They land as they were captured."""

    photos_unsent: int = 0


class TransferPreview(msgspec.Struct, frozen=True):
    """What a transfer would do. `freed`: visits that nobody would hold any more."""

    tablets: list[TabletTouched]
    freed: list[str]


class Transfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is thought of: an establishment to a district, a visit to an inspector (or nobody), or somebody's
    posting that ends, begins, or both. Exactly one of `establishment`, `visit` and `person`."""

    establishment: str | None = None
    district: str | None = None
    visit: str | None = None
    inspector: str | None = None
    person: str | None = None
    ends: Post | None = None
    begins: Post | None = None


class _Tablet(msgspec.Struct):
    device: str
    name: str
    seen_ms: int | None
    half_sent: bool
    people: list[str] = []


_Step = tuple[str, str, list[str]]
"""From which scope to which one the records below some roots go."""


def preview(store: Store, tx: Connection, asked: Transfer, now_ms: int) -> TransferPreview:
    """What a transfer would do now. Raises Problem not-found, refused, bad-request."""
    if sum(each is not None for each in (asked.establishment, asked.visit, asked.person)) != 1:
        raise Problem("bad-request", "Name one of these: an establishment, a visit, a person.")
    tablets = _tablets(tx, now_ms)
    posts = people.postings_of(tx, {person for tablet in tablets for person in tablet.people})
    after = dict(posts)
    if asked.person is not None:
        after[asked.person] = _after(tx, asked, now_ms)
        steps, freed = _freed_by(store, tx, asked.person, after[asked.person], now_ms)
    elif asked.visit is not None:
        steps, freed = _given(store, tx, asked.visit, asked.inspector)
    else:
        steps, freed = _moved(store, tx, asked.establishment or "", asked.district or "", now_ms)
    found = [_touched(tx, tablet, posts, after, steps, now_ms) for tablet in tablets]
    touched = [each for each in found if each.gets.kinds or each.loses.kinds]
    return TransferPreview(_with_accounts(tx, touched, now_ms), _names(tx, freed))


def _with_accounts(tx: Connection, touched: Sequence[TabletTouched], now_ms: int) -> list[TabletTouched]:
    accounts = {
        each.device: each for each in device_ledger.accounts(tx, [one.device for one in touched], now_ms)
    }
    return [
        msgspec.structs.replace(each, unsent=told.unsent, photos_unsent=told.photos_unsent)
        for each in touched
        for told in [accounts[each.device]]
    ]


def _after(tx: Connection, asked: Transfer, now_ms: int) -> list[Posting]:
    assert asked.person is not None
    held = people.postings_of(tx, [asked.person]).get(asked.person, [])
    if asked.ends is not None and not any(
        Post(post.role, post.district) == asked.ends and post.in_force(now_ms) for post in held
    ):
        raise Problem("not-found", f"That person is not posted as {asked.ends.words} now.")
    left = [post for post in held if Post(post.role, post.district) != asked.ends]
    if asked.begins is not None:
        left.append(Posting(asked.person, asked.begins.role, asked.begins.district, now_ms))
    return left


def _freed_by(
    store: Store, tx: Connection, person: str, left: Sequence[Posting], now_ms: int
) -> tuple[list[_Step], list[str]]:
    ids = postings.stranded(tx, person, left, now_ms)
    visits = rows.load(store, tx, ids, bare=True)[0].values()
    steps = [(each.scope, scopes.pool(each.values.get("district") or ""), [each.id]) for each in visits]
    return steps, ids


def _given(store: Store, tx: Connection, visit: str, inspector: str | None) -> tuple[list[_Step], list[str]]:
    held = rows.load(store, tx, [visit], bare=True)[0].get(visit)
    if held is None or held.kind != "visit":
        raise Problem("not-found", "There is no such visit.")
    return [_step(held, {"inspector": inspector})], [] if inspector else [visit]


def _moved(
    store: Store, tx: Connection, establishment: str, district: str, now_ms: int
) -> tuple[list[_Step], list[str]]:
    move = moves.plan(store, tx, establishment, district, now_ms)
    steps = [_step(move.establishment, {"district": district})]
    for visit in move.visits:
        free = {"inspector": None} if visit.id in move.freed else {}
        steps.append(_step(visit, {"district": district, **free}))
    return steps, sorted(move.freed)


def _step(root: Record, values: Mapping[str, str | None]) -> _Step:
    return root.scope, scopes.of_root(root.kind, {**root.values, **values}), [root.id]


_TABLETS = (
    select(DEVICES.c.id, DEVICES.c.name, DEVICES.c.seen_ms, DEVICES.c.group_first, SESSIONS.c.person)
    .join(SESSIONS, SESSIONS.c.device == DEVICES.c.id)
    .where(DEVICES.c.revoked_ms.is_(None), DEVICES.c.office.is_(False))
    .where(SESSIONS.c.revoked_ms.is_(None), SESSIONS.c.expires_ms > bindparam("now"))
    .order_by(DEVICES.c.name, DEVICES.c.id, SESSIONS.c.person)
    .distinct()
)


def _tablets(tx: Connection, now_ms: int) -> list[_Tablet]:
    found: dict[str, _Tablet] = {}
    for row in tx.execute(_TABLETS, {"now": now_ms}):
        made = _Tablet(row.id, row.name, row.seen_ms, row.group_first is not None, [])
        found.setdefault(row.id, made).people.append(row.person)
    return list(found.values())


def _touched(
    tx: Connection,
    tablet: _Tablet,
    before: Mapping[str, list[Posting]],
    after: Mapping[str, list[Posting]],
    steps: Sequence[_Step],
    now_ms: int,
) -> TabletTouched:
    had = set(scopes.of_people({one: before.get(one, []) for one in tablet.people}, now_ms))
    has = set(scopes.of_people({one: after.get(one, []) for one in tablet.people}, now_ms))
    loses = [id for start, goal, ids in steps for id in ids if start in had & has and goal not in has]
    gets = [id for start, goal, ids in steps for id in ids if start not in had and goal in has]
    lost = RowsMoved(), RowsMoved()
    _count(tx, lost[0], _by_scope(tx, had - has), loses)
    _count(tx, lost[1], _by_scope(tx, has - had), gets)
    named = people.names(tx, tablet.people)
    under_way = _under_way(tx, [*loses, *_roots(tx, had - has)])
    return TabletTouched(
        tablet.device,
        tablet.name,
        [named.get(one, one) for one in tablet.people],
        tablet.seen_ms,
        lost[1],
        lost[0],
        tablet.half_sent,
        _names(tx, under_way)[:NAMES_MAX],
    )


def _count(tx: Connection, into: RowsMoved, whole: Mapping[str, int], roots: Sequence[str]) -> None:
    kinds = Counter(whole)
    for ids in rows.chunks(roots):
        for row in tx.execute(_BY_ROOT, {"ids": ids}):
            kinds[row.kind] += row.number
    names = _names(tx, roots[:NAMES_MAX])
    into.kinds, into.names = dict(sorted(kinds.items())), names
    into.unnamed = max(0, kinds["establishment"] + kinds["visit"] - len(names))


_NUMBER = func.count().label("number")
_BY_ROOT = (
    select(RECORDS.c.kind, _NUMBER)
    .where(RECORDS.c.root.in_(bindparam("ids", expanding=True)))
    .group_by(RECORDS.c.kind)
)
_BY_SCOPE = (
    select(RECORDS.c.kind, _NUMBER)
    .join(SCOPES, SCOPES.c.id == RECORDS.c.scope)
    .where(SCOPES.c.name.in_(bindparam("names", expanding=True)))
    .group_by(RECORDS.c.kind)
)


def _by_scope(tx: Connection, names: Iterable[str]) -> dict[str, int]:
    wanted = sorted(names)
    return {row.kind: row.number for row in tx.execute(_BY_SCOPE, {"names": wanted})} if wanted else {}


def _roots(tx: Connection, names: Iterable[str]) -> list[str]:
    """The visits of people's own scopes among these."""
    own = sorted(name.partition("/")[2] for name in names if name.startswith(f"{scopes.OWN}/"))
    return list(tx.execute(select(VISITS.c.id).where(VISITS.c.inspector.in_(own))).scalars()) if own else []


def _under_way(tx: Connection, ids: Sequence[str]) -> list[str]:
    query = select(VISITS.c.id).where(VISITS.c.status.in_(moves.UNDER_WAY)).order_by(VISITS.c.id)
    return [
        id for some in rows.chunks(ids) for id in tx.execute(query.where(VISITS.c.id.in_(some))).scalars()
    ]


def _names(tx: Connection, ids: Sequence[str]) -> list[str]:
    """What people call some establishments and visits: a visit by its establishment and day."""
    query = select(VISITS.c.id, VISITS.c.establishment, VISITS.c.due)
    visits = {
        row.id: row for some in rows.chunks(ids) for row in tx.execute(query.where(VISITS.c.id.in_(some)))
    }
    wanted = {visits[id].establishment if id in visits else id for id in ids}
    named = registry.by_id(tx, wanted)
    said = []
    for id in ids:
        visit = visits.get(id)
        unit = visit.establishment if visit else id
        name = str(named.get(unit, registry.NOTHING).values.get("name") or unit)
        said.append(f"{name}, {visit.due}" if visit is not None and visit.due else name)
    return said
