"""What a tus 1.0 client says in its headers (tus.io, "Resumable upload protocol", 1.0.x).

Supported: core, creation, creation-with-upload, checksum, expiration, termination. The length must be known
when an upload begins: a photo is described before its bytes travel.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from email.utils import formatdate

import msgspec

from field.problems import Problem

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
ALGORITHMS = ("sha256", "sha1")
"""SHA-1 is what every tus server must know; it guards against a bad line, and proves nothing here."""

MEDIA_TYPE = "application/offset+octet-stream"
METADATA_LENGTH_MAX = 4000
_NUMBER_DIGITS_MAX = 15
_KEY = re.compile(r"[\x21-\x2b\x2d-\x7e]+")


class Checksum(msgspec.Struct, frozen=True):
    """What the bytes of one request must come to; `digest` is raw."""

    algorithm: str
    digest: bytes


def check_version(said: str | None) -> None:
    """Raises Problem tus-version where the client speaks another version, or none."""
    if said != VERSION:
        detail = f"Tus-Resumable must be {VERSION}, not {said or 'missing'}. Use a client of tus 1.0."
        raise Problem("tus-version", detail)


def number(name: str, said: str | None) -> int:
    """A header that is a whole number of 0 or more. Raises Problem bad-request."""
    if said is None or not (said.isascii() and said.isdigit() and len(said) <= _NUMBER_DIGITS_MAX):
        raise Problem("bad-request", f"{name} must be a number of bytes, not {said!r}.")
    return int(said)


def metadata(said: str | None) -> dict[str, str]:
    """The pairs of Upload-Metadata: names, each with its value in base64. Raises Problem bad-request."""
    if not said:
        return {}
    if len(said) > METADATA_LENGTH_MAX:
        raise Problem("bad-request", f"Upload-Metadata has more than {METADATA_LENGTH_MAX} characters.")
    found: dict[str, str] = {}
    for pair in said.split(","):
        key, _, coded = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise Problem("bad-request", f"Upload-Metadata: {key[:40]!r} is no name, or stands there twice.")
        try:
            found[key] = base64.b64decode(coded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Problem("bad-request", f"Upload-Metadata: the value of {key} is no base64.") from None
    return found


def checksum(said: str | None) -> Checksum | None:
    """What Upload-Checksum asks for, if anything. Raises Problem bad-request."""
    if said is None:
        return None
    algorithm, _, coded = said.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise Problem(
            "bad-request", f"Upload-Checksum: {algorithm[:40]!r} is not known; use {ALGORITHMS[0]}."
        )
    try:
        return Checksum(algorithm, base64.b64decode(coded, validate=True))
    except binascii.Error:
        raise Problem("bad-request", "Upload-Checksum: what follows the name is no base64.") from None


def check_media_type(headers: Mapping[str, str]) -> None:
    """Raises Problem unknown-format where a part of an upload is not sent as such."""
    said = headers.get("content-type", "").partition(";")[0].strip().lower()
    if said != MEDIA_TYPE:
        raise Problem("unknown-format", f"Send the bytes as {MEDIA_TYPE}, not {said or 'without a type'}.")


def date(ms: int) -> str:
    """A moment as Upload-Expires has it (RFC 9110, section 5.6.7)."""
    return formatdate(ms / 1000, usegmt=True)
