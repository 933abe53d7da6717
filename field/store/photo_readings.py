"""What photos' bytes turned out to be: which wait to be opened, who opens one now, and what was found.

A row begins with the bytes, in the transaction that notes them, so that none is overlooked. A worker
holds one for a while; where it dies, another takes it when that is over.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, bindparam, func, literal_column, select, update

from field.inspections.masking import hide_cnics
from field.inspections.photo_readings import FAULTS, Fault, Reading
from field.store import audit, stale_evidence, tables
from field.store.bulk import Prepared, Rows
from field.store.engine import Store
from field.store.rows import chunks

READINGS = tables.PhotoReading.__table__  # type: ignore[attr-defined]  # SQLModel adds it

State = Literal["waiting", "ok", "quarantined"]

HOLD_MS = 5 * 60_000
LATER_MS = 60_000
"""A photo that could not be opened is left alone for so long, twice that after the second try, and so on."""

TRIES_MAX = 4


class Claim(msgspec.Struct, frozen=True):
    """A photo that one worker opens now. `tries` counts this one."""

    sha256: str
    size: int
    tries: int


class Derived(msgspec.Struct, frozen=True):
    """The SHA-256 of each small copy of a picture."""

    thumbnail: str
    screen: str


class PhotoRead(msgspec.Struct, frozen=True):
    """What became of a photo's bytes. `why` says of quarantined ones what is wrong with them, in words.

    `taken`, `lat` and `lon` are what the file says of itself: no proof of anything.
    """

    state: State
    reason: str | None = None
    why: str | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None
    taken: str | None = None
    taken_ms: int | None = None
    taken_zoned: bool | None = None
    lat: float | None = None
    lon: float | None = None
    model: str | None = None


# Written out, not bound: photos that came to harm where they are kept are few among many.
SPOILT = (READINGS.c.state == literal_column("'quarantined'")) & (
    READINGS.c.reason == literal_column("'bytes-changed'")
)
"""What is kept of them is missing, or no longer what was received."""

_SPOILT = Prepared(select(READINGS.c.sha256).where(SPOILT, READINGS.c.sha256 == bindparam("sha256")))


def spoilt(tx: Connection, sha256: str) -> bool:
    """Whether bytes that were received are missing or others now: whoever still has them may bring them."""
    return bool(_SPOILT.run(tx, sha256=sha256))


_EXPECTED = Rows(READINGS, ("sha256", "size", "state", "since_ms", "tries", "held_until_ms"), once=True)


def expect(tx: Connection, sha256: str, size: int, now_ms: int) -> None:
    """Let some bytes be opened that have just been kept; the same again only where they are spoilt."""
    if not _EXPECTED.insert(tx, [(sha256, size, "waiting", now_ms, 0, 0)]):
        tx.execute(_MENDED, {"key": sha256, "now": now_ms})


_MENDED = (
    update(READINGS)
    .where(SPOILT, READINGS.c.sha256 == bindparam("key"))
    .values(state="waiting", reason=None, read_ms=None, tries=0, held_until_ms=0, since_ms=bindparam("now"))
)


# Written out, not bound: only then is the index of what waits used.
_FREE = (READINGS.c.state == literal_column("'waiting'")) & (READINGS.c.held_until_ms <= bindparam("now"))
_ANY = select(READINGS.c.sha256).where(_FREE).limit(1)
_NEXT = (
    select(READINGS.c.sha256, READINGS.c.size, READINGS.c.tries)
    .where(_FREE)
    # What was never tried comes first, so that one which fails again and again holds nobody up.
    .order_by(READINGS.c.held_until_ms, READINGS.c.since_ms, READINGS.c.sha256)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_HELD = (
    update(READINGS)
    .where(READINGS.c.sha256 == bindparam("key"))
    .values(tries=bindparam("to_tries"), held_until_ms=bindparam("to_held_until_ms"))
)


def claim(store: Store, now_ms: int) -> Claim | None:
    """Take the next photo for this worker alone, for HOLD_MS; None where none is waiting now."""
    with store.read() as tx:
        if tx.execute(_ANY, {"now": now_ms}).first() is None:
            return None
    with store.write() as tx:
        row = tx.execute(_NEXT, {"now": now_ms}).one_or_none()
        if row is None:
            return None
        found = Claim(row.sha256, row.size, row.tries + 1)
        _set(tx, found, found.tries, now_ms + HOLD_MS)
    return found


def _set(tx: Connection, claim: Claim, tries: int, until_ms: int) -> None:
    tx.execute(_HELD, {"key": claim.sha256, "to_tries": tries, "to_held_until_ms": until_ms})


_MINE = (
    (READINGS.c.sha256 == bindparam("key"))
    & (READINGS.c.state == "waiting")
    & (READINGS.c.tries == bindparam("tried"))
)
_FOUND = tuple(name for name in Reading.__struct_fields__ if name != "fault")
_SAVE = (
    update(READINGS)
    .where(_MINE)
    .values(
        {
            name: bindparam(f"to_{name}")
            for name in ("state", "reason", "thumbnail", "screen", "read_ms", *_FOUND)
        }
    )
)
_AGAIN = (
    update(READINGS)
    .where(_MINE)
    .values(tries=bindparam("to_tries"), held_until_ms=bindparam("to_held_until_ms"))
)


def save(store: Store, claim: Claim, reading: Reading, derived: Derived | None, now_ms: int) -> bool:
    """Keep what was found; whether it still was this worker's to say. `derived`: None for a fault."""
    values: dict[str, Any] = {
        **{name: getattr(reading, name) for name in _FOUND},
        "state": "ok" if reading.fault is None else "quarantined",
        "reason": reading.fault,
        "thumbnail": derived and derived.thumbnail,
        "screen": derived and derived.screen,
        "read_ms": now_ms,
    }
    given = {f"to_{name}": value for name, value in values.items()}
    with store.write() as tx:
        done = tx.execute(_SAVE, {"key": claim.sha256, "tried": claim.tries, **given}).rowcount
        if done:
            stale_evidence.mark_read(store, tx, claim.sha256, now_ms)
    return done > 0


