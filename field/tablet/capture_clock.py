"""When something was captured: the last server time received, and the monotonic time since.

The tablet's wall clock may be wrong by a year and is set by whoever holds the tablet, so it is never relied
on. After a reboot the monotonic clock begins anew: then the elapsed time last written down goes on, which is
at least what is known (docs/protocol.md, "Capture time").
"""

import msgspec

from field.clock import Clock


class Elapsed(msgspec.Struct, frozen=True):
    """What is written down of the time.

    `elapsed_ms` had passed since `anchor` arrived when the monotonic clock of the run `boot` showed `at_ms`.
    """

    anchor: str | None = None
    boot: str = ""
    elapsed_ms: int = 0
    at_ms: int = 0


class CaptureClock:
    """Tells the anchor and the time since it, over any number of reboots."""

    def __init__(self, clock: Clock, boot: str, kept: Elapsed) -> None:
        """`kept` is what was written down last; `boot` the identity of this run of the monotonic clock."""
        self._clock = clock
        self.boot = boot
        now_ms = clock.monotonic_ms()
        same = kept.boot == boot and kept.at_ms <= now_ms
        self._anchor = kept.anchor
        self._elapsed_ms = kept.elapsed_ms
        self._since_ms = kept.at_ms if same else now_ms

    def receive(self, anchor: str) -> None:
        """A server time arrived just now."""
        self._anchor, self._elapsed_ms, self._since_ms = anchor, 0, self._clock.monotonic_ms()

    def now(self) -> Elapsed:
        """The time as it is captured, to be written down as well."""
        at_ms = self._clock.monotonic_ms()
        return Elapsed(self._anchor, self.boot, self._elapsed_ms + at_ms - self._since_ms, at_ms)
