"""What travels down: encoded rows, `gone` marks and checkpoints; and the checksum of a scope.

Rows are encoded once, when the record is written; a pull concatenates them (docs/protocol.md, "Pull").
"""

import hashlib
from typing import Any

import msgspec

from field.sync.changes import Private
from field.sync.merge import Record, row_write

CHECKSUM_BITS = 48
"""So that a browser's numbers hold a sum exactly."""
CHECKSUM_MAX = (1 << CHECKSUM_BITS) - 1
DOUBT = 1 << (CHECKSUM_BITS - 1)
"""Added to a sum, it makes one that cannot be right."""


class Row(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A record as a tablet receives it. `n` is its position in its scope.

    `write` is the id of the live write of every field that `writes` does not list.
    """

    record: str
    kind: str
    n: int
    root: str
    parent: str | None = None
    values: dict[str, Any]
    write: str = ""
    writes: dict[str, list[str]] = {}
    disputed: list[str] = []


class Gone(msgspec.Struct, kw_only=True):
    """The record has left this scope."""

    gone: str
    n: int


_row = msgspec.json.Decoder(Row)
_private = msgspec.json.Decoder(Private)


def encode_row(record: Record) -> bytes:
    """The public bytes of a record's row at its position."""
    write, writes = row_write(record)
    return msgspec.json.encode(
        Row(
            record=record.id,
            kind=record.kind,
            n=record.n,
            root=record.root,
            parent=record.parent,
            values=record.values,
            write=write,
            writes=writes,
            disputed=record.disputed,
        )
    )


def encode_private(private: Private) -> bytes | None:
    """The personal values beside a row, or None where there are none."""
    return msgspec.json.encode(private) if private else None


def decode_row(body: bytes) -> Row:
    """The row in `body`. Raises msgspec.ValidationError for what is no row."""
    return _row.decode(body)


def decode_private(private: bytes | None) -> Private:
    """The personal values beside a row."""
    return _private.decode(private) if private else {}


def encode_gone(id: str, n: int) -> bytes:
    """The mark that a record has left the scope at position `n`."""
    return msgspec.json.encode(Gone(gone=id, n=n))


def digest(body: bytes) -> int:
    """One row's part of its scope's checksum: the first 48 bits of the SHA-256 of its public bytes."""
    return int.from_bytes(hashlib.sha256(body).digest()[: CHECKSUM_BITS // 8], "big")


def add(checksum: int, digest: int) -> int:
    """The checksum with a row's digest added."""
    return (checksum + digest) & CHECKSUM_MAX


def subtract(checksum: int, digest: int) -> int:
    """The checksum with a row's digest taken away."""
    return (checksum - digest) & CHECKSUM_MAX
