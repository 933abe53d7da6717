"""What many who ask at once may take of one process: turns, bodies in memory, requests of one tablet.

docs/operating.md, "Many at once", says how to set it.
"""

import threading

import msgspec

from field.api.lanes import Lane, Size
from field.problems import Problem
from field.sync import pace

BURST_S = 30.0
"""So many seconds of its share a tablet that was quiet may ask for at once: a first sync has many pages."""

SMOOTH = 0.05
"""How much one request counts in the load that tablets are told of."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one process takes on. See `field.config.Settings`."""

    pushes: int = 16
    pulls: int = 8
    reads: int = 8
    exports: int = 2
    sign_ins: int = 2
    uploads: int = 400
    streams: int = 200
    waiting: int = 200
    body_bytes: int = 128_000_000
    device_requests_s: float = 20.0
    sync_every_s: float = 60.0


class Crowd:
    """The lanes of a process, and what is counted across them."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = chosen = limits or Limits()
        waiting = chosen.waiting

        def lane(at_once: int, each: int, each_max: int, waits: int = waiting) -> Lane:
            return Lane(Size(at_once, waits, min(each, at_once), each_max))

        self.lanes = {
            "push": lane(chosen.pushes, 2, 4),
            "pull": lane(chosen.pulls, 2, 4),
            "read": lane(chosen.reads, max(1, chosen.reads // 2), 32),
            "export": lane(chosen.exports, 1, 4),
            "sign-in": lane(chosen.sign_ins, chosen.sign_ins, waiting),
            # Their bytes are taken as they come, in few threads: here they are only counted.
            "upload": lane(chosen.uploads, chosen.uploads, chosen.uploads, 0),
        }
        self.streams = 0
        """Answers that are read piece by piece just now."""

        self.body_bytes = 0
        """Bytes of bodies in memory, of requests that are not answered yet."""

        self.districts: dict[str, str] = {}
        """The district of each tablet met so far."""

        self._buckets: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()
        self._load = 0.0

    @property
    def threads(self) -> int:
        """How many threads the lanes may want at once."""
        few = ("push", "pull", "read", "export", "sign-in")
        return sum(self.lanes[name].size.at_once for name in few)

    def hold(self, size: int) -> None:
        """Some more bytes of a body are in memory. Raises Problem busy where there is no room for them."""
        with self._lock:
            if self.body_bytes + size > self.limits.body_bytes:
                raise Problem(
                    "busy", "Too much comes in at this moment. Nothing is lost; it will be tried again."
                )
            self.body_bytes += size

    def let_go(self, size: int) -> None:
        """Those bytes are not in memory any more."""
        with self._lock:
            self.body_bytes -= size

    def charge(self, device: str, now_ms: int) -> None:
        """A tablet asked, which is known by its signature. `now_ms` is monotonic.

        Raises Problem asks-too-often for one that asks more than its share for long.
        """
        rate = self.limits.device_requests_s
        if rate <= 0:
            return
        with self._lock:
            left, then_ms = self._buckets.get(device, (rate * BURST_S, now_ms))
            left = min(left + (now_ms - then_ms) / 1000 * rate, rate * BURST_S)
            if left < 1:
                raise Problem(
                    "asks-too-often",
                    "This tablet asks too often. Its work is kept; it will be sent in a while.",
                    retry_after_s=max(1, round(BURST_S / 2)),
                )
            self._buckets[device] = (left - 1, now_ms)

    def next_sync_s(self, device: str, now_ms: int) -> int:
        """When a tablet shall ask again, as told in answers; later the more others ask."""
        load = max(self.lanes["push"].load, self.lanes["pull"].load)
        with self._lock:
            self._load += (load - self._load) * SMOOTH
            load = self._load
        return pace.next_sync_s(device, now_ms, load, self.limits.sync_every_s)
