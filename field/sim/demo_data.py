"""Made-up data to try the product with: districts, a register of establishments, wage registers.

Everything is drawn from a seed, so that the same seed gives the same bytes. Nothing in it is a real boundary,
firm or person: districts are the cells around their headquarters, telephone numbers and CNICs lie in ranges
that are not given out.
"""

import csv
import io
import json
import random
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import msgspec
import shapely

from field.geo import boundaries
from field.geo.districts import District
from field.recovery import statute

HEADQUARTERS = (
    ("Badin", "Badin", 24.656, 68.837),
    ("Dadu", "Dadu", 26.73033, 67.7769),
    ("Ghotki", "Mirpur Mathelo", 28.02136, 69.54914),
    ("Hyderabad", "Hyderabad", 25.39689, 68.37718),
    ("Jacobabad", "Jacobabad", 28.28187, 68.43761),
    ("Jamshoro", "Jamshoro", 25.43608, 68.28017),
    ("Kambar Shahdadkot", "Kambar", 27.58753, 68.00066),
    ("Karachi Central", "North Nazimabad", 24.942, 67.046),
    ("Karachi East", "Gulshan-e-Iqbal", 24.921, 67.099),
    ("Karachi South", "Saddar", 24.856, 67.018),
    ("Karachi West", "Orangi Town", 25.00873, 67.0272),
    ("Kashmore", "Kandhkot", 28.24574, 69.17974),
    ("Keamari", "Keamari", 24.90663, 66.8728),
    ("Khairpur", "Khairpur Mir's", 27.52948, 68.75915),
    ("Korangi", "Korangi Industrial Area", 24.832, 67.125),
    ("Larkana", "Larkana", 27.55898, 68.21204),
    ("Malir", "Malir Cantt", 24.945, 67.195),
    ("Matiari", "Matiari", 25.59709, 68.4467),
    ("Mirpur Khas", "Mirpur Khas", 25.5276, 69.01255),
    ("Naushahro Feroze", "Naushahro Firoz", 26.8401, 68.12265),
    ("Sanghar", "Sanghar", 26.04694, 68.94917),
    ("Shaheed Benazirabad", "Nawabshah", 26.23939, 68.40369),
    ("Shikarpur", "Shikarpur", 27.95558, 68.63823),
    ("Sujawal", "Sujawal", 24.52064, 68.15519),
    ("Sukkur", "Sukkur", 27.70323, 68.85889),
    ("Tando Allah Yar", "Tando Allahyar", 25.4605, 68.71745),
    ("Tando Mohammad Khan", "Tando Muhammad Khan", 25.12384, 68.53677),
    ("Tharparkar", "Mithi", 24.73701, 69.79707),
    ("Thatta", "Thatta", 24.74745, 67.92353),
    ("Umerkot", "Umarkot", 25.36329, 69.74184),
)
"""District, headquarters, latitude and longitude of the headquarters in degrees."""

ALIASES = {
    "Kambar Shahdadkot": ["Qambar Shahdadkot", "Kamber Shahdadkot"],
    "Karachi Central": ["Central Karachi"],
    "Kashmore": ["Kashmor"],
    "Keamari": ["Kemari"],
    "Naushahro Feroze": ["Naushahro Firoz", "Naushero Feroze"],
    "Shaheed Benazirabad": ["SBA", "Nawab Shah"],
    "Tando Mohammad Khan": ["TM Khan"],
    "Tharparkar": ["Thar"],
}

MARGIN_DEGREES = 0.4

WEIGHTS = {
    "korangi": 14.0, "keamari": 11.0, "karachi": 8.0, "malir": 6.0, "hyderabad": 9.0, "sukkur": 6.0,
    "kotri": 4.0, "jamshoro": 3.0,
}  # fmt: skip
"""How many times more establishments a district has whose name holds the word; the others have 1."""

SECTORS = (
    ("textile", "Textile Mill", 20, 3.9),
    ("garments", "Garment Works", 18, 3.6),
    ("food", "Food Factory", 12, 3.0),
    ("rice", "Rice Mill", 9, 2.8),
    ("cotton ginning", "Ginning Factory", 7, 3.0),
    ("pharmaceutical", "Pharma Works", 5, 3.9),
    ("engineering", "Engineering Works", 9, 2.9),
    ("leather", "Tannery", 5, 3.3),
    ("plastics", "Plastics Works", 6, 2.9),
    ("hospital", "Hospital", 4, 3.3),
    ("hotel", "Hotel", 5, 2.7),
)
"""Sector, how its firms are called, its share, and the logarithm of the usual number of workers."""

