"""How far each tablet has counted its signed requests, and the alarm when one counts again."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select, update

from field.store import rows
from field.store.device_tables import RequestCount
from field.store.devices import DEVICES
from field.store.engine import Store
from field.store.pushes import ALARMS

COUNTS = RequestCount.__table__  # type: ignore[attr-defined]  # SQLModel adds it

DAY_MS = 86_400_000


def of(tx: Connection, devices: Iterable[str]) -> dict[str, tuple[int, str]]:
    """How far some tablets have counted, with the signature of each one's last request."""
    found: dict[str, tuple[int, str]] = {}
    for some in rows.chunks(devices):
        for row in tx.execute(select(COUNTS).where(COUNTS.c.device.in_(some))):
            found[row.device] = (row.reached, row.signature)
    return found


def note(store: Store, tx: Connection, heard: Mapping[str, tuple[int, str]], now_ms: int) -> None:
    """Remember how far some tablets have counted; a lower number than is known changes nothing."""
    # In one order: two processes that note at once must not wait for each other.
    ordered = sorted(heard.items())
    fresh = [{"device": device, "reached": 0, "signature": "", "noted_ms": now_ms} for device, _ in ordered]
    rows.insert_new(store, tx, COUNTS, fresh)
    for device, (count, signature) in ordered:
        higher = (COUNTS.c.device == device) & (COUNTS.c.reached < count)
        tx.execute(update(COUNTS).where(higher).values(reached=count, signature=signature, noted_ms=now_ms))


def alarm(store: Store, tx: Connection, device: str, behind: int, heard: int, now_ms: int) -> None:
    """Tell the supervisor that a tablet counts again: once a day for each tablet."""
    asked = select(DEVICES.c.name, DEVICES.c.district).where(DEVICES.c.id == device)
    row = tx.execute(asked).one()
    detail = (
        f"The tablet {row.name} was set back to an older copy of itself, or a second tablet with the same "
        f"contents is in use: it numbered a request {behind}, and the office had heard of {heard} before. "
        "Ask who holds it. If a copy may be about, revoke it and enrol the right one anew; its unsent work "
        "comes along."
    )
    told = {"device": device, "code": "copied", "seq": now_ms // DAY_MS, "at_ms": now_ms}
    rows.insert_new(store, tx, ALARMS, [{**told, "detail": detail, "district": row.district}])
