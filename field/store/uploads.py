"""Uploads of photos' bytes: who may begin one, how far the office knows of it, and what has come."""

import hashlib
import itertools
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, exists, func, select, update

from field.inspections.photos import Photo
from field.problems import Problem
from field.store import audit, awaited_photos, columns, people, photo_readings, retention_tables, tables
from field.store.bulk import Prepared, Rows
from field.store.devices import FORMER
from field.store.engine import Store
from field.store.holding import CHANGES
from field.store.rows import chunks, load, lock_missing
from field.sync import scopes

UPLOADS = tables.Upload.__table__  # type: ignore[attr-defined]  # SQLModel adds it
PHOTO_BYTES = tables.PhotoBytes.__table__  # type: ignore[attr-defined]
_ERASURES = retention_tables.Erasure.__table__  # type: ignore[attr-defined]

OPEN_MAX = 100
"""Uploads that a device may have under way: a tablet sends a few at a time."""


class Described(msgspec.Struct, frozen=True):
    """What a device said of a photo when it was captured. `size` in bytes."""

    sha256: str
    size: int


class Upload(msgspec.Struct, frozen=True):
    """An upload. `done_ms`: when its bytes were kept; `direct`: they do not come through the server."""

    id: str
    device: str
    photo: str
    sha256: str
    size: int
    expires_ms: int
    done_ms: int | None = None
    direct: bool | None = None


class _Line(msgspec.Struct):
    set: msgspec.Raw = msgspec.Raw(b"{}")


_line = msgspec.json.Decoder(_Line)
_photo = msgspec.json.Decoder(Photo)
# Without the device: it would be found by all lines of that device, one after the other.
_CAPTURED = Prepared(
    select(CHANGES.c.device, CHANGES.c.seq, CHANGES.c.line).where(
        CHANGES.c.record == bindparam("photo"), CHANGES.c.kind == "photo"
    )
)


_FORMER = Prepared(
    select(FORMER.c.former).where(FORMER.c.device == bindparam("device")).order_by(FORMER.c.former)
)


def described(store: Store, tx: Connection, device: str, photo: str, now_ms: int) -> Described | None:
    """What a photo is, for a device that handed its entry in, landed or not, or whose people may read it.

    A tablet that was enrolled anew brings the pictures of its former life. None for everybody else: a hash
    alone is no claim, and whoever did not describe a photo is told nothing about it.
    """
    return (
        _captured(tx, device, photo)
        or _readable(store, tx, device, photo, now_ms)
        or _captured_formerly(tx, device, photo)
    )


def _captured(tx: Connection, device: str, photo: str) -> Described | None:
    lines = sorted((row.seq, row.line) for row in _CAPTURED.run(tx, photo=photo) if row.device == device)
    for _, line in lines:
        try:
            said = _photo.decode(_line.decode(line).set)
        except (msgspec.DecodeError, RecursionError):
            continue
        return Described(said.sha256, said.size)
    return None


def _captured_formerly(tx: Connection, device: str, photo: str) -> Described | None:
    """What an identity described under which this tablet worked before, wherever the photo is by now."""
    described = (_captured(tx, row.former, photo) for row in _FORMER.run(tx, device=device))
    return next((each for each in described if each is not None), None)


def _readable(store: Store, tx: Connection, device: str, photo: str, now_ms: int) -> Described | None:
    if len(photo) != columns.ID:
        return None
    found = load(store, tx, {photo})[0].get(photo)
    if found is None or found.kind != "photo":
        return None
    signed_in = people.signed_in(tx, device, now_ms)
    if found.scope not in scopes.of_people(people.postings_of(tx, signed_in.values()), now_ms):
        return None
    return Described(found.values["sha256"], found.values["size"])


