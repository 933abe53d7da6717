"""Photos' bytes straight to where they are kept, so that the server need not carry them.

The claim is that of tus, and so is the question whether they are there: HEAD at `Location`. Where photos are
kept in a folder, or clients are not to be led to the bucket, the way that is answered is the server's own.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency

from field.api.beginning import SECRET_BYTES, claim
from field.api.context import Context
from field.api.streaming import aside
from field.api.uploads import HOW, KEEP_MS, told
from field.blobs import tus
from field.blobs.storage import Direct
from field.store.uploads import Upload
from field.sync.signing import b64

INVITED_S = 3600
"""How long a client may take until it begins to send."""


class Way(msgspec.Struct, frozen=True):
    """The one request by which all bytes of a photo travel. `url` is null for bytes that need not travel."""

    url: str | None
    method: str
    headers: Mapping[str, str]
    expires_ms: int


@post("/api/photos/direct-uploads", status_code=201, **HOW)
async def begin(request: Request[Any, Any, Any], context: NamedDependency[Context]) -> Response[Way]:
    """Ask for a way by which all bytes of a photo travel in one request. The claim is made as for tus.

    Afterwards HEAD at the answer's Location says whether the photo is kept, and bears the receipt.
    """
    tus.check_version(request.headers.get("tus-resumable"))
    secret = b64(context.clock.token(SECRET_BYTES))
    upload, way = await aside(_begin, context, request.headers, secret)
    address = f"/api/photos/uploads/{secret}"
    offset = upload.size if upload.done_ms is not None else 0
    answer = told(context, upload, offset, 201, {"Location": address})
    return Response(way, status_code=201, headers=dict(answer.headers.items()))


def _begin(context: Context, headers: Any, secret: str) -> tuple[Upload, Way]:
    upload = claim(context, headers, secret, direct=context.direct)
    now_ms = context.clock.now_ms()
    if upload.done_ms is not None:
        return upload, Way(None, "HEAD", {}, now_ms)
    invited = _invited(context, upload)
    if invited is not None:
        return upload, Way(invited.url, invited.method, invited.headers, now_ms + INVITED_S * 1000)
    own = {"Tus-Resumable": tus.VERSION, "Content-Type": tus.MEDIA_TYPE, "Upload-Offset": "0"}
    return upload, Way(f"/api/photos/uploads/{secret}", "PATCH", own, now_ms + KEEP_MS)


def _invited(context: Context, upload: Upload) -> Direct | None:
    if not upload.direct:
        return None
    return context.photos.invite(upload.id, upload.sha256, upload.size, INVITED_S)
