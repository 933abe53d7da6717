"""Leads at the door: who sees which, and who may do what about them."""

import threading

import pytest
from litestar.testing import TestClient

from field.store import assessments, lead_follow_up
from field.store.office import Entry
from tests.api.conftest import Office
from tests.helpers import sign_in

SECONDS = 20
HAND_OVER = {"reference": "Korangi 14/2026"}


def entered(office: Office, district: str, **values) -> str:
    """A lead of a district, entered by its inspector and pushed."""
    work, id = office.work[district], office.world.clock.uuid7()
    known = {"what": "home_based", "name": f"Bangle makers of {district}", "district": district, **values}
    work.tablet.change("lead", id, known, "create")
    work.tablet.push(office.client)
    return id


def test_everybody_sees_the_leads_of_their_own_districts_alone(office: Office):
    korangi, sukkur = entered(office, "korangi"), entered(office, "sukkur")
    for role in ("supervisor", "recovery_officer", "directorate", "administrator"):
        answer = office.get("/api/leads", f"{role}-korangi")
        assert [lead["id"] for lead in answer.json()] == [korangi]
        assert "sukkur" not in answer.text
        assert office.get("/api/leads", f"{role}-korangi", district="sukkur").status_code == 403
    everywhere = office.get("/api/leads", "directorate-None").json()
    assert {lead["id"] for lead in everywhere} == {korangi, sukkur}
    assert office.get("/api/leads", "inspector-korangi").status_code == 403
    assert office.get(f"/api/records/{sukkur}", "supervisor-korangi").status_code == 403
    assert office.get(f"/api/records/{korangi}", "supervisor-korangi").json()["kind"] == "lead"


def test_nobody_acts_on_a_lead_of_a_foreign_district(office: Office):
    sukkur, own = entered(office, "sukkur"), entered(office, "korangi")
    acts = {
        "hand-over": HAND_OVER,
        "registered": {"registration_no": "2026090001"},
        "card": {"cards": 1},
        "reject": {"reason": "Nobody there"},
    }
    for act, body in acts.items():
        answer = office.post(f"/api/leads/{sukkur}/{act}", "supervisor-korangi", body)
        assert (answer.status_code, answer.json()["code"]) == (403, "no-right")
        assert office.post(f"/api/leads/{own}/{act}", "recovery_officer-korangi", body).status_code == 403
    foreign = {"reason": "Same place", "duplicate_of": sukkur}
    assert office.post(f"/api/leads/{own}/reject", "supervisor-korangi", foreign).status_code == 403
    statuses = [lead["status"] for lead in office.get("/api/leads", "directorate-None").json()]
    assert statuses == ["found", "found"]


def test_a_lead_goes_from_hand_over_to_the_card_and_its_history_names_everybody(office: Office):
    id = entered(office, "korangi")
    for act, body in (
        ("hand-over", HAND_OVER),
        ("registered", {"registration_no": "2026090001"}),
        ("card", {"cards": 6}),
    ):
        office.world.clock.advance(1000)
        answer = office.post(f"/api/leads/{id}/{act}", "supervisor-korangi", body)
        assert (answer.status_code, answer.json()["status"]) == (200, "applied"), answer.text
    (lead,) = office.get("/api/leads", "supervisor-korangi", status="card_issued").json()
    assert (lead["cards"], lead["reference"], lead["next"]) == (6, "Korangi 14/2026", ["card_issued"])
    assert office.get("/api/leads", "supervisor-korangi", status="open").json() == []
    history = office.get(f"/api/records/{id}/history", "supervisor-korangi").json()
    assert [each["by_name"] for each in history] == ["Name of inspector", *["Name of supervisor"] * 3]
    made = office.get("/api/establishments", "supervisor-korangi").json()
    assert lead["registered_as"] in {each["record"] for each in made}


@pytest.mark.parametrize(
    ("act", "body", "status", "words"),
    [
        ("hand-over", {}, 400, "reference"),
        ("hand-over", {"reference": "R", "on": "2999-01-01"}, 422, "still to come"),
        ("registered", {"registration_no": "1"}, 422, "not handed over yet"),
        ("card", {"cards": 0}, 400, "cards"),
        ("reject", {"reason": " "}, 422, "A word is missing"),
        ("reject", {"reason": "Twice", "duplicate_of": "0" * 8}, 400, "duplicate_of"),
    ],
)
def test_what_cannot_be_is_told_in_words(office: Office, act, body, status, words):
    id = entered(office, "korangi")
    answer = office.post(f"/api/leads/{id}/{act}", "supervisor-korangi", body)
    assert answer.status_code == status, answer.text
    assert words in answer.json()["detail"]


def test_what_is_no_lead_is_not_found(office: Office):
    work = office.work["korangi"]
    for id in (work.establishment, "0" * 36):
        answer = office.post(f"/api/leads/{id}/hand-over", "supervisor-korangi", HAND_OVER)
        assert answer.status_code == 404
    headers = sign_in(office.client, "supervisor-korangi")
    assert office.client.get("/api/leads?after=nobody", headers=headers).status_code == 400


