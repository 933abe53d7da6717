"""Which district something belongs to: by its place, by what a register says, and where the two differ.

The place tells where there is one; where there is none, the district that the register names in its column,
or else in the address. Where place and words name different districts nothing is guessed: a person settles
it.
"""

from typing import Literal

import msgspec

from field.geo.districts import DistrictIndex

NEAR_M_MAX = 5_000.0
"""A place outside every district, but this near to one, counts to it: harbours and river banks."""

NamedBy = Literal["district", "address"]


class Disagreement(msgspec.Struct, frozen=True):
    """A place and words that name different districts.

    `place` is the district of the place, "" where that lies far outside all; `said` the one that the words
    name, "" where an address names several, none of which is that of the place. `words` are the column's or
    the address's own.
    """

    place: str
    said: str
    named_by: NamedBy
    words: str

    @property
    def detail(self) -> str:
        """The disagreement in words for the person who settles it."""
        what = "the column says" if self.named_by == "district" else "the address reads"
        return f"The place lies in {self.place}, {what} {self.words}; nothing is guessed, it is listed."


class Placing(msgspec.Struct, frozen=True):
    """The district, or None with the disagreement, or None with the reason why there is none.

    Both district and disagreement where a place lies far outside all: then the column's is taken. `remark` is
    a sentence for the person who imports, "" for none; `missing` names the column to put right.
    """

    district: str | None
    remark: str = ""
    disagreement: Disagreement | None = None
    missing: Literal["", "district", "lat"] = ""


def place(
    index: DistrictIndex, at: tuple[float, float] | None, column: str | None, address: str | None
) -> Placing:
    """Where something belongs that lies `at` (lat, lon), or by the words of its column or its address."""
    named = index.named(column) if column else None
    unknown = f"No district is called {column}." if column and named is None else ""
    mentioned = index.mentioned(address) if address and named is None else frozenset()
    if at is None:
        return _by_words(named, unknown, column, mentioned)
    found = index.district_of(*at)
    if found is None:
        nearest = index.nearest(*at)
        if nearest is None or nearest.metres > NEAR_M_MAX:
            return _far_outside(index, at, named, column)
        found = nearest.id
        note = f"The place lies {nearest.metres:,.0f} m outside {found}, which is taken."
        unknown = f"{unknown} {note}".strip()
    if named is not None and named != found:
        return Placing(None, "", Disagreement(found, named, "district", column or ""))
    if named is None and mentioned and found not in mentioned:
        said = next(iter(mentioned)) if len(mentioned) == 1 else ""
        return Placing(None, unknown, Disagreement(found, said, "address", address or ""))
    return Placing(found, unknown)


def _by_words(named: str | None, unknown: str, column: str | None, mentioned: frozenset[str]) -> Placing:
    if named is not None:
        return Placing(named)
    if len(mentioned) == 1:
        (only,) = mentioned
        return Placing(only, f"{unknown} The address names {only}, which is taken.".strip())
    if column:
        reason = f"{unknown} Spell it as on the map, or give the place."
    elif mentioned:
        reason = f"The address names {' and '.join(sorted(mentioned))}. Give its place or its district."
    else:
        reason = "Give its place or its district."
    return Placing(None, reason, missing="district")


def _far_outside(
    index: DistrictIndex, at: tuple[float, float], named: str | None, column: str | None
) -> Placing:
    lat, lon = at
    swapped = index.district_of(lon, lat)
    hint = f" Exchanged, the two numbers lie in {swapped}." if swapped is not None else ""
    if named is None:
        reason = f"The place lies far outside every district, and no known district is named.{hint}"
        return Placing(None, reason, missing="lat")
    remark = f"The place lies outside every district; {named} of the column is taken, and it is listed.{hint}"
    return Placing(named, remark, Disagreement("", named, "district", column or ""))