_UPLOADS = Rows(UPLOADS, (*Upload.__struct_fields__, "secret_hash", "created_ms"))
_BYTES = ("photo", "sha256", "size", "device", "received_ms")
_PHOTO_BYTES = Rows(PHOTO_BYTES, _BYTES, once=True)
_OPEN = (
    select(func.count().label("number"), func.coalesce(func.sum(UPLOADS.c.size), 0).label("bytes"))
    .where(UPLOADS.c.device == bindparam("device"), UPLOADS.c.done_ms.is_(None))
    .where(UPLOADS.c.expires_ms > bindparam("now"))
)
_SENT = (
    select(PHOTO_BYTES.c.photo)
    .where(PHOTO_BYTES.c.sha256 == bindparam("sha256"))
    .where((PHOTO_BYTES.c.device == bindparam("device")) | (PHOTO_BYTES.c.photo == bindparam("photo")))
)
_SPOILT = exists().where(photo_readings.SPOILT, photo_readings.READINGS.c.sha256 == bindparam("sha256"))
_REASON = select(_ERASURES.c.reason).where(_ERASURES.c.record == bindparam("photo"))
_STANDING = Prepared(
    select(
        _REASON.scalar_subquery().label("erased"),
        _SENT.exists().label("sent"),
        _SPOILT.label("spoilt"),
    )
)


_OLDEST = Prepared(
    select(UPLOADS)
    .where(UPLOADS.c.device == bindparam("device"), UPLOADS.c.done_ms.is_(None))
    .where(UPLOADS.c.expires_ms > bindparam("now"))
    .order_by(UPLOADS.c.created_ms.desc(), UPLOADS.c.id.desc())
)


def oldest(tx: Connection, device: str, now_ms: int, room: int) -> list[Upload]:
    """A device's uploads under way that must end before it may begin another one: the oldest.

    `room`: how many bytes the others may have announced.
    """
    found = [_upload(row) for row in _OLDEST.run(tx, device=device, now=now_ms)]
    sizes = itertools.accumulate(upload.size for upload in found)
    stay = sum(at < OPEN_MAX - 1 and size <= room for at, size in enumerate(sizes))
    return found[stay:]


class Standing(msgspec.Struct, frozen=True):
    """How it stands with a photo that somebody may bring. `erased`: why it was, if it was.

    `sent`: that device has brought these bytes before, or anybody for this photo. `spoilt`: what is kept of
    them has come to harm.
    """

    erased: str | None
    sent: bool
    spoilt: bool


def standing(tx: Connection, device: str, photo: str, sha256: str) -> Standing:
    """How it stands with a photo and its bytes."""
    (row,) = _STANDING.run(tx, device=device, photo=photo, sha256=sha256)
    return Standing(row.erased, bool(row.sent), bool(row.spoilt))


def begin(store: Store, tx: Connection, upload: Upload, secret: str, now_ms: int, bytes_max: int) -> None:
    """Begin an upload, or note one that is done at once. `bytes_max`: as much may a device have under way.

    Raises Problem too-many-tries where the device has too many under way, erased as `finish`.
    """
    if upload.done_ms is not None:
        _check_erased(store, tx, upload.photo)
        _note(store, tx, upload, now_ms)
    else:
        _check_room(tx, upload, now_ms, bytes_max)
    _UPLOADS.insert(tx, [(*msgspec.structs.astuple(upload), secret_hash(secret), now_ms)])


def _check_room(tx: Connection, upload: Upload, now_ms: int, bytes_max: int) -> None:
    under_way = tx.execute(_OPEN, {"device": upload.device, "now": now_ms}).one()
    if under_way.number >= OPEN_MAX:
        raise Problem("too-many-tries", f"This tablet has {OPEN_MAX} photos under way. Finish those first.")
    if under_way.number and under_way.bytes + upload.size > bytes_max:
        detail = f"This tablet has {under_way.bytes} bytes of photos under way, and {bytes_max} are allowed."
        raise Problem("too-many-tries", f"{detail} Finish those first.")


def secret_hash(secret: str) -> str:
    """What is kept of an upload's address: whoever reads the database cannot write to it."""
    return hashlib.sha256(secret.encode()).hexdigest()


_FOUND = select(UPLOADS).where(UPLOADS.c.secret_hash == bindparam("secret_hash"))


def find(tx: Connection, secret: str, now_ms: int) -> Upload:
    """The upload at an address. Raises Problem not-found, and upload-expired once its time is over."""
    row = tx.execute(_FOUND, {"secret_hash": secret_hash(secret)}).one_or_none()
    if row is None:
        raise Problem("not-found", "There is no upload at this address. Begin a new one.")
    upload = _upload(row)
    if upload.done_ms is None and upload.expires_ms <= now_ms:
        raise Problem("upload-expired", "This upload was left for too long. Begin a new one.")
    return upload


