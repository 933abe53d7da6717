"""The one place that asks the time or draws a random number.

Everything else is given a `Clock`. The server's is `SystemClock`; a test and the simulator give a
`SeededClock`, whose seed and moments replay any failure. Times are UTC, in milliseconds since 1970.
"""

import os
import random
import threading
import time
from collections.abc import Callable
from typing import Protocol

_COUNTER_MAX = 0xFFF
# A millisecond's first id takes a random place in the counter's lower quarter, which leaves room for at least
# 3,072 more in the same millisecond (RFC 9562, section 6.2, method 1).
_COUNTER_START_MASK = 0x3FF
_RANDOM_BYTES = 8
_POOL_BYTES = 4096


class Clock(Protocol):
    """Time and chance, handed to whoever needs them."""

    def now_ms(self) -> int:
        """UTC, in milliseconds since 1970-01-01. It may go back when a machine's clock is put right."""

    def monotonic_ms(self) -> int:
        """Milliseconds from an arbitrary start, never going back: to measure how long something took."""

    def token(self, size: int) -> bytes:
        """`size` random bytes; from a `SystemClock`, fit for secrets."""

    def uuid7(self) -> str:
        """A new id (RFC 9562, version 7), 36 characters, greater than every earlier one of this clock."""


class _Uuid7:
    """Ids in ascending order, also when many are drawn in one millisecond or the clock goes back."""

    def __init__(self, random_bits: Callable[[], int]) -> None:
        self._random_bits = random_bits
        self._lock = threading.Lock()
        self._last_ms = -1
        self._counter = 0

    def next(self, now_ms: int) -> str:
        with self._lock:
            bits = self._random_bits()
            if now_ms > self._last_ms:
                self._last_ms = now_ms
                self._counter = (bits >> 62) & _COUNTER_START_MASK
            elif self._counter < _COUNTER_MAX:
                self._counter += 1
            else:
                # More than fit into this millisecond: borrow from the next one rather than wait for it.
                self._last_ms += 1
                self._counter = 0
            ms, counter = self._last_ms, self._counter
        variant = 0x8000 | (bits >> 48) & 0x3FFF
        return f"{ms >> 16:08x}-{ms & 0xFFFF:04x}-7{counter:03x}-{variant:04x}-{bits & 0xFFFFFFFFFFFF:012x}"


class _Pool:
    """Random bits from the operating system, asked for by the page: a system call for each id costs more."""

    def __init__(self) -> None:
        self._page = b""
        self._at = 0
        # A forked child that kept its parent's page would draw its parent's numbers.
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        self._page = b""
        self._at = 0

    def bits(self) -> int:
        """72 random bits. Not for two threads at once: `_Uuid7` holds its lock."""
        end = self._at + _RANDOM_BYTES + 1
        if end > len(self._page):
            self._page = os.urandom(_POOL_BYTES)
            end = _RANDOM_BYTES + 1
        self._at = end
        return int.from_bytes(self._page[end - _RANDOM_BYTES - 1 : end], "big")


class SystemClock:
    """The machine's clock and the operating system's randomness. Safe for any number of threads."""

    def __init__(self) -> None:
        self._ids = _Uuid7(_Pool().bits)

    def now_ms(self) -> int:
        """UTC, in milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    def monotonic_ms(self) -> int:
        """Milliseconds from an arbitrary start, never going back."""
        return time.monotonic_ns() // 1_000_000

    def token(self, size: int) -> bytes:
        """`size` random bytes, fit for secrets."""
        return os.urandom(size)

    def uuid7(self) -> str:
        """A new id, greater than every earlier one of this clock."""
        return self._ids.next(time.time_ns() // 1_000_000)


class SeededClock:
    """Time that stands still until it is told to go on, and chance that a seed repeats. Not for secrets."""

    def __init__(self, seed: int | str, start_ms: int = 1_767_225_600_000) -> None:
        """Start at `start_ms`; without it, at the beginning of 2026."""
        self._random = random.Random(seed)
        self._start_ms = start_ms
        self._now_ms = start_ms
        self._ids = _Uuid7(lambda: self._random.getrandbits(72))

    def advance(self, ms: int) -> None:
        """Let `ms` milliseconds pass. A negative number puts the clock back, as a person may do.

        Putting it back is seen by `now_ms` only: `monotonic_ms` stands still meanwhile.
        """
        self._now_ms += ms
        self._start_ms += min(ms, 0)

    def now_ms(self) -> int:
        """The moment reached by `advance`."""
        return self._now_ms

    def monotonic_ms(self) -> int:
        """How many milliseconds have passed since the start."""
        return self._now_ms - self._start_ms

    def token(self, size: int) -> bytes:
        """`size` bytes from the seed."""
        return self._random.randbytes(size)

    def uuid7(self) -> str:
        """A new id from the seed, greater than every earlier one of this clock."""
        return self._ids.next(self._now_ms)
