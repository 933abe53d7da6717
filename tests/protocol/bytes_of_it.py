"""What the page says of bytes: hashes, signatures, files of rows, receipts. Nothing of Field is imported."""

import base64
import gzip
import hashlib
import json
import os
import struct
import uuid
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Json = dict[str, Any]
START = "0" * 64
DIFFERING = {"wage_rs", "month", "worker_name", "cnic", "days", "declared_wage_rs", "registered", "by_day"}
DIFFERING |= {"status", "headcount", "person_met", "place", "records_refused", "taken_ms"}
"""Fields of `review` and `steps`, of the kinds that this client edits."""
PERSONAL = {"person_met", "worker_name", "cnic", "private_value"}
OPEN = {"held", "waiting", "quarantined"}
LANDED = {"applied", "merged", "conflict"}


class Refused(Exception):  # noqa: N818 - what happened, not whose fault it was
    """The server answered with a problem, or what came cannot be believed."""


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sha(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()


def name_of(key: str) -> str:
    return base64.b32encode(sha(unb64(key))[:4]).decode().rstrip("=")


def holds(key: str, signature: str, message: bytes) -> bool:
    """Whether a server's key signed a message."""
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(unb64(key)).verify(unb64(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def part_of_sum(public: bytes) -> int:
    return int.from_bytes(sha(public)[:6])


def commitment(salt: str, value: str) -> str:
    """What stands in the line for a personal value."""
    return b64(sha(salt.encode() + b"\0" + value.encode()))


def uuid7(now_ms: int) -> str:
    """A fresh id."""
    raw = bytearray(now_ms.to_bytes(6) + os.urandom(10))
    raw[6], raw[8] = raw[6] & 0x0F | 0x70, raw[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(raw)))


def read_receipt(text: str) -> tuple[str, str, bytes, str]:
    """The name of the key, the report, what was signed and the signature of a report's receipt."""
    raw = base64.b32decode(text)
    version, key, about, *_ = struct.unpack(">B4s16sI4s4s4sI20s", raw[:61])
    assert version == 1
    named = base64.b32encode(key).decode().rstrip("=")
    return named, str(uuid.UUID(bytes=about)), raw[:61], b64(raw[61:])


def unpacked(whole: bytes, sha256: str, said: Json) -> dict[str, bytes] | None:
    """The rows of a snapshot by record, as in a page; None where it is not what was offered."""
    rows = {}
    for line in gzip.decompress(whole).splitlines():
        public, _, sealed = line.partition(b"\t")
        row, opened = json.loads(public), b""
        if sealed:
            nonce = row["n"].to_bytes(12)
            opened = b"\t" + AESGCM(unb64(said["key"])).decrypt(nonce, unb64(sealed.decode()), public)
        rows[row["record"]] = public + opened
    total = sum(part_of_sum(line.partition(b"\t")[0]) for line in rows.values()) % 2**48
    fits = (sha(whole).hex(), len(rows), total) == (sha256, said["rows"], said["checksum"])
    return rows if fits else None


def entry(op: str, kind: str, record: str, values: Json, **more: Any) -> Json:
    """What `capture` takes."""
    return {"op": op, "kind": kind, "record": record, "set": values, **more}
