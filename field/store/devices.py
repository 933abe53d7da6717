"""Devices: one-time codes, enrolment, revocation, and what each has handed in."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, bindparam, func, insert, literal_column, select, update
from sqlalchemy.exc import IntegrityError

from field.problems import Problem
from field.store import audit, ledger_tables, people, rows, tables
from field.store.bulk import Prepared
from field.store.engine import Store
from field.store.people import DEVICE_PEOPLE, token_hash
from field.sync.changes import START

DEVICES = tables.Device.__table__  # type: ignore[attr-defined]  # SQLModel adds it
CODES = tables.EnrolCode.__table__  # type: ignore[attr-defined]
WIPES = tables.device_tables.WipeOrder.__table__  # type: ignore[attr-defined]
CHANGES = tables.Change.__table__  # type: ignore[attr-defined]
EPOCHS = tables.Epoch.__table__  # type: ignore[attr-defined]
FORMER = ledger_tables.DeviceFormer.__table__  # type: ignore[attr-defined]

PART_OF_A_GROUP = "Its tablet was revoked before the rest of its group had arrived."


PARTS_WAIT_MS = 7 * 24 * 3600 * 1000
"""How long parts of a group that came after a revocation wait for the tablet to be enrolled anew."""


class Wipe(msgspec.Struct, frozen=True):
    """An order to wipe a tablet: when it was given, when the tablet heard of it, and what it said when done.

    `handed_in`: entries that it sent first; `unsent`: those that it could not hand in.
    """

    id: str
    ordered_ms: int
    told_ms: int | None = None
    wiped_ms: int | None = None
    handed_in: int | None = None
    unsent: int | None = None


class Device(msgspec.Struct, frozen=True):
    """A device as the office sees it: how many changes it has handed in, and when it was last heard of."""

    id: str
    name: str
    district: str | None
    enrolled_ms: int
    revoked_ms: int | None
    seen_ms: int | None
    acknowledged: int
    wipe: Wipe | None = None


class Known(msgspec.Struct, frozen=True):
    """What is needed to check a device's signature, and how far its line is here."""

    id: str
    public_key: str
    revoked: bool
    district: str | None = None
    acknowledged: int = 0
    chain: str = START


def issue_code(
    tx: Connection,
    code: str,
    district: str | None,
    by: str | None,
    expires_ms: int,
    *,
    noted: tuple[str, int] | None = None,
) -> None:
    """Remember a new one-time code, by its hash. `noted`: who issued it and when, for the audit trail."""
    row = {"code_hash": token_hash(code), "district": district, "issued_by": by, "expires_ms": expires_ms}
    tx.execute(insert(CODES), {**row, "used_ms": None, "device": None})
    if noted is not None:
        actor, now_ms = noted
        audit.note(tx, "device-code", now_ms, by=actor, district=district, until_ms=expires_ms)


def enrol(tx: Connection, code: str, id: str, name: str, public_key: str, now_ms: int) -> str | None:
    """Enrol a device by a code; return the district that the code was issued for.

    Raises Problem code-unknown, code-used, code-expired, and already-there for a key that is enrolled.
    """
    row = tx.execute(
        select(CODES).where(CODES.c.code_hash == token_hash(code)).with_for_update()
    ).one_or_none()
    if row is None:
        raise Problem(
            "code-unknown", "This code is not known. Check it, or ask the supervisor for a new one."
        )
    if row.used_ms is not None:
        raise Problem("code-used", "This code has been used already. Ask the supervisor for a new one.")
    if row.expires_ms <= now_ms:
        raise Problem("code-expired", "This code is too old. Ask the supervisor for a new one.")
    try:
        # Only the database can tell when one key comes with several codes at once.
        make(tx, id, name, public_key, row.district, now_ms, by=row.issued_by)
    except IntegrityError as error:
        raise Problem(
            "already-there", "A tablet with this key is enrolled. Make a new key to enrol it again."
        ) from error
    used = update(CODES).where(CODES.c.code_hash == row.code_hash)
    tx.execute(used.values(used_ms=now_ms, device=id))
    district: str | None = row.district
    return district


def make(
    tx: Connection,
    id: str,
    name: str,
    public_key: str | None,
    district: str | None,
    now_ms: int,
    *,
    office: bool = False,
    by: str | None = None,
) -> None:
    """A new device, with nothing handed in yet. `by`: who issued the code for it."""
    row = {"id": id, "name": name, "public_key": public_key, "district": district, "office": office}
    counters = {"acknowledged": 0, "chain": START, "t": 0, "group_first": None, "group_last": None}
    tx.execute(
        insert(DEVICES), {**row, **counters, "enrolled_ms": now_ms, "revoked_ms": None, "seen_ms": None}
    )
    if not office:
        audit.note(tx, "device-enrolled", now_ms, by=by, about=[id], device=id, district=district)


_KNOWN = Prepared(
    select(
        DEVICES.c.id,
        DEVICES.c.public_key,
        DEVICES.c.revoked_ms,
        DEVICES.c.district,
        DEVICES.c.acknowledged,
        DEVICES.c.chain,
    ).where(DEVICES.c.id == bindparam("id"))
)


