"""A checklist answered where there is no signal: kept through a killed browser, landed whole, and judged."""

import time
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import held
from tests.browser.axe import Axe
from tests.browser.browsers import Tablets
from tests.browser.office import PASSWORD, Office
from tests.browser.tablet_page import TabletPage

PICTURE = held.picture(90)
WORKER, NOTE = "Worker 7", "The manager had left with the registers."
JUDGED_WITHIN_S = 30
DIRECTIONS = {"en": "ltr", "ur": "rtl", "sd": "rtl"}


@pytest.mark.timeout(180)
def test_answers_survive_a_killed_browser_and_land_with_their_finding(
    office: Office, tablets: Tablets
) -> None:
    axe = Axe()
    tablet = tablets("tablet")
    page = TabletPage(tablet.start("/tablet/?lang=en"))
    page.enrol(office.desk("supervisor").code(), "Tablet A")
    page.sign_in("inspector-1", PASSWORD)
    page.open_arrivals()
    page.sync()
    page.by("nav-today").click()
    page.by("visit-row").first.wait_for()
    visit = page.visits()[0]
    tablet.go_offline()

    page.open_visit(visit)
    page.start_visit()
    page.by("q-men").fill("12")
    page.by("q-women").fill("3")
    page.open_tab("checklist")
    page.by("checklist").wait_for()
    the_language_turns_the_questions_round_and_nothing_else(page, axe)
    page.by("c-unit_status-open").click()
    page.by("section-visit").click()
    page.by("c-visit_scope-complete").click()
    page.by("section-headcount").click()
    the_people_at_work(page)
    axe.look(page.page, "tablet: the checklist's people at work")
    page.by("section-unit").click()
    page.by("c-unit_photo-file").set_input_files(PICTURE)  # type: ignore[arg-type]
    expect(page.by("ask-unit_photo").locator("img")).to_have_count(1)
    page.by("section-interviews").click()
    page.by("add-interviews").click()
    page.by("c-interview_name-1").fill(WORKER)
    page.by("c-interview_wage_rs-1").fill("۳۵۰۰")
    page.kept()

    where = page.page.url.partition("#")[2]
    tablet.kill()
    page = TabletPage(tablet.start(f"/tablet/?lang=en#{where}"))
    page.by("section-interviews").click()
    expect(page.by("c-interview_name-1")).to_have_value(WORKER)
    expect(page.by("c-interview_wage_rs-1")).to_have_value("3500")
    page.by("c-interview_wage_rs-1").press("End")
    page.page.keyboard.type("0")
    page.by("c-interview_card-1-no").click()
    page.by("section-closing").click()
    the_inspector_signs(page, axe)
    finish_all_the_same(page, axe)
    axe.look(page.page, "tablet: answers that were kept")
    expect(page.by("answer-covered")).to_contain_text("12")
    expect(page.by("answer-finding").first).to_be_visible()

    tablet.come_back()
    page.open_arrivals()
    page.sync()
    page.count("here", 0)
    page.count("need", 0)
    the_office_holds_every_answer(office, visit)
    the_finding_is_raised(office, visit)
    page.by("nav-today").click()
    page.open_visit(visit)
    expect(page.by("answer-covered")).to_contain_text("12")
    a_correction_lifts_the_finding(page, axe, office, visit)
    axe.nothing_wrong()


def a_correction_lifts_the_finding(page: TabletPage, axe: Axe, office: Office, visit: str) -> None:
    """An answer is typed anew on the tablet; what was there stays in the history, the finding does not."""
    page.by("answer-coverable-edit").click()
    page.by("c-coverable").fill("۰")
    axe.look(page.page, "tablet: correcting an answer")
    page.by("answer-save").click()
    expect(page.by("answer-coverable")).to_contain_text("0")
    page.open_arrivals()
    page.sync()
    page.count("here", 0)
    page.count("need", 0)
    opened = judged(office, visit, {"interviewed-without-card"})
    shown = {each["question"]: each for section in opened["sections"] for each in section["answers"]}
    assert shown["coverable"]["value"] == 0
    history = office.desk("supervisor").get(f"/api/records/{shown['coverable']['id']}/history")
    assert len(history) == 2


def the_language_turns_the_questions_round_and_nothing_else(page: TabletPage, axe: Axe) -> None:
    """The checklist is read in its own language; the screen around it stays."""
    languages = page.by("checklist-language").get_by_role("button")
    expect(languages).to_have_count(3)
    for at, (language, direction) in enumerate(DIRECTIONS.items()):
        languages.nth(at).click()
        expect(page.by("checklist")).to_have_attribute("lang", language)
        expect(page.by("checklist")).to_have_attribute("dir", direction)
        expect(page.page.locator("html")).to_have_attribute("lang", "en")
        axe.look(page.page, f"tablet: the checklist in {language}")
    languages.nth(0).click()


