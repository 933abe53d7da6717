"""The gate before all routes: a body is read before a thread or a connection is taken for it.

So a line that is slow costs a socket and what came over it so far, and nothing that others wait for. Then
comes a turn, which ends when the answer begins: what is read slowly holds nothing either.
"""

import asyncio
from contextlib import suppress
from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from field.api.bodies import BODY_BYTES_MAX
from field.api.crowd import Crowd
from field.problems import Problem

SILENCE_S = 60.0
"""A line on which nothing comes for so long is broken: whoever is behind it will come again."""

_LANES = {
    "/api/sync/push": "push",
    "/api/sync/pull": "pull",
    "/api/sign-in": "sign-in",
    "/api/devices/enrol": "sign-in",
}
_UPLOADS = ("/api/photos/uploads", "/api/photos/direct-uploads")
_EXPORTS = ("/bundle", "/impact")
_FREE = frozenset({"/api/health", "/api/me", "/api/keys", "/api/docs", "/api/openapi.json"})


def lane_of(path: str) -> str | None:
    """The lane of a request, by its path; None: what answers at once, and must while all else is full."""
    if path in _LANES:
        return _LANES[path]
    if not path.startswith("/api/") or path in _FREE or path.startswith("/api/docs/"):
        return None
    if path.startswith(_UPLOADS):
        return "upload"
    return "export" if path.endswith(_EXPORTS) else "read"


class Gate:
    """ASGI middleware; the crowd is that of the context in force."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read, wait, hand on. Raises Problem."""
        lane = lane_of(scope["path"])
        if lane is None:
            await self._app(scope, receive, send)
            return
        crowd: Crowd = scope["litestar_app"].state.context.crowd
        passage = _Passage(crowd, lane, scope, receive, send)
        try:
            await passage.read()
            await passage.enter()
            await self._app(scope, passage.receive, passage.send)
        finally:
            passage.end()


class _Passage:
    """One request on its way."""

    def __init__(self, crowd: Crowd, lane: str, scope: Scope, receive: Receive, send: Send) -> None:
        self._crowd = crowd
        self._name = lane
        self._lane = crowd.lanes[lane]
        self._headers = {name: value for name, value in scope["headers"] if name in _READ}
        self._who, self._group = self._asking(scope)
        self._receive = receive
        self._send = send
        self._held = 0
        self._inside = False
        self._streams = False
        self._read: list[Any] = []

    def _asking(self, scope: Any) -> tuple[str, str]:
        host = (scope.get("client") or ("",))[0]
        device = self._headers.get(b"field-device", b"")
        if device:
            # The signature is not looked at yet: whoever borrows a name from elsewhere takes no turn of it.
            name = device.decode("latin-1")
            return f"{host} {name}", self._crowd.districts.get(name, "")
        token = self._headers.get(b"authorization", b"")
        return f"{host} {hash(token)}", ""

    async def read(self) -> None:
        """Read the body, if there is one and it is not taken piece by piece. Raises Problem busy."""
        length = self._headers.get(b"content-length", b"")
        announced = int(length) if length.isdigit() else 0
        none = not announced and b"transfer-encoding" not in self._headers
        if self._name == "upload" or none or announced > BODY_BYTES_MAX:
            return
        pieces: list[bytes] = []
        more = True
        while more and self._held <= BODY_BYTES_MAX:
            message: Any = None
            with suppress(TimeoutError):
                async with asyncio.timeout(SILENCE_S):
                    message = await self._receive()
            if message is None:
                raise Problem("unreadable-body", "The line fell silent in the middle. Send it again.")
            if message["type"] != "http.request":
                self._read = [message]
                return
            piece = message.get("body", b"")
            self._crowd.hold(len(piece))
            self._held += len(piece)
            pieces.append(piece)
            more = message.get("more_body", False)
        whole = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self._read = [{"type": "http.request", "body": whole, "more_body": more}]

    async def enter(self) -> None:
        """Wait for a turn. Raises Problem busy, asks-too-often."""
        if self._name in ("read", "export") and self._crowd.streams >= self._crowd.limits.streams:
            raise Problem("busy", "Too many read long answers at this moment. Try again in a while.")
        await self._lane.enter(self._who, self._group)
        self._inside = True

    async def receive(self) -> Any:
        """What was read, and then whatever comes."""
        return self._read.pop() if self._read else await self._receive()

    async def send(self, message: Message) -> None:
        """Hand an answer on; with its first piece the turn is over."""
        if message["type"] == "http.response.start":
            if self._name != "upload":
                self._leave()
        elif not self._streams and _more(message):
            self._streams = True
            self._crowd.streams += 1
        await self._send(message)

    def _leave(self) -> None:
        if self._inside:
            self._inside = False
            self._lane.leave(self._who, self._group)

    def end(self) -> None:
        """The request is over, one way or another."""
        self._leave()
        if self._streams:
            self._crowd.streams -= 1
        self._crowd.let_go(self._held)
        self._held = 0


_READ = frozenset({b"field-device", b"authorization", b"content-length", b"transfer-encoding"})


def _more(message: Any) -> bool:
    return bool(message.get("more_body", False))
