"""The nothing-lost ledger: what is held about each tablet, asked for many at once, and one tablet opened."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, and_, func, literal_column, or_, select

from field.inspections.masking import hide_cnics
from field.problems import Problem
from field.store import hearing, people, tables
from field.store.awaited_photos import AWAITED
from field.store.devices import DEVICES
from field.store.hearing import FORMER, TOLD
from field.store.holding import CHANGES
from field.store.rows import chunks
from field.sync import ledger
from field.sync.ledger import DeviceAccount, Event, Facts, LedgerHole, Standing

PAGE_MAX = 100
LINES_MAX = 500

_ALARMS = tables.Alarm.__table__  # type: ignore[attr-defined]  # SQLModel adds it
_PEOPLE = tables.DevicePerson.__table__  # type: ignore[attr-defined]
# Written out, not bound: only then is the index of what was not simply applied used.
_NOT_APPLIED = CHANGES.c.status != literal_column("'applied'")


class OpenLine(msgspec.Struct, frozen=True):
    """A line that did not land, or that was declared lost; what became of it and since when it is here."""

    device: str
    seq: int
    status: str
    code: str | None
    detail: str | None
    kind: str | None
    record: str | None
    received_ms: int


class MissingPhoto(msgspec.Struct, frozen=True):
    """A photo whose entry came and whose bytes did not. `size` in bytes."""

    photo: str
    device: str
    sha256: str
    size: int
    since_ms: int


class LedgerEvent(msgspec.Struct, frozen=True):
    """An alarm that was raised about a tablet, of whatever age."""

    device: str
    code: str
    seq: int
    at_ms: int
    detail: str


class DeviceOpened(msgspec.Struct, frozen=True):
    """A tablet's account down to the line: its former identities, what did not land, what is missing.

    `lines`, `photos` and `events` have at most 500 each, the oldest lines and photos and the newest events.
    """

    entry: DeviceAccount
    earlier: tuple[DeviceAccount, ...]
    holes: list[LedgerHole]
    lines: list[OpenLine]
    photos: list[MissingPhoto]
    events: list[LedgerEvent]


class DeviceLedger(msgspec.Struct, frozen=True):
    """A page of accounts, by name; `more`: ask again `after` the last device of it."""

    entries: list[DeviceAccount]
    more: bool


def page(
    tx: Connection, districts: Sequence[str] | None, now_ms: int, after: str = "", limit: int = PAGE_MAX
) -> DeviceLedger:
    """The accounts of the tablets of some districts, or of all, by name.

    Raises Problem bad-request where `after` names no tablet.
    """
    query = (
        select(DEVICES.c.id)
        .where(DEVICES.c.office.is_(False))
        .order_by(DEVICES.c.name, DEVICES.c.id)
        .limit(limit + 1)
    )
    if districts is not None:
        query = query.where(DEVICES.c.district.in_(districts))
    if after:
        query = query.where(_behind(tx, after))
    ids = list(tx.execute(query).scalars())
    return DeviceLedger(accounts(tx, ids[:limit], now_ms), len(ids) > limit)


def _behind(tx: Connection, after: str) -> Any:
    name = tx.execute(select(DEVICES.c.name).where(DEVICES.c.id == after)).scalar_one_or_none()
    if name is None:
        raise Problem("bad-request", f"after={after!r} names no tablet. Give the last one you saw.")
    return or_(DEVICES.c.name > name, and_(DEVICES.c.name == name, DEVICES.c.id > after))


def accounts(tx: Connection, ids: Sequence[str], now_ms: int) -> list[DeviceAccount]:
    """The accounts of some tablets, in the order of their ids as given."""
    lines = _lines(tx, ids)
    facts = _facts(tx, {*ids, *(former for each in lines.values() for former in each)})
    limits = ledger.in_force(ledger.shipped(), now_ms)
    return [
        ledger.account(facts[id], [facts[former] for former in lines.get(id, ())], limits, now_ms)
        for id in ids
        if id in facts
    ]


def opened(tx: Connection, id: str, now_ms: int) -> DeviceOpened:
    """One tablet's account down to the line. Raises Problem not-found."""
    found = accounts(tx, [id], now_ms)
    if not found:
        raise Problem("not-found", "There is no such tablet.")
    line = found[0].line
    return DeviceOpened(
        entry=found[0],
        earlier=tuple(accounts(tx, line[:-1], now_ms)),
        holes=_holes(tx, id),
        lines=[OpenLine(**_shown(row)) for row in tx.execute(_open_lines(line))],
        photos=[MissingPhoto(**row._mapping) for row in tx.execute(_photos(line))],
        events=[LedgerEvent(**_shown(row)) for row in tx.execute(_events(line))],
    )


def _shown(row: Any) -> dict[str, Any]:
    detail = row.detail if row.detail is None else hide_cnics(row.detail)
    return {**row._mapping, "detail": detail}


