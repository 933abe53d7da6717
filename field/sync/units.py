"""Lines on their way to landing, alone or as a group, and what became of them."""

import msgspec

from field.sync.changes import Line
from field.sync.checks import Read, Refusal, Verdict
from field.sync.receipts import First, Status


class Item(msgspec.Struct, kw_only=True):
    """A line on its way to landing. `stored` if it is kept already.

    `released`: a supervisor let it out of quarantine, and its author's right is not asked any more; `office`:
    it is the office's own, whoever's push lets it land.
    `same` marks a change that came before, and only holds its place in a group; otherwise `checked` is None
    for a declared loss.
    """

    line: Line
    device: str
    t: int
    checked: Read | Verdict | Refusal | None
    same: bool = False
    first: First | None = None
    stored: bool = False
    released: bool = False
    office: bool = False
    remarks: list[str] = msgspec.field(default_factory=list)

    @property
    def lost(self) -> bool:
        """Whether this is the declaration of a loss."""
        return self.checked is None and not self.same

    @property
    def id(self) -> str | None:
        """The change's id, where it can be read."""
        return self.line.header.id


class Unit(msgspec.Struct):
    """Lines that land together or not at all; `refusal` where they were refused before."""

    items: list[Item]
    refusal: Refusal | None = None


class Outcome(msgspec.Struct, kw_only=True):
    """What became of a unit. `culprit` is the item that the refusal is about."""

    status: Status
    refusal: Refusal | None = None
    culprit: Item | None = None
    waits_for: str | None = None
    district: str | None = None
    made: list[str] = []

    def status_of(self, item: Item) -> Status:
        """The status of one of the unit's items."""
        if item.same:
            return "duplicate"
        return "lost" if item.lost else self.status

    def refusal_of(self, item: Item) -> Refusal:
        """Why an item was quarantined: its own fault, or that of another in its group."""
        assert self.refusal is not None
        if isinstance(item.checked, Refusal):
            return item.checked
        if self.culprit is None or item is self.culprit:
            return self.refusal
        return Refusal("group-refused", f"Its group was refused as a whole. {self.refusal.detail}")
