"""Photos' bytes on a tablet: kept from the moment of capture until the office has signed that it holds them.

They travel by tus 1.0 (docs/protocol.md, "Photos' bytes"), after their entry, in parts; a part that did not
arrive is sent again from where the office stands.
"""

import base64
import hashlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from field.sync.signing import DeviceKey, claim_message, photo_receipt
from field.tablet import door
from field.tablet.database import Database
from field.tablet.door import Refused
from field.tablet.transport import NoAnswer, Response, Transport
from field.tablet.trust import Trust

UPLOADS = "/api/photos/uploads"
PART_BYTES = 256 * 1024
"""So much goes in one request: what a bad line costs when it breaks."""

TRIES_MAX = 100
"""More tries than one sync has use for where the office stays at the same byte."""

_TUS = {"Tus-Resumable": "1.0.0"}
_WELL = 200
_FORGOTTEN = (404, 410)
_BUSY = {429: "asks-too-often", 503: "busy"}
_FINAL = frozenset({"photo-differs", "too-large", "bad-request", "erased"})
_LATER = frozenset({"not-found", "upload-offset", "upload-locked", "upload-expired", "checksum-mismatch"})


class Identity(msgspec.Struct, frozen=True):
    """Who sends: the tablet's present identity, and the key that the office signs with."""

    device: str
    key: DeviceKey
    trust: Trust


class PhotoHere(msgspec.Struct, frozen=True):
    """A photo whose bytes the office has not confirmed. `sha256` in hex, `size` in bytes."""

    record: str
    sha256: str
    size: int
    address: str | None


class Progress(msgspec.Struct, frozen=True):
    """How far the office is with an upload, and its signature where it keeps the photo."""

    offset: int
    receipt: str | None = None

    @property
    def kept(self) -> bool:
        """Whether the office has signed that it keeps the photo."""
        return self.receipt is not None


