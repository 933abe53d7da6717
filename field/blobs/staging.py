"""Uploads under way: a file each, on a disk that all workers share. How far an upload has come is its size.

What is on the disk is the truth: no number beside it could be wrong after a power cut.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from field.blobs.storage import not_kept
from field.problems import Problem

PRIVATE = 0o600
PRIVATE_FOLDER = 0o700


class Part:
    """An upload's file, held by one writer: nobody else writes to it, moves it or takes it away."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self._path = path

    @property
    def size(self) -> int:
        """How many bytes are there."""
        return os.fstat(self._descriptor).st_size

    def append(self, chunk: bytes | bytearray) -> None:
        """Write at the end. Raises Problem storage-full, storage-failed; some of it may be there then."""
        view = memoryview(chunk)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            raise not_kept(error) from error

    def cut(self, size: int) -> None:
        """Take back what came after `size` bytes."""
        os.ftruncate(self._descriptor, size)

    def drop(self) -> None:
        """Forget the bytes."""
        self._path.unlink(missing_ok=True)

    @property
    def in_place(self) -> bool:
        """Whether this is still the file at its path: somebody may have kept or dropped it just before."""
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._descriptor))
        except FileNotFoundError:
            return False


class Staging:
    """The folder of uploads under way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, id: str) -> Path:
        """Where an upload's bytes are. `id` is one that the store gave: no name from outside gets here."""
        return Path(f"{self._folder}/{id}")

    def size(self, id: str) -> int:
        """How many bytes of an upload have come."""
        try:
            return self.path(id).stat().st_size
        except FileNotFoundError:
            return 0

    def all(self) -> list[str]:
        """The uploads of which there is a file."""
        return [path.name for path in self._folder.iterdir()] if self._folder.is_dir() else []

    def drop(self, id: str) -> None:
        """Forget the bytes of an upload that nobody can find any more: where it is known, see `Part.drop`."""
        self.path(id).unlink(missing_ok=True)

    @contextmanager
    def part(self, id: str) -> Iterator[Part]:
        """An upload's file, for one writer of all workers.

        Raises Problem upload-locked for a second one; storage-full, storage-failed where no file can be made.
        """
        path = self.path(id)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        try:
            try:
                descriptor = os.open(path, flags, PRIVATE)
            except FileNotFoundError:
                self._folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
                descriptor = os.open(path, flags, PRIVATE)
        except OSError as error:
            raise not_kept(error) from error
        try:
            part = Part(descriptor, path)
            if not (_locked(descriptor) and part.in_place):
                detail = "This photo is being sent by another request. Wait a moment and ask how far it is."
                raise Problem("upload-locked", detail)
            yield part
        finally:
            os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
