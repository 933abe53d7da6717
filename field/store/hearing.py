"""What a tablet tells of itself with a pull: kept where it is new, with the alarms that follow."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from field.store import ledger_tables, rows, tables
from field.store.bulk import Prepared
from field.store.engine import Store
from field.store.holding import CHANGES, DEVICES
from field.sync.told import Heard, Hearing, Told, hear

TOLD = ledger_tables.DeviceTold.__table__  # type: ignore[attr-defined]  # SQLModel adds it
FORMER = ledger_tables.DeviceFormer.__table__  # type: ignore[attr-defined]
_ALARMS = tables.Alarm.__table__  # type: ignore[attr-defined]
_PEOPLE = tables.DevicePerson.__table__  # type: ignore[attr-defined]

_told = msgspec.json.Decoder(Told)
_KNOWN = select(
    DEVICES.c.acknowledged, DEVICES.c.district, TOLD.c.at_ms, TOLD.c.anchor_ms, TOLD.c.told
).select_from(DEVICES.outerjoin(TOLD, TOLD.c.device == DEVICES.c.id))
_KNOWN_OF = Prepared(_KNOWN.where(DEVICES.c.id == bindparam("device")))
_LOCKED = Prepared(select(DEVICES.c.id).where(DEVICES.c.id == bindparam("device")).with_for_update())
_LAST = Prepared(
    select(CHANGES.c.received_ms).where(
        CHANGES.c.device == bindparam("device"), CHANGES.c.seq == bindparam("seq")
    )
)


def heard(row: Any) -> Heard | None:
    """What is kept of a tablet's word, in a row with the columns of `device_told`."""
    if row.told is None:
        return None
    return Heard(told=_told.decode(row.told), anchor_ms=row.anchor_ms, at_ms=row.at_ms)


def news(
    tx: Connection, device: str, told: Told | None, anchored: Callable[[str], int | None], now_ms: int
) -> bool:
    """Whether a tablet's word is to be kept. Read with the pull itself: an idle one writes nothing."""
    return told is not None and _decide(tx, device, told, anchored, now_ms) != Hearing()


def keep(store: Store, device: str, told: Told, anchored: Callable[[str], int | None], now_ms: int) -> None:
    """Keep a tablet's word, unless a later one came first, and raise the alarms that follow from it."""
    with store.write() as tx:
        _LOCKED.run(tx, device=device)
        decided = _decide(tx, device, told, anchored, now_ms)
        if decided.heard is not None:
            (_ON_SQLITE if store.sqlite else _ON_POSTGRES).run(
                tx,
                device=device,
                at_ms=decided.heard.at_ms,
                anchor_ms=decided.heard.anchor_ms,
                told=msgspec.json.encode(decided.heard.told).decode(),
            )
            _SPEAKS_AGAIN.run(tx, device=device, anchor=decided.heard.anchor_ms)
            _follow(store, tx, device, told)
        _raise(store, tx, device, decided, now_ms)


def _decide(
    tx: Connection, device: str, told: Told, anchored: Callable[[str], int | None], now_ms: int
) -> Hearing:
    known = _KNOWN_OF.run(tx, device=device)
    if not known:
        return Hearing()
    row = known[0]
    received_ms = now_ms
    if told.captured < row.acknowledged:
        last = _LAST.run(tx, device=device, seq=row.acknowledged)
        received_ms = last[0].received_ms if last else now_ms
    return hear(
        told,
        heard(row),
        anchor_ms=anchored(told.anchor) if told.anchor is not None else None,
        received=row.acknowledged,
        received_ms=received_ms,
        now_ms=now_ms,
    )


_ENROLLED = select(DEVICES.c.enrolled_ms).where(DEVICES.c.id == bindparam("device")).scalar_subquery()
_ENDED = (
    select(_PEOPLE.c.device)
    .join(DEVICES, DEVICES.c.id == _PEOPLE.c.device)
    .outerjoin(TOLD, TOLD.c.device == _PEOPLE.c.device)
    .where(
        _PEOPLE.c.device.in_(bindparam("former", expanding=True)),
        _PEOPLE.c.person.in_(select(_PEOPLE.c.person).where(_PEOPLE.c.device == bindparam("device"))),
        DEVICES.c.enrolled_ms <= _ENROLLED,
        func.coalesce(TOLD.c.anchor_ms, 0) <= _ENROLLED,
    )
)
_SPEAKS_AGAIN = Prepared(
    delete(FORMER)
    .where(FORMER.c.former == bindparam("device"))
    .where(FORMER.c.device.in_(select(DEVICES.c.id).where(DEVICES.c.enrolled_ms < bindparam("anchor"))))
)
"""A tablet that has heard of us since the other one was enrolled was not given up for it."""


def _follow(store: Store, tx: Connection, device: str, told: Told) -> None:
    """Note whose work a tablet goes on with: of identities that somebody used who uses this one, too, and
    that have not spoken since it was enrolled. Else whoever claims a colleague's silences what is said of it.
    """
    if not told.former:
        return
    asked = {"former": list(told.former), "device": device}
    for former in sorted(set(tx.execute(_ENDED, asked).scalars()) - {device}):
        (_FOLLOW_ON_SQLITE if store.sqlite else _FOLLOW_ON_POSTGRES).run(tx, former=former, device=device)


def _raise(store: Store, tx: Connection, device: str, decided: Hearing, now_ms: int) -> None:
    if not decided.alarms:
        return
    district = _KNOWN_OF.run(tx, device=device)[0].district
    said = {"device": device, "at_ms": now_ms, "district": district}
    rows.insert_new(
        store,
        tx,
        _ALARMS,
        [{**said, "code": each.code, "seq": each.seq, "detail": each.detail} for each in decided.alarms],
    )


def _upsert(dialect: Any, table: Any, key: str) -> Prepared:
    names = [column.name for column in table.columns]
    made = dialect.insert(table).values({name: bindparam(name) for name in names})
    rest = {name: made.excluded[name] for name in names if name != key}
    return Prepared(made.on_conflict_do_update(index_elements=[key], set_=rest))


_ON_SQLITE, _ON_POSTGRES = (_upsert(dialect, TOLD, "device") for dialect in (sqlite, postgresql))
_FOLLOW_ON_SQLITE, _FOLLOW_ON_POSTGRES = (
    _upsert(dialect, FORMER, "former") for dialect in (sqlite, postgresql)
)
