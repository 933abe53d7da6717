"""The office journal: what the office did, written outside the database before anybody is answered.

A folder of its own, best on another disk. Files are only appended to; each entry names the SHA-256 of the one
before it and is sealed. The database commits first; whatever a crash kept from the file follows with the next
entry. So the file never says more than the database did, and a database that says less was restored, or lost
its last commits. docs/protocol.md, "Restore".
"""

import base64
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from field.problems import Problem
from field.store import tables
from field.store.engine import Store
from field.store.journal_notes import JOURNAL
from field.store.sealing import Sealer

CHANGES = tables.Change.__table__  # type: ignore[attr-defined]  # SQLModel adds it
DEVICES = tables.Device.__table__  # type: ignore[attr-defined]

START = "0" * 64
FILE_BYTES_MAX = 64 * 1024 * 1024
AT_ONCE = 500
AHEAD = (
    "The office journal has entries that this database lacks: it is an older state of it. Start the server, "
    "which carries them out again and begins a new epoch, or run: field epoch new"
)


class Entry(msgspec.Struct, frozen=True):
    """One entry of the file. `acts` and `office` say how far acts and the office's line are in the file."""

    n: int
    prev: str
    at_ms: int
    kind: Literal["act", "line", "epoch"]
    acts: int
    office: int
    body: str


class LineKept(msgspec.Struct, frozen=True):
    """A change of the office as it landed: its bytes, and its capture time."""

    line: bytes
    private: bytes | None
    t: int


class EpochKept(msgspec.Struct, frozen=True):
    """A new life began: its id, and the head of every scope then."""

    epoch: str
    heads: dict[str, int]


class Head(msgspec.Struct, frozen=True):
    """Where the file stands."""

    n: int = 0
    hash: str = START
    acts: int = 0
    office: int = 0


