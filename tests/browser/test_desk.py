"""A supervisor at the desk: lists narrowed, a decision taken back; and the tablet hears what was decided."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import Axe
from tests.browser.browsers import SMALL_LAPTOP, Tablets, Windows
from tests.browser.console_page import ConsolePage
from tests.browser.office import HERE, PASSWORD, Office
from tests.browser.tablet_page import TabletPage
from tests.browser.worked import a_day_of_work

WHY = "Seen at the office with both of them."


def picture(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=str(folder / f"{name}.png"))


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_conflicts_are_narrowed_decided_and_a_decision_is_taken_back(
    language: str, office: Office, windows: Windows, tmp_path: Path
) -> None:
    worked = a_day_of_work(office)
    axe = Axe()
    desk = ConsolePage(windows(language))
    page = desk.page
    desk.sign_in("supervisor", PASSWORD)
    desk.open_room("conflicts")
    expect(desk.by("conflict-row")).to_have_count(1)
    desk.by("narrowing").locator("summary").click()
    desk.by("narrow-rupees").fill("much")
    desk.by("narrow-rupees").press("Tab")
    expect(
        desk.by("narrowing").get_by_role("alert").or_(desk.by("narrowing").locator(".wrong"))
    ).to_have_count(1)
    expect(desk.by("conflict-row")).to_have_count(1)
    desk.by("narrow-rupees").fill("1,000")
    desk.by("narrow-rupees").press("Tab")
    expect(page).to_have_url(re.compile("rupees=1000"))
    expect(desk.by("conflict-row")).to_have_count(0)
    axe.look(page, f"console: conflicts narrowed to none, {language}")
    picture(page, tmp_path, f"conflicts-none-{language}")
    desk.by("narrow-clear").click()
    expect(desk.by("conflict-row")).to_have_count(1)
    desk.by("narrow-age").select_option("1")
    expect(desk.by("conflict-row")).to_have_count(0)
    desk.by("narrow-clear").click()
    page.goto(f"{office.address}/console/conflicts?kind=establishment&field=workers_declared&lang={language}")
    sides = desk.open_conflict(worked.conflict)
    expect(page).to_have_url(re.compile("kind=establishment"))
    picture(page, tmp_path, f"conflicts-{language}")
    desk.decide(0, WHY)
    page.goto(f"{office.address}/console/conflicts/{worked.conflict}?lang={language}")
    decision = desk.by("decision")
    expect(decision).to_have_attribute("data-undone", "no")
    desk.by("undo-decision").click()
    expect(decision).to_have_attribute("data-undone", "no")
    desk.by("undo-reason").fill("It was the other unit.")
    picture(page, tmp_path, f"undo-{language}")
    page.set_viewport_size(dict(zip(("width", "height"), SMALL_LAPTOP, strict=True)))  # type: ignore[arg-type]
    picture(page, tmp_path, f"undo-small-{language}")
    axe.look(page, f"console: a decision about to be taken back, {language}")
    desk.by("undo-decision").click()
    expect(decision).to_have_attribute("data-undone", "yes")
    expect(desk.by("conflict-row")).to_have_count(1)
    expect(page.locator("#conflict-title")).to_contain_text("2")
    expect(desk.by("show-now")).to_have_count(0)
    picture(page, tmp_path, f"undone-{language}")
    opened = office.desk("supervisor").get(f"/api/conflicts/{worked.conflict}")
    assert opened["open"]
    assert sorted(str(each["value"]) for each in opened["candidates"]) == sorted(sides)
    axe.nothing_wrong()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_tablet_shows_what_became_of_work_in_quarantine(
    language: str, office: Office, tablets: Tablets, windows: Windows, tmp_path: Path
) -> None:
    """An inspector went on working after a posting ended, of which the tablet had not heard."""
    axe = Axe()
    browser = tablets("tablet")
    page = TabletPage(browser.start(f"/tablet/?lang={language}"))
    page.enrol(office.desk("supervisor").code(), "Tablet A")
    page.sign_in("inspector-1", PASSWORD)
    visit = page.visits()[0]
    browser.go_offline()
    posting = {"role": "inspector", "district": HERE}
    inspector = office.accounts["inspector-1"].id
    office.desk("administrator").post(f"/api/people/{inspector}/postings/end", posting)
    page.open_visit(visit)
    page.start_visit()
    page.by("q-men").fill("3")
    page.kept()
    browser.come_back()
    page.open_arrivals()
    page.sync()
    desk = office.desk("supervisor")
    held = desk.get("/api/quarantine")
    assert {each["code"] for each in held} == {"no-right"}

    window = ConsolePage(windows(language))
    window.sign_in("supervisor", PASSWORD)
    window.open_room("quarantine")
    expect(window.by("held-row")).to_have_count(len(held))
    kind = held[0]["kind"]
    window.page.goto(f"{office.address}/console/quarantine?kind={kind}&lang={language}")
    expect(window.by("narrow-kind")).to_have_value(kind)
    expect(window.by("held-row")).to_have_count(len([each for each in held if each["kind"] == kind]))
    window.by("held-row").first.get_by_role("link").click()
    expect(window.page).to_have_url(re.compile(f"kind={kind}"))
    window.by("held-opened").wait_for()
    picture(window.page, tmp_path, f"held-{language}")
    window.page.set_viewport_size({"width": SMALL_LAPTOP[0], "height": SMALL_LAPTOP[1]})
    picture(window.page, tmp_path, f"held-small-{language}")
    axe.look(window.page, f"console: quarantine narrowed, {language}")
    window.page.goto(f"{office.address}/console/quarantine?person={visit}&lang={language}")
    expect(window.by("held-row")).to_have_count(0)
    window.by("narrow-clear").click()
    expect(window.by("held-row")).to_have_count(len(held))

    office.desk("administrator").post(f"/api/people/{inspector}/postings", posting)
    first, *_ = sorted(held, key=lambda each: each["seq"])
    desk.post(f"/api/quarantine/{first['device']}:{first['seq']}/reject", {"reason": WHY})
    page.sync()
    rejected = page.page.locator('[data-testid="verdict-row"][data-verdict="rejected"]')
    expect(rejected.first).to_contain_text(WHY)
    rejected.first.scroll_into_view_if_needed()
    picture(page.page, tmp_path, f"verdicts-{language}")
    axe.look(page.page, f"tablet: what became of work in quarantine, {language}")
    axe.nothing_wrong()
