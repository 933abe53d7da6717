"""Read a register of establishments, row by row, as offices have it: CSV of any spreadsheet, or a workbook.

Urdu digits, a decimal comma, Windows letters: `table_file` tells what is read. A row that cannot be taken is
rejected by line, column, value and reason, and the rows around it are read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO

import msgspec

from field.geo import placing
from field.geo.distance import is_place
from field.geo.districts import DistrictIndex
from field.geo.placing import Disagreement
from field.geo.slugs import slug
from field.inspections.table_file import (
    DIGITS,
    SHORTENED,
    Cells,
    Reject,
    RejectionError,
    Remark,
    Table,
    open_table,
    tidy,
)

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "registration_no": (
        "registration-no", "registration-number", "reg-no", "regn-no", "registration", "code-no",
        "رجسٹریشن-نمبر",
    ),
    "name": ("name", "establishment", "establishment-name", "unit", "unit-name", "name-of-establishment"),
    "address": ("address", "site-address"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "lng", "long", "longitude"),
    "district": ("district", "district-name"),
    "sector": ("sector", "industry", "trade"),
    "workers_declared": ("workers-declared", "workers", "employees", "no-of-workers"),
    "owner": ("owner", "employer", "proprietor", "owner-name"),
    "phone": ("phone", "telephone", "mobile", "phone-no", "mobile-no"),
    "status": ("unit-status", "working-status", "حالت"),
    "aliases": ("alias", "other-names", "also-known-as", "aka", "trade-name", "former-name", "old-name"),
    "branch_of": ("branch", "head-office", "head-office-no", "main-unit", "parent-unit"),
    "principals": ("principal", "principal-employer", "contractor-of", "principal-reg-no"),
}  # fmt: skip
"""What each column may be called; case, spaces, underscores and full stops do not matter."""

STATUSES: Mapping[str, str] = {
    **dict.fromkeys(("open", "running", "working", "active", "functional", "کھلا"), "open"),
    **dict.fromkeys(("closed", "closed-down", "shut", "shut-down", "not-working", "بند"), "closed"),
    **dict.fromkeys(("shifted", "moved", "relocated", "منتقل"), "shifted"),
    **dict.fromkeys(("untraceable", "not-traceable", "untraced", "not-found", "لاپتا"), "untraceable"),
}
"""How offices write an establishment's status, and which one is meant."""

WORKERS_MAX = 1_000_000
LISTED_MAX = 50
"""So many other names, or principals, may stand in one cell."""

_WORDS = frozenset({"name", "address", "sector", "owner", "aliases"})
_NAMES_APART = re.compile(r"[;|؛]")
_NUMBERS_APART = re.compile(r"[;,|؛،&]")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An establishment as the file has it. `line` counts from 1, the heading's line included.

    `lat` and `lon` are degrees WGS 84, both or neither. `district` is the id of a known district, and the
    column's slug where no districts are known; None where a `disagreement` leaves it open. `branch_of` and
    `principals` are registration numbers as typed. `remarks` are sentences for the person who imports.
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
    status: str | None = None
    aliases: tuple[str, ...] = ()
    branch_of: str | None = None
    principals: tuple[str, ...] = ()
    disagreement: Disagreement | None = None
    remarks: tuple[str, ...] = ()


def read(
    file: IO[bytes],
    encoding: str,
    districts: DistrictIndex | None = None,
    chosen: Mapping[str, str] | None = None,
) -> Iterator[Row | Reject | Remark]:
    """Every row of the file, in its order, as a `Row` or a `Reject`; and remarks about the file itself.

    `encoding` is that of a CSV, see `table_file.fingerprint`; `chosen` says which heading stands for a column
    in this file. Memory stays flat but for the registration numbers seen: of rows with one number the first
    good one is taken. Columns are those of `COLUMNS`; `registration_no` and `name` are needed, and every row
    needs a place or a district, be it in its address.

    Raises Problem("unknown-format") at once if this is no table with the needed columns.
    """
    return _rows(open_table(file, encoding, COLUMNS, ("registration_no", "name"), chosen), districts)


