"""The door for tablets: push and pull. docs/protocol.md shows every message."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, ParamSpec, TypeVar

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import RawBody

from field.api import restoring, serving
from field.api.bodies import header, pack, unpack
from field.api.context import Context, bearer
from field.api.landing import Landing
from field.api.ordering import order_for, with_order
from field.api.snapshot_files import offers
from field.problems import Problem
from field.store import devices, hearing, pulls, pushes, report_receipts
from field.store.lives import Life
from field.store.pulls import Page
from field.store.pushes import Push, Signed
from field.sync import changes
from field.sync.changes import BATCH_LINES_MAX, Line
from field.sync.pull import End, PullRequest
from field.sync.push import Decision
from field.sync.receipts import PushAnswer
from field.sync.signing import held_message, push_message, request_message, verified

SEQ_MAX = 2**53
NDJSON = "application/x-ndjson"
LARGE_BYTES = 32 * 1024
"""A push of more, as it came, does not share a transaction with others: they would wait for all its lines."""

P = ParamSpec("P")
T = TypeVar("T")

_pull = msgspec.json.Decoder(PullRequest)


class HandedIn(msgspec.Struct, frozen=True):
    """A push as it came: the headers and the body."""

    headers: Any
    body: bytes


@post("/api/sync/push", status_code=200, tags=["sync"])
async def push(
    request: Request[Any, Any, Any], body: RawBody, context: NamedDependency[Context]
) -> Response[bytes]:
    """Hand in changes, as signed lines. Answers about each; see the protocol's page."""
    landing: Landing[HandedIn, Response[bytes]] = request.app.state.landing
    large = len(body) > LARGE_BYTES
    return await landing.ask(HandedIn(request.headers, body), together=context.store.sqlite, large=large)


def landing_of(state: State) -> Landing[HandedIn, Response[bytes]]:
    """What carries pushes to the store of a running server."""
    return Landing(partial(_land, state))


def _land(state: State, handed_in: Sequence[HandedIn]) -> list[Response[bytes] | Exception]:
    """What each push is answered, or the error that it met with; one of them never costs another."""
    context: Context = state.context
    read = [_attempt(_checked, context, each) for each in handed_in]
    good = [each for each in read if isinstance(each, Push)]
    decided = iter(_renewed(context, good, handed_in, read))
    outcomes = [next(decided) if isinstance(each, Push) else each for each in read]
    return [each if isinstance(each, Exception) else _answer(context, each) for each in outcomes]


def _renewed(
    context: Context, good: Sequence[Push], handed_in: Sequence[HandedIn], read: Sequence[Push | Exception]
) -> list[Decision | Exception]:
    """What is decided; once more where a tablet shows that the database was restored without a word."""
    sent = [each for each, push in zip(handed_in, read, strict=True) if isinstance(push, Push)]
    claims = [each.headers.get("field-held") for each in sent]
    decided = list(_decisions(context, good))
    for push, claim, decision in zip(good, claims, decided, strict=True):
        if isinstance(decision, Decision) and (decision.expected is not None or decision.fork is not None):
            restoring.beyond(context, push.device, claim, decision.device.acknowledged)
    return decided


def _decisions(context: Context, good: Sequence[Push]) -> Iterator[Decision | Exception]:
    now_ms, anchored = context.clock.now_ms(), context.key.anchored
    together: Sequence[Decision | Exception | None] = [None for _ in good]
    if len(good) > 1:
        together = pushes.land_together(context.store, good, now_ms, anchored)
    for push, decision in zip(good, together, strict=True):
        if isinstance(decision, Decision):
            yield decision
        else:
            yield _attempt(pushes.land, context.store, push, now_ms, anchored)


