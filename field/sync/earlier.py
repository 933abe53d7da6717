"""What signed receipts of an earlier epoch say of lines that come again after a restore. Pure.

What was quarantined before stays so: it must not land because the reason was forgotten. What had landed lands
again, also where its tablet was revoked since: it had a right to when it came. docs/protocol.md, "Restore".
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import msgspec

from field.sync.changes import Line


class Earlier(msgspec.Struct, frozen=True):
    """A receipt of an earlier epoch for a line; `chain` is the hash of the line at `acknowledged`, signed."""

    change: str | None
    status: str
    code: str | None
    detail: str | None
    acknowledged: int
    chain: str


def quarantined(line: Line, said: Earlier | None) -> bool:
    """Whether the line was kept from landing before."""
    return said is not None and said.status == "quarantined" and said.change in (None, line.header.id)


class _Follows(msgspec.Struct):
    prev: str = ""


_follows = msgspec.json.Decoder(_Follows)

Link = tuple[int, str, bytes]
"""A line's number, its hash, and its public bytes."""


def link(line: Line) -> Link:
    """A line's place in the chain."""
    return line.seq, line.hash, line.public


def breaks(links: Sequence[Link]) -> list[int]:
    """The seqs of lines that do not follow the one before them, by its own hash and their own bytes.

    What a line that is declared lost followed nobody knows, and of one that cannot be read nobody asked it.
    """
    return [seq for before, (seq, _, public) in pairwise(links) if not _is_after(seq, public, before)]


def _is_after(seq: int, public: bytes, before: Link) -> bool:
    try:
        prev = _follows.decode(public).prev
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return (seq, prev) == (before[0] + 1, before[1])


def landed(lines: Sequence[Line], earlier: Mapping[int, Earlier]) -> frozenset[int]:
    """The seqs of lines of which it is proved that these very bytes had landed before.

    The receipt names no bytes, but the hash of the line at which its batch ended: where that line is among
    these, the chain binds all before it, back to where it breaks.
    """
    if not earlier:
        return frozenset()
    hashes = {line.seq: line.hash for line in lines}
    broken = breaks([link(line) for line in lines])
    return frozenset(
        line.seq
        for line in lines
        if (said := earlier.get(line.seq)) is not None
        and proves(said, line)
        and hashes.get(said.acknowledged) == said.chain
        and not any(line.seq < at <= said.acknowledged for at in broken)
    )


def proves(said: Earlier, line: Line) -> bool:
    """Whether a receipt says that this change had landed, or waited for its record; not of which bytes."""
    return said.status != "quarantined" and said.change == line.header.id
