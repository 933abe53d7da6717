"""Reads the text of a condition into a tree; `field.inspections.conditions` says what the tree means."""

import re
from collections.abc import Callable

import msgspec

from field.inspections import patterns

EXPRESSION_MAX = 1000
"""Characters in an expression."""

DEPTH_MAX = 60
"""How deep the tree may be, so that no text exhausts the stack that reads or evaluates it."""

NUMBER_MAX = 1e15
"""The largest magnitude of a number: every whole one up to it is exact in both languages."""

ARGUMENTS = {
    "selected": 2,
    "count-selected": 1,
    "string-length": 1,
    "if": 3,
    "coalesce": 2,
    "int": 1,
    "number": 1,
    "regex": 2,
    "not": 1,
    "today": 0,
    "true": 0,
    "false": 0,
    "count": 1,
    "sum": 1,
}
"""Every function, and how many values it takes."""

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n\u00a0]+)
    |(?P<name>\$\{[^{}]*\})
    |(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    |(?P<text>'[^']*'|"[^"]*")
    |(?P<word>[A-Za-z_][A-Za-z0-9_-]*)
    |(?P<mark>!=|<=|>=|[=<>+*().,-])""",
    re.VERBOSE,
)
_QUESTION = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


class ConditionError(ValueError):
    """What is wrong with an expression, in words, and at which character (from 1)."""

    def __init__(self, words: str, at: int) -> None:
        super().__init__(f"{words} (at character {at})")
        self.words = words
        self.at = at


class Literally(msgspec.Struct, frozen=True):
    """A value as it is written."""

    value: str | float


class Name(msgspec.Struct, frozen=True):
    """`${name}`."""

    name: str


class Own(msgspec.Struct, frozen=True):
    """`.`: the answer that a constraint is about."""


class Call(msgspec.Struct, frozen=True):
    """A function or an operator with what it is applied to. `depth` is that of its tree."""

    name: str
    parts: "tuple[Node, ...]"
    depth: int


Node = Literally | Name | Own | Call


class _Token(msgspec.Struct, frozen=True):
    kind: str
    text: str
    at: int


class Reader:
    """Reads one expression."""

    def __init__(self, text: str) -> None:
        """Raises ConditionError for what is too long, or holds a mark that means nothing."""
        if len(text) > EXPRESSION_MAX:
            raise ConditionError(f"an expression has at most {EXPRESSION_MAX} characters", EXPRESSION_MAX)
        self._tokens = _tokens(text)
        self._next, self._open = 0, 0

    def whole(self) -> Node:
        """The tree. Raises ConditionError."""
        node = self._or()
        left = self._tokens[self._next]
        if left.kind != "end":
            raise ConditionError(f"nothing fits together before {left.text}", left.at)
        return node

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self, *texts: str) -> _Token | None:
        """The next token if it is one of these marks or words."""
        token = self._peek()
        if token.kind not in ("mark", "word") or token.text not in texts:
            return None
        self._next += 1
        return token

    def _row(self, part: Callable[[], Node], *operators: str) -> Node:
        node = part()
        while token := self._take(*operators):
            node = self._call(token, token.text, node, part())
        return node

    def _call(self, token: _Token, name: str, *parts: Node) -> Call:
        depth = 1 + max((each.depth for each in parts if isinstance(each, Call)), default=0)
        if depth > DEPTH_MAX:
            raise ConditionError("this expression is nested too deep; split it", token.at)
        return Call(name, parts, depth)

    def _or(self) -> Node:
        return self._row(self._and, "or")

    def _and(self) -> Node:
        return self._row(self._equality, "and")

    def _equality(self) -> Node:
        return self._row(self._relation, "=", "!=")

    def _relation(self) -> Node:
        return self._row(self._sum, "<", "<=", ">", ">=")

    def _sum(self) -> Node:
        return self._row(self._product, "+", "-")

    def _product(self) -> Node:
        return self._row(self._signed, "*", "div", "mod")

    def _signed(self) -> Node:
        # Each level of brackets, calls and signs takes the reader's stack too, so that it is counted on the
        # way in.
        token = self._peek()
        self._open += 1
        if self._open > DEPTH_MAX // 2:
            raise ConditionError("this expression is nested too deep; split it", token.at)
        node = self._call(token, "negative", self._signed()) if self._take("-") else self._one(token)
        self._open -= 1
        return node

    def _one(self, token: _Token) -> Node:
        self._next += token.kind != "end"
        if token.kind == "number":
            return Literally(_figure(token))
        if token.kind == "text":
            return Literally(token.text[1:-1])
        if token.kind == "name":
            return _question(token)
        if token.kind == "word":
            return self._function(token)
        if token.text == "(":
            node = self._or()
            self._close("a ( is not closed")
            return node
        if token.text == ".":
            return Own()
        missing = (
            "the expression ends too early" if token.kind == "end" else f"{token.text} cannot stand here"
        )
        raise ConditionError(missing, token.at)

    def _close(self, words: str) -> None:
        if not self._take(")"):
            raise ConditionError(words, self._peek().at)

    def _function(self, token: _Token) -> Node:
        if not self._take("("):
            raise ConditionError(
                f"{token.text} is no expression; a text stands in ' ' and a question in ${{ }}", token.at
            )
        wanted = ARGUMENTS.get(token.text)
        if wanted is None:
            raise ConditionError(f"the function {token.text}() is not known here", token.at)
        parts: list[Node] = []
        if not self._take(")"):
            parts.append(self._or())
            while self._take(","):
                parts.append(self._or())
            self._close(f"the ( of {token.text} is not closed")
        if len(parts) != wanted:
            raise ConditionError(f"{token.text}() takes {wanted} values, not {len(parts)}", token.at)
        if token.text in ("count", "sum") and not isinstance(parts[0], Name):
            raise ConditionError(f"{token.text}() takes a question, as in {token.text}(${{name}})", token.at)
        if token.text == "regex":
            _check_pattern(token, parts[1])
        return self._call(token, token.text, *parts)


def _check_pattern(token: _Token, pattern: Node) -> None:
    if not isinstance(pattern, Literally) or not isinstance(pattern.value, str):
        raise ConditionError("the pattern of regex() stands in ' ' as it is", token.at)
    try:
        patterns.read(pattern.value)
    except patterns.PatternError as fault:
        raise ConditionError(f"the pattern of regex() cannot be used: {fault}", token.at) from None


def _question(token: _Token) -> Name:
    name = token.text[2:-1].strip(" ")
    if not _QUESTION.fullmatch(name):
        raise ConditionError(f"{token.text[:40]} names no question", token.at)
    return Name(name)


def _figure(token: _Token) -> float:
    figure = float(token.text)
    if figure > NUMBER_MAX:
        raise ConditionError("this number is too large", token.at)
    return figure


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionError(f"{text[at]} means nothing here", at + 1)
        kind = match.lastgroup or ""
        if kind != "space":
            tokens.append(_Token(kind, match.group(), at + 1))
        at = match.end()
    tokens.append(_Token("end", "", len(text) + 1))
    return tokens
