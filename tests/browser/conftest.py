"""What browser tests may ask for: an office, tablets on ways that break, the office's windows."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

import hatch_build
from field.sim.day_start import Account
from tests.browser import office as offices
from tests.browser.browsers import Mishaps, TabletBrowser, Tablets, Windows, launching, office_page
from tests.browser.cutting_proxy import in_front_of
from tests.browser.office import Office

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def pages() -> None:
    """The pages as their sources are now."""
    hatch_build.build(ROOT)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Account]]:
    """A data folder with districts, a register and accounts, of which each test gets a copy."""
    data = tmp_path_factory.mktemp("office") / "data"
    return data, offices.prepare(data)


@pytest.fixture
def office(pages: None, prepared: tuple[Path, dict[str, Account]], tmp_path: Path) -> Iterator[Office]:
    """A running office of this test alone, with the day's visits assigned."""
    data = shutil.copytree(prepared[0], tmp_path / "data")
    with offices.running(data, prepared[1]) as office:
        office.assign()
        yield office


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """What drives the browsers: an event loop of its own in this thread, which must not outlive them."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The browser of the office's windows."""
    browser = playwright.chromium.launch(**launching())
    yield browser
    browser.close()


@pytest.fixture
def mishaps() -> Iterator[Mishaps]:
    """What pages complain of during the test; there must be nothing."""
    mishaps = Mishaps()
    yield mishaps
    assert mishaps.found == []


@pytest.fixture
def tablets(playwright: Playwright, office: Office, mishaps: Mishaps, tmp_path: Path) -> Iterator[Tablets]:
    """Makes a tablet by its name; each has a disk and a way to the office of its own."""
    with ExitStack() as used:

        def make(name: str) -> TabletBrowser:
            proxy = used.enter_context(in_front_of(office.port))
            tablet = TabletBrowser(playwright, tmp_path / name, proxy, mishaps)
            used.callback(tablet.close)
            return tablet

        yield make


@pytest.fixture
def windows(browser: Browser, office: Office, mishaps: Mishaps) -> Iterator[Windows]:
    """Opens a window of the office's page in a language."""
    opened: list[Page] = []

    def open_one(language: str) -> Page:
        page = office_page(browser, mishaps, f"{office.address}/console/?lang={language}")
        opened.append(page)
        return page

    yield open_one
    for page in opened:
        page.context.close()
