"""A tablet that is lost or broken, in real browsers: its work is carried in, and the office sees it empty."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import Axe
from tests.browser.browsers import Tablets, Windows
from tests.browser.console_page import ConsolePage
from tests.browser.office import PASSWORD, Office
from tests.browser.tablet_page import TabletPage

CHOSEN = """() => {
  window.showSaveFilePicker = async () => {
    const folder = await navigator.storage.getDirectory();
    return folder.getFileHandle('card.field-sealed', { create: true });
  };
}"""
ON_THE_CARD = """async () => {
  const folder = await navigator.storage.getDirectory();
  for (let tries = 1; ; tries += 1) {
    const file = await (await folder.getFileHandle('card.field-sealed')).getFile();
    try {
      return await file.slice(0, 15).text();
    } catch (error) {
      if (error.name !== 'NotReadableError' || tries === 20) throw error;
      await new Promise((next) => setTimeout(next, 100));
    }
  }
}"""
"""What is on the card. The tablet keeps it up to date: one that is replaced meanwhile cannot be read."""


EMPTY = """() => new Promise((done) => {
  const opening = indexedDB.open('field-tablet');
  opening.onsuccess = async () => {
    const base = opening.result;
    const left = [];
    for (const name of base.objectStoreNames) {
      const asked = base.transaction(name).objectStore(name).getAllKeys();
      await new Promise((next) => (asked.onsuccess = next));
      if (name !== 'state') left.push(...asked.result.map((key) => `${name} ${key}`));
    }
    base.close();
    done(left);
  };
})"""
"""What a wiped tablet still holds beside the word that it was wiped."""


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_work_of_a_lost_tablet_is_carried_in_and_the_office_sees_it_erased(
    language: str, office: Office, tablets: Tablets, windows: Windows, tmp_path: Path
) -> None:
    axe = Axe()
    browser = tablets("tablet")
    page = TabletPage(browser.start(f"/tablet/?lang={language}"))
    page.enrol(office.desk("supervisor").code(), "Tablet A")
    page.sign_in("inspector-1", PASSWORD)
    browser.go_offline()
    page.open_visit(page.visits()[0])
    page.start_visit()
    page.by("q-men").fill("3")
    page.kept()
    page.open_arrivals()
    expect(page.by("sealed")).to_be_visible()
    axe.look(page.page, f"arrivals with unsent work, {language}")

    # Whoever cannot unlock the tablet saves the file too.
    page.by("lock").click()
    with page.page.expect_download() as found:
        page.by("save-sealed").click()
    file = tmp_path / "unsent.field-sealed"
    found.value.save_as(file)
    expect(page.by("sealed-said")).to_contain_text(".field-sealed")
    axe.look(page.page, f"locked with unsent work, {language}")

    # A card, as far as a page can tell: the window that asks for a place cannot be reached from here.
    page.page.evaluate(CHOSEN)
    page.by("keep-sealed").click()
    expect(page.by("sealed-kept")).to_have_attribute("data-current", "yes")
    assert page.page.evaluate(ON_THE_CARD) == file.read_bytes()[:15].decode()

    desk = ConsolePage(windows(language))
    desk.sign_in("supervisor", PASSWORD)
    desk.open_room("tablets")
    desk.by("carry-in-file").set_input_files(file)
    expect(desk.by("carried-in")).to_have_attribute("data-state", "taken")
    [visit] = [each for each in office.desk("supervisor").get("/api/visits") if each["status"] == "started"]
    assert visit["inspector"] == office.accounts["inspector-1"].id
    torn = tmp_path / "torn.field-sealed"
    torn.write_bytes(file.read_bytes()[:-5])
    desk.by("carry-in-file").set_input_files(torn)
    expect(desk.by("carried-in")).to_have_attribute("data-state", "kept")
    axe.look(desk.page, f"the room of tablets, {language}")

    row = desk.by("tablet-row")
    row.get_by_test_id("wipe").click()
    axe.look(desk.page, f"asking whether to erase, {language}")
    desk.by("confirm").click()
    expect(desk.by("wipe-state")).to_have_attribute("data-wiped", "no")

    browser.come_back()
    page.by("wiped").wait_for()
    axe.look(page.page, f"erased, {language}")
    assert page.page.evaluate(EMPTY) == []
    desk.page.reload()
    expect(desk.by("wipe-state")).to_have_attribute("data-wiped", "yes")
    axe.look(desk.page, f"an erased tablet, {language}")
    axe.nothing_wrong()
