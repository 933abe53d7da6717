"""Answers to a checklist: they land with their report, are judged at the office, and shown with findings."""

from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from field.inspections.checklists import shipped
from field.store import assessments, checklists
from tests.helpers import Tablet, World, sign_in

NAME = "Noor Jahan"


@pytest.fixture
def tablet(world: World) -> Tablet:
    return world.tablet(world.person("inspector", "korangi"), "korangi")


@pytest.fixture
def office(world: World, client: TestClient[Litestar]) -> dict[str, str]:
    world.person("supervisor", "korangi", "supervisor")
    return sign_in(client, "supervisor")


def visit(world: World, tablet: Tablet) -> str:
    return world.visit(world.establishment("korangi"), "korangi", tablet.person)


def answer(
    tablet: Tablet, report: str, question: str, value: Any = None, item: str | None = None, name: str = ""
) -> str:
    """Capture an answer; `name` is a personal one."""
    id = tablet.world.clock.uuid7()
    said = {"report": report, "question": question, **({"item": item} if item else {})}
    if name:
        tablet.change("answer", id, said, "create", {"private_value": name})
    else:
        tablet.change("answer", id, {**said, "value": value}, "create")
    return id


def a_report(world: World, tablet: Tablet, **values: Any) -> str:
    known = {"checklist": "full-inspection@1", "headcount": {"men": 12, "women": 3, "total": 15}, **values}
    report, _ = tablet.report(visit(world, tablet), **known)
    return report


def opened(world: World, client: TestClient[Litestar], office: dict[str, str], report: str) -> dict[str, Any]:
    assessments.refresh(world.store, world.clock.now_ms())
    found: dict[str, Any] = client.get(f"/api/reports/{report}", headers=office).json()
    return found


