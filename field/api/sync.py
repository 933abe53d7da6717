"""The door for tablets: push and pull. docs/protocol.md shows every message."""

from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import RawBody

from field.api.bodies import header, pack, unpack
from field.api.context import Context, bearer
from field.problems import Problem
from field.store import devices, pulls, pushes
from field.store.pushes import Push, Signed
from field.sync import changes
from field.sync.changes import BATCH_LINES_MAX, Line
from field.sync.pull import End, PullRequest
from field.sync.push import Decision
from field.sync.receipts import PushAnswer
from field.sync.signing import push_message, request_message, verified

SEQ_MAX = 2**53
NDJSON = "application/x-ndjson"

_pull = msgspec.json.Decoder(PullRequest)


@post("/api/sync/push", status_code=200, sync_to_thread=True, tags=["sync"])
def push(
    request: Request[Any, Any, Any], body: RawBody, context: NamedDependency[Context]
) -> Response[bytes]:
    """Hand in changes, as signed lines. Answers about each; see the protocol's page."""
    device = header(request.headers, "Field-Device")
    first_seq = _first_seq(header(request.headers, "Field-First-Seq"))
    signature = header(request.headers, "Field-Signature")
    lines = _lines(unpack(body, request.headers.get("content-encoding")), first_seq)
    public_key = _public_key(context, device)
    hashes = b"".join(bytes.fromhex(line.hash) for line in lines)
    _check(public_key, signature, push_message(device, first_seq, hashes))
    decision = pushes.land(
        context.store,
        Push(device, lines, Signed(signature, first_seq, hashes)),
        context.clock.now_ms(),
        context.key.anchored,
    )
    return _answer(context, decision)


def _first_seq(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 16 and 1 <= int(text) <= SEQ_MAX:
        return int(text)
    raise Problem("bad-request", f"Field-First-Seq must be a number from 1 on, not {text!r}.")


def _lines(body: bytes, first_seq: int) -> list[Line]:
    lines = changes.split(body)
    if not lines:
        raise Problem("bad-request", "The push holds no line.")
    if not body.endswith(b"\n"):
        # The signature does not cover personal values: it could not tell that the last ones were cut off.
        raise Problem("unreadable-body", "The push was cut off on the way: its last line does not end.")
    if len(lines) > BATCH_LINES_MAX:
        detail = f"The push holds {len(lines)} lines; send at most {BATCH_LINES_MAX} at once."
        raise Problem("too-large", detail)
    return changes.read(lines, first_seq)


def _known(context: Context, device: str) -> devices.Known:
    with context.store.read() as tx:
        known = devices.known(tx, device)
    if known is None:
        raise Problem("device-unknown", "This tablet is not enrolled here. Ask the supervisor for a code.")
    return known


def _public_key(context: Context, device: str) -> str:
    """A device's key never changes, so it is asked for once."""
    found = context.public_keys.get(device)
    if found is None:
        found = _known(context, device).public_key
        context.public_keys[device] = found
    return found


def _check(public_key: str, signature: str, message: bytes) -> None:
    if not verified(public_key, signature, message):
        raise Problem(
            "bad-signature",
            "The signature does not fit this tablet's key and what was sent: it was changed or cut on the "
            "way, or another device sent it. Send it again; if that does not help, enrol the tablet anew.",
        )


def _answer(context: Context, decision: Decision) -> Response[bytes]:
    answer = PushAnswer(
        acknowledged=decision.device.acknowledged,
        chain=decision.device.chain,
        epoch=context.epoch,
        anchor=context.key.anchor(context.clock.now_ms()),
        answers=decision.answers,
        expected=decision.expected,
        fork=decision.fork,
        revoked=decision.device.revoked,
    )
    body = msgspec.json.encode(answer)
    return Response(body, media_type="application/json", headers={"Field-Receipt": context.key.sign(body)})


@post("/api/sync/pull", status_code=200, sync_to_thread=True, tags=["sync"])
def pull(
    request: Request[Any, Any, Any], body: RawBody, context: NamedDependency[Context]
) -> Response[bytes]:
    """Fetch what changed in this tablet's scopes since its cursors."""
    device = header(request.headers, "Field-Device")
    plain = unpack(body, request.headers.get("content-encoding"))
    signature = header(request.headers, "Field-Signature")
    _check(_public_key(context, device), signature, request_message("pull", device, plain))
    asked, token, now_ms = _read(plain), bearer(request.headers) or "", context.clock.now_ms()
    with context.store.read() as tx:
        page = pulls.page(context.store, tx, device, token, asked, context.epoch, now_ms)
    end = msgspec.json.encode(End(page.more, context.key.anchor(now_ms)))
    sent, headers = pack(b"\n".join([*page.lines, end, b""]), request.headers.get("accept-encoding", ""))
    return Response(sent, media_type=NDJSON, headers=headers)


def _read(body: bytes) -> PullRequest:
    try:
        return _pull.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Problem("unreadable-body", f"The request to pull cannot be read: {error}") from error
