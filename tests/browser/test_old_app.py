"""An app that the office does not take, in a real browser: it says so, keeps the work, and sends it later."""

import pytest
from playwright.sync_api import Route, expect

from field.sync.upcasting import SCHEMA
from tests.browser.axe import Axe
from tests.browser.browsers import Tablets
from tests.browser.office import PASSWORD, Office
from tests.browser.tablet_page import TabletPage


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize(("version", "told"), [(SCHEMA - 1, "app-too-old"), (SCHEMA + 1, "app-too-new")])
def test_a_tablet_whose_app_is_not_taken_says_so_and_sends_its_work_later(
    language: str, version: int, told: str, office: Office, tablets: Tablets
) -> None:
    def as_other_version(route: Route) -> None:
        route.continue_(headers={**route.request.headers, "field-schema": str(version)})

    axe = Axe()
    page = TabletPage(tablets("tablet").start(f"/tablet/?lang={language}"))
    page.enrol(office.desk("supervisor").code(), "Tablet A")
    page.sign_in("inspector-1", PASSWORD)
    page.page.context.route("**/api/sync/**", as_other_version)
    page.open_visit(page.visits()[0])
    page.start_visit()
    page.by("q-men").fill("3")
    page.kept()
    page.open_arrivals()
    page.by("sync-now").click()
    expect(page.by(told)).to_be_visible()
    axe.look(page.page, f"{told}, {language}")
    page.page.context.unroute("**/api/sync/**", as_other_version)
    page.sync()
    expect(page.by(told)).to_have_count(0)
    axe.nothing_wrong()
