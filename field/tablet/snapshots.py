"""Taking a large scope as a snapshot: fetched from byte to byte, checked, staged, put in place at once.

What has come of the file is in the tablet's own file after every piece: a tablet that loses the line, or its
battery, goes on at the byte. A snapshot that is of no use costs nothing but its bytes: its scope comes by
rows (docs/protocol.md, "Snapshots").
"""

import hashlib
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import msgspec
import zstandard

from field.sync import wire
from field.sync.signing import unb64
from field.sync.snapshots import TYPES, Cipher, File, Offer
from field.tablet.database import Database
from field.tablet.door import Refused
from field.tablet.replica import Mark, Page, Replica
from field.tablet.transport import Cut, NoAnswer, Response

PIECE_BYTES = 1 << 20
ROWS_AT_ONCE = 500
FAILURES_MAX = 2
GONE = ("snapshot-gone", "not-found", "no-right", "range-not-satisfiable")
"""Answers after which another snapshot may do, or none."""

WHOLE, PARTIAL = 200, 206

Ask = Callable[[Offer, Mapping[str, str]], Response]
"""Asks for bytes of a snapshot's file, with such headers. Raises Refused, NoAnswer, Cut."""

_offer = msgspec.json.Decoder(Offer)
_mark = msgspec.json.Decoder(Mark)


class Useless(Exception):  # noqa: N818 - what it is
    """What came is not the snapshot that was offered."""


class Snapshots:
    """The snapshots that are offered to this tablet, and how far each has come."""

    def __init__(
        self, database: Database, replica: Replica, types: Collection[str] = ("zstd", "gzip")
    ) -> None:
        """`types`: which files this tablet can read, the best first."""
        self._db = database
        self._replica = replica
        self._types = [TYPES[name] for name in types]

    def asked(self) -> dict[str, object]:
        """What a request to pull says about snapshots."""
        failed = self._db.rows("SELECT scope FROM by_rows WHERE failed >= ?", FAILURES_MAX)
        by_rows = {str(scope) for (scope,) in failed} | self._replica.distrusted()
        return {"snapshots": True, "by_rows": sorted(by_rows)}

    def waiting(self) -> set[str]:
        """The scopes whose snapshots are on their way."""
        return {str(scope) for (scope,) in self._db.rows("SELECT scope FROM snapshots")}

    def take(self, page: Page) -> None:
        """Remember what a page offers; forget, with a round's last page, what is not offered any more."""
        offered = {mark.snapshot.scope: mark.snapshot for mark, _, _ in page.lines if mark.snapshot}
        for scope, offer in offered.items():
            before = self._of(scope)
            if before is None or (before.id != offer.id and not self._worth(before, offer)):
                self.forget(scope)
                self._db.run("INSERT INTO snapshots VALUES (?, ?)", scope, msgspec.json.encode(offer))
        if not page.more:
            for scope in self.waiting() - offered.keys():
                self.forget(scope)
            self._db.run("DELETE FROM by_rows WHERE scope IN (SELECT scope FROM cursors)")

    def _of(self, scope: str) -> Offer | None:
        found = self._db.row("SELECT offer FROM snapshots WHERE scope = ?", scope)
        return None if found is None else _offer.decode(found[0])

    def _worth(self, before: Offer, offer: Offer) -> bool:
        """Whether an earlier snapshot, of which something came, is gone on with."""
        return before.epoch == offer.epoch and self._come(before.scope) > 0

    def _come(self, scope: str) -> int:
        return self._db.number("SELECT sum(length(bytes)) FROM arriving WHERE scope = ?", scope)

    def forget(self, scope: str) -> None:
        """Forget a snapshot and what came of it."""
        for table in ("snapshots", "arriving", "staged"):
            self._db.run(f"DELETE FROM {table} WHERE scope = ?", scope)

    def forget_all(self) -> None:
        """Forget all snapshots: nobody is signed in for whom they would come."""
        for scope in self.waiting():
            self.forget(scope)

    def bring(self, ask: Ask, busy: Callable[[], Collection[str]]) -> bool:
        """Fetch every snapshot that waits and put it in its place; give whether to pull again.

        Raises NoAnswer, Refused; what has come until then is kept.
        """
        scopes = sorted(self.waiting())
        for scope in scopes:
            offer = self._of(scope)
            assert offer is not None
            try:
                self._bring(offer, ask, busy)
            except Useless:
                self._failed(scope, FAILURES_MAX)
            except Refused as error:
                if error.code not in GONE:
                    raise
                self._failed(scope, 1)
        return bool(scopes)

    def _failed(self, scope: str, by: int) -> None:
        with self._db.transaction():
            self.forget(scope)
            self._db.run(
                "INSERT INTO by_rows VALUES (?, ?) ON CONFLICT (scope) DO UPDATE SET failed = failed + ?",
                *(scope, by, by),
            )

    def _bring(self, offer: Offer, ask: Ask, busy: Callable[[], Collection[str]]) -> None:
        file = self._file(offer)
        while (have := self._come(offer.scope)) < file.bytes:
            self._keep(offer, file, have, ask)
        self._check(offer, file)
        self._stage(offer, file)
        with self._db.transaction():
            self._replica.enter(offer, busy())
            self.forget(offer.scope)
            self._db.run("DELETE FROM by_rows WHERE scope = ?", offer.scope)

    def _file(self, offer: Offer) -> File:
        for type in self._types:
            for file in offer.files:
                if file.type == type:
                    return file
        raise Useless

    def _keep(self, offer: Offer, file: File, have: int, ask: Ask) -> None:
        """Fetch one piece and keep what comes of it. Raises NoAnswer once that was kept of a cut one."""
        etag = f'"{file.sha256}"'
        last = min(have + PIECE_BYTES, file.bytes) - 1
        asked = {"Accept": file.type, "Range": f"bytes={have}-{last}", "If-Range": etag}
        cut: Cut | None = None
        try:
            answer = ask(offer, asked)
        except Cut as error:
            answer, cut = error.response, error
        start = _start(answer, etag)
        if start in (0, have):
            with self._db.transaction():
                if start != have:
                    self._db.run("DELETE FROM arriving WHERE scope = ?", offer.scope)
                if came := answer.body[: file.bytes - (start or 0)]:
                    self._db.run("INSERT INTO arriving VALUES (?, ?, ?)", offer.scope, start, came)
        elif cut is None:
            # Something between here and the server may answer in its place; the server names the file.
            raise Useless if "etag" in answer.headers else NoAnswer("what came is no snapshot")
        if cut is not None or not answer.body:
            raise cut or NoAnswer("nothing came of the snapshot")

    def _pieces(self, scope: str) -> Iterator[bytes]:
        starts = self._db.rows("SELECT start FROM arriving WHERE scope = ? ORDER BY start", scope)
        for (start,) in starts:
            found = self._db.row("SELECT bytes FROM arriving WHERE scope = ? AND start = ?", scope, start)
            yield bytes(found[0]) if found else b""

    def _check(self, offer: Offer, file: File) -> None:
        whole = hashlib.sha256()
        for piece in self._pieces(offer.scope):
            whole.update(piece)
        if whole.hexdigest() != file.sha256:
            raise Useless

    def _stage(self, offer: Offer, file: File) -> None:
        """Write the rows beside those that are in force, some at a time: the memory of a tablet is small."""
        with self._db.transaction():
            self._db.run("DELETE FROM staged WHERE scope = ?", offer.scope)
        cipher, checksum, count = _cipher(offer), 0, 0
        some: list[tuple[Any, ...]] = []
        for line in _lines(self._pieces(offer.scope), file):
            row = _row(offer.scope, cipher, line)
            checksum, count = wire.add(checksum, row[-1]), count + 1
            some.append(row)
            if len(some) >= ROWS_AT_ONCE:
                self._write(some)
                some = []
        self._write(some)
        if (count, checksum) != (offer.rows, offer.checksum):
            raise Useless

    def _write(self, some: list[tuple[Any, ...]]) -> None:
        with self._db.transaction():
            for row in some:
                self._db.run(
                    "INSERT OR REPLACE INTO staged (scope, record, kind, n, parent, body, private, digest) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    *row,
                )


