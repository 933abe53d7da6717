"""The bundle as a ZIP that is written while it is read, with a signed manifest as its last file.

Nothing is held but the chunk under way: a bundle of a thousand photos takes no more memory than one of one.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator

import msgspec

MANIFEST = "manifest.sha256"
SIGNATURE = "manifest.sig"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The same files make the same bytes: when a bundle was made stands in bundle.json alone."""

_SAFE = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*", re.IGNORECASE)


class File(msgspec.Struct, frozen=True):
    """A file of the bundle: where, how many bytes at most, and the bytes. `packed`: worth compressing."""

    name: str
    size: int
    chunks: Iterable[bytes]
    packed: bool = True


def of_bytes(name: str, content: bytes) -> File:
    """A small file."""
    return File(name, len(content), (content,))


def stream(
    files: Iterable[File], sign: Callable[[bytes], bytes], done: Callable[[str], None]
) -> Iterator[bytes]:
    """The ZIP, piece by piece: `files` in their order, then the manifest and the signature over it.

    `sign` gives the raw signature over the manifest. `done` hears the manifest's SHA-256 before the last
    pieces go out: whoever has a whole bundle has one that was written down. Raises ValueError for a name
    that could lead out of the folder into which somebody unpacks, or that occurs twice.
    """
    sink = _Sink()
    lines: list[str] = []
    names: set[str] = set()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            if not _SAFE.fullmatch(file.name) or file.name in names:
                raise ValueError(f"{file.name!r} is no name for a file of a bundle")
            names.add(file.name)
            digest = hashlib.sha256()
            with archive.open(_info(file), "w") as target:
                for chunk in file.chunks:
                    digest.update(chunk)
                    target.write(chunk)
                    yield from sink.take()
            lines.append(f"{digest.hexdigest()}  {file.name}\n")
        manifest = "".join(lines).encode()
        for last in (of_bytes(MANIFEST, manifest), of_bytes(SIGNATURE, sign(manifest))):
            archive.writestr(_info(last), b"".join(last.chunks))
        done(hashlib.sha256(manifest).hexdigest())
        yield from sink.take()
    yield from sink.take()


def _info(file: File) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(file.name, _LONG_AGO)
    info.compress_type = zipfile.ZIP_DEFLATED if file.packed else zipfile.ZIP_STORED
    info.external_attr = 0o644 << 16
    info.create_system = 3
    info.file_size = file.size
    return info


class _Sink(io.RawIOBase):
    """Where the ZIP writes: what nobody has taken yet."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]  # all that zipfile hands over
        self._pieces.append(bytes(piece))
        return len(piece)

    def take(self) -> Iterator[bytes]:
        """What came since the last time."""
        taken, self._pieces = b"".join(self._pieces), []
        if taken:
            yield taken