def _lines(tx: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """The former identities of tablets, the oldest first: ids of version 7 are in the order of time."""
    found: dict[str, list[str]] = {}
    for some in chunks(ids):
        query = select(FORMER).where(FORMER.c.device.in_(some)).order_by(FORMER.c.former)
        for row in tx.execute(query):
            found.setdefault(row.device, []).append(row.former)
    return found


def _facts(tx: Connection, ids: Iterable[str]) -> dict[str, Facts]:
    """What is held about each of some tablets: a fixed number of questions for every 500 of them."""
    found: dict[str, Facts] = {}
    for some in chunks(ids):
        kept = _by_device(tx, _rows_kept(some))
        standing = _by_device(tx, _standing(some))
        missing = _by_device(tx, _missing(some))
        raised = _by_device(tx, _raised(some))
        using = _by_device(tx, _using(some))
        names = people.names(tx, {row.person for rows in using.values() for row in rows})
        for row in tx.execute(_devices(some)):
            photos = missing.get(row.id, [])
            found[row.id] = Facts(
                id=row.id,
                name=row.name,
                district=row.district,
                people=tuple(names.get(each.person, each.person) for each in using.get(row.id, ())),
                followed_by=row.followed_by,
                enrolled_ms=row.enrolled_ms,
                revoked_ms=row.revoked_ms,
                pushed_ms=row.seen_ms,
                acknowledged=row.acknowledged,
                rows=sum(each.number for each in kept.get(row.id, ())),
                standing={s.status: Standing(s.number, s.since_ms) for s in standing.get(row.id, ())},
                missing=Standing(photos[0].number, photos[0].since_ms) if photos else None,
                missing_bytes=int(photos[0].bytes) if photos else 0,
                events={each.code: Event(each.number, each.last_ms) for each in raised.get(row.id, ())},
                heard=hearing.heard(row),
            )
    return found


def _by_device(tx: Connection, query: Select[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in tx.execute(query):
        found.setdefault(row.device, []).append(row)
    return found


_NUMBER = func.count().label("number")


def _devices(ids: Sequence[str]) -> Select[Any]:
    joined = DEVICES.outerjoin(TOLD, TOLD.c.device == DEVICES.c.id).outerjoin(
        FORMER, FORMER.c.former == DEVICES.c.id
    )
    columns = (DEVICES, TOLD.c.at_ms, TOLD.c.anchor_ms, TOLD.c.told, FORMER.c.device.label("followed_by"))
    return select(*columns).select_from(joined).where(DEVICES.c.id.in_(ids), DEVICES.c.office.is_(False))


def _rows_kept(ids: Sequence[str]) -> Select[Any]:
    """Counted and not believed: the key's own index has every line that is there."""
    return select(CHANGES.c.device, _NUMBER).where(CHANGES.c.device.in_(ids)).group_by(CHANGES.c.device)


def _standing(ids: Sequence[str]) -> Select[Any]:
    since = func.min(CHANGES.c.received_ms).label("since_ms")
    asked = select(CHANGES.c.device, CHANGES.c.status, _NUMBER, since)
    return asked.where(CHANGES.c.device.in_(ids), _NOT_APPLIED).group_by(CHANGES.c.device, CHANGES.c.status)


def _missing(ids: Sequence[str]) -> Select[Any]:
    since, size = func.min(AWAITED.c.since_ms).label("since_ms"), func.sum(AWAITED.c.size).label("bytes")
    asked = select(AWAITED.c.device, _NUMBER, since, size)
    return asked.where(AWAITED.c.device.in_(ids)).group_by(AWAITED.c.device)


def _raised(ids: Sequence[str]) -> Select[Any]:
    asked = select(_ALARMS.c.device, _ALARMS.c.code, _NUMBER, func.max(_ALARMS.c.at_ms).label("last_ms"))
    return asked.where(_ALARMS.c.device.in_(ids)).group_by(_ALARMS.c.device, _ALARMS.c.code)


def _using(ids: Sequence[str]) -> Select[Any]:
    asked = select(_PEOPLE.c.device, _PEOPLE.c.person).where(_PEOPLE.c.device.in_(ids))
    return asked.order_by(_PEOPLE.c.since_ms.desc(), _PEOPLE.c.person)


def _holes(tx: Connection, id: str) -> list[LedgerHole]:
    before = func.lag(CHANGES.c.seq, 1, 0).over(order_by=CHANGES.c.seq).label("before")
    numbered = select(CHANGES.c.seq, before).where(CHANGES.c.device == id).subquery()
    broken = (
        select(numbered.c.before, numbered.c.seq)
        .where(numbered.c.seq > numbered.c.before + 1)
        .order_by(numbered.c.seq)
        .limit(LINES_MAX)
    )
    gaps = [(row.seq, row.before) for row in tx.execute(broken)]
    last = tx.execute(select(func.max(CHANGES.c.seq)).where(CHANGES.c.device == id)).scalar() or 0
    acknowledged = tx.execute(select(DEVICES.c.acknowledged).where(DEVICES.c.id == id)).scalar_one()
    return ledger.holes(gaps, last, acknowledged)


_SHOWN = ("held", "waiting", "quarantined", "lost")


def _open_lines(ids: Sequence[str]) -> Select[Any]:
    columns = [CHANGES.c[name] for name in OpenLine.__struct_fields__]
    asked = select(*columns).where(CHANGES.c.device.in_(ids), _NOT_APPLIED, CHANGES.c.status.in_(_SHOWN))
    return asked.order_by(CHANGES.c.received_ms, CHANGES.c.device, CHANGES.c.seq).limit(LINES_MAX)


def _photos(ids: Sequence[str]) -> Select[Any]:
    columns = [AWAITED.c[name] for name in MissingPhoto.__struct_fields__]
    asked = select(*columns).where(AWAITED.c.device.in_(ids))
    return asked.order_by(AWAITED.c.since_ms, AWAITED.c.photo).limit(LINES_MAX)


def _events(ids: Sequence[str]) -> Select[Any]:
    columns = [_ALARMS.c[name] for name in LedgerEvent.__struct_fields__]
    asked = select(*columns).where(_ALARMS.c.device.in_(ids))
    return asked.order_by(_ALARMS.c.at_ms.desc(), _ALARMS.c.device, _ALARMS.c.seq).limit(LINES_MAX)