WORKERS_MIN, WORKERS_MAX = 5, 800
HELD_BY_ONE, HELD_FROM = 8, "2020-01-01"
"""How many districts a made-up directorate holds, and since when."""

COLUMNS = (
    "registration_no", "name", "address", "lat", "lon",
    "district", "sector", "workers_declared", "owner", "phone",
)  # fmt: skip


class HasWorkers(Protocol):
    """What a wage register needs to know of an establishment."""

    @property
    def workers_declared(self) -> int | None:
        """The number of workers that the employer declared."""


def districts_geojson() -> bytes:
    """30 districts as GeoJSON: the cell of each headquarters, within a margin around all of them.

    They fill the ground without gaps or overlaps, and are nobody's boundaries.
    """
    seats = shapely.MultiPoint([(lon, lat) for _, _, lat, lon in HEADQUARTERS])
    ground = seats.convex_hull.buffer(MARGIN_DEGREES, quad_segs=4)
    cells = shapely.get_parts(shapely.voronoi_polygons(seats, extend_to=ground)).tolist()
    features = []
    for name, headquarters, lat, lon in HEADQUARTERS:
        cell = next(cell for cell in cells if cell.covers(shapely.Point(lon, lat)))
        outline = shapely.orient_polygons(cell.intersection(ground))
        ring = [[round(x, 5), round(y, 5)] for x, y in outline.exterior.coords]
        properties = {
            "name": name,
            "headquarters": headquarters,
            "headquarters_lat": lat,
            "headquarters_lon": lon,
            "aliases": ALIASES.get(name, []),
        }
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def directorates_csv(districts: bytes) -> bytes:
    """Who holds what, as CSV: directorates that have numbers, each with some of the districts."""
    names = sorted(district.name for district in boundaries.read(districts).districts)
    held = [
        _csv_line((f"Directorate {at // HELD_BY_ONE + 1}", name, HELD_FROM)) for at, name in enumerate(names)
    ]
    return "".join([_csv_line(("Directorate", "District", "From")), *held]).encode()


def establishments_csv(seed: int, count: int = 2000, districts: bytes | None = None) -> bytes:
    """A register of `count` establishments as CSV (UTF-8), as `establishment_lines` draws it."""
    return "".join(establishment_lines(seed, count, districts)).encode()


def establishment_lines(seed: int, count: int = 2000, districts: bytes | None = None) -> Iterator[str]:
    """A register as lines of CSV, the heading first: `count` establishments within the given districts.

    Any GeoJSON that `field.geo.boundaries` reads will do; without one it is the made-up one. Each place lies
    inside the polygon of the district in its row, most of them around its headquarters. Registration numbers
    are unique. Raises Problem("unknown-format") if the GeoJSON holds no district.
    """
    rng = random.Random(f"establishments {seed}")
    source = districts_geojson() if districts is None else districts
    grounds = [_Ground(district) for district in boundaries.read(source).districts]
    weights = [_weight(ground.district) for ground in grounds]
    numbers = _registration_numbers(rng)
    yield _csv_line(COLUMNS)
    for number in range(1, count + 1):
        ground = rng.choices(grounds, weights)[0]
        sector, kind, _, usual = rng.choices(SECTORS, [share for _, _, share, _ in SECTORS])[0]
        lat, lon = ground.place(rng)
        name = ground.district.name
        workers = round(rng.lognormvariate(usual, 1.0))
        yield _csv_line(
            (
                next(numbers),
                f"{kind} {number:04}, {name}",
                f"Plot {rng.choice('ABCDEFG')}-{rng.randint(1, 400)}, Sector {rng.randint(1, 40)}, {name}",
                f"{lat:.6f}",
                f"{lon:.6f}",
                name,
                sector,
                min(max(workers, WORKERS_MIN), WORKERS_MAX),
                f"Owner of unit {number:04}",
                f"+92300000{number % 10_000:04}",
            )
        )


