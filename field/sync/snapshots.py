"""Snapshots: a scope's rows up to a position as one immutable file (docs/protocol.md, "Snapshots").

The file's lines are rows as a page has them; but the personal part is sealed with the snapshot's own key, so
that the file may lie on a disk. When one is due, and when one may go, is decided here.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from field.sync.signing import b64, unb64

KEY_BYTES = 32
NONCE_BYTES = 12
TYPES: Mapping[str, str] = {"gzip": "application/gzip", "zstd": "application/zstd"}
"""The media type of each file of a snapshot."""

KEEP_MS = 86_400_000
"""How long a snapshot that has a successor stays after somebody fetched of it last."""

KEEP_OLD = 2
"""So many snapshots with a successor are kept of a scope at most."""


class File(msgspec.Struct, frozen=True):
    """One of a snapshot's files: its media type, its size in bytes and its hash, which is its ETag too."""

    type: str
    bytes: int
    sha256: str


class Offer(msgspec.Struct, frozen=True):
    """A snapshot as a pull offers it. `key` opens what is personal in it; `checksum` is that of its rows."""

    scope: str
    id: str
    epoch: str
    n: int
    rows: int
    checksum: int
    key: str
    url: str
    files: list[File]


class Offered(msgspec.Struct, frozen=True):
    """The line of a page that offers a snapshot."""

    snapshot: Offer


class Kept(msgspec.Struct, frozen=True):
    """A snapshot that there is. `bytes`: those of its files together."""

    id: str
    scope: str
    epoch: str
    n: int
    rows: int
    bytes: int
    made_ms: int
    handed_ms: int


class Cipher:
    """Seals and opens the personal parts of one snapshot. Its key is for one snapshot alone."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def line(self, n: int, public: bytes, private: bytes | None) -> bytes:
        """The line of a row: no two rows of a scope have the same position, so none has the same nonce."""
        if private is None:
            return public + b"\n"
        sealed = self._cipher.encrypt(n.to_bytes(NONCE_BYTES, "big"), private, public)
        return public + b"\t" + b64(sealed).encode() + b"\n"

    def open(self, n: int, public: bytes, sealed: bytes) -> bytes:
        """The personal part of a row. Raises ValueError where it was not sealed so."""
        try:
            return self._cipher.decrypt(n.to_bytes(NONCE_BYTES, "big"), unb64(sealed.decode()), public)
        except (InvalidTag, UnicodeDecodeError) as error:
            raise ValueError("the personal part of a row cannot be opened") from error


def due(head: int, latest: Kept | None, rows_min: int) -> bool:
    """Whether a scope at position `head` shall have a new snapshot.

    The next one is due when a tenth of the rows has moved: until then the pull after it brings little.
    """
    if latest is None:
        return head >= rows_min
    return head - latest.n >= max(rows_min // 2, latest.rows // 10, 1)


def latest(kept: Iterable[Kept], epoch: str) -> dict[str, Kept]:
    """The snapshot to offer of each scope."""
    found: dict[str, Kept] = {}
    for each in kept:
        if each.epoch == epoch and (each.scope not in found or each.n > found[each.scope].n):
            found[each.scope] = each
    return found


def removable(kept: Sequence[Kept], epoch: str, now_ms: int, bytes_max: int) -> list[str]:
    """The snapshots that may go: of another epoch, or with a successor and not fetched of any more.

    Where all together are larger than `bytes_max`, those with a successor go in any case; never the latest.
    """
    current = {each.id for each in latest(kept, epoch).values()}
    old = sorted((each for each in kept if each.id not in current), key=lambda each: -each.handed_ms)
    room = bytes_max - sum(each.bytes for each in kept if each.id in current)
    gone, stay = [], {each.scope: 0 for each in old}
    for each in old:
        keep = each.epoch == epoch and now_ms - each.handed_ms < KEEP_MS
        if keep and stay[each.scope] < KEEP_OLD and each.bytes <= room:
            stay[each.scope] += 1
            room -= each.bytes
        else:
            gone.append(each.id)
    return gone
