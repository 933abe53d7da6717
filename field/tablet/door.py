"""The tablet's requests: signed, sent, and their answers read. Nothing here remembers anything."""

import gzip
import hashlib
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from field.sync import apps, changes
from field.sync.keyring import key_id
from field.sync.orders import Orders, WipeOrder
from field.sync.receipts import PushAnswer
from field.sync.sealed import sealing_message
from field.sync.signing import DeviceKey, push_message, request_message
from field.sync.snapshots import Offer
from field.sync.upcasting import SCHEMA
from field.tablet.outbox import Batch
from field.tablet.replica import Page, read_page
from field.tablet.transport import NoAnswer, Response, Transport
from field.tablet.trust import Trust

T = TypeVar("T")

WORTH_COMPRESSING = 1024
SECONDS_DIGITS_MAX = 6
JSON = "application/json"
_VERSION = {apps.HEADER: str(SCHEMA)}


class Refused(Exception):  # noqa: N818 - what happened, not whose fault it was
    """The server answered, and not with what was asked: `code` as in problem+json, or the status in words."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        retry_after_s: int | None = None,
        *,
        count: int | None = None,
        wipe: WipeOrder | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.count = count
        self.wipe = wipe
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s


class _Problem(msgspec.Struct, frozen=True):
    code: str = ""
    detail: str = ""
    count: int | None = None
    wipe: WipeOrder | None = None


class Enrolled(msgspec.Struct, frozen=True):
    """The identity given to a tablet, and the key that the server signs with."""

    device: str
    server_key: str
    epoch: str
    anchor: str
    district: str | None = None
    sealing_key: str = ""


class _Keys(msgspec.Struct, frozen=True):
    server_key: str
    sealing_key: str
    sealing_signature: str


class SignedIn(msgspec.Struct, frozen=True):
    """A session: its token, and whose it is."""

    token: str
    person: str
    name: str
    expires_ms: int
    postings: list[dict[str, Any]] = []


class Answered(msgspec.Struct, frozen=True):
    """An answer to a push: what it says, and its bytes with the server's signature, to be shown again."""

    said: PushAnswer
    body: bytes
    signature: str


class Heard(msgspec.Struct, frozen=True):
    """What the server took of a testimony: `lacking` are photos of which it has no bytes."""

    receipts: int
    rows: int
    lacking: list[str] = []


_answer = msgspec.json.Decoder(PushAnswer)


def enrol(transport: Transport, code: str, key: DeviceKey, name: str) -> Enrolled:
    """Enrol a tablet by the code that a supervisor issued."""
    body = msgspec.json.encode({"code": code, "public_key": key.public, "name": name})
    return _read(ask(transport, "/api/devices/enrol", {"Content-Type": JSON}, body), Enrolled)


def sign_in(
    transport: Transport, device: str, key: DeviceKey, login: str, password: str, counted: Mapping[str, int]
) -> SignedIn:
    """Sign somebody in on a tablet. `counted`: the number of this request, see `Counter`."""
    body = msgspec.json.encode({"login": login, "password": password, "device": device, **counted})
    headers = {"Content-Type": JSON, **_signed(device, key, request_message("sign-in", device, body))}
    return _read(ask(transport, "/api/sign-in", headers, body), SignedIn)


def sign_out(transport: Transport, token: str) -> None:
    """End a session; one that had ended already needs no ending."""
    try:
        ask(transport, "/api/sign-out", {"Authorization": f"Bearer {token}"}, b"")
    except Refused as error:
        if error.code != "not-signed-in":
            raise


