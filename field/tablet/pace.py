"""When this tablet asks again: as the office wishes, and more patiently after each failure."""

import msgspec

from field.sync import pace
from field.tablet.told import Synced

EVERY_S = 60.0
"""How often a tablet asks an office that does not say."""


class Pace:
    """Keeps what the office said last, and how many syncs in a row did not get through."""

    def __init__(self) -> None:
        self._next_sync_s: int | None = None
        self._last = Synced(True)
        self.failures = 0

    def hear(self, next_sync_s: int | None) -> None:
        """An answer of the office says when to ask again; one of an earlier version says nothing."""
        self._next_sync_s = next_sync_s

    def after(self, synced: Synced) -> Synced:
        """A sync ended so; the same, with what the office said."""
        self.failures = self.failures + 1 if synced.problem is not None else 0
        self._last = msgspec.structs.replace(synced, next_sync_s=self._next_sync_s)
        return self._last

    def wait_s(self, chance: float) -> float:
        """How long to wait before the next sync, in seconds; `chance` from 0 to 1 spreads a fleet."""
        last = self._last
        return pace.wait_s(last.next_sync_s, last.retry_after_s, self.failures, chance, EVERY_S)
