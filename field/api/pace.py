"""How often something may be asked of one process: so that a public page cannot slow the office."""

import threading

from field.problems import Problem


class Pace:
    """So many a second, and so many at once after a rest. Safe to be used by several threads."""

    def __init__(self, per_s: float, at_once: int) -> None:
        self._per_s = per_s
        self._at_once = at_once
        self._left = float(at_once)
        self._seen_ms: int | None = None
        self._lock = threading.Lock()

    def take(self, now_ms: int) -> None:
        """Go ahead, or raise Problem too-many-tries."""
        with self._lock:
            passed_s = max(0, now_ms - (now_ms if self._seen_ms is None else self._seen_ms)) / 1000
            self._seen_ms = now_ms
            self._left = min(self._at_once, self._left + passed_s * self._per_s)
            if self._left >= 1:
                self._left -= 1
                return
        raise Problem(
            "too-many-tries", "Many are asking at the same time. Try again in a moment.", retry_after_s=2
        )
