"""A way to the server that breaks when it is told to: what stands between a tablet and its office.

It is a socket of its own and not a trick within the browser, so that whatever the page or its service
worker asks goes through it. Each connection carries one request; the next one comes on a new connection.
"""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgspec

PIECE = 65536
HEAD_MAX = 65536
PATIENCE_S = 30
_RESET = struct.pack("ii", 1, 0)


class Cut(msgspec.Struct, frozen=True):
    """Break the connection of one request to a path.

    `of`: "request" (the server gets no more than the first `after` bytes of the body) or "response" (the
    server answers; the tablet gets no more than the first `after` bytes of the answer, head and all).
    """

    of: str
    path: str
    after: int = 0
    method: str = "POST"


class Passed(msgspec.Struct, frozen=True):
    """A request that came: whether it passed, was refused, or was cut."""

    method: str
    path: str
    outcome: str
    body_bytes: int = 0


class CuttingProxy:
    """Listens on a loopback port of its own and hands requests on to `port`, as long as it is told to."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._cuts: list[Cut] = []
        self._open = True
        self._stopped = False
        self._passed: list[Passed] = []
        self._workers: set[threading.Thread] = set()
        self._accepting = threading.Thread(target=self._accept, name="proxy")
        self._accepting.start()

    @property
    def port(self) -> int:
        """The port on which the browser reaches the server."""
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def address(self) -> str:
        """The server's address, as the browser has it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def seen(self) -> list[Passed]:
        """Every request so far."""
        with self._lock:
            return list(self._passed)

    @property
    def waiting(self) -> list[Cut]:
        """The cuts that have not struck yet."""
        with self._lock:
            return list(self._cuts)

    def let_through(self) -> None:
        """Hand on what comes from now on."""
        with self._lock:
            self._open = True

    def refuse(self) -> None:
        """Break every connection that comes from now on, as where there is no signal."""
        with self._lock:
            self._open = False

    def cut(self, *cuts: Cut) -> None:
        """Break the next requests that fit, one for each cut and in this order."""
        with self._lock:
            self._cuts += cuts

    def close(self) -> None:
        """Listen no more, and wait until what is under way has ended."""
        self._stopped = True
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            pass  # wakes the one who listens
        self._accepting.join(PATIENCE_S)
        self._listener.close()
        for worker in list(self._workers):
            worker.join(PATIENCE_S)

    def _accept(self) -> None:
        while not self._stopped:
            connection, _ = self._listener.accept()
            worker = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._workers = {each for each in self._workers if each.is_alive()} | {worker}
            worker.start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(PATIENCE_S)
            if self._stopped or not self._is_open():
                self._note("", "", "refused")
                _reset(client)
                return
            head, rest = _read_head(client)
            if not head:
                return  # opened in advance, and not needed
            method, path = head.split(b" ", 2)[:2]
            self._carry(client, head, rest, method.decode(), path.decode())

    def _carry(self, client: socket.socket, head: bytes, rest: bytes, method: str, path: str) -> None:
        cut = self._cut_for(method, path)
        if cut is None and not self._is_open():  # the browser had opened it while there was a signal
            self._note(method, path, "refused")
            _reset(client)
            return
        with socket.create_connection(("127.0.0.1", self._to), PATIENCE_S) as server:
            server.sendall(_closing(head))
            up = self._send_body(client, server, head, rest, cut)
            if cut is not None and cut.of == "request":
                self._note(method, path, "request cut", up)
                _reset(server)
                _reset(client)
                return
            # Noted before the browser can know: whoever sees the answer finds it noted.
            self._note(method, path, "passed" if cut is None else "response cut", up)
            head, piece = _read_head(server)
            # Said to both sides, so that the browser opens a new connection instead of racing this end.
            piece = _closing(head) + piece if head else b""
            down = 0
            while piece:
                # Where the answer is cut it is read to its end all the same: the server has done its work.
                allowed = len(piece) if cut is None else max(0, min(len(piece), cut.after - down))
                client.sendall(piece[:allowed])
                down += allowed
                piece = server.recv(PIECE)
            if cut is not None:
                _reset(client)

    def _send_body(
        self, client: socket.socket, server: socket.socket, head: bytes, rest: bytes, cut: Cut | None
    ) -> int:
        length = _body_length(head)
        most = min(length, cut.after) if cut is not None and cut.of == "request" else length
        sent = 0
        while sent < most:
            piece = rest or client.recv(PIECE)
            if not piece:
                raise ConnectionError("the browser went away")
            rest = b""
            server.sendall(piece[: most - sent])
            sent += len(piece[: most - sent])
        return sent

    def _is_open(self) -> bool:
        with self._lock:
            return self._open

    def _cut_for(self, method: str, path: str) -> Cut | None:
        with self._lock:
            if not self._open or not self._cuts:
                return None
            first = self._cuts[0]
            fits = (method, path.partition("?")[0]) == (first.method, first.path)
            return self._cuts.pop(0) if fits else None

    def _note(self, method: str, path: str, outcome: str, body_bytes: int = 0) -> None:
        with self._lock:
            self._passed.append(Passed(method, path, outcome, body_bytes))


@contextmanager
def in_front_of(port: int) -> Iterator[CuttingProxy]:
    """A proxy to a local port; closed at the end."""
    proxy = CuttingProxy(port)
    try:
        yield proxy
    finally:
        proxy.close()


def _read_head(connection: socket.socket) -> tuple[bytes, bytes]:
    """A message's head with its empty line, and what came of the body with it; empty if nothing came."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = connection.recv(PIECE)
        if not piece or len(got) > HEAD_MAX:
            return b"", b""
        got += piece
    head, _, rest = got.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", rest


def _header(head: bytes, name: str) -> str | None:
    for line in head.decode("latin-1").split("\r\n")[1:]:
        key, _, value = line.partition(":")
        if key.strip().lower() == name:
            return value.strip()
    return None


def _body_length(head: bytes) -> int:
    if _header(head, "transfer-encoding"):
        raise ConnectionError("a body without a length: this proxy carries none")
    return int(_header(head, "content-length") or 0)


def _closing(head: bytes) -> bytes:
    """The same head, saying that the connection ends with this answer: one request each."""
    lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith((b"connection:", b"keep-alive:"))]
    return b"\r\n".join([*kept, b"Connection: close"]) + b"\r\n\r\n"


def _reset(connection: socket.socket) -> None:
    """End a connection so that the other side sees it break instead of end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    connection.close()
