"""Merging: a field's state is a pure function of the set of its writes; arrival order never matters.

A write is live while no other write names it in its `over`. The rule declared beside each field says what the
live writes show and whether they are in conflict (docs/protocol.md, "Merge").
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from field.inspections.fields import Rule
from field.sync.changes import Private
from field.sync.kinds import KINDS, WITHDRAWN

Value = Any


class Author(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Who wrote, when and where: a live write's change id, capture time t (ms), device, seq, person."""

    id: str
    t: int
    device: str
    seq: int
    by: str | None

    @property
    def order(self) -> tuple[int, str, int]:
        """The total order of captures: t, then device, then seq."""
        return (self.t, self.device, self.seq)


class Edit(msgspec.Struct, frozen=True):
    """One change as the merge sees it: validated values, and its author with the capture time."""

    author: Author
    set: Mapping[str, Value]
    was: Mapping[str, Value]
    over: Mapping[str, list[str]]
    private: Private = {}
    private_bytes: bytes | None = None


class Record(msgspec.Struct, kw_only=True):
    """A record with the state that merging needs.

    `live` holds, per field, the value of each live write by change id; `dead` the ids that were named in an
    `over` before they arrived; `sums` the totals of counters. `conflicts` lists the fields that were ever in
    conflict, `disputed` those that are now.
    """

    id: str
    kind: str
    root: str
    parent: str | None = None
    scope: str = ""
    n: int = 0
    values: dict[str, Value] = {}
    authors: dict[str, Author] = {}
    live: dict[str, dict[str, Value]] = {}
    dead: dict[str, list[str]] = {}
    sums: dict[str, int] = {}
    disputed: list[str] = []
    conflicts: list[str] = []
    former: list[tuple[str, int]] = []
    """The districts in which a root stood before, in order, each with when it left (ms)."""
    undone: list[str] = []
    """The ids of changes that were taken back: they are not merged, whenever they arrive."""
    private: Private = {}
    private_bytes: bytes | None = None
    """The private part as it came, while the record has no other than its first change."""
    alone: str | None = None
    """The id of the one write there is, where all fields show what it set; None also where nobody looked."""


def create(id: str, kind: str, root: str, parent: str | None) -> Record:
    """A record without any write."""
    return Record(id=id, kind=kind, root=root, parent=parent)


def apply(record: Record, edit: Edit) -> Record:
    """The record with one more change merged in. The record given stays as it was."""
    if edit.author.id in record.undone:
        return msgspec.structs.replace(record)
    kind = KINDS[record.kind]
    live = {name: dict(writes) for name, writes in record.live.items()}
    dead = dict(record.dead)
    sums = dict(record.sums)
    authors = {**record.authors, edit.author.id: edit.author}
    for name, value in edit.set.items():
        writes = live.setdefault(name, {})
        if kind.field(name).rule.name == "add":
            sums[name] = sums.get(name, 0) + (value or 0) - (edit.was.get(name) or 0)
        _replace(writes, dead, name, edit.over.get(name, ()))
        if edit.author.id in dead.get(name, ()):
            dead[name] = [gone for gone in dead[name] if gone != edit.author.id]
        else:
            writes[edit.author.id] = value
    merged = msgspec.structs.replace(
        record,
        live=live,
        dead={name: ids for name, ids in dead.items() if ids},
        sums=sums,
        private_bytes=None,
        alone=None,
    )
    used = {change for writes in live.values() for change in writes}
    merged.authors = {change: author for change, author in authors.items() if change in used}
    show(merged)
    if kind.personal or record.private or edit.private:
        merged.private = _still_needed({**record.private, **edit.private}, merged)
    return merged


def begin(id: str, kind: str, root: str, parent: str | None, edit: Edit) -> Record:
    """A new record with its first change: what `apply` would make of it, without meeting other writes."""
    if edit.over or edit.was:
        return apply(create(id, kind, root, parent), edit)
    rules, by = KINDS[kind].by_rule, edit.author.id
    values = dict(edit.set)
    unions = {name: sorted(set(values[name])) for name in rules["union"] & values.keys() if values[name]}
    values.update(unions)
    sums = {name: values[name] or 0 for name in rules["add"] & values.keys()}
    return Record(
        id=id,
        kind=kind,
        root=root,
        parent=parent,
        values=values,
        authors={by: edit.author},
        live={name: {by: value} for name, value in edit.set.items()},
        sums=sums,
        private=edit.private,
        private_bytes=edit.private_bytes,
        alone=None if sums or any(value != edit.set[name] for name, value in unions.items()) else by,
    )


def _replace(writes: dict[str, Value], dead: dict[str, list[str]], name: str, over: Iterable[str]) -> None:
    for replaced in over:
        if replaced in writes:
            del writes[replaced]
        elif replaced not in dead.get(name, ()):
            dead[name] = [*dead.get(name, ()), replaced]


def _still_needed(private: Private, record: Record) -> Private:
    kind = KINDS[record.kind]
    # Of a field that a newer app brought it is not known whether it is personal: what commits to a value is.
    named = [name for name in record.live if name in kind.personal or name not in kind.fields]
    needed = {value for name in named for value in record.live[name].values() if isinstance(value, str)}
    return {commitment: opened for commitment, opened in private.items() if commitment in needed}


def show(record: Record) -> None:
    """Set what the record shows, and which of its fields are disputed, from its live writes."""
    kind = KINDS[record.kind]
    values: dict[str, Value] = {}
    disputed = []
    for name, writes in record.live.items():
        if name == WITHDRAWN:
            continue
        values[name], differs = shown(kind.field(name).rule, writes, record.authors, record.sums.get(name))
        if differs:
            disputed.append(name)
    if WITHDRAWN in record.live:
        values[WITHDRAWN], differs = _withdrawal(record)
        if differs:
            disputed.append(WITHDRAWN)
    record.values = values
    record.disputed = sorted(disputed)
    record.conflicts = sorted({*record.conflicts, *disputed})


