"""A wage register from a file in a real browser: looked at, its columns named, brought in once."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import Axe
from tests.browser.browsers import Windows
from tests.browser.console_page import ConsolePage
from tests.browser.office import HERE, PASSWORD, Office
from tests.browser.typed import finished_months
from tests.browser.worked import a_day_of_work

FILE = """Register of wages,,,
Employee,Identity,Duty,Gross Amount
Worker 21,42101-7654321-3,26,41000
Worker 22,42101-7654321-5,26,20000
Worker 23,42101-7654321-7,26,forty
"""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_register_is_looked_at_named_and_brought_in_once(
    language: str, office: Office, windows: Windows, tmp_path: Path
) -> None:
    axe = Axe()
    worked = a_day_of_work(office)
    month, _ = finished_months(office.today)
    file = tmp_path / "wages.csv"
    file.write_text(FILE, encoding="utf-8")
    supervisor = ConsolePage(windows(language))
    supervisor.sign_in("supervisor", PASSWORD)
    page = supervisor.page
    page.goto(f"{office.address}/console/today?district={HERE}&visit={worked.visit}&report={worked.report}")
    supervisor.by("register-open").click()
    axe.look(page, "a register to bring in")
    supervisor.by("register-choose").set_input_files(file)
    expect(supervisor.by("register-problem")).to_be_visible()
    expect(supervisor.by("register-bring")).to_have_count(0)
    axe.look(page, "columns that nobody knows")

    supervisor.by("register-month").fill(month)
    supervisor.by("register-month").press("Tab")
    for column, heading in (("worker_name", "Employee"), ("cnic", "Identity"), ("wage", "Gross Amount")):
        supervisor.by(f"column-{column}").select_option(label=heading)
    expect(supervisor.by("register-bring")).to_be_visible()
    expect(supervisor.by("register-problem")).to_have_count(0)
    expect(supervisor.by("register-rejects").locator("tbody tr")).to_have_count(1)
    expect(page.locator("main")).not_to_contain_text("42101-7654321-3")
    axe.look(page, "a register as it would be read")
    before = len(office.desk("supervisor").get(f"/api/reports/{worked.report}")["lines"])
    supervisor.by("register-bring").click()
    expect(supervisor.by("register-done")).to_have_attribute("data-added", "2")
    expect(supervisor.by("register-rejects").locator("tbody tr")).to_have_count(1)
    axe.look(page, "a register brought in")
    assert len(office.desk("supervisor").get(f"/api/reports/{worked.report}")["lines"]) == before + 2

    # The same file again adds nothing.
    supervisor.by("register-choose").set_input_files([])
    supervisor.by("register-choose").set_input_files(file)
    for column, heading in (("worker_name", "Employee"), ("cnic", "Identity"), ("wage", "Gross Amount")):
        supervisor.by(f"column-{column}").select_option(label=heading)
    supervisor.by("register-bring").click()
    expect(supervisor.by("register-done")).to_have_attribute("data-added", "0")
    assert len(office.desk("supervisor").get(f"/api/reports/{worked.report}")["lines"]) == before + 2
    axe.nothing_wrong()
