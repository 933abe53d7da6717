"""Who gets in, how far they see, and what nobody sees."""

import pytest
from sqlalchemy import select

from field.problems import CATALOGUE
from field.store.holding import CHANGES
from field.store.people import POSTINGS
from field.sync.rights import ROLES, ROUTES
from tests.api.conftest import CNIC, SECRETS, Office, Work, photographed
from tests.helpers import sign_in

GUARDED = {route: roles for route, roles in ROUTES.items() if roles}
LISTS = (
    "/api/establishments",
    "/api/visits",
    "/api/reports",
    "/api/conflicts",
    "/api/quarantine",
    "/api/devices",
    "/api/flags",
    "/api/compliance",
    "/api/people",
)


NEEDED = {
    f"GET /api/flags/{{establishment_id}}/{what}": "?day=2024-08-25"
    for what in ("owed", "explain", "judgement")
} | {"GET /api/establishments/search": "?text=Unit"}
"""What a route cannot be asked without."""


@pytest.fixture
def office(office: Office) -> Office:
    """With a photo in each district."""
    for district, work in office.work.items():
        office.work[district] = photographed(office.world, office.client, work)
    return office


def address(office: Office, route: str, district: str = "korangi") -> tuple[str, str]:
    """A route's method and a real path of a district."""
    work = office.work[district]
    ids = {
        "device_id": work.tablet.id,
        "visit_id": work.visit,
        "record_id": work.line,
        "report_id": work.report,
        "conflict_id": work.conflict,
        "establishment_id": work.establishment,
        "lead_id": work.establishment,
        "photo_id": work.photo,
        "hold_id": work.visit,
        "person_id": somebody(office, district),
        "entry": held(office, district),
    }
    method, _, path = route.partition(" ")
    return method, path.format(**ids) + NEEDED.get(route, "")


def somebody(office: Office, district: str) -> str:
    """A person for whom another password matters to no other route."""
    return office.world.person("inspector", district, f"somebody-{office.world.clock.uuid7()}")


def held(office: Office, district: str) -> str:
    """What the faulty tablet of a district sent, which is in quarantine."""
    one = select(CHANGES.c.device, CHANGES.c.seq).where(
        CHANGES.c.status == "quarantined", CHANGES.c.district == district
    )
    with office.world.store.read() as tx:
        found = tx.execute(one).one()
    return f"{found.device}:{found.seq}"


def test_on_every_route_a_wrong_role_gets_a_problem_and_nobody_gets_more(office: Office):
    tokens = {role: sign_in(office.client, f"{role}-korangi") for role in ROLES}
    for route, allowed in GUARDED.items():
        method, path = address(office, route)
        stranger = office.client.request(method, path)
        assert (route, stranger.status_code, stranger.json()["code"]) == (route, 401, "not-signed-in")
        for role in sorted(set(ROLES) - allowed):
            answer = office.client.request(method, path, headers=tokens[role], json={})
            assert (route, role, answer.status_code, answer.json()["code"]) == (route, role, 403, "no-right")
            assert answer.headers["content-type"] == "application/problem+json"


def test_on_every_route_the_right_roles_get_in(office: Office):
    for route, allowed in GUARDED.items():
        if route == "POST /api/sign-out":
            continue
        method, path = address(office, route)
        for role in sorted(allowed):
            answer = office.client.request(
                method, path, headers=sign_in(office.client, f"{role}-korangi"), json={}
            )
            assert answer.status_code not in (401, 403, 500), (route, role, answer.text)
            assert answer.is_success or answer.json()["code"] in CATALOGUE


def test_a_posting_that_has_ended_opens_nothing(office: Office):
    token = sign_in(office.client, "supervisor-korangi")
    with office.world.store.write() as tx:
        tx.execute(POSTINGS.update().values(to_ms=office.world.clock.now_ms()))
    assert office.client.get("/api/visits", headers=token).json()["code"] == "no-right"


