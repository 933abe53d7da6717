"""A signed receipt where people see it: on the tablet for the employer, and on the sheet of the office."""

import re
from pathlib import Path

import httpx
import pytest
import segno
from playwright.sync_api import Page, expect

from field.evidence import codes
from tests.browser import scanned
from tests.browser.axe import Axe
from tests.browser.browsers import LANDSCAPE, PORTRAIT, Tablets, Windows
from tests.browser.console_page import ConsolePage, plain
from tests.browser.office import PASSWORD, Office
from tests.browser.tablet_page import TabletPage
from tests.browser.typed import ON_A
from tests.browser.worked import a_day_of_work

A4 = (794, 1123)
THEME = "(theme) => { localStorage.setItem('field-theme', theme); location.reload(); }"
CODE = re.compile(r"HTTP://127\.0\.0\.1:\d+/VERIFY/([A-Z2-7]{200})")
KEPT = "async () => (await (await caches.open('later')).keys()).some(({ url }) => url.endsWith('.js'))"


def sized(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def verdict(page: str) -> str:
    """What the page behind a scanned code says of it; a person's browser asks."""
    answer = httpx.get(page, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert 'dir="rtl"' in answer.text
    found = httpx.get(page).json()
    assert found["genuine"] is True
    return str(found["verdict"])


def the_code_on(page: Page) -> str:
    """The one code that a camera sees on a page."""
    page.get_by_test_id("qr").wait_for()
    [text] = scanned.codes(page)
    assert CODE.fullmatch(text), text
    return text


def finished(page: TabletPage, visit: str) -> None:
    page.open_visit(visit)
    page.start_visit()
    page.answer(ON_A)
    page.open_tab("finish")
    page.finish()


def synced(page: TabletPage, visit: str) -> None:
    """Send all, fetch all, and come back to the visit."""
    page.open_arrivals()
    page.sync()
    page.sync()
    page.by("nav-today").click()
    page.open_visit(visit)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_employer_scans_the_receipt_off_the_tablet_and_its_page_says_that_it_is_genuine(
    language: str, office: Office, tablets: Tablets, tmp_path: Path
) -> None:
    axe = Axe()
    browser = tablets("tablet")
    page = TabletPage(browser.start(f"/tablet/?lang={language}"))
    page.enrol(office.desk("supervisor").code(), "Tablet A")
    page.sign_in("inspector-1", PASSWORD)
    visit = page.visits()[0]
    browser.go_offline()
    finished(page, visit)
    card = page.by("receipt-card")
    expect(card).to_have_attribute("data-standing", "unsent")
    expect(page.by("receipt-show")).to_have_count(0)
    browser.come_back()
    synced(page, visit)
    expect(card).to_have_attribute("data-standing", "here")
    axe.look(page.page, "tablet: a report with its receipt")
    page.page.screenshot(path=str(tmp_path / f"card-{language}.png"))
    page.by("receipt-show").click()

    text = the_code_on(page.page)
    receipt = CODE.fullmatch(text)[1]  # type: ignore[index]  # the_code_on has looked
    assert plain(page.by("receipt-text").text_content()).replace(" ", "") == receipt
    assert browser.proxy.address.upper() in text
    assert verdict(text) == "as-received"
    drawn = page.by("qr").locator("path").get_attribute("d") or ""
    dark = sum(int(length) for length in re.findall(r"h(\d+)v1", drawn))
    # Which of the standard's eight masks is best, encoders judge differently.
    as_the_office_draws = [segno.make_qr(text, error="m", boost_error=False, mask=mask) for mask in range(8)]
    assert dark in {sum(map(sum, each.matrix)) for each in as_the_office_draws}
    assert codes.code(text).version == as_the_office_draws[0].version
    # Nothing of what was said, nor of who said it, is turned to the employer.
    shown = page.page.locator("body").inner_text()
    assert ON_A.person_met not in shown
    assert ON_A.remarks not in shown
    for theme in ("light", "dark", "sun"):
        page.page.evaluate(THEME, theme)
        for name, size in (("landscape", LANDSCAPE), ("portrait", PORTRAIT)):
            sized(page.page, size)
            assert the_code_on(page.page) == text, (theme, name)
            page.page.screenshot(path=str(tmp_path / f"receipt-{theme}-{name}-{language}.png"))
            axe.look(page.page, f"tablet: the receipt, {theme}, {name}")
    sized(page.page, LANDSCAPE)
    axe.nothing_wrong()

    # Without a network, and after the browser was killed.
    page.page.wait_for_function(KEPT)
    address = page.page.url.removeprefix(browser.proxy.address)
    browser.go_offline()
    browser.kill()
    page = TabletPage(browser.start(address))
    assert the_code_on(page.page) == text
    a_correction_takes_it_away_until_it_has_arrived(page, language)
    browser.come_back()
    synced(page, visit)
    expect(page.by("receipt-card")).to_have_attribute("data-standing", "here")
    page.by("receipt-show").click()
    assert verdict(the_code_on(page.page)) == "corrected"


def a_correction_takes_it_away_until_it_has_arrived(page: TabletPage, language: str) -> None:
    receipt = page.page.url
    page.by("back").click()
    card = page.by("receipt-card")
    page.by("report-edit").click()
    page.by("q-remarks").fill("Typed anew.")
    expect(card).to_have_attribute("data-standing", "typing")
    done = page.page.url
    page.page.goto(receipt)
    expect(page.page.locator(".empty")).to_have_count(1)
    expect(page.by("qr")).to_have_count(0)
    page.page.goto(done)
    page.by("report-save").click()
    expect(card).to_have_attribute("data-standing", "unsent")
    expect(page.by("receipt-show")).to_have_count(0)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_office_prints_the_receipt_on_a_sheet_of_its_own(
    language: str, office: Office, windows: Windows, tmp_path: Path
) -> None:
    worked = a_day_of_work(office)
    axe = Axe()
    desk = ConsolePage(windows(language))
    page = desk.page
    page.add_init_script("window.print = () => { window.printed = (window.printed ?? 0) + 1; };")
    desk.sign_in("supervisor", PASSWORD)
    page.goto(
        f"{office.address}/console/today?day={office.today}&visit={worked.visit}&report={worked.report}"
    )
    desk.by("receipt-open").click()
    desk.by("receipt").scroll_into_view_if_needed()
    text = the_code_on(page)
    assert verdict(text) == "as-received"
    axe.look(page, f"console: a report's receipt, {language}")
    page.screenshot(path=str(tmp_path / f"console-{language}.png"))
    desk.by("receipt-print").click()
    assert page.evaluate("() => window.printed") == 1
    sized(page, A4)
    page.emulate_media(media="print")
    page.evaluate("() => scrollTo(0, 0)")
    assert the_code_on(page) == text
    said = plain(page.locator("body").inner_text())
    assert len(said.replace(" ", "")) < 1200, "the sheet alone"
    for secret in worked.secrets[2:]:
        assert secret not in said
    page.screenshot(path=str(tmp_path / f"paper-{language}.png"))
    assert page.pdf(format="A4").count(b"/Type /Page\n") <= 1
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    expect(desk.by("receipt-print")).to_be_visible()
    axe.nothing_wrong()
