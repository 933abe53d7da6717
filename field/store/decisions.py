"""The office's single acts: deciding a conflict, giving a visit to somebody else."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from field.clock import Clock
from field.problems import Problem
from field.store import office, registry, rows
from field.store.engine import Store
from field.store.office import Entry
from field.sync.changes import Private, commit
from field.sync.kinds import KINDS, WITHDRAWN, Kind
from field.sync.receipts import Answer
from field.sync.wire import Row


def entry(
    conflict: Row, private: Private, seen: Sequence[str], choose: str | None, value: Any, reason: str, by: str
) -> Entry:
    """The change that decides a conflict. Raises Problem refused where the choice does not fit."""
    candidates = {candidate["write"]: candidate for candidate in conflict.values["candidates"]}
    if not conflict.values["open"]:
        raise Problem("refused", "This conflict has been decided already. Look at it again.")
    unknown = [id for id in seen if id not in candidates]
    if unknown:
        raise Problem("refused", "A candidate that you saw is not there any more. Look at it again.")
    if (choose is None) == (value is msgspec.UNSET):
        raise Problem("refused", "Choose one of the candidates or give another value, one of the two.")
    if choose is not None and choose not in candidates:
        raise Problem("refused", "The value chosen is not among the candidates.")
    about, kind = conflict.values["about"], KINDS[conflict.values["of"]]
    opened: Private = {}
    if choose is not None:
        value = candidates[choose]["value"]
        opened = {value: private[value]} if isinstance(value, str) and value in private else {}
    elif about in kind.personal and isinstance(value, str):
        salt = next((salt for salt, _ in private.values()), None)
        if salt is None:
            raise Problem("refused", f"No value of {about} is on file to decide about. Choose a candidate.")
        opened = {commit(salt, value): (salt, value)}
        value = commit(salt, value)
    _check(kind, about, value)
    if about == WITHDRAWN and isinstance(value, dict):
        # Whoever keeps a record withdrawn has now seen the edits that its first author had not.
        value = {**value, "seen": sorted({*value["seen"], *seen})}
    return Entry(
        kind=kind.name,
        record=conflict.values["record"],
        op="decide",
        set={about: value},
        over={about: list(seen)},
        by=by,
        reason=reason,
        private=opened,
    )


def _check(kind: Kind, about: str, value: Any) -> None:
    """Raises Problem refused for a value that the field cannot have: what is in the chain stays there."""
    try:
        kind.read(msgspec.json.encode({about: value}))
    except (msgspec.DecodeError, OverflowError) as error:
        raise Problem(
            "refused", f"This is no value for {about} of a {kind.name}: {error}. Give another."
        ) from error


def write(store: Store, clock: Clock, office_id: str, decision: Entry) -> Answer:
    """Land one of the office's changes. Raises Problem refused where it cannot land."""
    return office.write(store, clock, office_id, [decision])[-1]


def give(store: Store, clock: Clock, office_id: str, visit_id: str, inspector: str, by: str) -> Answer:
    """Give a visit to another inspector; it moves to their tablet with all that belongs to it."""

    def choose(tx: Connection) -> list[Entry]:
        record = rows.load(store, tx, [visit_id])[0].get(visit_id)
        if record is None or record.kind != "visit":
            raise Problem("not-found", "There is no such visit.")
        return [office.instead(record, {"inspector": inspector}, by)]

    return office.decide(store, clock, office_id, choose)[-1]


def district_of_visit(store: Store, visit_id: str) -> str:
    """A visit's district. Raises Problem not-found."""
    with store.read() as tx:
        found = registry.visit(tx, visit_id)
    if found is None:
        raise Problem("not-found", "There is no such visit.")
    return found.district
