"""Numbers for signed requests: a tablet that was set back, or that has a twin, is found out."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from field.tablet.database import Database
from field.tablet.door import Refused
from field.tablet.transport import NoAnswer

T = TypeVar("T")

TRIES_MAX = 5
_LAST = "requests"
_COPIED = "copied"


class Counter:
    """Numbers a tablet's signed requests; each number is on the disk before it is used."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @property
    def copied(self) -> bool:
        """Whether the office has heard later requests of this tablet than the tablet knows of."""
        return self._db.state(_COPIED, bool, False)

    def begin(self) -> None:
        """A new identity counts from 1 on."""
        self._db.remember(_LAST, 0)
        self._db.remember(_COPIED, False)

    def ask(self, send: Callable[[Mapping[str, int]], T]) -> T:
        """What is answered to a request that bears a number.

        Where the office has heard later ones, the request goes once more, above them, and says where the
        tablet had been. Raises what `send` does, and NoAnswer where that never ends.
        """
        behind: dict[str, int] = {}
        for _ in range(TRIES_MAX):
            number = self._db.state(_LAST, int, 0) + 1
            self._db.remember(_LAST, number)
            try:
                return send({"count": number, **behind})
            except Refused as error:
                if error.code != "count-behind" or error.count is None:
                    raise
                behind = {"behind": number}
                with self._db.transaction():
                    self._db.remember(_LAST, max(number, error.count))
                    self._db.remember(_COPIED, True)
        raise NoAnswer("the office goes on hearing later requests of this tablet")
