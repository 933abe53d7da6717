"""Saying in plain words how a figure came about: structured steps in, sentences of one language out.

A `Figure` holds no words: it names a phrase, the values in it, and what it rests on. The words are those of
`field.recovery.phrases`, so that no sentence of one language is put together from pieces of another.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from field.recovery.money import show
from field.recovery.phrases import TABLES, Language
from field.recovery.phrases.table import Phrases
from field.recovery.statute import RateRow
from field.recovery.wording import runs

Noun = Literal["worker", "day", "line", "photo", "row"]

_ISOLATE, _END = "\u2066", "\u2069"
"""A value that is read from left to right stays so within a sentence that is read from right to left."""


class Count(msgspec.Struct, frozen=True, gc=False):
    """So many of something."""

    number: int
    noun: Noun


class Term(msgspec.Struct, frozen=True):
    """A word of the law that each language has its own for: a kind of row, or a rule among its values."""

    of: Literal["kinds", "choices"]
    name: str
    otherwise: str


class Months(msgspec.Struct, frozen=True):
    """Some months, said as runs: "2024-07 to 2024-09"."""

    months: tuple[str, ...]


Value = Decimal | date | int | str | Count | Term | Months
"""Rupees, a day, a number, a text as it is, a count, a word of the law, months."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a figure rests on, by id: open these to see it. Photos are those of the report."""

    line_ids: tuple[str, ...] = ()
    row_ids: tuple[str, ...] = ()
    report_ids: tuple[str, ...] = ()
    photo_ids: tuple[str, ...] = ()
    payment_ids: tuple[str, ...] = ()


NOTHING = Evidence()


class Figure(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A figure or a statement: the phrase that says it, its values, its evidence, and what it consists of.

    `amount_rs` is the figure itself, where there is one.
    """

    phrase: str
    values: dict[str, Value] = {}
    amount_rs: Decimal | None = None
    evidence: Evidence = NOTHING
    parts: tuple["Figure", ...] = ()


class Said(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A figure in words. `number` is its place, as in "2.1.3": 2.1.3 is a part of 2.1."""

    number: str
    phrase: str
    sentence: str
    amount_rs: Decimal | None
    evidence: Evidence


def explain(figure: Figure, language: Language) -> tuple[Said, ...]:
    """A figure and all that it consists of, in the words of a language, from the whole to its parts."""
    speaker = Speaker(language)
    said: list[Said] = []
    speaker.tell(figure, "1", said)
    return tuple(said)


def sentence(figure: Figure, language: Language = "en") -> str:
    """The one sentence of a figure, without its parts."""
    return Speaker(language).sentence(figure)


def row_figure(row: RateRow) -> Figure:
    """A dated row of the law, with its legal basis, and what is in doubt about it."""
    return Figure(
        phrase="row" if row.confirmed else "row_unconfirmed",
        values={
            "kind": Term("kinds", row.kind, row.kind.replace("_", " ")),
            "value": _row_value(row),
            "day": row.valid_from,
            "basis": row.legal_basis,
            **({} if row.confirmed else {"note": row.note}),
        },
        evidence=Evidence(row_ids=(row.id,)),
    )


def _row_value(row: RateRow) -> Value:
    if row.unit == "rule":
        return Term("choices", row.value, row.value)
    if row.unit.startswith("Rs"):
        return row.number
    return f"{row.value} %" if row.unit.startswith("percent") else row.value


class Speaker:
    """Says figures in one language; what was said of a value once is not worked out again."""

    def __init__(self, language: Language) -> None:
        self.phrases: Phrases = TABLES[language]
        self._templates: dict[str, str] = {}
        # By type too: Rs 2 and the number 2 are equal for Python.
        self._values: dict[tuple[type, Value], str] = {}

    def tell(self, figure: Figure, number: str, said: list[Said]) -> None:
        """Add a figure and its parts to what was said."""
        said.append(
            Said(
                number=number,
                phrase=figure.phrase,
                sentence=self.sentence(figure),
                amount_rs=figure.amount_rs,
                evidence=figure.evidence,
            )
        )
        for place, part in enumerate(figure.parts, 1):
            self.tell(part, f"{number}.{place}", said)

    def sentence(self, figure: Figure) -> str:
        """The phrase of a figure with its values. Raises AttributeError for a phrase that there is not."""
        template = self._templates.get(figure.phrase)
        if template is None:
            template = self._templates[figure.phrase] = getattr(self.phrases, figure.phrase)
        return template.format_map({name: self.value(value) for name, value in figure.values.items()})

    def value(self, value: Value) -> str:
        """A value as it stands in a sentence."""
        key = type(value), value
        said = self._values.get(key)
        if said is None:
            said = self._values[key] = self._value(value)
        return said

    def _value(self, value: Value) -> str:
        if isinstance(value, Count):
            template = getattr(self.phrases, f"{value.noun}_{'one' if value.number == 1 else 'many'}")
            return str(template).format(number=self._apart(f"{value.number:,}"))
        if isinstance(value, Term):
            words = self.phrases.kinds if value.of == "kinds" else self.phrases.choices
            return words.get(value.name, value.otherwise)
        if isinstance(value, Months):
            return self.phrases.comma.join(self._run(run) for run in runs(value.months))
        if isinstance(value, Decimal):
            return self._apart(show(value))
        if isinstance(value, date):
            return self._apart(value.isoformat())
        return self._apart(f"{value:,}" if isinstance(value, int) else value)

    def _run(self, run: Sequence[str]) -> str:
        first, last = self._apart(run[0]), self._apart(run[-1])
        return first if len(run) == 1 else self.phrases.months_run.format(first=first, last=last)

    def _apart(self, text: str) -> str:
        return f"{_ISOLATE}{text}{_END}" if self.phrases.right_to_left else text


def rows_figure(rows: Iterable[RateRow]) -> Figure:
    """The dated rows that a figure rests on, each a part, those in doubt first."""
    ordered = sorted(rows, key=lambda row: (row.confirmed, row.kind, row.valid_from, row.id))
    return Figure(
        phrase="law",
        values={"rows": Count(len(ordered), "row")},
        evidence=Evidence(row_ids=tuple(row.id for row in ordered)),
        parts=tuple(row_figure(row) for row in ordered),
    )
