"""Read a register of establishments from a CSV file, row by row, as offices have it.

The file may come out of any spreadsheet: commas, semicolons, tabs or bars; a byte order mark; CRLF; Urdu
digits; a decimal comma where the comma does not part columns. A row that cannot be taken is rejected by line,
column, value and reason, and the rows around it are read.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from field.geo.distance import is_place
from field.geo.districts import DistrictIndex, slug
from field.inspections.table_file import DIGITS, SHORTENED, Lines, Reject, RejectionError, headings, tidy
from field.problems import Problem

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "registration_no": ("registration-no", "registration-number", "reg-no", "registration", "code-no"),
    "name": ("name", "establishment", "establishment-name", "unit", "unit-name", "name-of-establishment"),
    "address": ("address", "site-address"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "lng", "long", "longitude"),
    "district": ("district", "district-name"),
    "sector": ("sector", "industry", "trade"),
    "workers_declared": ("workers-declared", "workers", "employees", "no-of-workers"),
    "owner": ("owner", "employer", "proprietor", "owner-name"),
    "phone": ("phone", "telephone", "mobile", "phone-no", "mobile-no"),
}
"""What each column may be called; case, spaces, underscores and full stops do not matter."""

WORKERS_MAX = 1_000_000
NEAR_M_MAX = 5_000.0
"""A place outside every district, but this near to one, counts to it: harbours and river banks."""

_WORDS = frozenset({"name", "address", "sector", "owner"})


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An establishment as the file has it. `line` counts from 1, the heading's line included.

    `lat` and `lon` are degrees WGS 84, both or neither. `district` is the id of a known district, and the
    column's slug where no districts are known. `remarks` are sentences for the person who imports.
    """

    line: int
    registration_no: str
    name: str
    address: str | None = None
    lat: float | None = None
    lon: float | None = None
    district: str | None = None
    sector: str | None = None
    workers_declared: int | None = None
    owner: str | None = None
    phone: str | None = None
    remarks: tuple[str, ...] = ()


def read(source: bytes | Iterable[str], districts: DistrictIndex | None = None) -> Iterator[Row | Reject]:
    """Every row of the file, in its order, as a `Row` or a `Reject`.

    `source` is the file's bytes (UTF-8, or UTF-16 with its mark), or its lines as text. Memory stays flat but
    for the registration numbers seen: of rows with one number the first good one is taken. Columns are those
    of `COLUMNS`; `registration_no` and `name` are needed, and every row needs a place or a district. Where
    the place and the district column disagree, the place wins and a remark says so.

    Raises Problem("unknown-format") at once if this is no table with the needed columns.
    """
    lines = Lines(_text_lines(source) if isinstance(source, bytes) else iter(source))
    heading = lines.heading()
    delimiter = max(",;\t|", key=heading.count)
    titles = next(csv.reader([heading], delimiter=delimiter))
    columns, unknown = headings(titles, COLUMNS, ("registration_no", "name"))
    return _rows(lines, delimiter, columns, unknown, districts)


def _rows(
    lines: Lines,
    delimiter: str,
    columns: Sequence[str],
    unknown: Sequence[str],
    districts: DistrictIndex | None,
) -> Iterator[Row | Reject]:
    start = lines.number
    known = ", ".join(COLUMNS)
    for title in unknown:
        yield Reject(start, title, "", f"This column is not known and is left out. Known are: {known}.")
    first_lines: dict[str, int] = {}
    for line, cells in lines.records(delimiter):
        try:
            values = _values(cells, columns)
            if not values:
                continue
            row = _row(line, values, delimiter, districts)
            key = re.sub(r"[\s-]", "", row.registration_no).casefold()
            first = first_lines.setdefault(key, line)
            if first != line:
                raise RejectionError(
                    "registration_no",
                    row.registration_no,
                    f"This number stands on line {first} already. Keep one of the two lines.",
                )
            yield row
        except RejectionError as error:
            yield Reject(line, error.column, error.value[:80], error.reason)


def _text_lines(source: bytes) -> Iterator[str]:
    if source.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Problem(
            "unknown-format", "This is a spreadsheet workbook. Save it as CSV (UTF-8) and import that file."
        )
    encoding = "utf-16" if source.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    # Bytes that are no UTF-8 are carried along, so that only their own row is rejected.
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    return iter(io.TextIOWrapper(io.BytesIO(source), encoding=encoding, errors=errors, newline=None))


