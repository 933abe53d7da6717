"""Patterns of checklists: a small set of regular expressions with one meaning in Python and in TypeScript.

Neither language's own engine is asked: they differ on `\\d`, `.` and `$`, and a hostile pattern makes both
hang. A pattern is read once into parts, and a text is followed through them with the set of all places
reached so far, so that no text is gone over again and again. `web/tablet/logic/patterns.ts` is the twin;
`tests/vectors/checklists.json` holds both together. A pattern always means the whole text.

Known: letters as they stand, `.` any character, `\\d` 0-9, `\\w` A-Z a-z 0-9 _, `\\s` space and tab and line
ends, `\\.` and the like for the mark itself, `[a-z]` and `[^a-z]`, `( )`, `(?: )`, `|`, `?`, `*`, `+`, `{2}`,
`{2,}`, `{2,5}`, and `^` first and `$` last, which say nothing that is not so already.
"""

from collections.abc import Callable
from functools import lru_cache

PATTERN_MAX = 200
"""Characters in a pattern."""

TEXT_MAX = 300
"""Characters of a text that is matched; a longer one matches nothing."""

COUNT_MAX = 100
"""The highest number in `{ }`."""

COST_MAX = 1_000_000
"""Steps that matching the longest text may take at most; a pattern that could take more is refused."""

_CLASSES: dict[str, Callable[[str], bool]] = {
    "d": lambda mark: "0" <= mark <= "9",
    "w": lambda mark: mark == "_" or (mark.isascii() and mark.isalnum()),
    "s": lambda mark: mark in " \t\n\r\f\v",
}
_SPECIAL = frozenset("\\^$.|?*+()[]{}")

Step = Callable[[str, frozenset[int]], frozenset[int]]
"""From all places in the text where a part may begin to all where it may have ended."""


class PatternError(ValueError):
    """What is wrong with a pattern, in words."""


class Pattern:
    """A pattern that was read. `matches` never takes more than `COST_MAX` steps."""

    def __init__(self, text: str) -> None:
        """Raises PatternError."""
        self.text = text
        reader = _Reader(text)
        self._step, cost, _ = reader.whole()
        if cost > COST_MAX:
            raise PatternError("this pattern repeats repetitions too often. Write it more plainly")

    def matches(self, text: str) -> bool:
        """Whether the whole text is as the pattern says."""
        return len(text) <= TEXT_MAX and len(text) in self._step(text, frozenset((0,)))


@lru_cache(maxsize=512)
def read(text: str) -> Pattern:
    """The pattern of a text, read once. Raises PatternError."""
    return Pattern(text)


Part = tuple[Step, int, bool]
"""A part, what it costs at most, and whether it may repeat without end."""


