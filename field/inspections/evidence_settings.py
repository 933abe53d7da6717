"""From when on evidence is remarked, and how much a remark weighs: dated rows, with reason and doubt.

They are no law, and stand apart from it. `evidence.json` is what is shipped; none of them is confirmed.
"""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Literal, get_args

import msgspec

from field.inspections import hash_bands
from field.problems import Problem

Weight = Literal["high", "medium", "low"]
WEIGHTS: tuple[Weight, ...] = get_args(Weight)
"""The heaviest first."""

Code = Literal[
    "fix-far",
    "fix-outside-district",
    "journey-impossible",
    "clock-off",
    "picture-time-off",
    "picture-place-off",
    "photo-again",
    "photo-alike",
    "fix-repeats",
]
CODES: tuple[Code, ...] = get_args(Code)
"""Every remark, in the order in which they are given."""

UNITS = {
    "fix_far_m_max": "m",
    "outside_district_m_max": "m",
    "journey_km_h_max": "km/h",
    "journey_m_min": "m",
    "clock_minutes_max": "minutes",
    "picture_minutes_max": "minutes",
    "picture_m_max": "m",
    "alike_bits_max": "bits",
    "alike_informative_bits_min": "bits",
    "alike_informative_rows_min": "rows",
    "repeat_decimals_min": "decimals",
    "page_purpose": "purpose",
    **{f"weight:{code}": "weight" for code in CODES},
}
"""Every setting that a remark asks for, with its unit."""

PAKISTAN = timezone(timedelta(hours=5))
"""It has no summer time."""


class EvidenceSetting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One threshold or weight, as text, from `valid_from` on until a later row of its key begins.

    Of `page_purpose` every row counts whose day has come: a photo's purpose as tablets write it, in small
    letters; a star at its end stands for whatever follows.
    """

    id: str
    key: str
    value: str
    unit: str
    valid_from: date
    legal_basis: str
    source: str
    confirmed: bool
    note: str = ""


class Limit(msgspec.Struct, frozen=True):
    """A threshold in force, exact, and the row that it comes from."""

    number: Decimal
    row: str


class EvidenceSettings:
    """All settings together. Raises Problem("bad-request") for a row that cannot be used."""

    def __init__(self, rows: Iterable[EvidenceSetting]) -> None:
        self.rows = tuple(sorted(rows, key=lambda row: (row.key, row.valid_from, row.id)))
        self.by_id = {row.id: row for row in self.rows}
        for row in self.rows:
            if fault := _fault(row):
                raise Problem("bad-request", f"The settings of evidence cannot be used. {row.id}: {fault}")
        if len(self.by_id) < len(self.rows):
            raise Problem("bad-request", "The settings of evidence cannot be used. Two rows have one id.")

    def _held(self, key: str, day: date) -> list[EvidenceSetting]:
        return [row for row in self.rows if row.key == key and row.valid_from <= day]

    def limit(self, key: str, day: date) -> Limit | None:
        """The threshold in force on a day. None where there is none: then nothing is compared."""
        held = self._held(key, day)
        return Limit(Decimal(held[-1].value), held[-1].id) if held else None

    def weight(self, code: Code, day: date) -> tuple[Weight, str | None]:
        """How much a remark weighs on a day, and the row that says so; medium where none does."""
        held = self._held(f"weight:{code}", day)
        if not held:
            return "medium", None
        return msgspec.convert(held[-1].value, Weight), held[-1].id

    def page(self, purpose: str | None, day: date) -> bool:
        """Whether a photo with this purpose shows a page, which looks like every other page."""
        said = (purpose or "").strip().lower()
        return any(_matches(row.value, said) for row in self._held("page_purpose", day))

    @property
    def digest(self) -> str:
        """A name for exactly these settings: other ones may remark otherwise."""
        return hashlib.sha256(msgspec.json.encode(self.rows)).hexdigest()


def _matches(pattern: str, said: str) -> bool:
    return said.startswith(pattern[:-1]) if pattern.endswith("*") else said == pattern


def day_of(ms: int) -> date:
    """The day of a moment, in Pakistan."""
    return datetime.fromtimestamp(ms / 1000, PAKISTAN).date()


def read(source: bytes) -> EvidenceSettings:
    """The settings in a JSON list. Raises Problem("bad-request") naming what is wrong with it."""
    try:
        return EvidenceSettings(msgspec.json.decode(source, type=list[EvidenceSetting]))
    except msgspec.DecodeError as reason:
        raise Problem("bad-request", f"The settings of evidence cannot be read: {reason}.") from None


@cache
def shipped() -> EvidenceSettings:
    """The settings that come with the product."""
    return read(resources.files("field.inspections").joinpath("evidence.json").read_bytes())


def _fault(row: EvidenceSetting) -> str:
    if row.key not in UNITS:
        return f"the key {row.key!r} is not known."
    if row.unit != UNITS[row.key]:
        return f"the unit of {row.key} is {UNITS[row.key]}, not {row.unit!r}."
    if not row.confirmed and not row.note.strip():
        return "it is not confirmed: its note must say what is in doubt."
    if row.unit == "weight":
        return "" if row.value in WEIGHTS else f"a weight is {', '.join(WEIGHTS)}, not {row.value!r}."
    if row.unit == "purpose":
        return "" if row.value.strip("* ") else "a purpose needs a word."
    return _number_fault(row)


def _number_fault(row: EvidenceSetting) -> str:
    try:
        number = Decimal(row.value)
    except ArithmeticError:
        return f"the value must be a number, not {row.value!r}."
    if not number.is_finite() or number < 0:
        return f"the value must be 0 or more, not {row.value!r}."
    if row.key == "alike_bits_max" and number > hash_bands.BITS_MAX:
        return f"at most {hash_bands.BITS_MAX} bits can be searched for, not {row.value}."
    return ""
