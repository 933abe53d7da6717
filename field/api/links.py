"""Links to pictures that work without a sign-in, for some minutes: what a page's <img> needs.

A link is made for one person, photo and size, and signed. It ends with its time, with the session that it was
made in, and with the right to see the photo.
"""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Redirect
from sqlalchemy import Connection

from field.api.context import Caller, Context, bearer, reaching
from field.api.pictures import Asked, Size, asked_of, photo_of, sendable, sent
from field.problems import Problem
from field.store import audit, people
from field.sync.signing import link_message

ROUTE = "POST /api/photos/{photo_id}/link"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Whatever the bytes are, a browser that is led straight here carries nothing of them out.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    # Every look is noted, so that none may come out of a cache.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
LED_S = 60
"""How long the bucket hands a picture out at the address to which a link leads."""

_MINUTE_MS = 60_000
_DIGITS_MAX = 15


class LinkAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which copy of a picture the link shall show, and for how many minutes."""

    size: Size = "original"
    minutes: Annotated[int, msgspec.Meta(ge=1, le=60)] = 5


class Link(msgspec.Struct, frozen=True):
    """A link, and when it ends."""

    url: str
    expires_ms: int


class _Shown(msgspec.Struct, frozen=True):
    """A copy of a photo, and the district that it belongs to."""

    asked: Asked
    district: str | None


@post("/api/photos/{photo_id:str}/link", status_code=201, sync_to_thread=True, tags=["photos"])
def make(
    photo_id: FromPath[str],
    data: JSONBody[LinkAsked],
    request: Request[Any, Any, Any],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
) -> Link:
    """Make a link to a picture that works without a sign-in, as in <img src>. It ends with the session."""
    with context.store.read() as tx:
        found = photo_of(context, tx, photo_id)
        # First of all: what became of a picture is told only to those who may see it.
        caller.check(found.district)
        shown = _Shown(asked_of(tx, found.row, data.size), found.district)
    until = context.clock.now_ms() + data.minutes * _MINUTE_MS
    viewer = people.token_hash(bearer(request.headers) or "")
    signature = context.key.sign(link_message(photo_id, shown.asked.sha256, data.size, until, viewer))
    asked = f"size={data.size}&until={until}&viewer={viewer}&signature={signature}"
    return Link(f"/api/photos/{photo_id}/seen?{asked}", until)


@get("/api/photos/{photo_id:str}/seen", sync_to_thread=True, tags=["photos"])
def seen(
    photo_id: FromPath[str], request: Request[Any, Any, Any], context: NamedDependency[Context]
) -> Response[Any]:
    """The picture behind a link. Each look is noted. Raises link-forged (403), link-expired (410)."""
    said = {name: request.query_params.get(name, "") for name in ("size", "until", "viewer", "signature")}
    now_ms = context.clock.now_ms()
    with context.store.read() as tx:
        shown = _behind(context, tx, photo_id, said)
        until = int(said["until"])
        session = people.session_of(tx, said["viewer"], now_ms) if now_ms < until else None
        if session is None or not reaching(session, ROUTE, now_ms).touches(shown.district):
            raise Problem("link-expired", "This link has ended. Open the photo anew in the console.")
    answer = _answer(context, shown.asked)
    with context.store.write() as tx:
        audit.note(
            tx,
            "photo-viewed",
            now_ms,
            by=session.person,
            about=[photo_id],
            district=shown.district,
            sha256=shown.asked.sha256,
            size=said["size"],
        )
    return answer


def _copy(context: Context, tx: Connection, photo: str, size: Size) -> _Shown:
    """The copy of a photo of some size. Raises Problem not-found."""
    found = photo_of(context, tx, photo)
    return _Shown(asked_of(tx, found.row, size), found.district)


def _behind(context: Context, tx: Connection, photo: str, said: dict[str, str]) -> _Shown:
    """What a link leads to. Raises Problem link-forged, also for what is not here: a link tells nothing."""
    until = said["until"]
    well = until.isascii() and until.isdigit() and len(until) <= _DIGITS_MAX
    try:
        size = msgspec.convert(said["size"], Size)
        shown = _copy(context, tx, photo, size) if well else None
    except (Problem, msgspec.ValidationError):
        shown = None
    message = (
        link_message(photo, shown.asked.sha256, said["size"], int(until), said["viewer"]) if shown else b""
    )
    if shown is None or not context.key.verified(said["signature"], message):
        raise Problem(
            "link-forged", "This link was not made here, or was changed. Open the photo in the console."
        )
    return shown


def _answer(context: Context, asked: Asked) -> Response[Any]:
    """The bytes, or the way to them where clients are led to the place itself."""
    what = sendable(context, asked)
    direct = None
    if context.direct:
        direct = context.photos.shown_at(what.sha256, what.media_type, LED_S, name=what.name)
    if direct is None:
        return sent(context, what, HEADERS)
    plain = {name: HEADERS[name] for name in ("Cache-Control", "Referrer-Policy")}
    return Redirect(direct, status_code=307, headers=plain)
