"""The pictures themselves, for the office: as a small copy, or the bytes as the tablet took them."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream
from sqlalchemy import Connection

from field.api.context import Caller, Context
from field.api.viewing import seen
from field.blobs.media import MEDIA_TYPES, START_BYTES, format_of
from field.problems import Problem
from field.store import erasing, held_photos, photo_readings, registry, uploads
from field.store.held_photos import PhotoHeld
from field.store.registry import Found
from field.sync.wire import Row

Size = Literal["original", "screen", "thumbnail"]

COPY_TYPE = "image/jpeg"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Whatever the bytes are, a browser that is led straight here carries nothing of them out.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=3600",
    "Vary": "Authorization",
}


class Asked(msgspec.Struct, frozen=True):
    """Which bytes to send. `whole`: they are a small copy of ours, or an original that was opened."""

    sha256: str
    original: bool
    whole: bool


class Sendable(msgspec.Struct, frozen=True):
    """Bytes with their number and type; with a `name` they come as a file to keep."""

    sha256: str
    length: int
    media_type: str
    name: str = ""


@get("/api/photos/{photo_id:str}", sync_to_thread=True, tags=["photos"])
def picture(
    photo_id: FromPath[str],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    size: FromQuery[Size] = "original",
) -> Response[Any]:
    """The picture of a photo: as it was taken, never altered; or `size=thumbnail` or `screen`, made from it.

    The small ones are JPEG, upright, and there once the office has opened the photo. An original always comes
    as a file to keep; what could not be opened comes without a type.
    """
    with context.store.read() as tx:
        found = photo_of(context, tx, photo_id)
        caller.check(found.district)
        asked = asked_of(tx, found.row, size)
    # Thumbnails come with the report, whose opening is noted.
    if size != "thumbnail":
        seen(context, caller, "photo-viewed", photo_id, found.district)
    return sent(context, sendable(context, asked), HEADERS)


def photo_of(context: Context, tx: Connection, photo_id: str) -> Found:
    """A photo's entry. Raises Problem not-found."""
    found = registry.record(context.store, tx, photo_id)
    if found is None or found.row.kind != "photo":
        raise Problem("not-found", "There is no such photo.")
    return found


def asked_of(tx: Connection, photo: Row, size: Size) -> Asked:
    """Which bytes are meant. Raises Problem not-found where they are not there, with why."""
    kept = uploads.kept(tx, photo.record)
    if kept is not None and kept.sha256 != photo.values["sha256"]:
        # Another tablet described other bytes under the same name: they are not this photo.
        kept = None
    if kept is None and (erased := erasing.of(tx, [photo.record]).get(photo.record)):
        detail = f"This picture was erased: {erased.reason} Its hash stays."
        raise Problem("erased", detail, sha256=erased.sha256)
    if kept is None:
        raise Problem("not-found", "The picture has not come yet: it is still on the tablet.")
    row = photo_readings.of(tx, [kept.sha256]).get(kept.sha256)
    state = "waiting" if row is None else row.state
    if size == "original":
        return Asked(kept.sha256, original=True, whole=state != "quarantined")
    if row is None or state == "waiting":
        raise Problem("not-found", "The office has not opened this photo yet. Ask again in a moment.")
    if state == "quarantined":
        why = photo_readings.told(row).why
        detail = f"This photo could not be opened: {why} Its bytes are kept; ask for the original."
        raise Problem("not-found", detail, reason=row.reason)
    return Asked(row.thumbnail if size == "thumbnail" else row.screen, original=False, whole=True)


def sendable(context: Context, asked: Asked) -> Sendable:
    """What is sent of the bytes that are meant. Raises Problem not-found where they are not here."""
    photos = context.photos
    length = photos.size(asked.sha256)
    if length is None:
        raise Problem("not-found", "The bytes of this photo are not here.")
    if not asked.original:
        return Sendable(asked.sha256, length, COPY_TYPE)
    start = b"".join(photos.read(asked.sha256, 0, min(START_BYTES, length)))
    format = format_of(start) if asked.whole else None
    media_type = MEDIA_TYPES[format] if format else "application/octet-stream"
    return Sendable(asked.sha256, length, media_type, f"{asked.sha256}.{format}" if format else asked.sha256)


def sent(context: Context, what: Sendable, headers: Mapping[str, str]) -> Response[Any]:
    """The bytes with such headers."""
    more = {**headers, "Content-Length": str(what.length)}
    if what.name:
        # Never in the browser's own window: it may be something else than a picture too.
        more["Content-Disposition"] = f'attachment; filename="{what.name}"'
    return Stream(context.photos.read(what.sha256, 0, what.length), media_type=what.media_type, headers=more)


@get("/api/quarantine/photos", sync_to_thread=True, tags=["supervision"])
def in_quarantine(
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    district: FromQuery[str | None] = None,
    after: FromQuery[str] = "",
) -> list[PhotoHeld]:
    """Photos whose bytes are kept and could not be opened, with the reason. The tablets have their receipts.

    The latest first, at most 500; `after` is the photo's id of the last one seen.
    """
    with context.store.read() as tx:
        return held_photos.listed(tx, caller.within(district), after)
