"""The nothing-lost ledger and alarms about tablets: number beside number, and an alarm leads somewhere."""

import csv
import io
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import Axe
from tests.browser.browsers import Windows
from tests.browser.console_page import ConsolePage
from tests.browser.office import HERE, PASSWORD, Office
from tests.browser.worked import unsent_work


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_ledger_shows_what_is_only_on_a_tablet_and_an_alarm_leads_to_its_visit(
    language: str, office: Office, windows: Windows, tmp_path: Path
) -> None:
    axe = Axe()
    supervisor = ConsolePage(windows(language))
    page = supervisor.page
    supervisor.sign_in("supervisor", PASSWORD)
    with ExitStack() as used:
        tablet = unsent_work(office, used)
        visit = min(tablet.replica.records("visit"))
        supervisor.open_room("tablets")
        expect(supervisor.by("alarm")).to_have_count(0)
        supervisor.by("tablets-ledger").click()
        expect(supervisor.by("ledger-row")).to_have_count(1)
        figures = [supervisor.text(f"ledger-{each}") for each in ("captured", "received", "unsent")]
        assert figures == ["2", "0", "2"]
        with page.expect_download() as found:
            supervisor.by("ledger-csv").click()
        file = tmp_path / "ledger.csv"
        found.value.save_as(file)
        [row] = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))
        assert (row["name"], row["district"], row["unsent"]) == ("Tablet A", HERE, "2")
        axe.look(page, f"the ledger, {language}")

        # What is written before the tablet hears that the visit was given away arrives, and is told of once.
        office.desk("supervisor").give(visit, office.accounts["inspector-2"].id)
        assert tablet.sync().complete
    supervisor.by("tablets-list").click()
    alarm = supervisor.by("alarm")
    expect(alarm).to_have_attribute("data-record", visit)
    expect(alarm).to_have_attribute("data-entries", "2")
    if language == "ur":
        assert "Entry" not in supervisor.text("alarm")
    axe.look(page, f"an alarm, {language}")
    alarm.get_by_test_id("alarm-way").click()
    page.wait_for_url(f"**/console/records/{visit}")
    supervisor.open_room("tablets")
    supervisor.by("tablets-ledger").click()
    supervisor.by("ledger-row").get_by_role("link").click()
    supervisor.by("ledger-name").wait_for()
    axe.look(page, f"one tablet's account, {language}")
    axe.nothing_wrong()


@pytest.mark.timeout(120)
def test_the_directorate_reads_the_ledger_and_another_district_has_none_of_it(
    office: Office, windows: Windows
) -> None:
    with ExitStack() as used:
        tablet = unsent_work(office, used)
        device = tablet.device
    directorate = ConsolePage(windows("en"))
    directorate.sign_in("directorate", PASSWORD)
    directorate.open_room("tablets")
    expect(directorate.by("ledger-row")).to_have_count(1)
    expect(directorate.by("tablet-row")).to_have_count(0)
    away = ConsolePage(windows("en"))
    away.sign_in("supervisor-elsewhere", PASSWORD)
    away.open_room("tablets")
    away.by("tablets-ledger").click()
    away.settled()
    expect(away.by("ledger-row")).to_have_count(0)
    away.page.goto(f"{office.address}/console/tablets/ledger/{device}")
    away.settled()
    assert "Tablet A" not in away.page.locator("main").inner_text()
