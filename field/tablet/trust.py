"""Which keys of the server this tablet believes: that of its enrolment, and those to which it handed over."""

from collections.abc import Mapping

import msgspec

from field.sync.keyring import Key, followed, key_id
from field.sync.signing import receipt_verified
from field.tablet.database import Database
from field.tablet.transport import NoAnswer, Transport

TRUSTED = "trusted_keys"
FIRST = "server_key"
_WELL = 200


class _Published(msgspec.Struct, frozen=True):
    keys: list[Key] = []


class Trust:
    """The server's keys as this tablet knows them, remembered in its file."""

    def __init__(self, database: Database, transport: Transport) -> None:
        self._db = database
        self._transport = transport

    def begin(self, public: str) -> None:
        """Believe the key that came with an enrolment, and no other."""
        self._db.remember(FIRST, public)
        self._db.remember(TRUSTED, [public])

    @property
    def keys(self) -> list[str]:
        """The public keys that are believed, newest last."""
        first = self._db.state(FIRST, str, "")
        return self._db.state(TRUSTED, list[str], [first] if first else [])

    def holds(self, headers: Mapping[str, str], message: bytes) -> bool:
        """Whether an answer's receipt is over `message`, by the server. A key not met yet is looked up."""
        self.heard(headers)
        signature, named = headers.get("field-receipt", ""), headers.get("field-key", "")
        return any(
            receipt_verified(public, signature, message)
            for public in reversed(self.keys)
            if not named or key_id(public) == named
        )

    def heard(self, headers: Mapping[str, str]) -> None:
        """Where an answer names a key that is not known, learn how the known ones handed over to it."""
        named = headers.get("field-key", "")
        if named and named not in map(key_id, self.keys):
            self._learn()

    def _learn(self) -> None:
        try:
            answer = self._transport.send("GET", "/api/keys", {}, b"")
            found = msgspec.json.decode(answer.body, type=_Published) if answer.status == _WELL else None
        except (NoAnswer, msgspec.DecodeError):
            return
        if found is not None:
            self._db.remember(TRUSTED, followed(self.keys, found.keys))
