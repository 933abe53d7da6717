"""A change: one edit, captured once, immutable, as one line of bytes (docs/protocol.md, "A change").

A line is `PUBLIC` or `PUBLIC<TAB>PRIVATE`. Hash, signature and the test for duplicates are over the bytes of
PUBLIC alone. PRIVATE holds the personal values that PUBLIC only commits to, so that a value can be erased
later while the history stays verifiable.
"""

import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

import msgspec

from field.inspections.fields import RecordId
from field.sync import unknown

Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$", max_length=64)]
_Id = Annotated[str, msgspec.Meta(min_length=36, max_length=36)]
_Hash = Annotated[str, msgspec.Meta(min_length=64, max_length=64)]
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_NAMES = re.compile(f"[0-9a-f]{{64}}{_ID}{_ID}(?:{_ID})?(?:{_ID})?")
Seq = Annotated[int, msgspec.Meta(ge=1, le=2**53)]
Op = Literal["create", "set", "decide", "withdraw", "restore", "lost", "undo", "release", "reject", "reopen"]
Short = Annotated[str, msgspec.Meta(max_length=100)]
Reason = Annotated[str, msgspec.Meta(max_length=2000)]

START = "0" * 64
"""The `prev` of a device's first line."""

LINE_BYTES_MAX = 256 * 1024
BATCH_LINES_MAX = 500
GROUP_LINES_MAX = 5000


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The public part of a line. `elapsed_ms` is monotonic time since `anchor` was received.

    `over` names, per field, the ids of the changes whose write this edit replaces; `was` the values that the
    form showed; `base` the position of the row that it showed, as evidence. `wall_ms` is the tablet's own
    clock, evidence too. `first` and `last` are the seqs of the group's first and last line. `lost` is the
    hash that a line had which the tablet can no longer read. The office alone writes `undoes`, the ids of
    changes that no longer count (op `undo`), and `entries`, lines by device and seq on whose quarantine a
    supervisor decided (ops `release`, `reject`, `reopen`).
    """

    id: _Id
    device: _Id
    seq: Seq
    prev: _Hash
    op: Op
    by: _Id | None = None
    kind: Short | None = None
    record: _Id | None = None
    set: msgspec.Raw = msgspec.Raw(b"{}")
    was: dict[str, Any] = {}
    over: dict[str, list[RecordId]] = {}
    base: tuple[Short, Annotated[int, msgspec.Meta(ge=0)]] | None = None
    anchor: Short | None = None
    elapsed_ms: Annotated[int, msgspec.Meta(ge=0, le=10**13)] = 0
    wall_ms: int | None = None
    boot: Short | None = None
    schema: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    first: Seq | None = None
    last: Seq | None = None
    reason: Reason | None = None
    lost: Hash | None = None
    more: dict[str, Any] = msgspec.field(default_factory=dict, name=" more")
    """Members that a newer app brought; on the wire they stand beside the others."""
    undoes: list[RecordId] | None = None
    entries: list[tuple[RecordId, Seq]] | None = None


class Header(msgspec.Struct, frozen=True):
    """What can still be read of a line that is otherwise wrong, for the supervisor who looks at it."""

    id: RecordId | None = None
    kind: Short | None = None
    record: RecordId | None = None
    by: RecordId | None = None
    first: Seq | None = None
    last: Seq | None = None


NOTHING_READ = Header()

Private = dict[str, tuple[str, str]]
"""Personal values by commitment: {commitment: (salt, value)}."""


class Line(msgspec.Struct, frozen=True):
    """One line as received: its place in the device's sequence, its bytes, and what was read from it.

    `change` is None where the line could not be read; then `problem` says why, in words.
    """

    seq: int
    public: bytes
    private_bytes: bytes | None
    hash: str
    change: Change | None
    private: Private
    unread: Header | None = None
    problem: str | None = None

    @property
    def header(self) -> "Change | Header":
        """What can be read of the line, whether or not all of it can."""
        return self.change or self.unread or NOTHING_READ


_change = msgspec.json.Decoder(Change)
_header = msgspec.json.Decoder(Header)
_private = msgspec.json.Decoder(Private)


def digest(public: bytes) -> str:
    """SHA-256 of a line's public bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(public).hexdigest()


