"""Time in the simulator: one true time, which the server has, and each tablet's own wrong idea of it.

A tablet's wall clock is off by hours, some by a year, and may be set back while its holder works. Its
monotonic clock is right, and begins anew when it reboots.
"""

import random

from field.clock import SeededClock

START_MS = 1_767_225_600_000
HOUR_MS = 3_600_000
YEAR_MS = 365 * 24 * HOUR_MS


class TrueClock(SeededClock):
    """The true time, from the beginning of 2026 on; the server's clock. Chance comes from the seed."""

    def __init__(self, seed: int | str) -> None:
        super().__init__(f"server {seed}", START_MS)


class TabletClock:
    """A tablet's time and chance: the wall clock is off, the monotonic one counts from the last boot."""

    def __init__(self, true: SeededClock, seed: str) -> None:
        self._true = true
        self._chance = random.Random(seed)
        self._ids = SeededClock(seed, START_MS)
        self._skew_ms = self._chance.choice((0, 40_000, -3 * HOUR_MS, 5 * HOUR_MS, -YEAR_MS, YEAR_MS))
        self.boots = 0
        self.reboot()

    def now_ms(self) -> int:
        """What the tablet's screen shows: wrong."""
        return self._true.now_ms() + self._skew_ms

    def monotonic_ms(self) -> int:
        """Milliseconds since the last boot: right."""
        return self._true.now_ms() - self._booted_ms

    def token(self, size: int) -> bytes:
        """`size` bytes from the seed."""
        return self._chance.randbytes(size)

    def uuid7(self) -> str:
        """A new id; its time is as wrong as the wall clock."""
        self._ids.advance(max(self.now_ms(), 0) - self._ids.now_ms())
        return self._ids.uuid7()

    @property
    def boot(self) -> str:
        """The identity of this run of the monotonic clock."""
        return f"boot-{self.boots}"

    def reboot(self) -> None:
        """The tablet is switched off and on again."""
        self.boots += 1
        self._booted_ms = self._true.now_ms() - self._chance.randrange(20_000)

    def set_wall(self) -> None:
        """Somebody sets the wall clock."""
        self._skew_ms = self._chance.choice((0, -2 * HOUR_MS, -26 * HOUR_MS, -YEAR_MS))
