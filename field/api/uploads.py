"""The door for photos' bytes: tus 1.0, so that an upload goes on at the byte where the network broke.

To begin one, a device signs which photo it sends (`claim_message`), and must have handed in its description
before. The address that it gets is a secret: whoever has it may go on, and nothing else.
"""

from collections import Counter
from contextlib import ExitStack
from typing import Any

import msgspec
from litestar import Request, Response, delete, head, patch, post, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.params import FromPath

from field.api.bodies import header
from field.api.context import Context
from field.api.erasing import land
from field.api.errors import answer
from field.api.reception import spoilt
from field.api.streaming import Sums, append, aside, in_its_place, write
from field.api.sync import check_signature, public_key
from field.blobs import tus
from field.blobs.staging import Part
from field.problems import Problem
from field.store import erasing, photo_readings, uploads
from field.store.uploads import Upload
from field.sync.signing import b64, claim_message, photo_receipt

SIZE_MAX = 500_000_000
KEEP_MS = 7 * 86_400_000
AT_ONCE_DIGITS_MAX = 7
"""Photos of less than ten million bytes may come with their claim, and are then written down once."""

_at_once: Counter[str] = Counter()
"""How many bytes come so, by upload: as many as may be under way, though no upload is known yet."""

SECRET_BYTES = 24
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


@post("/api/photos/uploads", status_code=201, **HOW)
async def begin(request: Request[Any, Any, Any], context: NamedDependency[Context]) -> Response[None]:
    """Begin an upload, perhaps with its first bytes. The answer's Location is where to go on."""
    tus.check_version(request.headers.get("tus-resumable"))
    secret = b64(context.clock.token(SECRET_BYTES))
    length = request.headers.get("content-length", "0")
    at_once = length == request.headers.get("upload-length") and len(length) <= AT_ONCE_DIGITS_MAX
    at_once = at_once and length.isdigit() and _at_once.total() + int(length) <= context.arriving_bytes_max
    upload = await aside(look_at if at_once else claim, context, request.headers, secret)
    offset = upload.size if upload.done_ms is not None else 0
    if upload.done_ms is None and length != "0":
        tus.check_media_type(request.headers)
        if at_once:
            upload = await _take_at_once(request, context, upload, secret)
            offset = upload.size
        else:
            upload, offset = await _take(request, context, secret, 0)
    return told(context, upload, offset, 201, {"Location": f"/api/photos/uploads/{secret}"})


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
    upload, offset = await _take(request, context, secret, offset)
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


def look_at(context: Context, headers: Any, secret: str) -> Upload:
    """The upload that somebody claims, as `claim`, but written down only if there is nothing to wait for."""
    return claim(context, headers, secret, enter=False)


def claim(context: Context, headers: Any, secret: str, *, direct: bool = False, enter: bool = True) -> Upload:
    """Begin the upload that somebody claims by their headers, or one that is done at once.

    Without `enter` it is only looked at, and written down later, unless there is nothing to wait for.
    Raises Problem not-found, photo-differs, too-large, bad-signature and what else may be wrong with a claim.
    """
    device = header(headers, "Field-Device")
    if headers.get("upload-defer-length"):
        raise Problem("bad-request", "Send Upload-Length: the size of a photo is known before it travels.")
    size = tus.number("Upload-Length", headers.get("upload-length"))
    said = tus.metadata(headers.get("upload-metadata"))
    photo, sha256 = said.get("photo", ""), said.get("sha256", "")
    message = claim_message(device, photo, sha256, size)
    check_signature(public_key(context, device), header(headers, "Field-Signature"), message)
    now_ms = context.clock.now_ms()
    with context.store.read() as tx:
        known = uploads.described(context.store, tx, device, photo, now_ms)
        if known is None:
            raise Problem("not-found", "This tablet has not handed in such a photo. Send its entry first.")
        if (known.sha256, known.size) != (sha256, size):
            raise Problem("photo-differs", "This is not the photo that was captured. It stays on the tablet.")
        if gone := erasing.of(tx, [photo]):
            raise Problem("erased", f"This picture was erased at the office: {gone[photo].reason}")
        sent = uploads.sent(tx, device, photo, sha256)
        oldest = uploads.oldest(tx, device, now_ms, context.arriving_bytes_max - size)
    if size > SIZE_MAX:
        raise Problem("too-large", f"A photo may have {SIZE_MAX} bytes; this one has {size}.")
    asked = Upload(
        context.clock.uuid7(), device, photo, sha256, size, now_ms + KEEP_MS, direct=direct or None
    )
    if sent and context.photos.size(sha256) == size:
        asked = msgspec.structs.replace(asked, done_ms=now_ms)
    elif not enter:
        return asked
    # A bad line leaves uploads behind that began, and whose address never arrived.
    end_all(context, oldest)
    return _enter(context, asked, secret)


