"""The door for photos' bytes: tus 1.0, so that an upload goes on at the byte where the network broke.

How one begins is in beginning.py. Its address is a secret: whoever has it may go on, and nothing else.
"""

import asyncio
from contextlib import ExitStack
from typing import Any

import msgspec
from litestar import Request, Response, delete, head, patch, post, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.params import FromPath

from field.api.context import Context
from field.api.erasing import land
from field.api.errors import answer
from field.api.reception import spoilt
from field.api.streaming import Sums, append, aside, in_its_place, write
from field.blobs import tus
from field.blobs.staging import Part
from field.problems import Problem
from field.store import photo_readings, uploads
from field.store.uploads import Upload
from field.sync.signing import photo_receipt

SIZE_MAX = 500_000_000
KEEP_MS = 7 * 86_400_000
LOCK_WAITS_S = (0.02, 0.1, 0.3)
"""So long an upload to which somebody else writes is waited for, again and again, until that is told."""

ALWAYS = {"Tus-Resumable": tus.VERSION, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def on_problem(_: Request[Any, Any, Any], problem: Problem) -> Response[bytes]:
    """A problem as a client of tus expects it."""
    more = {"Tus-Version": tus.VERSION} if problem.code == "tus-version" else {}
    return answer(problem, {**ALWAYS, **more})


HOW: dict[str, Any] = {
    "tags": ["photos"],
    "request_max_body_size": None,
    "exception_handlers": {Problem: on_problem},
}


@route("/api/photos/uploads", http_method=HttpMethod.OPTIONS, include_in_schema=False, **HOW)
async def abilities() -> Response[None]:
    """What this server can do of tus."""
    told = {
        "Tus-Version": tus.VERSION,
        "Tus-Extension": tus.EXTENSIONS,
        "Tus-Max-Size": str(SIZE_MAX),
        "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
    }
    return Response(None, status_code=204, headers={**ALWAYS, **told})


@head("/api/photos/uploads/{secret:str}", status_code=200, **HOW)
async def progress(
    request: Request[Any, Any, Any], secret: FromPath[str], context: NamedDependency[Context]
) -> Response[None]:
    """How far an upload has come."""
    tus.check_version(request.headers.get("tus-resumable"))
    upload = await aside(_find, context, secret)
    offset = upload.size if upload.done_ms is not None else context.staging.size(upload.id)
    if upload.done_ms is None and upload.direct and offset == 0:
        upload = await in_its_place(_take_in, context, secret, upload)
        offset = upload.size if upload.done_ms is not None else 0
    elif offset == upload.size and upload.done_ms is None:
        # All bytes came, and something broke before they were kept: nobody shall believe that they are.
        upload = await in_its_place(_finish_late, context, secret, upload)
    more = {"Upload-Length": str(upload.size)}
    if upload.done_ms is not None:
        more["Field-Opened"] = await aside(_opened, context, upload.sha256)
    return told(context, upload, offset, 200, more)


def _opened(context: Context, sha256: str) -> str:
    """What became of a photo's bytes: `waiting`, `ok`, or the code of why they could not be opened."""
    with context.store.read() as tx:
        row = photo_readings.of(tx, [sha256]).get(sha256)
    return "waiting" if row is None else row.reason or row.state


@patch("/api/photos/uploads/{secret:str}", status_code=204, **HOW)
async def go_on(
    request: Request[Any, Any, Any], secret: FromPath[str], context: NamedDependency[Context]
) -> Response[None]:
    """Send more bytes of an upload, from Upload-Offset on."""
    return await _go_on(request, context, secret)


@delete("/api/photos/uploads/{secret:str}", status_code=204, **HOW)
async def end(
    request: Request[Any, Any, Any], secret: FromPath[str], context: NamedDependency[Context]
) -> Response[None]:
    """End an upload; what came of it is forgotten."""
    return await _end_it(request, context, secret)


@post("/api/photos/uploads/{secret:str}", status_code=204, **HOW)
async def instead(
    request: Request[Any, Any, Any], secret: FromPath[str], context: NamedDependency[Context]
) -> Response[None]:
    """Do what X-HTTP-Method-Override says, for networks that let no other method than POST through."""
    wanted = request.headers.get("x-http-method-override", "").upper()
    if wanted not in ("PATCH", "DELETE"):
        raise Problem("wrong-method", "Send more bytes by PATCH, or end the upload by DELETE.")
    return await (_go_on if wanted == "PATCH" else _end_it)(request, context, secret)


async def _go_on(request: Request[Any, Any, Any], context: Context, secret: str) -> Response[None]:
    tus.check_version(request.headers.get("tus-resumable"))
    tus.check_media_type(request.headers)
    offset = tus.number("Upload-Offset", request.headers.get("upload-offset"))
    upload, offset = await take(request, context, secret, offset)
    return told(context, upload, offset, 204, {})


async def _end_it(request: Request[Any, Any, Any], context: Context, secret: str) -> Response[None]:
    tus.check_version(request.headers.get("tus-resumable"))
    upload = await aside(_find, context, secret)
    await aside(_end, context, upload)
    return Response(None, status_code=204, headers=ALWAYS)


def told(context: Context, upload: Upload, offset: int, status: int, more: dict[str, str]) -> Response[None]:
    headers = {**ALWAYS, **more, "Upload-Offset": str(offset)}
    if upload.done_ms is None:
        headers["Upload-Expires"] = tus.date(upload.expires_ms)
    else:
        headers["Field-Photo"] = "kept"
        headers |= context.key.receipt(photo_receipt(upload.photo, upload.sha256))
    return Response(None, status_code=status, headers=headers)


def _find(context: Context, secret: str) -> Upload:
    with context.store.read() as tx:
        upload = uploads.find(tx, secret, context.clock.now_ms())
    if upload.done_ms is not None and context.photos.size(upload.sha256) != upload.size:
        raise Problem("upload-expired", "The bytes of this photo are no longer here. Begin a new upload.")
    return upload


def _find_open(context: Context, secret: str) -> Upload:
    upload = _find(context, secret)
    if upload.done_ms is not None:
        raise Problem("upload-offset", "This photo is here already, whole.", offset=upload.size)
    return upload


def _still_open(context: Context, secret: str, part: Part) -> Upload:
    """The upload, once nobody else can end or finish it: somebody may have done so just before."""
    try:
        return _find_open(context, secret)
    except Problem as problem:
        if problem.code in ("not-found", "upload-expired", "upload-offset"):
            part.drop()
        raise


def _end(context: Context, upload: Upload) -> None:
    """Forget an upload and what came of it. Raises Problem upload-locked while somebody writes to it."""
    with context.staging.part(upload.id) as part:
        _forget(context, upload, part)


def _forget(context: Context, upload: Upload, part: Part) -> None:
    if upload.direct:
        context.photos.turn_away(upload.id)
    # The file last: once it is gone, another one may be made and locked, by whoever still finds the upload.
    with context.store.write() as tx:
        uploads.drop(tx, upload.id)
    part.drop()


def end_all(context: Context, some: list[Upload]) -> int:
    """End those to which nobody writes now; how many."""
    ended = 0
    for upload in some:
        try:
            _end(context, upload)
        except Problem as problem:
            if problem.code != "upload-locked":
                raise
        else:
            ended += 1
    return ended


async def take(
    request: Request[Any, Any, Any], context: Context, secret: str, offset: int
) -> tuple[Upload, int]:
    """Take the bytes of one request; the upload after them, and how far it is.

    What came before the line broke is kept, unless its checksum could no longer be checked.
    """
    sums = Sums(offset, tus.checksum(request.headers.get("upload-checksum")))
    with ExitStack() as held:
        upload, part = await _held(context, secret, held)
        if offset != part.size:
            detail = f"The upload stands at byte {part.size}, not at {offset}. Go on from there."
            raise Problem("upload-offset", detail, offset=part.size)
        try:
            whole, rest = await write(request, part, sums, offset, upload.size)
            # What is not the last of it is written at once, however slow the place for whole photos is.
            last = part.size + sum(map(len, rest)) == upload.size
            somewhere = in_its_place if last else aside
            return await somewhere(_settle, context, upload, part, sums, rest, whole)
        except BaseException:
            if sums.checksum is not None and part.in_place:
                part.cut(offset)
            raise


async def _held(context: Context, secret: str, held: ExitStack) -> tuple[Upload, Part]:
    """As `_hold`. Whose line broke comes again at once: the request before is just about to let go then."""
    for wait_s in LOCK_WAITS_S:
        try:
            return await aside(_hold, context, secret, held)
        except Problem as problem:
            if problem.code != "upload-locked":
                raise
        await asyncio.sleep(wait_s)
    return await aside(_hold, context, secret, held)


def _hold(context: Context, secret: str, held: ExitStack) -> tuple[Upload, Part]:
    """An open upload and its file, which nobody else writes to until `held` is closed."""
    upload = _find_open(context, secret)
    part = held.enter_context(context.staging.part(upload.id))
    return _still_open(context, secret, part), part


def _settle(
    context: Context, upload: Upload, part: Part, sums: Sums, rest: list[bytes], whole: bool
) -> tuple[Upload, int]:
    """Write the last bytes of a request, and keep the photo if it is all there."""
    append(part, sums, rest)
    if not sums.fits or (sums.checksum is not None and not whole):
        raise Problem("checksum-mismatch", "The bytes were changed on the way. Send this part again.")
    size = part.size
    return (_finish(context, upload, part, sums), size) if size == upload.size else (upload, size)


def _finish_late(context: Context, secret: str, upload: Upload) -> Upload:
    with context.staging.part(upload.id) as part:
        upload = _still_open(context, secret, part)
        if part.size != upload.size:
            raise Problem("upload-offset", f"The upload stands at byte {part.size}.", offset=part.size)
        return _finish(context, upload, part, Sums(part.size, None))


def _take_in(context: Context, secret: str, upload: Upload) -> Upload:
    """Keep what went straight to where photos are kept, if it has come."""
    with context.staging.part(upload.id) as part:
        upload = _still_open(context, secret, part)
        try:
            come = context.photos.take_in(
                upload.id, upload.sha256, upload.size, anew=spoilt(context, upload.sha256)
            )
        except Problem as problem:
            if problem.code == "photo-differs":
                _forget(context, upload, part)
            raise
        if part.size == 0:
            part.drop()
        return _done(context, upload) if come else upload


def _finish(context: Context, upload: Upload, part: Part, sums: Sums) -> Upload:
    """Keep a photo whose bytes have all come. Raises Problem photo-differs where they are other ones."""
    try:
        check_hash(context, upload, sums)
    except Problem:
        _forget(context, upload, part)
        raise
    context.photos.keep(upload.sha256, context.staging.path(upload.id), anew=spoilt(context, upload.sha256))
    if upload.direct:
        context.photos.turn_away(upload.id)
    return _done(context, upload)


def check_hash(context: Context, upload: Upload, sums: Sums) -> None:
    """Raises Problem photo-differs where the bytes are not those that were described."""
    if sums.sha256_of(context.staging.path(upload.id)) != upload.sha256:
        raise Problem("photo-differs", "These are not the bytes of the photo. It stays on the tablet.")


def _done(context: Context, upload: Upload) -> Upload:
    store, now_ms = context.store, context.clock.now_ms()
    land(context, upload.photo, lambda tx: uploads.finish(store, tx, upload, now_ms))
    return msgspec.structs.replace(upload, done_ms=now_ms)