def test_two_who_enter_different_names_make_a_conflict_that_the_supervisor_decides(office: Office):
    id, work = entered(office, "korangi"), office.work["korangi"]
    other = office.world.tablet(work.inspector, "korangi")
    for tablet, name in ((work.tablet, "Lane 4"), (other, "Lane 5")):
        tablet.change("lead", id, {"name": name})
        tablet.push(office.client)
    (lead,) = office.get("/api/leads", "supervisor-korangi").json()
    assert lead["disputed"] == ["name"]
    conflicts = office.get("/api/conflicts", "supervisor-korangi").json()
    (conflict,) = [each for each in conflicts if each["root"] == id]
    opened = office.get(f"/api/conflicts/{conflict['record']}", "supervisor-korangi").json()
    assert (opened["of"], opened["about"], opened["establishment"]) == ("lead", "name", None)
    chosen = (
        opened["sides"][0]["write"] if "sides" in opened else conflict["values"]["candidates"][0]["write"]
    )
    body = {
        "seen": [each["write"] for each in conflict["values"]["candidates"]],
        "choose": chosen,
        "reason": "Was there",
    }
    decided = office.post(f"/api/conflicts/{conflict['record']}/decide", "supervisor-korangi", body)
    assert decided.status_code == 200, decided.text
    assert office.get("/api/leads", "supervisor-korangi").json()[0]["disputed"] == []


def test_the_background_work_opens_leads_by_itself(office: Office, monkeypatch):
    work, done, whole = office.work["korangi"], threading.Event(), lead_follow_up.refresh

    def refresh(*arguments):
        found = whole(*arguments)
        if found:
            done.set()
        return found

    # What the office has done already is settled first, so that only the new report can set it off.
    settled(office)
    monkeypatch.setattr(lead_follow_up, "refresh", refresh)
    with TestClient(office.world.app(background_s=0.01)) as client:
        visit = office.world.visit(work.establishment, "korangi", work.inspector)
        work.tablet.report(visit, [{"month": "2024-07", "wage_rs": 30_000, "registered": False}])
        work.tablet.push(client)
        assert done.wait(SECONDS)
    whole(office.world.store, office.world.clock, office.world.context.office)
    (lead,) = office.get("/api/leads", "supervisor-korangi").json()
    assert (lead["cause"], lead["workers_found"]) == ("unregistered-workers", 1)


def settled(office: Office) -> None:
    """Everything assessed, and every lead that follows from it."""
    world = office.world
    while assessments.refresh(world.store, world.clock.now_ms()):
        pass
    while lead_follow_up.refresh(world.store, world.clock, world.context.office):
        pass


def reported(office: Office, district: str, unit: str) -> None:
    """A report of the district's inspector about a unit, with a worker who holds no card."""
    work = office.work[district]
    visit = office.world.visit(unit, district, work.inspector)
    work.tablet.report(visit, [{"month": "2024-07", "wage_rs": 30_000, "registered": False}])
    work.tablet.push(office.client)
    settled(office)


@pytest.mark.parametrize("login", ["supervisor-korangi", "directorate-korangi", "directorate-None"])
def test_whoever_may_act_on_a_lead_can_do_all_of_it(office: Office, login):
    without = office.world.establishment("korangi", registration_no=None)
    new, known = entered(office, "korangi"), entered(office, "korangi", what="unit", establishment=without)
    for id, number in ((new, "2026090001"), (known, "2026090002")):
        for act, body in (
            ("hand-over", HAND_OVER),
            ("registered", {"registration_no": number}),
            ("card", {"cards": 6}),
        ):
            answer = office.post(f"/api/leads/{id}/{act}", login, body)
            assert (act, answer.status_code) == (act, 200), answer.text
    third = entered(office, "korangi")
    assert office.post(f"/api/leads/{third}/reject", login, {"reason": "Nobody there"}).status_code == 200


def test_a_lead_about_a_unit_elsewhere_names_it_only_to_those_who_hold_its_district(office: Office):
    entered(office, "korangi", what="workers", establishment=office.work["sukkur"].establishment)
    own = office.get("/api/leads", "supervisor-korangi")
    assert "Mill of sukkur" not in own.text
    assert own.json()[0]["establishment_no"] is None
    assert office.get("/api/leads", "directorate-None").json()[0]["establishment_name"] == "Mill of sukkur"


def test_a_lead_from_elsewhere_does_not_take_away_what_reports_of_a_district_found(office: Office):
    unit = office.work["sukkur"].establishment
    foreign = entered(office, "korangi", what="workers", establishment=unit)
    reported(office, "sukkur", unit)
    (lead,) = office.get("/api/leads", "supervisor-sukkur").json()
    assert (lead["cause"], lead["workers_found"]) == ("unregistered-workers", 1)
    (other,) = office.get("/api/leads", "supervisor-korangi").json()
    assert (other["id"], other["reports"], other["workers_found"]) == (foreign, [], None)


def test_a_unit_that_stands_in_no_district_is_a_lead_where_it_was_visited(office: Office):
    unit = office.world.clock.uuid7()
    entry = Entry(kind="establishment", record=unit, op="create", set={"name": "Nowhere", "sector": "dyeing"})
    office.world.write(entry)
    reported(office, "korangi", unit)
    found = office.get("/api/leads", "supervisor-korangi").json()
    assert {(lead["cause"], lead["sector"]) for lead in found} == {
        ("unregistered-unit", "dyeing"),
        ("unregistered-workers", "dyeing"),
    }
    reported(office, "korangi", unit)
    assert len(office.get("/api/leads", "supervisor-korangi").json()) == 2


def test_a_cnic_is_masked_in_whatever_words_it_was_typed(office: Office):
    id = entered(office, "korangi", remarks="owner 4210112345671", name="CNIC:42101 1234567 1")
    office.post(f"/api/leads/{id}/hand-over", "supervisor-korangi", {"reference": "of 42101-1234567-1"})
    office.post(f"/api/leads/{id}/reject", "supervisor-korangi", {"reason": "4210112345671 is registered"})
    for listed in (
        office.get("/api/leads", "supervisor-korangi"),
        office.get(f"/api/records/{id}/history", "supervisor-korangi"),
        office.get(f"/api/records/{id}", "supervisor-korangi"),
    ):
        assert "1234567" not in listed.text
