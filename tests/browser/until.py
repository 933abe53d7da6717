"""Waiting for what a page will show: a reading taken once is a race against the page."""

import time
from collections.abc import Callable
from typing import TypeVar

from playwright.sync_api import Page

PATIENCE_S = 15

T = TypeVar("T")


def until(page: Page, read: Callable[[], T], wanted: Callable[[T], bool]) -> T:
    """Read again and again until it is as wanted, at most for `PATIENCE_S`; the last reading, good or bad."""
    end = time.monotonic() + PATIENCE_S
    while not wanted(found := read()) and time.monotonic() < end:
        page.wait_for_timeout(50)
    return found


def becomes(page: Page, read: Callable[[], T], wanted: T) -> None:
    """What is read becomes `wanted`. Raises AssertionError with both where it does not in time."""
    found = until(page, read, lambda each: each == wanted)
    assert found == wanted