def _upload(row: Any) -> Upload:
    direct = None if row.direct is None else bool(row.direct)
    return Upload(row.id, row.device, row.photo, row.sha256, row.size, row.expires_ms, row.done_ms, direct)


_DONE = update(UPLOADS).where(UPLOADS.c.id == bindparam("key")).values(done_ms=bindparam("now"))


def finish(store: Store, tx: Connection, upload: Upload, now_ms: int) -> None:
    """Note that the bytes of an upload are kept. Raises Problem erased where the photo was, meanwhile."""
    _check_erased(store, tx, upload.photo)
    tx.execute(_DONE, {"key": upload.id, "now": now_ms})
    _note(store, tx, upload, now_ms)


def take_up(store: Store, tx: Connection, upload: Upload, now_ms: int) -> None:
    """Note that bytes are kept which were here already. Raises Problem erased where the photo was."""
    _check_erased(store, tx, upload.photo)
    _note(store, tx, upload, now_ms)


_ERASED = Prepared(_REASON)


def _check_erased(store: Store, tx: Connection, photo: str) -> None:
    # Whoever erases it waits for this transaction, or this one for theirs.
    lock_missing(store, tx, [photo])
    for row in _ERASED.run(tx, photo=photo):
        raise Problem("erased", f"This picture was erased at the office: {row.reason}")


def _note(store: Store, tx: Connection, upload: Upload, now_ms: int) -> None:
    audit.note(
        tx,
        "photo-kept",
        now_ms,
        by=None,
        about=[upload.photo],
        device=upload.device,
        sha256=upload.sha256,
        size=upload.size,
    )
    row = (upload.photo, upload.sha256, upload.size, upload.device, now_ms)
    fresh = _PHOTO_BYTES.insert(tx, [row])
    awaited_photos.come(tx, upload.photo, upload.sha256)
    photo_readings.expect(tx, upload.sha256, upload.size, now_ms)
    if not fresh:
        _correct(store, tx, upload, row)


def _correct(store: Store, tx: Connection, upload: Upload, row: tuple[Any, ...]) -> None:
    """Another device may have described other bytes under the same name, and brought them first."""
    found = load(store, tx, {upload.photo}, bare=True)[0].get(upload.photo)
    if found is not None and found.kind == "photo" and found.values["sha256"] == upload.sha256:
        tx.execute(_CORRECT, {f"to_{name}": value for name, value in zip(_BYTES, row, strict=True)})


_CORRECT = (
    update(PHOTO_BYTES)
    .where(PHOTO_BYTES.c.photo == bindparam("to_photo"), PHOTO_BYTES.c.sha256 != bindparam("to_sha256"))
    .values({name: bindparam(f"to_{name}") for name in ("sha256", "size", "device", "received_ms")})
)
_DROP = delete(UPLOADS).where(UPLOADS.c.id == bindparam("key"))


def drop(tx: Connection, id: str) -> None:
    """Forget an upload."""
    tx.execute(_DROP, {"key": id})


_EXPIRED = select(UPLOADS).where(UPLOADS.c.expires_ms <= bindparam("now")).limit(bindparam("most"))


def expired(tx: Connection, now_ms: int, most: int = 100) -> list[Upload]:
    """Uploads whose time is over, done or not."""
    return [_upload(row) for row in tx.execute(_EXPIRED, {"now": now_ms, "most": most})]


_KNOWN = select(UPLOADS.c.id).where(UPLOADS.c.id.in_(bindparam("ids", expanding=True)))


def known(tx: Connection, ids: Sequence[str]) -> set[str]:
    """Those of some uploads that are not forgotten."""
    return {id for some in chunks(ids) for id in tx.execute(_KNOWN, {"ids": some}).scalars()}


_KEPT = select(PHOTO_BYTES.c.sha256, PHOTO_BYTES.c.size).where(PHOTO_BYTES.c.photo == bindparam("photo"))


def kept(tx: Connection, photo: str) -> Described | None:
    """What is kept for a photo, or None while its bytes are awaited."""
    row = tx.execute(_KEPT, {"photo": photo}).one_or_none()
    return None if row is None else Described(row.sha256, row.size)
