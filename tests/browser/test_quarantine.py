"""A supervisor at the desk: what was held back is read beside what is there, released, and taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient
from playwright.sync_api import expect

from field.app import open_context
from field.clock import SystemClock
from field.config import Settings
from field.store import devices
from tests.browser.axe import Axe
from tests.browser.browsers import Windows
from tests.browser.console_page import ConsolePage
from tests.browser.office import HERE, PASSWORD, Office
from tests.helpers import World

WAGE = {"month": "2026-01", "wage_rs": 22_000, "registered": True}


@pytest.fixture
def entry(office: Office) -> Iterator[str]:
    """A report of two wage lines from a tablet that was revoked before it handed them in."""
    settings = Settings(data=office.data, database_url=f"sqlite:///{office.data / 'field.db'}")
    world = World(open_context(settings, SystemClock()), SystemClock())  # type: ignore[arg-type]
    try:
        with TestClient(world.app()) as client:
            visits = office.desk("supervisor").get("/api/visits")
            inspector = office.accounts["inspector-1"].id
            visit = next(each["id"] for each in visits if each["inspector"] == inspector)
            tablet = world.tablet(inspector, HERE)
            tablet.report(visit, [WAGE, {**WAGE, "wage_rs": 25_000}], months_checked=["2026-01"])
            with world.store.write() as tx:
                devices.revoke(tx, tablet.id, world.clock.now_ms())
            tablet.push(client)
        yield f"{tablet.id}:1"
    finally:
        world.store.close()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_supervisor_releases_what_was_held_and_takes_it_back(
    language: str, office: Office, windows: Windows, entry: str, tmp_path: Path
) -> None:
    axe = Axe()
    supervisor = ConsolePage(windows(language))
    page = supervisor.page
    supervisor.sign_in("supervisor", PASSWORD)
    page.goto(f"{office.address}/console/quarantine/{entry}?lang={language}")
    opened = supervisor.by("held-opened")
    expect(opened).to_have_attribute("data-verdict", "")
    expect(supervisor.by("held-row")).to_have_count(3)
    expect(supervisor.by("narrowing")).to_have_count(1)
    axe.look(page, "console: quarantine, opened")
    page.screenshot(path=str(tmp_path / f"opened-{language}.png"))
    supervisor.by("release").click()
    expect(opened).to_have_attribute("data-verdict", "")
    supervisor.by("reason").fill("The tablet was handed in at the office.")
    supervisor.by("release").click()
    expect(supervisor.by("held-row")).to_have_count(0)
    # Nothing is left to tell apart, so no narrowing is offered that would open empty.
    expect(supervisor.by("narrowing")).to_have_count(0)
    page.goto(f"{office.address}/console/quarantine/{entry}?status=released&lang={language}")
    expect(opened).to_have_attribute("data-verdict", "released")
    supervisor.by("reason").fill("It was another unit.")
    supervisor.by("undo").click()
    expect(opened).to_have_attribute("data-verdict", "undone")
    page.set_viewport_size({"width": 1024, "height": 768})
    axe.look(page, "console: quarantine, taken back")
    page.screenshot(path=str(tmp_path / f"undone-{language}.png"))
    axe.nothing_wrong()
