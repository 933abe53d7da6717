"""Read which directorate holds which district, from when to when, out of a table as offices have it."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import IO

import msgspec

from field.geo.districts import DistrictIndex
from field.geo.slugs import slug
from field.inspections.directorates import Holding
from field.inspections.table_file import DIGITS, Cells, Reject, RejectionError, Remark, open_table, tidy

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "directorate": ("directorate-name", "office", "name-of-directorate"),
    "district": ("district-name",),
    "from": ("from-date", "from-day", "since", "valid-from", "start", "start-date"),
    "to": ("to-date", "to-day", "until", "valid-to", "end", "end-date"),
    "area": ("part", "part-of-district", "town", "taluka"),
}
"""What each column may be called; case, spaces, underscores and full stops do not matter."""

NAME_LENGTH_MAX = 100
YEAR_MIN = 1965
_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})")


class HoldingRow(msgspec.Struct, frozen=True):
    """A holding as the file has it: its line, the directorate's name, and the holding by ids."""

    line: int
    name: str
    holding: Holding


def read(
    file: IO[bytes], encoding: str, districts: DistrictIndex, chosen: Mapping[str, str] | None = None
) -> Iterator[HoldingRow | Reject | Remark]:
    """Every row of the file as a holding or a reject.

    Raises Problem("unknown-format") for what is no table with the needed columns.
    """
    table = open_table(file, encoding, COLUMNS, ("directorate", "district", "from"), chosen)
    yield from table.remarks()
    for line, cells in table.rows:
        try:
            row = _row(line, _values(cells, table.columns), districts)
        except RejectionError as error:
            yield Reject(line, error.column, error.value[:80], error.reason)
        else:
            if row is not None:
                yield row


def _values(cells: Cells, columns: list[str]) -> dict[str, str]:
    if isinstance(cells, str):
        raise RejectionError("", "", cells)
    read = ((column, tidy(column, cell, words=True)) for column, cell in zip(columns, cells, strict=False))
    return {column: text for column, text in read if column and text}


def _row(line: int, values: Mapping[str, str], districts: DistrictIndex) -> HoldingRow | None:
    if not values:
        return None
    name = values.get("directorate", "")
    if not slug(name) or len(name) > NAME_LENGTH_MAX:
        raise RejectionError("directorate", name, f"Give its name, of at most {NAME_LENGTH_MAX} letters.")
    said = values.get("district", "")
    district = districts.named(said)
    if district is None:
        reason = f"No district is called {said}." if said else "The district is missing."
        raise RejectionError("district", said, f"{reason} Spell it as on the map.")
    first = _day("from", values.get("from", ""))
    last = _day("to", values["to"]) if "to" in values else None
    if last is not None and last < first:
        raise RejectionError("to", values["to"], "It ends before it begins. `to` is the last day.")
    area = values.get("area", "")
    if len(area) > NAME_LENGTH_MAX:
        raise RejectionError("area", area, f"Name it in at most {NAME_LENGTH_MAX} letters.")
    return HoldingRow(line, name, Holding(slug(name), district, area, first, last))


def _day(column: str, text: str) -> str:
    plain = text.translate(DIGITS).removeprefix("'")
    found = _ISO.fullmatch(plain) or _DAY_FIRST.fullmatch(plain)
    if found is None:
        hint = "Write it as in 2026-03-31, or with the day first as in 31/03/2026."
        raise RejectionError(
            column, text, f"{'The date is missing' if not text else 'It is no date'}. {hint}"
        )
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        raise RejectionError(column, text, "There is no such day.") from None
    if day.year < YEAR_MIN:
        raise RejectionError(column, text, f"It lies before {YEAR_MIN}.")
    return day.isoformat()
