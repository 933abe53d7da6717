"""Everything that can go wrong, in words for a person.

A `Problem` stops a request and says what is wrong, where, and what to do about it. On the wire it is
`application/problem+json` (RFC 9457). Its code is for ever: a tablet that left the office a year ago still
decides by it whether to try again. A new one is a line in `CATALOGUE`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec


class Kind(msgspec.Struct, frozen=True):
    """What is true of every problem with the same code: its HTTP status and its short title."""

    status: int
    title: str


CATALOGUE: Mapping[str, Kind] = MappingProxyType(
    {
        # The request itself.
        "bad-request": Kind(400, "The request cannot be understood"),
        "unreadable-body": Kind(400, "The body of the request cannot be read"),
        "not-found": Kind(404, "There is no such thing here"),
        "wrong-method": Kind(405, "This cannot be done here"),
        "already-there": Kind(409, "It is there already, and is different"),
        "changed-meanwhile": Kind(409, "It is no longer as you saw it"),
        "too-large": Kind(413, "It is too large"),
        "unknown-format": Kind(415, "This format is not known here"),
        "too-many-tries": Kind(429, "Too many tries"),
        "asks-too-often": Kind(429, "It asks too often"),
        "refused": Kind(422, "It cannot be done as asked"),
        # Who is asking.
        "not-signed-in": Kind(401, "You are not signed in"),
        "wrong-password": Kind(401, "The name or the password is wrong"),
        "bad-signature": Kind(401, "The signature does not match"),
        "device-unknown": Kind(401, "This device is not known"),
        "device-revoked": Kind(403, "This device may no longer be used"),
        "no-right": Kind(403, "You have no right to do this"),
        "count-behind": Kind(409, "A later request of this device was heard"),
        # Apps of other versions.
        "app-too-old": Kind(403, "This app is too old"),
        "app-too-new": Kind(409, "This app is newer than the server"),
        # The code by which a tablet is enrolled.
        "code-unknown": Kind(404, "This code is not known"),
        "code-used": Kind(409, "This code has been used"),
        "code-expired": Kind(410, "This code has expired"),
        # Photos' bytes (tus 1.0; 460 is the status of its checksum extension).
        "tus-version": Kind(412, "This version of tus is not spoken here"),
        "upload-offset": Kind(409, "The upload stands elsewhere"),
        "upload-expired": Kind(410, "The upload was left for too long"),
        "upload-locked": Kind(423, "Somebody else is sending this"),
        "checksum-mismatch": Kind(460, "The bytes were changed on the way"),
        "link-expired": Kind(410, "This link has ended"),
        "link-forged": Kind(403, "This link was not made here"),
        "photo-differs": Kind(422, "This is not the photo that was captured"),
        "audit-differs": Kind(409, "Another head of the audit trail is there already"),
        "erased": Kind(410, "It was erased"),
        # Snapshots of scopes.
        "snapshot-gone": Kind(410, "This snapshot is not handed out any more"),
        "range-not-satisfiable": Kind(416, "There are not so many bytes"),
        # The server.
        "internal": Kind(500, "Something went wrong on the server"),
        "bad-setting": Kind(500, "A setting of the server is wrong"),
        "busy": Kind(503, "The server is busy"),
        "storage-failed": Kind(503, "The server could not keep it"),
        "journal-ahead": Kind(503, "The database is older than the office journal"),
        "storage-full": Kind(507, "The disk of the server is full"),
    }
)
"""Every code there is, each declared once."""

RESERVED = frozenset({"type", "title", "status", "detail", "code"})


class Problem(Exception):  # noqa: N818 - RFC 9457's own word
    """Stop, and tell a person why.

    `Problem("code-expired", "The code of 3 March is no longer valid. Ask your office for a new one.",
    expired_ms=...)`: the detail says what is wrong, where, and what to do; the rest is for a machine, and
    joins the members of the answer.

    Raises `KeyError` for a code that `CATALOGUE` lacks, and `ValueError` for a member that would hide one of
    `RESERVED`.
    """

    def __init__(self, code: str, detail: str, /, **extra: Any) -> None:
        kind = CATALOGUE[code]
        if hidden := RESERVED & extra.keys():
            raise ValueError(
                f"a problem's own members cannot be given as extra ones: {', '.join(sorted(hidden))}"
            )
        super().__init__(detail)
        self.code = code
        self.status = kind.status
        self.title = kind.title
        self.detail = detail
        self.extra = extra

    def as_dict(self) -> dict[str, Any]:
        """The members of RFC 9457, with `code` and the extra ones beside them."""
        return {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.extra,
        }

    def __reduce__(self) -> tuple[Any, ...]:
        # An exception with keywords of its own does not survive the way between two processes otherwise.
        return _again, (self.code, self.detail, self.extra)


def _again(code: str, detail: str, extra: dict[str, Any]) -> Problem:
    return Problem(code, detail, **extra)