class _Reader:
    def __init__(self, text: str) -> None:
        if len(text) > PATTERN_MAX:
            raise PatternError(f"a pattern has at most {PATTERN_MAX} characters")
        self.text, self.at, self.depth = text, 0, 0

    def whole(self) -> Part:
        part = self.either()
        if self.at < len(self.text):
            raise PatternError("a ) closes nothing")
        return part

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        mark = self.peek()
        if not mark:
            raise PatternError("the pattern ends too early")
        self.at += 1
        return mark

    def either(self) -> Part:
        parts = [self.row()]
        while self.peek() == "|":
            self.at += 1
            parts.append(self.row())
        return _alternatives(parts) if len(parts) > 1 else parts[0]

    def row(self) -> Part:
        if self.peek() == "^" and self.depth == 0:
            self.at += 1
        parts: list[Part] = []
        while self.peek() not in ("", "|", ")"):
            if self.peek() == "$" and self.depth == 0 and self.text[self.at + 1 : self.at + 2] in ("", "|"):
                self.at += 1
                break
            parts.append(self.repeated(self.one()))
        return _sequence(parts)

    def one(self) -> Part:
        mark = self.take()
        if mark == "(":
            return self.group()
        if mark == "[":
            return _character(self.set())
        if mark == ".":
            return _character(lambda _: True)
        if mark == "\\":
            return _character(self.escaped())
        if mark in _SPECIAL:
            raise PatternError(f"{mark} cannot stand here; write \\{mark} for the mark itself")
        return _character(_exactly(mark))

    def group(self) -> Part:
        if self.text.startswith("?:", self.at):
            self.at += 2
        self.depth += 1
        if self.depth > 5:
            raise PatternError("brackets stand in brackets more than five deep")
        part = self.either()
        if self.peek() != ")":
            raise PatternError("a ( is not closed")
        self.at += 1
        self.depth -= 1
        return part

    def escaped(self) -> Callable[[str], bool]:
        mark = self.take()
        if mark in _CLASSES:
            return _CLASSES[mark]
        if mark in _SPECIAL or mark in "-/":
            return _exactly(mark)
        raise PatternError(f"\\{mark} is not known here")

    def set(self) -> Callable[[str], bool]:
        negated = self.peek() == "^"
        if negated:
            self.at += 1
        tests: list[Callable[[str], bool]] = []
        while self.peek() != "]":
            tests.append(self.member())
        self.at += 1
        if not tests:
            raise PatternError("[ ] holds nothing")
        if negated:
            return lambda mark: not any(test(mark) for test in tests)
        return lambda mark: any(test(mark) for test in tests)

    def member(self) -> Callable[[str], bool]:
        first = self.take()
        if first == "[":
            raise PatternError("[ stands in [ ]; write \\[ for the mark itself")
        if first == "\\":
            known = self.peek() in _CLASSES
            test = self.escaped()
            if known:
                return test
            first = self.text[self.at - 1]
        if self.peek() != "-" or self.text[self.at + 1 : self.at + 2] in ("", "]"):
            return _exactly(first)
        self.at += 1
        last = self.take()
        if last == "\\":
            if self.peek() in _CLASSES:
                raise PatternError("a range ends with one character")
            self.escaped()
            last = self.text[self.at - 1]
        if last < first:
            raise PatternError(f"the range {first}-{last} runs backwards")
        return lambda mark: first <= mark <= last

    def repeated(self, part: Part) -> Part:
        mark = self.peek()
        if mark not in ("?", "*", "+", "{") or mark == "":
            return part
        self.at += 1
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(mark) or self.counts()
        if self.peek() in ("?", "*", "+", "{") and self.peek():
            raise PatternError("two repetitions stand after each other")
        return _repeat(part, least, most)

    def counts(self) -> tuple[int, int | None]:
        end = self.text.find("}", self.at)
        inside = self.text[self.at : end] if end >= 0 else ""
        self.at = end + 1
        low, comma, high = inside.partition(",")
        figures = [int(each) for each in (low, high) if each.isascii() and each.isdigit()]
        wanted = 1 if not high else 2
        if not low or len(figures) < wanted or max(figures) > COUNT_MAX or figures != sorted(figures):
            raise PatternError(f"{{ }} holds numbers up to {COUNT_MAX}, as in {{2}} or {{2,5}}")
        return int(low), (int(high) if high else None if comma else int(low))


def _exactly(wanted: str) -> Callable[[str], bool]:
    return lambda mark: mark == wanted


def _character(test: Callable[[str], bool]) -> Part:
    def step(text: str, places: frozenset[int]) -> frozenset[int]:
        return frozenset(at + 1 for at in places if at < len(text) and test(text[at]))

    return step, TEXT_MAX, False


def _sequence(parts: list[Part]) -> Part:
    def step(text: str, places: frozenset[int]) -> frozenset[int]:
        for each, _, _ in parts:
            places = each(text, places)
        return places

    return step, sum(cost for _, cost, _ in parts) + 1, any(endless for _, _, endless in parts)


def _alternatives(parts: list[Part]) -> Part:
    def step(text: str, places: frozenset[int]) -> frozenset[int]:
        return frozenset().union(*(each(text, places) for each, _, _ in parts))

    return step, sum(cost for _, cost, _ in parts), any(endless for _, _, endless in parts)


def _repeat(part: Part, least: int, most: int | None) -> Part:
    once, cost, endless = part

    def step(text: str, places: frozenset[int]) -> frozenset[int]:
        for _ in range(least):
            places = once(text, places)
        reached, front, left = places, places, None if most is None else most - least
        # Only places not reached before go round again: without that, nothing would end an empty part.
        while front and left != 0:
            front = once(text, front) - reached
            reached |= front
            left = None if left is None else left - 1
        return reached

    if most is None:
        return step, least * cost + (TEXT_MAX if endless else 1) * cost, True
    return step, most * cost, endless
