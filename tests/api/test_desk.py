"""What a desk shows at one glance: a day's visits, who could take one, the districts and their figures."""

import json

import pytest
import shapely
from shapely.geometry import mapping, shape

from field.geo.districts import District
from field.store import districts
from field.store.people import POSTINGS
from tests.api.conftest import Office
from tests.helpers import sign_in

SUPERVISOR = "supervisor-korangi"
UNREMARKED = {"remarks": 0, "weight": None}
WAGE = {"month": "2024-07", "wage_rs": 30_000, "registered": True}


def test_a_day_is_read_without_asking_further(office: Office) -> None:
    work = office.work["korangi"]
    (seen,) = office.get("/api/visits", SUPERVISOR).json()
    assert seen == {
        "id": work.visit,
        "establishment": work.establishment,
        "establishment_name": "Mill of korangi",
        "address": None,
        "registration_no": seen["registration_no"],
        "district": "korangi",
        "inspector": work.inspector,
        "inspector_name": "Name of inspector",
        "due": None,
        "status": "done",
        "reports": [{"id": work.report, "wage_lines": 1, **UNREMARKED}],
        "open_conflicts": 1,
    }
    assert seen["registration_no"].startswith("2024")


def test_visits_are_found_by_day_status_and_establishment(office: Office) -> None:
    world, work = office.world, office.work["korangi"]
    other = world.establishment("korangi", address="Plot 7")
    later = world.visit(other, "korangi", None, due="2026-09-23")
    today = world.visit(work.establishment, "korangi", work.inspector, due="2026-09-22")

    def found(**query: str) -> list[str]:
        return [visit["id"] for visit in office.get("/api/visits", SUPERVISOR, **query).json()]

    assert found() == sorted([work.visit, later, today])
    assert found(due="2026-09-23") == [later]
    assert found(status="planned") == sorted([later, today])
    assert found(status="done") == [work.visit]
    assert found(establishment=work.establishment) == sorted([work.visit, today])
    assert found(establishment=work.establishment, due="2026-09-22", status="planned") == [today]
    assert found(establishment=office.work["sukkur"].establishment) == []
    assert found(after=min(work.visit, later, today)) == sorted([work.visit, later, today])[1:]
    assert office.get("/api/visits", SUPERVISOR, status="lost").status_code == 400
    (seen,) = office.get("/api/visits", SUPERVISOR, due="2026-09-23").json()
    assert (seen["address"], seen["inspector_name"], seen["reports"]) == ("Plot 7", None, [])


def test_a_visit_may_have_several_reports(office: Office) -> None:
    work = office.work["korangi"]
    second, _ = work.tablet.report(work.visit, [WAGE, WAGE, WAGE])
    work.tablet.push(office.client)
    (seen,) = office.get("/api/visits", SUPERVISOR).json()
    assert seen["reports"] == [
        {"id": work.report, "wage_lines": 1, **UNREMARKED},
        {"id": second, "wage_lines": 3, **UNREMARKED},
    ]


def test_a_visit_is_given_by_who_has_how_much_to_do(office: Office) -> None:
    world, work = office.world, office.work["korangi"]
    second = world.person("inspector", "korangi", "second")
    for inspector in (second, second, work.inspector):
        world.visit(world.establishment("korangi"), "korangi", inspector, due="2026-09-22")
    # Of another district's visits the supervisor hears nothing.
    world.visit(world.establishment("sukkur"), "sukkur", second, due="2026-09-22")
    asked = {"role": "inspector", "district": "korangi"}
    answer = office.get("/api/people", SUPERVISOR, due="2026-09-22", **asked)
    seen = {person["id"]: person for person in answer.json()}
    assert {id: person["visits"] for id, person in seen.items()} == {work.inspector: 1, second: 2}
    assert seen[second]["name"] == "Name of inspector"
    assert seen[second]["now"] == [{"role": "inspector", "district": "korangi"}]
    assert [person["visits"] for person in office.get("/api/people", SUPERVISOR, **asked).json()] == [
        None
    ] * 2
    quiet = office.get("/api/people", SUPERVISOR, due="2026-09-23", **asked).json()
    assert [person["visits"] for person in quiet] == [0, 0]
    assert office.get("/api/people", SUPERVISOR, due="today").status_code == 400
    assert office.get("/api/people", SUPERVISOR, district="sukkur").json()["code"] == "no-right"


def test_nobody_is_offered_whose_posting_has_ended(office: Office) -> None:
    world = office.world
    gone = world.person("inspector", "korangi", "gone")
    with world.store.write() as tx:
        tx.execute(POSTINGS.update().where(POSTINGS.c.person == gone).values(to_ms=world.clock.now_ms()))
    offered = office.get("/api/people", SUPERVISOR, role="inspector", district="korangi").json()
    assert [person["id"] for person in offered] == [office.work["korangi"].inspector]
    everybody = {person["id"]: person for person in office.get("/api/people", SUPERVISOR).json()}
    assert everybody[gone]["now"] == []
    assert everybody[gone]["postings"]


