"""Sentences of assessments, checks and flags in Urdu, retold from the English that is kept.

What was worked out is kept in English, with its figures, and signed as such. To show it in Urdu its pieces
are recognised one by one, their values taken out, and the same values put into the Urdu of each piece
(`field.recovery.phrases.retold_ur`, `retold_register_ur`). A sentence of which a piece is not known stays as
it was written: it is never said half. Nothing of it is kept.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, TypeVar

import msgspec

from field.recovery.phrases import Language, retold_register_ur, retold_ur

T = TypeVar("T")

SENTENCES = frozenset({"sentence", "sentences", "remarks", "warnings", "why"})
"""The fields of an answer that hold sentences."""

_ISOLATE, _END = "\u2066", "\u2069"
_MONTH = r"\d{4}-\d\d"
_RS = r"-?Rs \d(?:[\d,]*\d)?(?:\.\d\d)?"
_RUN = rf"{_MONTH}(?: to {_MONTH})?"
_HOW = rf"[\d.]+ % of the wage(?: up to {_RS})?"
_BACK = rf"{_RS} of {_MONTH}-\d\d came back on {_MONTH}-\d\d"
_LONG = rf"{_MONTH} has \d+ days"
_JOIN = "(?:, | and )"
_CAUSE = "|".join(map(re.escape, retold_ur.CAUSES))
_KINDS: Mapping[str, str] = {
    "n": r"\d[\d,.]*\d|\d",
    "rs": _RS,
    "months": rf"{_RUN}(?:, {_RUN})*",
    "day": rf"{_MONTH}-\d\d",
    "how": rf"{_HOW}(?:{_JOIN}{_HOW})*",
    "returned": rf"{_BACK}(?:{_JOIN}{_BACK})*",
    "long_months": rf"{_LONG}(?:{_JOIN}{_LONG})*",
    "causes": rf"(?:{_CAUSE})(?:{_JOIN}(?:{_CAUSE}))*",
    "base": "|".join(map(re.escape, retold_ur.BASES)),
    "row": r"\(row .+?\)",
    "any": r".+?",
    "known": r".+?",
}
_SLOT = re.compile(r"\{(\w+):(\w+)\}")


class _Piece(msgspec.Struct, frozen=True):
    pattern: re.Pattern[str]
    kinds: Mapping[str, str]
    told: str


def retell(found: T, language: Language, known: Mapping[str, str] | None = None) -> T:
    """An answer with its sentences in a language; everything else in it as it was.

    `known` are sentences and labels that have their own words, as those of checklists, by the English ones.
    """
    if language != "ur":
        return found
    told: T = _inside(found, lambda text: retold(text, language, known))
    return told


def retold(sentence: str, language: Language, known: Mapping[str, str] | None = None) -> str:
    """A sentence in a language, or as it is where it cannot be said whole in that language."""
    if language != "ur":
        return sentence
    if known and sentence in known:
        return known[sentence]
    return _labelled(sentence, known) if known and "“" in sentence else _retold(sentence)


def _labelled(sentence: str, known: Mapping[str, str]) -> str:
    """A sentence about questions of a checklist, each of which has its words in every language."""
    labels = set(re.findall(r"“(.+?)”", sentence))
    told = _retold(sentence)
    if told is sentence or any(label not in known for label in labels):
        return told
    for label in labels:
        told = told.replace(f"“{label}”", f"«{known[label]}»")
    return told


def _inside(found: Any, say: Callable[[str], str], *, said: bool = False) -> Any:
    """What is found, with each text in a field of sentences said anew."""
    if isinstance(found, str):
        return say(found) if said else found
    if isinstance(found, tuple | list):
        return type(found)(_inside(each, say, said=said) for each in found)
    if not isinstance(found, msgspec.Struct):
        return found
    changed = {}
    for name in found.__struct_fields__:
        before = getattr(found, name)
        if name in SENTENCES or isinstance(before, tuple | list | msgspec.Struct):
            after = _inside(before, say, said=name in SENTENCES)
            if after != before:
                changed[name] = after
    return msgspec.structs.replace(found, **changed) if changed else found


@lru_cache(maxsize=20_000)
def _retold(sentence: str) -> str:
    told = _pieces(sentence, 0)
    return sentence if told is None else " ".join(told)


def _pieces(sentence: str, at: int) -> list[str] | None:
    """What stands from a place on, piece by piece; None where a piece is not known."""
    if at >= len(sentence):
        return []
    for piece in _table():
        match = piece.pattern.match(sentence, at)
        if match is not None:
            rest = _pieces(sentence, match.end() + 1)
            if rest is not None:
                values = {name: _value(kind, match[name]) for name, kind in piece.kinds.items()}
                return [piece.told.format_map(values), *rest]
    return None


@cache
def _table() -> tuple[_Piece, ...]:
    return tuple(_piece(english, told) for english, told in (*retold_ur.PIECES, *retold_register_ur.PIECES))


def _piece(english: str, told: str) -> _Piece:
    pattern, last = "", 0
    kinds = {}
    for slot in _SLOT.finditer(english):
        pattern += _plain(english[last : slot.start()])
        pattern += f"(?P<{slot[1]}>{_KINDS[slot[2]]})"
        kinds[slot[1]] = slot[2]
        last = slot.end()
    pattern += _plain(english[last:])
    return _Piece(re.compile(f"{pattern}(?= |$)"), kinds, told)


def _plain(text: str) -> str:
    """A text as a pattern: `(s)` may be there, and of `(was/were)` one."""
    escaped = re.escape(text)
    escaped = escaped.replace(r"\(s\)", "s?")
    return re.sub(r"\\\((\w+)/(\w+)\\\)", r"(?:\1|\2)", escaped)


def _value(kind: str, text: str) -> str:
    said = _VALUES.get(kind)
    return _apart(text) if said is None else said(text)


def _apart(text: str) -> str:
    """A value that reads from left to right within a sentence that does not."""
    return f"{_ISOLATE}{text}{_END}"


def _rs(text: str) -> str:
    return _apart(text.replace("Rs ", "Rs\u00a0").replace("-", "−\u00a0"))


def _months(text: str) -> str:
    return "، ".join(_run(run) for run in text.split(", "))


def _run(run: str) -> str:
    first, _, last = run.partition(" to ")
    if not last:
        return _month(first)
    start = _month(first, alone=first[:4] == last[:4])
    return f"{start} – {_month(last)}"


def _month(text: str, *, alone: bool = False) -> str:
    name = retold_ur.MONTHS[int(text[5:7]) - 1]
    return name if alone else f"{name} {text[:4]}"


def _day(text: str) -> str:
    return f"{int(text[8:])} {retold_ur.MONTHS[int(text[5:7]) - 1]}، {text[:4]}"


def _how(text: str) -> str:
    parts = re.findall(rf"([\d.]+) % of the wage(?: up to ({_RS}))?", text)
    return retold_ur.AND.join(
        retold_ur.HOW_UP_TO.format(percent=_apart(percent), up_to=_rs(up_to))
        if up_to
        else retold_ur.HOW.format(percent=_apart(percent))
        for percent, up_to in parts
    )


def _returned(text: str) -> str:
    parts = re.findall(rf"({_RS}) of ({_MONTH}-\d\d) came back on ({_MONTH}-\d\d)", text)
    return retold_ur.AND.join(
        retold_ur.RETURNED.format(amount=_rs(amount), day=_day(day), back=_day(back))
        for amount, day, back in parts
    )


def _long_months(text: str) -> str:
    parts = re.findall(rf"({_MONTH}) has (\d+) days", text)
    return retold_ur.AND.join(
        retold_ur.LONG_MONTH.format(month=_month(month), days=_apart(days)) for month, days in parts
    )


def _causes(text: str) -> str:
    return retold_ur.AND.join(retold_ur.CAUSES[each] for each in re.findall(_CAUSE, text))


def _row(text: str) -> str:
    id = text.removeprefix("(row ").removesuffix(")")
    if id.endswith(", unconfirmed"):
        return retold_ur.ROW_UNCONFIRMED.format(id=_apart(id.removesuffix(", unconfirmed")))
    return retold_ur.ROW.format(id=_apart(id))


_VALUES: Mapping[str, Callable[[str], str]] = {
    "rs": _rs,
    "months": _months,
    "day": _day,
    "how": _how,
    "returned": _returned,
    "long_months": _long_months,
    "causes": _causes,
    "base": retold_ur.BASES.__getitem__,
    "row": _row,
    "known": str,
}
