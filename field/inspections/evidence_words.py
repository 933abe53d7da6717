"""The sentences of remarks about evidence, in English and Urdu: what was compared, with the numbers.

No sentence names another record: whoever may not see that one reads the same words.
"""

from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from typing import Literal

import msgspec

from field.inspections.evidence_settings import PAKISTAN, Code

Language = Literal["en", "ur"]

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
FAR_M = 10_000


class Sentences(msgspec.Struct, frozen=True):
    """One sentence in each language."""

    en: str
    ur: str


_TABLES: Mapping[Language, Mapping[str, str]] = msgspec.json.decode(
    resources.files("field.inspections").joinpath("evidence_words.json").read_bytes(),
    type=dict[Language, dict[str, str]],
)


class Metres(msgspec.Struct, frozen=True):
    """A distance to be said."""

    value: float


class Span(msgspec.Struct, frozen=True):
    """A length of time to be said, in ms."""

    value: float


class Speed(msgspec.Struct, frozen=True):
    """A speed to be said, in km/h."""

    value: float


class Moment(msgspec.Struct, frozen=True):
    """A moment to be said, in ms since 1970; by Pakistan's clocks."""

    value: int


class Word(msgspec.Struct, frozen=True):
    """A word or sentence of the table, by its name there."""

    name: str


Said = Metres | Span | Speed | Moment | Word | int


def sentences(
    code: Code | Literal["clock-off-slow", "clock-off-fast", "picture-erased"], **values: Said
) -> Sentences:
    """The sentence of a remark in every language, with its values. Raises KeyError for a missing one."""
    made = {
        language: table[code].format(**{name: _say(language, value) for name, value in values.items()})
        for language, table in _TABLES.items()
    }
    return Sentences(made["en"].strip(), made["ur"].strip())


def _say(language: Language, value: Said) -> str:
    table = _TABLES[language]
    if isinstance(value, Word):
        return table[value.name]
    number, unit = _number(value)
    said = f"\u2066{number}\u2069" if language == "ur" else number
    return table[unit].format(said) if unit else said


def _number(value: Metres | Span | Speed | Moment | int) -> tuple[str, str]:
    if isinstance(value, Metres):
        return (f"{value.value / 1000:,.1f}", "km") if value.value >= FAR_M else (f"{value.value:,.0f}", "m")
    if isinstance(value, Speed):
        return f"{value.value:,.0f}", "kmh"
    if isinstance(value, Moment):
        return f"{datetime.fromtimestamp(value.value / 1000, PAKISTAN):%Y-%m-%d %H:%M}", ""
    if isinstance(value, int):
        return str(value), ""
    return _span(value.value)


def _span(ms: float) -> tuple[str, str]:
    if ms < 2 * MINUTE_MS:
        return f"{ms / 1000:,.0f}", "s"
    if ms < 2 * HOUR_MS:
        return f"{ms / MINUTE_MS:,.0f}", "min"
    if ms < 2 * DAY_MS:
        return f"{ms / HOUR_MS:,.1f}", "h"
    return f"{ms / DAY_MS:,.0f}", "days"
