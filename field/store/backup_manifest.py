"""What a backup holds, as it says itself: all that a server asks of one.

It stands apart from making one, which loads the drivers of both databases.
"""

from pathlib import Path

import msgspec


class File(msgspec.Struct, frozen=True):
    """A file of a backup: its size in bytes, and the SHA-256 of what is in it, in hex."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds. `scopes` are the heads, `lines` how far each tablet's line had come, by device.

    `secrets` are fingerprints of the keys without which it opens nothing; `photos` is None where photos are
    kept elsewhere. `as_of_ms`: all that was answered before then is in it.
    """

    edition: int
    as_of_ms: int
    database: str
    schema: str
    epoch: str
    scopes: dict[str, int]
    lines: dict[str, int]
    counts: dict[str, int]
    files: dict[str, File]
    photos: int | None
    secrets: dict[str, str]
    with_secrets: bool = False


def size(folder: Path) -> int:
    """How many bytes are in a backup, those that it shares with others included."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
