"""Personal values at rest: sealed with AES-256-GCM, so that a copy of the database tells nobody's CNIC.

docs/decisions/personal-data.md says where personal values stand and how they are erased.
"""

from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from field.problems import Problem

KEY_BYTES = 32
MATCH_BYTES = 16
_NONCE_BYTES = 12
_FEW_NONCES = 64
_MATCHING = b"field: matching of CNICs, 1"
"""What the key for matching is derived for: another purpose gets another key."""


class Sealer:
    """Seals and opens the personal part of lines and rows with one key."""

    def __init__(self, key: bytes, token: Callable[[int], bytes]) -> None:
        self.key = key
        self._cipher = AESGCM(key)
        self._token = token
        self._matching = HMAC(HKDF(SHA256(), KEY_BYTES, None, _MATCHING).derive(key), SHA256())

    def match(self, clear: bytes) -> bytes:
        """The keyed hash of a CNIC: equal for equal ones, and of no use to whoever lacks the key.

        A hash without a key would be none: there are few enough CNICs to try them all.
        """
        keyed = self._matching.copy()
        keyed.update(clear)
        return keyed.finalize()[:MATCH_BYTES]

    def seal(self, clear: bytes | None) -> bytes | None:
        """Nonce and ciphertext; None stays None."""
        if clear is None:
            return None
        nonce = self._token(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, clear, None)

    def many(self, at_once: int = 256) -> Callable[[bytes], bytes]:
        """A `seal` for many values one after the other, in one thread: nonces are drawn `at_once`."""
        encrypt, page, at = self._cipher.encrypt, b"", 0

        def seal(clear: bytes) -> bytes:
            nonlocal page, at
            if at == len(page):
                page, at = self._token(at_once * _NONCE_BYTES), 0
            nonce = page[at : at + _NONCE_BYTES]
            at += _NONCE_BYTES
            return nonce + encrypt(nonce, clear, None)

        return seal

    def once(self) -> Callable[[bytes | None], bytes | None]:
        """A `seal` for one transaction, in which equal values, as a line's and its row's, are sealed once."""
        done: dict[bytes | None, bytes | None] = {None: None}
        fresh = self.many(_FEW_NONCES)

        def once(clear: bytes | None) -> bytes | None:
            if clear is not None and clear not in done:
                done[clear] = fresh(clear)
            return done[clear]

        return once

    def open(self, sealed: bytes | None) -> bytes | None:
        """What was sealed. Raises Problem storage-failed where the key is not the one that sealed it."""
        if sealed is None:
            return None
        raw = bytes(sealed)
        try:
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None)
        except InvalidTag as error:
            detail = (
                "Personal values were sealed with another key. Put the right key into the secrets folder."
            )
            raise Problem("storage-failed", detail) from error