def known(tx: Connection, id: str) -> Known | None:
    """An enrolled tablet; the office's own devices have no key and are not among them."""
    row = next(iter(_KNOWN.run(tx, id=id)), None)
    if row is None or row.public_key is None:
        return None
    revoked = row.revoked_ms is not None
    return Known(row.id, row.public_key, revoked, row.district, row.acknowledged, row.chain)


def revoke(tx: Connection, id: str, now_ms: int, *, by: str | None = None, again: bool = False) -> None:
    """Revoke a device and the sessions on it. What it still hands in goes into quarantine.

    So do the parts of a group that is not whole: the rest may never come, and somebody must see them. Not
    where a restored database hears of it `again`: the rest had come, perhaps, and comes once more.
    """
    asked = select(DEVICES.c.revoked_ms, DEVICES.c.district).where(DEVICES.c.id == id)
    row = tx.execute(asked.with_for_update()).one()
    if row.revoked_ms is None:
        audit.note(tx, "device-revoked", now_ms, by=by, about=[id], device=id, district=row.district)
        tx.execute(update(DEVICES).where(DEVICES.c.id == id).values(revoked_ms=now_ms))
    if not again:
        _quarantine_parts(tx, id)
    people.close_sessions(tx, now_ms, device=id)


def _quarantine_parts(tx: Connection, id: str) -> None:
    parts = update(CHANGES).where(CHANGES.c.device == id, CHANGES.c.status == "held")
    tx.execute(parts.values(status="quarantined", code="device-revoked", detail=PART_OF_A_GROUP))
    tx.execute(update(DEVICES).where(DEVICES.c.id == id).values(group_first=None, group_last=None))


def salvage_parts(store: Store, now_ms: int) -> int:
    """Quarantine what revoked tablets handed in of groups that were never whole; of how many tablets.

    Enrolled anew, a tablet brings its group whole, and that lands. What waits in vain, somebody must see. A
    restored database gives every tablet as long again: perhaps the rest had come, and comes once more.
    """
    with store.read() as tx:
        late = _LATE_PARTS.run(tx, before=now_ms - PARTS_WAIT_MS)
    for row in late:
        with store.write() as tx:
            tx.execute(select(DEVICES.c.id).where(DEVICES.c.id == row.id).with_for_update())
            _quarantine_parts(tx, row.id)
    return len(late)


_LATE_PARTS = Prepared(
    select(DEVICES.c.id)
    .distinct()
    .join(CHANGES, CHANGES.c.device == DEVICES.c.id)
    .where(DEVICES.c.revoked_ms.is_not(None), CHANGES.c.received_ms <= bindparam("before"))
    .where(select(func.max(EPOCHS.c.started_ms)).scalar_subquery() <= bindparam("before"))
    # The first says again what the index is for.
    .where(CHANGES.c.status != literal_column("'applied'"), CHANGES.c.status == literal_column("'held'"))
)


def every(tx: Connection, districts: list[str] | None) -> list[Device]:
    """The tablets of some districts, or of all, by name."""
    query = select(DEVICES).where(DEVICES.c.office.is_(False)).order_by(DEVICES.c.name, DEVICES.c.id)
    if districts is not None:
        query = query.where(DEVICES.c.district.in_(districts))
    found = [msgspec.convert(row._mapping, Device, from_attributes=True) for row in tx.execute(query)]
    orders = tx.execute(select(WIPES).order_by(WIPES.c.ordered_ms))
    wipes = {row.device: msgspec.convert(row._mapping, Wipe, from_attributes=True) for row in orders}
    return [msgspec.structs.replace(each, wipe=wipes.get(each.id)) for each in found]


class TabletUsed(msgspec.Struct, frozen=True):
    """A tablet on which somebody signed in, and when first."""

    device: str
    name: str
    since_ms: int


def used(tx: Connection, districts: list[str] | None) -> dict[str, list[TabletUsed]]:
    """The tablets in use of some districts, or of all, by everybody who ever signed in on them, by name."""
    query = (
        select(DEVICE_PEOPLE.c.person, DEVICE_PEOPLE.c.since_ms, DEVICES.c.id, DEVICES.c.name)
        .join(DEVICES, DEVICES.c.id == DEVICE_PEOPLE.c.device)
        .where(DEVICES.c.office.is_(False), DEVICES.c.revoked_ms.is_(None))
        # A tablet that goes on under a new identity is named once.
        .where(DEVICES.c.id.not_in(select(FORMER.c.former)))
        .order_by(DEVICES.c.name, DEVICES.c.id)
    )
    if districts is not None:
        query = query.where(DEVICES.c.district.in_(districts))
    found: dict[str, list[TabletUsed]] = {}
    for row in tx.execute(query):
        found.setdefault(row.person, []).append(TabletUsed(row.id, row.name, row.since_ms))
    return found


def names(tx: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The names of devices by id, the office's own among them."""
    found: dict[str, str] = {}
    for some in rows.chunks(ids):
        query = select(DEVICES.c.id, DEVICES.c.name).where(DEVICES.c.id.in_(some))
        found.update({row.id: row.name for row in tx.execute(query)})
    return found


def district_of(tx: Connection, id: str) -> str | None:
    """A device's district. Raises Problem not-found."""
    row = tx.execute(
        select(DEVICES.c.district).where(DEVICES.c.id == id, DEVICES.c.office.is_(False))
    ).one_or_none()
    if row is None:
        raise Problem("not-found", "There is no such tablet.")
    district: str | None = row.district
    return district