@pytest.mark.parametrize("path", LISTS)
def test_lists_end_at_the_border_of_the_district(office: Office, path: str):
    login = "administrator-korangi" if path == "/api/people" else "supervisor-korangi"
    everywhere = "administrator-None" if path in ("/api/people", "/api/devices") else "directorate-None"
    own, foreign = office.work["korangi"], office.work["sukkur"]
    answer = office.get(path, login)
    assert answer.status_code == 200
    assert answer.json(), path
    words = (foreign.district, foreign.establishment, foreign.visit, foreign.report, foreign.tablet.id)
    assert not [word for word in words if word in answer.text]
    if path not in ("/api/conflicts", "/api/quarantine"):
        more = office.get(path, everywhere).text
        assert [word for word in words if word in more]
    if path not in ("/api/devices", "/api/people"):
        refused = office.get(path, login, district=foreign.district)
        assert (refused.status_code, refused.json()["code"]) == (403, "no-right")
        assert office.get(path, login, district=own.district).json() == answer.json()


@pytest.mark.parametrize(
    "route",
    [
        "GET /api/records/{record_id}",
        "GET /api/records/{record_id}/history",
        "GET /api/reports/{report_id}",
        "GET /api/photos/{photo_id}",
        "GET /api/conflicts/{conflict_id}",
        "POST /api/devices/{device_id}/revoke",
        "POST /api/conflicts/{conflict_id}/decide",
        "POST /api/visits/{visit_id}/inspector",
        "GET /api/quarantine/{entry}",
        "POST /api/quarantine/{entry}/release",
        "POST /api/quarantine/{entry}/reject",
        "POST /api/quarantine/{entry}/undo",
    ],
)
def test_what_lies_in_another_district_is_refused(office: Office, route: str):
    method, path = address(office, route, "sukkur")
    body = (
        {"seen": [office.work["sukkur"].line], "reason": "x", "choose": None}
        if "decide" in path
        else {"inspector": office.work["korangi"].inspector}
    )
    body = {"reason": "x"} if "quarantine" in path else body
    token = sign_in(office.client, "supervisor-korangi")
    answer = office.client.request(method, path, headers=token, json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "no-right")


def test_a_foreign_employers_flags_are_not_there(office: Office):
    path = address(office, "GET /api/flags/{establishment_id}", "sukkur")[1]
    assert office.get(path, "supervisor-korangi").status_code == 404
    assert office.get(path, "directorate-None").status_code == 200


def test_nobody_reads_a_personal_value_in_the_console(office: Office):
    """Not in any answer to anybody, in any record of any kind, and not where a faulty tablet put one."""
    tokens = {role: sign_in(office.client, f"{role}-korangi") for role in ROLES}
    read = []
    for route, allowed in GUARDED.items():
        method, path = address(office, route)
        if method == "GET":
            read += [office.client.get(path, headers=tokens[role]) for role in allowed]
    for id in ids_of(office.work["korangi"]):
        for path in (f"/api/records/{id}", f"/api/records/{id}/history"):
            read.append(office.client.get(path, headers=tokens["supervisor"]))
    assert len(read) > 30
    for answer in read:
        assert answer.status_code == 200, (answer.url, answer.text)
        for secret in SECRETS:
            assert secret not in answer.text, answer.url
    shown = office.get(f"/api/records/{office.work['korangi'].line}", "supervisor-korangi").json()
    assert sorted(shown["personal"].values()) == [f"{CNIC[:5]}-*******-*", "Z…"]
    assert shown["values"]["cnic"] in shown["personal"]


def ids_of(work: Work) -> list[str]:
    return [work.establishment, work.visit, work.report, work.line, work.conflict]


def test_a_candidate_in_dispute_is_masked_too(office: Office):
    work = office.work["korangi"]
    shown = office.get(f"/api/records/{work.conflict}", "supervisor-korangi").json()
    assert shown["values"]["about"] == "person_met"
    assert set(shown["personal"].values()) == {"M…"}
    candidates = [candidate["value"] for candidate in shown["values"]["candidates"]]
    assert set(candidates) == set(shown["personal"])
