"""Remarks about evidence through the door: who reads them, and what they may not learn by them."""

import pytest
from litestar.testing import TestClient

from field.store import evidence_keeping
from tests.api.conftest import Office, Work

SHA256 = "ab" * 32


def described(office: Office, work: Work) -> str:
    """A photo with the same file in both districts; the report's id."""
    values = {"report": work.report, "sha256": SHA256, "size": 9, "media_type": "image/jpeg"}
    work.tablet.change("photo", office.world.clock.uuid7(), values, "create")
    work.tablet.push(office.client)
    return work.report


@pytest.fixture
def shared(office: Office) -> dict[str, str]:
    reports = {district: described(office, work) for district, work in office.work.items()}
    while evidence_keeping.refresh(office.world.store, office.world.clock.now_ms()):
        pass
    return reports


@pytest.mark.parametrize("role", ["supervisor", "recovery_officer", "directorate", "administrator"])
def test_the_offices_people_read_the_remarks_of_their_district(
    office: Office, shared: dict[str, str], role: str
):
    found = office.get(f"/api/reports/{shared['korangi']}/evidence", f"{role}-korangi").json()
    (remark,) = found["remarks"]
    assert (remark["code"], remark["weight"], found["waiting"], found["lifted"]) == (
        "photo-again",
        "high",
        False,
        0,
    )
    assert remark["compared"] == {"sha256": SHA256, "other_district": True}
    assert [row["id"] for row in found["settings"]] == ["evidence-weight-photo-again"]


def test_nobody_learns_of_another_districts_report_by_a_remark(office: Office, shared: dict[str, str]):
    path = f"/api/reports/{shared['korangi']}/evidence"
    for each in (path, f"{path}/history"):
        answer = office.get(each, "supervisor-korangi")
        other = office.work["sukkur"]
        for secret in (shared["sukkur"], other.visit, other.establishment, "sukkur", "Mill of"):
            assert secret not in answer.text
    (remark,) = office.get(path, "supervisor-korangi").json()["remarks"]
    assert (remark["other"], remark["elsewhere"]) == (None, True)
    assert "in a report of another district" in remark["sentences"]["en"]
    assert "کسی اور ضلع" in remark["sentences"]["ur"]


def test_who_holds_both_districts_is_shown_the_other_report(office: Office, shared: dict[str, str]):
    (remark,) = office.get(f"/api/reports/{shared['korangi']}/evidence", "directorate-None").json()["remarks"]
    assert (remark["other"]["report"], remark["elsewhere"]) == (shared["sukkur"], False)


def test_other_districts_and_inspectors_do_not_read_them(office: Office, shared: dict[str, str]):
    path = f"/api/reports/{shared['korangi']}/evidence"
    for login in ("supervisor-sukkur", "inspector-korangi"):
        for each in (path, f"{path}/history"):
            assert office.get(each, login).status_code == 403
    assert office.get("/api/reports/nothing/evidence", "supervisor-korangi").status_code == 404


def test_the_list_of_a_day_tells_how_many_and_how_heavy(office: Office, shared: dict[str, str]):
    (visit,) = office.get("/api/visits", "supervisor-korangi").json()
    (report,) = visit["reports"]
    assert (report["remarks"], report["weight"]) == (1, "high")


def test_the_history_tells_when_a_remark_was_raised(office: Office, shared: dict[str, str]):
    path = f"/api/reports/{shared['korangi']}/evidence/history"
    (entry,) = office.get(path, "supervisor-korangi").json()
    assert (entry["what"], entry["at_ms"]) == ("raised", office.world.clock.now_ms())
    assert office.get(path, "supervisor-korangi", skip="1").json() == []


def test_the_background_compares_by_itself(office: Office):
    described(office, office.work["korangi"])
    report = described(office, office.work["sukkur"])
    with TestClient(office.world.app(background_s=0.01)) as client:
        office = Office(office.world, client, office.work)
        for _ in range(500):
            found = office.get(f"/api/reports/{report}/evidence", "supervisor-sukkur").json()
            if not found["waiting"]:
                break
        assert [each["code"] for each in found["remarks"]] == ["photo-again"]
