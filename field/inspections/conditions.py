"""Conditions of checklists: a subset of XLSForm's expressions, read once, with one meaning on tablet and
server.

`web/tablet/logic/conditions.ts` is the twin, and `tests/vectors/checklists.json` holds both together;
docs/checklists.md tells an author what may be written. Nothing of either language is executed. A value is
text, a number or yes/no:

* No answer is the empty text. It equals no number, is in no order with anything, and arithmetic with it gives
  it.
* `=` compares as XPath does: with a yes/no both become yes/no, with a number both become numbers, else both
  are text. `!=` is true where `=` is not. What cannot become a number is in no order with one and equals
  none.
* Two dates ("2026-11-22") are in the order of the calendar; a date and a number of days make a date, two
  dates taken from each other make days.
* Numbers are IEEE doubles of a magnitude up to 10^15; what is beyond, and a division by zero, is the empty
  text.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from math import fmod, trunc
from typing import Literal

import msgspec

from field.inspections import patterns
from field.inspections.condition_reader import (
    NUMBER_MAX,
    Call,
    ConditionError,
    Literally,
    Name,
    Node,
    Own,
    Reader,
)

Value = str | float | bool
"""What an expression comes to. An answer of several choices is their names with a space between."""

NUMBER_TEXT_MAX = 40
_SPACE = " \t\n\r\u00a0"
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫", "01234567890123456789.")

__all__ = ["ConditionError", "Expression", "Scope", "Use", "Value", "evaluate", "parse", "truth"]


class Use(msgspec.Struct, frozen=True):
    """A question that an expression names: the one that belongs here, or all items' (`count`, `sum`)."""

    name: str
    every: bool


class Expression(msgspec.Struct, frozen=True):
    """An expression that was read: `uses` names the questions it needs, `own` whether it says `.`."""

    text: str
    root: Node
    uses: tuple[Use, ...]
    own: bool


class Scope(msgspec.Struct, frozen=True):
    """What an expression may ask. `today` is a date as "2026-11-22"."""

    value: Callable[[str], Value]
    every: Callable[[str], list[Value]]
    own: Value
    today: str


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Read an expression, once. Raises ConditionError with what is wrong, and where."""
    root = Reader(text).whole()
    uses = dict.fromkeys(_uses(root))
    return Expression(text, root, tuple(uses), any(isinstance(node, Own) for node in _nodes(root)))


def evaluate(expression: Expression, scope: Scope) -> Value:
    """What an expression comes to. Nothing is raised: what cannot be worked out is the empty text."""
    return _value(expression.root, scope)


def truth(value: Value) -> bool:
    """A value as yes or no: a number but 0, and a text but the empty one, is yes."""
    return value not in ("", 0.0) if not isinstance(value, bool) else value


def number(value: Value) -> float | Literal[""]:
    """A value as a number, in digits of any script; the empty text where it is none."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, float):
        return value
    text = value.strip(_SPACE).translate(_DIGITS)
    digits = text.removeprefix("-").replace(".", "", 1)
    if len(text) > NUMBER_TEXT_MAX or not (digits.isascii() and digits.isdigit()):
        return ""
    return _figure(float(text))


def plain(value: object) -> Value:
    """An answer as expressions see it: text, number or yes/no; several choices with a space between."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _figure(float(value)) if abs(value) <= NUMBER_MAX else ""
    if isinstance(value, list | tuple):
        return " ".join(str(each) for each in value)
    return value if isinstance(value, str) and value.strip(_SPACE) else ""


def shown(value: Value) -> str:
    """A value as text: 12, 0.5, true. No exponent, no digit more than needed."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")


def as_date(value: Value) -> date | None:
    """The date that a value is, if it is one: "2026-11-22"."""
    if not isinstance(value, str) or len(value) != 10 or value[4] != "-" or value[7] != "-":
        return None
    figures = value[:4], value[5:7], value[8:]
    if not all(each.isascii() and each.isdigit() for each in figures):
        return None
    try:
        return date(*(int(each) for each in figures))
    except ValueError:
        return None


def _figure(found: float) -> float | Literal[""]:
    # NaN and the infinities are in no order with the limit; adding 0 turns -0 into 0.
    return found + 0.0 if abs(found) <= NUMBER_MAX else ""


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Call):
        for each in node.parts:
            yield from _nodes(each)


