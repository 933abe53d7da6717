"""The door for photos' bytes: tus 1.0, so that an upload goes on at the byte where the network broke.

To begin one, a device signs which photo it sends (`claim_message`), and must have handed in its description
before. The address that it gets is a secret: whoever has it may go on, and nothing else.
"""

import hashlib
from typing import Any

import anyio.to_thread
import msgspec
from litestar import Request, Response, delete, head, patch, post, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.exceptions import InternalServerException
from litestar.params import FromPath

from field.api.bodies import header
from field.api.context import Context
from field.api.errors import answer
from field.api.sync import check_signature, public_key
from field.blobs import tus
from field.blobs.staging import Part
from field.problems import Problem
from field.store import uploads
from field.store.uploads import Upload
from field.sync.signing import b64, claim_message, photo_receipt

GATHER_BYTES = 1 << 18
"""So much is gathered before it is written: fewer calls, and little memory for many uploads at once."""

SIZE_MAX = 500_000_000
KEEP_MS = 7 * 86_400_000
_SECRET_BYTES = 24
_ALWAYS = {"Tus-Resumable": tus.VERSION, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def _on_problem(_: Request[Any, Any, Any], problem: Problem) -> Response[bytes]:
    more = {"Tus-Version": tus.VERSION} if problem.code == "tus-version" else {}
    return answer(problem, {**_ALWAYS, **more})


_HOW: dict[str, Any] = {
    "tags": ["photos"],
    "request_max_body_size": None,
    "exception_handlers": {Problem: _on_problem},
}


@route("/api/photos/uploads", http_method=HttpMethod.OPTIONS, include_in_schema=False, **_HOW)
async def abilities() -> Response[None]:
    """What this server can do of tus."""
    told = {
        "Tus-Version": tus.VERSION,
        "Tus-Extension": tus.EXTENSIONS,
        "Tus-Max-Size": str(SIZE_MAX),
        "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
    }
    return Response(None, status_code=204, headers={**_ALWAYS, **told})


@post("/api/photos/uploads", status_code=201, **_HOW)
async def begin(request: Request[Any, Any, Any], context: NamedDependency[Context]) -> Response[None]:
    """Begin an upload, perhaps with its first bytes. The answer's Location is where to go on."""
    tus.check_version(request.headers.get("tus-resumable"))
    secret = b64(context.clock.token(_SECRET_BYTES))
    upload = await anyio.to_thread.run_sync(_begin, context, request.headers, secret)
    offset = upload.size if upload.done_ms is not None else 0
    if upload.done_ms is None and request.headers.get("content-length", "0") != "0":
        tus.check_media_type(request.headers)
        upload, offset = await _take(request, context, upload, 0)
    return _told(context, upload, offset, 201, {"Location": f"/api/photos/uploads/{secret}"})


@head("/api/photos/uploads/{secret:str}", status_code=200, **_HOW)
async def progress(
    request: Request[Any, Any, Any], secret: FromPath[str], context: NamedDependency[Context]
) -> Response[None]:
    """How far an upload has come."""
    tus.check_version(request.headers.get("tus-resumable"))
    upload = await anyio.to_thread.run_sync(_find, context, secret)
    offset = upload.size if upload.done_ms is not None else context.staging.size(upload.id)
    if offset == upload.size and upload.done_ms is None:
        # All bytes came, and something broke before they were kept: nobody shall believe that they are.
        upload = await anyio.to_thread.run_sync(_finish_late, context, upload)
    return _told(context, upload, offset, 200, {"Upload-Length": str(upload.size)})


@patch("/api/photos/uploads/{secret:str}", status_code=204, **_HOW)
async def go_on(
    request: Request[Any, Any, Any], secret: FromPath[str], context: NamedDependency[Context]
) -> Response[None]:
    """Send more bytes of an upload, from Upload-Offset on."""
    return await _go_on(request, context, secret)


@delete("/api/photos/uploads/{secret:str}", status_code=204, **_HOW)
async def end(
    request: Request[Any, Any, Any], secret: FromPath[str], context: NamedDependency[Context]
) -> Response[None]:
    """End an upload; what came of it is forgotten."""
    return await _end_it(request, context, secret)


@post("/api/photos/uploads/{secret:str}", status_code=204, **_HOW)
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
    upload = await anyio.to_thread.run_sync(_find, context, secret)
    upload, offset = await _take(request, context, upload, offset)
    return _told(context, upload, offset, 204, {})


async def _end_it(request: Request[Any, Any, Any], context: Context, secret: str) -> Response[None]:
    tus.check_version(request.headers.get("tus-resumable"))
    upload = await anyio.to_thread.run_sync(_find, context, secret)
    await anyio.to_thread.run_sync(_end, context, upload)
    return Response(None, status_code=204, headers=_ALWAYS)


def _told(context: Context, upload: Upload, offset: int, status: int, more: dict[str, str]) -> Response[None]:
    headers = {**_ALWAYS, **more, "Upload-Offset": str(offset)}
    if upload.done_ms is None:
        headers["Upload-Expires"] = tus.date(upload.expires_ms)
    else:
        headers["Field-Photo"] = "kept"
        headers["Field-Receipt"] = context.key.sign(photo_receipt(upload.photo, upload.sha256))
    return Response(None, status_code=status, headers=headers)


def _begin(context: Context, headers: Any, secret: str) -> Upload:
    device = header(headers, "Field-Device")
    if headers.get("upload-defer-length"):
        raise Problem("bad-request", "Send Upload-Length: the size of a photo is known before it travels.")
    size = tus.number("Upload-Length", headers.get("upload-length"))
    said = tus.metadata(headers.get("upload-metadata"))
    photo, sha256 = said.get("photo", ""), said.get("sha256", "")
    message = claim_message(device, photo, sha256, size)
    check_signature(public_key(context, device), header(headers, "Field-Signature"), message)
    now_ms = context.clock.now_ms()
    with context.store.write() as tx:
        known = uploads.described(context.store, tx, device, photo, now_ms)
        if known is None:
            raise Problem("not-found", "This tablet has not handed in such a photo. Send its entry first.")
        if (known.sha256, known.size) != (sha256, size):
            raise Problem("photo-differs", "This is not the photo that was captured. It stays on the tablet.")
        if size > SIZE_MAX:
            raise Problem("too-large", f"A photo may have {SIZE_MAX} bytes; this one has {size}.")
        asked = Upload(context.clock.uuid7(), device, photo, sha256, size, now_ms + KEEP_MS)
        return uploads.begin(context.store, tx, asked, secret, now_ms)


def _find(context: Context, secret: str) -> Upload:
    with context.store.read() as tx:
        return uploads.find(tx, secret, context.clock.now_ms())


def _end(context: Context, upload: Upload) -> None:
    with context.store.write() as tx:
        uploads.drop(tx, upload.id)
    context.staging.drop(upload.id)


class _Sums:
    """The hashes of what one request brings: the photo's where it begins at byte 0, and the one asked for."""

    def __init__(self, offset: int, checksum: tus.Checksum | None) -> None:
        self.checksum = checksum
        self.whole = hashlib.sha256() if offset == 0 else None
        self.part = hashlib.new(checksum.algorithm) if checksum else None

    def add(self, chunk: bytearray) -> None:
        for each in (self.whole, self.part):
            if each is not None:
                each.update(chunk)

    @property
    def fits(self) -> bool:
        return self.checksum is None or self.part is None or self.part.digest() == self.checksum.digest


async def _take(
    request: Request[Any, Any, Any], context: Context, upload: Upload, offset: int
) -> tuple[Upload, int]:
    """Take the bytes of one request; the upload after them, and how far it is.

    What came before the line broke is kept, unless its checksum could no longer be checked.
    """
    sums = _Sums(offset, tus.checksum(request.headers.get("upload-checksum")))
    if upload.done_ms is not None:
        raise Problem("upload-offset", "This photo is here already, whole.", offset=upload.size)
    with context.staging.part(upload.id) as part:
        if offset != part.size:
            detail = f"The upload stands at byte {part.size}, not at {offset}. Go on from there."
            raise Problem("upload-offset", detail, offset=part.size)
        whole = await _write(request, part, sums, offset, upload.size)
        if not sums.fits or (sums.checksum is not None and not whole):
            part.cut(offset)
            raise Problem("checksum-mismatch", "The bytes were changed on the way. Send this part again.")
        size = part.size
        if size == upload.size:
            upload = await anyio.to_thread.run_sync(_finish, context, upload, sums)
    return upload, size


async def _write(
    request: Request[Any, Any, Any], part: Part, sums: _Sums, offset: int, size_max: int
) -> bool:
    """Write what comes; whether it came whole. Raises Problem too-large for more than was announced."""
    gathered, size, whole = bytearray(), offset, False
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > size_max:
                await anyio.to_thread.run_sync(part.cut, offset)
                detail = f"More bytes came than the {size_max} of the photo. Nothing of this part was kept."
                raise Problem("too-large", detail)
            gathered += chunk
            if len(gathered) >= GATHER_BYTES:
                await anyio.to_thread.run_sync(_append, part, sums, gathered)
                gathered = bytearray()
        whole = True
    except InternalServerException:
        pass  # the network broke: what came is kept
    if gathered:
        await anyio.to_thread.run_sync(_append, part, sums, gathered)
    return whole


def _append(part: Part, sums: _Sums, chunk: bytearray) -> None:
    part.append(chunk)
    sums.add(chunk)


def _finish_late(context: Context, upload: Upload) -> Upload:
    with context.staging.part(upload.id) as part:
        return _finish(context, upload, _Sums(part.size, None))


def _finish(context: Context, upload: Upload, sums: _Sums) -> Upload:
    """Keep a photo whose bytes have all come. Raises Problem photo-differs where they are other ones."""
    path = context.staging.path(upload.id)
    if sums.whole is not None:
        found = sums.whole.hexdigest()
    else:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != upload.sha256:
        _end(context, upload)
        raise Problem("photo-differs", "These are not the bytes of the photo. It stays on the tablet.")
    context.photos.keep(upload.sha256, path)
    now_ms = context.clock.now_ms()
    with context.store.write() as tx:
        uploads.finish(context.store, tx, upload, now_ms)
    return msgspec.structs.replace(upload, done_ms=now_ms)


def sweep(context: Context) -> int:
    """Forget uploads whose time is over, with what came of them; how many there were."""
    with context.store.read() as tx:
        over = uploads.expired(tx, context.clock.now_ms())
    for upload in over:
        _end(context, upload)
    return len(over)
