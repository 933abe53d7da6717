"""The pictures themselves, for the office: the bytes as the tablet took them, never altered."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from field.api.context import Caller, Context
from field.blobs.media import shown_as
from field.problems import Problem
from field.store import registry, uploads

START_BYTES = 32
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Whatever the bytes are, a browser that is led straight here carries nothing of them out.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=3600",
    "Vary": "Authorization",
}


@get("/api/photos/{photo_id:str}", sync_to_thread=True, tags=["photos"])
def picture(
    photo_id: FromPath[str], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> Response[Any]:
    """The picture of a photo as it was taken. What no screen can show comes as a file to keep."""
    with context.store.read() as tx:
        found = registry.record(context.store, tx, photo_id)
        kept = uploads.kept(tx, photo_id)
    if found is None or found.row.kind != "photo":
        raise Problem("not-found", "There is no such photo.")
    caller.check(found.district)
    if kept is None:
        raise Problem("not-found", "The picture has not come yet: it is still on the tablet.")
    photos = context.photos
    start = b"".join(photos.read(kept.sha256, 0, START_BYTES))
    media_type = shown_as(start)
    headers = {**HEADERS, "Content-Length": str(kept.size)}
    if media_type is None:
        headers["Content-Disposition"] = f'attachment; filename="{kept.sha256}"'
    return Stream(
        photos.read(kept.sha256, 0, kept.size),
        media_type=media_type or "application/octet-stream",
        headers=headers,
    )
