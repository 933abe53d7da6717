"""Where photos are kept for good, by the SHA-256 of their bytes: one interface, several kinds of place."""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

from field.problems import Problem

READ_BYTES = 1 << 18


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def trouble(error: OSError) -> str:
    """An error of the server's disk, in words for people who have never seen that disk."""
    # "File too large", as the system says, would be taken for a word about the photo.
    return f"the server's disk {'is full' if error.errno in _FULL else 'cannot be read or written'}"


def not_kept(error: OSError) -> Problem:
    """What an error of the disk means for whoever sends a photo: storage-full, or storage-failed."""
    detail = f"The photo could not be kept: {trouble(error)}. It stays on the tablet; send it again."
    return Problem("storage-full" if error.errno in _FULL else "storage-failed", detail)


class Direct(msgspec.Struct, frozen=True):
    """A request by which bytes go to where they are kept, and not through the server."""

    url: str
    method: str
    headers: Mapping[str, str]


class Health(msgspec.Struct, frozen=True):
    """How a place stands, and what to do where that is not well."""

    well: bool
    found: str
    do: str = ""


class Storage(Protocol):
    """A place for bytes that never change. `sha256` is in hex, and of exactly the bytes that are kept."""

    def keep(self, sha256: str, path: Path, *, anew: bool = False) -> None:
        """Keep a file's bytes, and take the file away. Once this returns they survive a power cut.

        The same again is no error: nothing is kept twice. `anew`: what is there under that hash has come to
        harm, and is replaced by the file. Raises Problem storage-failed, storage-full, and then nothing is
        half there.
        """

    def size(self, sha256: str) -> int | None:
        """How many bytes are kept, or None where there are none."""

    def read(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to but without `end`. Raises Problem not-found."""

    def remove(self, sha256: str) -> None:
        """Take bytes away for good; none there is no error. Raises Problem storage-failed."""

    def invite(self, id: str, sha256: str, size: int, seconds: int) -> Direct | None:
        """How a client may bring the bytes of the upload `id` here by itself, for so long.

        The place refuses other bytes than those of that hash and size. None: only the server brings bytes.
        """

    def take_in(self, id: str, sha256: str, size: int, *, anew: bool = False) -> bool:
        """Keep what a client that was invited has brought; False where nothing has come. `anew`: see `keep`.

        Raises Problem photo-differs where it is something else, which is dropped then; storage-failed.
        """

    def turn_away(self, id: str) -> None:
        """Forget what came for the upload `id`, if anything. Raises Problem storage-failed."""

    def shown_at(self, sha256: str, media_type: str, seconds: int, *, name: str = "") -> str | None:
        """An address at which anybody may fetch the bytes for so long, as a file where it has a `name`.

        None: only the server hands bytes out.
        """

    def sweep(self, before_ms: int) -> int:
        """Take away what was begun before that moment and never came to its end; how much."""

    def health(self) -> Health:
        """How the place stands; nothing is changed."""


_LASTING: set[Path] = set()
"""The folders of which this process knows that a power cut does not take them away."""


class Folder:
    """Photos in a folder: `ab/abcd...`. A file appears there whole, by one rename, or not at all.

    Not deeper: to make a folder for nearly every photo, and to see it settled, cost more than to find a file
    among some thousands. Those that an earlier version kept as `ab/cd/abcd...` are found there.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """`durable=False` skips waiting for the disk, for tests and the simulator alone."""
        self._folder = folder
        self._durable = durable
        self._lasting = _LASTING

    def _within(self, sha256: str) -> Path:
        # Read as one text: to join paths bit by bit costs as much as to ask the disk.
        return Path(f"{self._folder}/{sha256[:2]}")

    def _path(self, sha256: str) -> Path:
        return Path(f"{self._folder}/{sha256[:2]}/{sha256}")

    def _places(self, sha256: str) -> Iterator[Path]:
        """Where a photo is, or was kept by an earlier version."""
        yield self._path(sha256)
        yield self._within(sha256) / sha256[2:4] / sha256

    def keep(self, sha256: str, path: Path, *, anew: bool = False) -> None:  # noqa: ARG002 - it always is
        """See Storage. `path` must be on the same file system as the folder."""
        within, kept = self._within(sha256), self._path(sha256)
        try:
            self._settle(path)
            try:
                path.replace(kept)
            except FileNotFoundError:
                self._lasting.discard(within)
                within.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.replace(kept)
            self._settle(within)
            # A folder that somebody else has just made may not last yet: each process settles it once.
            if within not in self._lasting:
                self._settle(self._folder)
                self._lasting.add(within)
        except OSError as error:
            raise not_kept(error) from error

    def size(self, sha256: str) -> int | None:
        """See Storage."""
        for path in self._places(sha256):
            with suppress(FileNotFoundError):
                return path.stat().st_size
        return None

    def read(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        """See Storage."""
        path = next((path for path in self._places(sha256) if path.is_file()), self._path(sha256))
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise Problem("not-found", "The bytes of this photo are not here.") from None
        with file:
            file.seek(start)
            left = end - start
            while left > 0 and (some := file.read(min(READ_BYTES, left))):
                left -= len(some)
                yield some

    def remove(self, sha256: str) -> None:
        """See Storage."""
        try:
            for path in self._places(sha256):
                path.unlink(missing_ok=True)
                if path.parent.is_dir():
                    self._settle(path.parent)
        except OSError as error:
            raise Problem("storage-failed", f"The photo could not be erased: {trouble(error)}.") from error

    def invite(self, id: str, sha256: str, size: int, seconds: int) -> Direct | None:
        """See Storage. The door to a folder is the server's own."""

    def take_in(
        self,
        id: str,  # noqa: ARG002 - a folder needs none of it
        sha256: str,  # noqa: ARG002
        size: int,  # noqa: ARG002
        *,
        anew: bool = False,  # noqa: ARG002
    ) -> bool:
        """See Storage."""
        return False

    def turn_away(self, id: str) -> None:
        """See Storage."""

    def shown_at(self, sha256: str, media_type: str, seconds: int, *, name: str = "") -> str | None:
        """See Storage. The door to a folder is the server's own."""

    def sweep(self, before_ms: int) -> int:  # noqa: ARG002 - a folder needs none of it
        """See Storage. A file appears here whole, so that nothing unfinished can be here."""
        return 0

    def health(self) -> Health:
        """See Storage."""
        nearest = next(place for place in (self._folder, *self._folder.absolute().parents) if place.exists())
        if os.access(nearest, os.W_OK | os.X_OK):
            return Health(True, f"kept in {self._folder}")
        return Health(False, f"{nearest} cannot be written to", f"Run: chown $(id -un) {nearest}")

    def _settle(self, path: Path) -> None:
        if not self._durable:
            return
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
