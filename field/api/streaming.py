"""Taking the bytes of one request to the disk, off the event loop, a little at a time."""

import asyncio
import hashlib
import math
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

import anyio
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
CHUNKS_FEW = 4

HELD_EACH_BYTES = 1 << 19
"""A photo of no more, which comes in one request, is not written down before it is whole."""

HELD_BYTES = 16 << 20
"""So much of such photos may a process have in memory; of more, it writes down what comes as it comes."""

SILENCE_S = 30.0
"""A line on which nothing comes for so long is broken: a tablet that lost its network cannot say so."""

CLOCK_SHARE = 0.05
THREADS = 4
"""So many threads write what comes of photos; each has memory of its own, and entries need threads too."""

KEEPERS = 3
"""So many others keep what has come: where that is may be slow, and what comes need not wait for it."""

_under_way = 0


class _Threads:
    """Some threads that work for all event loops of the process. They are started once there is work.

    A hand-over costs half of what anyio's does, which looks for the loop, its limits and its task each time.
    """

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._most = most
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = threading.Lock()
        self._started = 0
        self._under_way = 0

    async def do(self, work: Callable[..., T], *args: Any) -> T:
        """What the work returns or raises. Who is told to stop meanwhile stops only once the work is done."""
        loop = asyncio.get_running_loop()
        told: asyncio.Future[T] = loop.create_future()

        def job() -> None:
            result: Any = None
            failed: BaseException | None = None
            try:
                result = work(*args)
            except BaseException as error:  # noqa: BLE001 - it is raised where the work was asked for
                failed = error
            with self._lock:
                self._under_way -= 1
            with suppress(RuntimeError):  # the loop may have ended meanwhile, and nobody waits
                loop.call_soon_threadsafe(_tell, told, result, failed)
            # An error that leads back to itself would keep a photo's bytes in memory for a while.
            failed = None

        self._put(job)
        try:
            return await asyncio.shield(told)
        except asyncio.CancelledError:
            # What the work has in hand, such as a file, must not be closed under it.
            while not told.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([told])
            told.exception()
            raise

    def _put(self, job: Callable[[], None]) -> None:
        with self._lock:
            self._under_way += 1
            # No more than are needed: a thread that has just worked has all that it needs at hand.
            if self._started < min(self._under_way, self._most):
                self._started += 1
                threading.Thread(target=self._run, name=self._name, daemon=True).start()
        self._jobs.put(job)

    def _run(self) -> None:
        while True:
            self._jobs.get()()


def _tell(told: "asyncio.Future[Any]", result: Any, failed: BaseException | None) -> None:
    if failed is None:
        told.set_result(result)
    else:
        told.set_exception(failed)


_arriving = _Threads("field-arriving", THREADS)
_keeping = _Threads("field-keeping", KEEPERS)


async def aside(work: Callable[..., T], *args: Any) -> T:
    """Do work that waits for this machine's disks and databases, in one of the threads for photos."""
    return await _arriving.do(work, *args)


async def in_its_place(work: Callable[..., T], *args: Any) -> T:
    """Do work that waits for the place where photos are kept, in one of the threads for that."""
    return await _keeping.do(work, *args)


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


class Held:
    """How much of small photos is in memory, of all uploads of a process; for its event loop alone."""

    bytes = 0


@contextmanager
def held(size: int) -> Iterator[bool]:
    """Room in memory for a photo of `size` bytes, if there is some and it is small enough."""
    room = 0 < size <= HELD_EACH_BYTES and Held.bytes + size <= HELD_BYTES
    taken = size if room else 0
    Held.bytes += taken
    try:
        yield room
    finally:
        Held.bytes -= taken


async def gather(request: Request[Any, Any, Any], size: int) -> list[bytes]:
    """All that comes, for which there is room in memory: fewer bytes than `size` where the line broke.

    Raises Problem too-large for more than was announced.
    """
    chunks: list[bytes] = []
    now = asyncio.get_running_loop().time
    come, heard = 0, now()
    with suppress(TimeoutError):
        async with asyncio.timeout(SILENCE_S) as patience:
            # No further than the last byte: to be told that nothing follows costs as much as a piece.
            while come < size:
                message: Any = await request.receive()
                chunk = message.get("body", b"")
                come += len(chunk)
                if come > size:
                    raise _too_much(size)
                chunks.append(chunk)
                if len(chunks) >= CHUNKS_MAX:  # a piece of few bytes takes many of memory
                    chunks = [b"".join(chunks)]
                if not message.get("more_body", False):
                    break
                if now() - heard > SILENCE_S * CLOCK_SHARE:
                    heard = now()
                    patience.reschedule(heard + SILENCE_S)
    return chunks


def _too_much(size: int) -> Problem:
    detail = f"More bytes came than the {size} of the photo. Nothing of this part was kept."
    return Problem("too-large", detail)


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
                    raise _too_much(size_max)
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


def append(part: Part, sums: Sums, chunks: Sequence[bytes]) -> None:
    """Write some bytes down. Raises Problem storage-full, storage-failed."""
    # One write and one sum for many chunks: with each of them a thread gives way to all others, and waits.
    # For a few that costs less than to put them together in memory that is asked for and given back.
    for some in chunks if len(chunks) <= CHUNKS_FEW else [b"".join(chunks)]:
        part.append(some)
        sums.add(some)
