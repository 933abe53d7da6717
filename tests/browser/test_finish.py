"""Finishing a visit: one press is enough however early it comes, and many are one."""

import time

from playwright.sync_api import expect

from tests.browser.browsers import Tablets
from tests.browser.held import picture
from tests.browser.office import PASSWORD, Office
from tests.browser.tablet_page import TabletPage
from tests.browser.typed import LINES, ON_A

PRESSED = """(times) => new Promise((done) => {
  const press = () => {
    const button = document.querySelector('[data-testid="report-finish"]');
    if (button === null) return false;
    for (let time = 0; time < times; time += 1) button.click();
    done(button.getAttribute("aria-busy"));
    return true;
  };
  const watching = new MutationObserver(() => press() && watching.disconnect());
  watching.observe(document.body, { childList: true, subtree: true });
  document.querySelector('[data-testid="tab-finish"]').click();
})"""
"""Opens the screen, and presses in the very moment in which the button appears."""

TYPED = 3


def at_a_visit(office: Office, tablets: Tablets) -> tuple[TabletPage, str]:
    """A tablet whose inspector has begun a visit."""
    page = TabletPage(tablets("tablet").start("/tablet/?lang=en"))
    page.enrol(office.desk("supervisor").code(), "Tablet A")
    page.sign_in("inspector-1", PASSWORD)
    visit = page.visits()[0]
    page.open_visit(visit)
    page.start_visit()
    return page, visit


def of_report(page: TabletPage) -> list[str]:
    """The months that the report offers, latest first."""
    found = page.page.locator('[data-testid^="q-month-"]').evaluate_all(
        "all => all.map((e) => e.dataset.testid)"
    )
    return [str(each).removeprefix("q-month-") for each in found]


def typed(page: TabletPage, month: str) -> None:
    """Some lines of a month of the wage register."""
    page.open_tab("wages")
    page.choose_month(month)
    for row, line in enumerate(LINES[:TYPED], 1):
        page.type_line(row, line)
    page.kept()


def test_a_press_in_the_first_moment_finishes_and_three_are_one(office: Office, tablets: Tablets) -> None:
    page, _ = at_a_visit(office, tablets)
    page.answer(ON_A)
    month = of_report(page)[0]
    page.by(f"q-month-{month}").click()
    typed(page, month)
    page.page.evaluate(PRESSED, 3)
    page.by("visit-kept").wait_for()
    page.open_arrivals()
    page.sync()
    # The start, the workers on the register, the report, its lines, and the end.
    page.counts(office=4 + TYPED, here=0, need=0)
    expect(page.by("sync-now")).to_be_visible()


def test_lines_of_a_month_that_was_not_ticked_lead_to_its_tick(office: Office, tablets: Tablets) -> None:
    page, visit = at_a_visit(office, tablets)
    checked, forgotten = of_report(page)[:2]
    page.by(f"q-month-{checked}").click()
    typed(page, forgotten)
    page.open_tab("finish")
    said = page.by("error-summary").get_by_role("link")
    expect(said).to_have_attribute("href", f"#q-month-{forgotten}")
    expect(page.by("as-written")).to_have_count(0)
    expect(page.by("report-finish")).to_have_attribute("aria-disabled", "true")
    said.click()
    expect(page.by(f"q-month-{forgotten}")).to_be_focused()
    page.page.keyboard.press("Enter")
    page.open_tab("finish")
    expect(said).to_have_count(0)
    page.finish()
    assert page.page.url.endswith(visit)


def test_only_pictures_are_kept_as_photos(office: Office, tablets: Tablets) -> None:
    page, _ = at_a_visit(office, tablets)
    page.open_tab("photos")
    text = {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"no picture at all"}
    page.by("photo-input").set_input_files(text)  # type: ignore[arg-type]
    expect(page.by("photo-said")).to_contain_text("notes.jpg")
    expect(page.by("photo")).to_have_count(0)
    page.page.evaluate("() => { location.hash = '#/photos'; }")
    page.settled()
    expect(page.page.locator(".picture")).to_have_count(0)
    page.page.go_back()
    page.add_photo(picture(40))
    expect(page.by("photo-said")).to_have_count(0)


def test_a_clock_of_another_year_is_said_and_not_used(office: Office, tablets: Tablets) -> None:
    page, visit = at_a_visit(office, tablets)
    expect(page.by("clock-wrong")).to_have_count(0)
    page.page.evaluate("() => { const real = Date.now; Date.now = () => real() - 400 * 86_400_000; }")
    page.open_tab("finish")
    page.finish()
    expect(page.by("clock-wrong")).to_contain_text("400 days")
    page.open_arrivals()
    page.sync()
    found = office.stored(visit)[visit].values
    assert abs(int(str(found["check_out_ms"])) - time.time() * 1000) < 60_000
