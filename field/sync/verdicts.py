"""What supervisors decide about lines in quarantine: release, reject, or take either back. Pure.

A release lands the lines as they were captured; only the right of their author is not asked any more. A line
that says what cannot be stays where it is, whatever anybody decides. docs/protocol.md, "Quarantine".
"""

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from field.sync.changes import Change
from field.sync.checks import Refusal, Verdict
from field.sync.receipts import LANDED, Status
from field.sync.units import Item, Unit

Place = tuple[str, int]
"""A line's device and seq."""

Standing = Literal["released", "rejected", "undone"]
"""What was decided last about a line: `undone` was released, and what it wrote was taken back."""


class Judged(msgspec.Struct, frozen=True):
    """A line that is decided about, as it is kept. `code` and `detail` say why it is in quarantine."""

    item: Item
    status: Status
    verdict: Standing | None = None
    code: str | None = None
    detail: str | None = None
    received_ms: int = 0


class Stand(msgspec.Struct, frozen=True):
    """What stands about a line from now on, by whom and why; `verdict` None: nothing is decided any more."""

    device: str
    seq: int
    verdict: Standing | None
    change: Change
    code: str | None = None
    detail: str | None = None


class Judgement(msgspec.Struct, frozen=True):
    """What a verdict comes to: what stands from now on, and what a release lets land now."""

    stands: list[Stand]
    unit: Unit | None


def judge(
    verdict: Verdict, judged: Mapping[Place, Judged], would_refuse: Callable[[Unit], Refusal | None]
) -> Judgement | Refusal:
    """What a verdict comes to; or why it cannot be given, as where what is released could not land.

    A line that is not here (the database is older than the verdict) is decided about all the same: when its
    tablet sends it again, the verdict is known.
    """
    change = verdict.change
    stands: list[Stand] = []
    for device, seq in change.entries or ():
        one = judged.get((device, seq))
        after = _after(change.op, one)
        if isinstance(after, Refusal):
            return Refusal(after.code, f"Entry {seq} {after.detail}")
        why = (one.code, one.detail) if one else (None, None)
        stands.append(Stand(device, seq, after, change, *why))
    unit = unit_of(change, judged)
    refusal = would_refuse(unit) if unit is not None else None
    return refusal or Judgement(stands, unit)


def _after(op: str, one: Judged | None) -> Standing | Refusal | None:
    if op == "reopen":
        if one is not None and one.verdict not in ("released", "rejected"):
            return Refusal("already-decided", "is not released or rejected any more.")
        return "undone" if one is not None and one.verdict == "released" else None
    again = op == "release" and one is not None and one.verdict == "undone"
    if one is not None and not again and (one.status != "quarantined" or one.verdict is not None):
        return Refusal("already-decided", "has been decided about, or landed meanwhile.")
    return "released" if op == "release" else "rejected"


def unit_of(change: Change, judged: Mapping[Place, Judged]) -> Unit | None:
    """What a release lets land, in the order of capture; None where there is nothing to land."""
    if change.op != "release":
        return None
    named = [judged[place] for place in change.entries or () if place in judged]
    items = [each.item for each in named if each.status not in LANDED]
    return Unit(sorted(items, key=lambda item: item.line.seq)) if items else None
