"""The server's keys over time: how each is named, how one hands over to the next, and which may be believed.

A key hands over by signing the one after it, so that whoever trusts the first learns the rest by itself, also
after having been away. docs/protocol.md, "The server's keys".
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from field.sync.signing import ServerKey, receipt_verified, unb64

ID_BYTES = 4
"""A name among a few dozen keys, short enough to stand in a receipt."""
LATE_MS = 60_000
"""So long after its end a key's signatures still count: another process may not have heard of the new one."""


class Revoked(msgspec.Struct, frozen=True, kw_only=True):
    """That a key counts for nothing from a moment on (ms); `by` names the key that says so and signs it."""

    since_ms: int
    by: str
    signature: str


class Key(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A key as it is published. `public` is raw, in base64url; `since_ms` and `until_ms` when it signed.

    `endorsed_by` names the key before it, whose signature over `handover_message` is `endorsement`.
    """

    id: str
    public: str
    since_ms: int
    until_ms: int | None = None
    endorsed_by: str = ""
    endorsement: str = ""
    revoked: Revoked | None = None

    def in_force(self, at_ms: int) -> bool:
        """Whether what bears this key's signature and this time may be believed; revoked ones end there."""
        if self.revoked is not None and at_ms >= self.revoked.since_ms:
            return False
        return self.until_ms is None or at_ms <= self.until_ms + LATE_MS


class Ring(msgspec.Struct, frozen=True):
    """The published keys, oldest first, and the private halves that this server holds, by id."""

    keys: tuple[Key, ...]
    secrets: Mapping[str, ServerKey]

    @property
    def current(self) -> Key:
        """The key that signs now: the last."""
        return self.keys[-1]


def key_id(public: str) -> str:
    """The name of a public key: the first 4 bytes of its SHA-256 in base32, without padding."""
    return id_text(hashlib.sha256(unb64(public)).digest()[:ID_BYTES])


def id_text(raw: bytes) -> str:
    """A key's name as text, from its 4 bytes."""
    return base64.b32encode(raw).decode().rstrip("=")


def handover_message(id: str, public: str, since_ms: int) -> bytes:
    """What a key signs to hand over to the next one."""
    return f"field-key-1\n{id}\n{public}\n{since_ms}\n".encode()


def revocation_message(id: str, since_ms: int) -> bytes:
    """What the present key signs to revoke another."""
    return f"field-key-revoked-1\n{id}\n{since_ms}\n".encode()


def alone(key: ServerKey) -> Ring:
    """The ring of a server that never had another key."""
    return Ring((Key(id=key_id(key.public), public=key.public, since_ms=0),), {key_id(key.public): key})


def rotated(ring: Ring, key: ServerKey, now_ms: int) -> Ring:
    """The ring with a new key, to which the present one hands over. Raises ValueError for a name again."""
    id, before = key_id(key.public), ring.current
    if id in {each.id for each in ring.keys}:
        raise ValueError("a key of this name is there already")
    endorsement = ring.secrets[before.id].sign(handover_message(id, key.public, now_ms))
    new = Key(id=id, public=key.public, since_ms=now_ms, endorsed_by=before.id, endorsement=endorsement)
    ended = msgspec.structs.replace(before, until_ms=now_ms)
    return Ring((*ring.keys[:-1], ended, new), {**ring.secrets, id: key})


def revoked(ring: Ring, id: str, since_ms: int) -> Ring:
    """The ring in which a key counts for nothing since a moment.

    Raises KeyError for one that there is not, ValueError for the present one.
    """
    current = ring.current
    if id == current.id:
        raise ValueError("the present key hands over first")
    if id not in {each.id for each in ring.keys}:
        raise KeyError(id)
    signature = ring.secrets[current.id].sign(revocation_message(id, since_ms))
    mark = Revoked(since_ms=since_ms, by=current.id, signature=signature)
    keys = tuple(msgspec.structs.replace(each, revoked=mark) if each.id == id else each for each in ring.keys)
    return Ring(keys, ring.secrets)


def followed(trusted: Sequence[str], published: Iterable[Key]) -> list[str]:
    """The public keys to trust, newest last, by what is published and those trusted before.

    A key joins where one that is trusted handed over to it; one goes where another says that it was revoked.
    """
    known = {key_id(public): public for public in trusted}
    offered = list(published)
    for key in offered:
        endorser = known.get(key.endorsed_by)
        if key.id in known or endorser is None or key.id != key_id(key.public):
            continue
        message = handover_message(key.id, key.public, key.since_ms)
        if receipt_verified(endorser, key.endorsement, message):
            known[key.id] = key.public
    gone: set[str] = set()
    order = list(known)
    for key in offered:
        mark = key.revoked
        if mark is None or key.id not in known or mark.by not in known:
            continue
        # A stolen key must not revoke the one that took its place.
        if order.index(mark.by) <= order.index(key.id):
            continue
        if receipt_verified(known[mark.by], mark.signature, revocation_message(key.id, mark.since_ms)):
            gone.add(key.id)
    return [public for id, public in known.items() if id not in gone]
