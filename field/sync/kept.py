"""What is known of lines that came before, and what a push keeps of those that come."""

import msgspec

from field.sync.changes import Change, Line
from field.sync.checks import Refusal
from field.sync.receipts import Answer, First


class Seen(msgspec.Struct, frozen=True):
    """A line that this device delivered before: its hash and its receipt."""

    hash: str
    id: str | None
    first: First


class Known(msgspec.Struct, frozen=True):
    """A change that came before, from whatever device: its receipt (None: in this push), and the change.

    `change` is None where the line that bore the id could not be read.
    """

    first: First | None
    change: Change | None
    device: str


class Arrived(msgspec.Struct, frozen=True):
    """A line new to the server, as it is to be kept, with its receipt.

    `refused`: why it will not land by its own fault, also while the rest of its group is awaited.
    """

    line: Line
    answer: Answer
    t: int
    same_as: str | None = None
    waits_for: str | None = None
    district: str | None = None
    refused: Refusal | None = None


class Settled(msgspec.Struct, frozen=True):
    """A line kept earlier, whose receipt changes now. `district` None: the one that is known stays."""

    device: str
    seq: int
    answer: Answer
    waits_for: str | None = None
    district: str | None = None


class Alarm(msgspec.Struct, frozen=True):
    """Something that a supervisor must hear of."""

    code: str
    detail: str
    seq: int
    district: str | None = None
    """Where it must be heard; None: in the device's own district."""
