"""What a tablet must fetch before it can work, and that it needs no network from then on."""

import httpx
from playwright.sync_api import Page, expect

from tests.browser.browsers import Tablets
from tests.browser.office import PASSWORD, Office
from tests.browser.tablet_page import TabletPage
from tests.browser.until import becomes

SCRIPT_BYTES_MAX = 150_000


def test_the_tablets_first_load_fetches_at_most_150_kilobytes_of_compressed_script(
    office: Office, tablets: Tablets
) -> None:
    tablet = tablets("tablet")
    page = TabletPage(tablet.start("/tablet/"))
    page.by("enrol-code").wait_for()
    in_charge(page.page)
    # Asked of the way to the server, which also sees what the service worker fetches.
    fetched = [each.path for each in tablet.proxy.seen if each.path.partition("?")[0].endswith(".js")]
    sizes = [(path, compressed_bytes(office, path)) for path in fetched]
    assert len({path for path, _ in sizes}) >= 2, "the app's script and its service worker at least"
    assert sum(size for _, size in sizes) <= SCRIPT_BYTES_MAX, sizes


def compressed_bytes(office: Office, path: str) -> int:
    """How many bytes of a file travel to a browser."""
    with httpx.stream("GET", office.address + path, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-encoding"] == "gzip"
        return sum(len(piece) for piece in answer.iter_raw())


def test_after_its_first_load_the_tablet_starts_without_a_network(office: Office, tablets: Tablets) -> None:
    tablet = tablets("tablet")
    page = TabletPage(tablet.start("/tablet/?lang=en"))
    page.enrol(office.desk("supervisor").code(), "Tablet A")
    page.sign_in("inspector-1", PASSWORD)
    visits = page.visits()
    in_charge(page.page)
    tablet.go_offline()
    tablet.kill()
    asked = len(tablet.proxy.seen)
    again = TabletPage(tablet.start("/tablet/?lang=en"))
    again.by("visit-row").first.wait_for()
    becomes(again.page, again.visits, visits)
    again.open_visit(visits[0])
    expect(again.page.locator("h1")).not_to_be_empty()
    assert {each.outcome for each in tablet.proxy.seen[asked:]} <= {"refused"}


def in_charge(page: Page) -> None:
    """Wait until the service worker has everything, and answers for the network."""
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