def _attempt(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Exception:
    """What the work returns or raises: it is told to whoever handed the push in."""
    try:
        return work(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - it is raised where the request is answered
        return error


def _checked(context: Context, handed_in: HandedIn) -> Push:
    """The push, unpacked and its signature checked. Raises Problem."""
    headers, body = handed_in.headers, handed_in.body
    device = header(headers, "Field-Device")
    first_seq = _first_seq(header(headers, "Field-First-Seq"))
    signature = header(headers, "Field-Signature")
    lines = _lines(unpack(body, headers.get("content-encoding")), first_seq)
    hashes = b"".join(bytes.fromhex(line.hash) for line in lines)
    check_signature(public_key(context, device), signature, push_message(device, first_seq, hashes))
    context.crowd.charge(device, context.clock.monotonic_ms())
    serving.check(context, headers, device)
    return Push(device, lines, Signed(signature, first_seq, hashes))


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


def public_key(context: Context, device: str) -> str:
    """A device's key; it never changes, so it is asked for once. Raises Problem device-unknown."""
    found = context.public_keys.get(device)
    if found is None:
        known = _known(context, device)
        found = context.public_keys[device] = known.public_key
        context.crowd.districts[device] = known.district or ""
    return found


def check_signature(key: str, signature: str, message: bytes) -> None:
    """Raises Problem bad-signature where a device did not sign the message."""
    if not verified(key, signature, message):
        raise Problem(
            "bad-signature",
            "The signature does not fit this tablet's key and what was sent: it was changed or cut on the "
            "way, or another device sent it. Send it again; if that does not help, enrol the tablet anew.",
        )


def _answer(context: Context, decision: Decision) -> Response[bytes]:
    now_ms, device = context.clock.now_ms(), decision.device
    life = context.lives.known(context.store, now_ms)
    held = held_message(device.id, life.epoch, device.acknowledged, device.chain)
    answer = PushAnswer(
        acknowledged=device.acknowledged,
        chain=device.chain,
        epoch=life.epoch,
        anchor=context.key.anchor(now_ms),
        answers=decision.answers,
        expected=decision.expected,
        fork=decision.fork,
        revoked=device.revoked,
        wipe=order_for(context, device.id) if device.revoked else None,
        audit=context.trail.quoted(context.store, now_ms),
        next_sync_s=context.crowd.next_sync_s(device.id, now_ms),
        proof=context.key.sign(held),
        durable=restoring.durable(life, device.id),
    )
    body = msgspec.json.encode(answer)
    return Response(body, media_type="application/json", headers=context.key.receipt(body))


@post("/api/sync/pull", status_code=200, sync_to_thread=True, tags=["sync"])
def pull(
    request: Request[Any, Any, Any], body: RawBody, context: NamedDependency[Context]
) -> Response[bytes]:
    """Fetch what changed in this tablet's scopes since its cursors."""
    device = header(request.headers, "Field-Device")
    plain = unpack(body, request.headers.get("content-encoding"))
    signature = header(request.headers, "Field-Signature")
    check_signature(public_key(context, device), signature, request_message("pull", device, plain))
    context.crowd.charge(device, context.clock.monotonic_ms())
    asked, token, now_ms = _read(plain), bearer(request.headers) or "", context.clock.now_ms()
    context.counts.hear(context, device, asked.count, asked.behind, signature)
    page_of = partial(_page, context, request.headers, device, token, asked, now_ms)
    life, page = page_of()
    if restoring.beyond(context, device, request.headers.get("field-held"), page.acknowledged):
        life, page = page_of()
    ring = context.key.ring
    end = msgspec.json.encode(
        End(
            page.more,
            ring.secrets[ring.current.id].anchor(now_ms),
            next_sync_s=context.crowd.next_sync_s(device, now_ms),
            epoch=life.epoch,
            acknowledged=page.acknowledged,
            chain=page.chain,
            durable=restoring.durable(life, device) or msgspec.UNSET,
        )
    )
    sent, headers = pack(b"\n".join([*page.lines, end, b""]), request.headers.get("accept-encoding", ""))
    return Response(sent, media_type=NDJSON, headers={**headers, "Field-Key": ring.current.id})


def _page(
    context: Context, headers: Any, device: str, token: str, asked: PullRequest, now_ms: int
) -> tuple[Life, Page]:
    """The present life and the next page. What the tablet tells of itself is kept, whatever comes of it."""
    # What an app tells that is not served is kept without a look at whether it is new.
    anchored, news = context.key.anchored, True
    if asked.reports:
        # Whoever waits with the employer for the receipt has it with this answer.
        report_receipts.issue(context.store, context.key.current, now_ms, len(asked.reports), asked.reports)
    try:
        serving.check(context, headers, device)
        with context.store.read() as tx:
            news = hearing.news(tx, device, asked.told, anchored, now_ms)
            life = context.lives.now(tx, now_ms)
            return life, pulls.page(context.store, tx, device, token, asked, life, now_ms, offers(context))
    except Problem as problem:
        raise with_order(context, device, problem) from None
    finally:
        # Also what a tablet tells that gets nothing any more: it still has work.
        if asked.told is not None and news:
            hearing.keep(context.store, device, asked.told, anchored, now_ms)


def _read(body: bytes) -> PullRequest:
    try:
        return _pull.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Problem("unreadable-body", f"The request to pull cannot be read: {error}") from error
