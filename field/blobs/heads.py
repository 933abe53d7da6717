"""Where signed heads of the audit trail are written: a place whose files are never overwritten.

A folder that others own (mounted append-only or write-once), or a bucket of S3 (`heads_s3.py`). What is there
already is left as it is.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from field.problems import Problem

FILE_BYTES_MAX = 100_000


class Target(Protocol):
    """A place for small files that are written once."""

    @property
    def place(self) -> str:
        """What it is called."""

    def put(self, name: str, content: bytes, now_ms: int) -> None:
        """Write a file; the same again is no error. Once this returns it survives a power cut.

        Raises Problem storage-failed where the place cannot be written to, and audit-differs where it has
        another content under that name: that one stays.
        """

    def all(self) -> dict[str, bytes]:
        """Every file there. Raises Problem storage-failed."""


def failed(place: str, why: str | None) -> Problem:
    """What is told where the place cannot be used."""
    detail = f"The place of the audit trail's heads, {place}, cannot be used: {why or 'no answer'}."
    return Problem("storage-failed", detail)


def differs(place: str, name: str) -> Problem:
    """What is told where there is another file under a head's name."""
    detail = (
        f"{name} at {place} is another one than this server's. It stays as it is; compare the two: "
        "another server may write to the same place, or one of them was altered."
    )
    return Problem("audit-differs", detail)


class HeadFolder:
    """Heads as files in a folder that is there already: none is made where a mount failed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.place = str(folder)

    def put(self, name: str, content: bytes, now_ms: int) -> None:  # noqa: ARG002 - a folder has no locks
        """See Target. The file is written in place: where nothing can be removed nothing can be renamed."""
        path = self._folder / name
        try:
            self._write(path, content)
        except FileExistsError:
            self._compare(path, content)
        except OSError as error:
            raise failed(self.place, error.strerror) from error

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _compare(self, path: Path, content: bytes) -> None:
        """A power cut may have left the beginning of the file: the rest is appended, which alters nothing."""
        try:
            there = path.read_bytes()
            if there != content and content.startswith(there):
                with suppress(PermissionError):
                    path.chmod(0o644)
                with path.open("ab") as file:
                    file.write(content[len(there) :])
                    file.flush()
                    os.fsync(file.fileno())
                there = content
        except OSError as error:
            raise failed(self.place, error.strerror) from error
        if there != content:
            raise differs(self.place, path.name)

    def all(self) -> dict[str, bytes]:
        """See Target."""
        try:
            files = [path for path in sorted(self._folder.iterdir()) if path.is_file()]
            return {path.name: path.read_bytes()[:FILE_BYTES_MAX] for path in files}
        except OSError as error:
            raise failed(self.place, error.strerror) from error
