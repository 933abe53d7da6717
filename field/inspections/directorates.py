"""Directorates and the districts that they hold, from a day to a day. A directorate is no district.

A large city has several, and one district may pass from one to another, or be shared by named areas. Figures
by directorate count a district only where exactly one holds it, and as a whole: nothing is divided by guess.
"""

from collections.abc import Iterable, Mapping

import msgspec

LAST_DAY = "9999-12-31"


class Holding(msgspec.Struct, frozen=True):
    """A district that a directorate holds; days as 2026-03-31, both included.

    `area` names the part that it holds, "" for the whole district; `to_day` is None where no end is known.
    """

    directorate: str
    district: str
    area: str
    from_day: str
    to_day: str | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """By what it is the same as another, whatever its end."""
        return self.directorate, self.district, self.area, self.from_day

    def holds_on(self, day: str) -> bool:
        """Whether it is in force on a day."""
        return self.from_day <= day <= (self.to_day or LAST_DAY)

    def meets(self, other: "Holding") -> bool:
        """Whether there is a day on which both are in force."""
        return self.from_day <= (other.to_day or LAST_DAY) and other.from_day <= (self.to_day or LAST_DAY)


class Decision(msgspec.Struct, frozen=True):
    """What to write: holdings that are new, those whose end is another now, and how many are as before.

    `refused` are holdings with the one that they overlap with; `shared` tells of pairs of directorates.
    """

    added: tuple[Holding, ...]
    changed: tuple[Holding, ...]
    unchanged: int
    refused: tuple[tuple[Holding, Holding], ...]
    shared: tuple[tuple[Holding, Holding], ...]


def decide(held: Iterable[Holding], told: Iterable[Holding]) -> Decision:
    """What holdings that a file tells make of those that are held.

    The same directorate, district, area and first day is the same holding: its end may be told anew. A
    holding that would overlap with another of the same directorate, district and area is refused.
    """
    known = {each.key: each for each in held}
    ends: list[Holding] = []
    unchanged, new = 0, []
    for each in told:
        before = known.get(each.key)
        if before is None:
            new.append(each)
        elif before.to_day == each.to_day:
            unchanged += 1
        else:
            ends.append(each)
    refused: list[tuple[Holding, Holding]] = []
    # The ends first, the earliest of them before all: a file may close a holding below the line of the next.
    for each in [*sorted(ends, key=lambda one: one.to_day or LAST_DAY), *new]:
        other = next((one for one in known.values() if _overlaps(one, each)), None)
        if other is None:
            known[each.key] = each
        else:
            refused.append((each, other))
    turned_down = {each for each, _ in refused}
    added, changed = (tuple(each for each in some if each not in turned_down) for some in (new, ends))
    shared = [
        (each, one)
        for each in (*added, *changed)
        for one in known.values()
        if one.district == each.district and one.directorate != each.directorate and one.meets(each)
    ]
    return Decision(added, changed, unchanged, tuple(refused), tuple(shared))


def _overlaps(one: Holding, other: Holding) -> bool:
    """Whether two holdings of the same directorate, district and area meet."""
    same = one.key[:3] == other.key[:3] and one.key != other.key
    return same and one.meets(other)


def sole_holders(holdings: Iterable[Holding], day: str) -> Mapping[str, str]:
    """The directorate of each district that exactly one holds on a day, as a whole."""
    found: dict[str, list[Holding]] = {}
    for each in holdings:
        if each.holds_on(day):
            found.setdefault(each.district, []).append(each)
    return {
        district: all_of[0].directorate
        for district, all_of in found.items()
        if len(all_of) == 1 and not all_of[0].area
    }
