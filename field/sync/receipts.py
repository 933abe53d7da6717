"""What the server answers about each change. docs/protocol.md, "Push"."""

from typing import Literal

import msgspec

from field.sync.orders import WipeOrder

Status = Literal["applied", "merged", "conflict", "duplicate", "held", "waiting", "quarantined", "lost"]

LANDED: frozenset[Status] = frozenset({"applied", "merged", "conflict"})
OPEN: frozenset[Status] = frozenset({"held", "waiting", "quarantined"})
"""What may still become something else."""


class First(msgspec.Struct, frozen=True, omit_defaults=True):
    """The receipt that a change got at first, repeated for a duplicate."""

    status: Status
    code: str | None = None
    detail: str | None = None
    scope: str | None = None
    n: int | None = None


class Decided(msgspec.Struct, frozen=True):
    """What a supervisor decided about a change in quarantine, in their words.

    `undone`: it was released, and what it wrote was taken back.
    """

    verdict: Literal["released", "rejected", "undone"]
    reason: str
    at_ms: int


class Answer(msgspec.Struct, omit_defaults=True, kw_only=True):
    """The answer about one change. `scope` and `n` say where the record stands once the change has landed."""

    seq: int
    id: str | None = None
    status: Status
    code: str | None = None
    detail: str | None = None
    scope: str | None = None
    n: int | None = None
    remarks: list[str] = []
    first: First | None = None
    decided: Decided | None = None


class Fork(msgspec.Struct, frozen=True):
    """Two histories bear this tablet's identity; they part at `seq`."""

    seq: int
    detail: str


class Durable(msgspec.Struct, frozen=True):
    """What a verified backup holds: the tablet's line up to `seq`, all else that was answered before `ms`."""

    seq: int
    ms: int


class PushAnswer(msgspec.Struct, omit_defaults=True, kw_only=True):
    """The answer to a push. `chain` is the hash of the line at `acknowledged`."""

    acknowledged: int
    chain: str
    epoch: str
    anchor: str
    answers: list[Answer]
    expected: int | None = None
    fork: Fork | None = None
    revoked: bool = False
    wipe: WipeOrder | None = None
    audit: str | None = None
    """The audit trail's head of some seconds ago, "NUMBER.HASH": whoever keeps this answer can tell later
    whether the trail was cut off or written anew. docs/audit.md."""
    next_sync_s: int | None = None
    """In how many seconds to ask again, where there is nothing to send."""
    proof: str = ""
    """The server's signature over `signing.held_message`: the tablet shows it with what it sends next."""
    durable: Durable | None = None
