"""Sealed work carried in: by any colleague, from whatever a broken tablet left behind. docs/protocol.md."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency

from field.api.beginning import SECRET_BYTES, keep_at_once
from field.api.bodies import header
from field.api.context import Caller, Context, bearer
from field.api.streaming import Sums, append, aside, in_its_place, write
from field.api.sync import check_signature, public_key
from field.api.uploads import KEEP_MS
from field.problems import Problem
from field.store import devices as known_devices
from field.store import people, pushes, salvage, sealed_files, uploads
from field.store.pushes import Push, Signed
from field.store.sealed_files import SealedListed
from field.store.uploads import Upload
from field.sync import changes
from field.sync.changes import BATCH_LINES_MAX, Line
from field.sync.receipts import Answer
from field.sync.sealed import Head, Lines, Picture, Unreadable
from field.sync.signing import b64, claim_message, push_message, request_message

FILE_BYTES_MAX = 2_000_000_000
COPIED_BYTES = 1 << 20
STRANGE = frozenset({"device-unknown", "bad-signature", "bad-request"})
"""Problems that say that a file is not what it claims to be."""


class CarriedIn(msgspec.Struct, kw_only=True):
    """What became of a file of sealed work.

    `state`: `taken` whole; taken in `part`; or only `kept`. Of the `entries` in it `arrived` were new, of
    those `set_aside` went into quarantine; `known` had come before. `detail` says what is missing and why.
    """

    id: str = ""
    device: str | None = None
    device_name: str | None = None
    state: Literal["taken", "part", "kept"] = "taken"
    entries: int = 0
    arrived: int = 0
    known: int = 0
    set_aside: int = 0
    photos: int = 0
    photos_missing: int = 0
    detail: str | None = None


@post("/api/sync/sealed", status_code=200, request_max_body_size=None, tags=["sync"])
async def carry_in(request: Request[Any, Any, Any], context: NamedDependency[Context]) -> CarriedIn:
    """Carry in a file of sealed work; the same file once more changes nothing.

    By anybody who is signed in; or by a tablet without a session that signs the file's SHA-256, in hex in
    `Field-Digest`, with purpose `sealed`.
    """
    by = await aside(_bringer, context, request.headers)
    claimed = request.headers.get("field-digest")
    id = context.clock.uuid7()
    with context.staging.part(id) as part:
        path = context.staging.path(id)
        try:
            sums = Sums(0, None)
            whole, rest = await write(request, part, sums, 0, FILE_BYTES_MAX)
            await aside(append, part, sums, rest)
            assert sums.whole is not None
            digest = sums.whole.hexdigest()
            if not whole or part.size == 0 or claimed not in (None, digest):
                raise Problem("unreadable-body", "The file was cut off on the way. Send it again.")
            return await in_its_place(take_in, context, path, digest, part.size, by)
        finally:
            part.drop()


def _bringer(context: Context, headers: Any) -> str | None:
    """The person who brings a file, or None for the tablet that proves itself by a signature."""
    token, now_ms = bearer(headers), context.clock.now_ms()
    if token is not None:
        with context.store.read() as tx:
            session = people.session(tx, token, now_ms)
        if session is None:
            raise Problem("not-signed-in", "Your session has ended. Sign in again.")
        return session.person
    if "field-signature" not in headers:
        raise Problem("not-signed-in", "Sign in first, and send the token with the request.")
    device = header(headers, "Field-Device")
    message = request_message("sealed", device, header(headers, "Field-Digest").encode())
    check_signature(public_key(context, device), header(headers, "Field-Signature"), message)
    return None


@get("/api/sealed", sync_to_thread=True, tags=["devices"])
def every(context: NamedDependency[Context], caller: NamedDependency[Caller]) -> list[SealedListed]:
    """The files of sealed work that were carried in, newest first, at most 500."""
    with context.store.read() as tx:
        return sealed_files.every(tx, caller.within(None))


def from_file(context: Context, file: BinaryIO, by: str | None) -> CarriedIn:
    """Carry in a file that lies on this machine. Raises what `take_in` does, and Problem storage-full."""
    id = context.clock.uuid7()
    with context.staging.part(id) as part:
        try:
            sums = Sums(0, None)
            while chunk := file.read(COPIED_BYTES):
                append(part, sums, [chunk])
            assert sums.whole is not None
            return take_in(context, context.staging.path(id), sums.whole.hexdigest(), part.size, by)
        finally:
            part.drop()


def take_in(context: Context, path: Path, sha256: str, size: int, by: str | None) -> CarriedIn:
    """Take in the file at `path`, of which the bytes stay where they are or are kept by their hash.

    What can be opened lands as if the tablet had handed it in itself. Raises Problem storage-failed, busy.
    """
    found, trouble = CarriedIn(), None
    with path.open("rb") as file:
        try:
            head, parts = context.sealing.parts(file)
            _owner(context, head, found)
            for about, content in parts:
                if isinstance(about, Lines):
                    _lines(context, head.device, about, content, found)
                else:
                    _picture(context, head.device, about, content, found)
        except Unreadable as error:
            trouble = error.detail
        except Problem as problem:
            if problem.code not in STRANGE:
                raise
            trouble = problem.detail
    _settle(found, trouble)
    if found.state != "taken":
        context.photos.keep(sha256, path)
    with context.store.write() as tx:
        facts: dict[str, Any] = {"state": found.state, "detail": found.detail, "device": found.device}
        now_ms = context.clock.now_ms()
        id = context.clock.uuid7()
        found.id = sealed_files.note(tx, id, sha256=sha256, size=size, by=by, now_ms=now_ms, **facts)
    return found


def _owner(context: Context, head: Head, found: CarriedIn) -> None:
    """Whose work it is. Raises Problem device-unknown."""
    public_key(context, head.device)
    with context.store.read() as tx:
        found.device, found.device_name = head.device, known_devices.names(tx, [head.device])[head.device]


def _settle(found: CarriedIn, trouble: str | None) -> None:
    if trouble is None and not found.photos_missing and found.detail is None:
        return
    found.state = "part" if found.entries or found.photos else "kept"
    words = [each for each in (trouble, found.detail) if each]
    if found.photos_missing:
        words.append(f"{found.photos_missing} photos in it could not be taken.")
    words.append("The file is kept as it is." if found.state == "kept" else "What could be opened was taken.")
    found.detail = " ".join(words)


def _lines(context: Context, device: str, about: Lines, content: bytes, found: CarriedIn) -> None:
    raw = changes.split(content)
    hashes = changes.hashes(raw)
    message = push_message(device, about.first, hashes)
    check_signature(public_key(context, device), about.signature, message)
    if len(raw) > BATCH_LINES_MAX:
        raise Problem("bad-request", f"A part holds {len(raw)} entries; there may be {BATCH_LINES_MAX}.")
    lines = changes.read(raw, about.first)
    found.entries += len(lines)
    now_ms, anchored = context.clock.now_ms(), context.key.anchored
    push = Push(device, lines, Signed(about.signature, about.first, hashes))
    decision = pushes.land(context.store, push, now_ms, anchored)
    seqs = range(about.first, about.first + len(lines))
    _count([answer for answer in decision.answers if answer.seq in seqs], found)
    if decision.expected is not None:
        missing = f"{decision.expected} to {about.first - 1}"
        found.detail = f"Entries {missing} have not come yet: carry those in first, then this file again."
    elif decision.fork is not None:
        _set_back(context, device, [line for line in lines if line.seq >= decision.fork.seq], found)


def _set_back(context: Context, device: str, lines: Sequence[Line], found: CarriedIn) -> None:
    """Entries that fork from those of the tablet: a supervisor looks at them."""
    kept = salvage.keep(context.store, device, lines, context.clock.now_ms(), context.key.anchored)
    answers = [] if kept is None else kept.answers
    _count(answers, found)
    unread = sum(line.change is None for line in lines)
    found.known += len(lines) - unread - len(answers)
    if unread:
        found.detail = f"{unread} entries cannot be read."


def _count(answers: Sequence[Answer], found: CarriedIn) -> None:
    again = sum(answer.status == "duplicate" for answer in answers)
    found.known += again
    found.arrived += len(answers) - again
    found.set_aside += sum(answer.status == "quarantined" for answer in answers)


def _picture(context: Context, device: str, about: Picture, content: bytes, found: CarriedIn) -> None:
    message = claim_message(device, about.photo, about.sha256, about.size)
    check_signature(public_key(context, device), about.signature, message)
    now_ms = context.clock.now_ms()
    whole = len(content) == about.size and hashlib.sha256(content).hexdigest() == about.sha256
    with context.store.read() as tx:
        for owner in (device, salvage.identity_of(device)):
            known = uploads.described(context.store, tx, owner, about.photo, now_ms)
            if known is not None:
                break
    if not whole or known is None or (known.sha256, known.size) != (about.sha256, about.size):
        found.photos_missing += 1
        return
    id = context.clock.uuid7()
    upload = Upload(id, owner, about.photo, about.sha256, about.size, now_ms + KEEP_MS)
    secret = b64(context.clock.token(SECRET_BYTES))
    with context.staging.part(id) as part:
        try:
            keep_at_once(context, upload, secret, part, Sums(0, None), [content])
        except Problem as problem:
            part.drop()
            if problem.code != "erased":
                raise
    found.photos += 1
