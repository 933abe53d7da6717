"""Deciding a pull: which scopes a tablet enters, leaves or starts anew follows from the cursors it sends."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from field.inspections.fields import Line, RecordId
from field.sync.landing import Scope
from field.sync.told import Told
from field.sync.wire import CHECKSUM_MAX

ROWS_MAX = 1000
BYTES_MAX = 4 * 1024 * 1024
RECEIPTS_MAX = 100
"""Receipts of reports that one page brings."""


class PullRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a tablet stands by scope, the seqs whose receipts are still open, and what it tells of itself."""

    cursors: Annotated[
        dict[Line, tuple[Line, Annotated[int, msgspec.Meta(ge=0)]]], msgspec.Meta(max_length=500)
    ] = {}
    open: Annotated[list[Annotated[int, msgspec.Meta(ge=1, le=2**53)]], msgspec.Meta(max_length=1000)] = []
    limit: Annotated[int, msgspec.Meta(ge=1, le=ROWS_MAX)] = ROWS_MAX
    count: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None
    behind: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None
    checksums: Annotated[
        dict[Line, Annotated[int, msgspec.Meta(ge=0, le=CHECKSUM_MAX)]], msgspec.Meta(max_length=500)
    ] = {}
    """The sums of the rows that the tablet holds of its scopes: at the head they must be the office's."""
    told: Told | None = None
    snapshots: bool = False
    """Whether this tablet can take a large scope as a snapshot."""

    by_rows: Annotated[list[Line], msgspec.Meta(max_length=500)] = []
    """The scopes that it wants by rows all the same: a snapshot of them was of no use to it."""

    reports: Annotated[list[RecordId], msgspec.Meta(max_length=RECEIPTS_MAX)] = []
    """The reports whose receipt it lacks."""


class Step(msgspec.Struct, frozen=True):
    """One scope of a pull: from which position, and the mark that goes before its rows."""

    scope: str
    after: int
    mark: bytes | None = None


class Enter(msgspec.Struct):
    """A scope that the tablet did not have."""

    enter: str


class Leave(msgspec.Struct):
    """A scope that the tablet has and may not have any more."""

    leave: str


class Reset(msgspec.Struct):
    """A scope that must be fetched from its beginning."""

    reset: str


class Checkpoint(msgspec.Struct, omit_defaults=True):
    """The position reached in a scope; at its head with the checksum."""

    checkpoint: str
    epoch: str
    n: int
    head: bool = False
    checksum: int | None = None


class End(msgspec.Struct):
    """The last line of every page."""

    more: bool
    anchor: str
    end: bool = True
    next_sync_s: int | msgspec.UnsetType = msgspec.UNSET
    """In how many seconds to ask again, where there is nothing to send."""


def leaving(cursors: Mapping[str, object], allowed: Sequence[str]) -> list[bytes]:
    """The marks for the scopes to drop."""
    return [msgspec.json.encode(Leave(name)) for name in sorted(cursors.keys() - set(allowed))]


def steps(cursors: Mapping[str, tuple[str, int]], heads: Mapping[str, Scope], epoch: str) -> list[Step]:
    """Where to read on in each scope. A cursor of another epoch, or beyond the head, starts anew."""
    found = []
    for name in sorted(heads):
        cursor = cursors.get(name)
        if cursor is None:
            found.append(Step(name, 0, msgspec.json.encode(Enter(name))))
        elif cursor[0] != epoch or cursor[1] > heads[name].n:
            found.append(Step(name, 0, msgspec.json.encode(Reset(name))))
        else:
            found.append(Step(name, cursor[1]))
    return found


def by_snapshot(request: PullRequest, steps: Sequence[Step]) -> list[str]:
    """The scopes that begin (anew) and may be offered as snapshots."""
    if not request.snapshots:
        return []
    return [step.scope for step in steps if step.mark is not None and step.scope not in request.by_rows]


def checkpoint(head: Scope, epoch: str, n: int, *, at_head: bool) -> bytes:
    """The line that ends a scope's rows."""
    if at_head:
        return msgspec.json.encode(Checkpoint(head.name, epoch, head.n, True, head.checksum))
    return msgspec.json.encode(Checkpoint(head.name, epoch, n))
