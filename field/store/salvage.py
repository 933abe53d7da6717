"""Work of a tablet that was set back or copied, carried in by hand: it fits the tablet's own line no more.

It is kept under an identity of its own, whole, in quarantine: nothing of it lands without a supervisor.
"""

import uuid
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, insert, select

from field.problems import Problem
from field.store import holding, pushes
from field.store.devices import DEVICES
from field.store.engine import Store
from field.store.holding import Anchored
from field.store.pushes import Push
from field.sync import changes
from field.sync.changes import START, Line
from field.sync.checks import Refusal
from field.sync.push import Decision, Device

_NAMES = uuid.UUID("5f5f3d0e-6d0c-5a55-9c0c-0a3c7a6a5a11")
_NAME_MAX = 180


def identity_of(device: str) -> str:
    """The identity under which the work of a tablet is kept that does not fit its own line."""
    return str(uuid.uuid5(_NAMES, device))


def keep(
    store: Store, device: str, lines: Sequence[Line], now_ms: int, anchored: Anchored
) -> Decision | None:
    """Put lines into quarantine that fork from those which a device handed in; committed when this returns.

    Lines that are here already, by their ids and contents, are left out: None where all are. A line that
    cannot be read has no place here: the file that it came in is kept. Raises Problem busy.
    """
    id = identity_of(device)
    with store.write() as tx:
        _ensure(tx, device, id, now_ms)
        mine = holding.lock_device(tx, id)
        fresh = _unknown(tx, mine, lines)
    if not fresh:
        return None
    again = _numbered(fresh, mine)
    refused = {
        line.seq: Refusal(
            "forked",
            f"Entry {was.seq} was captured on a tablet that had been set back or copied; it was carried in "
            "as sealed work. Look whether it is to land.",
        )
        for line, was in zip(again, fresh, strict=True)
    }
    decision = pushes.land_refused(store, Push(id, again, quiet=True), now_ms, anchored, refused)
    if decision.fork is not None:
        raise Problem("busy", "Somebody carries in work of the same tablet. Try again in a moment.")
    return decision


def _ensure(tx: Connection, device: str, id: str, now_ms: int) -> None:
    if tx.execute(select(DEVICES.c.id).where(DEVICES.c.id == id)).first() is not None:
        return
    asked = select(DEVICES.c.name, DEVICES.c.district).where(DEVICES.c.id == device)
    row = tx.execute(asked.with_for_update()).one()
    made = {"id": id, "name": f"{row.name[:_NAME_MAX]} (set back)", "district": row.district, "office": False}
    counters = {"acknowledged": 0, "chain": START, "t": 0}
    tx.execute(insert(DEVICES), {**made, **counters, "enrolled_ms": now_ms, "revoked_ms": now_ms})


def _unknown(tx: Connection, mine: Device, lines: Sequence[Line]) -> list[Line]:
    readable = [line for line in lines if line.change is not None]
    beyond = [msgspec.structs.replace(line, seq=mine.acknowledged + 1) for line in readable]
    known = holding.known(tx, mine, beyond)
    found = []
    for line in readable:
        assert line.change is not None
        before = known.get(line.change.id)
        said = before.change if before is not None else None
        if said is None or changes.content_of(said) != changes.content_of(line.change):
            found.append(line)
    return found


def _numbered(lines: Sequence[Line], mine: Device) -> list[Line]:
    """The same changes as lines of the other identity: single ones, since none of them lands."""
    seq, prev, again = mine.acknowledged, mine.chain, []
    for line in lines:
        assert line.change is not None
        seq += 1
        placed = {"device": mine.id, "seq": seq, "prev": prev, "first": None, "last": None}
        raw = changes.encode(msgspec.structs.replace(line.change, **placed))
        if line.private_bytes is not None:
            raw += b"\t" + line.private_bytes
        again.append(changes.read_line(raw, seq))
        prev = line.change.lost or again[-1].hash
    return again