def test_people_are_told_with_the_tablets_in_use_of_the_callers_districts(office: Office) -> None:
    world, work = office.world, office.work["korangi"]
    second = world.tablet(work.inspector, "korangi")
    away = world.tablet(work.inspector, "sukkur")

    def tablets(login: str) -> set[str]:
        told = {each["id"]: each for each in office.get("/api/people", login).json()}
        return {each["device"] for each in told[work.inspector]["tablets"]}

    here = tablets(SUPERVISOR)
    assert here > {work.tablet.id, second.id}
    assert tablets("administrator-None") == here | {away.id}
    office.post(f"/api/devices/{second.id}/revoke", SUPERVISOR, {})
    assert tablets(SUPERVISOR) == here - {second.id}


def outlined(id: str, points: list[tuple[float, float]]) -> District:
    """A district with a border along these points."""
    geometry = {"type": "MultiPolygon", "coordinates": [mapping(shapely.Polygon(points))["coordinates"]]}
    return District(id=id, name=id.title(), geometry=json.dumps(geometry), division="Karachi")


def test_the_map_shows_the_callers_districts_and_neighbours_share_their_border(office: Office) -> None:
    jagged = [(67.0 + (0.001 if step % 2 else 0.0), 24.0 + step / 100) for step in range(101)]
    west = outlined("korangi", [*jagged, (66.0, 25.0), (66.0, 24.0)])
    east = outlined("malir", [*jagged, (68.0, 25.0), (68.0, 24.0)])
    districts.save(office.world.store, [west, east])
    everywhere = office.get("/api/districts/shapes", "directorate-None")
    assert everywhere.headers["content-type"] == "application/geo+json"
    features = {feature["id"]: feature for feature in everywhere.json()["features"]}
    assert list(features) == ["korangi", "malir", "sukkur"]
    assert features["malir"]["properties"] == {"id": "malir", "name": "Malir", "division": "Karachi"}
    drawn = {id: shape(feature["geometry"]) for id, feature in features.items()}
    assert all(outline.is_valid for outline in drawn.values())
    assert shapely.get_num_coordinates(drawn["korangi"]) < 50
    assert drawn["korangi"].intersection(drawn["malir"]).area == 0
    assert drawn["korangi"].intersection(drawn["malir"]).length == pytest.approx(1.0, abs=0.02)
    assert all(part.exterior.is_ccw for part in drawn["malir"].geoms)
    (own,) = office.get("/api/districts/shapes", SUPERVISOR).json()["features"]
    assert own["id"] == "korangi"


def test_the_map_is_sent_once(office: Office) -> None:
    token = sign_in(office.client, SUPERVISOR)
    first = office.client.get("/api/districts/shapes", headers=token)
    known = {**token, "If-None-Match": first.headers["etag"]}
    again = office.client.get("/api/districts/shapes", headers=known)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert "private" in first.headers["cache-control"]
    foreign = sign_in(office.client, "supervisor-sukkur")
    other = office.client.get(
        "/api/districts/shapes", headers={**foreign, "If-None-Match": first.headers["etag"]}
    )
    assert (other.status_code, len(other.json()["features"])) == (200, 1)
    districts.save(office.world.store, [outlined("korangi", [(66, 24), (67, 24), (67, 25)])])
    assert office.client.get("/api/districts/shapes", headers=known).status_code == 200


def test_every_figure_of_a_district_opens_a_list_of_that_length(office: Office) -> None:
    """A figure opened a list that was longer than it said, and nobody could tell which was right."""
    world, work = office.world, office.work["korangi"]
    world.establishment("korangi")
    elsewhere = world.establishment("sukkur")
    # A visit that belongs to one district, to an establishment that has moved to another.
    world.visit(elsewhere, "korangi", work.inspector, status="done")
    world.visit(work.establishment, "korangi", None)
    for name in ("Old Mill", "New Mill"):
        work.tablet.change("establishment", work.establishment, {"name": name})
    work.tablet.push(office.client)
    lists = {
        "establishments": ("/api/establishments", {}),
        "visited": ("/api/establishments", {"visited": "true"}),
        "reports": ("/api/reports", {}),
        "flagged": ("/api/flags", {}),
        "open_conflicts": ("/api/conflicts", {}),
        "quarantined": ("/api/quarantine", {}),
    }
    figures = office.get("/api/compliance", "directorate-None").json()
    for numbers in figures:
        for figure, (path, query) in lists.items():
            listed = office.get(path, "directorate-None", district=numbers["district"], **query)
            assert len(listed.json()) == numbers[figure], (numbers["district"], figure, listed.text)
    by_district = {numbers["district"]: numbers for numbers in figures}
    assert by_district["korangi"]["open_conflicts"] == 2
    assert (by_district["korangi"]["visited"], by_district["korangi"]["establishments"]) == (1, 2)
    assert (by_district["sukkur"]["visited"], by_district["sukkur"]["establishments"]) == (2, 2)
    rest = office.get("/api/establishments", "directorate-None", district="korangi", visited="false").json()
    assert len(rest) == 1


def test_the_directorate_reads_conflicts_and_quarantine_and_decides_nothing(office: Office) -> None:
    login, work = "directorate-korangi", office.work["korangi"]
    assert len(office.get("/api/conflicts", login).json()) == 1
    assert len(office.get("/api/quarantine", login).json()) == 1
    body = {"seen": [work.line], "reason": "x", "choose": work.line}
    assert office.post(f"/api/conflicts/{work.conflict}/decide", login, body).status_code == 403
