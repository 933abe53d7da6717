"""Tablets: one-time codes, enrolment, and revocation."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from field.api.context import Caller, Context
from field.problems import Problem
from field.store import devices, pulls, registry
from field.store.devices import Device
from field.sync.keyring import Key
from field.sync.sealed import sealing_message
from field.sync.signing import check_public

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which look alike."""
CODE_LENGTH = 10
CODE_MS = 24 * 3600 * 1000

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class CodeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The district where the tablet will be used."""

    district: str


class Code(msgspec.Struct, frozen=True):
    """A one-time code, to be typed on the tablet before it expires."""

    code: str
    district: str | None
    expires_ms: int


class Enrolment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a tablet sends to be enrolled: the code, its P-256 public key (SPKI, base64url), and its name."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    public_key: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    name: Name


class Enrolled(msgspec.Struct, frozen=True):
    """The tablet's identity, and the key that the server signs with."""

    device: str
    district: str | None
    server_key: str
    epoch: str
    anchor: str
    sealing_key: str
    """What unsent work is sealed to (P-256, uncompressed point, base64url)."""


class ServerKeys(msgspec.Struct, frozen=True):
    """The server's public key (Ed25519, raw, base64url) that signs now; all that ever did, oldest first.

    `sealing_key` as in `Enrolled`, for tablets that were enrolled before there was one; signed by the
    key that signs now.
    """

    server_key: str
    keys: tuple[Key, ...]
    sealing_key: str
    sealing_signature: str


def new_code(random: bytes) -> str:
    """A code from random bytes (one for each letter), in two halves."""
    letters = "".join(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in random[:CODE_LENGTH])
    half = CODE_LENGTH // 2
    return f"{letters[:half]}-{letters[half:]}"


def normal_code(typed: str) -> str:
    """A code as people type it: small letters, with or without the dash."""
    letters = "".join(typed.upper().split()).replace("-", "")
    return f"{letters[: CODE_LENGTH // 2]}-{letters[CODE_LENGTH // 2 :]}"


@post("/api/devices/codes", sync_to_thread=True, tags=["devices"])
def issue(
    data: JSONBody[CodeRequest], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> Code:
    """Issue a one-time code for a tablet of a district."""
    caller.check(data.district)
    with context.store.write() as tx:
        if not registry.districts(tx, [data.district]):
            raise Problem("not-found", f"There is no district {data.district!r}.")
        code = new_code(context.clock.token(CODE_LENGTH))
        expires_ms = context.clock.now_ms() + CODE_MS
        noted = (caller.person, context.clock.now_ms())
        devices.issue_code(tx, code, data.district, caller.person, expires_ms, noted=noted)
    return Code(code, data.district, expires_ms)


@post("/api/devices/enrol", sync_to_thread=True, tags=["devices"])
def enrol(data: JSONBody[Enrolment], context: NamedDependency[Context]) -> Enrolled:
    """Enrol a tablet by a one-time code."""
    check_public(data.public_key)
    id = context.clock.uuid7()
    now_ms = context.clock.now_ms()
    with context.store.write() as tx:
        district = devices.enrol(tx, normal_code(data.code), id, data.name, data.public_key, now_ms)
        epoch = pulls.epoch(tx)
    anchor = context.key.anchor(now_ms)
    return Enrolled(id, district, context.key.public, epoch, anchor, context.sealing.public)


@get("/api/devices", sync_to_thread=True, tags=["devices"])
def every(context: NamedDependency[Context], caller: NamedDependency[Caller]) -> list[Device]:
    """The tablets of the caller's districts, with how far each has come."""
    with context.store.read() as tx:
        return devices.every(tx, caller.within(None))


@post("/api/devices/{device_id:str}/revoke", status_code=200, sync_to_thread=True, tags=["devices"])
def revoke(
    device_id: FromPath[str], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> Device:
    """Revoke a tablet: nothing goes to it any more; what it still hands in goes into quarantine."""
    with context.store.write() as tx:
        caller.check(devices.district_of(tx, device_id))
        devices.revoke(tx, device_id, context.clock.now_ms(), by=caller.person)
        return next(device for device in devices.every(tx, None) if device.id == device_id)


@get("/api/keys", sync_to_thread=False, tags=["devices"])
def keys(context: NamedDependency[Context]) -> ServerKeys:
    """The server's public keys, by which receipts are checked. Each signed the one that came after it."""
    keys, sealing = context.key.ring.keys, context.sealing.public
    return ServerKeys(keys[-1].public, keys, sealing, context.key.sign(sealing_message(sealing)))
