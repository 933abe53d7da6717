"""The receipt of a report, for the employer: short enough for a QR code, checked with a public key alone.

200 characters of base32: 61 bytes that say what was received and the server's signature over them. What was
received in full is the *statement*, whose hash the receipt bears. docs/protocol.md, "Receipts of reports".
"""

import base64
import binascii
import hashlib
import struct
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from field.sync.keyring import Key, id_text
from field.sync.signing import ServerKey, b64, receipt_verified, unb64

VERSION = 1
DIGEST_BYTES = 20
_BODY = struct.Struct(f">B4s16sI4s4s4sI{DIGEST_BYTES}s")
BODY_BYTES = _BODY.size
SIGNATURE_BYTES = 64
CHARACTERS = (BODY_BYTES + SIGNATURE_BYTES) * 8 // 5
TYPED_MAX = 1000
"""More characters than any way to write a receipt has, with blanks and dashes between groups."""

_TAIL_BYTES = 4
_SIGNED = b"field-report-1\n"
# Base32 has neither 0 nor 1: whoever types them read an O and an I.
_MISREAD = str.maketrans({"0": "O", "1": "I", "-": None, "\u00ad": None})

Fault = Literal["not-a-receipt", "unknown-key", "bad-signature", "key-revoked", "key-ended"]


class LineSaid(msgspec.Struct, frozen=True):
    """A line about a report, as a statement names it: by its hash, in the order of capture."""

    t: int
    device: str
    seq: int
    hash: str


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What was received. `lines` are hashes in the order of capture, `photos` (record, SHA-256) by record.

    It holds nothing that a restored server could not say again from the lines themselves.
    """

    report: str
    establishment: str
    registration_no: str | None
    device: str
    by: str | None
    lines: tuple[str, ...]
    photos: tuple[tuple[str, str], ...]

    def text(self) -> bytes:
        """The statement as it is hashed: a line for each fact, each with its newline."""
        said = [
            "field-report-statement-1",
            f"report {self.report}",
            f"establishment {self.establishment}",
            f"registration {_plain(self.registration_no)}",
            f"device {self.device}",
            f"by {self.by or '-'}",
            *(f"line {each}" for each in self.lines),
            *(f"photo {record} {sha256}" for record, sha256 in self.photos),
        ]
        return "".join(f"{each}\n" for each in said).encode()

    def digest(self) -> str:
        """The first 20 bytes of the SHA-256 of the text, as 40 hexadecimal digits."""
        return hashlib.sha256(self.text()).hexdigest()[: DIGEST_BYTES * 2]


class ReportReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What a receipt says by itself. Ids in part are their last 8 hexadecimal digits.

    `received_s`: when the last of the lines came, in seconds since 1970, UTC. `epoch_part` and `n`: the life
    of the database, and the position of the report's row in its scope when the receipt was made.
    """

    key: str
    report: str
    received_s: int
    establishment_part: str
    device_part: str
    epoch_part: str
    n: int
    digest: str


def ordered(lines: Iterable[LineSaid]) -> tuple[str, ...]:
    """Hashes in the order of capture."""
    return tuple(each.hash for each in sorted(lines, key=lambda each: (each.t, each.device, each.seq)))


def part(id: str) -> str:
    """The end of an id, as a receipt bears it."""
    return id.replace("-", "")[-2 * _TAIL_BYTES :]


def body_of(receipt: ReportReceipt) -> bytes:
    """The 61 bytes of a receipt before its signature."""
    return _BODY.pack(
        VERSION,
        base64.b32decode(receipt.key + "="),
        bytes.fromhex(receipt.report.replace("-", "")),
        receipt.received_s,
        bytes.fromhex(receipt.establishment_part),
        bytes.fromhex(receipt.device_part),
        bytes.fromhex(receipt.epoch_part),
        min(receipt.n, 2**32 - 1),
        bytes.fromhex(receipt.digest),
    )


def message(body: bytes) -> bytes:
    """What the server signs: the body after a line that says what it is."""
    return _SIGNED + body


def made(receipt: ReportReceipt, key: ServerKey) -> str:
    """The receipt as 200 characters out of A-Z and 2-7."""
    body = body_of(receipt)
    return base64.b32encode(body + unb64(key.sign(message(body)))).decode()


def normal(typed: str) -> str:
    """A receipt as somebody typed or scanned it: in groups, in small letters, as the end of an address."""
    last = typed.strip().rstrip("/").rpartition("/")[2]
    return "".join(last.split()).upper().translate(_MISREAD)


def read(typed: str) -> tuple[ReportReceipt, bytes, bytes]:
    """The receipt in a text, with its body and its signature. Raises ValueError for what is none."""
    text = normal(typed) if len(typed) <= TYPED_MAX else ""
    if len(text) != CHARACTERS:
        raise ValueError(f"a receipt has {CHARACTERS} letters and digits, this has {len(text)}")
    try:
        raw = base64.b32decode(text)
    except binascii.Error as error:
        raise ValueError("a receipt has the letters A to Z and the digits 2 to 7 alone") from error
    body, signature = raw[:BODY_BYTES], raw[BODY_BYTES:]
    version, key, report, received_s, establishment, device, epoch, n, digest = _BODY.unpack(body)
    if version != VERSION:
        raise ValueError(f"this is a receipt of version {version}; a newer program may know it")
    plain = report.hex()
    found = ReportReceipt(
        key=id_text(key),
        report="-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:])),
        received_s=received_s,
        establishment_part=establishment.hex(),
        device_part=device.hex(),
        epoch_part=epoch.hex(),
        n=n,
        digest=digest.hex(),
    )
    return found, body, signature


class Checked(msgspec.Struct, frozen=True):
    """What a receipt says, and what is wrong with it: None where the server of these keys made it."""

    receipt: ReportReceipt | None
    fault: Fault | None
    detail: str = ""


def check(typed: str, keys: Sequence[Key]) -> Checked:
    """Whether a receipt was made by the server of these keys, while its key was in force."""
    try:
        found, body, signature = read(typed)
    except ValueError as error:
        return Checked(None, "not-a-receipt", str(error))
    key = next((each for each in keys if each.id == found.key), None)
    if key is None:
        return Checked(found, "unknown-key", f"it names the key {found.key}, which is not among those given")
    if not receipt_verified(key.public, b64(signature), message(body)):
        return Checked(found, "bad-signature", "its signature does not hold: it was mistyped, or made up")
    at_ms = found.received_s * 1000
    if key.revoked is not None and at_ms >= key.revoked.since_ms:
        return Checked(found, "key-revoked", f"its key {key.id} was revoked before the time that it names")
    if not key.in_force(at_ms):
        return Checked(found, "key-ended", f"its key {key.id} no longer signed at the time that it names")
    return Checked(found, None)


def grouped(text: str) -> list[str]:
    """A receipt for the eye: groups of five."""
    return [text[at : at + 5] for at in range(0, len(text), 5)]


def _plain(text: str | None) -> str:
    """Text that cannot break out of its line."""
    return " ".join((text or "-").split()) or "-"
