"""Deciding a pull: which scopes a tablet enters, leaves or starts anew follows from the cursors it sends."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from field.inspections.fields import Line, RecordId
from field.sync.landing import Scope
from field.sync.receipts import Durable
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
    """One scope of a pull: from which position, and the mark that goes before its rows.

    `adopted`: the position is of an earlier epoch, and one of this too; the tablet must hear that. `told`: it
    has rows to tell of first.
    """

    scope: str
    after: int
    mark: bytes | None = None
    adopted: bool = False
    told: bool = False


class Enter(msgspec.Struct):
    """A scope that the tablet did not have."""

    enter: str


class Leave(msgspec.Struct):
    """A scope that the tablet has and may not have any more."""

    leave: str


class Reset(msgspec.Struct, omit_defaults=True):
    """A scope that must be fetched from its beginning.

    `survived`: up to there the tablet's rows are the office's too; rows beyond are told as testimony first.
    """

    reset: str
    survived: int | None = None


class Checkpoint(msgspec.Struct, omit_defaults=True):
    """The position reached in a scope; at its head with the checksum."""

    checkpoint: str
    epoch: str
    n: int
    head: bool = False
    checksum: int | None = None


class End(msgspec.Struct):
    """The last line of every page. `acknowledged` and `chain` are the tablet's own line as it is here."""

    more: bool
    anchor: str
    end: bool = True
    next_sync_s: int | msgspec.UnsetType = msgspec.UNSET
    """In how many seconds to ask again, where there is nothing to send."""
    epoch: str | UnsetType = UNSET
    acknowledged: int | UnsetType = UNSET
    chain: str | UnsetType = UNSET
    durable: Durable | UnsetType = UNSET


def leaving(cursors: Mapping[str, object], allowed: Sequence[str]) -> list[bytes]:
    """The marks for the scopes to drop."""
    return [msgspec.json.encode(Leave(name)) for name in sorted(cursors.keys() - set(allowed))]


def steps(
    cursors: Mapping[str, tuple[str, int]],
    heads: Mapping[str, Scope],
    epoch: str,
    survived: Mapping[str, Mapping[str, int]] = {},
) -> list[Step]:
    """Where to read on in each scope. A cursor beyond what there is, or what survived, starts anew.

    `survived` has, for each earlier epoch by scope, up to where its positions are those of this one.
    """
    found = []
    for name in sorted(heads):
        cursor = cursors.get(name)
        if cursor is None:
            found.append(Step(name, 0, msgspec.json.encode(Enter(name))))
        elif cursor[0] == epoch and cursor[1] <= heads[name].n:
            found.append(Step(name, cursor[1]))
        elif cursor[1] <= min(survived.get(cursor[0], {}).get(name, -1), heads[name].n):
            found.append(Step(name, cursor[1], adopted=True))
        else:
            # Of an epoch that nobody knows nothing is known to have survived, and nothing asked for.
            alive = survived[cursor[0]].get(name, 0) if cursor[0] in survived else None
            told = alive is not None
            found.append(Step(name, 0, msgspec.json.encode(Reset(name, alive)), told=told))
    return found


def by_snapshot(request: PullRequest, steps: Sequence[Step]) -> list[str]:
    """The scopes that begin (anew) and may be offered as snapshots."""
    if not request.snapshots:
        return []
    # Where rows are to be told before they go, the mark that says so must come.
    fresh = [step.scope for step in steps if step.mark is not None and not step.told]
    return [scope for scope in fresh if scope not in request.by_rows]


def checkpoint(head: Scope, epoch: str, n: int, *, at_head: bool) -> bytes:
    """The line that ends a scope's rows."""
    if at_head:
        return msgspec.json.encode(Checkpoint(head.name, epoch, head.n, True, head.checksum))
    return msgspec.json.encode(Checkpoint(head.name, epoch, n))
