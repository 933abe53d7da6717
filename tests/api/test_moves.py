"""Establishments and visits that move while tablets are far away."""

from datetime import date
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from field.inspections import planning
from field.store import decisions, plans, rows
from field.sync import scopes
from tests.api.test_sync import Replica
from tests.helpers import Tablet, World, sign_in

Client = TestClient[Litestar]
WAGE = {"month": "2026-03", "wage_rs": 32_000}
REASON = {"reason": "The boundary was drawn anew."}


@pytest.fixture
def far(world: World) -> Tablet:
    """An inspector's tablet in Sukkur."""
    return world.tablet(world.person("inspector", "sukkur"), "sukkur")


@pytest.fixture
def supervisor(world: World, client: Client) -> dict[str, str]:
    """Somebody who may move an establishment from Korangi to Sukkur."""
    world.person("directorate", None)
    world.person("supervisor", "sukkur")
    world.person("supervisor", "korangi")
    return sign_in(client, "directorate-None")


def moved(client: Client, headers: dict[str, str], unit: str, district: str = "sukkur") -> dict[str, Any]:
    body = {"district": district, **REASON}
    answer = client.post(f"/api/establishments/{unit}/district", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def alarms(client: Client, login: str) -> list[str]:
    found = client.get("/api/alarms", headers=sign_in(client, login)).json()
    return [alarm["code"] for alarm in found]


@pytest.mark.parametrize("heard", [True, False], ids=["before the move", "after it, without having heard"])
def test_work_at_an_establishment_that_moves_away_lands_where_it_went_and_is_shown(
    world: World,
    client: Client,
    tablet: Tablet,
    far: Tablet,
    supervisor: dict[str, str],
    heard: bool,
) -> None:
    unit = world.establishment("korangi")
    visit = world.visit(unit, "korangi", tablet.person)
    tablet.change("visit", visit, {"status": "started"}, was={"status": "planned"})
    tablet.push(client)
    here, there = Replica(client, tablet), Replica(client, far)
    here.pull()
    anchor = world.context.key.anchor(world.clock.now_ms())
    world.clock.advance(1)
    if heard:
        tablet.report(visit, [WAGE, WAGE])
        world.clock.advance(1)
    found = moved(client, supervisor, unit)
    assert (found["was"], found["visits"], found["freed"]) == ("korangi", [visit], [visit])
    world.clock.advance(60_000)
    if not heard:
        # Its clock counts on from the last time that it heard of the office.
        tablet.change("visit", visit, {"notes": "at work"}, anchor=anchor, elapsed_ms=50_000)
        tablet.report(visit, [WAGE, WAGE])
    answers = tablet.push(client)["answers"]
    assert {(answer["status"], answer["scope"]) for answer in answers} == {("applied", "pool/sukkur")}
    assert "moved-away" in answers[0]["remarks"]
    assert alarms(client, "supervisor-sukkur").count("moved-away") == (1 if heard else 2)
    assert alarms(client, "supervisor-korangi") == []
    here.pull()
    assert here.kinds(scopes.own(tablet.person)) == here.kinds("district/korangi") == []
    sukkur = sign_in(client, "supervisor-sukkur")
    # However many entries it is about, whoever hears of it is led to one visit.
    told = client.get("/api/alarms", headers=sukkur).json()
    assert {(each["kind"], each["record"]) for each in told} == {("visit", visit)}
    client.post(f"/api/visits/{visit}/inspector", json={"inspector": far.person}, headers=sukkur)
    there.pull()
    assert there.kinds(scopes.own(far.person)) == ["report", "visit", "wage_line", "wage_line"]
    assert there.kinds("district/sukkur") == ["establishment"]


def test_an_open_conflict_goes_along(
    world: World, client: Client, tablet: Tablet, far: Tablet, supervisor: dict[str, str]
) -> None:
    unit = world.establishment("korangi", owner="Haji")
    for words in ("Seth", "Khan"):
        tablet.change("establishment", unit, {"owner": words})
    tablet.push(client)
    moved(client, supervisor, unit)
    here, there = Replica(client, tablet), Replica(client, far)
    here.pull(), there.pull()
    assert here.kinds("district/korangi") == []
    assert there.kinds("district/sukkur") == ["conflict", "establishment"]
    assert len(client.get("/api/conflicts", headers=sign_in(client, "supervisor-sukkur")).json()) == 1


def test_a_visit_that_was_made_goes_along_and_stays_its_inspectors(
    world: World, client: Client, supervisor: dict[str, str]
) -> None:
    unit, inspector = world.establishment("korangi"), world.person("inspector", None, "everywhere")
    done = world.visit(unit, "korangi", inspector, status="done")
    assert moved(client, supervisor, unit)["freed"] == []
    held = {visit["id"]: visit for visit in client.get("/api/visits", headers=supervisor).json()}
    assert (held[done]["district"], held[done]["inspector"]) == ("sukkur", inspector)


def test_what_stood_elsewhere_only_later_gives_no_right(
    world: World, client: Client, tablet: Tablet, far: Tablet, supervisor: dict[str, str]
) -> None:
    """The order of arrival must not decide: whoever was posted to the next district had no right before."""
    unit = world.establishment("korangi")
    far.change("establishment", unit, {"remarks": "mine"})
    world.clock.advance(1)
    moved(client, supervisor, unit)
    world.clock.advance(1)
    far.change("establishment", unit, {"remarks": "now it is mine"})
    answers = far.push(client)["answers"]
    assert [answer.get("code") for answer in answers] == ["no-right", None]
    assert "remarks" not in answers[1]


def test_only_who_answers_for_both_districts_moves_between_them(
    world: World, client: Client, supervisor: dict[str, str]
) -> None:
    unit = world.establishment("korangi")
    for login in ("supervisor-korangi", "supervisor-sukkur"):
        path, body = f"/api/establishments/{unit}/district", {"district": "sukkur", **REASON}
        assert client.post(path, json=body, headers=sign_in(client, login)).json()["code"] == "no-right"
    moved(client, supervisor, unit)
    again = client.post(path, json=body, headers=supervisor).json()
    assert (again["code"], again["detail"]) == ("refused", "This establishment stands in sukkur already.")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_push_that_meets_a_move_begins_anew_and_after_five_times_says_so(
    world: World, client: Client, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between finding out where a record stands and locking that scope, it goes elsewhere.

    The one writer of SQLite sees nothing move.
    """
    other, by = world.person("inspector", "korangi", "second"), world.person("supervisor", "korangi")
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    holders = [other, tablet.person]
    honest, moving = rows.lock_scopes, [1]

    def lock(store: Any, tx: Any, names: Any) -> Any:
        if moving and moving.pop():
            # The move itself locks scopes too.
            left, moving[:] = list(moving), []
            context = world.context
            decisions.give(context.store, context.clock, context.office, visit, holders[0], by)
            holders.reverse()
            moving[:] = left
        return honest(store, tx, names)

    monkeypatch.setattr(rows, "lock_scopes", lock)
    tablet.change("visit", visit, {"notes": "one"})
    (answer,) = tablet.push(client)["answers"]
    assert (answer["status"], answer["scope"]) == ("applied", scopes.own(other))

    moving[:] = [1] * 20
    tablet.change("visit", visit, {"notes": "two"})
    with pytest.raises(AssertionError, match=r'"status":503.*"code":"busy"|"code":"busy".*"status":503'):
        tablet.push(client)
    assert len(moving) == 15
    moving.clear()
    history = client.get(f"/api/records/{visit}/history", headers=sign_in(client, "supervisor-korangi"))
    assert '"two"' not in history.text


def test_two_who_plan_a_day_at_once_plan_nothing_twice(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both press the button; each saw the same establishments without a visit."""
    units = {world.establishment("korangi") for _ in range(7)}
    inspectors = [world.person("inspector", "korangi", f"inspector-{number}") for number in (1, 2)]
    by = world.person("supervisor", "korangi")
    context, day, honest = world.context, date(2026, 3, 2), planning.assign
    runs: list[Any] = []

    def plan() -> Any:
        return plans.assign(context.store, context.clock, context.office, ["korangi"], day, 3, 1, by)

    def assign(*args: Any, **more: Any) -> Any:
        found = honest(*args, **more)
        if not runs:
            runs.append(None)
            runs[0] = plan()
        return found

    monkeypatch.setattr(plans.planning, "assign", assign)
    late = plan()
    made = [each.assignment for run in (runs[0], late) for each in run.visits]
    assert len(made) == len({each.establishment for each in made}) == 6
    assert {each.establishment for each in made} < units
    assert [sum(each.inspector == one for each in made) for one in inspectors] == [3, 3]
    visits = client.get("/api/visits", headers=sign_in(client, "supervisor-korangi")).json()
    assert len(visits) == 6
