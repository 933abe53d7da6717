"""Districts: named polygons, and which of them a place lies in."""

from collections.abc import Iterable, Mapping, Sequence
from math import cos, radians

import msgspec
import shapely

from field.geo.distance import is_place, metres_between
from field.geo.slugs import slug
from field.problems import Problem


class District(msgspec.Struct, frozen=True, kw_only=True):
    """A district as the map knows it.

    `geometry` is the GeoJSON text of a valid MultiPolygon, positions in [lon, lat] order, degrees WGS 84.
    `aliases` are other spellings under which registers know it. `division` is an attribute that an office may
    edit, because sources disagree about it; nothing is decided by it.
    """

    id: str
    name: str
    geometry: str
    aliases: tuple[str, ...] = ()
    division: str | None = None
    headquarters: str | None = None
    headquarters_lat: float | None = None
    headquarters_lon: float | None = None


class Nearest(msgspec.Struct, frozen=True):
    """The district nearest to a place, and how far its border is in metres; 0 where the place is inside."""

    id: str
    metres: float


MENTION_LETTERS_MIN = 4
"""Shorter words of an address are taken for no district's name: blocks and phases are called by letters."""

_FILLERS = frozenset({"district", "zila"})
_ROADS = frozenset(
    {"road", "rd", "street", "st", "highway", "bypass", "link", "chowk", "colony", "goth", "bazar", "bazaar"}
    | {"market", "gate", "روڈ", "کالونی", "چوک", "بازار"}
)


class DistrictIndex:
    """Answers which district a place or a name belongs to. Immutable; may be shared between threads.

    Raises Problem("already-there") for two districts with one id.
    """

    def __init__(self, districts: Iterable[District]) -> None:
        self.districts: tuple[District, ...] = tuple(sorted(districts, key=lambda district: district.id))
        self._by_id = {district.id: district for district in self.districts}
        if len(self._by_id) < len(self.districts):
            raise Problem("already-there", "Two districts have the same id. Give each an id of its own.")
        self._polygons = shapely.from_geojson([district.geometry for district in self.districts])
        self._tree = shapely.STRtree(self._polygons)
        self._names = _names(self.districts)
        self._words_max = max((name.count("-") + 1 for name in self._names), default=0)
        self._warm_up()

    def __len__(self) -> int:
        return len(self.districts)

    def __contains__(self, district_id: object) -> bool:
        return district_id in self._by_id

    def get(self, district_id: str) -> District | None:
        """The district with this id, if there is one."""
        return self._by_id.get(district_id)

    def named(self, text: str) -> str | None:
        """The id of the district that a register calls `text`: by id, name, alias or headquarters.

        Case, accents, punctuation and the words "district" and "zila" do not matter. A name wins over an
        alias, an alias over a headquarters, and what two districts share names neither.
        """
        return self._names.get(_spoken(text))

    def mentioned(self, text: str) -> frozenset[str]:
        """The ids of the districts whose names stand in an address, the longest name of several words first.

        A name before the word for a road is that of the road, which leads to the district or is called
        after it: "Thatta Road" names no district.
        """
        words = _spoken(text).split("-")
        found: set[str] = set()
        start = 0
        while start < len(words):
            for length in range(min(self._words_max, len(words) - start), 0, -1):
                name = "-".join(words[start : start + length])
                id = self._names.get(name) if len(name) >= MENTION_LETTERS_MIN else None
                after = words[start + length] if start + length < len(words) else ""
                if id is not None:
                    if after not in _ROADS:
                        found.add(id)
                    start += length
                    break
            else:
                start += 1
        return frozenset(found)

    def district_of(self, lat: float, lon: float) -> str | None:
        """The id of the district that covers the place, in degrees; None outside all, or if it is no place.

        A place on a border, or where districts overlap, belongs to the smallest id.
        """
        return self.districts_of([(lat, lon)])[0]

    def districts_of(self, points: Sequence[tuple[float, float]]) -> list[str | None]:
        """`district_of` for many (lat, lon) at once, in their order."""
        found: list[str | None] = [None] * len(points)
        usable = [number for number, (lat, lon) in enumerate(points) if is_place(lat, lon)]
        if not usable or not self.districts:
            return found
        dots = shapely.points([(points[number][1], points[number][0]) for number in usable])
        dot, polygon = self._tree.query(dots)
        covered = shapely.covers(self._polygons[polygon], dots[dot])
        smallest: dict[int, int] = {}
        for where, which in zip(dot[covered].tolist(), polygon[covered].tolist(), strict=True):
            smallest[where] = min(which, smallest.get(where, which))
        for where, which in smallest.items():
            found[usable[where]] = self.districts[which].id
        return found

    def nearest(self, lat: float, lon: float) -> Nearest | None:
        """The district whose border is nearest, the smallest id among equals; None if there is no district.

        Longitudes are shrunk to the latitude of the place, so that "near" means near on the ground, which
        holds for distances up to some hundred kilometres.
        """
        if not self.districts or not is_place(lat, lon):
            return None
        inside = self.district_of(lat, lon)
        if inside is not None:
            return Nearest(inside, 0.0)
        factor = max(cos(radians(lat)), 1e-6)
        flat = shapely.transform(self._polygons, lambda positions: positions * (factor, 1.0))
        lines = shapely.shortest_line(flat, shapely.points(lon * factor, lat))
        ends = [line.coords[0] for line in lines]
        metres = [metres_between(lat, lon, y, x / factor) for x, y in ends]
        best = min(range(len(metres)), key=lambda number: (metres[number], number))
        return Nearest(self.districts[best].id, metres[best])

    def _warm_up(self) -> None:
        """Have the indexes built now: they are built at first use otherwise, and threads share them."""
        if not self.districts:
            return
        shapely.prepare(self._polygons)
        inner = shapely.point_on_surface(self._polygons)
        shapely.covers(self._polygons, inner)
        self._tree.query(inner)


def _spoken(text: str) -> str:
    """What is left of a district's name when it is compared with another spelling of it."""
    return "-".join(word for word in slug(text).split("-") if word not in _FILLERS)


def _names(districts: Sequence[District]) -> Mapping[str, str]:
    """From spoken name to id. The later kinds of name give way to the earlier."""
    names: dict[str, str] = {}
    for spellings in (
        [(district.id, district.id) for district in districts],
        [(district.name, district.id) for district in districts],
        [(alias, district.id) for district in districts for alias in district.aliases],
        [(district.headquarters or "", district.id) for district in districts],
    ):
        meant: dict[str, set[str]] = {}
        for spelling, district_id in spellings:
            if spoken := _spoken(spelling):
                meant.setdefault(spoken, set()).add(district_id)
        for spoken, ids in meant.items():
            if len(ids) == 1:
                names.setdefault(spoken, ids.pop())
    return names
