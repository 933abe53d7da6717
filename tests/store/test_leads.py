"""Leads in the database: opened by the office from reports, once, and tracked to the card."""

from collections.abc import Iterator
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from litestar.testing import TestClient

from field.problems import Problem
from field.store import assessments, lead_follow_up, leads, registry
from field.store.leads import LeadListed, Writer
from tests.helpers import Tablet, World, open_world

DAY = date(2020, 1, 1)
NOT_REGISTERED = {"month": "2024-07", "wage_rs": 30_000, "registered": False}
REGISTERED = {"month": "2024-07", "wage_rs": 30_000, "registered": True}


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with open_world(database_url) as world:
        yield world


@pytest.fixture
def tablet(world: World) -> Tablet:
    return world.tablet(world.person("inspector", "korangi", "first"), "korangi")


def settle(world: World) -> None:
    """Let the background work be done, to the end."""
    while assessments.refresh(world.store, world.clock.now_ms()):
        pass
    for _ in range(10):
        if not lead_follow_up.refresh(world.store, world.clock, world.context.office):
            return
    raise AssertionError("the leads do not come to rest")


def visited(world: World, tablet: Tablet, unit: str, *lines: Any, **values: Any) -> tuple[str, list[str]]:
    """A report about a unit, pushed."""
    visit = world.visit(unit, "korangi", tablet.person)
    made = tablet.report(visit, lines, **values)
    with TestClient(world.app()) as client:
        tablet.push(client)
    world.clock.advance(1000)
    return made


def every(world: World, **asked: Any) -> list[LeadListed]:
    with world.store.read() as tx:
        return leads.listed(tx, None, **asked)


def writer(world: World) -> Writer:
    return Writer(world.store, world.clock, world.context.office, None)


def anywhere(_: str | None) -> None:
    """Whoever asks may touch every district."""


def test_a_report_with_unregistered_workers_opens_one_lead_and_a_second_report_no_other(world, tablet):
    unit = world.establishment("korangi", name="Mill")
    first, _ = visited(world, tablet, unit, NOT_REGISTERED, NOT_REGISTERED, REGISTERED)
    settle(world)
    (lead,) = every(world)
    assert (lead.what, lead.name, lead.establishment, lead.status) == ("workers", "Mill", unit, "found")
    assert (lead.report, lead.reports, lead.workers_found) == (first, (first,), 2)
    assert (lead.by_name, lead.establishment_name) == (None, "Mill")
    second, _ = visited(world, tablet, unit, NOT_REGISTERED, NOT_REGISTERED, NOT_REGISTERED)
    settle(world)
    (again,) = every(world)
    assert (again.id, again.report, again.reports) == (lead.id, first, (first, second))
    assert again.workers_found == 3


def test_a_corrected_report_lifts_the_lead_and_its_history_says_so(world, tablet):
    unit = world.establishment("korangi")
    _, (line,) = visited(world, tablet, unit, NOT_REGISTERED)
    settle(world)
    (lead,) = every(world)
    tablet.change("wage_line", line, {"registered": True}, over={"registered": [_made(world, line)]})
    with TestClient(world.app()) as client:
        tablet.push(client)
    settle(world)
    (lifted,) = every(world)
    assert (lifted.id, lifted.status) == (lead.id, "lifted")
    assert every(world, status="open") == []
    with world.store.read() as tx:
        assert len(registry.history(tx, lead.id)) == 2


def _made(world: World, record: str) -> str:
    with world.store.read() as tx:
        return str(registry.history(tx, record)[0].id)


def test_a_unit_without_a_number_is_a_lead_until_the_register_has_one(world, tablet):
    unit = world.establishment("korangi", name="New unit", registration_no=None)
    visited(world, tablet, unit, headcount={"men": 5, "women": 3, "total": 8})
    settle(world)
    (lead,) = every(world)
    assert (lead.what, lead.cause, lead.workers_found) == ("unit", "unregistered-unit", 8)
    record = {"registration_no": "2026010001"}
    tablet.change("establishment", unit, record, over={"registration_no": [_made(world, unit)]})
    with TestClient(world.app()) as client:
        tablet.push(client)
    settle(world)
    (lead,) = every(world)
    assert lead.status == "lifted"


def test_a_change_of_the_register_moves_what_a_head_count_says(world, tablet):
    unit = world.establishment("korangi", workers_declared=5)
    visited(world, tablet, unit, headcount={"men": 8, "women": 0, "total": 8})
    settle(world)
    (lead,) = every(world)
    assert lead.workers_found == 3
    tablet.change(
        "establishment", unit, {"workers_declared": 9}, over={"workers_declared": [_made(world, unit)]}
    )
    with TestClient(world.app()) as client:
        tablet.push(client)
    settle(world)
    assert [each.status for each in every(world)] == ["lifted"]


