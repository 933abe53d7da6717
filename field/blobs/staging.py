"""Uploads under way: a file each, on a disk that all workers share. How far an upload has come is its size.

What is on the disk is the truth: no number beside it could be wrong after a power cut.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from field.problems import Problem

PRIVATE = 0o600
PRIVATE_FOLDER = 0o700


class Part:
    """An upload's file, held by one writer."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @property
    def size(self) -> int:
        """How many bytes are there."""
        return os.fstat(self._descriptor).st_size

    def append(self, chunk: bytes | bytearray) -> None:
        """Write at the end. Raises Problem storage-failed where the disk is full; some of it may be there."""
        view = memoryview(chunk)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            detail = f"The photo could not be kept: {error.strerror}. It stays on the tablet; send it again."
            raise Problem("storage-failed", detail) from error

    def cut(self, size: int) -> None:
        """Take back what came after `size` bytes."""
        os.ftruncate(self._descriptor, size)

    def settle(self) -> None:
        """Return once the bytes would survive a power cut."""
        os.fsync(self._descriptor)


class Staging:
    """The folder of uploads under way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, id: str) -> Path:
        """Where an upload's bytes are. `id` is one that the store gave: no name from outside gets here."""
        return self._folder / id

    def size(self, id: str) -> int:
        """How many bytes of an upload have come."""
        try:
            return self.path(id).stat().st_size
        except FileNotFoundError:
            return 0

    @contextmanager
    def part(self, id: str) -> Iterator[Part]:
        """An upload's file, for one writer of all workers. Raises Problem upload-locked for a second one."""
        self._folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        descriptor = os.open(self.path(id), flags, PRIVATE)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                detail = "This photo is being sent by another request. Wait a moment and ask how far it is."
                raise Problem("upload-locked", detail) from None
            yield Part(descriptor)
        finally:
            os.close(descriptor)

    def drop(self, id: str) -> None:
        """Forget an upload's bytes, if there are any."""
        self.path(id).unlink(missing_ok=True)
