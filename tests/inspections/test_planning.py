"""Who is sent where: the supervisor's questions to a plan."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from field.inspections.planning import Candidate, Inspector, LastVisit, LeftOut, Posting, Waiting, assign, lot
from field.problems import Problem

DAY = date(2025, 3, 10)
EARLIER = date(2020, 1, 1)


def units(district, *ids):
    return [Candidate(unit, district) for unit in ids]


def posted(inspector, *districts):
    return Inspector(inspector, tuple(Posting(district, EARLIER) for district in districts))


def seen(establishment, inspector, days_ago):
    return LastVisit(establishment, inspector, DAY - timedelta(days=days_ago))


def plan_of(establishments, inspectors, last_visits=(), per_inspector=3, seed=1):
    return assign(establishments, inspectors, last_visits, per_inspector, DAY, seed)


def pairs(plan):
    return {assignment.establishment: assignment.inspector for assignment in plan.assignments}


def test_the_longest_unvisited_come_first_and_those_never_visited_before_all():
    visits = [seen("a", "x", 10), seen("b", "x", 400), seen("c", "x", 90)]
    plan = plan_of(
        units("korangi", "a", "b", "c", "new"), [posted("ins", "korangi")], visits, per_inspector=2
    )
    assert [assignment.establishment for assignment in plan.assignments] == ["new", "b"]
    assert plan.waiting == (Waiting("korangi", 2, 1),)


def test_the_reason_tells_a_supervisor_how_long_where_in_the_queue_and_among_whom():
    plan = plan_of(
        units("korangi", "a", "b"), [posted("i", "korangi"), posted("j", "korangi")], [seen("a", "x", 412)]
    )
    why = {assignment.establishment: assignment.why for assignment in plan.assignments}
    assert why["a"].startswith(
        "Last visited on 2024-01-23, 412 days ago. Number 2 of 2 in korangi, equals by lot"
    )
    assert "(seed 1)" in why["a"]
    assert why["b"].startswith("Never visited before. Number 1 of 2 in korangi")
    assert "One of 2 inspectors posted there, with 1 of that day's visits; they have 1 to 1." in why["b"]


def test_nobody_goes_twice_running_where_a_colleague_is_free():
    plan = plan_of(
        units("korangi", "a"), [posted("i", "korangi"), posted("j", "korangi")], [seen("a", "i", 30)]
    )
    assert pairs(plan) == {"a": "j"}
    assert plan.assignments[0].remark is None


def test_who_came_together_last_time_both_stay_away():
    team = [posted(name, "korangi") for name in "ijk"]
    plan = plan_of(units("korangi", "a"), team, [seen("a", "i", 30), seen("a", "j", 30), seen("a", "k", 31)])
    assert pairs(plan) == {"a": "k"}


def test_where_nobody_else_is_posted_the_same_inspector_goes_again_and_a_remark_says_so():
    plan = plan_of(
        units("thatta", "a"), [posted("i", "thatta"), posted("j", "korangi")], [seen("a", "i", 30)]
    )
    assert pairs(plan) == {"a": "i"}
    assert (
        plan.assignments[0].remark
        == "The last visit was by this inspector too: nobody else is posted there that day."
    )


def test_where_the_colleagues_are_full_the_same_inspector_goes_again_and_a_remark_says_so():
    visits = [seen(unit, "i", 30) for unit in "abcd"]
    plan = plan_of(units("korangi", *"abcd"), [posted("i", "korangi"), posted("j", "korangi")], visits, 2)
    assert Counter(pairs(plan).values()) == {"i": 2, "j": 2}
    remarks = {assignment.inspector: assignment.remark for assignment in plan.assignments}
    assert remarks["j"] is None
    assert remarks["i"] is not None
    assert "has room" in remarks["i"]


def test_the_rotation_prefers_the_next_in_the_queue_to_a_second_visit_running():
    visits = [seen(unit, "i", 300) for unit in "abcd"] + [seen("e", "x", 10), seen("f", "x", 9)]
    plan = plan_of(units("korangi", *"abcdef"), [posted("i", "korangi"), posted("j", "korangi")], visits, 2)
    assert {unit for unit, who in pairs(plan).items() if who == "i"} == {"e", "f"}


def test_a_sole_inspectors_queue_is_by_the_longest_unvisited_whoever_came_last():
    visits = [seen("a", "i", 900), seen("b", "x", 5)]
    plan = plan_of(units("thatta", "a", "b"), [posted("i", "thatta")], visits, 1)
    assert pairs(plan) == {"a": "i"}


def test_a_visit_planned_for_later_does_not_count_as_the_last():
    plan = plan_of(units("korangi", "a"), [posted("i", "korangi"), posted("j", "korangi")],
                   [seen("a", "j", 30), seen("a", "i", -5)])  # fmt: skip
    assert pairs(plan) == {"a": "i"}


def test_an_inspector_of_two_districts_makes_way_for_a_colleague_who_has_but_one():
    team = [posted("both", "korangi", "malir"), posted("one", "korangi")]
    korangi, malir = [f"k{n}" for n in range(5)], [f"m{n}" for n in range(5)]
    plan = plan_of(units("korangi", *korangi) + units("malir", *malir), team, per_inspector=5)
    assert Counter(pairs(plan).values()) == {"both": 5, "one": 5}
    assert plan.waiting == ()


def test_a_load_is_balanced_over_all_districts_of_an_inspector():
    team = [posted("both", "korangi", "malir"), posted("one", "korangi")]
    plan = plan_of(units("korangi", *"abcd") + units("malir", *"uv"), team, per_inspector=9)
    assert Counter(pairs(plan).values()) == {"both": 3, "one": 3}


def test_a_district_without_an_inspector_that_day_is_reported_with_what_is_left():
    gone = Inspector("i", (Posting("malir", EARLIER, DAY),))
    coming = Inspector("j", (Posting("malir", DAY + timedelta(days=1)),))
    plan = plan_of(units("malir", "a", "b"), [gone, coming])
    assert plan.assignments == ()
    assert plan.without_inspector == (Waiting("malir", 2, 0),)


def test_a_posting_holds_from_its_first_day_up_to_but_without_its_end():
    on_the_day = Inspector("i", (Posting("malir", DAY, DAY + timedelta(days=1)),))
    assert pairs(plan_of(units("malir", "a"), [on_the_day])) == {"a": "i"}


def test_no_visits_per_inspector_means_no_visits_and_less_is_refused():
    plan = plan_of(units("malir", "a"), [posted("i", "malir")], per_inspector=0)
    assert plan.waiting == (Waiting("malir", 1, 1),)
    with pytest.raises(Problem, match="0 or more"):
        plan_of([], [], per_inspector=-1)


def test_ties_are_drawn_by_a_lot_that_anybody_can_draw_again():
    names = [f"unit-{number}" for number in range(50)]
    plan = plan_of(units("malir", *names), [posted("i", "malir")], per_inspector=50, seed=77)
    assert plan.seed == 77
    drawn = [assignment.establishment for assignment in plan.assignments]
    assert drawn == sorted(names, key=lambda name: lot(77, name))
    assert drawn != [a.establishment for a in plan_of(units("malir", *names), [posted("i", "malir")],
                                                      per_inspector=50, seed=78).assignments]  # fmt: skip


def test_a_province_is_planned_in_seconds():
    rng = random.Random(5)
    districts = [f"d{number}" for number in range(30)]
    establishments = [Candidate(f"e{number}", rng.choice(districts)) for number in range(20_000)]
    team = [posted(f"i{number}", *rng.sample(districts, rng.choice([1, 1, 2]))) for number in range(150)]
    visits = [seen(c.id, f"i{rng.randrange(150)}", rng.randrange(900)) for c in establishments]
    plan = plan_of(establishments, team, visits, per_inspector=12)
    assert len(plan.assignments) == 150 * 12


DISTRICTS = ["korangi", "malir", "thatta"]
INSPECTORS = ["i", "j", "k", "l"]


@st.composite
def situations(draw):
    establishments = [
        Candidate(f"e{number}", district)
        for number, district in enumerate(draw(st.lists(st.sampled_from(DISTRICTS), max_size=14)))
    ]
    inspectors = [
        posted(name, *draw(st.lists(st.sampled_from(DISTRICTS), max_size=2, unique=True)))
        for name in draw(st.lists(st.sampled_from(INSPECTORS), max_size=4, unique=True))
    ]
    visits = [
        seen(candidate.id, draw(st.sampled_from([*INSPECTORS, "gone"])), draw(st.integers(0, 5)))
        for candidate in establishments
        if draw(st.booleans())
    ]
    return establishments, inspectors, visits, draw(st.integers(0, 6)), draw(st.integers(0, 99))


def team_of(inspectors, district):
    return {who.id for who in inspectors if any(posting.district == district for posting in who.postings)}


@given(situations())
def test_every_visit_is_by_somebody_posted_there_with_room_and_every_establishment_is_accounted_for(
    situation,
):
    establishments, inspectors, visits, per_inspector, seed = situation
    plan = plan_of(establishments, inspectors, visits, per_inspector, seed)
    for assignment in plan.assignments:
        assert assignment.inspector in team_of(inspectors, assignment.district)
    assert all(load <= per_inspector for load in Counter(pairs(plan).values()).values())
    assert len(plan.assignments) == len(pairs(plan))
    assert len(pairs(plan)) + sum(left.establishments for left in plan.waiting) == len(establishments)
    for left in plan.waiting:
        assert left.inspectors == len(team_of(inspectors, left.district))


@given(situations())
def test_whoever_comes_twice_running_has_a_remark_and_no_colleague_with_room(situation):
    establishments, inspectors, visits, per_inspector, seed = situation
    plan = plan_of(establishments, inspectors, visits, per_inspector, seed)
    last = {visit.establishment: visit.inspector for visit in visits}
    loads = Counter(pairs(plan).values())
    for assignment in plan.assignments:
        again = last.get(assignment.establishment) == assignment.inspector
        assert again == (assignment.remark is not None)
        if again:
            colleagues = team_of(inspectors, assignment.district) - {assignment.inspector}
            assert all(loads[colleague] == per_inspector for colleague in colleagues)


@given(situations())
def test_nobody_idles_while_an_establishment_of_their_district_waits(situation):
    establishments, inspectors, visits, per_inspector, seed = situation
    plan = plan_of(establishments, inspectors, visits, per_inspector, seed)
    loads = Counter(pairs(plan).values())
    for left in plan.waiting:
        assert all(loads[who] == per_inspector for who in team_of(inspectors, left.district))


@given(situations())
def test_nobody_has_two_more_than_a_colleague_who_could_take_one(situation):
    establishments, inspectors, visits, per_inspector, seed = situation
    plan = plan_of(establishments, inspectors, visits, per_inspector, seed)
    last = {visit.establishment: visit.inspector for visit in visits}
    loads = Counter(pairs(plan).values())
    for assignment in plan.assignments:
        for colleague in team_of(inspectors, assignment.district) - {last.get(assignment.establishment)}:
            assert loads[assignment.inspector] - loads[colleague] <= 1


@given(st.integers(1, 6), st.integers(0, 40), st.integers(0, 9), st.integers(0, 99))
def test_without_history_the_inspectors_of_a_district_differ_by_one_visit_at_most(team, count, room, seed):
    inspectors = [posted(f"i{number}", "korangi") for number in range(team)]
    plan = plan_of(units("korangi", *[f"e{n}" for n in range(count)]), inspectors, (), room, seed)
    loads = Counter(pairs(plan).values())
    counts = [loads[inspector.id] for inspector in inspectors]
    assert max(counts) - min(counts) <= 1
    assert sum(counts) == min(count, team * room)


@given(situations(), st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_same_situation_gives_the_same_plan_in_whatever_order_it_is_told(situation, rng):
    establishments, inspectors, visits, per_inspector, seed = situation
    plan = plan_of(establishments, inspectors, visits, per_inspector, seed)
    for told in (establishments, inspectors, visits):
        rng.shuffle(told)
    assert plan_of(establishments, inspectors, visits, per_inspector, seed) == plan


def test_nobody_is_sent_to_a_closed_or_untraceable_unit_and_they_are_told():
    found = [
        Candidate("a", "korangi"),
        Candidate("b", "korangi", "closed"),
        Candidate("c", "korangi", "shifted"),
        Candidate("d", "korangi", "untraceable"),
        Candidate("e", "thatta", "closed"),
    ]
    plan = plan_of(found, [posted("ins", "korangi", "thatta")], per_inspector=9)
    assert set(pairs(plan)) == {"a", "c"}
    assert plan.waiting == ()
    assert plan.left_out == (
        LeftOut("korangi", "closed", 1),
        LeftOut("korangi", "untraceable", 1),
        LeftOut("thatta", "closed", 1),
    )
