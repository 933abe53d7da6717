"""Making the next portion of a long job while the one before is written: two cores and a disk at once."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")

AHEAD = 2
"""So many portions are made before they are asked for: they wait while a long write goes on."""


def ahead(items: Iterator[_T]) -> Iterator[_T]:
    """The same items in the same order; those that come next are being made in a thread meanwhile.

    At most AHEAD of them wait, so memory stays flat. What making one raises is raised in its place. Whoever
    stops asking waits for the one under way.
    """
    end = object()
    with ThreadPoolExecutor(1, "ahead") as maker:
        coming: deque[Future[_T | object]] = deque(maker.submit(next, items, end) for _ in range(AHEAD))
        while (item := coming.popleft().result()) is not end:
            coming.append(maker.submit(next, items, end))
            yield item  # type: ignore[misc]  # not the end, so one of the items
