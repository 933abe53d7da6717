"""Taking the bytes of one request to the disk, off the event loop, a little at a time."""

import hashlib
from collections.abc import AsyncGenerator, Callable
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar
from litestar import Request
from litestar.exceptions import InternalServerException

from field.blobs import tus
from field.blobs.staging import Part
from field.problems import Problem

T = TypeVar("T")

GATHER_BYTES = 1 << 18
"""So much is gathered before it is written: fewer calls, and little memory for many uploads at once."""

SILENCE_S = 30.0
"""A line on which nothing comes for so long is broken: a tablet that lost its network cannot say so."""

THREADS = 16
"""So many threads work at photos at once: where they are kept may be slow, and entries need threads too."""

_threads: RunVar[anyio.CapacityLimiter] = RunVar("threads for photos")


async def aside(work: Callable[..., T], *args: Any) -> T:
    """Do work that waits for disks and databases, in one of the threads for photos."""
    limiter = _threads.get(None)
    if limiter is None:
        limiter = anyio.CapacityLimiter(THREADS)
        _threads.set(limiter)
    return await anyio.to_thread.run_sync(work, *args, limiter=limiter)


class Sums:
    """The hashes of what one request brings: the photo's where it begins at byte 0, and the one asked for."""

    def __init__(self, offset: int, checksum: tus.Checksum | None) -> None:
        self.checksum = checksum
        self.whole = hashlib.sha256() if offset == 0 else None
        self.part = hashlib.new(checksum.algorithm) if checksum else None
        if self.whole is not None and self.part is not None and self.part.name == self.whole.name:
            self.part = self.whole

    def add(self, chunk: bytearray) -> None:
        """Some more bytes."""
        for each in {id(some): some for some in (self.whole, self.part) if some is not None}.values():
            each.update(chunk)

    @property
    def fits(self) -> bool:
        """Whether the bytes come to the checksum that was asked for, if one was."""
        return self.checksum is None or self.part is None or self.part.digest() == self.checksum.digest


async def write(
    request: Request[Any, Any, Any], part: Part, sums: Sums, offset: int, size_max: int
) -> tuple[bool, bytearray]:
    """Write what comes, but for the last bytes; whether it came whole, and those last bytes.

    Raises Problem too-large for more than was announced.
    """
    gathered, size, whole = bytearray(), offset, False
    stream = request.stream()
    try:
        while (chunk := await _next(stream)) is not None:
            size += len(chunk)
            if size > size_max:
                await aside(part.cut, offset)
                detail = f"More bytes came than the {size_max} of the photo. Nothing of this part was kept."
                raise Problem("too-large", detail)
            gathered += chunk
            if len(gathered) >= GATHER_BYTES:
                await aside(append, part, sums, gathered)
                gathered = bytearray()
        whole = True
    except (InternalServerException, TimeoutError):
        pass  # the network broke: what came is kept
    return whole, gathered


async def _next(stream: AsyncGenerator[bytes, None]) -> bytes | None:
    """What comes next, or None at the end. Raises TimeoutError where nothing comes for too long."""
    with anyio.fail_after(SILENCE_S):
        return await anext(stream, None)


def append(part: Part, sums: Sums, chunk: bytearray) -> None:
    """Write some bytes down. Raises Problem storage-full, storage-failed."""
    part.append(chunk)
    sums.add(chunk)
