"""The oracle: works the right outcome out from what was typed and what each screen showed.

It knows nothing of `over`, of positions, of arrival, and uses no line of the merge. An edit replaces the
value that its author looked at; values nobody looked at stay. What remains is judged by the rules of the
protocol's page, carried out here a second time and differently.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import msgspec

from field.sim.edits import RULES, STEPS, Edit, Value

WITHDRAWN = "withdrawn"


class Field(msgspec.Struct, frozen=True):
    """How a field must come out: its value, and the edits that must be candidates where it is in dispute."""

    value: Value
    candidates: frozenset[str] = frozenset()

    @property
    def disputed(self) -> bool:
        """Whether there must be an open conflict."""
        return bool(self.candidates)


class Expected(msgspec.Struct, frozen=True):
    """How a record must come out."""

    kind: str
    root: str
    fields: Mapping[str, Field]


class Rights(Protocol):
    """What judges who may have written what."""

    def judge(self) -> None:
        """Mark as bad what was typed without a right; times and losses are settled."""


class Oracle:
    """Every edit of a run, and what must come of them."""

    def __init__(self) -> None:
        self.edits: dict[str, Edit] = {}
        self.acts: set[tuple[str, int]] = set()
        """The office's entries, by device and seq, that write nothing: releases, and what takes back."""

        self.posted: dict[str, str] = {}
        """The one district in which somebody may work, by person."""

        self.shut: dict[str, set[tuple[str, int]]] = {}
        """What had come, as device and seq, of each tablet that was revoked, by then."""

        self.rights: Rights | None = None
        """Who was posted where, and where records stood, in a run in which these move."""

        self.pictures: dict[str, bytes] = {}
        """The bytes of every photo that was taken, by its record."""

    def note(self, edit: Edit) -> None:
        """Somebody typed something."""
        self.edits[edit.id] = edit

    def judge(self) -> dict[str, Expected]:
        """Settle every edit's fate, of which losses are known already; give how each record must come out."""
        self._settle_times()
        for edit in self.edits.values():
            come = self.shut.get(edit.device)
            edit.shut = edit.apart or (come is not None and (edit.device, edit.seq) not in come)
        apart = {(edit.device, edit.unit[0]) for edit in self.edits.values() if edit.shut}
        for edit in self.edits.values():
            edit.shut = edit.shut or (edit.device, edit.unit[0]) in apart
        if self.rights is not None:
            self.rights.judge()
        self._settle_fates()
        by_record: dict[str, list[Edit]] = {}
        for edit in self.edits.values():
            if edit.fate == "landed" and not edit.undone:
                by_record.setdefault(edit.record, []).append(edit)
        return {record: self._expect(record, edits) for record, edits in by_record.items()}

    def _settle_times(self) -> None:
        """A device's captures never go back in time, whatever its clock says."""
        last: dict[str, int] = {}
        for edit in sorted(self.edits.values(), key=lambda edit: (edit.device, edit.seq)):
            if edit.fate != "lost":
                edit.t = last[edit.device] = max(edit.t, last.get(edit.device, 0))

    def _settle_fates(self) -> None:
        groups: dict[object, list[Edit]] = {}
        for edit in self.edits.values():
            groups.setdefault(edit.unit, []).append(edit)
        for members in groups.values():
            if any(edit.bad or edit.shut or edit.fate == "lost" for edit in members):
                for edit in members:
                    if edit.fate != "lost":
                        edit.fate = "landed" if edit.released else "quarantined"
        while self._wait_for_what_is_missing(groups.values()):
            pass
        for members in groups.values():
            if any(self._lacks_right(edit) for edit in members):
                for edit in members:
                    edit.fate = "quarantined" if edit.fate == "landed" else edit.fate

    def _lacks_right(self, edit: Edit) -> bool:
        """Whether somebody wrote about a lead of others' district, and no supervisor allowed it."""
        if edit.kind != "lead" or edit.released or edit.by not in self.posted:
            return False
        district: Value = self._creation(edit.record).values["district"]
        return bool(district != self.posted[edit.by])

    def _wait_for_what_is_missing(self, groups: Iterable[list[Edit]]) -> bool:
        made = {edit.record for edit in self.edits.values() if edit.op == "create" and edit.fate == "landed"}
        changed = False
        for members in groups:
            landed = [edit for edit in members if edit.fate == "landed"]
            if any(edit.record not in made or (edit.parent or edit.record) not in made for edit in landed):
                changed = True
                for edit in landed:
                    edit.fate = "waiting"
        return changed

    def root(self, edit: Edit) -> str:
        """The visit or establishment that an edit is about."""
        while edit.parent is not None:
            edit = self._creation(edit.parent)
        return edit.record

    def _creation(self, record: str) -> Edit:
        return next(e for e in self.edits.values() if e.record == record and e.op == "create")

    def _expect(self, record: str, edits: list[Edit]) -> Expected:
        names = sorted({name for edit in edits for name in edit.values})
        live = {name: self._live(name, [e for e in edits if name in e.values]) for name in names}
        fields = {
            name: self._field(edits[0].kind, name, live[name], edits) for name in names if name != WITHDRAWN
        }
        if WITHDRAWN in live:
            fields[WITHDRAWN] = self._withdrawal(live)
        return Expected(edits[0].kind, self.root(self._creation(record)), fields)

    def _live(self, name: str, edits: list[Edit]) -> list[Edit]:
        """The edits of a field that nobody replaced, in the order of capture."""
        replaced = frozenset[str]().union(*(self._replaces(edit, name) for edit in edits))
        return sorted((edit for edit in edits if edit.id not in replaced), key=lambda edit: edit.order)

    def _replaces(self, edit: Edit, name: str) -> set[str]:
        """What an edit replaced of a field: what its author looked at, and all that this had replaced."""
        replaced: set[str] = set()
        front = [edit]
        while front:
            looked = [(one, id) for one in front for id in self._looked_at(one, name) if id not in replaced]
            replaced |= {id for _, id in looked}
            # What was taken back replaced nothing, nor what was seen before a restore and did not land after
            # it; but a tablet names all that its own entries replaced.
            front = [
                self.edits[id]
                for one, id in looked
                if id in self.edits
                # A candidate beside a withdrawal wrote other fields, whatever its author saw of this one.
                and name in self.edits[id].values
                and (self._counts(self.edits[id]) or id in one.screen.mine.get(name, frozenset()))
            ]
        return replaced - {edit.id}

    def _counts(self, edit: Edit) -> bool:
        return not edit.undone and edit.fate == "landed"

    def _looked_at(self, edit: Edit, name: str) -> frozenset[str]:
        if edit.op == "create":
            return frozenset()
        screen = edit.screen
        seen, mine = screen.seen.get(name, frozenset()), screen.mine.get(name, frozenset())
        if edit.op == "decide":
            return screen.candidates.get(name, frozenset()) | mine
        rule = RULES[edit.kind].get(name, "")
        if rule not in ("review", "steps"):
            return seen
        if rule == "steps" and name not in screen.disputed and not mine:
            return seen
        shown = screen.values.get(name)
        same = {e.id for e in self.edits.values() if e.record == edit.record and self._says(e, name, shown)}
        # No value is typed twice, so the one shown tells whose it was; but for a status, and a decision.
        return frozenset(same if len(same) == 1 else same & seen) | mine

    def _says(self, edit: Edit, name: str, shown: Value) -> bool:
        return shown is not None and name in edit.values and edit.values[name] == shown

    def _field(self, kind: str, name: str, live: list[Edit], edits: list[Edit]) -> Field:
        rule = RULES[kind][name]
        values = [edit.values[name] for edit in live]
        if rule == "add":
            return Field(sum(_delta(edit, name) for edit in edits if name in edit.values))
        if rule == "union":
            return Field(sorted({element for value in values for element in value}))
        if rule == "latest":
            return Field(max((e for e in edits if name in e.values), key=lambda e: e.order).values[name])
        if rule == "earliest":
            return Field(min(values))
        if rule == "furthest":
            return Field(max(values))
        if rule == "steps":
            live_ahead = [e for e in live if not any(_leads(kind, e.values[name], v) for v in values)]
            values = [edit.values[name] for edit in live_ahead]
        if not values:
            return Field(None)
        in_dispute = any(value != values[0] for value in values)
        return Field(values[0], frozenset(edit.id for edit in live) if in_dispute else frozenset())

    def _typed_over(self, edit: Edit) -> frozenset[str]:
        """What somebody's own pending edits replaced: they know of it, though no row shows it any more."""
        mine = [self.edits[id] for ids in edit.screen.mine.values() for id in ids if id in self.edits]
        return frozenset(id for each in mine for name in each.values for id in self._replaces(each, name))

    def _withdrawal(self, live: Mapping[str, list[Edit]]) -> Field:
        withdrawals = [edit for edit in live[WITHDRAWN] if edit.values[WITHDRAWN] is not None]
        if not withdrawals:
            return Field(None)
        others = {edit.id for name, edits in live.items() if name != WITHDRAWN for edit in edits}
        said = {edit.id for edit in live[WITHDRAWN]}
        saw = [edit.saw | self._typed_over(edit) for edit in withdrawals]
        known = frozenset[str]().union(*saw)
        unseen_by_one = any(others - each for each in saw)
        in_dispute = unseen_by_one or len(withdrawals) < len(live[WITHDRAWN])
        shown = withdrawals[0].values[WITHDRAWN]
        return Field(shown, frozenset(said | (others - known)) if in_dispute else frozenset())


def _delta(edit: Edit, name: str) -> int:
    before: Any = edit.screen.values.get(name) if edit.op != "create" else 0
    return int(edit.values[name] or 0) - int(before or 0)


def _leads(kind: str, start: str, goal: str) -> bool:
    """Whether one status comes before another for good: it leads there, and there is no way back."""
    return start != goal and goal in _reach(kind, start) and start not in _reach(kind, goal)


def _reach(kind: str, start: str) -> set[str]:
    found: set[str] = set()
    front = {start}
    while front:
        front = {after for value in front for after in STEPS[kind].get(value, ())} - found
        found |= front
    return found
