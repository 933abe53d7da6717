"""The register's loose ends over the network: who sees them, and who settles them."""

import io

from field.store import directorates, disagreements, establishments
from field.store.import_runs import Source
from tests.api.conftest import Office

DOUBT = b"registration_no,name,lat,lon,district\n1,Works,24.5,67.5,Sukkur\n"
"""The place lies in korangi."""

WHY = "The gate is on our side of the road"


def bring_in(office: Office, content: bytes = DOUBT) -> str:
    context = office.world.context
    source = Source(io.BytesIO(content), "register.csv", "test")
    establishments.import_file(context.store, context.clock, context.office, source)
    return establishments.record_id("1")


def test_a_supervisor_settles_a_disagreement_and_it_is_an_entry_with_its_author(office: Office):
    unit = bring_in(office)
    for login in ("supervisor-korangi", "supervisor-sukkur", "administrator-None"):
        (listed,) = office.get("/api/disagreements", login).json()
        assert (listed["establishment"], listed["district"], listed["place"]) == (unit, None, "korangi")
    path = f"/api/disagreements/{unit}/settle"
    refused = office.post(path, "supervisor-sukkur", {"district": "korangi", "reason": WHY})
    assert (refused.status_code, refused.json()["code"]) == (403, "no-right")
    assert office.post(path, "supervisor-korangi", {"district": "korangi", "reason": WHY}).status_code == 204
    assert office.get("/api/disagreements", "administrator-None").json() == []
    last = office.get(f"/api/records/{unit}/history", "supervisor-korangi").json()[-1]
    assert (last["by_name"], last["status"]) == ("Name of supervisor", "applied")
    assert WHY in last["line"]
    assert office.post(path, "supervisor-korangi", {"district": "korangi"}).status_code == 400
    bring_in(office)
    assert office.get("/api/disagreements", "administrator-None").json() == []
    again = office.post(path, "supervisor-korangi", {"district": "korangi", "reason": WHY})
    assert (again.status_code, again.json()["code"]) == (404, "not-found")


def test_a_disagreement_ends_at_the_border_of_the_district(office: Office):
    bring_in(office)
    with office.world.store.read() as tx:
        assert disagreements.listed(tx, []) == []
    answer = office.get("/api/disagreements", "supervisor-korangi", district="sukkur")
    assert answer.json()["code"] == "no-right"


def test_a_wrong_district_is_told_in_words(office: Office):
    unit = bring_in(office)
    answer = office.post(
        f"/api/disagreements/{unit}/settle", "administrator-None", {"district": "atlantis", "reason": WHY}
    )
    assert (answer.status_code, answer.json()["detail"]) == (400, "There is no district 'atlantis'.")


def test_directorates_and_their_figures(office: Office):
    text = b"directorate,district,from\nEast,korangi,2020-01-01\n"
    world = office.world
    directorates.import_file(world.store, world.clock, Source(io.BytesIO(text), "d.csv", "test"))
    (east,) = office.get("/api/directorates", "recovery_officer-korangi").json()
    assert east["holds"] == [{"district": "korangi", "area": None, "from_day": "2020-01-01", "to_day": None}]
    first, rest = office.get("/api/compliance/directorates", "directorate-None").json()
    districts = {each["district"]: each for each in office.get("/api/compliance", "directorate-None").json()}
    assert (first["name"], first["districts"], rest["directorate"]) == ("East", ["korangi"], None)
    for name in ("establishments", "visited", "reports", "flagged", "due_rs", "open_conflicts"):
        assert first[name] == districts["korangi"][name]
        assert rest[name] == districts["sukkur"][name]
    (own,) = office.get("/api/compliance/directorates", "directorate-sukkur").json()[1:]
    assert own["districts"] == ["sukkur"]


HOLDS = {"directorate": "SITE East", "district": "korangi", "from_day": "2026-01-01"}


def give(office: Office, who: str = "administrator-None", **more: object):
    return office.post("/api/directorates", who, {**HOLDS, **more})


def test_a_directorate_is_given_a_district_once_and_an_end_to_that(office: Office):
    assert give(office).json() == {"changed": True, "remarks": []}
    assert give(office).json()["changed"] is False
    ended = give(office, to_day="2026-06-30", area="")
    assert ended.json()["changed"] is True
    (east,) = office.get("/api/directorates", "supervisor-korangi").json()
    assert (east["name"], east["holds"][0]["to_day"]) == ("SITE East", "2026-06-30")
    shared = give(office, directorate="SITE West", from_day="2026-05-01").json()
    assert len(shared["remarks"]) == 1


def test_what_a_directorate_cannot_hold_is_refused_in_words(office: Office):
    give(office)
    overlapping = give(office, from_day="2026-03-01")
    assert (overlapping.status_code, overlapping.json()["code"]) == (422, "refused")
    assert "End the earlier one first" in overlapping.json()["detail"]
    assert "No district is called Atlantis" in give(office, district="Atlantis").json()["detail"]
    assert give(office, to_day="2025-01-01").status_code == 400
    for who in ("directorate-None", "administrator-korangi"):
        assert give(office, who).status_code == 403
    (only,) = office.get("/api/directorates", "supervisor-korangi").json()
    assert len(only["holds"]) == 1
