"""Lines that stall: they hold no thread, no connection and no turn, and others go on at once."""

import asyncio
from typing import Any

import anyio.to_thread
import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy.pool import QueuePool

from field.api import gate
from field.api.context import Context
from field.api.crowd import Crowd, Limits
from field.sync import changes
from field.sync.signing import push_message, request_message
from tests.api.conftest import photographed
from tests.helpers import Tablet, World, sign_in

STALLED = 50


class Line:
    """A request over a line of our own: bytes come, and the answer is read, when we say so."""

    def __init__(
        self, app: Litestar, method: str, path: str, headers: dict[str, str], *pieces: bytes
    ) -> None:
        self._app = app
        self._scope: Any = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "http",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }
        self._pieces: asyncio.Queue[tuple[bytes, bool]] = asyncio.Queue()
        for piece in pieces:
            self._pieces.put_nowait((piece, True))
        self.reads = asyncio.Event()
        self.began = asyncio.Event()
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""

    def begin(self) -> "asyncio.Task[None]":
        async def run() -> None:
            await self._app(self._scope, self._come, self._go)

        return asyncio.ensure_future(run())

    def end(self, piece: bytes = b"") -> None:
        """The last bytes of the body come."""
        self._pieces.put_nowait((piece, False))

    async def _come(self) -> Any:
        piece, more = await self._pieces.get()
        return {"type": "http.request", "body": piece, "more_body": more}

    async def _go(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
            self.began.set()
            await self.reads.wait()
            return
        self.body += message.get("body", b"")


def handed_in(tablet: Tablet) -> tuple[dict[str, str], bytes]:
    """A push of what was captured, to be carried by hand: the headers and the body."""
    lines, first = tablet._lines, tablet._seq - len(tablet._lines)
    signature = tablet.key.sign(push_message(tablet.id, first, changes.hashes(lines)))
    body = b"\n".join([*lines, b""])
    headers = {"Field-Device": tablet.id, "Field-First-Seq": str(first), "Field-Signature": signature}
    tablet._lines = []
    return {**headers, "Content-Length": str(len(body))}, body


def asking(tablet: Tablet) -> tuple[dict[str, str], bytes]:
    """A pull of everything."""
    body = b'{"cursors":{}}'
    signature = tablet.key.sign(request_message("pull", tablet.id, body))
    headers = {"Field-Device": tablet.id, "Field-Signature": signature, "Content-Length": str(len(body))}
    return {**headers, "Authorization": f"Bearer {tablet.token}"}, body


def in_use(context: Context) -> int:
    """How many connections to the database are taken."""
    engines = {id(each): each for each in (context.store.engine, context.store._writer)}
    pools = [engine.pool for engine in engines.values()]
    return sum(pool.checkedout() for pool in pools if isinstance(pool, QueuePool))


def at_work(context: Context) -> int:
    return sum(lane.working for name, lane in context.crowd.lanes.items() if name != "upload")


async def finished(tasks: "list[asyncio.Task[None]]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def settle() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


@pytest.mark.parametrize("path", ["/api/sync/push", "/api/sync/pull", "/api/sign-in", "/api/flags"])
def test_fifty_lines_that_stall_take_nothing_from_who_pushes(world: World, tablet: Tablet, path: str) -> None:
    """Each sends one byte and falls silent, as on a bus that drives into a tunnel."""
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    tablet.report(visit, [])
    app = world.app()

    async def story() -> None:
        headers = {"Content-Length": "1000000", "Field-Device": tablet.id, "Field-First-Seq": "1"}
        method = "GET" if path == "/api/flags" else "POST"
        lines = [Line(app, method, path, {**headers, "Field-Signature": "x"}, b"{") for _ in range(STALLED)]
        stalled = [line.begin() for line in lines]
        await settle()
        assert not any(line.status for line in lines)
        assert (in_use(world.context), at_work(world.context)) == (0, 0)
        assert anyio.to_thread.current_default_thread_limiter().borrowed_tokens == 0
        assert world.context.crowd.body_bytes == STALLED

        sent, body = handed_in(tablet)
        push = Line(app, "POST", "/api/sync/push", sent, body[:10])
        push.reads.set()
        pushed = push.begin()
        push.end(body[10:])
        await pushed
        assert (push.status, msgspec.json.decode(push.body)["acknowledged"]) == (200, 1)
        await finished(stalled)

    asyncio.run(story())
    app.state.landing.stop()
    assert world.context.crowd.body_bytes == 0
    assert at_work(world.context) == 0


def test_answers_that_nobody_reads_hold_no_connection_and_no_turn(world: World, tablet: Tablet) -> None:
    for _ in range(5):
        world.establishment("korangi")
    app = world.app()
    tablets = [world.tablet(tablet.person, "korangi") for _ in range(STALLED)]

    async def story() -> None:
        lines = []
        for each in tablets:
            headers, body = asking(each)
            lines.append(Line(app, "POST", "/api/sync/pull", headers, b""))
            lines[-1].end(body)
        unread = [line.begin() for line in lines]
        await asyncio.gather(*(line.began.wait() for line in lines))
        assert {line.status for line in lines} == {200}
        assert (in_use(world.context), at_work(world.context)) == (0, 0)

        headers, body = asking(tablet)
        pull = Line(app, "POST", "/api/sync/pull", headers)
        pull.end(body)
        pull.reads.set()
        await pull.begin()
        assert b'"end":true' in pull.body
        await finished(unread)

    asyncio.run(story())


def test_a_picture_and_a_bundle_that_are_read_slowly_hold_no_connection_and_no_turn(office: Any) -> None:
    world, client = office.world, office.client
    work = photographed(world, client, office.work["korangi"])
    token = sign_in(client, "directorate-korangi")
    app = world.app()

    async def story() -> None:
        said = b'{"edition":"court"}'
        bundle = Line(
            app,
            "POST",
            f"/api/reports/{work.report}/bundle",
            {**token, "Content-Type": "application/json", "Content-Length": str(len(said))},
        )
        bundle.end(said)
        picture = Line(app, "GET", f"/api/photos/{work.photo}", token)
        running = [bundle.begin(), picture.begin()]
        await asyncio.gather(bundle.began.wait(), picture.began.wait())
        assert (bundle.status, picture.status) == (200, 200)
        assert (in_use(world.context), at_work(world.context)) == (0, 0)
        await finished(running)

    asyncio.run(story())


def test_bodies_beyond_the_memory_for_them_are_told_to_come_again_and_nothing_is_lost(
    world: World, tablet: Tablet
) -> None:
    world.context = msgspec.structs.replace(world.context, crowd=Crowd(Limits(body_bytes=1_000_000)))
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    tablet.report(visit, [])
    app = world.app()

    async def story() -> None:
        large = Line(app, "POST", "/api/sync/push", {"Content-Length": "8000000"}, b"x" * 999_900)
        waiting = large.begin()
        await settle()
        sent, body = handed_in(tablet)
        refused = Line(app, "POST", "/api/sync/push", sent)
        refused.reads.set()
        refused.end(body)
        await refused.begin()
        assert (refused.status, msgspec.json.decode(refused.body)["code"]) == (503, "busy")
        assert refused.headers["content-type"] == "application/problem+json"
        assert int(refused.headers["retry-after"]) > 0
        await finished([waiting])

        again = Line(app, "POST", "/api/sync/push", sent)
        again.reads.set()
        again.end(body)
        await again.begin()
        assert again.status == 200

    asyncio.run(story())
    app.state.landing.stop()


def test_a_line_that_stays_silent_is_given_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "SILENCE_S", 0.01)
    app = world.app()

    async def story() -> None:
        line = Line(app, "POST", "/api/sync/push", {"Content-Length": "1000"}, b"x")
        line.reads.set()
        await line.begin()
        assert (line.status, msgspec.json.decode(line.body)["code"]) == (400, "unreadable-body")

    asyncio.run(story())
    assert world.context.crowd.body_bytes == 0


def test_a_tablet_that_asks_too_often_is_told_when_to_come_back(
    world: World, client: TestClient[Litestar], tablet: Tablet
) -> None:
    world.context = msgspec.structs.replace(world.context, crowd=Crowd(Limits(device_requests_s=0.1)))
    client.app.state.context = world.context
    headers, body = asking(tablet)
    answers = [client.post("/api/sync/pull", content=body, headers=headers) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["code"] == "asks-too-often"
    assert int(answers[-1].headers["retry-after"]) > 0
    world.clock.advance(10_000)
    assert client.post("/api/sync/pull", content=body, headers=headers).status_code == 200


def test_an_answer_says_when_to_ask_again(world: World, client: TestClient[Litestar], tablet: Tablet) -> None:
    tablet.report(world.visit(world.establishment("korangi"), "korangi", tablet.person), [])
    assert 45 <= tablet.push(client)["next_sync_s"] <= 75
    headers, body = asking(tablet)
    answer = client.post("/api/sync/pull", content=body, headers=headers)
    assert 45 <= msgspec.json.decode(answer.content.splitlines()[-1])["next_sync_s"] <= 75
