"""What supervisors see of work that did not land, and of what they must hear of."""

import json

from sqlalchemy import update

from field.store.holding import CHANGES
from tests.api.conftest import Office
from tests.helpers import Tablet

SUPERVISOR = "supervisor-korangi"
WAGE = {"month": "2024-07", "wage_rs": 30_000, "registered": True}


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()]


def cut_off(office: Office, tablet: Tablet) -> str:
    """Push the first line of a group whose others never come; give its id."""
    tablet.report(office.work["korangi"].visit, [WAGE, WAGE])
    del tablet._lines[1:]
    tablet._seq -= 2
    id: str = json.loads(tablet._lines[0].partition(b"\t")[0])["id"]
    assert tablet.push(office.client)["answers"][0]["status"] == "held"
    return id


def test_held_work_is_seen_by_its_district(office: Office) -> None:
    work = office.work["korangi"]
    tablet = office.world.tablet(work.inspector, "korangi")
    held = cut_off(office, tablet)
    (seen,) = office.get("/api/quarantine", SUPERVISOR, status="held").json()
    assert (seen["id"], seen["status"], seen["district"]) == (held, "held", "korangi")
    assert office.get("/api/quarantine", "supervisor-sukkur", status="held").json() == []
    assert held not in ids(office.get("/api/quarantine", SUPERVISOR))


def test_waiting_work_is_seen_by_its_district(office: Office) -> None:
    work = office.work["korangi"]
    tablet = office.world.tablet(work.inspector, "korangi")
    waiting = tablet.change(
        "report", office.world.clock.uuid7(), {"visit": office.world.clock.uuid7()}, "create"
    )
    tablet.push(office.client)
    assert ids(office.get("/api/quarantine", SUPERVISOR, status="waiting")) == [waiting]
    assert ids(office.get("/api/quarantine", "supervisor-sukkur", status="waiting")) == []


def test_a_status_that_is_none_is_refused(office: Office) -> None:
    assert office.get("/api/quarantine", SUPERVISOR, status="lost").status_code == 400


def test_what_a_tablet_noted_beside_an_entry_reaches_the_supervisor(office: Office) -> None:
    work = office.work["korangi"]
    with office.world.store.write() as tx:
        tx.execute(update(CHANGES).values(remarks="ahead-of-receipt").where(CHANGES.c.record == work.line))
    entries = office.get(f"/api/records/{work.line}/history", SUPERVISOR).json()
    quarantined = office.get("/api/quarantine", SUPERVISOR).json()
    assert {tuple(each["remarks"]) for each in [*entries, *quarantined]} == {("ahead-of-receipt",)}


def test_quarantine_is_read_on_where_it_ended(office: Office) -> None:
    work = office.work["korangi"]
    tablets = [office.world.tablet(work.inspector, "korangi") for _ in range(3)]
    for number, tablet in enumerate(tablets):
        office.world.clock.advance(1000 * (number // 2))
        for _ in range(2):
            tablet.change("wage_line", work.line, {"wage_rs": -1})
        tablet.push(office.client)
    whole = office.get("/api/quarantine", SUPERVISOR).json()
    assert len(whole) == 7
    for number, entry in enumerate(whole):
        after = f"{entry['device']}:{entry['seq']}"
        assert office.get("/api/quarantine", SUPERVISOR, after=after).json() == whole[number + 1 :]
    assert office.get("/api/quarantine", SUPERVISOR, after="nothing").json()["code"] == "bad-request"


def test_alarms_are_read_on_where_they_ended(office: Office) -> None:
    work = office.work["korangi"]
    for number in range(3):
        tablet = office.world.tablet(work.inspector, "korangi")
        tablet.change("visit", work.visit, {"notes": "a"}, op="set")
        line = json.loads(tablet._lines[0])
        tablet._lines = [json.dumps({**line, "op": "lost", "lost": "a" * 64, "kind": None}).encode()]
        office.world.clock.advance(1000 * (number // 2))
        tablet.push(office.client)
    whole = office.get("/api/alarms", SUPERVISOR).json()
    assert len(whole) == 3
    for number, alarm in enumerate(whole):
        after = f"{alarm['device']}:{alarm['seq']}:{alarm['code']}"
        assert office.get("/api/alarms", SUPERVISOR, after=after).json() == whole[number + 1 :]
    assert office.get("/api/alarms", SUPERVISOR, after="x:y:z").json()["code"] == "bad-request"


def test_conflicts_are_read_on_by_id(office: Office) -> None:
    office.world.person("supervisor", None)
    whole = office.get("/api/conflicts", "supervisor-None").json()
    assert len(whole) == 2
    first = whole[0]["record"]
    assert office.get("/api/conflicts", "supervisor-None", after=first).json() == whole[1:]
