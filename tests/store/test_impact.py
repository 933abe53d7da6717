"""A new row of the law shows what it touches before anybody signs it, and nothing is overwritten."""

from datetime import date

import msgspec
import pytest

from field.problems import Problem
from field.recovery.statute import RateRow
from field.store import assessments, impact, statute
from tests.helpers import World, open_world
from tests.store.test_assessments import line, refresh, report, rows, stale

REASON = "Gazette, page 12"


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        yield world


@pytest.fixture
def reports(world: World):
    """Two employers with a worker above the minimum wage, in July and in June 2024, when another one held."""
    made = {}
    inspector = world.person("inspector", "korangi")
    for month in ("2024-07", "2024-06"):
        visit = world.visit(world.establishment("korangi"), "korangi", inspector)
        made[month] = report(world, visit, months_checked=[month])
        line(world, made[month], 50_000, month=month)
    refresh(world)
    return made


def in_force(world: World, id: str) -> RateRow:
    with world.store.read() as tx:
        return statute.load(tx)[id]


def touched(world: World, *new: RateRow):
    with world.store.read() as tx:
        return list(impact.touched(world.store, tx, new))


def accept(world: World, *new: RateRow, reason: str = REASON):
    return impact.accept(world.store, new, world.clock.now_ms(), reason)


def minimum_wage_of_2024(world: World, **members) -> RateRow:
    (row,) = [
        row
        for row in shipped_rows(world)
        if row.kind == "minimum_wage_rs_month" and row.valid_from == date(2024, 7, 1)
    ]
    return msgspec.structs.replace(row, **members)


def shipped_rows(world: World):
    with world.store.read() as tx:
        return statute.load(tx).rows


def test_a_backdated_minimum_wage_lists_what_it_touches_and_changes_nothing_by_that(world, reports):
    new = minimum_wage_of_2024(world, value="38000")
    (found,) = touched(world, new)
    assert (found.report, found.months) == (reports["2024-07"], ("2024-07",))
    # By hand: 6 % of Rs 37,000 before, of Rs 38,000 after.
    assert (found.old_rs, found.new_rs) == ("2220.00", "2280.00")
    assert in_force(world, new.id).value == "37000"
    assert rows(world)[reports["2024-07"]].total_paisa == 2220_00
    assert stale(world) == 0


def test_once_accepted_it_is_in_force_and_what_it_touches_is_assessed_anew(world, reports):
    new = minimum_wage_of_2024(world, value="38000")
    assert accept(world, new) == (1, 1)
    assert stale(world) == 1
    refresh(world)
    found = rows(world)
    assert found[reports["2024-07"]].total_paisa == 2280_00
    assert found[reports["2024-06"]].total_paisa == 1920_00
    assert touched(world, new) == []


def test_earlier_versions_are_kept_with_their_reasons(world, reports):
    new = minimum_wage_of_2024(world, value="38000")
    accept(world, new)
    accept(world, msgspec.structs.replace(new, value="39000"), reason="Corrigendum")
    with world.store.read() as tx:
        kept = [each for each in statute.versions(tx) if each.row.id == new.id]
    assert [(each.version, each.row.value, each.reason) for each in kept] == [
        (1, "37000", statute.SHIPPED),
        (2, "38000", REASON),
        (3, "39000", "Corrigendum"),
    ]


def test_the_same_row_twice_is_the_same_as_once(world, reports):
    new = minimum_wage_of_2024(world, value="38000")
    accept(world, new)
    refresh(world)
    assert accept(world, new) == (0, 0)
    assert stale(world) == 0


def test_a_notification_that_a_court_suspends_gives_way_to_the_one_before(world, reports):
    suspended = minimum_wage_of_2024(world, suspended_from=date(2024, 7, 1))
    (found,) = touched(world, suspended)
    # Rs 32,000 of the year before holds on.
    assert (found.old_rs, found.new_rs) == ("2220.00", "1920.00")


def test_rows_that_contradict_each_other_are_refused_and_nothing_is_kept(world, reports):
    clash = minimum_wage_of_2024(world, id="another-2024", value="38000")
    with pytest.raises(Problem, match="begins on the same day"):
        touched(world, clash)
    with pytest.raises(Problem, match="begins on the same day"):
        accept(world, clash)
    with world.store.read() as tx:
        assert all(each.row.id != "another-2024" for each in statute.versions(tx))


def test_a_row_without_a_reason_is_refused(world, reports):
    with pytest.raises(Problem, match="Say why"):
        accept(world, minimum_wage_of_2024(world, value="38000"), reason=" ")
    assert stale(world) == 0


def test_an_employer_can_be_newly_flagged_by_a_higher_minimum_wage(world, reports):
    inspector = world.person("inspector", "korangi", "another")
    visit = world.visit(world.establishment("korangi"), "korangi", inspector)
    made = report(world, visit, months_checked=["2024-07"], months_paid=["2024-07"])
    line(world, made, 37_000, declared_wage_rs=37_000, days=26)
    refresh(world)
    found = {each.report: each for each in touched(world, minimum_wage_of_2024(world, value="38000"))}
    assert (found[made].old_flagged, found[made].new_flagged) == (False, True)


def test_many_visits_are_all_looked_at(world, reports, monkeypatch):
    monkeypatch.setattr(impact, "VISITS_AT_ONCE", 1)
    monkeypatch.setattr(impact, "_VISITS", impact._VISITS.limit(1))
    lower = minimum_wage_of_2024(world, id="lower", value="30000", valid_from=date(2024, 5, 1))
    assert {each.report for each in touched(world, lower)} == {reports["2024-06"]}
    both = msgspec.structs.replace(minimum_wage_of_2024(world), value="38000")
    assert {each.report for each in touched(world, lower, both)} == set(reports.values())


def test_what_is_assessed_by_the_rows_before_while_new_ones_are_accepted_is_not_kept(world, monkeypatch):
    """A visit assessed for the first time kept the sum of a law that was no longer in force, for ever."""
    inspector = world.person("inspector", "korangi")
    visit = world.visit(world.establishment("korangi"), "korangi", inspector)
    made = report(world, visit)
    line(world, made, 50_000)
    whole, new = assessments.assess_visit, minimum_wage_of_2024(world, value="38000")

    def while_accepting(records, root, law):
        found = whole(records, root, law)
        monkeypatch.setattr(assessments, "assess_visit", whole)
        accept(world, new)
        return found

    monkeypatch.setattr(assessments, "assess_visit", while_accepting)
    refresh(world)
    assert made not in rows(world)
    assert stale(world) == 1
    refresh(world)
    assert rows(world)[made].total_paisa == 2280_00
