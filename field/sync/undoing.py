"""Taking changes back: what a record is without them, as a pure function of all that landed about it.

A change that was taken back counts as never made. What it replaced comes back, unless another change replaced
that as well; what was written over it stays, and stands beside what came back (docs/protocol.md, "Taking
back"). To take back what took something back lets that count again.
"""

from collections.abc import Iterable, Sequence

import msgspec

from field.sync import merge
from field.sync.merge import Edit, Record


class Undo(msgspec.Struct, frozen=True):
    """A change that takes others about the same record back."""

    id: str
    undoes: tuple[str, ...]


class History(msgspec.Struct, frozen=True):
    """All that landed about one record. `creations` are the ids of the changes that made it."""

    edits: tuple[Edit, ...] = ()
    undos: tuple[Undo, ...] = ()
    creations: frozenset[str] = frozenset()

    def also(self, more: Iterable[Edit | Undo]) -> "History":
        """The history with what has landed since."""
        more = list(more)
        return msgspec.structs.replace(
            self,
            edits=(*self.edits, *(each for each in more if isinstance(each, Edit))),
            undos=(*self.undos, *(each for each in more if isinstance(each, Undo))),
        )

    def makes(self, ids: Iterable[str]) -> bool:
        """Whether one of these changes made the record: without it there would be none."""
        return not self.creations.isdisjoint(ids)


NOTHING = History()


def undone(undos: Sequence[Undo]) -> set[str]:
    """The ids of what is taken back, where what took it back is not taken back itself."""
    by_named: dict[str, list[str]] = {}
    for undo in undos:
        for id in undo.undoes:
            by_named.setdefault(id, []).append(undo.id)
    known: dict[str, bool] = {}

    def is_undone(id: str) -> bool:
        if id not in known:
            # Nobody can take back what comes later; a circle, which cannot be, takes nothing back.
            known[id] = False
            known[id] = any(not is_undone(by) for by in by_named.get(id, ()))
        return known[id]

    return {id for id in by_named if is_undone(id)}


def rebuilt(record: Record, history: History) -> Record:
    """The record as it is by its history. Where it stands is kept, and which fields were ever in conflict."""
    gone = undone(history.undos)
    fresh = msgspec.structs.replace(
        merge.create(record.id, record.kind, record.root, record.parent),
        scope=record.scope,
        n=record.n,
        conflicts=record.conflicts,
        former=record.former,
        undone=sorted(gone),
    )
    for edit in sorted(history.edits, key=lambda edit: edit.author.order):
        fresh = merge.apply(fresh, edit)
    return fresh
