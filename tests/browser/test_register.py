"""The register in a real browser: a unit is found and opened, a district settled, a directorate given one."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import Axe
from tests.browser.browsers import Windows
from tests.browser.console_page import ConsolePage
from tests.browser.office import HERE, PASSWORD, Office, type_command

LONG = "Mehboob Brothers Textile Processing and Garment Manufacturing (Private) Limited"
REGISTER = f"""registration_no,name,address,lat,lon,district,aliases,branch_of,principals
2026010001,{LONG},"Plot 14-B, Sector 16",24.831,67.126,Korangi,MB Textile,,
2026010002,MB Textile Unit 2,"Plot 15, Sector 16",24.832,67.127,Korangi,,2026010001,
2026010003,Stitchers of Malir,"Plot 7, National Highway",24.952,67.312,Malir,,,2026010001
2026010004,Border Flour Mill,"Plot 2",24.842,67.14,Malir,,,
"""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_an_establishment_is_found_its_file_opened_and_its_district_settled(
    language: str, office: Office, windows: Windows, tmp_path: Path
) -> None:
    axe = Axe()
    file = tmp_path / "register.csv"
    file.write_text(REGISTER, encoding="utf-8")
    type_command("import", "establishments", str(file), "--data", str(office.data))
    supervisor = ConsolePage(windows(language))
    page = supervisor.page
    supervisor.sign_in("supervisor", PASSWORD)
    supervisor.open_room("registry")
    axe.look(page, "the register, before anything is looked for")
    supervisor.by("registry-text").fill("x")
    supervisor.by("registry-look").click()
    expect(page.get_by_role("alert")).to_be_visible()
    supervisor.by("registry-text").fill("۲۰۲۶-۰۱-۰۰۰۱")
    supervisor.by("registry-text").press("Enter")
    row = supervisor.by("registry-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(LONG)
    expect(row).to_contain_text("MB Textile")
    axe.look(page, "what was found")
    row.get_by_role("link").click()
    expect(supervisor.by("file-name")).to_contain_text(LONG)
    linked = supervisor.by("file-linked")
    expect(linked).to_have_count(2)
    # The contractor stands in another district: that it is there is told, not who it is.
    expect(linked.filter(has_text="MB Textile Unit 2")).to_have_count(1)
    expect(linked.filter(has_text="Malir")).to_have_count(1)
    expect(page.locator("main")).not_to_contain_text("Stitchers")
    supervisor.settled()
    axe.look(page, "a file")
    page.go_back()
    expect(row).to_have_count(1)

    # A visited employer's file has the visits, and leads on.
    unit = str(office.desk("supervisor").get("/api/visits")[0]["establishment"])
    page.goto(f"{office.address}/console/registry/{unit}")
    expect(supervisor.by("file-visit").first).to_be_visible()

    supervisor.open_room("registry")
    supervisor.by("registry-doubt").click()
    expect(supervisor.by("doubt-row")).to_have_count(1)
    supervisor.by("doubt-settle").click()
    axe.look(page, "a district in doubt, and nothing chosen")
    [doubt] = office.desk("supervisor").get("/api/disagreements")
    supervisor.by(f"doubt-{HERE}").check()
    supervisor.by("doubt-why").fill("The gate is on our side of the road")
    supervisor.by("doubt-settle").click()
    expect(supervisor.by("doubt-done")).to_contain_text("Border Flour Mill")
    expect(supervisor.by("doubt-row")).to_have_count(0)
    history = office.desk("supervisor").get(f"/api/records/{doubt['establishment']}/history")
    assert "The gate is on our side of the road" in history[-1]["line"]
    axe.look(page, "no district in doubt")

    administrator = ConsolePage(windows(language))
    administrator.sign_in("administrator", PASSWORD)
    administrator.open_room("registry")
    administrator.by("registry-directorates").click()
    administrator.settled()
    axe.look(administrator.page, "no directorates")
    for first_day, name in (("2026-01-01", "SITE East"), ("2026-02-01", "SITE East")):
        administrator.by("directorate-give").click()
        administrator.by("give-directorate").fill(name)
        administrator.by("give-district").select_option(HERE)
        administrator.by("give-from").fill(first_day)
        administrator.by("give-keep").click()
        if first_day == "2026-01-01":
            expect(administrator.by("holding")).to_have_count(1)
    # It holds that district already: told in words, and what was typed stays.
    expect(administrator.page.get_by_role("alert")).to_be_visible()
    expect(administrator.by("give-directorate")).to_have_value("SITE East")
    axe.look(administrator.page, "a district that cannot be given")
    administrator.by("holding-end").click()
    administrator.by("give-to").fill("2026-06-30")
    administrator.by("give-keep").click()
    expect(administrator.by("directorate-done")).to_be_visible()
    expect(administrator.by("holding-end")).to_have_count(0)
    [east] = office.desk("recovery").get("/api/directorates")
    assert east["holds"] == [
        {"district": HERE, "area": None, "from_day": "2026-01-01", "to_day": "2026-06-30"}
    ]
    axe.look(administrator.page, "a directorate")
    axe.nothing_wrong()