def _enter(context: Context, upload: Upload, secret: str) -> Upload:
    """Write an upload down. Raises Problem too-many-tries."""
    store, now_ms = context.store, context.clock.now_ms()
    room = context.arriving_bytes_max
    land(context, upload.photo, lambda tx: uploads.begin(store, tx, upload, secret, now_ms, room))
    return upload


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


async def _take(
    request: Request[Any, Any, Any], context: Context, secret: str, offset: int
) -> tuple[Upload, int]:
    """Take the bytes of one request; the upload after them, and how far it is.

    What came before the line broke is kept, unless its checksum could no longer be checked.
    """
    sums = Sums(offset, tus.checksum(request.headers.get("upload-checksum")))
    with ExitStack() as held:
        upload, part = await aside(_hold, context, secret, held)
        if offset != part.size:
            detail = f"The upload stands at byte {part.size}, not at {offset}. Go on from there."
            raise Problem("upload-offset", detail, offset=part.size)
        try:
            whole, rest = await write(request, part, sums, offset, upload.size)
            return await in_its_place(_settle, context, upload, part, sums, rest, whole)
        except BaseException:
            if sums.checksum is not None and part.in_place:
                part.cut(offset)
            raise


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


async def _take_at_once(
    request: Request[Any, Any, Any], context: Context, asked: Upload, secret: str
) -> Upload:
    """Take a small photo of which all bytes come with the claim: it is written down once, when it is kept.

    Where the line breaks nothing stays, since nobody heard of an address to go on at.
    """
    sums = Sums(0, tus.checksum(request.headers.get("upload-checksum")))
    with context.staging.part(asked.id) as part:
        _at_once[asked.id] = asked.size
        try:
            _, rest = await write(request, part, sums, 0, asked.size)
            return await in_its_place(keep_at_once, context, asked, secret, part, sums, rest)
        except BaseException:
            part.drop()
            raise
        finally:
            del _at_once[asked.id]


def keep_at_once(
    context: Context, asked: Upload, secret: str, part: Part, sums: Sums, rest: list[bytes]
) -> Upload:
    append(part, sums, rest)
    if not sums.fits:
        raise Problem("checksum-mismatch", "The bytes were changed on the way. Send the photo again.")
    if part.size != asked.size:
        raise Problem("upload-offset", "The line broke before the photo was whole. Send it again.", offset=0)
    _check_hash(context, asked, sums)
    context.photos.keep(asked.sha256, context.staging.path(asked.id), anew=spoilt(context, asked.sha256))
    done = _enter(context, msgspec.structs.replace(asked, done_ms=context.clock.now_ms()), secret)
    if context.photos.size(done.sha256) != done.size:  # erased for another photo, before this one was entered
        raise Problem("storage-failed", "The photo could not be kept. It stays on the tablet; send it again.")
    return done


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
        _check_hash(context, upload, sums)
    except Problem:
        _forget(context, upload, part)
        raise
    context.photos.keep(upload.sha256, context.staging.path(upload.id), anew=spoilt(context, upload.sha256))
    if upload.direct:
        context.photos.turn_away(upload.id)
    return _done(context, upload)


def _check_hash(context: Context, upload: Upload, sums: Sums) -> None:
    """Raises Problem photo-differs where the bytes are not those that were described."""
    if sums.sha256_of(context.staging.path(upload.id)) != upload.sha256:
        raise Problem("photo-differs", "These are not the bytes of the photo. It stays on the tablet.")


def _done(context: Context, upload: Upload) -> Upload:
    store, now_ms = context.store, context.clock.now_ms()
    land(context, upload.photo, lambda tx: uploads.finish(store, tx, upload, now_ms))
    return msgspec.structs.replace(upload, done_ms=now_ms)
