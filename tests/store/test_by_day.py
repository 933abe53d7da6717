"""Wages by the day: on schedules, in registers and in reports, held against the limit for each day."""

import io
from datetime import date

import pytest

from field.recovery import schedule_file
from field.store import accounts, explained, register_files, schedules
from field.store.import_runs import Source
from field.store.office import Entry
from tests.helpers import World, open_world
from tests.store.test_assessments import refresh

MILL = "2004070001"
DAY = date(2012, 7, 1)


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        world.mill = world.establishment("korangi", registration_no=MILL)
        world.visit_id = world.visit(world.mill, "korangi", None)
        world.report = world.clock.uuid7()
        known = {"visit": world.visit_id, "months_checked": ["2012-05"], "months_paid": []}
        world.write(Entry(kind="report", record=world.report, op="create", set=known))
        yield world


def source(text: str, name: str = "may.csv") -> Source:
    return Source(io.BytesIO(text.encode()), name, "test")


def declare(world: World, text: str, name: str = "may.csv", told=lambda _: None):
    return schedules.import_file(world.store, world.clock, source(text, name), told=told)


def in_words(world: World, language: str = "en"):
    with world.store.read() as tx:
        return explained.owed_in_words(world.store, tx, world.mill, None, DAY, language)


def test_a_schedule_says_who_is_paid_by_the_day_and_each_is_held_against_the_limit_of_his_kind(world: World):
    """May 2012, Rs 10,000 in 20 days: by the month 6 % of it; by the day Rs 400 a day, so of Rs 8,000."""
    declare(
        world,
        "reg no,month,name,days,wages,wage basis\n"
        f"{MILL},2012-05,A,20,10000,daily\n{MILL},2012-05,B,20,10000,Monthly\n{MILL},2012-05,C,20,10000,\n"
        f"{MILL},2012-05,D,20,10000,یومیہ\n",
    )
    with world.store.read() as tx:
        (month,) = accounts.declared(tx, world.mill)
    assert sorted((line.by_day, line.workers) for line in month.lines) == [(False, 2), (True, 2)]
    told = in_words(world)
    assert told.steps[1].amount_rs == "2160.00"
    assert "2 workers of it are paid by the day" in " ".join(step.sentence for step in told.steps)


def test_a_schedule_without_the_column_stays_one_by_the_month(world: World):
    declare(world, f"reg no,month,name,days,wages\n{MILL},2012-05,A,20,10000\n")
    assert in_words(world).steps[1].amount_rs == "600.00"


def test_what_is_neither_a_day_nor_a_month_is_refused_with_what_to_write(world: World):
    told = []
    text = f"reg no,month,name,days,wages,wage basis\n{MILL},2012-05,A,20,10000,piece\n"
    assert declare(world, text, told=told.append).rejected == 1
    (reject,) = told
    assert (reject.line, reject.column, reject.value) == (2, "wage_basis", "piece")
    assert "Write day or month" in reject.reason


def test_a_file_read_before_anybody_asked_for_the_basis_is_read_anew_and_others_are_not():
    """Its column was passed over then; another file is known by its content, as before."""
    heads = {"reg no,month,wages": 1, "reg no,month,wages,wage basis": 2}
    for head, reading in heads.items():
        table = schedule_file.opened(io.BytesIO(f"{head}\n".encode()), "utf-8")
        assert schedule_file.reading(table) == reading


def line(world: World, **values) -> str:
    id = world.clock.uuid7()
    known = {"report": world.report, "month": "2012-05", "wage_rs": 10_000, "days": 20, "registered": True}
    world.write(Entry(kind="wage_line", record=id, op="create", set={**known, **values}))
    return id


def test_a_wage_line_by_the_day_is_assessed_as_that_and_the_explanation_says_so(world: World):
    monthly, daily = line(world), line(world, by_day=True)
    refresh(world)
    with world.store.read() as tx:
        entries = explained.entries(world.store, tx, world.mill, None, None).entries
    assert {each.line: (each.by_day, each.whole_rs, each.cap_rs) for each in entries} == {
        monthly: (False, "600.00", "10000.00"),
        daily: (True, "480.00", "8000.00"),
    }
    for language, words in (("en", "paid by the day"), ("ur", "اجرت یومیہ"), ("sd", "ڏهاڙي")):
        (step,) = [each for each in in_words(world, language).steps if each.phrase == "group_by_day"]
        assert words in step.sentence
        assert "8,000" in step.sentence
        assert any("daily" in row for row in step.rate_row_ids)


def test_without_days_the_limit_of_the_month_is_taken_and_somebody_is_told_to_look(world: World):
    line(world, by_day=True, days=None)
    refresh(world)
    told = in_words(world)
    assert told.provisional
    assert [each.phrase for each in told.steps if each.phrase.startswith("group_by_day")] == [
        "group_by_day_unknown"
    ]


def register(world: World, text: str):
    office = world.context.office
    return register_files.import_file(world.store, world.clock, office, world.report, source(text))


def test_a_register_brings_who_is_paid_by_the_day_and_the_same_file_again_nothing(world: World):
    text = (
        "month,name,days,wages,wage basis\n2012-05,A,20,10000,day\n2012-05,B,20,10000,\n2012-05,,5,900,day\n"
    )
    assert register(world, text).added == 3
    again = register(world, text)
    assert (again.added, again.unchanged, again.repeated) == (0, 3, 0)
    refresh(world)
    with world.store.read() as tx:
        entries = explained.entries(world.store, tx, world.mill, None, None).entries
    assert sorted((each.wage_rs, each.by_day) for each in entries) == [
        (900, True),
        (10_000, False),
        (10_000, True),
    ]


def test_a_row_that_says_by_the_day_beside_a_line_by_the_month_is_told_and_overwrites_nothing(world: World):
    head = "month,name,days,wages"
    assert register(world, f"{head}\n2012-05,A,20,10000\n").added == 1
    told = register(world, f"{head},wage basis\n2012-05,A,20,10000,day\n")
    assert (told.added, told.repeated) == (0, 1)
    assert "way of paying" in told.remarks[-1].detail
    assert register(world, f"{head},wage basis\n2012-05,A,20,10000,month\n").repeated == 0
