"""Signing in and out."""

from typing import Annotated, Any

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import RawBody

from field.api.bodies import header
from field.api.context import Caller, Context, bearer
from field.api.ordering import with_order
from field.inspections.fields import RecordId
from field.problems import Problem
from field.store import audit, devices, people
from field.sync.rights import Posting
from field.sync.signing import b64, request_message, verified

TOKEN_BYTES = 32
CONSOLE_MS = 12 * 3600 * 1000
TABLET_MS = 90 * 24 * 3600 * 1000
FREE_TRIES = 5
WAIT_MS_MAX = 15 * 60 * 1000

Login = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From a tablet, `device` is given and the request is signed with the tablet's key."""

    login: Login
    password: Password
    device: RecordId | None = None
    count: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None
    behind: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None


class SignedIn(msgspec.Struct, frozen=True):
    """The token to send as `Authorization: Bearer`, and who it stands for."""

    token: str
    person: str
    name: str
    postings: list[Posting]
    expires_ms: int


class Me(msgspec.Struct, frozen=True):
    """The caller."""

    person: str
    name: str
    postings: list[Posting]


_decoder = msgspec.json.Decoder(SignIn)


@post("/api/sign-in", status_code=200, sync_to_thread=True, tags=["identity"])
def sign_in(request: Request[Any, Any, Any], body: RawBody, context: NamedDependency[Context]) -> SignedIn:
    """Sign in with login and password, in the console or on a tablet."""
    asked = _read(body)
    if asked.device is not None:
        signature = header(request.headers, "Field-Signature")
        _check_device(context, asked.device, signature, body)
        context.counts.hear(context, asked.device, asked.count, asked.behind, signature)
    account = _authenticate(context, asked, hasher(request))
    now_ms = context.clock.now_ms()
    token = b64(context.clock.token(TOKEN_BYTES))
    expires_ms = now_ms + (TABLET_MS if asked.device else CONSOLE_MS)
    with context.store.write() as tx:
        people.open_session(context.store, tx, token, account.id, asked.device, now_ms, expires_ms)
        postings = people.postings_of(tx, [account.id]).get(account.id, [])
    return SignedIn(token, account.id, account.name, postings, expires_ms)


def hasher(request: Request[Any, Any, Any]) -> PasswordHasher:
    """The argon2 settings in force."""
    found: PasswordHasher = request.app.state.hasher
    return found


def _read(body: bytes) -> SignIn:
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Problem("unreadable-body", f"The request to sign in cannot be read: {error}") from error


def _check_device(context: Context, device: str, signature: str, body: bytes) -> None:
    with context.store.read() as tx:
        known = devices.known(tx, device)
    if known is None:
        raise Problem("device-unknown", "This tablet is not enrolled here. Ask the supervisor for a code.")
    if known.revoked:
        revoked = Problem("device-revoked", "This tablet was revoked; nobody can sign in on it.")
        raise with_order(context, device, revoked)
    if not verified(known.public_key, signature, request_message("sign-in", device, body)):
        raise Problem("bad-signature", "The signature does not fit this tablet's key. Enrol the tablet anew.")


def _authenticate(context: Context, asked: SignIn, passwords: PasswordHasher) -> people.Account:
    now_ms = context.clock.now_ms()
    with context.store.read() as tx:
        failures, last_ms = people.failures(tx, asked.login)
        account = people.by_login(tx, asked.login)
    wait_ms = last_ms + _wait_ms(failures) - now_ms
    if wait_ms > 0:
        seconds = -(-wait_ms // 1000)
        raise Problem(
            "too-many-tries", f"Too many wrong passwords. Try again in {seconds} s.", retry_after_s=seconds
        )
    # The same work for a login that does not exist, so that the time taken tells nothing.
    found = account.password_hash if account is not None else _nobody(passwords)
    whose = [] if account is None else [account.id]
    try:
        passwords.verify(found, asked.password)
    except VerificationError:
        account = None
    with context.store.write() as tx:
        if account is None:
            people.failed(context.store, tx, asked.login, now_ms)
            audit.note(tx, "sign-in-failed", now_ms, by=None, about=whose, device=asked.device)
        elif failures:
            people.forgive(tx, asked.login)
    if account is None:
        raise Problem("wrong-password", "The login or the password is wrong. Check both and try again.")
    return account


_nobodies: dict[int, str] = {}


def _nobody(passwords: PasswordHasher) -> str:
    key = passwords.memory_cost
    if key not in _nobodies:
        _nobodies[key] = passwords.hash("nobody has this password")
    return _nobodies[key]


def _wait_ms(failures: int) -> int:
    if failures < FREE_TRIES:
        return 0
    return min(1000 << min(failures - FREE_TRIES, 20), WAIT_MS_MAX)


@post("/api/sign-out", status_code=204, sync_to_thread=True, tags=["identity"])
def sign_out(
    request: Request[Any, Any, Any], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> Response[None]:
    """End this session; the token opens nothing any more."""
    token, now_ms = bearer(request.headers) or "", context.clock.now_ms()
    with context.store.write() as tx:
        people.close_sessions(tx, now_ms, token_hash=people.token_hash(token))
        audit.note(tx, "signed-out", now_ms, by=caller.person, device=caller.session.device)
    return Response(None, status_code=204)


@get("/api/me", sync_to_thread=False, tags=["identity"])
def me(caller: NamedDependency[Caller]) -> Me:
    """Who this session stands for, with all postings."""
    return Me(caller.person, caller.session.name, caller.session.postings)
