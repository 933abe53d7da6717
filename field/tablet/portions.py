"""How much travels at once: portions that fit the line, so that a long report gets over a bad one in pieces.

What was cut off on the way is not acknowledged and goes again from its beginning: over a line that breaks
sooner than a portion takes, nothing would ever arrive. A portion is halved where no answer comes, and
grows again after some went well. The office keeps the members of a group as `held` until the last has come.
"""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from field.tablet.database import Database
from field.tablet.door import Refused
from field.tablet.transport import NoAnswer

T = TypeVar("T")

CALM = 4
"""So many portions go well before a larger one is tried: one that is too large costs all of its time."""

AGAIN = 2
"""So often a portion that got through before is tried again: one answer that is lost is only weather."""

CUT = ("unreadable-body", "bad-signature", "too-large")
"""What the office says to a body that arrived in part."""


class Portion(msgspec.Struct, frozen=True):
    """How much goes at once at present, and how many portions went well since one did not (at most CALM)."""

    limit: int
    calm: int = 0

    def failed(self, tried: int, least: int) -> "Portion":
        """After a portion of this size was not answered: the same again if such were before, else half."""
        if self.calm:
            return Portion(self.limit, min(self.calm, AGAIN) - 1)
        return Portion(max(least, min(self.limit, tried) // 2))

    def went(self, most: int) -> "Portion":
        """After one got through."""
        if self.limit >= most:
            return Portion(most, min(self.calm + 1, CALM))
        return (
            Portion(min(most, self.limit * 2))
            if self.calm + 1 >= CALM
            else Portion(self.limit, self.calm + 1)
        )


class Portions:
    """The portion of one kind of request, kept over restarts of the app."""

    def __init__(self, database: Database, name: str, *, least: int, most: int) -> None:
        """In bytes or rows, whatever is counted; the first portion is as large as may be."""
        self._db, self._name, self._least, self._most = database, name, least, most

    def limit(self, asked: int) -> int:
        """How much to send or ask for now, no more than `asked`."""
        return min(asked, self._now().limit)

    def carry(self, tried: int, request: Callable[[], T]) -> T:
        """Make a request of this size, and learn from what becomes of it. Raises what it raises."""
        try:
            answer = request()
        except NoAnswer:
            self._learn(self._now().failed(tried, self._least))
            raise
        except Refused as error:
            if error.code in CUT:
                self._learn(self._now().failed(tried, self._least))
            raise
        self._learn(self._now().went(self._most))
        return answer

    def _now(self) -> Portion:
        return self._db.state(self._name, Portion, Portion(self._most, CALM))

    def _learn(self, portion: Portion) -> None:
        if portion != self._now():
            self._db.remember(self._name, portion)
