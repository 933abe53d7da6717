"""How an upload of a photo's bytes begins, and how a small photo comes in one request.

A device signs which photo it sends (`claim_message`), and must have handed in its description before. The
address that it gets is a secret: whoever has it may go on (uploads.py), and nothing else.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency

from field.api.bodies import header
from field.api.context import Context
from field.api.erasing import land
from field.api.reception import spoilt
from field.api.streaming import Sums, append, aside, gather, held, in_its_place, write
from field.api.sync import check_signature, public_key
from field.api.uploads import HOW, KEEP_MS, SIZE_MAX, check_hash, end_all, take, told
from field.blobs import tus
from field.blobs.staging import Part
from field.problems import Problem
from field.store import uploads
from field.store.uploads import Upload
from field.sync.signing import b64, claim_message

AT_ONCE_DIGITS_MAX = 7
"""Photos of less than ten million bytes may come with their claim, and are then written down once."""

SECRET_BYTES = 24

_at_once: Counter[str] = Counter()
"""How many bytes come so, by upload: as many as may be under way, though no upload is known yet."""


@post("/api/photos/uploads", status_code=201, **HOW)
async def begin(request: Request[Any, Any, Any], context: NamedDependency[Context]) -> Response[None]:
    """Begin an upload, perhaps with its first bytes. The answer's Location is where to go on."""
    headers = request.headers
    tus.check_version(headers.get("tus-resumable"))
    secret = b64(context.clock.token(SECRET_BYTES))
    length = headers.get("content-length", "0")
    at_once = length == headers.get("upload-length") and len(length) <= AT_ONCE_DIGITS_MAX
    at_once = at_once and length.isascii() and length.isdigit()
    with held(int(length) if at_once else 0) as small:
        if small:
            chunks = await gather(request, int(length))
            return await in_its_place(_take_whole, context, headers, secret, chunks)
    if at_once and _at_once.total() + int(length) <= context.arriving_bytes_max:
        upload = await _take_at_once(request, context, secret)
        return _begun(context, upload, upload.size, secret)
    upload = await aside(claim, context, headers, secret)
    offset = upload.size if upload.done_ms is not None else 0
    if upload.done_ms is None and length != "0":
        tus.check_media_type(headers)
        upload, offset = await take(request, context, secret, 0)
    return _begun(context, upload, offset, secret)


def _begun(context: Context, upload: Upload, offset: int, secret: str) -> Response[None]:
    return told(context, upload, offset, 201, {"Location": f"/api/photos/uploads/{secret}"})


class _Claimed(msgspec.Struct, frozen=True):
    """What somebody may bring: done where nothing need come.

    `spoilt`: what is kept of these bytes has come to harm, and is to be kept anew.
    """

    upload: Upload
    spoilt: bool


def claim(context: Context, headers: Any, secret: str, *, direct: bool = False) -> Upload:
    """Begin the upload that somebody claims by their headers, or note one that is done at once.

    Raises Problem not-found, photo-differs, too-large, bad-signature and what else may be wrong with a claim.
    """
    return _write_down(context, _look_at(context, headers, direct=direct), secret)


