"""Keys and signatures in the forms that openssl reads, and the bytes that each signature is over."""

import base64
import binascii
import re

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from field.evidence.facts import BatchKept
from field.sync.signing import b64, push_message, unb64

_ED25519 = bytes.fromhex("302a300506032b6570032100")
"""What stands before a raw Ed25519 key in its SubjectPublicKeyInfo (RFC 8410, section 4)."""

_BLOCK = re.compile(rb"-----BEGIN PUBLIC KEY-----([^-]*)-----END PUBLIC KEY-----")


def server_pem(public: str) -> bytes:
    """The server's public key as PEM; `public` is raw, in base64url."""
    return _pem(_ED25519 + unb64(public))


def server_publics(pem: bytes) -> list[str]:
    """The Ed25519 keys in a file of PEM, raw in base64url; words between them are passed over."""
    found = []
    for block in _BLOCK.findall(pem):
        try:
            spki = base64.b64decode(b"".join(block.split()), validate=True)
        except binascii.Error:
            continue
        if spki.startswith(_ED25519) and len(spki) == len(_ED25519) + 32:
            found.append(b64(spki[len(_ED25519) :]))
    return found


def device_pem(public: str) -> bytes:
    """A device's public key as PEM; `public` is its SubjectPublicKeyInfo, in base64url."""
    return _pem(unb64(public))


def _pem(spki: bytes) -> bytes:
    text = base64.b64encode(spki).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]).encode()


def batch_signed(batch: BatchKept) -> bytes:
    """The bytes that a device signed for a push."""
    return push_message(batch.device, batch.first_seq, batch.hashes)


def batch_signature(batch: BatchKept) -> bytes:
    """A device's signature as DER: on the way it is r and s, 32 bytes each."""
    raw = unb64(batch.signature)
    return encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
