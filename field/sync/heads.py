"""A day's head of the audit trail, signed: what is written where the operator cannot rewrite it. Pure."""

import re
from datetime import date, timedelta

import msgspec

from field.sync.signing import ServerKey, receipt_verified

_NAME = re.compile(r"audit-(\d{4}-\d{2}-\d{2})(?:-[0-9a-f]{8})?\.json")


class SignedHead(msgspec.Struct, frozen=True, kw_only=True):
    """The trail's last entry at the end of a day, with the server's signature over `message`.

    `day` as 2026-11-22, in Pakistan. `signed_ms` and `server_key` are not signed: the one is when the server
    came to it, the other says by which key to check.
    """

    day: str
    seq: int
    hash: str
    signature: str
    server_key: str
    signed_ms: int


class Quoted(msgspec.Struct, frozen=True):
    """A head as a receipt quotes it, and as a person types it: "NUMBER.HASH"."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}.{self.hash}"


def quoted(text: str) -> Quoted | None:
    """The head that somebody typed, or None where it is none."""
    seq, _, hash = text.partition(".")
    fits = re.fullmatch(r"[0-9]{1,18}", seq) and re.fullmatch(r"[0-9a-f]{64}", hash)
    return Quoted(int(seq), hash) if fits else None


def message(day: str, seq: int, hash: str) -> bytes:
    """What the server signs for a day: four lines, each with its newline."""
    return f"field-audit-1\n{day}\n{seq}\n{hash}\n".encode()


def signed(key: ServerKey, day: str, seq: int, hash: str, now_ms: int) -> SignedHead:
    """A day's head, signed."""
    signature = key.sign(message(day, seq, hash))
    return SignedHead(
        day=day, seq=seq, hash=hash, signature=signature, server_key=key.public, signed_ms=now_ms
    )


def holds(head: SignedHead) -> bool:
    """Whether a head's signature is that of the key which it names."""
    return receipt_verified(head.server_key, head.signature, message(head.day, head.seq, head.hash))


def content(head: SignedHead) -> bytes:
    """The file of a head: JSON, and a newline at the end, which tells that it is whole."""
    return msgspec.json.format(msgspec.json.encode(head), indent=1) + b"\n"


def read(content: bytes) -> SignedHead | None:
    """The head that a file holds, or None where it holds none."""
    try:
        return msgspec.json.decode(content, type=SignedHead)
    except (msgspec.DecodeError, RecursionError):
        return None


def name(head: SignedHead) -> str:
    """What the file of a head is called."""
    return f"audit-{head.day}.json"


def day_named(name: str) -> str | None:
    """The day in the name of a head's file, or None for a file that is something else."""
    found = _NAME.fullmatch(name)
    return found[1] if found else None


def days_due(last: str | None, begun: date, today: date) -> list[str]:
    """The days that are over and have no head yet, in order, after the `last` one that has."""
    day = begun if last is None else date.fromisoformat(last) + timedelta(days=1)
    days = []
    while day < today:
        days.append(day.isoformat())
        day += timedelta(days=1)
    return days
