"""Taking the bytes of one request to the disk, off the event loop, a little at a time."""

import asyncio
import hashlib
import math
from collections.abc import Callable
from pathlib import Path
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

GATHER_BYTES = 6 << 20
"""So much may all uploads of a process have gathered before it is written: each of them its part of it."""

GATHER_EACH_BYTES = (1 << 16, 1 << 20)
"""What one upload gathers at least and at most. The more at a time, the fewer hand-overs to a thread."""

CHUNKS_MAX = 512

SILENCE_S = 30.0
"""A line on which nothing comes for so long is broken: a tablet that lost its network cannot say so."""

CLOCK_SHARE = 0.05
THREADS = 4
"""So many threads write what comes of photos; each has memory of its own, and entries need threads too."""

KEEPERS = 3
"""So many others keep what has come: where that is may be slow, and what comes need not wait for it."""

_under_way = 0
_threads: RunVar[anyio.CapacityLimiter] = RunVar("threads for photos that come")
_keepers: RunVar[anyio.CapacityLimiter] = RunVar("threads for photos to be kept")


async def aside(work: Callable[..., T], *args: Any) -> T:
    """Do work that waits for this machine's disks and databases, in one of the threads for photos."""
    return await _in_a_thread(_threads, THREADS, work, *args)


async def in_its_place(work: Callable[..., T], *args: Any) -> T:
    """Do work that waits for the place where photos are kept, in one of the threads for that."""
    return await _in_a_thread(_keepers, KEEPERS, work, *args)


async def _in_a_thread(
    limit: RunVar[anyio.CapacityLimiter], most: int, work: Callable[..., T], *args: Any
) -> T:
    limiter = limit.get(None)
    if limiter is None:
        limiter = anyio.CapacityLimiter(most)
        limit.set(limiter)
    return await anyio.to_thread.run_sync(work, *args, limiter=limiter)


class Sums:
    """The hashes of what one request brings: the photo's where it begins at byte 0, and the one asked for."""

    def __init__(self, offset: int, checksum: tus.Checksum | None) -> None:
        self.checksum = checksum
        self.whole = hashlib.sha256() if offset == 0 else None
        self.part = hashlib.new(checksum.algorithm) if checksum else None
        if self.whole is not None and self.part is not None and self.part.name == self.whole.name:
            self.part = self.whole

    def add(self, chunk: bytes) -> None:
        """Some more bytes."""
        for each in {id(some): some for some in (self.whole, self.part) if some is not None}.values():
            each.update(chunk)

    def sha256_of(self, path: Path) -> str:
        """The SHA-256 in hex of the whole photo, which is at `path`: read only where it came in parts."""
        if self.whole is not None:
            return self.whole.hexdigest()
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @property
    def fits(self) -> bool:
        """Whether the bytes come to the checksum that was asked for, if one was."""
        return self.checksum is None or self.part is None or self.part.digest() == self.checksum.digest


async def write(
    request: Request[Any, Any, Any], part: Part, sums: Sums, offset: int, size_max: int
) -> tuple[bool, list[bytes]]:
    """Write what comes, but for the last bytes; whether it came whole, and those last bytes.

    Raises Problem too-large for more than was announced.
    """
    global _under_way
    _under_way += 1
    try:
        return await _write(request, part, sums, offset, size_max)
    finally:
        _under_way -= 1


async def _write(
    request: Request[Any, Any, Any], part: Part, sums: Sums, offset: int, size_max: int
) -> tuple[bool, list[bytes]]:
    gathered: list[bytes] = []
    size, written, whole = offset, offset, False
    stream = request.stream()
    # Asked for once: anyio looks for the loop, and for the process, at each look at its clock.
    now = asyncio.get_running_loop().time
    try:
        with anyio.fail_after(SILENCE_S) as patience:
            async for chunk in stream:
                size += len(chunk)
                if size > size_max:
                    await _patiently(patience, part.cut, offset)
                    detail = (
                        f"More bytes came than the {size_max} of the photo. Nothing of this part was kept."
                    )
                    raise Problem("too-large", detail)
                gathered.append(chunk)
                if size - written >= _share() or len(gathered) >= CHUNKS_MAX:
                    await _patiently(patience, append, part, sums, gathered)
                    gathered, written = [], size
                _wait_anew(patience, now())
        whole = True
    except (InternalServerException, TimeoutError):
        pass  # the network broke: what came is kept
    return whole, gathered


def _wait_anew(patience: anyio.CancelScope, now: float) -> None:
    """Something came: the silence begins anew. To set a clock for each chunk costs more than the chunk."""
    until = now + SILENCE_S
    if until - patience.deadline > SILENCE_S * CLOCK_SHARE:
        patience.deadline = until


async def _patiently(patience: anyio.CancelScope, work: Callable[..., T], *args: Any) -> T:
    """Work at a disk, which may be slow while the line is not."""
    patience.deadline = math.inf
    try:
        return await aside(work, *args)
    finally:
        patience.deadline = anyio.current_time() + SILENCE_S


def _share() -> int:
    least, most = GATHER_EACH_BYTES
    return max(least, min(most, GATHER_BYTES // max(1, _under_way)))


def append(part: Part, sums: Sums, chunks: list[bytes]) -> None:
    """Write some bytes down. Raises Problem storage-full, storage-failed."""
    # One write and one sum for many chunks: with each of them a thread gives way to all others, and waits.
    whole = chunks[0] if len(chunks) == 1 else b"".join(chunks)
    part.append(whole)
    sums.add(whole)
