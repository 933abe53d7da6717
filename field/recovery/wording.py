"""Small pieces of the sentences in an assessment."""

from collections.abc import Collection, Iterable, Sequence


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 worker", "12 workers", "1,125 wage lines"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def names(ids: Sequence[str], most: int = 5) -> str:
    """The ids in a row, and how many more there are beyond `most`."""
    shown = ", ".join(ids[:most])
    return f"{shown} and {len(ids) - most} more" if len(ids) > most else shown


def span(months: Collection[str]) -> str:
    """Months ("2024-07") as people say them: "2024-07 to 2024-09, 2024-11"."""
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs(months))


def runs(months: Collection[str]) -> list[list[str]]:
    """The months in order, those that follow each other together."""
    found: list[list[str]] = []
    for month in sorted(months):
        if found and _number(month) == _number(found[-1][-1]) + 1:
            found[-1].append(month)
        else:
            found.append([month])
    return found


def listed(phrases: Iterable[str]) -> str:
    """Each different phrase once, in order: "a", "a and b", "a, b and c"."""
    different = list(dict.fromkeys(phrases))
    return " and ".join([", ".join(different[:-1]), different[-1]] if len(different) > 1 else different)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:])
