"""What a tablet tells of itself with a pull, and what the office makes of it. docs/protocol.md, "Ledger"."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

CONTACT_MS = 300_000
"""How exactly the office remembers when it last heard of a tablet that had nothing new to tell."""

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Name = Annotated[str, msgspec.Meta(max_length=140)]


class Drift(msgspec.Struct, frozen=True, omit_defaults=True):
    """How often a scope's rows on a tablet were found to differ from the office's; whether they do still."""

    times: Count = 0
    still: bool = False


class Told(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A tablet's own count, the one that its screen shows. A newer tablet may tell more: that is let pass.

    `captured` entries under this identity, of which it knows `acknowledged` to have arrived. `before`:
    entries it keeps under identities that ended, `former`, the oldest first. `photos_unsent` have
    `bytes_unsent` bytes that the office did not confirm. `oldest_unsent_ms`: when the oldest entry that is
    only there was captured, by the office's time. `anchor`: the last server time that it received, as
    received. `drift`: by scope.
    """

    captured: Count
    acknowledged: Count
    before: Count = 0
    former: Annotated[tuple[Name, ...], msgspec.Meta(max_length=100)] = ()
    photos_unsent: Count = 0
    bytes_unsent: Count = 0
    oldest_unsent_ms: Count | None = None
    app: Annotated[str, msgspec.Meta(max_length=100)] = ""
    anchor: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    drift: Annotated[Mapping[Name, Drift], msgspec.Meta(max_length=500)] = {}


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What was heard of a tablet last: at `at_ms`, by one that had received the server's time `anchor_ms`."""

    told: Told
    anchor_ms: int
    at_ms: int


class TabletAlarm(msgspec.Struct, frozen=True):
    """Something in a tablet's own word that a supervisor must hear of. `seq` tells one from another."""

    code: str
    seq: int
    detail: str


class Hearing(msgspec.Struct, frozen=True):
    """What is to be kept of a tablet's word; `heard` is None where nothing is new."""

    heard: Heard | None = None
    alarms: tuple[TabletAlarm, ...] = ()


def hear(
    told: Told, before: Heard | None, *, anchor_ms: int | None, received: int, received_ms: int, now_ms: int
) -> Hearing:
    """What to keep of a tablet's word. `anchor_ms`: the time in its anchor, None where we did not sign it.

    `received` is the last seq that arrived, at `received_ms`. A word that was overtaken on its way is let go.
    """
    anchor_ms = anchor_ms or 0
    said = msgspec.structs.replace(told, anchor=None)
    if before is not None and _overtaken(said, anchor_ms, before):
        return Hearing()
    alarms = [*_set_back(said, anchor_ms, received, received_ms), *_drifted(said, before)]
    if before is not None and said == before.told and now_ms - before.at_ms < CONTACT_MS:
        return Hearing(alarms=tuple(alarms))
    return Hearing(Heard(told=said, anchor_ms=anchor_ms, at_ms=now_ms), tuple(alarms))


def _overtaken(said: Told, anchor_ms: int, before: Heard) -> bool:
    """Whether a later word came first: a network may deliver twice, and late."""
    earlier = (said.captured, said.acknowledged) < (before.told.captured, before.told.acknowledged)
    return anchor_ms < before.anchor_ms or (anchor_ms == before.anchor_ms and earlier)


def _set_back(said: Told, anchor_ms: int, received: int, received_ms: int) -> list[TabletAlarm]:
    """A tablet that has heard of us since its last entry came, and does not know that entry, was set back."""
    if said.captured >= received or anchor_ms <= received_ms:
        return []
    detail = f"The tablet says that it captured {said.captured} entries; {received} have come from it."
    advice = " Its storage was set back, or two tablets bear this identity. Enrol it anew."
    return [TabletAlarm("set-back", said.captured, detail + advice)]


def _drifted(said: Told, before: Heard | None) -> list[TabletAlarm]:
    known = before.told.drift if before is not None else {}
    new = sorted(scope for scope, drift in said.drift.items() if drift != known.get(scope))
    times = sum(drift.times for drift in said.drift.values())
    alarms = []
    for scope in new:
        drift = said.drift[scope]
        if drift.still:
            detail = f"The rows of {scope} on the tablet differ from the office's, also once fetched anew."
            alarms.append(TabletAlarm("drift-stays", times, detail))
        elif drift.times > known.get(scope, Drift()).times:
            detail = f"The rows of {scope} on the tablet differed from the office's, and were fetched anew."
            alarms.append(TabletAlarm("drift", times, detail))
    return alarms
