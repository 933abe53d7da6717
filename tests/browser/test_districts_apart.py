"""A supervisor sees their own district, and nothing of another: neither in a room, nor by an address."""

from playwright.sync_api import expect

from tests.browser.browsers import Windows
from tests.browser.console_page import ConsolePage
from tests.browser.office import HERE, PASSWORD, Office
from tests.browser.worked import a_day_of_work


def test_the_console_shows_nothing_of_another_district(office: Office, windows: Windows) -> None:
    found = a_day_of_work(office)
    at_home = ConsolePage(windows("en"))
    at_home.sign_in("supervisor", PASSWORD)
    expect(at_home.of_record("visit-row", found.visit)).to_be_visible()
    at_home.open_room("conflicts")
    expect(at_home.of_record("conflict-row", found.conflict)).to_be_visible()

    away = ConsolePage(windows("en"))
    away.sign_in("supervisor-elsewhere", PASSWORD)
    away.settled()
    own = {each["id"] for each in office.desk("supervisor-elsewhere").get("/api/visits")}
    shown = away.by("visit-row").evaluate_all("rows => rows.map((row) => row.dataset.record)")
    assert set(shown) == own
    assert found.visit not in own
    away.open_room("conflicts")
    expect(away.by("conflict-row")).to_have_count(0)
    addresses = [
        f"today?district={HERE}",
        f"today?district={HERE}&visit={found.visit}&report={found.report}",
        f"conflicts/{found.conflict}",
        f"flags/{found.establishment}",
        f"flags?district={HERE}",
        f"overview/{HERE}/flagged",
        *(f"records/{each}" for each in (found.establishment, found.visit, found.report, found.conflict)),
    ]
    for address in addresses:
        away.page.goto(f"{office.address}/console/{address}")
        away.settled()
        away.page.wait_for_load_state("networkidle")
        text = away.page.locator("main").inner_text()
        for secret in found.secrets:
            assert secret not in text, f"{address} shows {secret}"
    for asked in ("visits", "conflicts", "establishments", "reports", "quarantine", "flags", "compliance"):
        answer = str(office.desk("supervisor-elsewhere").get(f"/api/{asked}"))
        assert not any(secret in answer for secret in (*found.secrets, found.visit, found.establishment))