def push(
    transport: Transport,
    device: str,
    key: DeviceKey,
    trust: Trust,
    batch: Batch,
    *,
    compress: bool,
    held: str | None = None,
) -> Answered:
    """Hand lines in. An answer that does not bear the server's signature is none: NoAnswer.

    `held`: what the server signed last of how far this tablet's line is there.
    """
    message = push_message(device, batch.first, changes.hashes(batch.lines))
    body = b"\n".join([*batch.lines, b""])
    headers = {
        **_VERSION,
        "Field-First-Seq": str(batch.first),
        **_signed(device, key, message),
        **_showing(held),
    }
    if compress and len(body) >= WORTH_COMPRESSING:
        body = gzip.compress(body, 1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    response = ask(transport, "/api/sync/push", headers, body)
    if not trust.holds(response.headers, response.body):
        raise NoAnswer("the answer does not bear the server's signature")
    try:
        said = _answer.decode(response.body)
        return Answered(said, response.body, response.headers.get("field-receipt", ""))
    except msgspec.DecodeError as error:
        raise NoAnswer(f"the answer cannot be read: {error}") from error


def pull(
    transport: Transport,
    device: str,
    key: DeviceKey,
    trust: Trust,
    token: str,
    asked: Mapping[str, object],
    held: str | None = None,
) -> Page:
    """Fetch one page of what changed. `held` as for `push`."""
    body = msgspec.json.encode(asked)
    headers = {
        **_VERSION,
        "Content-Type": JSON,
        "Authorization": f"Bearer {token}",
        **_signed(device, key, request_message("pull", device, body)),
        **_showing(held),
    }
    response = ask(transport, "/api/sync/pull", headers, body)
    trust.heard(response.headers)
    return read_page(response.body)


def sealing_key(transport: Transport, trust: Trust) -> str:
    """The key that unsent work is sealed to, for a tablet that was enrolled before there was one."""
    found = _read(ask(transport, "/api/keys", {}, b"", "GET"), _Keys)
    signed = {"field-receipt": found.sealing_signature, "field-key": key_id(found.server_key)}
    if not trust.holds(signed, sealing_message(found.sealing_key)):
        raise NoAnswer("the key to seal to does not bear the server's signature")
    return found.sealing_key


def orders(transport: Transport, device: str, signature: str, report: bytes) -> Orders:
    """Tell the office whether the tablet was wiped, and hear what there is to do."""
    headers = {"Content-Type": JSON, "Field-Device": device, "Field-Signature": signature}
    return _read(ask(transport, "/api/devices/orders", headers, report), Orders)


def hand_in_sealed(transport: Transport, device: str, key: DeviceKey, file: bytes) -> None:
    """Hand in work that fits the tablet's own line no more."""
    digest = hashlib.sha256(file).hexdigest()
    signed = _signed(device, key, request_message("sealed", device, digest.encode()))
    ask(transport, "/api/sync/sealed", {**signed, "Field-Digest": digest}, file)


def piece(
    transport: Transport, device: str, key: DeviceKey, token: str, offer: Offer, headers: Mapping[str, str]
) -> Response:
    """Bytes of a snapshot's file, as `headers` ask for them. Raises Cut with what came of an answer."""
    asked = {
        **headers,
        "Authorization": f"Bearer {token}",
        **_signed(device, key, request_message("snapshot", device, offer.id.encode())),
    }
    return ask(transport, offer.url, asked, b"", "GET")


def testify(transport: Transport, device: str, key: DeviceKey, told: Mapping[str, object]) -> Heard:
    """Tell what a restored server may lack."""
    body = msgspec.json.encode(told)
    signed = _signed(device, key, request_message("testimony", device, body))
    return _read(ask(transport, "/api/sync/testimony", {"Content-Type": JSON, **signed}, body), Heard)


def _showing(held: str | None) -> dict[str, str]:
    return {} if held is None else {"Field-Held": held}


def _signed(device: str, key: DeviceKey, message: bytes) -> dict[str, str]:
    return {"Field-Device": device, "Field-Signature": key.sign(message)}


def ask(
    transport: Transport, path: str, headers: Mapping[str, str], body: bytes, method: str = "POST"
) -> Response:
    """The answer to a request that went well. Raises Refused, NoAnswer."""
    response = transport.send(method, path, headers, body)
    if 200 <= response.status < 300:
        return response
    try:
        problem = msgspec.json.decode(response.body, type=_Problem)
    except msgspec.DecodeError:
        problem = _Problem()
    if not problem.code:
        # Something between here and the server answered in its place.
        raise NoAnswer(f"the way to the server answered {response.status}")
    said = (response.status, problem.code, problem.detail, patience(response))
    raise Refused(*said, count=problem.count, wipe=problem.wipe)


def patience(response: Response) -> int | None:
    """For how many seconds the server asks not to be asked again, if it says so."""
    after = response.headers.get("retry-after", "")
    return int(after) if after.isascii() and after.isdigit() and len(after) <= SECONDS_DIGITS_MAX else None


def _read(response: Response, type: type[T]) -> T:
    try:
        return msgspec.json.decode(response.body, type=type)
    except msgspec.DecodeError as error:
        raise NoAnswer(f"the answer cannot be read: {error}") from error