class Journal:
    """The files of one folder. For any number of threads and processes at once."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self._durable = durable

    # Writing.

    def flush(self, store: Store) -> None:
        """Write what is committed and not in the file yet. Raises Problem storage-failed, journal-ahead."""
        try:
            with self._locked(), store.read() as tx:
                head = self.head()
                acts, office = reached(tx)
                if head.acts > acts or head.office > office:
                    raise Problem("journal-ahead", AHEAD)
                while more := self._next(tx, head):
                    head = self._append(head, more, store.sealer)
        except OSError as error:
            detail = (
                f"The office journal in {self.folder} cannot be written: {error.strerror}. What was done is "
                "in the database, and is written with the next entry. Make room there, or give the right to "
                "write."
            )
            raise Problem("storage-failed", detail) from error

    def _next(self, tx: Connection, head: Head) -> list[tuple[str, int, int, int, bytes]]:
        """The next entries to write: (kind, at_ms, acts, office, sealed body or bytes to be sealed)."""
        found: list[tuple[str, int, int, int, bytes]] = []
        acts, office = head.acts, head.office
        for row in tx.execute(_ACTS, {"after": acts, "most": AT_ONCE}):
            acts = row.n
            found.append(("act", row.at_ms, acts, office, bytes(row.body)))
        for row in tx.execute(_LINES, {"after": office, "most": AT_ONCE}):
            office = row.seq
            # Its personal part is sealed already.
            private = None if row.private is None else bytes(row.private)
            kept = LineKept(bytes(row.line), private, row._mapping["t"])
            found.append(("line", row.received_ms, acts, office, msgspec.json.encode(kept)))
        return found

    def begin(self, sealer: Sealer, tx: Connection, epoch: EpochKept, now_ms: int) -> None:
        """Write that a new life began. From here on the file goes on after what the database holds now."""
        with self._locked():
            acts, office = reached(tx)
            self._append(self.head(), [("epoch", now_ms, acts, office, msgspec.json.encode(epoch))], sealer)

    def _append(self, head: Head, some: list[tuple[str, int, int, int, bytes]], sealer: Sealer) -> Head:
        n, prev = head.n, head.hash
        written = bytearray()
        for kind, at_ms, acts, office, body in some:
            n += 1
            sealed = body if kind == "act" else sealer.seal(body) or b""
            entry = Entry(n, prev, at_ms, kind, acts, office, base64.b64encode(sealed).decode())  # type: ignore[arg-type]
            raw = msgspec.json.encode(entry)
            prev = hashlib.sha256(raw).hexdigest()
            written += raw + b"\n"
        self._write(n - len(some) + 1, bytes(written))
        return Head(n, prev, acts, office)

    def _write(self, first: int, some: bytes) -> None:
        files = self._files()
        fresh = not files or files[-1].stat().st_size >= FILE_BYTES_MAX
        path = self.folder / f"office-{first:012d}.ndjson" if fresh else files[-1]
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, stat.S_IRUSR | stat.S_IWUSR)
        try:
            _write_all(descriptor, some)
            if self._durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if fresh and self._durable:
            folder = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone, among all processes."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, stat.S_IRUSR | stat.S_IWUSR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    # Reading.

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("office-*.ndjson"))

    def head(self) -> Head:
        """Where the file stands. What a crash left of an entry is taken away: nobody was told of it."""
        for path in reversed(self._files()):
            raw = _last_line(path)
            if raw is not None:
                entry = _entry.decode(raw)
                return Head(entry.n, hashlib.sha256(raw).hexdigest(), entry.acts, entry.office)
        return Head()

    def entries(self) -> Iterator[Entry]:
        """All entries in order. Raises Problem refused at the first that does not follow the one before."""
        prev, n = START, 0
        for path in self._files():
            with path.open("rb") as file:
                for raw in file:
                    if not raw.endswith(b"\n"):
                        return
                    entry = _entry.decode(raw)
                    if entry.prev != prev or entry.n != n + 1:
                        words = (
                            f"Entry {n + 1} of the journal in {self.folder} was altered, or one is missing."
                        )
                        raise Problem("refused", f"{words} Everything before it is whole.")
                    prev, n = hashlib.sha256(raw[:-1]).hexdigest(), entry.n
                    yield entry


_entry = msgspec.json.Decoder(Entry)


def opened(entry: Entry, sealer: Sealer, type: Any) -> Any:
    """What an entry says. Raises Problem storage-failed where another key sealed it."""
    return msgspec.json.decode(sealer.open(base64.b64decode(entry.body)) or b"", type=type)


def _write_all(descriptor: int, some: bytes) -> None:
    view = memoryview(some)
    while view:
        view = view[os.write(descriptor, view) :]


def _last_line(path: Path) -> bytes | None:
    """The last whole line of a file, after taking away what is left of one that is not."""
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        back = 4096
        while True:
            file.seek(max(size - back, 0))
            tail = file.read()
            whole = tail.rfind(b"\n") + 1
            begins = tail.rfind(b"\n", 0, max(whole - 1, 0)) + 1
            if (whole and begins) or back >= size:
                break
            back *= 4
        if whole < len(tail):
            file.truncate(size - len(tail) + whole)
        return tail[begins : whole - 1] if whole else None


_ACTS = select(JOURNAL).where(JOURNAL.c.n > bindparam("after")).order_by(JOURNAL.c.n).limit(bindparam("most"))
_OFFICE = (
    select(DEVICES.c.id, DEVICES.c.acknowledged)
    .where(DEVICES.c.office.is_(True))
    .order_by(DEVICES.c.enrolled_ms, DEVICES.c.id)
    .limit(1)
)
_LINES = (
    select(CHANGES.c.seq, CHANGES.c.line, CHANGES.c.private, CHANGES.c.t, CHANGES.c.received_ms)
    .where(CHANGES.c.device == _OFFICE.with_only_columns(DEVICES.c.id).scalar_subquery())
    .where(CHANGES.c.seq > bindparam("after"))
    .order_by(CHANGES.c.seq)
    .limit(bindparam("most"))
)


def reached(tx: Connection) -> tuple[int, int]:
    """How many acts the database has, and how far the office's own line is."""
    acts = int(tx.execute(select(func.coalesce(func.max(JOURNAL.c.n), 0))).scalar_one())
    office = tx.execute(_OFFICE).first()
    return acts, 0 if office is None else int(office.acknowledged)


def behind(store: Store, journal: Journal) -> bool:
    """Whether the database lacks what the journal has: it was restored, or lost its last commits."""
    head = journal.head()
    with store.read() as tx:
        acts, office = reached(tx)
    return head.acts > acts or head.office > office