def shown(
    rule: Rule, writes: Mapping[str, Value], authors: Mapping[str, Author], total: int | None = None
) -> tuple[Value, bool]:
    """What a field shows for its live writes, and whether these are in conflict."""
    if rule.name == "add":
        return total, False
    if len(writes) == 1:
        (value,) = writes.values()
        return (sorted(set(value)) if rule.name == "union" and value else value), False
    ordered = [writes[change] for change in sorted(writes, key=lambda change: authors[change].order)]
    return _RULES[rule.name](rule, ordered)


def _review(_: Rule, ordered: list[Value]) -> tuple[Value, bool]:
    return (ordered[0], any(value != ordered[0] for value in ordered)) if ordered else (None, False)


def _latest(_: Rule, ordered: list[Value]) -> tuple[Value, bool]:
    return (ordered[-1] if ordered else None), False


def _earliest(_: Rule, ordered: list[Value]) -> tuple[Value, bool]:
    return min((value for value in ordered if value is not None), default=None), False


def _furthest(_: Rule, ordered: list[Value]) -> tuple[Value, bool]:
    return max((value for value in ordered if value is not None), default=None), False


def _union(_: Rule, ordered: list[Value]) -> tuple[Value, bool]:
    return sorted({element for value in ordered for element in value or ()}), False


def _steps(rule: Rule, ordered: list[Value]) -> tuple[Value, bool]:
    ahead = [value for value in ordered if not any(_precedes(rule, value, other) for other in ordered)]
    return _review(rule, ahead)


def _precedes(rule: Rule, value: str, other: str) -> bool:
    """Whether `other` is a later step; values that lead back to one another are not in order."""
    return value != other and rule.reaches(value, other) and not rule.reaches(other, value)


_RULES = {
    "review": _review,
    "latest": _latest,
    "server": _latest,
    "fixed": _review,
    "earliest": _earliest,
    "furthest": _furthest,
    "union": _union,
    "steps": _steps,
}


def _withdrawal(record: Record) -> tuple[Value, bool]:
    """A record is withdrawn while any live write says so; disputed while a live edit went unseen by one."""
    writes = record.live[WITHDRAWN]
    ordered = [writes[change] for change in sorted(writes, key=lambda change: record.authors[change].order)]
    withdrawals = [value for value in ordered if value is not None]
    if not withdrawals:
        return None, False
    if len(withdrawals) < len(ordered):
        return withdrawals[0], True
    edits = {change for name, live in record.live.items() if name != WITHDRAWN for change in live}
    return withdrawals[0], any(edits - set(value["seen"]) for value in withdrawals)


def row_write(record: Record) -> tuple[str, dict[str, list[str]]]:
    """The live writes, compactly: the change id that most fields have alone, and the exceptions by field."""
    if record.alone is not None:
        return record.alone, {}
    if len(record.authors) == 1:
        return next(iter(record.authors)), {name: [] for name, writes in record.live.items() if not writes}
    alone = Counter(next(iter(writes)) for writes in record.live.values() if len(writes) == 1)
    common = min(alone, key=lambda change: (-alone[change], change)) if alone else ""
    exceptions = {
        name: sorted(writes)
        for name, writes in record.live.items()
        if len(writes) != 1 or common not in writes
    }
    return common, exceptions


class State(msgspec.Struct, frozen=True, array_like=True):
    """What the store keeps beside a row's values: authors, live values that are not the row's, the rest."""

    authors: list[Author]
    live: dict[str, list[tuple[int, Value]]]
    dead: dict[str, list[str]]
    sums: dict[str, int]
    conflicts: list[str]
    former: list[tuple[str, int]] = []
    undone: list[str] = []


_state = msgspec.msgpack.Decoder(State)


def pack(record: Record) -> bytes:
    """The state as bytes. A field that one write alone has set, to the value shown, takes no room."""
    authors = list(record.authors.values())
    if record.alone is not None:
        return msgspec.msgpack.encode(State(authors, {}, {}, {}, record.conflicts, record.former))
    if len(authors) == 1 and not record.dead and not record.sums and not record.undone:
        (only,) = record.authors
        # The values shown are equal to the live ones where each field has this one write.
        if {name: writes[only] for name, writes in record.live.items() if only in writes} == record.values:
            return msgspec.msgpack.encode(State(authors, {}, {}, {}, record.conflicts, record.former))
    index = {author.id: place for place, author in enumerate(authors)}
    live = {
        name: [(index[change], value) for change, value in writes.items()]
        for name, writes in record.live.items()
    }
    return msgspec.msgpack.encode(
        State(authors, live, record.dead, record.sums, record.conflicts, record.former, record.undone)
    )


def unpack(record: Record, state: bytes) -> Record:
    """The record with its merge state; `record` brings the values that it shows."""
    kept = _state.decode(state)
    only = kept.authors[0].id if kept.authors else ""
    record.authors = {author.id: author for author in kept.authors}
    record.live = {
        name: {kept.authors[place].id: value for place, value in writes} for name, writes in kept.live.items()
    }
    if not kept.live and kept.authors:  # a conflict has no author: it is derived
        record.live = {name: {only: value} for name, value in record.values.items()}
    record.dead = kept.dead
    record.sums = kept.sums
    record.conflicts = kept.conflicts
    record.former = kept.former
    record.undone = kept.undone
    return record
