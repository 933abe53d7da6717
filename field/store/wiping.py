"""Orders to wipe a tablet: who gave them, when the tablet was told, and what it said when it was done."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, insert, select, update

from field.problems import Problem
from field.store import audit, devices, rows
from field.store.device_tables import WipeOrder
from field.store.devices import DEVICES, Wipe
from field.sync.orders import Report

ORDERS = WipeOrder.__table__  # type: ignore[attr-defined]  # SQLModel adds it


def order(tx: Connection, device: str, id: str, now_ms: int, *, by: str | None) -> Wipe:
    """Order a wipe, and revoke the tablet; where one is ordered already, that one stands.

    Raises Problem not-found.
    """
    district = devices.district_of(tx, device)
    devices.revoke(tx, device, now_ms, by=by)
    # The device's row is locked since it was revoked: of two who order at once the second finds the order.
    found = of(tx, [device]).get(device)
    if found is not None:
        return found
    tx.execute(insert(ORDERS), {"id": id, "device": device, "ordered_ms": now_ms, "ordered_by": by})
    audit.note(tx, "wipe-ordered", now_ms, by=by, about=[device, id], device=device, district=district)
    return Wipe(id, now_ms)


def of(tx: Connection, ids: Iterable[str]) -> dict[str, Wipe]:
    """The orders to wipe some devices, by device."""
    found: dict[str, Wipe] = {}
    for some in rows.chunks(ids):
        for row in tx.execute(select(ORDERS).where(ORDERS.c.device.in_(some)).order_by(ORDERS.c.ordered_ms)):
            found[row.device] = msgspec.convert(row._mapping, Wipe, from_attributes=True)
    return found


def told(tx: Connection, id: str, now_ms: int) -> None:
    """The order went to the tablet for the first time."""
    tx.execute(update(ORDERS).where(ORDERS.c.id == id, ORDERS.c.told_ms.is_(None)).values(told_ms=now_ms))


def wiped(tx: Connection, device: str, report: Report, now_ms: int) -> None:
    """Note what a tablet signed that it has done. Telling it again changes nothing.

    Raises Problem not-found for an order that the device was not given.
    """
    mine = (ORDERS.c.id == report.order) & (ORDERS.c.device == device)
    row = tx.execute(select(ORDERS, DEVICES.c.district).join(DEVICES).where(mine)).one_or_none()
    if row is None:
        raise Problem("not-found", "This tablet was not ordered to do that.")
    done = {"wiped_ms": now_ms, "handed_in": report.handed_in, "unsent": report.unsent}
    changed = tx.execute(update(ORDERS).where(mine, ORDERS.c.wiped_ms.is_(None)).values(**done))
    if changed.rowcount:
        facts = {"handed_in": report.handed_in, "unsent": report.unsent}
        about = [device, row.id]
        audit.note(tx, "wiped", now_ms, by=None, about=about, device=device, district=row.district, **facts)
