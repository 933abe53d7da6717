"""Photos to measure with, and a client so plain that it takes little of the machine."""

import base64
import hashlib
import random
import re
import socket
from collections.abc import Mapping
from pathlib import Path

import msgspec

from bench.sync import _send as push
from bench.world import Tablet, build
from field.clock import SystemClock
from field.sync.signing import claim_message

BLOCK_BYTES = 1 << 18
UPLOADS = "/api/photos/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
PART = {**TUS, "Content-Type": "application/offset+octet-stream"}
_LENGTH = re.compile(rb"content-length: (\d+)")


class Shot(msgspec.Struct, frozen=True):
    """A photo of `size` bytes: a seed's own first bytes, and then what all photos of a run have in common."""

    record: str
    tablet: Tablet
    first: bytes
    common: bytes
    sha256: str

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.first) + len(self.common)

    def part(self, start: int, end: int) -> list[memoryview]:
        """The bytes from `start` up to `end`, without copying them."""
        first, at = memoryview(self.first), len(self.first)
        return [first[start:end], memoryview(self.common)[max(0, start - at) : max(0, end - at)]]

    @property
    def claim(self) -> dict[str, str]:
        """The headers of a tus creation."""
        device = self.tablet.device
        named = {"photo": self.record, "sha256": self.sha256}
        pairs = ",".join(
            f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in named.items()
        )
        signature = self.tablet.key.sign(claim_message(device, self.record, self.sha256, self.size))
        said = {"Upload-Length": str(self.size), "Upload-Metadata": pairs}
        return {**TUS, **said, "Field-Device": device, "Field-Signature": signature}


def tablets(data: Path, url: str, count: int) -> list[Tablet]:
    """Tablets with a visit each."""
    context, made = build(data, url, count, 40)
    context.store.close()
    return made


def described(address: str, made: list[Tablet], count: int, size: int, seed: str) -> list[Shot]:
    """Hand in the descriptions of `count` photos of `size` bytes, by turns from the tablets."""
    chance, clock = random.Random(seed), SystemClock()
    common = chance.randbytes(size - 16)
    shots = []
    for number in range(count):
        first = chance.randbytes(16)
        sha256 = hashlib.sha256(first)
        sha256.update(common)
        tablet = made[number % len(made)]
        shots.append(Shot(clock.uuid7(), tablet, first, common, sha256.hexdigest()))
    for tablet in made:
        mine = [shot for shot in shots if shot.tablet is tablet]
        if mine:
            _describe(address, tablet, clock, mine)
    return shots


def _describe(address: str, tablet: Tablet, clock: SystemClock, shots: list[Shot]) -> None:
    for start in range(0, len(shots), 400):
        first, report = tablet.seq, clock.uuid7()
        visit = {"visit": tablet.visits.pop(), "months_checked": ["2026-03"]}
        lines = [tablet.line(clock, report, "create", "report", dict(visit))]
        for shot in shots[start : start + 400]:
            values: dict[str, object] = {
                "report": report,
                "sha256": shot.sha256,
                "size": shot.size,
                "media_type": "image/jpeg",
            }
            lines.append(tablet.line(clock, shot.record, "create", "photo", values))
        push(address, [tablet.sign(first, lines)])


class Answer(msgspec.Struct, frozen=True):
    """A status and the headers, names in lower case."""

    status: int
    headers: Mapping[str, str]


class Line:
    """One connection, kept open."""

    def __init__(self, address: str) -> None:
        host, port = address.removeprefix("http://").split(":")
        self._host = host
        self._socket = socket.create_connection((host, int(port)), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def send(self, method: str, path: str, headers: Mapping[str, str], parts: list[memoryview]) -> Answer:
        """One request and its answer."""
        self.start(method, path, headers, sum(len(part) for part in parts))
        self.stream(parts)
        return self.answer(method)

    def start(self, method: str, path: str, headers: Mapping[str, str], length: int) -> None:
        """The head of a request, which announces so many bytes."""
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        told += f"Content-Length: {length}\r\n"
        self._socket.sendall(f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{told}\r\n".encode())

    def stream(self, parts: list[memoryview]) -> None:
        """Bytes of a request."""
        for part in parts:
            for start in range(0, len(part), BLOCK_BYTES):
                self._socket.sendall(part[start : start + BLOCK_BYTES])

    def answer(self, method: str) -> Answer:
        """The answer. Raises ConnectionError where the server hung up."""
        found = b""
        while (end := found.find(b"\r\n\r\n")) < 0:
            found += self._more()
        lines = found[:end].decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        left = int(headers.get("content-length", "0")) - (len(found) - end - 4)
        while left > 0 and method != "HEAD":
            left -= len(self._more())
        return Answer(int(lines[0].split()[1]), headers)

    def _more(self) -> bytes:
        some = self._socket.recv(1 << 16)
        if not some:
            raise ConnectionError("the server hung up")
        return some
