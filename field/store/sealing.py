"""Personal values at rest: sealed with AES-256-GCM, so that a copy of the database tells nobody's CNIC.

docs/decisions/personal-data.md says where personal values stand and how they are erased.
"""

from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from field.problems import Problem

KEY_BYTES = 32
_NONCE_BYTES = 12


class Sealer:
    """Seals and opens the personal part of lines and rows with one key."""

    def __init__(self, key: bytes, token: Callable[[int], bytes]) -> None:
        self._cipher = AESGCM(key)
        self._token = token

    def seal(self, clear: bytes | None) -> bytes | None:
        """Nonce and ciphertext; None stays None."""
        if clear is None:
            return None
        nonce = self._token(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, clear, None)

    def once(self) -> Callable[[bytes | None], bytes | None]:
        """A `seal` for one transaction, in which equal values, as a line's and its row's, are sealed once."""
        done: dict[bytes | None, bytes | None] = {None: None}

        def seal(clear: bytes | None) -> bytes | None:
            if clear not in done:
                done[clear] = self.seal(clear)
            return done[clear]

        return seal

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
