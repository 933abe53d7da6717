"""The proxy breaks what it is told to break, where it is told, and nothing else."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests.browser.cutting_proxy import Cut, CuttingProxy, in_front_of

ANSWER = b"so it is" * 100


class Desk(BaseHTTPRequestHandler):
    """Keeps what came whole, and answers."""

    protocol_version = "HTTP/1.1"
    came: list[tuple[str, bytes]]

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        try:
            body = self.rfile.read(length)
        except ConnectionError:
            return
        if len(body) == length:
            self._answer(body)

    def _answer(self, body: bytes) -> None:
        self.came.append((self.path, body))
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, format: str, *about: object) -> None:
        """Say nothing."""


@pytest.fixture
def came() -> list[tuple[str, bytes]]:
    """What reached the server whole."""
    return []


@pytest.fixture
def proxy(came: list[tuple[str, bytes]]) -> Iterator[CuttingProxy]:
    """A proxy in front of a server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Desk,), {"came": came}))
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        with in_front_of(server.server_port) as proxy:
            yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def client(proxy: CuttingProxy) -> Iterator[httpx.Client]:
    """A client that has the proxy's address for the server's."""
    with httpx.Client(base_url=proxy.address) as client:
        yield client


def test_what_is_let_through_arrives_as_it_was_sent(proxy, client, came):
    body = b"a line\n" * 50_000
    assert client.post("/push", content=body).content == ANSWER
    assert client.get("/page?a=1").content == ANSWER
    assert came == [("/push", body), ("/page?a=1", b"")]
    assert [(each.path, each.outcome) for each in proxy.seen] == [
        ("/push", "passed"),
        ("/page?a=1", "passed"),
    ]


def test_where_there_is_no_signal_nothing_arrives_until_there_is_one(proxy, client, came):
    proxy.refuse()
    with pytest.raises(httpx.TransportError):
        client.get("/page")
    assert came == []
    proxy.let_through()
    assert client.get("/page").content == ANSWER


@pytest.mark.parametrize("after", [0, 1, 5000])
def test_a_request_that_is_cut_never_reaches_the_server_whole_and_the_next_one_does(
    proxy, client, came, after
):
    proxy.cut(Cut("request", "/push", after))
    with pytest.raises(httpx.TransportError):
        client.post("/push", content=b"x" * 9000)
    assert came == []
    assert client.post("/push", content=b"again").content == ANSWER
    assert [(each.outcome, each.body_bytes) for each in proxy.seen] == [("request cut", after), ("passed", 5)]


@pytest.mark.parametrize("after", [0, 300])
def test_an_answer_that_is_cut_is_lost_although_the_server_has_done_its_work(proxy, client, came, after):
    proxy.cut(Cut("response", "/push", after))
    with pytest.raises(httpx.TransportError):
        client.post("/push", content=b"once")
    assert came == [("/push", b"once")]
    assert client.post("/push", content=b"twice").content == ANSWER


def test_cuts_strike_in_their_order_and_only_at_their_path(proxy, client, came):
    proxy.cut(Cut("request", "/push"), Cut("response", "/push"))
    assert client.post("/pull", content=b"").content == ANSWER
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            client.post("/push", content=b"line")
    assert client.post("/push", content=b"line").content == ANSWER
    assert [each.outcome for each in proxy.seen] == ["passed", "request cut", "response cut", "passed"]
    assert (proxy.waiting, len(came)) == ([], 3)
