"""Small things at a tablet that would cost work or put it under another's name."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.browsers import Tablets
from tests.browser.office import PASSWORD, Office
from tests.browser.tablet_page import TabletPage
from tests.browser.typed import ON_A

LATE = """() => {
  navigator.geolocation.getCurrentPosition = (done) => {
    window.found = () => done({ coords: { latitude: 24.8312, longitude: 67.1263, accuracy: 12 } });
  };
}"""


def a_tablet(office: Office, tablets: Tablets, *logins: str) -> TabletPage:
    """A tablet with people signed in, of whom the last uses it."""
    page = TabletPage(tablets("tablet").start("/tablet/?lang=en"))
    page.enrol(office.desk("supervisor").code(), "Tablet A")
    for at, login in enumerate(logins or ("inspector-1",)):
        if at:
            page.page.evaluate("() => { location.hash = '#/people'; }")
        page.sign_in(login, PASSWORD)
    return page


def found(page: Page) -> None:
    """The position that was asked for comes at last."""
    page.evaluate("() => window.found()")


def test_a_position_that_comes_late_puts_no_answer_back(office: Office, tablets: Tablets) -> None:
    page = a_tablet(office, tablets)
    page.page.evaluate(LATE)
    visit = page.visits()[0]
    page.open_visit(visit)
    page.start_visit()
    page.by("q-men").fill("3")
    page.by("q-place").click()
    page.answer(ON_A)
    found(page.page)
    page.by("q-place-taken").wait_for()
    expect(page.by("q-men")).to_have_value(ON_A.men)
    expect(page.by("q-remarks")).to_have_value(ON_A.remarks)

    page.by("q-place").click()
    page.by("q-men").fill("9")
    page.open_tab("wages")
    found(page.page)
    page.open_tab("report")
    expect(page.by("q-men")).to_have_value("9")
    page.kept()
    page.open_tab("finish")
    page.finish()

    page.by("report-edit").click()
    page.by("q-place").click()
    page.by("q-men").fill("11")
    page.by("q-remarks").fill("Counted twice.")
    found(page.page)
    page.page.wait_for_timeout(100)
    expect(page.by("q-men")).to_have_value("11")
    expect(page.by("q-remarks")).to_have_value("Counted twice.")


def person(page: TabletPage, what: str, login: str) -> Locator:
    """A button of somebody known on the tablet."""
    return page.page.locator(f'[data-testid="{what}"][data-login="{login}"]')


def test_nobody_goes_on_as_somebody_who_signed_out(office: Office, tablets: Tablets) -> None:
    page = a_tablet(office, tablets)
    page.page.evaluate("() => { location.hash = '#/people'; }")
    person(page, "sign-out", "inspector-1").click()
    expect(person(page, "sign-out", "inspector-1")).to_have_count(0)
    expect(person(page, "use-person", "inspector-1")).to_have_attribute("aria-disabled", "true")
    page.page.evaluate("() => { location.hash = '#/'; }")
    page.page.wait_for_timeout(100)
    expect(page.by("login")).to_be_visible()
    expect(page.by("visit-row")).to_have_count(0)
    page.page.reload()
    expect(page.by("login")).to_be_visible()
    page.sign_in("inspector-1", PASSWORD)


def test_whoever_takes_a_locked_tablet_begins_at_their_own_visits(office: Office, tablets: Tablets) -> None:
    page = a_tablet(office, tablets, "inspector-1", "inspector-2")
    page.open_arrivals()
    page.by("lock").click()
    person(page, "use-person", "inspector-1").click()
    expect(page.by("nav-today")).to_have_attribute("aria-current", "page")

    page.open_arrivals()
    page.by("lock").click()
    person(page, "use-person", "inspector-1").click()
    expect(page.by("nav-arrivals")).to_have_attribute("aria-current", "page")
