"""The server's signing keys where they are kept: private halves as files, and one list of all of them.

Every process looks at the list before it signs, so that a key that was changed is taken up without a restart.
The folder is the server's secrets: what may be published of it is said by `Ring.keys` alone.
"""

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from field.problems import Problem
from field.sync import keyring
from field.sync.keyring import Key, Ring
from field.sync.signing import ServerKey, receipt_verified

LIST = "server-keys.json"
FIRST = "server.key"
SEED_BYTES = 32


class KeyRing:
    """The keys that a running server signs with and believes. Safe to be used by several threads."""

    def __init__(self, ring: Ring, again: Callable[[], Ring | None] = lambda: None) -> None:
        """`again` gives the ring anew where it has changed since it was asked last."""
        self._ring = ring
        self._again = again

    @classmethod
    def of(cls, key: "ServerKey | KeyRing") -> "KeyRing":
        """A ring of one key that never changes; a ring as it is."""
        return key if isinstance(key, KeyRing) else cls(keyring.alone(key))

    @property
    def ring(self) -> Ring:
        """The keys as they are now."""
        found = self._again()
        if found is not None:
            self._ring = found
        return self._ring

    @property
    def current(self) -> ServerKey:
        """The key that signs now, for what must be signed by one key throughout."""
        ring = self.ring
        return ring.secrets[ring.current.id]

    @property
    def id(self) -> str:
        """The name of the key that signs now."""
        return self.ring.current.id

    @property
    def public(self) -> str:
        """The public half of the key that signs now."""
        return self.current.public

    def sign(self, message: bytes) -> str:
        """The present key's signature over `message`."""
        return self.current.sign(message)

    def receipt(self, message: bytes) -> dict[str, str]:
        """The headers by which an answer bears a signature over `message`, and says whose it is."""
        ring = self.ring
        id = ring.current.id
        return {"Field-Receipt": ring.secrets[id].sign(message), "Field-Key": id}

    def anchor(self, now_ms: int) -> str:
        """A signed server time."""
        return self.current.anchor(now_ms)

    def anchored(self, anchor: str) -> int | None:
        """The time in an anchor that any of this server's keys gave, also one that ended since.

        A key that was replaced gives no times later than that. A revoked key's are taken all the same: whole
        districts may have worked by them, and what they say is put beside the receipt's own time.
        """
        ring = self.ring
        for key in reversed(ring.keys):
            held = ring.secrets.get(key.id)
            found = None if held is None else held.anchored(anchor)
            if found is not None:
                ended = key.until_ms is not None and found > key.until_ms + keyring.LATE_MS
                return None if ended else found
        return None

    def verified(self, signature: str, message: bytes) -> bool:
        """Whether a signature is this server's: by any of its keys that was not revoked."""
        return any(
            key.revoked is None and receipt_verified(key.public, signature, message)
            for key in reversed(self.ring.keys)
        )


class KeyFolder:
    """The list of keys in the folder of secrets. `first` is the key that the server began with."""

    def __init__(self, folder: Path, first: ServerKey) -> None:
        self._folder = folder
        self._list = folder / LIST
        self._first = first
        self._seen: tuple[int, int, int] | None = None

    def opened(self) -> KeyRing:
        """The ring, which follows what the folder says from now on."""
        return KeyRing(self.changed() or keyring.alone(self._first), self.changed)

    def changed(self) -> Ring | None:
        """The ring where the list is another one than when it was read last; None where it is the same.

        Raises Problem storage-failed where the list cannot be read, or a key is missing that should sign.
        """
        try:
            found = self._list.stat()
        except FileNotFoundError:
            return None
        mark = (found.st_mtime_ns, found.st_ino, found.st_size)
        if mark == self._seen:
            return None
        ring = self._read()
        self._seen = mark
        return ring

    def _read(self) -> Ring:
        try:
            keys = msgspec.json.decode((self._folder / LIST).read_bytes(), type=tuple[Key, ...])
            first = keyring.key_id(self._first.public)
            held = {first: self._first}
            for key in keys:
                path = self._folder / _file(key.id)
                if key.id != first and path.is_file():
                    held[key.id] = ServerKey(path.read_bytes())
            ring = Ring(keys, held)
            whole = ring.current.id in held and held[ring.current.id].public == ring.current.public
        except (OSError, msgspec.DecodeError, IndexError, ValueError) as error:
            raise Problem(
                "storage-failed", f"The list of the server's keys cannot be read: {error}."
            ) from error
        if not whole:
            raise Problem(
                "storage-failed",
                f"The key {ring.current.id} is missing. Put the folder of secrets back whole.",
            )
        return ring

    def change(self, seed: bytes | None, work: Callable[[Ring, ServerKey | None], Ring]) -> Ring:
        """Change the list by `work`, which is given the key of `seed` if there is one; on disk when done."""
        with self._alone():
            self._seen = None
            ring = self.changed() or keyring.alone(self._first)
            made = None if seed is None else ServerKey(seed)
            changed = work(ring, made)
            if made is not None and seed is not None:
                _write(self._folder / _file(keyring.key_id(made.public)), seed, os.O_EXCL)
            text = msgspec.json.format(msgspec.json.encode(changed.keys), indent=1) + b"\n"
            _write(self._folder / f"{LIST}.new", text, os.O_TRUNC)
            (self._folder / f"{LIST}.new").replace(self._folder / LIST)
            self._seen = None
            return changed

    @contextmanager
    def _alone(self) -> Iterator[None]:
        descriptor = os.open(self._folder / f"{LIST}.lock", os.O_WRONLY | os.O_CREAT, _OWN)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


_OWN = stat.S_IRUSR | stat.S_IWUSR


def _file(id: str) -> str:
    return f"server-{id}.key"


def _write(path: Path, content: bytes, flag: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flag, _OWN)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
