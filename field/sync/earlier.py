"""What signed receipts of an earlier epoch say of lines that come again after a restore. Pure.

What was quarantined before stays so: it must not land because the reason was forgotten. What had landed lands
again, also where its tablet was revoked since: it had a right to when it came. docs/protocol.md, "Restore".
"""

from collections.abc import Mapping, Sequence

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


def landed(lines: Sequence[Line], earlier: Mapping[int, Earlier]) -> frozenset[int]:
    """The seqs of lines of which it is proved that these very bytes had landed before.

    The receipt names no bytes, but the hash of the line at which its batch ended: where that line is among
    these, the chain binds all before it, back to one that is declared lost: what that followed, nobody knows.
    """
    hashes = {line.seq: line.change.lost or line.hash if line.change else line.hash for line in lines}
    losses = [line.seq for line in lines if is_loss(line)]
    return frozenset(
        line.seq
        for line in lines
        if (said := earlier.get(line.seq)) is not None
        and proves(said, line)
        and hashes.get(said.acknowledged) == said.chain
        and not any(line.seq < lost <= said.acknowledged for lost in losses)
    )


def proves(said: Earlier, line: Line) -> bool:
    """Whether a receipt says that this change had landed, or waited for its record; not of which bytes."""
    return said.status != "quarantined" and said.change == line.header.id


def is_loss(line: Line) -> bool:
    """Whether a line declares another one lost."""
    return line.change is not None and line.change.op == "lost"
