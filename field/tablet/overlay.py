"""What the screen shows: the office's row with the tablet's own changes over it; and what an edit replaces.

No merge rule is repeated here. Of a field's pending values the last one shows, counters add up, and for what
several people wrote the office's row says what shows (docs/protocol.md, "What an edit lists in `over`").
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from field.sync.changes import Change, Private
from field.sync.kinds import KINDS, WITHDRAWN
from field.tablet.replica import Held

_values = msgspec.json.Decoder(dict[str, Any])

DISPLAYED_ONLY = frozenset({"review", "steps"})
"""Rules by which an ordinary edit replaces the displayed value alone, so that a dispute stays open."""


class View(msgspec.Struct, frozen=True):
    """A record as the screen shows it.

    `values` hold the commitments of personal values, `private` opens them. `live` has the ids of the live
    writes of the office's row, `mine` those of this tablet's own pending changes and of what these replaced,
    both by field; `office` the values of the row beneath. `disputed` are fields in open conflict, `pending`
    those that show this tablet's own value.
    """

    record: str
    kind: str
    values: dict[str, Any]
    private: Private
    live: dict[str, list[str]]
    mine: dict[str, list[str]]
    disputed: list[str]
    pending: list[str]
    office: dict[str, Any] = {}
    parent: str | None = None
    base: tuple[str, int] | None = None

    def clear(self, name: str) -> Any:
        """A field's value for a person to read: a personal one is opened, or None where it was erased."""
        value = self.values.get(name)
        if value is None or not KINDS[self.kind].fields[name].personal:
            return value
        opened = self.private.get(value)
        return opened[1] if opened else None

    def shown(self) -> dict[str, Any]:
        """Every value for a person to read."""
        fields = KINDS[self.kind].fields
        return {name: self.clear(name) if name in fields else value for name, value in self.values.items()}


def lay(held: Held | None, changes: Sequence[tuple[Change, Private]], epoch: str = "") -> View | None:
    """The row with a record's pending changes laid over it, in the order in which they were captured."""
    if held is None and not changes:
        return None
    record = held.row.record if held else changes[0][0].record or ""
    kind = held.row.kind if held else changes[0][0].kind or ""
    values = defaults(kind) | (dict(held.row.values) if held else {})
    private = dict(held.private) if held else {}
    mine: dict[str, list[str]] = {}
    parent = held.row.parent if held else None
    for change, opened in changes:
        private.update(opened)
        for name, value in _values.decode(change.set).items():
            values[name] = _laid(kind, name, values.get(name), value, change)
            mine[name] = _joined(mine.get(name, []), [change.id, *change.over.get(name, [])])
            parent = value if name == KINDS[kind].parent_field else parent
    return View(
        record=record,
        kind=kind,
        values=values,
        private=private,
        live=live_writes(held) if held else {},
        mine=mine,
        disputed=list(held.row.disputed) if held else [],
        pending=sorted(mine),
        office=dict(held.row.values) if held else {},
        parent=parent,
        base=(epoch, held.row.n) if held and epoch else None,
    )


def defaults(kind: str) -> dict[str, Any]:
    """The statuses that a record has before anybody set one."""
    described = msgspec.structs.fields(KINDS[kind].struct)
    return {
        field.name: field.default
        for field in described
        if field.default is not msgspec.NODEFAULT and KINDS[kind].fields[field.name].rule.name == "steps"
    }


def _laid(kind: str, name: str, shown: Any, value: Any, change: Change) -> Any:
    field = KINDS[kind].fields.get(name)
    if field is None or field.rule.name != "add" or not isinstance(value, int):
        return value
    return (shown or 0) + (value or 0) - (change.was.get(name) or 0)


def _joined(one: Sequence[str], other: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*one, *other]))


def live_writes(held: Held) -> dict[str, list[str]]:
    """The ids of the live writes of every field that a row has."""
    row = held.row
    return {name: row.writes.get(name, [row.write]) for name in {**row.values, **row.writes}}


def replaces(view: View, name: str, candidates: Mapping[str, Any]) -> list[str]:
    """The ids that an edit of a field replaces; `candidates` has the values of its live writes by id.

    Where a field is not in dispute all its live writes say what the row shows, or lead up to it. Where it is,
    and a candidate did not arrive yet, that one is left alone: nobody has seen it. And nobody sees the row's
    value where a pending one lies over it.
    """
    live = view.live.get(name, [])
    if rule_of(view.kind, name) in DISPLAYED_ONLY:
        shown = view.values.get(name)
        if name in view.disputed:
            live = [write for write in live if write in candidates and candidates[write] == shown]
        elif view.office.get(name) != shown:
            live = []
    return _joined(view.mine.get(name, []), live)


def rule_of(kind: str, name: str) -> str:
    """The name of a field's merge rule; empty for a field that there is not."""
    field = KINDS[kind].fields.get(name)
    return field.rule.name if field else ""


def seen_by_withdrawal(view: View) -> list[str]:
    """The ids of all edits that somebody sees who withdraws this record."""
    live = [write for name, writes in view.live.items() if name != WITHDRAWN for write in writes]
    mine = [write for name, writes in view.mine.items() if name != WITHDRAWN for write in writes]
    return sorted({*live, *mine})
