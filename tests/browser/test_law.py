"""The law in a real browser: a row is typed, seen with all that it changes, and accepted only as seen."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import Axe
from tests.browser.browsers import Windows
from tests.browser.console_page import ConsolePage
from tests.browser.office import PASSWORD, Office, type_command

KIND = "minimum_wage_rs_month"
SCHEDULE = (
    "registration_no,month,cnic,name,days,wage\n"
    "{number},2026-08,42101-1234567-{last},Worker {last},26,44000\n"
)


def bring_in(office: Office, folder: Path, number: str, last: int) -> None:
    """An employer's schedule of August, with one worker at Rs 44,000."""
    file = folder / f"{number}.csv"
    file.write_text(SCHEDULE.format(number=number, last=last), encoding="utf-8")
    type_command("import", "schedules", str(file), "--data", str(office.data))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_row_of_the_law_is_seen_with_what_it_changes_before_it_is_put_in_force(
    language: str, office: Office, windows: Windows, tmp_path: Path
) -> None:
    axe = Axe()
    bring_in(office, tmp_path, "2004070001", 1)
    administrator = ConsolePage(windows(language))
    page = administrator.page
    administrator.sign_in("administrator", PASSWORD)
    administrator.by("law-row").first.wait_for()
    axe.look(page, "the law")
    administrator.by("law-unconfirmed").check()
    expect(page.locator('[data-testid="law-row"][data-confirmed="true"]')).to_have_count(0)
    administrator.by("law-unconfirmed").uncheck()
    administrator.by("law-kind").select_option(KIND)
    now = page.locator('[data-testid="law-row"][data-standing="counts"]')
    expect(now).to_have_count(1)
    expect(now).to_contain_text("40,000")

    # What is missing is told where it is missing; nothing was asked of the server yet.
    administrator.by("law-add").click()
    administrator.by("law-look").click()
    expect(page.locator(".summary")).to_be_focused()
    axe.look(page, "an entry with mistakes")
    administrator.by("law-draft-value").fill("۴۲,۰۰۰")
    administrator.by("law-valid_from").fill("2026-08-01")
    administrator.by("law-legal_basis").fill("Notification of the Labour Department, No. 12")
    page.locator("#law-confirmed").get_by_role("button").first.click()
    administrator.by("law-look").click()

    # 6 % of Rs 40,000 is Rs 2,400; of Rs 42,000, Rs 2,520.
    expect(administrator.by("law-account")).to_have_count(1)
    expect(administrator.by("law-account")).to_contain_text("2,400.00")
    expect(administrator.by("law-account")).to_contain_text("2,520.00")
    axe.look(page, "an impact")

    # Another employer's schedule comes in meanwhile: what was seen is not put in force.
    bring_in(office, tmp_path, "2004070002", 3)
    administrator.by("law-why").fill("Gazette of 3 August, page 12")
    administrator.by("law-accept").click()
    expect(administrator.by("law-meanwhile")).to_contain_text("2,520")
    expect(administrator.by("law-meanwhile")).to_contain_text("5,040")
    expect(administrator.by("law-account")).to_have_count(2)
    assert not [row for row in office.statute() if row["value"] == "42000"]
    axe.look(page, "an impact that has changed")

    administrator.by("law-accept").click()
    expect(administrator.by("law-done")).to_be_visible()
    expect(administrator.by("law-version")).to_contain_text("Gazette of 3 August, page 12")
    axe.look(page, "a row in force")
    [held] = [row for row in office.statute() if row["value"] == "42000"]
    assert (held["kind"], held["valid_from"], held["confirmed"]) == (KIND, "2026-08-01", True)

    directorate = ConsolePage(windows(language))
    directorate.sign_in("directorate", PASSWORD)
    directorate.page.goto(f"{office.address}/console/law/correct/{held['id']}")
    directorate.by("law-suspended_from").fill("2026-10-01")
    directorate.by("law-look").click()
    expect(directorate.by("law-impact")).to_be_visible()
    expect(directorate.by("law-accept")).to_have_count(0)

    recovery = ConsolePage(windows(language))
    recovery.sign_in("recovery", PASSWORD)
    recovery.open_room("law")
    expect(recovery.by("law-add")).to_have_count(0)
    recovery.page.goto(f"{office.address}/console/law/rows/no-such-row")
    recovery.settled()
    axe.look(recovery.page, "no such row")
    axe.nothing_wrong()
