"""Which rows of a register's file stand in the report already, so that nothing is entered twice.

Two rows of one file for the same worker and month are two lines: that is for the check to tell. A row beside
a line that somebody typed is the same line.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    """A line as far as it is compared. `cnic` and `name` tell workers apart, "" where there is none.

    None is what nobody said.
    """

    month: str
    cnic: str
    name: str
    wage_rs: int
    days: int | None = None
    by_day: bool | None = None
    declared_wage_rs: int | None = None
    registered: bool | None = None


class HeldLine(msgspec.Struct, frozen=True):
    """A line of the report."""

    id: str
    entered: Entered


class Match(msgspec.Struct, frozen=True):
    """What became of one row. `held` is the line that it is the same as, None where it is new.

    `differs` names the fields in which the two differ. `key` is the same for the same row whenever the file
    is read again, also after other rows were added to it: its worker, its month, and which of theirs it is.
    """

    key: str
    held: HeldLine | None = None
    differs: tuple[str, ...] = ()


COMPARED = ("wage_rs", "days", "declared_wage_rs", "registered", "by_day")

_NAMES_NOBODY = ("month", *COMPARED[:4])


def match(rows: Sequence[Entered], held: Sequence[HeldLine]) -> list[Match]:
    """For each row, in their order, the line of the report that it is the same as, if there is one.

    Each line is the same as one row at most; one that says exactly the same goes before one that differs.
    """
    index = _Index(held)
    found: dict[int, HeldLine] = {}
    for exactly in (True, False):
        for at, row in enumerate(rows):
            if at in found:
                continue
            for line in index.of(row):
                if not (exactly and differences(row, line.entered)):
                    found[at] = line
                    index.take(line)
                    break
    numbers: dict[str, int] = defaultdict(int)
    matches = []
    for at, row in enumerate(rows):
        who = _who(row)
        numbers[who] += 1
        same = found.get(at)
        told = differences(row, same.entered) if same is not None else ()
        matches.append(Match(f"{who} {numbers[who]}", same, told))
    return matches


def _who(row: Entered) -> str:
    """A row's worker and month; of a row that names nobody, everything that it says."""
    if row.cnic or row.name:
        return f"{row.month} {f'cnic {row.cnic}' if row.cnic else f'name {row.name}'}"
    said = " ".join(str(getattr(row, name)) for name in _NAMES_NOBODY)
    # What was brought in before there was a word on this keeps its key.
    return said if row.by_day is None else f"{said} {row.by_day}"


def differences(row: Entered, line: Entered) -> tuple[str, ...]:
    """The fields of which a row says something else than a line."""
    return tuple(
        name
        for name in COMPARED
        if getattr(row, name) is not None and getattr(row, name) != getattr(line, name)
    )


class _Index:
    """Lines that are not taken yet, by month and worker."""

    def __init__(self, held: Sequence[HeldLine]) -> None:
        self._taken: set[str] = set()
        self._by_cnic: dict[tuple[str, str], list[HeldLine]] = defaultdict(list)
        self._by_name: dict[tuple[str, str], list[HeldLine]] = defaultdict(list)
        for line in sorted(held, key=lambda line: line.id):
            entered = line.entered
            if entered.cnic:
                self._by_cnic[entered.month, entered.cnic].append(line)
            if entered.name:
                self._by_name[entered.month, entered.name].append(line)

    def of(self, row: Entered) -> Iterator[HeldLine]:
        """The lines of a row's worker: by CNIC, or by name where one of the two has no CNIC."""
        if row.cnic:
            yield from self._free(self._by_cnic.get((row.month, row.cnic), ()))
        if row.name:
            for line in self._free(self._by_name.get((row.month, row.name), ())):
                if not (row.cnic and line.entered.cnic):
                    yield line

    def _free(self, lines: Sequence[HeldLine]) -> Iterator[HeldLine]:
        return (line for line in lines if line.id not in self._taken)

    def take(self, line: HeldLine) -> None:
        """Nobody else gets this line."""
        self._taken.add(line.id)