def _cipher(offer: Offer) -> Cipher:
    try:
        return Cipher(unb64(offer.key))
    except ValueError as error:
        raise Useless from error


def _start(answer: Response, etag: str) -> int | None:
    """At which byte of the file an answer begins; None where it is of another file."""
    if answer.headers.get("etag") != etag:
        return None
    if answer.status == WHOLE:
        return 0
    said = answer.headers.get("content-range", "").removeprefix("bytes ").partition("-")[0]
    return int(said) if answer.status == PARTIAL and said.isascii() and said.isdigit() else None


def _lines(pieces: Iterator[bytes], file: File) -> Iterator[bytes]:
    unpacker: Any = zlib.decompressobj(16 + zlib.MAX_WBITS)
    if file.type == TYPES["zstd"]:
        unpacker = zstandard.ZstdDecompressor().decompressobj()
    rest = b""
    try:
        for piece in pieces:
            *whole, rest = (rest + unpacker.decompress(piece)).split(b"\n")
            yield from whole
    except (zlib.error, zstandard.ZstdError) as error:
        raise Useless from error
    if rest:
        raise Useless


def _row(scope: str, cipher: Cipher, line: bytes) -> tuple[Any, ...]:
    """A row as `staged` has it."""
    public, tab, sealed = line.partition(b"\t")
    try:
        mark = _mark.decode(public)
        private = cipher.open(mark.n, public, sealed) if tab else None
    except (msgspec.DecodeError, ValueError) as error:
        raise Useless from error
    if mark.record is None:
        raise Useless
    return scope, mark.record, mark.kind, mark.n, mark.parent, public, private, wire.digest(public)
