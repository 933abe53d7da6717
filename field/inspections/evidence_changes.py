"""What becomes of remarks when facts change: raised, changed or lifted; so it is known what stood when."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from field.inspections.evidence import Remark

Change = Literal["raised", "changed", "lifted"]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A remark as it is kept. `entries`: how many changes of it are in its history."""

    standing: bool
    since_ms: int
    entries: int
    remark: Remark


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A remark to keep, and what became of it."""

    key: str
    what: Change
    held: Held


def changes(before: Mapping[str, Held], after: Sequence[Remark], now_ms: int) -> list[Changed]:
    """What to keep of one report, given what is held by key. The same remarks again change nothing.

    A remark that is lifted keeps the numbers that it stood with.
    """
    now = {each.key: each for each in after}
    found = []
    for key in sorted(before.keys() | now.keys()):
        held, remark = before.get(key), now.get(key)
        entries = held.entries + 1 if held is not None else 1
        if remark is None:
            if held is not None and held.standing:
                lifted = Held(standing=False, since_ms=now_ms, entries=entries, remark=held.remark)
                found.append(Changed(key=key, what="lifted", held=lifted))
        elif held is None or not held.standing:
            raised = Held(standing=True, since_ms=now_ms, entries=entries, remark=remark)
            found.append(Changed(key=key, what="raised", held=raised))
        elif held.remark != remark:
            more = Held(standing=True, since_ms=held.since_ms, entries=entries, remark=remark)
            found.append(Changed(key=key, what="changed", held=more))
    return found
