"""The real transport, against a server on this machine that behaves badly on demand."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from field.tablet.transport import HttpTransport, NoAnswer


class Handler(BaseHTTPRequestHandler):
    """Answers by the path: /whole, /cut, /long, or closes the connection after /closing."""

    protocol_version = "HTTP/1.1"
    connections: ClassVar[set[tuple[str, int]]] = set()

    def do_POST(self) -> None:
        self.connections.add(self.client_address)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        sent = body * 100 if self.path == "/long" else body
        self.send_response(200)
        self.send_header("Content-Length", str(len(sent) + (5 if self.path == "/cut" else 0)))
        self.send_header("X-Path", self.path)
        self.end_headers()
        self.wfile.write(sent)
        self.close_connection = self.path in ("/cut", "/closing")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def base_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.connections.clear()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_one_connection_serves_many_requests(base_url: str) -> None:
    transport = HttpTransport(base_url)
    answers = [transport.send("POST", "/whole", {}, b"hello") for _ in range(3)]
    assert [answer.body for answer in answers] == [b"hello"] * 3
    assert answers[0].headers["x-path"] == "/whole"
    assert len(Handler.connections) == 1
    transport.close()


def test_a_connection_that_the_server_closed_is_opened_again(base_url: str) -> None:
    transport = HttpTransport(base_url)
    for _ in range(2):
        assert transport.send("POST", "/closing", {}, b"hello").status == 200
    transport.close()


def test_a_cut_answer_is_no_answer(base_url: str) -> None:
    transport = HttpTransport(base_url)
    with pytest.raises(NoAnswer, match="cut off"):
        transport.send("POST", "/cut", {}, b"hello")
    assert transport.send("POST", "/whole", {}, b"hello").body == b"hello"
    transport.close()


def test_an_answer_that_does_not_end_is_not_read_for_ever(base_url: str) -> None:
    transport = HttpTransport(base_url, answer_bytes_max=100)
    with pytest.raises(NoAnswer, match="more than 100 bytes"):
        transport.send("POST", "/long", {}, b"hello")
    transport.close()


def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(NoAnswer):
        HttpTransport("http://127.0.0.1:9", timeout_s=2).send("POST", "/whole", {}, b"")


def test_an_address_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="no address"):
        HttpTransport("field.example")
