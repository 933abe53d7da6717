"""Reading photos: bytes are opened in a process of their own, which is ended where it takes too much."""

import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType

import msgspec

from field.inspections.photo_readings import Reading
from field.problems import Problem

MEGABYTE = 1 << 20
ANSWER_BYTES_MAX = 1 << 14
DERIVED_BYTES_MAX = 16 * MEGABYTE
"""A small copy of a picture has a few hundred kB."""

_PROGRAM = """
import sys
sys.path[:0] = [sys.argv[1]]
from field.blobs.decoding import serve
serve(int(sys.argv[2]))
"""
_ROOT = str(Path(__file__).parents[2])
_answer = msgspec.json.Decoder(Reading)


class Ask(msgspec.Struct, frozen=True):
    """A picture to open, `comment` for what is made of it, and where to write that. Sides in pixels."""

    path: str
    thumbnail: str
    screen: str
    comment: str
    thumbnail_px: int
    screen_px: int
    pixels_max: int
    cpu_s: int


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How far the server goes for one photo. Field's settings say what each is for."""

    bytes_max: int = 100_000_000
    pixels_max: int = 120_000_000
    seconds: float = 20.0
    memory_mb: int = 1024
    thumbnail_px: int = 320
    screen_px: int = 1600


class Scratch(msgspec.Struct, frozen=True):
    """Where a photo lies while it is read: named by its hash, so that what a crash leaves is found again."""

    original: Path
    thumbnail: Path
    screen: Path

    @classmethod
    def of(cls, folder: Path, sha256: str) -> "Scratch":
        """The places for one photo."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(folder / sha256, folder / f"{sha256}.thumbnail", folder / f"{sha256}.screen")

    def drop(self) -> None:
        """Take away what is there."""
        for path in (self.original, self.thumbnail, self.screen):
            path.unlink(missing_ok=True)


class Reader:
    """Opens photos one after the other. Its process is started when the first one comes, and used again."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, scratch: Scratch, sha256: str) -> Reading | None:
        """What the bytes at `scratch.original` are, with its small copies written; None where that failed.

        None means that the process was ended or broke: by too much time, by memory, by a fault of a decoder.
        Raises Problem storage-failed where the disk did not take the small copies: the photo is not to blame.
        """
        process = self._running()
        limits = self._limits
        ask = Ask(
            path=str(scratch.original),
            thumbnail=str(scratch.thumbnail),
            screen=str(scratch.screen),
            # Two originals never have a small copy in common, also where they look the same.
            comment=f"Made from the photo with SHA-256 {sha256}",
            thumbnail_px=limits.thumbnail_px,
            screen_px=limits.screen_px,
            pixels_max=limits.pixels_max,
            cpu_s=int(limits.seconds) + 1,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        timer = threading.Timer(limits.seconds, process.kill)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(msgspec.json.encode(ask) + b"\n")
            process.stdin.flush()
            found = _answer.decode(process.stdout.readline(ANSWER_BYTES_MAX))
        except (OSError, msgspec.MsgspecError):
            self.close()
            if process.returncode == os.EX_IOERR:
                detail = "The small copies of a photo could not be written. Is the disk full?"
                raise Problem("storage-failed", detail) from None
            return None
        finally:
            timer.cancel()
        return found if _whole(found, scratch) else None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            memory = self._limits.memory_mb * MEGABYTE
            # -I and no environment: it sees neither the server's settings nor its keys.
            command = [sys.executable, "-I", "-c", _PROGRAM, _ROOT, str(memory)]
            try:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env={"PATH": "", "MALLOC_ARENA_MAX": "1"},
                    close_fds=True,
                )
            except OSError as error:
                raise Problem("busy", "No process could be started to open photos.") from error
        return self._process

    def close(self) -> None:
        """End the process, if there is one. The next photo starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                # What was written to it may have been read by nobody.
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()


def _whole(found: Reading, scratch: Scratch) -> bool:
    """Whether an answer is one that can be believed: small copies are there, and small."""
    if found.fault is not None:
        return True
    needed = (found.format, found.width, found.height, found.dhash)
    if None in needed:
        return False
    return all(
        path.is_file() and 0 < path.stat().st_size <= DERIVED_BYTES_MAX
        for path in (scratch.thumbnail, scratch.screen)
    )