def the_people_at_work(page: TabletPage) -> None:
    """Two who should be covered and are not raise a finding; a sum that does not fit is said at once."""
    page.by("c-contractors_workers").fill("0")
    page.by("c-covered").fill("۱۲")
    expect(page.by("c-covered")).to_have_value("12")
    page.by("c-coverable").fill("2")
    expect(page.by("c-coverable-finding")).to_be_visible()
    page.by("c-not_coverable").fill("9")
    expect(page.by("c-not_coverable-wrong")).to_be_visible()
    page.by("c-not_coverable").fill("1")
    expect(page.by("c-not_coverable-wrong")).to_have_count(0)


def the_inspector_signs(page: TabletPage, axe: Axe) -> None:
    """A line over the sheet is a signature; it is kept as a picture."""
    page.by("c-inspector_signature-sign").click()
    sheet = page.by("signature-pad")
    sheet.scroll_into_view_if_needed()
    axe.look(page.page, "tablet: signing")
    box: Any = sheet.bounding_box()
    mouse = page.page.mouse
    mouse.move(box["x"] + 40, box["y"] + 60)
    mouse.down()
    mouse.move(box["x"] + 200, box["y"] + 120, steps=5)
    mouse.up()
    page.by("signature-keep").click()
    expect(page.by("ask-inspector_signature").locator("img")).to_have_count(1)
    page.kept()


def finish_all_the_same(page: TabletPage, axe: Axe) -> None:
    """What is missing is listed and leads to its question; the visit can be finished with a reason."""
    page.open_tab("finish")
    expect(page.by("checklist-open")).to_be_visible()
    axe.look(page.page, "tablet: finishing with open questions")
    page.by("open-c-visit_type").click()
    expect(page.by("ask-visit_type")).to_be_visible()
    page.open_tab("finish")
    page.by("checklist-note").fill(NOTE)
    page.finish()


def the_office_holds_every_answer(office: Office, visit: str) -> None:
    """Each once, as it was typed; the pictures among the photos; what fills the report only there."""
    there = held.of_visit(office, visit)
    [report] = there["report"]
    known = held.opened(report)
    assert known["checklist"] == "full-inspection@1"
    assert known["checklist_note"] == NOTE
    assert known["headcount"] == {"men": 12, "women": 3, "total": 15}
    photos = {each.id: held.opened(each) for each in there["photo"]}
    assert len(photos) == 2
    opened = [held.opened(each) for each in there["answer"]]
    assert all(each["report"] == report.id for each in opened)
    found = {each["question"]: each for each in opened}
    assert len(found) == len(opened)
    pictures = {name: found.pop(name)["value"] for name in ("unit_photo", "inspector_signature")}
    assert set(pictures.values()) == set(photos)
    signature = photos[pictures["inspector_signature"]]
    assert str(signature["purpose"]).startswith("signature of ")
    assert signature["media_type"] == "image/png"
    taken = photos[pictures["unit_photo"]]
    assert held.described(PICTURE).items() <= taken.items()
    [item] = {each["item"] for each in opened if "item" in each}
    inside = {"interview_name", "interview_wage_rs", "interview_card"}
    assert {name for name, each in found.items() if each.get("item") == item} == inside
    assert found.pop("interview_name")["private_value"] == WORKER
    assert {name: each["value"] for name, each in found.items()} == {
        "unit_status": "open",
        "visit_scope": "complete",
        "contractors_workers": 0,
        "covered": 12,
        "coverable": 2,
        "not_coverable": 1,
        "interview_wage_rs": 35000,
        "interview_card": "no",
    }


def the_finding_is_raised(office: Office, visit: str) -> None:
    """By the office's own judgement, with the answer as its evidence, and no name anywhere."""
    opened = judged(office, visit, {"workers-not-covered", "interviewed-without-card"})
    codes = {each["code"]: each for each in opened["findings"]}
    shown = {each["question"]: each for section in opened["sections"] for each in section["answers"]}
    assert shown["coverable"]["id"] in codes["workers-not-covered"]["record_ids"]
    assert shown["interview_name"]["masked"]
    assert WORKER not in str(opened)
    assert any("required question" in remark for remark in opened["remarks"])


def judged(office: Office, visit: str, wanted: set[str]) -> dict[str, Any]:
    """The report as the office shows it, once its findings are these."""
    [row] = office.desk("supervisor").get("/api/reports", visit=visit)
    end = time.monotonic() + JUDGED_WITHIN_S
    while True:
        opened: dict[str, Any] = office.desk("supervisor").get(f"/api/reports/{row['record']}")
        codes = {each["code"] for each in opened["findings"]}
        if codes == wanted or time.monotonic() > end:
            assert codes == wanted
            return opened
        time.sleep(0.1)