def _rows(table: Table, districts: DistrictIndex | None) -> Iterator[Row | Reject | Remark]:
    yield from table.notes()
    known = ", ".join(COLUMNS)
    for title in table.unknown:
        yield Reject(table.start, title, "", f"This column is not known and is left out. Known are: {known}.")
    first_lines: dict[str, int] = {}
    for line, cells in table.rows:
        try:
            values = _values(cells, table.columns)
            if not values:
                continue
            row = _row(line, values, districts)
            key = plain(row.registration_no)
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


def plain(registration_no: str) -> str:
    """A registration number as it is compared: no spaces, no hyphens, small letters."""
    return re.sub(r"[\s-]", "", registration_no).casefold()


def _values(cells: Cells, columns: Sequence[str]) -> dict[str, str]:
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


def _row(line: int, values: Mapping[str, str], districts: DistrictIndex | None) -> Row:
    number = _registration_no(values)
    if "name" not in values:
        raise RejectionError("name", "", "The name is missing.")
    lat, lon = _place(values)
    district, disagreement, remark = _district(values, lat, lon, districts)
    names = _listed("aliases", values.get("aliases"), _NAMES_APART)
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
        status=_status(values.get("status")),
        aliases=tuple(sorted(name for name in names if name != values["name"])),
        branch_of=_number("branch_of", values["branch_of"]) if "branch_of" in values else None,
        principals=tuple(
            _number("principals", each)
            for each in _listed("principals", values.get("principals"), _NUMBERS_APART)
        ),
        disagreement=disagreement,
        remarks=(remark,) if remark else (),
    )


def _registration_no(values: Mapping[str, str]) -> str:
    if "registration_no" not in values:
        raise RejectionError("registration_no", "", "The registration number is missing.")
    return _number("registration_no", values["registration_no"])


def _number(column: str, text: str) -> str:
    number = text.translate(DIGITS).removeprefix("'").strip()
    if SHORTENED.fullmatch(number):
        reason = "A spreadsheet has shortened this number. Format the column as text and enter it again."
        raise RejectionError(column, number, reason)
    if not plain(number):
        raise RejectionError(column, text, "This is no registration number.")
    return re.sub(r"(?<=\d)\.0+$", "", number)


def _listed(column: str, text: str | None, apart: re.Pattern[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(each.strip() for each in apart.split(text or "") if each.strip()))
    if len(found) > LISTED_MAX:
        raise RejectionError(column, text or "", f"These are more than {LISTED_MAX}.")
    return found


def _status(text: str | None) -> str | None:
    if text is None:
        return None
    if slug(text) not in STATUSES:
        raise RejectionError("status", text, "It must be open, closed, shifted or untraceable, or empty.")
    return STATUSES[slug(text)]


def _place(values: Mapping[str, str]) -> tuple[float | None, float | None]:
    if "lat" not in values and "lon" not in values:
        return None, None
    for column, other in (("lat", "lon"), ("lon", "lat")):
        if column not in values:
            raise RejectionError(column, "", f"There is a {other} without a {column}. Give both or neither.")
    lat, lon = (_degrees(column, values[column], limit) for column, limit in (("lat", 90), ("lon", 180)))
    if lat == 0 and lon == 0:
        raise RejectionError(
            "lat", "0", "0, 0 lies in the Atlantic. Leave both empty if the place is not known."
        )
    return lat, lon


def _degrees(column: str, text: str, limit: int) -> float:
    number = text.translate(DIGITS).removesuffix("°")
    if "." not in number:
        number = number.replace(",", ".", 1)
    try:
        degrees = float(number) if "_" not in number else float("nan")
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
    values: Mapping[str, str], lat: float | None, lon: float | None, districts: DistrictIndex | None
) -> tuple[str | None, Disagreement | None, str]:
    """The district's id, or the disagreement about it; and a remark."""
    column = values.get("district")
    if districts is None:
        return (slug(column) or None) if column else None, None, ""
    at = None if lat is None or lon is None else (lat, lon)
    found = placing.place(districts, at, column, values.get("address"))
    if found.missing:
        value = f"{lat}, {lon}" if found.missing == "lat" else column or ""
        raise RejectionError(found.missing, value, found.remark)
    told = found.disagreement.detail if found.disagreement is not None and found.district is None else ""
    return found.district, found.disagreement, f"{found.remark} {told}".strip()
