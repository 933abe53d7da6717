"""How pushes come to the store: on SQLite by one thread, together; on PostgreSQL each by a thread of its own.

SQLite has one writer. Where several threads read pushes and wait for it in turn, they take Python's lock and
the processor's caches from each other: one thread that does all of it needs a fifth less of the processor,
and what came in meanwhile waits for the disk once.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Generic, TypeVar

import anyio.to_thread

Asked = TypeVar("Asked")
Told = TypeVar("Told")

AT_ONCE = 16
STOP_S = 10.0


class _Job(Generic[Asked, Told]):
    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.loop = asyncio.get_running_loop()
        self.told: asyncio.Future[Told] = self.loop.create_future()

    def tell(self, outcome: Told | Exception) -> None:
        """In the loop's own thread. Whoever asked may have hung up: what landed has landed."""
        if self.told.done():
            return
        if isinstance(outcome, Exception):
            self.told.set_exception(outcome)
        else:
            self.told.set_result(outcome)


class Landing(Generic[Asked, Told]):
    """Carries requests to `work`, which gets some of them and returns an outcome or an error for each."""

    def __init__(self, work: Callable[[Sequence[Asked]], Sequence[Told | Exception]]) -> None:
        self._work = work
        self._waiting: queue.SimpleQueue[_Job[Asked, Told] | None] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    async def ask(self, asked: Asked, *, together: bool) -> Told:
        """The outcome for one request, alone or with others. Raises the error that it met with."""
        if not together:
            return await anyio.to_thread.run_sync(self._alone, asked)
        self._start()
        job: _Job[Asked, Told] = _Job(asked)
        self._waiting.put(job)
        return await job.told

    def _alone(self, asked: Asked) -> Told:
        [outcome] = self._work([asked])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="field-landing", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End after what was asked so far."""
        with self._starting:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join(STOP_S)

    def _run(self) -> None:
        going_on = True
        while going_on:
            taken = [self._waiting.get()]
            while len(taken) < AT_ONCE and not self._waiting.empty():
                taken.append(self._waiting.get())
            jobs = [job for job in taken if job is not None]
            going_on = len(jobs) == len(taken)
            if jobs:
                self._do(jobs)

    def _do(self, jobs: Sequence[_Job[Asked, Told]]) -> None:
        outcomes: Sequence[Told | Exception]
        try:
            outcomes = self._work([job.asked for job in jobs])
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, and the thread goes on
            outcomes = [error for _ in jobs]
        told: dict[asyncio.AbstractEventLoop, list[Callable[[], None]]] = {}
        for job, outcome in zip(jobs, outcomes, strict=True):
            told.setdefault(job.loop, []).append(partial(job.tell, outcome))
        for loop, calls in told.items():
            # To wake a loop costs a call of the system: once for all.
            loop.call_soon_threadsafe(_each, calls)


def _each(calls: Sequence[Callable[[], None]]) -> None:
    for call in calls:
        call()
