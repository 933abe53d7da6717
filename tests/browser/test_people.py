"""A supervisor moves an inspector: first what it does is seen, then it is done; others see nothing of it."""

import json
from contextlib import ExitStack

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.axe import Axe
from tests.browser.browsers import Windows
from tests.browser.console_page import ConsolePage
from tests.browser.office import ELSEWHERE, HERE, PASSWORD, Office, type_command
from tests.browser.worked import unsent_work

THERE = "keamari"
OUTLINE = [[66.9, 24.8], [67.0, 24.8], [67.0, 24.9], [66.9, 24.9], [66.9, 24.8]]


def third_district(office: Office) -> None:
    """A third district, which the supervisor of the first holds as well."""
    place = {"headquarters": "Keamari", "headquarters_lat": 24.85, "headquarters_lon": 66.95}
    feature = {
        "type": "Feature",
        "properties": {"name": "Keamari", **place},
        "geometry": {"type": "Polygon", "coordinates": [OUTLINE]},
    }
    file = office.data / "third.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    type_command("import", "districts", str(file), "--data", str(office.data))
    supervisor = office.accounts["supervisor"].id
    posting = {"role": "supervisor", "district": THERE}
    office.desk("administrator").post(f"/api/people/{supervisor}/postings", posting)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_supervisor_transfers_an_inspector_after_seeing_what_it_does(
    language: str, office: Office, windows: Windows
) -> None:
    axe, inspector = Axe(), office.accounts["inspector-1"].id
    third_district(office)
    supervisor = ConsolePage(windows(language))
    page = supervisor.page
    with ExitStack() as used:
        visit = min(unsent_work(office, used).replica.records("visit"))
        supervisor.sign_in("supervisor", PASSWORD)
        supervisor.open_room("people")
        axe.look(page, f"people, {language}")
        page.locator('[data-testid="person-row"][data-login="inspector-1"]').get_by_role("link").click()
        expect(supervisor.by("person-tablet")).to_have_count(1)
        posting = page.locator(f'[data-testid="posting"][data-role="inspector"][data-district="{HERE}"]')
        posting.get_by_test_id("posting-transfer").click()
        supervisor.by("posting-district").select_option(THERE)
        supervisor.by("posting-look").click()
        tablet = supervisor.by("preview-tablet")
        expect(tablet).to_have_attribute("data-unsent", "2")
        expect(supervisor.by("preview-freed")).to_be_visible()
        axe.look(page, f"the preview of a transfer, {language}")
        # Nothing was changed by looking, and another choice has to be looked at anew.
        assert office.visit(visit)["inspector"] == inspector
        supervisor.by("posting-confirm").click()
        supervisor.by("posting-done").wait_for()
    expect(posting).to_have_attribute("data-state", "ended")
    there = page.locator(f'[data-testid="posting"][data-district="{THERE}"]')
    expect(there).to_have_attribute("data-state", "now")
    assert office.visit(visit)["inspector"] is None
    # A supervisor posts inspectors only: whatever belongs to an administrator has a lock and the reason.
    expect(supervisor.by("password-reset")).to_have_attribute("aria-disabled", "true")
    page.locator('[data-testid="person-row"][data-login="administrator"]').get_by_role("link").click()
    expect(supervisor.by("posting")).to_have_count(1)
    expect(supervisor.by("posting-end")).to_have_count(0)
    axe.look(page, f"somebody who was transferred, {language}")
    axe.nothing_wrong()


@pytest.mark.timeout(120)
def test_another_districts_supervisor_sees_nothing_of_it(office: Office, windows: Windows) -> None:
    third_district(office)
    inspector = office.accounts["inspector-1"].id
    move = {"role": "inspector", "from_district": HERE, "district": THERE}
    office.desk("supervisor").post(f"/api/people/{inspector}/postings/transfer", move)
    away = ConsolePage(windows("en"))
    away.sign_in("supervisor-elsewhere", PASSWORD)
    away.open_room("people")
    logins = away.by("person-row").evaluate_all("rows => rows.map((row) => row.dataset.login)")
    assert set(logins) == {
        "supervisor-elsewhere",
        "inspector-elsewhere",
        "recovery",
        "directorate",
        "administrator",
    }
    away.page.goto(f"{office.address}/console/people/{inspector}")
    away.settled()
    assert "Inspector 1" not in away.page.locator("main").inner_text()
    desk = office.desk("supervisor-elsewhere")
    here, there = {"role": "inspector", "district": ELSEWHERE}, {"role": "inspector", "district": THERE}
    for path, body in (
        ("/api/scopes/preview", {"person": inspector, "begins": here}),
        (f"/api/people/{inspector}/postings", here),
        (f"/api/people/{inspector}/postings/end", there),
    ):
        with pytest.raises(httpx.HTTPStatusError) as refused:
            desk.post(path, body)
        assert refused.value.response.status_code in (403, 404)
        assert "Inspector 1" not in refused.value.response.text


@pytest.mark.timeout(120)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_an_administrator_posts_somebody_and_gives_a_password_that_is_shown_once(
    language: str, office: Office, windows: Windows
) -> None:
    axe, recovery = Axe(), office.accounts["recovery"]
    administrator = ConsolePage(windows(language))
    page = administrator.page
    administrator.sign_in("administrator", PASSWORD)
    page.goto(f"{office.address}/console/people/{recovery.id}")
    administrator.by("posting-give").click()
    administrator.by("posting-look").click()
    expect(page.locator(".field .wrong")).to_have_count(2)
    administrator.by("posting-role").select_option("supervisor")
    administrator.by("posting-district").select_option(HERE)
    administrator.by("posting-look").click()
    administrator.by("posting-preview").wait_for()
    axe.look(page, f"a posting that is given, {language}")
    administrator.by("posting-confirm").click()
    administrator.by("posting-done").wait_for()
    given = page.locator(f'[data-testid="posting"][data-role="supervisor"][data-district="{HERE}"]')
    given.get_by_test_id("posting-end").click()
    administrator.by("posting-look").click()
    administrator.by("posting-confirm").click()
    expect(given).to_have_attribute("data-state", "ended")
    administrator.by("password-reset").click()
    administrator.by("password-confirm").click()
    drawn = administrator.text("password-drawn")
    axe.look(page, f"a new password, {language}")
    administrator.by("password-noted").click()
    expect(administrator.by("password-drawn")).to_have_count(0)
    again = ConsolePage(windows(language))
    again.sign_in(recovery.login, drawn)
    axe.nothing_wrong()
    # Each of these acts is in the trail.
    told = office.desk("directorate").get("/api/audit", about=recovery.id)
    acts = [each["act"] for each in told]
    assert acts.count("posting-changed") == 2
    assert acts.count("password-reset") == 1
