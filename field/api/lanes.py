"""Lanes: how much of one kind of work a process does at once, how much may wait, and whose turn is next.

Without them whoever asks most gets most: one tablet with a giant outbox, or a district in which everybody
comes home at five, would take every thread and every connection. In a lane the waiting take turns by who they
are, and nobody, and no district, has more than a share.
"""

import asyncio
import threading
from collections import Counter, deque

import msgspec

from field.problems import Problem

GROUP_SHARE = 0.75
"""How much of a lane one district may have, so that its locks do not take the place of all others."""


class Size(msgspec.Struct, frozen=True):
    """How much a lane takes; `each_...` of one who asks: at work, and at work or waiting."""

    at_once: int
    waiting_max: int
    each_at_once: int
    each_max: int


class _Waiter:
    def __init__(self, who: str, group: str) -> None:
        self.who = who
        self.group = group
        self.loop = asyncio.get_running_loop()
        self.turn: asyncio.Future[None] = self.loop.create_future()

    def call(self) -> None:
        if not self.turn.done():
            self.turn.set_result(None)


class Lane:
    """One kind of work. For any number of event loops; nothing here waits for a lock for long."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self._group_max = max(1, int(size.at_once * GROUP_SHARE))
        self._lock = threading.Lock()
        self._working: Counter[str] = Counter()
        self._groups: Counter[str] = Counter()
        # In the order of turns: whoever had one goes to the end.
        self._waiting: dict[str, deque[_Waiter]] = {}
        self._waiting_count = 0
        self._waiting_groups: Counter[str] = Counter()

    @property
    def working(self) -> int:
        """How many are at work."""
        return self._working.total()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._waiting_count

    @property
    def load(self) -> float:
        """How much is asked of it: 1.0 where it is full and nobody waits, more where they do."""
        return (self.working + self.waiting) / self.size.at_once

    async def enter(self, who: str, group: str = "") -> None:
        """Wait for a turn; `leave` must follow. `group` is a district, or nothing.

        Raises Problem asks-too-often where `who` has too much here already, and busy where too many wait.
        """
        with self._lock:
            here = self._working[who] + len(self._waiting.get(who, ()))
            if here >= self.size.each_max:
                raise Problem(
                    "asks-too-often",
                    f"{here} requests of yours are under way. Wait for their answers before you ask again.",
                )
            if self.working < self.size.at_once and self._may(who, group):
                self._begin(who, group)
                return
            if self._waiting_count >= self.size.waiting_max:
                raise Problem(
                    "busy", "Too many ask the office at this moment. Nothing is lost; it will be tried again."
                )
            waiter = _Waiter(who, group)
            self._waiting.setdefault(who, deque()).append(waiter)
            self._waiting_count += 1
            self._waiting_groups[group] += 1
        try:
            await waiter.turn
        except asyncio.CancelledError:
            self._give_up(waiter)
            raise

    def leave(self, who: str, group: str = "") -> None:
        """End what `enter` began, and let the next in."""
        with self._lock:
            self._end(who, group)
            called = self._next()
        for waiter in called:
            waiter.loop.call_soon_threadsafe(waiter.call)

    def _may(self, who: str, group: str) -> bool:
        if self._working[who] >= self.size.each_at_once:
            return False
        return not group or self._groups[group] < self._group_max

    def _begin(self, who: str, group: str) -> None:
        self._working[who] += 1
        if group:
            self._groups[group] += 1

    def _end(self, who: str, group: str) -> None:
        for counter, name in ((self._working, who), (self._groups, group)):
            counter[name] -= 1
            if counter[name] <= 0:
                del counter[name]

    def _next(self) -> list[_Waiter]:
        """Whoever's turn it is now, as far as there is room."""
        called: list[_Waiter] = []
        if not self._any_may():
            return called
        for who in list(self._waiting):
            if self.working >= self.size.at_once:
                break
            queue = self._waiting[who]
            if not self._may(who, queue[0].group):
                continue
            waiter = queue.popleft()
            self._forget(waiter)
            del self._waiting[who]
            if queue:
                self._waiting[who] = queue
            self._begin(who, waiter.group)
            called.append(waiter)
            if not self._any_may():
                break
        return called

    def _any_may(self) -> bool:
        """Whether a district that waits has room; where a thousand of one wait, none is looked at for it."""
        return any(not group or self._groups[group] < self._group_max for group in self._waiting_groups)

    def _forget(self, waiter: _Waiter) -> None:
        self._waiting_count -= 1
        self._waiting_groups[waiter.group] -= 1
        if not self._waiting_groups[waiter.group]:
            del self._waiting_groups[waiter.group]

    def _give_up(self, waiter: _Waiter) -> None:
        """Whoever waited went away, perhaps just as their turn came."""
        with self._lock:
            queue = self._waiting.get(waiter.who)
            if queue is not None and waiter in queue:
                queue.remove(waiter)
                self._forget(waiter)
                if not queue:
                    del self._waiting[waiter.who]
                return
        self.leave(waiter.who, waiter.group)
