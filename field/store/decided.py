"""Decisions about a conflict as they are shown, and what takes one back."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection

from field.clock import Clock
from field.inspections.masking import hide_in, masked
from field.problems import Problem
from field.store import office, people, rows, verdicts
from field.store.engine import Store
from field.store.office import Entry
from field.sync import undoing
from field.sync.kinds import KINDS
from field.sync.merge import Record
from field.sync.receipts import Answer
from field.sync.undoing import Undo, undone


class DecisionShown(msgspec.Struct, frozen=True):
    """A decision: what it set, by whom, when (ms), why. `undone`: it was taken back, by whom and why.

    `replaced` counts the entries that it replaced, `later` those that were written over it since and stay if
    it is taken back. `reopens`: then several of them differ, and somebody has to decide again.
    """

    id: str
    value: Any
    masked: bool
    by: str | None
    by_name: str | None
    t: int
    reason: str | None
    undone: bool
    undone_by_name: str | None
    undone_reason: str | None
    undone_ms: int | None
    replaced: int
    later: int
    reopens: bool


def about(store: Store, tx: Connection, record: Record, field: str) -> tuple[DecisionShown, ...]:
    """The decisions about a field of a record, in order."""
    lines = verdicts.landed(store, tx, record.id)
    history = verdicts.history_of(lines)
    gone = undone(history.undos)
    decisions = [each for each in lines if each.change.op == "decide" and field in each.values]
    undos = {id: each for each in lines for id in each.change.undoes or () if each.change.id not in gone}
    found = []
    authors = {each.change.by for each in decisions} | {each.change.by for each in undos.values()}
    names = people.names(tx, {by for by in authors if by is not None})
    for each in decisions:
        change = each.change
        taken = undos.get(change.id)
        without = undoing.rebuilt(record, history.also([Undo("", (change.id,))]))
        personal = field in KINDS[record.kind].personal
        found.append(
            DecisionShown(
                id=change.id,
                value=_value(field, each.values[field], each.private, personal=personal),
                masked=personal,
                by=change.by,
                by_name=names.get(change.by or ""),
                t=each.t,
                reason=None if change.reason is None else hide_in(change.reason),
                undone=taken is not None,
                undone_by_name=names.get(taken.change.by or "") if taken is not None else None,
                undone_reason=hide_in(taken.change.reason) if taken is not None else None,
                undone_ms=taken.t if taken is not None else None,
                replaced=len(change.over.get(field, ())),
                later=sum(
                    change.id in other.change.over.get(field, ()) and other.change.id not in gone
                    for other in lines
                ),
                reopens=taken is None and field in without.disputed,
            )
        )
    return tuple(found)


def _value(field: str, value: Any, private: Any, *, personal: bool) -> Any:
    if not personal or value is None:
        return hide_in(value)
    opened = private.get(value)
    return masked(field, opened[1]) if opened else None


def take_back(
    store: Store,
    clock: Clock,
    office_id: str,
    conflict_id: str,
    decision: str,
    reason: str,
    by: str,
    allow: Callable[[str | None], None],
) -> Answer:
    """Take a decision about a conflict back: the candidates stand again as they were captured.

    What was written over the decision since stays, beside them. Raises Problem not-found, no-right, and
    changed-meanwhile where it was taken back before.
    """

    def choose(tx: Connection) -> list[Entry]:
        conflict = rows.load(store, tx, [conflict_id])[0].get(conflict_id)
        if conflict is None or conflict.kind != "conflict":
            raise Problem("not-found", "There is no such conflict.")
        root = rows.load(store, tx, [conflict.root])[0][conflict.root]
        allow(root.values.get("district"))
        lines = verdicts.landed(store, tx, conflict.values["record"])
        field = conflict.values["about"]
        one = next((each for each in lines if each.change.id == decision), None)
        if one is None or one.change.op != "decide" or field not in one.values:
            raise Problem("not-found", "There is no such decision about this conflict.")
        if decision in undone(verdicts.history_of(lines).undos):
            raise Problem("changed-meanwhile", "This decision has been taken back already. Look at it again.")
        kind, record = conflict.values["of"], conflict.values["record"]
        return [Entry(kind=kind, record=record, op="undo", undoes=[decision], by=by, reason=reason)]

    return office.decide(store, clock, office_id, choose)[-1]
