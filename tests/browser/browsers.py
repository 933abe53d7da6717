"""Browsers as the story uses them: a tablet's, which can be killed and started again, and the office's."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.browser import chromium
from tests.browser.cutting_proxy import CuttingProxy

ARGUMENTS = (
    "--disable-gpu",
    # Letters without coloured edges: the same on every machine.
    "--disable-lcd-text",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
LANDSCAPE, PORTRAIT = (1280, 800), (800, 1280)
LAPTOP, SMALL_LAPTOP = (1440, 900), (1024, 768)
KORANGI = {"latitude": 24.8312, "longitude": 67.1263, "accuracy": 12}
GONE_WITHIN_S = 10


def launching() -> dict[str, Any]:
    """How every browser here is started. Without a sandbox, which root has none of."""
    program = chromium.program()
    named = {} if program is None else {"executable_path": program}
    return {**named, "args": list(ARGUMENTS), "chromium_sandbox": False}


def looking(size: tuple[int, int]) -> dict[str, Any]:
    """How every page here is looked at."""
    return {
        "viewport": {"width": size[0], "height": size[1]},
        "locale": "en-GB",
        "timezone_id": "Asia/Karachi",
        "reduced_motion": "reduce",
    }


class Mishaps:
    """What pages complained of: errors that nobody caught, and what their policy forbade."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        """Listen to a browser's pages."""
        context.on("weberror", lambda error: self.found.append(str(error.error)))
        context.on("console", lambda said: self._said(said.text))

    def _said(self, text: str) -> None:
        if "Content Security Policy" in text or "Refused to" in text:
            self.found.append(text)


class TabletBrowser:
    """One tablet: a browser with a disk of its own, reaching the office through a proxy of its own."""

    def __init__(self, playwright: Playwright, folder: Path, proxy: CuttingProxy, mishaps: Mishaps) -> None:
        self._playwright = playwright
        self._folder = folder
        self.proxy = proxy
        self._mishaps = mishaps
        self._context: BrowserContext | None = None
        self._offline = False

    @property
    def context(self) -> BrowserContext:
        """The running browser."""
        assert self._context is not None, "the tablet's browser is not running"
        return self._context

    def start(self, path: str, size: tuple[int, int] = LANDSCAPE) -> Page:
        """Start the browser with what is on its disk, and open a page of the office."""
        context = self._playwright.chromium.launch_persistent_context(
            self._folder,
            **launching(),
            **looking(size),
            has_touch=True,
            permissions=["geolocation"],
            geolocation=KORANGI,
        )
        self._context = context
        self._mishaps.watch(context)
        context.set_offline(self._offline)
        page = context.pages[0]
        page.goto(f"{self.proxy.address}{path}")
        return page

    def go_offline(self) -> None:
        """Where there is no signal: the browser knows that it is offline, and nothing would get through."""
        self._offline = True
        self.proxy.refuse()
        self.context.set_offline(True)

    def come_back(self) -> None:
        """The signal is there again."""
        self._offline = False
        self.proxy.let_through()
        self.context.set_offline(False)

    def kill(self) -> None:
        """End the browser as a system does that runs out of memory: at once, with no word to the page."""
        # Chromium's own note of who uses its folder: HOST-PID.
        pid = int((self._folder / "SingletonLock").readlink().name.rpartition("-")[2])
        os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + GONE_WITHIN_S
        while _lives(pid):
            assert time.monotonic() < end, "the browser did not end"
            # Playwright collects the ended process while it waits.
            self.context.pages and _idle(self.context)
        self.close()

    def close(self) -> None:
        """End the browser as a person does."""
        if self._context is not None:
            with suppress(Exception):
                self._context.close()
        self._context = None


def _idle(context: BrowserContext) -> None:
    with suppress(Exception):
        context.pages[0].wait_for_timeout(20)
    time.sleep(0.02)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def office_page(browser: Browser, mishaps: Mishaps, address: str, size: tuple[int, int] = LAPTOP) -> Page:
    """A window of the office's page in which nobody is signed in yet."""
    context = browser.new_context(**looking(size))
    mishaps.watch(context)
    page = context.new_page()
    page.goto(address)
    return page


Tablets = Callable[[str], TabletBrowser]
"""Makes a tablet by its name."""

Windows = Callable[[str], Page]
"""Opens a window of the office in a language."""
