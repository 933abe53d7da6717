"""How a tablet reaches the server: one request, one answer, or `NoAnswer`.

The tablet knows nothing else of the network. `HttpTransport` is the real one; the simulator gives one that
loses, repeats, delays and cuts.
"""

import http.client
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

ANSWER_BYTES_MAX = 64 * 1024 * 1024
READ_BYTES = 1 << 16


class Response(msgspec.Struct, frozen=True):
    """An answer. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoAnswer(Exception):  # noqa: N818 - what happened, not whose fault it was
    """No answer came, or none that can be relied on. Whether the server did what was asked is not known."""


class Cut(NoAnswer):
    """The answer began and broke off. What came of its body is in `response`."""

    def __init__(self, words: str, response: Response) -> None:
        super().__init__(words)
        self.response = response


class Transport(Protocol):
    """Sends one request and waits for its answer."""

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """The answer. Raises NoAnswer where the network failed."""


class HttpTransport:
    """HTTP/1.1 over a connection that is kept open. For one thread at a time."""

    def __init__(
        self, base_url: str, *, timeout_s: float = 60, answer_bytes_max: int = ANSWER_BYTES_MAX
    ) -> None:
        """`base_url` as in `https://field.example`, with or without a path before `/api`."""
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"no address of a server: {base_url!r}")
        self._secure = parts.scheme == "https"
        self._host = parts.netloc
        self._prefix = parts.path.rstrip("/")
        self._timeout_s = timeout_s
        self._answer_bytes_max = answer_bytes_max
        self._connection: http.client.HTTPConnection | None = None

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """The answer; an error of the network or a longer answer than is bearable raises NoAnswer."""
        kept = self._connection is not None
        try:
            return self._send(method, path, headers, body)
        except (ConnectionError, http.client.RemoteDisconnected) as error:
            self.close()
            if not kept:
                raise NoAnswer(str(error)) from error
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswer(str(error)) from error
        # The server had closed the connection that was kept: whatever is asked here may be asked twice.
        try:
            return self._send(method, path, headers, body)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswer(str(error)) from error

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        if self._connection is None:
            made = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
            self._connection = made(self._host, timeout=self._timeout_s)
        self._connection.request(method, self._prefix + path, body, dict(headers))
        answer = self._connection.getresponse()
        received, broken = _read(answer, self._answer_bytes_max + 1)
        if len(received) > self._answer_bytes_max:
            self.close()
            raise NoAnswer(f"the answer has more than {self._answer_bytes_max} bytes")
        declared = answer.headers.get("content-length")
        # An answer to a HEAD tells how long its body would be, and has none.
        short = declared is not None and declared.isdigit() and len(received) < int(declared)
        found = {name.lower(): value for name, value in answer.headers.items()}
        if broken or (method != "HEAD" and short):
            self.close()
            cut = Response(answer.status, found, received)
            raise Cut(f"the answer was cut off after {len(received)} bytes", cut)
        if answer.will_close:
            self.close()
        return Response(answer.status, found, received)


def _read(answer: http.client.HTTPResponse, most: int) -> tuple[bytes, bool]:
    """What came of an answer's body, and whether it broke off."""
    came = bytearray()
    try:
        while len(came) < most and (some := answer.read1(min(READ_BYTES, most - len(came)))):
            came += some
        if len(came) < most:
            # Reads nothing more, and tells the connection that it may be asked again.
            came += answer.read()
    except (OSError, http.client.HTTPException):
        return bytes(came), True
    return bytes(came), False
