"""How pushes come to the store: on SQLite by one thread, together; on PostgreSQL each by a thread of its own.

SQLite has one writer. Where several threads read pushes and wait for it in turn, they take Python's lock and
the processor's caches from each other: one thread that does all of it needs a fifth less of the processor,
and what came in meanwhile waits for the disk once. Of large ones no more than one is taken at a time,
after the small: a tablet with a giant outbox keeps nobody waiting for more than one push of it.
"""

import asyncio
import threading
from collections import deque
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
        self._small: deque[_Job[Asked, Told]] = deque()
        self._large: deque[_Job[Asked, Told]] = deque()
        self._come = threading.Condition()
        self._stopping = False
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    async def ask(self, asked: Asked, *, together: bool, large: bool = False) -> Told:
        """The outcome for one request, alone or with others. Raises the error that it met with."""
        if not together:
            return await anyio.to_thread.run_sync(self._alone, asked)
        self._start()
        job: _Job[Asked, Told] = _Job(asked)
        with self._come:
            (self._large if large else self._small).append(job)
            self._come.notify()
        return await job.told

    def _alone(self, asked: Asked) -> Told:
        [outcome] = self._work([asked])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._stopping = False
                self._thread = threading.Thread(target=self._run, name="field-landing", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End after what was asked so far."""
        with self._starting:
            thread, self._thread = self._thread, None
        if thread is not None:
            with self._come:
                self._stopping = True
                self._come.notify()
            thread.join(STOP_S)

    def _run(self) -> None:
        while jobs := self._take():
            self._do(jobs)

    def _take(self) -> list[_Job[Asked, Told]]:
        """The next to be carried together; none once it is to end and nothing waits."""
        with self._come:
            while not (self._small or self._large or self._stopping):
                self._come.wait()
            jobs = [self._small.popleft() for _ in range(min(len(self._small), AT_ONCE))]
            if self._large:
                jobs.append(self._large.popleft())
            return jobs

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