def later(store: Store, claim: Claim, now_ms: int, *, count: bool) -> None:
    """Leave a photo for a while. `count=False`: it was not its own fault, and the try does not count."""
    tries = claim.tries if count else claim.tries - 1
    until_ms = now_ms + LATER_MS * 2 ** min(claim.tries - 1, TRIES_MAX)
    given = {"key": claim.sha256, "tried": claim.tries, "to_tries": tries, "to_held_until_ms": until_ms}
    with store.write() as tx:
        tx.execute(_AGAIN, given)


def again(store: Store, hashes: Sequence[str] | None, reason: str | None, now_ms: int, by: str) -> int:
    """Let photos in quarantine be opened anew, by hash or all, for one reason or any; how many.

    What was found before is overwritten by what is found then; the bytes never change.
    """
    query = update(READINGS).where(READINGS.c.state == "quarantined")
    if reason is not None:
        query = query.where(READINGS.c.reason == reason)
    anew = query.values(state="waiting", reason=None, read_ms=None, tries=0, held_until_ms=0)
    parts = [anew] if hashes is None else [anew.where(READINGS.c.sha256.in_(some)) for some in chunks(hashes)]
    with store.write() as tx:
        count = sum(tx.execute(part).rowcount for part in parts)
        if count:
            known = [each for each in hashes or () if len(each) == 64]
            # What stood there as no picture may be one from now on: somebody will ask whose doing that was.
            audit.note(tx, "photos-again", now_ms, by=by, about=known, fault=reason, count=count)
        return count


_OF = select(READINGS).where(READINGS.c.sha256.in_(bindparam("hashes", expanding=True)))


def of(tx: Connection, hashes: Iterable[str]) -> dict[str, Any]:
    """The rows of some photos' bytes, by SHA-256; none for bytes that have not come."""
    return {row.sha256: row for some in chunks(hashes) for row in tx.execute(_OF, {"hashes": some})}


def told(row: Any) -> PhotoRead:
    """What a row says, for a person."""
    names = (name for name in PhotoRead.__struct_fields__ if name != "why")
    why = FAULTS.get(row.reason) if row.reason else None
    values = {name: getattr(row, name) for name in names}
    # Whoever wrote the file wrote these.
    said = {name: hide_cnics(values[name]) for name in ("taken", "model") if values[name]}
    return PhotoRead(**{**values, **said}, why=why)


PHOTO_BYTES = tables.PhotoBytes.__table__  # type: ignore[attr-defined]
_OF_PHOTOS = (
    select(PHOTO_BYTES.c.photo, READINGS)
    .select_from(PHOTO_BYTES.join(READINGS, READINGS.c.sha256 == PHOTO_BYTES.c.sha256))
    .where(PHOTO_BYTES.c.photo.in_(bindparam("photos", expanding=True)))
)


def of_photos(tx: Connection, photos: Mapping[str, str]) -> dict[str, PhotoRead]:
    """What became of the bytes of those photos, by id, whose bytes have come. `photos`: the SHA-256 of each.

    Other bytes that somebody described under a photo's name are not that photo's.
    """
    rows = (row for ids in chunks(photos) for row in tx.execute(_OF_PHOTOS, {"photos": ids}))
    return {row.photo: told(row) for row in rows if row.sha256 == photos[row.photo]}


_WAITING = select(func.min(READINGS.c.since_ms)).where(READINGS.c.state == literal_column("'waiting'"))


def waiting_since(tx: Connection) -> int | None:
    """Since when the photo has waited that waits for longest; None where none does."""
    found: int | None = tx.execute(_WAITING).scalar_one()
    return found


_COUNTS = select(READINGS.c.state, READINGS.c.reason, func.count()).group_by(
    READINGS.c.state, READINGS.c.reason
)


def counts(tx: Connection) -> list[tuple[State, Fault | None, int]]:
    """How many distinct photos are in each state, for which reason."""
    return [(row[0], row[1], row[2]) for row in tx.execute(_COUNTS.order_by("state", "reason"))]