def test_two_servers_that_follow_up_at_once_open_one_lead(world, tablet):
    visited(world, tablet, world.establishment("korangi"), NOT_REGISTERED)
    assessments.refresh(world.store, world.clock.now_ms())
    start = Barrier(4)

    def follow() -> None:
        start.wait()
        lead_follow_up.refresh(world.store, world.clock, world.context.office)

    threads = [Thread(target=follow) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    settle(world)
    assert len(every(world)) == 1


def test_what_cannot_be_followed_up_is_left_for_later_and_stops_nobody(world, tablet, monkeypatch):
    one, other = (world.establishment("korangi") for _ in range(2))
    for unit in (one, other):
        visited(world, tablet, unit, NOT_REGISTERED)
    assessments.refresh(world.store, world.clock.now_ms())
    whole = lead_follow_up.of_establishment

    def failing(store, tx, establishment):
        if establishment == one:
            raise KeyError("what nobody foresaw")
        return whole(store, tx, establishment)

    monkeypatch.setattr(lead_follow_up, "of_establishment", failing)
    settle(world)
    assert [each.establishment for each in every(world)] == [other]
    monkeypatch.undo()
    world.clock.advance(lead_follow_up.LATER_MS)
    settle(world)
    assert {each.establishment for each in every(world)} == {one, other}


def entered(world: World, tablet: Tablet, **values: Any) -> str:
    """A lead that an inspector entered, pushed."""
    id = world.clock.uuid7()
    known = {"what": "home_based", "name": "Bangle makers, lane 4", "district": "korangi", **values}
    tablet.change("lead", id, known, "create")
    with TestClient(world.app()) as client:
        (answer,) = tablet.push(client)["answers"]
    assert answer["status"] == "applied", answer
    return id


def test_a_lead_is_followed_from_the_place_to_the_card(world, tablet):
    place = {"lat": 24.5, "lon": 67.5, "accuracy_m": 12.0}
    id = entered(world, tablet, location=place, workers_about=6, address="Lane 4")
    (lead,) = every(world)
    assert (lead.by_name, lead.place_district, lead.next) == (
        "Name of inspector",
        None,
        ("handed_over", "rejected", "duplicate"),
    )
    leads.hand_over(writer(world), id, anywhere, "SITE 14/2026", DAY)
    leads.register(writer(world), id, anywhere, "2026090001", DAY)
    leads.issue_cards(writer(world), id, anywhere, 4, DAY)
    leads.issue_cards(writer(world), id, anywhere, 6, None)
    (lead,) = every(world)
    assert (lead.status, lead.cards, lead.reference) == ("card_issued", 6, "SITE 14/2026")
    with world.store.read() as tx:
        (unit,) = registry.establishments(tx, ["korangi"])
        assert len(registry.history(tx, id)) == 5
    assert (unit.record, lead.registration_no) == (lead.registered_as, "2026090001")
    assert unit.values == {
        "name": "Bangle makers, lane 4",
        "registration_no": "2026090001",
        "district": "korangi",
        "address": "Lane 4",
        "location": place,
    }


def test_a_known_establishment_is_linked_and_gets_the_number_it_lacks(world, tablet):
    known = world.establishment("korangi", registration_no="2024 010 001")
    id = entered(world, tablet)
    leads.hand_over(writer(world), id, anywhere, "R 1", DAY)
    leads.register(writer(world), id, anywhere, "2024-010001", DAY)
    assert every(world)[0].registered_as == known
    without = world.establishment("korangi", registration_no=None)
    second = entered(world, tablet, what="unit", establishment=without)
    leads.hand_over(writer(world), second, anywhere, "R 2", DAY)
    with pytest.raises(Problem, match="Another establishment has the number"):
        leads.register(writer(world), second, anywhere, "2024010001", DAY)
    leads.register(writer(world), second, anywhere, "2026090002", DAY)
    with world.store.read() as tx:
        assert registry.by_id(tx, [without])[without].values["registration_no"] == "2026090002"
        assert len(registry.establishments(tx, None)) == 2


def test_workers_of_a_registered_unit_need_no_number_and_no_other_one_is_taken(world, tablet):
    unit = world.establishment("korangi", registration_no="2024010001")
    id = entered(world, tablet, what="workers", establishment=unit)
    leads.hand_over(writer(world), id, anywhere, "R 1", DAY)
    with pytest.raises(Problem, match="The register has the number 2024010001"):
        leads.register(writer(world), id, anywhere, "2024010009", DAY)
    leads.register(writer(world), id, anywhere, None, DAY)
    (lead,) = every(world)
    assert (lead.registration_no, lead.registered_as) == ("2024010001", unit)


def test_steps_that_cannot_be_are_refused_in_words_and_change_nothing(world, tablet):
    id = entered(world, tablet)
    with pytest.raises(Problem, match="not handed over yet: it cannot be registered now"):
        leads.register(writer(world), id, anywhere, "2026090001", DAY)
    with pytest.raises(Problem, match="still to come"):
        leads.hand_over(writer(world), id, anywhere, "R 1", date(2999, 1, 1))
    with pytest.raises(Problem, match="A word is missing"):
        leads.hand_over(writer(world), id, anywhere, "  ", DAY)
    leads.hand_over(writer(world), id, anywhere, "R 1", DAY)
    with pytest.raises(Problem, match="before 2020-01-01, when it was handed over"):
        leads.register(writer(world), id, anywhere, "2026090001", date(2019, 1, 1))
    leads.register(writer(world), id, anywhere, "2026090001", DAY)
    leads.issue_cards(writer(world), id, anywhere, 3, DAY)
    with pytest.raises(Problem, match="3 were told before"):
        leads.issue_cards(writer(world), id, anywhere, 2, DAY)
    with pytest.raises(Problem, match="cards are issued: it cannot be rejected now"):
        leads.reject(writer(world), id, anywhere, "Visitors", None)
    assert every(world)[0].cards == 3


def test_of_two_who_act_at_once_the_second_hears_of_the_first(world, tablet):
    id = entered(world, tablet)
    start, said = Barrier(2), []

    def act(doing: Any, *arguments: Any) -> None:
        start.wait()
        try:
            doing(writer(world), id, anywhere, *arguments)
        except Problem as problem:
            said.append(problem.detail)

    threads = [
        Thread(target=act, args=(leads.reject, "Visitors", None)),
        Thread(target=act, args=(leads.reject, "Nobody there", None)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ["This lead is rejected: it cannot be rejected now."]
    with world.store.read() as tx:
        assert len(registry.history(tx, id)) == 2


def test_a_duplicate_names_the_other(world, tablet):
    one, other = entered(world, tablet), entered(world, tablet, name="Bangles, lane 4")
    with pytest.raises(Problem, match="no duplicate of itself"):
        leads.reject(writer(world), one, anywhere, "Same place", one)
    leads.reject(writer(world), one, anywhere, "Same place", other)
    assert [(each.id, each.status, each.duplicate_of) for each in every(world)] == [
        (one, "duplicate", other),
        (other, "found", None),
    ]


def test_a_point_in_another_district_is_said_and_moves_nothing(world, tablet):
    id = entered(world, tablet, location={"lat": 27.5, "lon": 68.5, "accuracy_m": 5.0})
    (lead,) = every(world)
    assert (lead.id, lead.district, lead.place_district) == (id, "korangi", "sukkur")


def test_a_tablet_can_neither_close_a_lead_nor_put_one_into_a_foreign_district(world, tablet):
    id = entered(world, tablet)
    tablet.change("lead", id, {"status": "rejected"})
    tablet.change("lead", id, {"district": "sukkur"})
    tablet.change("lead", id, {"withdrawn": {"reason": "x", "seen": []}}, "withdraw")
    foreign = {"what": "unit", "name": "Unit", "district": "sukkur"}
    tablet.change("lead", world.clock.uuid7(), foreign, "create")
    tablet.change("lead", world.clock.uuid7(), {**foreign, "district": "korangi", "what": "spy"}, "create")
    with TestClient(world.app()) as client:
        answers = tablet.push(client)["answers"]
    assert [answer["code"] for answer in answers] == [
        "server-field", "fixed-field", "no-right", "no-right", "bad-value",
    ]  # fmt: skip
    assert [each.status for each in every(world)] == ["found"]


def test_the_list_goes_on_where_it_ended(world, tablet):
    ids = [entered(world, tablet, name=f"Place {number}") for number in range(5)]
    with world.store.read() as tx:
        first = leads.listed(tx, ["korangi"], limit=2)
        rest = leads.listed(tx, ["korangi"], after=first[-1].id)
        assert leads.listed(tx, ["sukkur"]) == []
        with pytest.raises(Problem, match="names no lead"):
            leads.listed(tx, None, after="nobody")
    assert [each.id for each in (*first, *rest)] == ids


def test_a_cnic_that_somebody_typed_is_masked_in_the_list(world, tablet):
    entered(world, tablet, remarks="Ask 42101-1234567-1")
    assert every(world)[0].remarks == "Ask 42101-*******-*"