def content_of(change: Change) -> str:
    """What a change says, apart from how it travels: equal for the same change under two identities."""
    said = msgspec.structs.replace(change, device=change.id, seq=1, prev=START, first=None, last=None)
    return digest(msgspec.json.encode(compact(said)))


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def commit(salt: str, value: str) -> str:
    """The commitment to a personal value: base64url, unpadded, of SHA-256(salt NUL value), 43 characters."""
    raw = hashlib.sha256(f"{salt}\0{value}".encode()).digest()
    return binascii.b2a_base64(raw, newline=False).translate(_URL_SAFE, b"=").decode()


def encode(change: Change, private: Private | None = None) -> bytes:
    """The one encoding of a change, without the newline. Called once in a change's life, at capture."""
    public = msgspec.json.encode(compact(change))
    if not private:
        return public
    return public + b"\t" + msgspec.json.encode(private)


def compact(change: Change) -> dict[str, Any]:
    """The change as a mapping without the members that say nothing."""
    members = {name: getattr(change, name) for name in change.__struct_fields__}
    more = members.pop("more")
    kept = {name: value for name, value in members.items() if value is not None and value != {}}
    kept.update(more)
    if bytes(change.set) == b"{}":
        kept.pop("set", None)
    return kept


def split(body: bytes) -> list[bytes]:
    """The lines of a push body, without their newlines; an empty last line is none."""
    lines = body.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def hashes(lines: Iterable[bytes]) -> bytes:
    """The SHA-256 of each line's public part, 32 bytes each, joined: what a batch's signature covers."""
    return b"".join(hashlib.sha256(line.partition(b"\t")[0]).digest() for line in lines)


def read(lines: Iterable[bytes], first_seq: int) -> list[Line]:
    """The lines of a push, read. Line i is the device's seq `first_seq` + i, whatever it says of itself.

    Never raises for what a line holds: a line that cannot be read comes back with its bytes and a problem.
    """
    return [read_line(raw, seq) for seq, raw in enumerate(lines, first_seq)]


def read_line(raw: bytes, seq: int) -> Line:
    """One line, at its place in the device's sequence."""
    public, tab, rest = raw.partition(b"\t")
    private_bytes = rest if tab else None
    hashed = digest(public)
    try:
        if len(raw) > LINE_BYTES_MAX:
            return _unread(seq, public, private_bytes, hashed, f"the line has {len(raw)} bytes")
        change = _read(public)
        private = _private.decode(rest) if tab else {}
        _check_names(change)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _unread(seq, public, private_bytes, hashed, str(error))
    return Line(seq, public, private_bytes, hashed, change, private)


def _read(public: bytes) -> Change:
    """The change in a line. Raises msgspec.DecodeError."""
    try:
        change = _change.decode(public)
        if change.more:
            # The name under which they are kept here is none on the wire: it would pass by all bounds.
            raise msgspec.ValidationError("Object contains unknown field ` more`")
        return change
    except msgspec.ValidationError:
        mine, others = unknown.parted(public, MEMBERS)
        if not others:
            raise
        more = unknown.members(others)
        return msgspec.structs.replace(_change.decode(msgspec.json.encode(mine)), more=more)


MEMBERS = frozenset(Change.__struct_fields__) - {"more"}
"""The members of a change that this version knows."""


def _check_names(change: Change) -> None:
    """Raises msgspec.ValidationError where an id or a hash is none.

    Every line has five of them, and one look at all takes a fraction of the time of a pattern for each.
    """
    if _NAMES.fullmatch(f"{change.prev}{change.id}{change.device}{change.by or ''}{change.record or ''}"):
        return
    ids = {"id": change.id, "device": change.device, "by": change.by, "record": change.record}
    wrong = [name for name, id in ids.items() if id is not None and not re.fullmatch(_ID, id)]
    raise msgspec.ValidationError(
        f"Expected hexadecimal digits in lower case - at `$.{(wrong or ['prev'])[0]}`"
    )


def _unread(seq: int, public: bytes, private_bytes: bytes | None, hashed: str, problem: str) -> Line:
    try:
        header = _header.decode(public)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        header = NOTHING_READ
    return Line(seq, public, private_bytes, hashed, None, {}, header, problem)


def opens(commitment: str, salt: str, value: str) -> bool:
    """Whether a personal value is the one that was committed to."""
    # As bytes: of two texts, it compares none that is not ASCII.
    return hmac.compare_digest(commit(salt, value).encode(), commitment.encode())
