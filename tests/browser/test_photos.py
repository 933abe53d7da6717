"""Photos at the supervisor's desk: shown by their copies, and said in words where one could not be opened."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient
from playwright.sync_api import expect

from field.app import open_context
from field.clock import SystemClock
from field.config import Settings
from tests.api.test_uploads import Camera
from tests.browser import held
from tests.browser.axe import Axe
from tests.browser.browsers import Tablets, Windows
from tests.browser.console_page import ConsolePage
from tests.browser.office import HERE, PASSWORD, Office
from tests.browser.tablet_page import TabletPage
from tests.browser.typed import ON_A
from tests.browser.until import becomes
from tests.helpers import World
from tests.pictures import DATE_TIME, ORIENTATION, SVG, exif, moving, saved, scene

TAGS = {ORIENTATION: 6, DATE_TIME: "2026:03:01 10:11:12"}


@pytest.fixture
def report(office: Office) -> Iterator[tuple[str, str]]:
    """A visit whose report has four photos: upright by its tags alone, HEIC, cut off, and no picture."""
    settings = Settings(data=office.data, database_url=f"sqlite:///{office.data / 'field.db'}")
    world = World(open_context(settings, SystemClock()), SystemClock())  # type: ignore[arg-type]
    try:
        with TestClient(world.app()) as client:
            visits = office.desk("supervisor").get("/api/visits")
            inspector = office.accounts["inspector-1"].id
            visit = next(each["id"] for each in visits if each["inspector"] == inspector)
            tablet = world.tablet(inspector, HERE)
            made, _ = tablet.report(visit, [])
            tablet.push(client)
            whole = saved(scene((2000, 1500), seed=2))
            photos = [
                saved(scene((2000, 1500)), exif=exif(main=TAGS)),
                saved(scene((1200, 900), seed=1), "HEIF"),
                whole[: len(whole) * 9 // 10],
                SVG,
            ]
            for photo in photos:
                Camera(client, tablet, made, photo).begin(photo)
        yield visit, made
    finally:
        world.store.close()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_supervisor_sees_photos_upright_and_hears_which_could_not_be_opened(
    language: str, office: Office, windows: Windows, report: tuple[str, str], tmp_path: Path
) -> None:
    axe = Axe()
    supervisor = ConsolePage(windows(language))
    page = supervisor.page
    supervisor.sign_in("supervisor", PASSWORD)
    opened = f"/api/reports/{report[1]}"
    asked = office.desk("supervisor")
    states = ["ok", "ok", "quarantined", "quarantined"]
    becomes(page, lambda: [each["opened"]["state"] for each in asked.get(opened)["photos"]], states)

    page.goto(f"{office.address}/console/today?visit={report[0]}&report={report[1]}&lang={language}")
    shown = supervisor.by("photo-shown")
    expect(shown).to_have_count(4)
    for at, state in enumerate(states):
        expect(shown.nth(at)).to_have_attribute("data-opened", state)
    for at in (0, 1):
        expect(shown.nth(at).locator("img")).to_be_visible()
    for at in (2, 3):
        expect(shown.nth(at).locator("img")).to_have_count(0)
        expect(shown.nth(at).locator(".pictures__none--warn")).to_be_visible()
    shown.nth(0).scroll_into_view_if_needed()
    axe.look(page, "console: photos of a report")
    page.screenshot(path=str(tmp_path / f"photos-{language}.png"))

    # Pressed, it is as large as the screen takes: upright, from the copy that was made for it.
    first = shown.nth(0).locator("img")
    small = first.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert small == [240, 320]
    first.click()
    becomes(page, lambda: first.evaluate("image => [image.naturalWidth, image.naturalHeight]"), [1200, 1600])
    page.screenshot(path=str(tmp_path / f"large-{language}.png"))

    # The original comes as a file, byte for byte.
    with page.expect_download() as download:
        shown.nth(3).get_by_test_id("original").click()
    assert Path(download.value.path()).read_bytes() == SVG

    supervisor.open_room("quarantine")
    page.goto(f"{office.address}/console/quarantine?status=photos&lang={language}")
    quarantined = supervisor.by("photo-held")
    expect(quarantined).to_have_count(2)
    quarantined.first.get_by_role("link").click()
    expect(page.locator(".pane h2")).to_be_visible()
    axe.look(page, "console: photos in quarantine")
    page.screenshot(path=str(tmp_path / f"quarantine-{language}.png"))
    axe.nothing_wrong()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_an_inspector_hears_that_a_picture_which_arrived_cannot_be_opened(
    language: str, office: Office, tablets: Tablets, tmp_path: Path
) -> None:
    """The camera was set to take moving pictures: the browser shows them, and they are no evidence."""
    page = TabletPage(tablets("a").start(f"/tablet/?lang={language}"))
    page.enrol(office.desk("supervisor").code(), "Tablet A")
    page.sign_in("inspector-1", PASSWORD)
    page.counts(office=0, here=0, need=0)
    visit = page.visits()[0]
    page.open_visit(visit)
    page.start_visit()
    page.answer(ON_A)
    page.open_tab("photos")
    page.add_photo({"name": "page.webp", "mimeType": "image/webp", "buffer": moving()})
    page.open_tab("finish")
    page.finish()
    page.open_arrivals()
    page.sync()

    def reasons() -> list[str]:
        return [each["reason"] for each in office.desk("supervisor").get("/api/quarantine/photos")]

    becomes(page.page, reasons, ["moving"])
    page.sync()
    expect(page.by("photo-unopened")).to_have_attribute("data-reason", "moving")
    expect(page.by("photos-here")).to_have_count(0)
    axe = Axe()
    axe.look(page.page, "tablet: a picture that could not be opened")
    axe.nothing_wrong()
    page.page.screenshot(path=str(tmp_path / f"unopened-{language}.png"))


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_picture_that_the_office_keeps_leaves_a_small_copy_on_the_tablet(
    language: str, office: Office, tablets: Tablets, tmp_path: Path
) -> None:
    page = TabletPage(tablets("a").start(f"/tablet/?lang={language}"))
    page.enrol(office.desk("supervisor").code(), "Tablet A")
    page.sign_in("inspector-1", PASSWORD)
    visit = page.visits()[0]
    page.open_visit(visit)
    page.start_visit()
    page.answer(ON_A)
    page.open_tab("photos")
    page.add_photo({"name": "page.jpg", "mimeType": "image/jpeg", "buffer": saved(scene((2000, 1500)))})
    page.open_tab("finish")
    page.finish()
    page.open_arrivals()
    page.sync()
    desk = office.desk("supervisor")
    made = held.of_visit(office, visit)["report"][0].id

    def states() -> list[str]:
        opened = [each["opened"] for each in desk.get(f"/api/reports/{made}")["photos"]]
        return [each["state"] for each in opened if each]

    becomes(page.page, states, ["ok"])
    page.sync()
    page.page.evaluate("() => { location.hash = '#/photos'; }")
    expect(page.by("photo-freed")).to_have_count(1)
    shown = page.page.locator(".picture__image")
    sides = "image => [image.naturalWidth, image.naturalHeight]"
    becomes(page.page, lambda: shown.evaluate(sides), [480, 360])
    axe = Axe()
    axe.look(page.page, "tablet: a picture that the office keeps")
    axe.nothing_wrong()
    page.page.screenshot(path=str(tmp_path / f"freed-{language}.png"))
    page.page.evaluate(f"() => {{ location.hash = '#/visit/{visit}'; }}")
    becomes(page.page, lambda: shown.evaluate(sides), [480, 360])
