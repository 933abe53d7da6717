"""Finding an establishment by what somebody remembers of it: its number, a name, an address."""

from collections.abc import Sequence
from typing import NamedTuple

from field.inspections.registry_file import plain
from field.inspections.table_file import DIGITS

TEXT_LENGTH_MIN = 2


class Rank(NamedTuple):
    """How well an establishment fits, the best first: by its number, by the start of a name, by its name."""

    kind: int
    name: str


def words_of(text: str) -> tuple[str, ...]:
    """The words to look for, in small letters and with the digits 0 to 9."""
    return tuple(text.translate(DIGITS).casefold().split())


def rank(
    words: Sequence[str],
    registration_no: str | None,
    name: str | None,
    aliases: Sequence[str],
    address: str | None,
) -> Rank | None:
    """How well an establishment fits, or None where a word is found nowhere in it.

    A registration number may be typed with spaces and hyphens, and only its beginning.
    """
    named = (name or "").casefold()
    own = plain(registration_no) if registration_no else ""
    asked = plain("".join(words))
    if own and own.startswith(asked):
        return Rank(0 if own == asked else 1, named)
    others = [each.casefold() for each in aliases]
    whole = " ".join((named, *others, (address or "").casefold(), own))
    if not all(word in whole for word in words):
        return None
    begins = any(each.startswith(words[0]) for each in (named, *others))
    return Rank(2 if begins else 3, named)
