"""What the oracle knows: who typed what, when, and what their screen showed. Nothing of merging."""

from collections.abc import Mapping
from typing import Any

import msgspec

Value = Any


class Screen(msgspec.Struct, frozen=True):
    """What a form showed when it was opened.

    `values` as a person reads them; `seen` the ids of the edits that stood behind each field, `mine` those of
    them that only this tablet had; `disputed` the fields marked as in dispute; `candidates` who is listed.
    """

    values: Mapping[str, Value] = {}
    seen: Mapping[str, frozenset[str]] = {}
    mine: Mapping[str, frozenset[str]] = {}
    disputed: frozenset[str] = frozenset()
    candidates: Mapping[str, frozenset[str]] = {}

    def everything(self) -> frozenset[str]:
        """Every edit that stood behind any field but the withdrawal."""
        return frozenset().union(*(ids for name, ids in self.seen.items() if name != "withdrawn"))


class Place(msgspec.Struct, frozen=True):
    """Where an edit stood in a tablet's line before the tablet was enrolled anew, and its bytes there."""

    device: str
    seq: int
    raw: bytes


class Edit(msgspec.Struct, kw_only=True):
    """One captured change. `values` are what was typed, personal ones in clear.

    `t` is when, by the oracle's own arithmetic. `bad` says that the server must refuse it, `broken` that the
    tablet's storage damaged it before it was known to have arrived. `fate` is what must have become of it:
    landed, quarantined, waiting or lost.
    """

    id: str
    device: str
    seq: int
    op: str
    kind: str
    record: str
    values: dict[str, Value]
    by: str | None = None
    screen: Screen = Screen()
    raw: bytes = b""
    t: int = 0
    group: tuple[str, int] | None = None
    parent: str | None = None
    bad: bool = False
    broken: bool = False
    fate: str = "landed"
    former: list[Place] = []
    """Where it stood before, the first place first."""

    shut: bool = False
    """It came, first, from a tablet that was revoked."""

    apart: bool = False
    """It had come from a revoked tablet before the database was restored; the next identity was told so."""

    released: bool = False
    """A supervisor let it out of quarantine."""

    undone: bool = False
    """It landed, and was taken back: it counts as never made."""

    saw: frozenset[str] = frozenset()
    """For a withdrawal: the edits that its author had seen."""

    @property
    def unit(self) -> tuple[tuple[str, int], bool]:
        """What lands together with it or not at all: its group. What came of that from a revoked tablet is
        kept apart; the rest, brought under another identity, waits for it."""
        return (self.group or (self.device, self.seq), self.shut)

    @property
    def order(self) -> tuple[int, str, int]:
        """When, then on which device, then as which entry."""
        return (self.t, self.device, self.seq)


STEPS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "visit": {
        "planned": frozenset({"started", "done", "refused", "not_found"}),
        "started": frozenset({"done", "refused", "not_found"}),
    },
    "establishment": {
        "open": frozenset({"closed", "shifted", "untraceable"}),
        "shifted": frozenset({"open", "closed", "untraceable"}),
        "untraceable": frozenset({"open", "closed", "shifted"}),
        "closed": frozenset({"open"}),
    },
}
"""What a status may become, written down once more, so that a wrong table is found too."""

RULES: Mapping[str, Mapping[str, str]] = {
    "establishment": {
        "name": "review",
        "district": "latest",
        "address": "review",
        "location": "review",
        "workers_declared": "review",
        "owner": "review",
        "sector": "latest",
        "phone": "latest",
        "remarks": "latest",
        "status": "steps",
    },
    "lead": {
        "what": "review",
        "name": "review",
        "district": "review",
        "address": "review",
        "location": "review",
        "sector": "latest",
        "workers_about": "review",
        "remarks": "latest",
    },
    "visit": {
        "establishment": "review",
        "district": "latest",
        "inspector": "latest",
        "due": "latest",
        "status": "steps",
        "check_in_ms": "earliest",
        "check_out_ms": "furthest",
        "minutes_on_site": "add",
        "documents_seen": "union",
        "notes": "latest",
    },
    "report": {
        "visit": "review",
        "headcount": "review",
        "person_met": "review",
        "place": "review",
        "records_produced": "union",
        "remarks": "latest",
    },
    "wage_line": {
        "report": "review",
        "month": "review",
        "wage_rs": "review",
        "worker_name": "review",
        "cnic": "review",
        "declared_wage_rs": "review",
        "remarks": "latest",
    },
    "photo": {
        "report": "review",
        "sha256": "review",
        "size": "review",
        "media_type": "review",
        "taken_ms": "review",
        "caption": "latest",
        "purpose": "latest",
    },
    "answer": {
        "report": "review",
        "question": "review",
        "item": "review",
        "value": "review",
        "private_value": "review",
    },
}
"""How each field that the simulator writes must come out, in the words of the protocol's page."""
