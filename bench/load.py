"""Many tablets at once, by a client so plain that it takes little of the machine: one thread, no parsing."""

import re
import selectors
import socket
import time
from collections.abc import Sequence

import msgspec

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
BUFFER = 1 << 20


class Talk(msgspec.Struct):
    """What one tablet asks, one request after the other on one connection, and how many bytes it was sent."""

    requests: Sequence[bytes]
    at: int = 0
    head: bytes = b""
    left: int = -1
    received: int = 0


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    length = f"Content-Length: {len(body)}\r\n" if method == "POST" else ""
    return f"{method} {path} HTTP/1.1\r\nHost: bench\r\n{lines}{length}\r\n".encode() + body


class Lines:
    """Connections that are open, so that opening them is not measured; each tablet has its own."""

    def __init__(self, address: str, count: int) -> None:
        host, port = address.removeprefix("http://").split(":")
        self._lines = [socket.create_connection((host, int(port)), timeout=60) for _ in range(count)]
        for line in self._lines:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.setblocking(False)
        self._buffer = memoryview(bytearray(BUFFER))

    def close(self) -> None:
        """Hang up."""
        for line in self._lines:
            line.close()

    def run(self, talks: Sequence[Talk]) -> float:
        """Let all tablets talk at once until each has its last answer; the seconds that took."""
        started = time.perf_counter()
        with selectors.DefaultSelector() as waiting:
            for line, talk in zip(self._lines, talks, strict=True):
                waiting.register(line, selectors.EVENT_READ, talk)
                _ask(line, talk)
            left = len(talks)
            while left:
                for key, _ in waiting.select(60):
                    line = key.fileobj
                    assert isinstance(line, socket.socket)
                    if self._read(line, key.data):
                        waiting.unregister(line)
                        left -= 1
        return time.perf_counter() - started

    def _read(self, line: socket.socket, talk: Talk) -> bool:
        """Take what is there; whether the tablet has all."""
        try:
            count = line.recv_into(self._buffer)
        except BlockingIOError:
            return False
        if count == 0:
            raise RuntimeError("the server hung up")
        if talk.left < 0:
            talk.head += bytes(self._buffer[:count])
            end = talk.head.find(b"\r\n\r\n")
            if end < 0:
                return False
            found = _LENGTH.search(talk.head[:end])
            if found is None or b" 20" not in talk.head[:12]:
                raise RuntimeError(talk.head.decode(errors="replace"))
            count = len(talk.head) - end - 4
            talk.left = int(found[1])
        talk.left -= count
        talk.received += count
        if talk.left > 0:
            return False
        talk.at += 1
        if talk.at == len(talk.requests):
            return True
        _ask(line, talk)
        return False


def _ask(line: socket.socket, talk: Talk) -> None:
    talk.head, talk.left = b"", -1
    line.sendall(talk.requests[talk.at])
