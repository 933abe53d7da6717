"""A toxic way to the real server: a proxy that cuts, resets, repeats, swallows and trickles, from a seed.

It carries one request on each connection, one after the other, so that the seed alone decides what becomes of
the n-th request of a tablet.
"""

import random
import socket
import struct
import threading
from contextlib import suppress

import msgspec

PIECE = 65536
PATIENCE_S = 60.0
HEAD_MAX = 65536
TRICKLE_BYTES = 97
"""A slow line hands so little on at a time. Its seconds are counted, not waited for."""

BYTES_A_SECOND = 1000
TRAVELS = (b"/api/sync/", b"/api/photos/")
_RESET = struct.pack("ii", 1, 0)
_BAD_GATEWAY = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 24\r\nConnection: close\r\n\r\n"
    b"<html>Bad Gateway</html>"
)


class Toxicity(msgspec.Struct, frozen=True):
    """How probable each harm is, for one request."""

    refused: float = 0.06
    request_cut: float = 0.10
    answer_cut: float = 0.10
    twice: float = 0.12
    bad_gateway: float = 0.10
    trickled: float = 0.15


class Toxic:
    """Listens on a loopback port of its own, and hands on to `port`."""

    def __init__(self, port: int, seed: str, toxicity: Toxicity | None = None) -> None:
        self._to = port
        self._chance = random.Random(seed)
        self._toxicity = toxicity or Toxicity()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stopped = False
        self.harmed: dict[str, int] = {}
        """How many requests met with each harm."""

        self.seconds = 0
        """How long the slow requests would have taken on a line of 1 kB/s."""

        self._thread = threading.Thread(target=self._run, name="toxic", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where a tablet finds the server."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def calm(self) -> None:
        """Do no more harm."""
        self._toxicity = Toxicity(0, 0, 0, 0, 0, 0)

    def close(self) -> None:
        """Listen no more."""
        self._stopped = True
        with suppress(OSError), socket.create_connection(self._listener.getsockname(), 1):
            pass  # wakes the one who listens
        self._thread.join(PATIENCE_S)
        self._listener.close()

    def _run(self) -> None:
        while not self._stopped:
            client, _ = self._listener.accept()
            with client, suppress(OSError):
                client.settimeout(PATIENCE_S)
                message = _message(client)
                if message is not None:
                    self._carry(client, *message)

    def _carry(self, client: socket.socket, head: bytes, body: bytes) -> None:
        harm = self._harm() if head.split(b" ")[1].startswith(TRAVELS) else ""
        part = self._chance.random()
        abrupt = self._chance.random() < 0.5
        if harm:
            self.harmed[harm] = self.harmed.get(harm, 0) + 1
        if harm == "refused":
            _reset(client)
            return
        if harm == "request_cut":
            self._cut_request(client, head, body[: int(len(body) * part)], abrupt=abrupt)
            return
        slow = harm == "trickled"
        answer = self._ask(head, body, slow=slow)
        if harm == "twice":
            answer = self._ask(head, body, slow=False)
        if harm == "bad_gateway":
            answer = _BAD_GATEWAY
        if harm == "answer_cut":
            answer = answer[: int(len(answer) * part)]
        self._hand_on(client, answer, slow=slow)
        if harm == "answer_cut" and abrupt:
            _reset(client)

    def _harm(self) -> str:
        drawn = self._chance.random()
        for name in self._toxicity.__struct_fields__:
            drawn -= getattr(self._toxicity, name)
            if drawn < 0:
                return name
        return ""

    def _cut_request(self, client: socket.socket, head: bytes, some: bytes, *, abrupt: bool) -> None:
        """The server gets the head and a part of the body, and then the line breaks or ends."""
        with socket.create_connection(("127.0.0.1", self._to), PATIENCE_S) as server:
            server.sendall(head + some)
            if abrupt:
                _reset(server)
        _reset(client)

    def _ask(self, head: bytes, body: bytes, *, slow: bool) -> bytes:
        """The server's whole answer."""
        with socket.create_connection(("127.0.0.1", self._to), PATIENCE_S) as server:
            server.settimeout(PATIENCE_S)
            self._hand_on(server, head + body, slow=slow)
            pieces = []
            with suppress(ConnectionError):
                while piece := server.recv(PIECE):
                    pieces.append(piece)
            return b"".join(pieces)

    def _hand_on(self, to: socket.socket, all: bytes, *, slow: bool) -> None:
        step = TRICKLE_BYTES if slow else PIECE
        to.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if slow:
            self.seconds += len(all) // BYTES_A_SECOND
        for at in range(0, len(all), step):
            to.sendall(all[at : at + step])


def _message(client: socket.socket) -> tuple[bytes, bytes] | None:
    """A request's head, which now asks to end the connection with the answer, and its whole body."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = client.recv(PIECE)
        if not piece or len(got) > HEAD_MAX:
            return None
        got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    length = 0
    for line in lines:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        piece = client.recv(PIECE)
        if not piece:
            return None
        body += piece
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n", body


def _reset(connection: socket.socket) -> None:
    """End a connection so that the other side sees it break instead of end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    connection.close()