def _values(cells: list[str] | str, columns: Sequence[str]) -> dict[str, str]:
    """The cells that are not empty, by column; spaces and invisible characters tidied."""
    if isinstance(cells, str):
        raise RejectionError("", "", cells)
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise RejectionError(
            "",
            cells[-1],
            f"The line has {len(cells)} cells for {len(columns)} columns. Is a quotation mark missing?",
        )
    values = {}
    for column, cell in zip(columns, cells, strict=False):
        text = tidy(column, cell, words=column in _WORDS)
        if column and text:
            values[column] = text
    return values


def _row(line: int, values: Mapping[str, str], delimiter: str, districts: DistrictIndex | None) -> Row:
    number = _registration_no(values)
    if "name" not in values:
        raise RejectionError("name", "", "The name is missing.")
    lat, lon = _place(values, delimiter)
    district, remarks = _district(values.get("district"), lat, lon, districts)
    return Row(
        line=line,
        registration_no=number,
        name=values["name"],
        address=values.get("address"),
        lat=lat,
        lon=lon,
        district=district,
        sector=values.get("sector"),
        workers_declared=_workers(values.get("workers_declared")),
        owner=values.get("owner"),
        phone=values["phone"].translate(DIGITS) if "phone" in values else None,
        remarks=remarks,
    )


def _registration_no(values: Mapping[str, str]) -> str:
    number = values.get("registration_no", "").translate(DIGITS)
    if not number:
        raise RejectionError("registration_no", "", "The registration number is missing.")
    if SHORTENED.fullmatch(number):
        reason = "A spreadsheet has shortened this number. Format the column as text and enter it again."
        raise RejectionError("registration_no", number, reason)
    return re.sub(r"(?<=\d)\.0+$", "", number)


def _place(values: Mapping[str, str], delimiter: str) -> tuple[float | None, float | None]:
    if "lat" not in values and "lon" not in values:
        return None, None
    for column, other in (("lat", "lon"), ("lon", "lat")):
        if column not in values:
            raise RejectionError(column, "", f"There is a {other} without a {column}. Give both or neither.")
    lat, lon = (
        _degrees(column, values[column], limit, delimiter) for column, limit in (("lat", 90), ("lon", 180))
    )
    if lat == 0 and lon == 0:
        raise RejectionError(
            "lat", "0", "0, 0 lies in the Atlantic. Leave both empty if the place is not known."
        )
    return lat, lon


def _degrees(column: str, text: str, limit: int, delimiter: str) -> float:
    plain = text.translate(DIGITS).removesuffix("°")
    if delimiter != "," and "." not in plain:
        plain = plain.replace(",", ".", 1)
    try:
        degrees = float(plain) if "_" not in plain else float("nan")
    except ValueError:
        degrees = float("nan")
    if degrees != degrees:
        raise RejectionError(column, text, "It is not a number. Give degrees as in 24.8607.")
    if not is_place(degrees if column == "lat" else 0, degrees if column == "lon" else 0):
        raise RejectionError(column, text, f"It must lie between -{limit} and {limit} degrees.")
    return degrees


def _workers(text: str | None) -> int | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,3}(?:,\d{2,3})+|\d+)(?:\.0+)?", text.translate(DIGITS))
    count = int(match[1].replace(",", "")) if match and len(text) < 20 else None
    if count is None or count > WORKERS_MAX:
        reason = f"It must be a whole number from 0 to {WORKERS_MAX:,}, or empty."
        raise RejectionError("workers_declared", text, reason)
    return count


def _district(
    column: str | None, lat: float | None, lon: float | None, districts: DistrictIndex | None
) -> tuple[str | None, tuple[str, ...]]:
    """The district's id by place, else by column, else by what is near; with remarks."""
    if districts is None:
        return (slug(column) or None) if column else None, ()
    named = districts.named(column) if column else None
    remarks = () if named or not column else (f"No district is called {column}.",)
    if lat is None or lon is None:
        if named is None:
            reason = f"No district is called {column}. Spell it as on the map, or give the place."
            raise RejectionError(
                "district", column or "", reason if column else "Give its place or its district."
            )
        return named, ()
    inside = districts.district_of(lat, lon)
    if inside is not None:
        if named is not None and named != inside:
            remarks = (f"The place lies in {inside}, the column says {column}; the place is taken.",)
        return inside, remarks
    if named is not None:
        return named, (f"The place lies outside every district; the column's {column} is taken.",)
    nearest = districts.nearest(lat, lon)
    if nearest is None or nearest.metres > NEAR_M_MAX:
        reason = "The place lies far outside every district, and no known district is named."
        raise RejectionError("lat", f"{lat}, {lon}", reason)
    return nearest.id, (
        *remarks,
        f"The place lies {nearest.metres:,.0f} m outside {nearest.id}, which is taken.",
    )