def _look_at(context: Context, headers: Any, *, direct: bool = False) -> _Claimed:
    """What somebody claims by their headers; nothing is written down. Raises as `claim` does."""
    device = header(headers, "Field-Device")
    if headers.get("upload-defer-length"):
        raise Problem("bad-request", "Send Upload-Length: the size of a photo is known before it travels.")
    size = tus.number("Upload-Length", headers.get("upload-length"))
    said = tus.metadata(headers.get("upload-metadata"))
    photo, sha256 = said.get("photo", ""), said.get("sha256", "")
    message = claim_message(device, photo, sha256, size)
    check_signature(public_key(context, device), header(headers, "Field-Signature"), message)
    now_ms = context.clock.now_ms()
    # Each question by itself: whether a photo was erased is asked once more when it is written down.
    with context.store.ask() as tx:
        known = uploads.described(context.store, tx, device, photo, now_ms)
        if known is None:
            raise Problem("not-found", "This tablet has not handed in such a photo. Send its entry first.")
        if (known.sha256, known.size) != (sha256, size):
            raise Problem("photo-differs", "This is not the photo that was captured. It stays on the tablet.")
        standing = uploads.standing(tx, device, photo, sha256)
    if standing.erased is not None:
        raise Problem("erased", f"This picture was erased at the office: {standing.erased}")
    if size > SIZE_MAX:
        raise Problem("too-large", f"A photo may have {SIZE_MAX} bytes; this one has {size}.")
    asked = Upload(
        context.clock.uuid7(), device, photo, sha256, size, now_ms + KEEP_MS, direct=direct or None
    )
    if standing.sent and not standing.spoilt and context.photos.size(sha256) == size:
        asked = msgspec.structs.replace(asked, done_ms=now_ms)
    return _Claimed(asked, standing.spoilt)


def _write_down(context: Context, claimed: _Claimed, secret: str) -> Upload:
    asked, room = claimed.upload, context.arriving_bytes_max - claimed.upload.size
    with context.store.ask() as tx:
        oldest = uploads.oldest(tx, asked.device, context.clock.now_ms(), room)
    # A bad line leaves uploads behind that began, and whose address never arrived.
    end_all(context, oldest)
    return _enter(context, asked, secret)


def _enter(context: Context, upload: Upload, secret: str) -> Upload:
    """Write an upload down. Raises Problem too-many-tries."""
    store, now_ms = context.store, context.clock.now_ms()
    room = context.arriving_bytes_max
    land(context, upload.photo, lambda tx: uploads.begin(store, tx, upload, secret, now_ms, room))
    return upload


# All bytes come with the claim: a photo is written down once, when it is kept. Where the line breaks nothing
# stays, since nobody heard of an address to go on at.


def _take_whole(context: Context, headers: Any, secret: str, chunks: Sequence[bytes]) -> Response[None]:
    """Take a small photo that is in memory: one thread looks at the claim, keeps it and signs for it."""
    claimed = _look_at(context, headers)
    asked = claimed.upload
    if asked.done_ms is not None:
        return _begun(context, _write_down(context, claimed, secret), asked.size, secret)
    tus.check_media_type(headers)
    sums = Sums(0, tus.checksum(headers.get("upload-checksum")))
    with context.staging.part(asked.id) as part:
        try:
            done = keep_at_once(context, asked, secret, part, sums, chunks, anew=claimed.spoilt)
        except BaseException:
            part.drop()
            raise
    return _begun(context, done, done.size, secret)


async def _take_at_once(request: Request[Any, Any, Any], context: Context, secret: str) -> Upload:
    """Take a photo that is written down as it comes."""
    claimed = await aside(_look_at, context, request.headers)
    asked = claimed.upload
    if asked.done_ms is not None:
        return await aside(_write_down, context, claimed, secret)
    tus.check_media_type(request.headers)
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
    context: Context,
    asked: Upload,
    secret: str,
    part: Part,
    sums: Sums,
    rest: Sequence[bytes],
    *,
    anew: bool | None = None,
) -> Upload:
    """Write the last bytes of a photo, keep it and write it down. `anew`: see Storage; None: it is asked."""
    append(part, sums, rest)
    if not sums.fits:
        raise Problem("checksum-mismatch", "The bytes were changed on the way. Send the photo again.")
    if part.size != asked.size:
        raise Problem("upload-offset", "The line broke before the photo was whole. Send it again.", offset=0)
    check_hash(context, asked, sums)
    if anew is None:
        anew = spoilt(context, asked.sha256)
    context.photos.keep(asked.sha256, context.staging.path(asked.id), anew=anew)
    done = _enter(context, msgspec.structs.replace(asked, done_ms=context.clock.now_ms()), secret)
    if context.photos.size(done.sha256) != done.size:  # erased for another photo, before this one was entered
        raise Problem("storage-failed", "The photo could not be kept. It stays on the tablet; send it again.")
    return done
