"""The audit trail in a real browser: what was just done stands in it, narrowed to one person if asked."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import Axe
from tests.browser.browsers import Windows
from tests.browser.console_page import ConsolePage
from tests.browser.office import PASSWORD, Office


@pytest.mark.timeout(120)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_directorate_reads_who_did_what(language: str, office: Office, windows: Windows) -> None:
    axe = Axe()
    directorate = ConsolePage(windows(language))
    page = directorate.page
    directorate.sign_in("directorate", PASSWORD)
    directorate.open_room("trail")
    page.locator('[data-testid="trail-entry"][data-act="person-added"]').first.wait_for()
    signed_in = page.locator('[data-testid="trail-entry"][data-act="signed-in"]')
    expect(signed_in.first).to_be_visible()
    axe.look(page, f"the trail, {language}")
    # Narrowed to what this person did, nothing of the commands is left.
    signed_in.first.get_by_role("link").first.click()
    expect(page.locator('[data-testid="trail-entry"][data-act="person-added"]')).to_have_count(0)
    directorate.by("trail-act").select_option("signed-out")
    expect(directorate.by("trail-entry")).to_have_count(0)
    directorate.by("trail-clear").click()
    expect(page.locator('[data-testid="trail-entry"][data-act="begun"]')).to_have_count(1)
    axe.nothing_wrong()
