"""Keys: a device signs its batches (ECDSA P-256, FIPS 186-5), the server its answers (Ed25519, RFC 8032).

Signatures of devices are raw r||s, 64 bytes, as WebCrypto makes them; all text forms are base64url unpadded.
"""

import base64
import binascii
import hashlib
import hmac
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from field.problems import Problem


def b64(raw: bytes) -> str:
    """Bytes as base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The bytes of unpadded base64url. Raises ValueError for anything else."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError(str(error)) from error


def push_message(device: str, first_seq: int, line_hashes: bytes) -> bytes:
    """What a device signs for a push: its id, the first seq, and the hash of every line."""
    return b"field-push-1\n%s\n%d\n" % (device.encode(), first_seq) + line_hashes


def request_message(purpose: str, device: str, body: bytes) -> bytes:
    """What a device signs for a request other than a push; `purpose` is "pull" or "sign-in"."""
    return b"field-%s-1\n%s\n" % (purpose.encode(), device.encode()) + hashlib.sha256(body).digest()


def claim_message(device: str, photo: str, sha256: str, size: int) -> bytes:
    """What a device signs to begin the upload of a photo; `size` in bytes."""
    return request_message("photo", device, f"{photo}\n{sha256}\n{size}\n".encode())


def link_message(photo: str, sha256: str, size: str, until_ms: int, viewer: str) -> bytes:
    """What the server signs in a link to a picture: which copy, until when, and for whose session."""
    return f"field-link-1\n{photo}\n{sha256}\n{size}\n{until_ms}\n{viewer}\n".encode()


def held_message(device: str, epoch: str, acknowledged: int, chain: str) -> bytes:
    """What the server signs of how far a device's line is here, so that the device can hold it to that."""
    return f"field-held-1\n{device}\n{epoch}\n{acknowledged}\n{chain}\n".encode()


def photo_receipt(photo: str, sha256: str) -> bytes:
    """What the server signs once it keeps a photo's bytes: a tablet may then free its own copy."""
    return f"field-photo-1\n{photo}\n{sha256}\n".encode()


@lru_cache(maxsize=4096)
def _public(spki: str) -> ec.EllipticCurvePublicKey:
    try:
        key = serialization.load_der_public_key(unb64(spki))
    except ValueError as error:
        raise Problem("bad-request", f"The public key cannot be read: {error}") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Problem("bad-request", "The public key is not a P-256 key.")
    return key


def check_public(spki: str) -> None:
    """Raises Problem bad-request where `spki` is no P-256 public key (SPKI DER, base64url)."""
    _public(spki)


def verified(spki: str, signature: str, message: bytes) -> bool:
    """Whether a device's signature over `message` holds."""
    try:
        raw = unb64(signature)
    except ValueError:
        return False
    if len(raw) != 64:
        return False
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        _public(spki).verify(der, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


class DeviceKey:
    """A device's key pair, for the reference tablet. A browser holds its own unextractably."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private

    @classmethod
    def generate(cls) -> "DeviceKey":
        """A new key pair."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def load(cls, pkcs8: bytes) -> "DeviceKey":
        """The key pair kept as PKCS#8 DER."""
        key = serialization.load_der_private_key(pkcs8, None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return cls(key)

    def dump(self) -> bytes:
        """PKCS#8 DER, unencrypted: keep it where only the tablet can read it."""
        return self._private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def public(self) -> str:
        """The public half, SPKI DER in base64url."""
        return b64(
            self._private.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )

    def sign(self, message: bytes) -> str:
        """The signature over `message`."""
        r, s = decode_dss_signature(self._private.sign(message, ec.ECDSA(hashes.SHA256())))
        return b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


class ServerKey:
    """The server's Ed25519 key, from its 32-byte seed; signs receipts."""

    def __init__(self, seed: bytes) -> None:
        self._private = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        self._anchor_key = hmac.digest(seed, b"field-anchor", "sha256")

    @property
    def public(self) -> str:
        """The raw public key in base64url."""
        raw = self._private.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        return b64(raw)

    def sign(self, message: bytes) -> str:
        """The signature over `message`."""
        return b64(self._private.sign(message))

    def anchor(self, now_ms: int) -> str:
        """A signed server time, "MS.TAG"; only this server needs to check it, so a MAC will do."""
        return f"{now_ms}.{self._tag(now_ms)}"

    def anchored(self, anchor: str) -> int | None:
        """The time in an anchor, or None where this server did not sign it."""
        text, _, tag = anchor.partition(".")
        if not text.isascii() or not text.isdigit() or len(text) > 14:
            return None
        now_ms = int(text)
        return now_ms if hmac.compare_digest(tag.encode(), self._tag(now_ms).encode()) else None

    def _tag(self, now_ms: int) -> str:
        return b64(hmac.digest(self._anchor_key, b"%d" % now_ms, "sha256")[:12])


def receipt_verified(public: str, signature: str, message: bytes) -> bool:
    """Whether a server's signature over an answer holds."""
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(unb64(public)).verify(unb64(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