def wage_register(
    rng: random.Random,
    establishment: HasWorkers,
    months: Sequence[str],
    workers_max: int | None = None,
) -> list[dict[str, Any]]:
    """The wage lines of an establishment for the months ("2024-07"), worker by worker within each month.

    Each has worker_name ("Worker 17"), cnic, month, days, wage_rs, declared_wage_rs (None where the schedule
    does not name the worker) and registered. About a third of the establishments have something to find:
    workers not registered, wages declared too low, or wages under the minimum of the month. `workers_max`
    bounds the number of workers. Raises Problem("not-found") for a month without a minimum wage on file.
    """
    law = statute.shipped()
    minimum = {month: int(law.at("minimum_wage_rs_month", month).number) for month in months}
    days_of_month = {month: int(law.at("working_days_in_month", month).number) for month in months}
    workers = establishment.workers_declared or WORKERS_MIN
    fault = rng.choices(
        ("none", "unregistered", "under-declared", "under-minimum", "several"), (66, 14, 8, 6, 6)
    )[0]
    staff = [
        _worker(rng, number, fault)
        for number in range(1, min(workers, workers if workers_max is None else workers_max) + 1)
    ]
    return [
        _wage_line(rng, worker, month, minimum[month], days_of_month[month])
        for month in months
        for worker in staff
    ]


def months_paid(rng: random.Random, months: Sequence[str]) -> tuple[str, ...]:
    """The months for which contributions came in: all of them, but for one establishment in six.

    That one has stopped paying at some month and not begun again.
    """
    return tuple(months) if rng.random() < 5 / 6 else tuple(months[: rng.randrange(len(months) or 1)])


class _Worker(msgspec.Struct, frozen=True):
    name: str
    cnic: str
    of_minimum: float  # the wage as a multiple of the minimum wage
    registered: bool
    declared_share: float


def _worker(rng: random.Random, number: int, fault: str) -> _Worker:
    affected = rng.random() < 0.35

    def has(kind: str) -> bool:
        return affected and (fault == kind or (fault == "several" and rng.random() < 0.5))

    return _Worker(
        name=f"Worker {number}",
        # No CNIC begins with 40000: the numbers of Sindh begin with 41.
        cnic=f"40000-{rng.randrange(10**7):07}-{rng.randint(1, 9)}",
        of_minimum=rng.uniform(0.6, 0.95) if has("under-minimum") else 1 + max(0.0, rng.gauss(0.0, 0.12)),
        registered=not has("unregistered"),
        declared_share=rng.uniform(0.5, 0.8) if has("under-declared") else 1.0,
    )


def _wage_line(rng: random.Random, worker: _Worker, month: str, minimum: int, full: int) -> dict[str, Any]:
    days = full if rng.random() < 0.9 else rng.randint(full // 2, full - 1)
    hundreds = round(minimum * worker.of_minimum / 100) * 100
    whole = max(hundreds, minimum) if worker.of_minimum >= 1 else hundreds
    wage = -(-whole * days // full)  # rounded up, so that nobody falls under the minimum by rounding
    return {
        "worker_name": worker.name,
        "cnic": worker.cnic,
        "month": month,
        "days": days,
        "wage_rs": wage,
        "declared_wage_rs": int(wage * worker.declared_share) if worker.registered else None,
        "registered": worker.registered,
    }


class _Ground:
    """Where establishments of a district stand."""

    def __init__(self, district: District) -> None:
        self.district = district
        self._area = shapely.from_geojson(district.geometry)
        shapely.prepare(self._area)
        self._inner = shapely.point_on_surface(self._area)
        lat, lon = district.headquarters_lat, district.headquarters_lon
        seat = None if lat is None or lon is None else shapely.Point(lon, lat)
        self._centre = seat if seat is not None and self._area.contains(seat) else self._inner
        west, south, east, north = self._area.bounds
        self._spread = min(0.04, (east - west) / 6, (north - south) / 6)

    def place(self, rng: random.Random) -> tuple[float, float]:
        """A place inside, to six places of a degree: mostly in town, sometimes anywhere."""
        west, south, east, north = self._area.bounds
        in_town = rng.random() < 0.8
        for _ in range(200):
            if in_town:
                lon, lat = rng.gauss(self._centre.x, self._spread), rng.gauss(self._centre.y, self._spread)
            else:
                lon, lat = rng.uniform(west, east), rng.uniform(south, north)
            lon, lat = round(lon, 6), round(lat, 6)
            if shapely.contains_xy(self._area, lon, lat):
                return lat, lon
        return round(self._inner.y, 6), round(self._inner.x, 6)


def _weight(district: District) -> float:
    return max((weight for word, weight in WEIGHTS.items() if word in district.id), default=1.0)


def _registration_numbers(rng: random.Random) -> Iterator[str]:
    """Numbers like 2004070001: the year and month of registration, and a count within the month."""
    counts: dict[str, int] = {}
    while True:
        month = f"{rng.randint(1970, 2024)}{rng.randint(1, 12):02}"
        counts[month] = counts.get(month, 0) + 1
        if counts[month] <= 9999:
            yield f"{month}{counts[month]:04}"


def _csv_line(cells: Sequence[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