class Photos:
    """The photos that were taken on this tablet."""

    def __init__(self, db: Database, transport: Transport) -> None:
        self._db = db
        self._transport = transport

    def keep(self, record: str, change: str, taken: bytes) -> None:
        """Keep a photo's bytes, in the transaction that writes down its entry, which is `change`."""
        self._db.run(
            "INSERT INTO photos (record, change, sha256, size, bytes) VALUES (?, ?, ?, ?, ?)",
            *(record, change, hashlib.sha256(taken).hexdigest(), len(taken), taken),
        )

    def waiting(self) -> int:
        """How many photos are here alone, and need not wait for their entry.

        An entry that was damaged on this tablet may be at the office all the same: so the office is asked.
        One that arrived without a receipt is there: under a former identity nobody asks for that receipt.
        """
        return len(self._sendable())

    def unconfirmed(self) -> Iterator[tuple[PhotoHere, bytes]]:
        """The photos that the office has not signed for, with their bytes, one at a time."""
        for (record,) in self._db.rows("SELECT record FROM photos WHERE bytes IS NOT NULL ORDER BY record"):
            found = self._db.row(
                "SELECT record, sha256, size, address, bytes FROM photos WHERE record = ?", record
            )
            if found is not None:
                yield PhotoHere(*found[:4]), bytes(found[4])

    def refused(self) -> list[str]:
        """Why the office did not take some photos; their bytes stay here."""
        found = self._db.rows("SELECT detail FROM photos WHERE state = 'refused' ORDER BY record")
        return [str(detail) for (detail,) in found]

    def run(self, who: Identity) -> bool:
        """Send what there is; give whether all of it arrived. Raises NoAnswer, Refused."""
        complete = True
        for photo in self._sendable():
            try:
                complete &= self._send(who, photo)
            except Refused as error:
                if error.code in _FINAL:
                    self._note(photo, "refused", detail=error.detail)
                elif error.code not in _LATER:
                    raise
                complete &= error.code in _FINAL or error.code == "not-found"
        return complete

    def _sendable(self) -> list[PhotoHere]:
        found = self._db.rows(
            "SELECT p.record, p.sha256, p.size, p.address FROM photos p WHERE p.state = 'here' AND NOT "
            "EXISTS (SELECT 1 FROM lines l WHERE l.id = p.change AND l.status = '' AND l.device = ? "
            "AND l.seq > ?) ORDER BY p.record",
            *(self._db.state("device", str, ""), self._db.state("acknowledged", int, 0)),
        )
        return [PhotoHere(*row) for row in found]

    def _send(self, who: Identity, photo: PhotoHere) -> bool:
        """Send a photo until it is kept there; False where the office forgot it, and it begins anew."""
        taken = bytes(self._db.rows("SELECT bytes FROM photos WHERE record = ?", photo.record)[0][0])
        address = photo.address
        if address is None:
            address, at = self._begin(who, photo, taken[:PART_BYTES])
            self._note(photo, "here", address)
        else:
            at = self._progress(who, photo, address)
        for _ in range(photo.size // PART_BYTES + TRIES_MAX):
            if at is None or at.kept:
                break
            part = taken[at.offset : at.offset + PART_BYTES]
            at = self._go_on(who, photo, address, at.offset, part)
        if at is None:
            self._note(photo, "here", None)
        elif at.kept:
            self._kept(photo, at.receipt or "")
        return at is not None and at.kept

    def _begin(self, who: Identity, photo: PhotoHere, part: bytes) -> tuple[str, "Progress | None"]:
        """Begin an upload with its first bytes."""
        claim = claim_message(who.device, photo.record, photo.sha256, photo.size)
        named = {"photo": photo.record, "sha256": photo.sha256}
        headers = {
            **_of_part(part),
            "Upload-Length": str(photo.size),
            "Upload-Metadata": ",".join(f"{name} {_base64(value.encode())}" for name, value in named.items()),
            "Field-Device": who.device,
            "Field-Signature": who.key.sign(claim),
        }
        answer = door.ask(self._transport, UPLOADS, headers, part)
        address = urlsplit(answer.headers.get("location", "")).path
        if not address.startswith(f"{UPLOADS}/"):
            raise NoAnswer("the answer does not say where the upload is")
        return address, _read(who, photo, answer)

    def _progress(self, who: Identity, photo: PhotoHere, address: str) -> "Progress | None":
        """How far the office is; None for an upload that it has forgotten."""
        answer = self._transport.send("HEAD", address, _TUS, b"")
        if answer.status in _FORGOTTEN:
            return None
        if answer.status in _BUSY:
            code = _BUSY[answer.status]
            raise Refused(answer.status, code, "The office asks for patience.", door.patience(answer))
        # The answer to a HEAD has no body that could name the problem.
        if answer.status != _WELL:
            raise NoAnswer(f"the way to the server answered {answer.status}")
        return _read(who, photo, answer)

    def _go_on(
        self, who: Identity, photo: PhotoHere, address: str, at: int, part: bytes
    ) -> "Progress | None":
        headers = {**_of_part(part), "Upload-Offset": str(at)}
        try:
            return _read(who, photo, door.ask(self._transport, address, headers, part, method="PATCH"))
        except Refused as error:
            if error.status in _FORGOTTEN:
                return None
            if error.code in ("upload-offset", "checksum-mismatch"):
                return self._progress(who, photo, address)
            raise

    def _kept(self, photo: PhotoHere, receipt: str) -> None:
        """The office has signed for the photo.

        Its bytes are let go of at once where the office has no backups that would hold it, and otherwise once
        one does (healing.py).
        """
        self._db.run(
            "UPDATE photos SET state = 'kept', address = NULL, detail = NULL, receipt = ?, kept_ms = NULL, "
            "bytes = CASE WHEN EXISTS (SELECT 1 FROM state WHERE name = 'durable') THEN bytes END "
            "WHERE record = ?",
            *(receipt, photo.record),
        )

    def _note(
        self, photo: PhotoHere, state: str, address: str | None = None, detail: str | None = None
    ) -> None:
        """Remember how far a photo is."""
        self._db.run(
            "UPDATE photos SET state = ?, address = ?, detail = ? WHERE record = ?",
            *(state, address, detail, photo.record),
        )


def _of_part(part: bytes) -> dict[str, str]:
    checksum = _base64(hashlib.sha256(part).digest())
    media_type = {"Content-Type": "application/offset+octet-stream"}
    return {**_TUS, **media_type, "Upload-Checksum": f"sha256 {checksum}"}


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _read(who: Identity, photo: PhotoHere, answer: Response) -> Progress:
    """How far the office is. That a photo is kept is believed where its signature says so, nowhere else."""
    said = answer.headers.get("upload-offset", "")
    if not (said.isascii() and said.isdigit()):
        raise NoAnswer("the answer does not say how far the upload is")
    kept = answer.headers.get("field-photo") == "kept"
    signature = answer.headers.get("field-receipt", "")
    if kept and not who.trust.holds(answer.headers, photo_receipt(photo.record, photo.sha256)):
        raise NoAnswer("the receipt of a photo does not bear the server's signature")
    return Progress(int(said), signature if kept else None)
