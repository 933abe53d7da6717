"""A bad network from a seed: what is sent may be lost, repeated, delivered late and out of order, or cut.

The server behind it is the real application, called in this process without a socket.
"""

import asyncio
import random
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from field.sim.clock import TrueClock
from field.tablet.transport import NoAnswer, Response

LATE_MAX = 40
FAILED = 500
TRAVELS = ("/api/sync/", "/api/photos/")
_ANCHOR = re.compile(rb'"anchor":"([^"]+)"')


class Weather(msgspec.Struct, frozen=True):
    """How probable each mishap is, for one request."""

    lose_request: float = 0
    lose_answer: float = 0
    bad_gateway: float = 0
    repeat: float = 0
    repeat_late: float = 0
    cut_request: float = 0
    cut_answer: float = 0
    latency_ms: int = 300


WEATHERS: Mapping[str, Weather] = {
    "fair": Weather(),
    "bad": Weather(0.08, 0.08, 0.02, 0.04, 0.05, 0.03, 0.04, 2_000),
    "worst": Weather(0.15, 0.15, 0.05, 0.10, 0.15, 0.08, 0.10, 20_000),
}
"""By the name that `--weather` takes."""


class InProcess:
    """The application, called as a server would call it (ASGI), on an event loop of its own."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._runner = asyncio.Runner()

    def close(self) -> None:
        """End the event loop."""
        self._runner.close()

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """The application's answer."""
        return self._runner.run(self._call(method, path, headers, body))

    async def _call(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        plain, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": plain,
            "raw_path": plain.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [
                (b"content-length", b"%d" % len(body)),
                *((name.lower().encode(), value.encode()) for name, value in headers.items()),
            ],
            "client": ("tablet", 1),
            "server": ("office", 80),
            "state": {},
        }
        waiting = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start = sent[0]
        found = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return Response(start["status"], found, b"".join(message.get("body", b"") for message in sent[1:]))


class _Copy(msgspec.Struct, frozen=True):
    """A request that the network will deliver once more."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Network:
    """Between the tablets and the server. `calm` is the weather's end: everything arrives once."""

    def __init__(self, server: InProcess, true: TrueClock, weather: Weather, seed: str) -> None:
        self.server = server
        self._true = true
        self._weather = weather
        self._chance = random.Random(seed)
        self._late: list[_Copy] = []
        self.requests = 0
        self.repeated = 0
        self.failures: list[str] = []
        self.anchors: dict[str, int] = {}
        """The true time at which each server time was delivered, by its text."""

    def calm(self) -> None:
        """The weather clears. What is still under way is delivered first."""
        self._deliver_late(len(self._late))
        self._weather = Weather()

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """What becomes of one request. Raises NoAnswer as often as the weather says."""
        self._wait()
        if self._late and self._happens(0.3):
            self._deliver_late(self._chance.randint(1, len(self._late)))
        weather = self._weather if path.startswith(TRAVELS) else Weather()
        if self._happens(weather.lose_request):
            raise NoAnswer("the request was lost")
        if self._happens(weather.cut_request):
            body = body[: self._chance.randrange(len(body) + 1)]
        answer = self._deliver(method, path, headers, body)
        if self._happens(weather.repeat):
            self.repeated += 1
            answer = self._deliver(method, path, headers, body)
        if self._happens(weather.repeat_late) and len(self._late) < LATE_MAX:
            self._late.append(_Copy(method, path, headers, body))
        return self._return(answer, weather)

    def _deliver(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        self.requests += 1
        answer = self.server.send(method, path, headers, body)
        if answer.status >= FAILED:
            self.failures.append(f"{method} {path}: {answer.status} {answer.body.decode()}")
        return answer

    def _return(self, answer: Response, weather: Weather) -> Response:
        self._wait()
        for anchor in _ANCHOR.findall(answer.body)[-1:]:
            self.anchors[anchor.decode()] = self._true.now_ms()
        if self._happens(weather.lose_answer):
            raise NoAnswer("the answer was lost")
        if self._happens(weather.bad_gateway):
            return Response(502, {}, b"<html>Bad Gateway</html>")
        if self._happens(weather.cut_answer):
            return Response(
                answer.status, answer.headers, answer.body[: self._chance.randrange(len(answer.body) + 1)]
            )
        return answer

    def _deliver_late(self, count: int) -> None:
        """Old copies arrive, in any order, after newer requests; nobody waits for their answers."""
        for _ in range(count):
            copy = self._late.pop(self._chance.randrange(len(self._late)))
            self.repeated += 1
            self._deliver(copy.method, copy.path, copy.headers, copy.body)

    def _happens(self, probability: float) -> bool:
        return self._chance.random() < probability

    def _wait(self) -> None:
        self._true.advance(1 + self._chance.randrange(self._weather.latency_ms))
