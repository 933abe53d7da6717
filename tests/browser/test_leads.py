"""A lead in real browsers: entered without a network, handed over at the office, followed on the tablet."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import Axe
from tests.browser.browsers import Tablets, Windows
from tests.browser.console_page import ConsolePage
from tests.browser.office import HERE, PASSWORD, Office
from tests.browser.tablet_page import TabletPage

NAME, ADDRESS = "Bangle makers, lane 4", "House 12, lane 4, Sector 16"


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_lead_is_entered_offline_handed_over_and_followed_to_the_card(
    language: str, office: Office, tablets: Tablets, windows: Windows
) -> None:
    axe = Axe()
    supervisor = ConsolePage(windows(language))
    supervisor.sign_in("supervisor", PASSWORD)
    supervisor.open_room("leads")
    supervisor.settled()
    expect(supervisor.by("lead-row")).to_have_count(0)
    axe.look(supervisor.page, "console: no leads")

    tablet = tablets("a")
    page = TabletPage(tablet.start(f"/tablet/?lang={language}"))
    page.enrol(office.desk("supervisor").code(), "Tablet A")
    page.sign_in("inspector-1", PASSWORD)
    page.counts(office=0, here=0, need=0)
    tablet.go_offline()
    page.by("new-lead").click()
    page.by("lead-what-home_based").click()
    page.by("lead-name").fill(NAME)
    page.by("lead-address").fill(ADDRESS)
    page.by("lead-workers").fill("۶")
    page.by("q-place").click()
    page.by("q-place-taken").wait_for()
    page.by("lead-remarks").fill("Ask 42101-1234567-1")
    expect(page.by("lead-save")).to_have_attribute("aria-disabled", "true")
    axe.look(page.page, "tablet: a CNIC in a lead")
    page.kept()

    # The browser is killed over the draft; nothing of it is lost, and what may not travel is taken out.
    tablet.kill()
    page = TabletPage(tablet.start(f"/tablet/?lang={language}"))
    page.by("new-lead").click()
    expect(page.by("lead-name")).to_have_value(NAME)
    expect(page.by("lead-workers")).to_have_value("6")
    page.by("lead-remarks").fill("On the second floor")
    page.by("lead-save").click()
    row = page.by("lead-row")
    expect(row).to_have_count(1)
    expect(row).to_have_attribute("data-status", "found")
    page.counts(office=0, here=1, need=0)
    axe.look(page.page, "tablet: leads")
    lead = str(row.get_attribute("data-record"))

    tablet.come_back()
    page.open_arrivals()
    page.sync()
    page.counts(office=1, here=0, need=0)
    supervisor.page.reload()
    supervisor.of_record("lead-row", lead).get_by_role("link").click()
    axe.look(supervisor.page, "console: a lead")
    act(supervisor, "hand-over", "Korangi 14/2026", "handed_over")
    act(supervisor, "registered", "2026 090 001", "registered", show="registered")
    act(supervisor, "card", "6", "card_issued", show="card_issued")
    axe.look(supervisor.page, "console: a lead with its cards")

    page.sync()
    page.by("nav-today").click()
    page.by("all-leads").click()
    expect(page.by("lead-row")).to_have_attribute("data-status", "card_issued")
    expect(page.by("lead-row")).to_contain_text("Korangi 14/2026")
    [held] = office.desk("supervisor").get("/api/leads", status="card_issued")
    assert (held["name"], held["address"], held["workers_about"], held["cards"]) == (NAME, ADDRESS, 6, 6)
    assert (held["district"], held["place_district"]) == (HERE, None)
    axe.nothing_wrong()


def act(supervisor: ConsolePage, name: str, text: str, status: str, show: str = "open") -> None:
    """Do something about the lead that is open; it is looked for under its new status."""
    supervisor.by(f"lead-{name}").click()
    supervisor.by("lead-text").fill(text)
    supervisor.by("lead-send").click()
    supervisor.by("lead-done").wait_for()
    supervisor.by("leads-show").select_option(show)
    row = supervisor.by("lead-row")
    expect(row).to_have_count(1)
    expect(row).to_have_attribute("data-status", status)
    if supervisor.by("lead-pane").count() == 0:
        row.get_by_role("link").click()
    expect(supervisor.by("lead-pane")).to_have_attribute("data-status", status)
