"""Where photos are kept for good, by the SHA-256 of their bytes: one interface, several kinds of place."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from field.problems import Problem

READ_BYTES = 1 << 18


class Storage(Protocol):
    """A place for bytes that never change. `sha256` is in hex, and of exactly the bytes that are kept."""

    def keep(self, sha256: str, path: Path) -> None:
        """Keep a file's bytes, and take the file away. Once this returns they survive a power cut.

        The same again is no error: nothing is kept twice. Raises Problem storage-failed, and then nothing is
        half there.
        """

    def size(self, sha256: str) -> int | None:
        """How many bytes are kept, or None where there are none."""

    def read(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to but without `end`. Raises Problem not-found."""


class Folder:
    """Photos in a folder: `ab/cd/abcd...`. A file appears there whole, by one rename, or not at all."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """`durable=False` skips waiting for the disk, for tests and the simulator alone."""
        self._folder = folder
        self._durable = durable

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def keep(self, sha256: str, path: Path) -> None:
        """See Storage. `path` must be on the same file system as the folder."""
        kept = self._path(sha256)
        try:
            kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._settle(path)
            path.replace(kept)
            self._settle(kept.parent, kept.parent.parent, self._folder)
        except OSError as error:
            detail = f"The photo could not be kept: {error.strerror}. It stays on the tablet; send it again."
            raise Problem("storage-failed", detail) from error

    def size(self, sha256: str) -> int | None:
        """See Storage."""
        try:
            return self._path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def read(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        """See Storage."""
        try:
            file = self._path(sha256).open("rb")
        except FileNotFoundError:
            raise Problem("not-found", "The bytes of this photo are not here.") from None
        with file:
            file.seek(start)
            left = end - start
            while left > 0 and (some := file.read(min(READ_BYTES, left))):
                left -= len(some)
                yield some

    def _settle(self, *paths: Path) -> None:
        for path in paths if self._durable else ():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
