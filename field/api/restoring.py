"""After a restore: tablets testify what this life of the database lacks. docs/protocol.md, "Restore"."""

from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import RawBody

from field.api.bodies import header, unpack
from field.api.context import Context
from field.problems import Problem
from field.store import audit, devices, lives, pulls, renewing, testimony, uploads
from field.store.lives import Life
from field.store.testimony import RowTold
from field.store.uploads import Upload
from field.sync.receipts import Durable, PushAnswer
from field.sync.signing import held_message, photo_receipt, request_message, verified

_PARTS = 4


class SignedAnswer(msgspec.Struct, frozen=True):
    """An answer to a push, byte for byte, with the signature that it bore."""

    body: str
    signature: str


class PhotoTold(msgspec.Struct, frozen=True):
    """A photo of which the office signed that it keeps the bytes."""

    photo: str
    sha256: str
    size: Annotated[int, msgspec.Meta(ge=1)]
    signature: str


class Testimony(msgspec.Struct, frozen=True):
    """What a tablet knows and a restored database may not."""

    answers: Annotated[list[SignedAnswer], msgspec.Meta(max_length=100)] = []
    rows: Annotated[list[RowTold], msgspec.Meta(max_length=1000)] = []
    photos: Annotated[list[PhotoTold], msgspec.Meta(max_length=1000)] = []


class Heard(msgspec.Struct, frozen=True):
    """What was taken: how many receipts and rows are new here; `lacking` are photos whose bytes are not."""

    receipts: int
    rows: int
    lacking: list[str]


_testimony = msgspec.json.Decoder(Testimony)
_push_answer = msgspec.json.Decoder(PushAnswer)


@post("/api/sync/testimony", status_code=200, sync_to_thread=True, tags=["sync"])
def tell(request: Request[Any, Any, Any], body: RawBody, context: NamedDependency[Context]) -> Heard:
    """Tell what a restored database may lack: signed receipts, rows beyond what survived, photos kept."""
    device = header(request.headers, "Field-Device")
    plain = unpack(body, request.headers.get("content-encoding"))
    told, now_ms = _read(plain), context.clock.now_ms()
    known = _known(context, device, header(request.headers, "Field-Signature"), plain)
    lacking = [each.photo for each in told.photos if not _here(context, device, each, known)]
    answers = [_believed(context, each) for each in told.answers]
    with context.store.write() as tx:
        receipts = sum(
            testimony.keep_receipts(tx, device, answer, known.acknowledged, now_ms)
            for answer in answers
            if answer is not None
        )
        # What a revoked tablet shows of others is no evidence: it may be a thief's.
        rows = [] if known.revoked else told.rows
        kept = testimony.keep_rows(context.store, tx, device, rows, now_ms, context.clock.uuid7)
        about, number = [device], len(told.photos)
        audit.note(
            tx,
            "testified",
            now_ms,
            by=None,
            about=about,
            device=device,
            receipts=receipts,
            rows=kept,
            photos=number,
        )
    return Heard(receipts, kept, lacking)


def _read(body: bytes) -> Testimony:
    try:
        return _testimony.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Problem("unreadable-body", f"The testimony cannot be read: {error}") from error


def _known(context: Context, device: str, signature: str, body: bytes) -> devices.Known:
    with context.store.read() as tx:
        known = devices.known(tx, device)
    if known is None:
        raise Problem("device-unknown", "This tablet is not enrolled here. Ask the supervisor for a code.")
    if not verified(known.public_key, signature, request_message("testimony", device, body)):
        raise Problem("bad-signature", "The signature does not fit this tablet's key. Enrol the tablet anew.")
    return known


def _believed(context: Context, told: SignedAnswer) -> PushAnswer | None:
    """The answer, where this server signed it."""
    if not context.key.verified(told.signature, told.body.encode()):
        return None
    try:
        return _push_answer.decode(told.body)
    except (msgspec.DecodeError, RecursionError):
        return None


def _here(context: Context, device: str, told: PhotoTold, known: devices.Known) -> bool:
    """Whether the bytes of a photo are here: storage may hold what the database has forgotten.

    A revoked tablet takes nothing up by its word, and may send the bytes of what it handed in.
    """
    if not context.key.verified(told.signature, photo_receipt(told.photo, told.sha256)):
        return True
    with context.store.read() as tx:
        kept = uploads.kept(tx, told.photo)
    if kept is not None and kept.sha256 == told.sha256:
        return True
    if known.revoked or context.folder is None or context.photos.size(told.sha256) != told.size:
        return False
    now_ms = context.clock.now_ms()
    upload = Upload(context.clock.uuid7(), device, told.photo, told.sha256, told.size, now_ms, now_ms)
    try:
        with context.store.write() as tx:
            uploads.take_up(context.store, tx, upload, now_ms)
    except Problem as problem:
        if problem.code != "erased":
            raise
    return True


def durable(life: Life, device: str) -> Durable | None:
    """What a verified backup holds of a tablet's; None while there was none."""
    return None if life.durable_ms is None else Durable(life.durable.get(device, 0), life.durable_ms)


def beyond(context: Context, device: str, claim: str | None, acknowledged: int) -> bool:
    """Whether a tablet shows a receipt of ours that this database should have and lacks: it was restored
    without a word, or lost its last commits. Then a new life begins here and now, and this gives True.

    `claim` is the header Field-Held: "EPOCH SEQ CHAIN SIGNATURE".
    """
    parts = (claim or "").split()
    if len(parts) != _PARTS or not (parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < _DIGITS):
        return False
    epoch, seq, chain, signature = parts[0], int(parts[1]), parts[2], parts[3]
    if seq <= acknowledged:
        return False
    with context.store.read() as tx:
        now = pulls.epoch(tx)
        announced = epoch != now and lives.known(tx, epoch)
    if announced or not context.key.verified(signature, held_message(device, epoch, seq, chain)):
        return False
    done = renewing.renew(
        context.store, context.clock, context.journal, by=None, why="receipt-unknown", expected=now
    )
    context.lives.forget()
    detail = (
        f"This tablet holds a signed receipt for entry {seq}, and the database has {acknowledged} of its "
        "entries: it was restored, or lost its last commits, and nobody said so. A new epoch has begun; "
        "tablets send again what they keep. Look at what only the office knew: docs/operating.md, Backups."
    )
    lives.alarm(context.store, device, "restored", seq, detail, context.clock.now_ms())
    return done.epoch != now


_DIGITS = 17