def _uses(root: Node) -> Iterator[Use]:
    every = {
        id(node.parts[0]) for node in _nodes(root) if isinstance(node, Call) and node.name in _OVER_ITEMS
    }
    for node in _nodes(root):
        if isinstance(node, Name):
            yield Use(node.name, id(node) in every)


def _value(node: Node, scope: Scope) -> Value:
    if isinstance(node, Literally):
        return node.value
    if isinstance(node, Name):
        return scope.value(node.name)
    if isinstance(node, Own):
        return scope.own
    if node.name in _OVER_ITEMS:
        (over,) = node.parts
        assert isinstance(over, Name)
        return _OVER_ITEMS[node.name](scope.every(over.name))
    if node.name == "today":
        return scope.today
    return _FUNCTIONS[node.name](*(_value(each, scope) for each in node.parts))


def _count(values: list[Value]) -> Value:
    return float(sum(1 for each in values if each != ""))


def _sum(values: list[Value]) -> Value:
    total = 0.0
    # One after the other: Python's own sum is exacter than JavaScript can be.
    for each in values:
        total += number(each) or 0.0
    return _figure(total)


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) == truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return number(left) == number(right)
    return left == right


def _order(left: Value, right: Value) -> float | None:
    """Below, at or above zero as `left` is before, with or behind `right`; None for no order."""
    first, second = as_date(left), as_date(right)
    if first and second:
        return float((first - second).days)
    one, other = number(left), number(right)
    return None if one == "" or other == "" else one - other


def _compared(test: Callable[[float], bool]) -> Callable[[Value, Value], Value]:
    def compare(left: Value, right: Value) -> Value:
        order = _order(left, right)
        return order is not None and test(order)

    return compare


def _arithmetic(work: Callable[[float, float], float]) -> Callable[[Value, Value], Value]:
    def carry_out(left: Value, right: Value) -> Value:
        one, other = number(left), number(right)
        return "" if one == "" or other == "" else _figure(work(one, other))

    return carry_out


def _moved(day: date, by: float) -> Value:
    try:
        return (day + timedelta(days=trunc(by))).isoformat()
    except OverflowError:
        return ""


def _plus(left: Value, right: Value) -> Value:
    first, second = as_date(left), as_date(right)
    one, other = number(left), number(right)
    if first and other != "":
        return _moved(first, other)
    if second and one != "":
        return _moved(second, one)
    return _arithmetic(lambda a, b: a + b)(left, right)


def _minus(left: Value, right: Value) -> Value:
    first, second = as_date(left), as_date(right)
    other = number(right)
    if first and second:
        return float((first - second).days)
    if first and other != "":
        return _moved(first, -other)
    return _arithmetic(lambda a, b: a - b)(left, right)


def _negated(value: Value) -> Value:
    found = number(value)
    return "" if found == "" else _figure(-found)


def _whole(value: Value) -> Value:
    found = number(value)
    return "" if found == "" else float(trunc(found))


_DIVIDE = _arithmetic(lambda a, b: a / b if b else float("nan"))
_REMAINDER = _arithmetic(lambda a, b: fmod(a, b) if b else float("nan"))

_OVER_ITEMS: dict[str, Callable[[list[Value]], Value]] = {"count": _count, "sum": _sum}

_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "or": lambda left, right: truth(left) or truth(right),
    "and": lambda left, right: truth(left) and truth(right),
    "not": lambda value: not truth(value),
    "=": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _compared(lambda order: order < 0),
    "<=": _compared(lambda order: order <= 0),
    ">": _compared(lambda order: order > 0),
    ">=": _compared(lambda order: order >= 0),
    "+": _plus,
    "-": _minus,
    "*": _arithmetic(lambda a, b: a * b),
    "div": _DIVIDE,
    "mod": _REMAINDER,
    "negative": _negated,
    "selected": lambda answer, name: bool(shown(name)) and shown(name) in shown(answer).split(" "),
    "count-selected": lambda answer: float(len([each for each in shown(answer).split(" ") if each])),
    "string-length": lambda value: float(len(shown(value))),
    "if": lambda test, then, other: then if truth(test) else other,
    "coalesce": lambda first, second: first if first != "" else second,
    "int": _whole,
    "number": number,
    "regex": lambda value, pattern: patterns.read(pattern).matches(shown(value)),
    "true": lambda: True,
    "false": lambda: False,
}
