"""Postings that begin and end while tablets are far away, and what a transfer would do to them."""

from typing import Any

import pytest
import sqlalchemy as sa
from litestar import Litestar
from litestar.testing import TestClient

from field.api import background
from field.store import districts, people, postings
from field.store.hearing import keep
from field.sync import scopes
from field.sync.rights import Posting
from field.sync.told import Told
from tests.api.test_sync import Replica
from tests.helpers import KORANGI, PASSWORD, SUKKUR, Tablet, World, sign_in, square

Client = TestClient[Litestar]
WAGE = {"month": "2026-03", "wage_rs": 32_000}
MOVE = {"role": "inspector", "from_district": "korangi", "district": "sukkur"}
HOUR_MS = 3_600_000


@pytest.fixture
def administrator(world: World, client: Client) -> dict[str, str]:
    world.person("administrator", None)
    world.person("administrator", "korangi")
    world.person("supervisor", "korangi")
    return sign_in(client, "administrator-None")


def act(client: Client, headers: dict[str, str], person: str, what: str, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/people/{person}/{what}", json=body, headers=headers)
    found: dict[str, Any] = answer.json()
    return found


def preview(client: Client, headers: dict[str, str], **asked: Any) -> dict[str, Any]:
    answer = client.post("/api/scopes/preview", json=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def kinds(told: dict[str, Any]) -> dict[str, tuple[dict[str, int], dict[str, int]]]:
    """What each tablet would lose and get."""
    return {each["device"]: (each["loses"]["kinds"], each["gets"]["kinds"]) for each in told["tablets"]}


def test_an_inspector_is_transferred_in_the_middle_of_offline_work(
    world: World, client: Client, tablet: Tablet, administrator: dict[str, str]
) -> None:
    here, there = world.establishment("korangi", name="Mill"), world.establishment("sukkur")
    visit = world.visit(here, "korangi", tablet.person, due="2026-03-02")
    replica = Replica(client, tablet)
    replica.pull()
    assert replica.kinds("district/korangi") == ["establishment"]
    tablet.report(visit, [WAGE, WAGE])
    world.clock.advance(60)

    ends, begins = {"role": "inspector", "district": "korangi"}, {"role": "inspector", "district": "sukkur"}
    told = preview(client, administrator, person=tablet.person, ends=ends, begins=begins)
    (touched,) = told["tablets"]
    assert touched["loses"]["kinds"] == {"establishment": 1, "visit": 1}
    assert touched["gets"]["kinds"] == {"establishment": 1}
    assert touched["may_have_unsent"] == told["freed"] == ["Mill, 2026-03-02"]

    found = act(client, administrator, tablet.person, "postings/transfer", **MOVE)
    assert found["freed"] == [visit]
    world.clock.advance(60)
    # What he goes on with, not having heard: he has no posting there any more.
    tablet.change("establishment", here, {"remarks": "later"})
    answers = tablet.push(client)["answers"]
    assert [answer["status"] for answer in answers] == ["applied"] * 3 + ["quarantined"]
    assert answers[0]["scope"] == "pool/korangi"
    assert "moved-away" in answers[0]["remarks"]
    assert answers[3]["code"] == "no-right"
    replica.pull()
    assert replica.kinds(scopes.own(tablet.person)) == []
    assert "district/korangi" not in replica.rows
    assert [*replica.rows["district/sukkur"]] == [there]


def test_a_posting_ends_at_once_and_another_district_keeps_its_visits(
    world: World, client: Client, tablet: Tablet, administrator: dict[str, str]
) -> None:
    assert (
        act(client, administrator, tablet.person, "postings", role="inspector", district="sukkur")["freed"]
        == []
    )
    kept = world.visit(world.establishment("sukkur"), "sukkur", tablet.person)
    lost = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    done = world.visit(world.establishment("korangi"), "korangi", tablet.person, status="done")
    replica = Replica(client, tablet)
    replica.pull()
    world.clock.advance(1)
    found = act(client, administrator, tablet.person, "postings/end", role="inspector", district="korangi")
    assert found["freed"] == [lost]
    replica.pull()
    assert replica.rows[scopes.own(tablet.person)].keys() == {kept, done}
    assert {"leave": "district/korangi"} in replica.marks


def test_a_posting_for_later_changes_nothing_yet(
    world: World, client: Client, tablet: Tablet, administrator: dict[str, str]
) -> None:
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    later = world.clock.now_ms() + HOUR_MS
    ends = {"role": "inspector", "district": "korangi", "at_ms": later}
    found = act(client, administrator, tablet.person, "postings/end", **ends)
    assert (found["freed"], found["postings"][0]["to_ms"]) == ([], later)
    replica = Replica(client, tablet)
    replica.pull()
    assert visit in replica.rows[scopes.own(tablet.person)]
    world.clock.advance(HOUR_MS)
    replica.pull()
    assert {"leave": "district/korangi"} in replica.marks


def test_the_visits_of_a_posting_that_ends_by_itself_go_back_to_the_pool(
    world: World, client: Client, tablet: Tablet, administrator: dict[str, str]
) -> None:
    """It ended at the moment that was set, and its visits stayed with somebody who cannot make them."""
    later = world.clock.now_ms() + HOUR_MS
    ends = {"role": "inspector", "district": "korangi", "at_ms": later}
    act(client, administrator, tablet.person, "postings/end", **ends)
    act(client, administrator, tablet.person, "postings", role="inspector", district="sukkur")
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    world.visit(world.establishment("korangi"), "korangi", tablet.person, status="done")
    world.visit(world.establishment("sukkur"), "sukkur", tablet.person)
    worker = background.Background(world.context, 1)
    worker._sweep()
    replica = Replica(client, tablet)
    replica.pull()
    assert len(replica.rows[scopes.own(tablet.person)]) == 3
    world.clock.advance(2 * HOUR_MS)
    worker._sweep()
    replica.pull()
    assert visit not in replica.rows[scopes.own(tablet.person)]
    assert len(replica.rows[scopes.own(tablet.person)]) == 2
    assert postings.free_ended(world.store, world.clock, world.context.office) == []


@pytest.mark.parametrize(
    ("what", "body", "code"),
    [
        ("postings", {"role": "inspector", "district": "korangi"}, "refused"),
        ("postings", {"role": "inspector", "district": "atlantis"}, "not-found"),
        ("postings", {"role": "inspector", "district": "sukkur", "from_ms": 1}, "refused"),
        ("postings/end", {"role": "supervisor", "district": "korangi"}, "not-found"),
        ("postings/end", {"role": "inspector", "district": "korangi", "at_ms": 1}, "refused"),
        ("postings/transfer", {**MOVE, "role": "supervisor"}, "not-found"),
        ("postings/transfer", {**MOVE, "district": "atlantis"}, "not-found"),
    ],
)
def test_what_cannot_be_changed_is_refused_and_leaves_all_as_it_was(
    world: World,
    client: Client,
    tablet: Tablet,
    administrator: dict[str, str],
    what: str,
    body: dict[str, Any],
    code: str,
) -> None:
    assert act(client, administrator, tablet.person, what, **body)["code"] == code
    with world.store.read() as tx:
        held = people.postings_of(tx, [tablet.person])[tablet.person]
    assert held == [Posting(tablet.person, "inspector", "korangi", 0)]


def test_supervisors_post_inspectors_and_administrators_everybody_only_within_their_own(
    world: World, client: Client, tablet: Tablet, administrator: dict[str, str]
) -> None:
    for login in ("supervisor-korangi", "administrator-korangi"):
        found = act(client, sign_in(client, login), tablet.person, "postings/transfer", **MOVE)
        assert found["code"] == "no-right"
    me = client.get("/api/me", headers=administrator).json()["person"]
    found = act(client, administrator, me, "postings/end", role="administrator", district=None)
    assert found["code"] == "refused"
    supervisor = sign_in(client, "supervisor-korangi")
    for role in ("supervisor", "administrator"):
        assert (
            act(client, supervisor, tablet.person, "postings", role=role, district="korangi")["code"]
            == "no-right"
        )
    found = act(client, supervisor, tablet.person, "postings/end", role="inspector", district="korangi")
    assert found["postings"][0]["to_ms"] == world.clock.now_ms()
    assert act(client, supervisor, tablet.person, "password")["code"] == "no-right"


def test_a_supervisor_moves_inspectors_between_their_own_districts_and_sees_no_others(
    world: World, client: Client, tablet: Tablet
) -> None:
    districts.save(world.store, [KORANGI, SUKKUR, square("larkana", 29.0, 68.0)])
    both = world.person("supervisor", "korangi", "both")
    stranger = world.person("inspector", "larkana", "stranger")
    with world.store.write() as tx:
        for person, role, district in (
            (both, "supervisor", "sukkur"),
            (tablet.person, "inspector", "larkana"),
        ):
            place = postings.Post(role, district)  # type: ignore[arg-type]
            postings.give(tx, person, place, world.clock.uuid7(), world.clock.now_ms(), "test")
    supervisor = sign_in(client, "both")
    ends, begins = {"role": "inspector", "district": "korangi"}, {"role": "inspector", "district": "sukkur"}
    asked = {"person": stranger, "begins": begins}
    refused = client.post("/api/scopes/preview", json=asked, headers=supervisor)
    assert refused.json()["code"] == "not-found"
    assert act(client, supervisor, stranger, "postings", **begins)["code"] == "not-found"
    preview(client, supervisor, person=tablet.person, ends=ends, begins=begins)
    found = act(client, supervisor, tablet.person, "postings/transfer", **MOVE)
    # What somebody is posted to elsewhere is no concern of this supervisor.
    assert {post["district"] for post in found["postings"]} == {"korangi", "sukkur"}


def test_a_preview_of_a_visit_tells_nothing_of_people_to_whom_it_cannot_be_given(
    world: World, client: Client, tablet: Tablet, administrator: dict[str, str]
) -> None:
    """A supervisor named anybody, and was told of their tablet, its people and what is unsent on it."""
    stranger = world.person("inspector", "sukkur", "stranger")
    world.tablet(stranger, "sukkur")
    visit = world.visit(world.establishment("korangi", name="Mill"), "korangi", tablet.person)
    supervisor = sign_in(client, "supervisor-korangi")
    for person in (stranger, "nobody"):
        asked = {"visit": visit, "inspector": person}
        refused = client.post("/api/scopes/preview", json=asked, headers=supervisor)
        assert (refused.status_code, refused.json()["code"]) == (422, "refused")
    assert preview(client, supervisor, visit=visit)["freed"] == ["Mill"]


def test_nobody_makes_a_posting_longer_by_ending_it(
    world: World, client: Client, tablet: Tablet, administrator: dict[str, str]
) -> None:
    place = {"role": "inspector", "district": "korangi"}
    ends_ms = world.clock.now_ms() + HOUR_MS
    act(client, administrator, tablet.person, "postings/end", at_ms=ends_ms, **place)
    later = act(client, administrator, tablet.person, "postings/end", at_ms=ends_ms + 1, **place)
    assert later["code"] == "refused"
    sooner = act(client, administrator, tablet.person, "postings/end", at_ms=ends_ms - 1, **place)
    assert [post["to_ms"] for post in sooner["postings"]] == [ends_ms - 1]


def test_a_preview_tells_what_a_tablet_said_is_only_on_it(
    world: World, client: Client, tablet: Tablet, administrator: dict[str, str]
) -> None:
    world.visit(world.establishment("korangi"), "korangi", tablet.person)
    replica = Replica(client, tablet)
    replica.pull()
    told = preview(
        client, administrator, person=tablet.person, ends={"role": "inspector", "district": "korangi"}
    )
    assert [(each["unsent"], each["photos_unsent"]) for each in told["tablets"]] == [(0, 0)]
    word = Told(captured=3, acknowledged=0, oldest_unsent_ms=1, photos_unsent=2, bytes_unsent=9)
    keep(world.store, tablet.id, word, lambda _: None, world.clock.now_ms())
    told = preview(
        client, administrator, person=tablet.person, ends={"role": "inspector", "district": "korangi"}
    )
    assert [(each["unsent"], each["photos_unsent"]) for each in told["tablets"]] == [(3, 2)]


def test_a_new_password_signs_out_everywhere_and_unsent_work_still_arrives(
    world: World, client: Client, tablet: Tablet, administrator: dict[str, str]
) -> None:
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    desk = sign_in(client, "first")
    drawn = act(client, administrator, tablet.person, "password")["password"]
    assert client.get("/api/me", headers=desk).status_code == 401
    assert client.post("/api/sign-in", json={"login": "first", "password": PASSWORD}).status_code == 401
    assert client.post("/api/sign-in", json={"login": "first", "password": drawn}).status_code == 200
    tablet.report(visit, [WAGE])
    assert {answer["status"] for answer in tablet.push(client)["answers"]} == {"applied"}


def test_every_change_is_in_the_audit_trail(
    world: World, client: Client, tablet: Tablet, administrator: dict[str, str]
) -> None:
    act(client, administrator, tablet.person, "postings/transfer", **MOVE)
    act(client, administrator, tablet.person, "password", password="another-one")
    with world.store.read() as tx:
        bodies = [bytes(body) for body in tx.execute(sa.text("SELECT body FROM audit_notes")).scalars()]
    about = [body for body in bodies if tablet.person.encode() in body]
    assert sum(b'"posting-changed"' in body for body in about) == 2
    assert sum(b'"password-reset"' in body for body in about) == 1
    assert not any(b"another-one" in body for body in bodies)


def test_a_preview_of_a_move_and_of_a_visit_that_is_given(
    world: World, client: Client, tablet: Tablet, administrator: dict[str, str]
) -> None:
    other = world.tablet(world.person("inspector", "korangi", "second"), "korangi")
    far = world.tablet(world.person("inspector", "sukkur", "far"), "sukkur")
    unit = world.establishment("korangi", name="Mill")
    visit = world.visit(unit, "korangi", tablet.person)
    tablet.report(visit, [WAGE])
    tablet.push(client)
    told = preview(client, administrator, visit=visit, inspector=other.person)
    changes = kinds(told)
    below = {"report": 1, "visit": 1, "wage_line": 1}
    assert changes == {tablet.id: (below, {}), other.id: ({}, below)}
    told = preview(client, administrator, establishment=unit, district="sukkur")
    changes = kinds(told)
    assert changes == {
        tablet.id: ({**below, "establishment": 1}, {}),
        other.id: ({"establishment": 1}, {}),
        far.id: ({}, {"establishment": 1}),
    }
    assert told["freed"] == ["Mill"]
    refused = client.post(
        "/api/scopes/preview", json={"visit": visit, "person": far.person}, headers=administrator
    )
    assert refused.json()["code"] == "bad-request"


def test_a_visit_that_was_assigned_meanwhile_is_freed_as_well(world: World) -> None:
    """Between the end of the posting and the freeing of visits somebody gave one more."""
    inspector = world.person("inspector", "korangi")
    place = postings.Post("inspector", "korangi")
    with world.store.write() as tx:
        postings.end(tx, inspector, place, world.clock.now_ms(), "test")
    world.clock.advance(1)
    visits = [world.visit(world.establishment("korangi"), "korangi", inspector) for _ in range(3)]
    freed = postings.free_visits(world.store, world.clock, world.context.office, inspector)
    assert sorted(freed) == sorted(visits)
    assert postings.free_visits(world.store, world.clock, world.context.office, inspector) == []