def by_question(found: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    answers: dict[str, list[dict[str, Any]]] = {}
    for section in found["sections"]:
        for each in section["answers"]:
            answers.setdefault(each["question"], []).append(each)
    return answers


def at_work(tablet: Tablet, report: str, coverable: int) -> str:
    """The answers that lead to the people at work, and how many of them should be covered and are not."""
    answer(tablet, report, "unit_status", "open")
    answer(tablet, report, "visit_scope", "complete")
    answer(tablet, report, "covered", 15 - coverable)
    answer(tablet, report, "not_coverable", 0)
    return answer(tablet, report, "coverable", coverable)


def test_an_answer_raises_its_finding_with_itself_as_evidence(world, client, tablet, office) -> None:
    report = a_report(world, tablet)
    evidence = at_work(tablet, report, 3)
    assert {each["status"] for each in tablet.push(client)["answers"]} == {"applied"}
    found = opened(world, client, office, report)
    [finding] = [each for each in found["findings"] if each["code"] == "workers-not-covered"]
    assert finding["record_ids"] == [report, evidence]
    assert finding["sentence"] == "Workers who should be covered are not on the schedule."
    assert finding["section"]
    [shown] = by_question(found)["coverable"]
    assert shown["value"] == 3
    assert [each["ur"] != "" for each in shown["raised"]] == [True]
    # What the report itself answers is not asked again, and counts.
    assert not any("Men" in remark for remark in found["remarks"])


def test_a_correction_lifts_the_finding(world, client, tablet, office) -> None:
    report = a_report(world, tablet)
    evidence = at_work(tablet, report, 3)
    tablet.push(client)
    assert opened(world, client, office, report)["findings"]
    made = client.get(f"/api/records/{evidence}/history", headers=office).json()[0]["id"]
    tablet.change("answer", evidence, {"value": 0}, over={"value": [made]}, was={"value": 3})
    tablet.push(client)
    found = opened(world, client, office, report)
    assert not [each for each in found["findings"] if each["code"] == "workers-not-covered"]
    assert by_question(found)["coverable"][0]["value"] == 0


def test_what_is_missing_or_cannot_be_is_remarked_and_never_refused(world, client, tablet, office) -> None:
    report = a_report(world, tablet)
    answer(tablet, report, "unit_status", "open")
    answer(tablet, report, "visit_scope", "complete")
    answer(tablet, report, "covered", -4)
    assert {each["status"] for each in tablet.push(client)["answers"]} == {"applied"}
    found = opened(world, client, office, report)
    missing, *faults = [remark for remark in found["remarks"] if "“" in remark]
    assert "required questions of the checklist full-inspection@1 are not answered" in missing
    assert "“Kind of visit”" in missing
    assert any("“Of all, covered” cannot be" in fault for fault in faults)
    assert by_question(found)["visit_type"][0]["missing"]


def test_two_answers_to_one_question_stay_side_by_side(world, client, tablet, office) -> None:
    report = a_report(world, tablet)
    at_work(tablet, report, 3)
    world.clock.advance(60_000)
    answer(tablet, report, "coverable", 0)
    assert {each["status"] for each in tablet.push(client)["answers"]} == {"applied"}
    found = opened(world, client, office, report)
    assert [each["value"] for each in by_question(found)["coverable"]] == [3, 0]
    assert any("answered twice, and differently" in remark for remark in found["remarks"])


def test_a_withdrawn_answer_counts_no_more(world, client, tablet, office) -> None:
    report = a_report(world, tablet)
    evidence = at_work(tablet, report, 3)
    tablet.push(client)
    made = client.get(f"/api/records/{evidence}/history", headers=office).json()[0]["id"]
    tablet.change("answer", evidence, {"withdrawn": {"reason": "Counted again", "seen": [made]}}, "withdraw")
    tablet.push(client)
    found = opened(world, client, office, report)
    assert not found["findings"]
    assert [each["missing"] for each in by_question(found)["coverable"]] == [True]


def test_a_name_is_masked_and_stands_in_nothing_that_is_kept_of_the_judgement(
    world, client, tablet, office
) -> None:
    report = a_report(world, tablet)
    at_work(tablet, report, 0)
    answer(tablet, report, "interview_name", item="one", name=NAME)
    answer(tablet, report, "interview_card", "no", item="one")
    assert {each["status"] for each in tablet.push(client)["answers"]} == {"applied"}
    found = opened(world, client, office, report)
    [shown] = by_question(found)["interview_name"]
    assert (shown["masked"], shown["value"], shown["item"]) == (True, "N…", "one")
    assert [each["code"] for each in found["findings"]] == ["interviewed-without-card"]
    assert NAME not in client.get(f"/api/reports/{report}", headers=office).text
    with world.store.read() as tx:
        bodies = [row.body for row in tx.execute(assessments.ASSESSMENTS.select())]
    assert bodies
    assert not any(NAME in body or "Noor" in body for body in bodies)


def test_a_cnic_in_the_remarks_of_a_report_is_masked_wherever_it_is_shown(
    world, client, tablet, office
) -> None:
    report = a_report(world, tablet, remarks="Ask 4210112345671 at the gate")
    tablet.push(client)
    assert opened(world, client, office, report)["values"]["remarks"] == "Ask 42101-*******-* at the gate"
    for path in (f"/api/records/{report}", f"/api/records/{report}/history", "/api/reports"):
        answer = client.get(path, headers=office)
        assert answer.status_code == 200
        assert "12345671" not in answer.text, path


def test_a_name_that_a_faulty_tablet_left_in_clear_is_masked_all_the_same(
    world, client, tablet, office
) -> None:
    report = a_report(world, tablet)
    answer(tablet, report, "interview_name", NAME, item="one")
    answer(tablet, report, "no_such_question", "of 4210112345671")
    tablet.push(client)
    shown = by_question(opened(world, client, office, report))
    assert [(each["value"], each["masked"]) for each in shown["interview_name"]] == [("N…", True)]
    assert [each["value"] for each in shown["no_such_question"]] == ["of 42101-*******-*"]
    assert NAME not in client.get(f"/api/reports/{report}", headers=office).text


def test_answers_by_a_version_that_is_not_here_are_kept_and_said_to_be(world, client, tablet, office) -> None:
    report = a_report(world, tablet, checklist="full-inspection@7")
    answer(tablet, report, "unit_status", "open")
    assert {each["status"] for each in tablet.push(client)["answers"]} == {"applied"}
    found = opened(world, client, office, report)
    assert any("full-inspection@7, which is not on this server" in remark for remark in found["remarks"])
    assert [each["value"] for each in by_question(found)["unit_status"]] == ["open"]


def test_a_version_that_comes_later_judges_what_waited_for_it(world, client, tablet, office) -> None:
    report = a_report(world, tablet, checklist="full-inspection@7")
    at_work(tablet, report, 3)
    other = a_report(world, tablet)
    tablet.push(client)
    assert not opened(world, client, office, report)["findings"]
    seventh = msgspec.structs.replace(shipped()[0], version=7)
    checklists.add(world.store, world.clock, world.context.office, [seventh])
    # Only what waited for it is looked at again.
    assert assessments.refresh(world.store, world.clock.now_ms()) == 1
    found = opened(world, client, office, report)
    assert [each["code"] for each in found["findings"]] == ["workers-not-covered"]
    assert not any("not on this server" in remark for remark in found["remarks"])
    assert opened(world, client, office, other)["values"]["checklist"] == "full-inspection@1"


def test_a_question_that_the_version_does_not_ask_is_shown_apart(world, client, tablet, office) -> None:
    report = a_report(world, tablet)
    answer(tablet, report, "no_such_question", "yes")
    tablet.push(client)
    found = opened(world, client, office, report)
    assert any("does not ask no_such_question" in remark for remark in found["remarks"])
    assert by_question(found)["no_such_question"][0]["value"] == "yes"


def test_the_flag_opens_down_to_the_findings(world, client, tablet, office) -> None:
    lines = [
        {"month": "2024-07", "wage_rs": 40000, "days": 26, "registered": False, "worker_name": "Worker 1"}
    ]
    report, _ = tablet.report(visit(world, tablet), lines, checklist="full-inspection@1")
    answer(tablet, report, "unit_status", "shifted")
    tablet.push(client)
    assessments.refresh(world.store, world.clock.now_ms())
    [flag] = client.get("/api/flags", headers=office).json()
    opened_flag = client.get(f"/api/flags/{flag['establishment']}", headers=office).json()
    assert [each["code"] for each in opened_flag["reports"][0]["findings"]] == ["moved-without-notice"]


def test_everybody_may_read_the_checklists_and_no_tablet_may_write_one(world, client, tablet, office) -> None:
    listed = client.get("/api/checklists", headers=office).json()
    assert [(each["id"], each["version"]) for each in listed] == [
        (each.id, each.version) for each in shipped()
    ]
    assert len(listed[0]["questions"]) == len(shipped()[0].questions)
    body = {"checklist": "mine", "version": 1, "valid_from": "2026-01-01", "body": {}}
    tablet.change("checklist", world.clock.uuid7(), body, "create")
    [refused] = tablet.push(client)["answers"]
    assert (refused["status"], refused["code"]) == ("quarantined", "server-field")
