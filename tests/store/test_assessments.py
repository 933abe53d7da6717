"""Assessments in the background: none is missed, none is made of half of it, nothing personal leaks."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from field.store import assessments, registry, statute
from field.store.assessments import ASSESSMENTS, HOLD_MS
from field.store.office import Entry
from field.store.rows import STALE, load
from field.sync.changes import commit
from tests.helpers import World, open_world

SALT = "c2FsdHNhbHRzYWx0c2FsdA"
CNIC = "42101-1234567-1"


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        yield world


@pytest.fixture
def visit(world: World):
    inspector = world.person("inspector", "korangi")
    return world.visit(world.establishment("korangi"), "korangi", inspector)


def refresh(world: World, limit: int = 100) -> int:
    return assessments.refresh(world.store, world.clock.now_ms(), limit)


def rows(world: World):
    with world.store.read() as tx:
        return {row.report: row for row in tx.execute(select(ASSESSMENTS))}


def stale(world: World) -> int:
    with world.store.read() as tx:
        return tx.execute(select(func.count()).select_from(STALE)).scalar_one()


def report(world: World, visit: str, **values) -> str:
    id = world.clock.uuid7()
    known = {"visit": visit, "months_checked": ["2024-07"], "months_paid": [], **values}
    world.write(Entry(kind="report", record=id, op="create", set=known))
    return id


def line(world: World, report: str, wage_rs: int = 30_000, salt: str = SALT, **values) -> str:
    id = world.clock.uuid7()
    opened = {name: (salt, values.pop(name)) for name in ("cnic", "worker_name") if name in values}
    committed = {name: commit(*value) for name, value in opened.items()}
    known = {
        "report": report,
        "month": "2024-07",
        "wage_rs": wage_rs,
        "registered": True,
        **values,
        **committed,
    }
    private = {commit(*value): value for value in opened.values()}
    world.write(Entry(kind="wage_line", record=id, op="create", set=known, private=private))
    return id


def edit(world: World, kind: str, id: str, op="set", over=True, **values):
    with world.store.read() as tx:
        record = load(world.store, tx, [id])[0][id]
    named = {name: sorted(record.live.get(name, {})) for name in values} if over else {}
    world.write(Entry(kind=kind, record=id, op=op, set=values, over=named, reason="a test"))


def test_a_report_becomes_an_assessment_down_to_the_paisa(world: World, visit: str):
    made = report(world, visit)
    ids = [line(world, made, 30_000), line(world, made, 37_000)]
    assert refresh(world) == 1
    row = rows(world)[made]
    assert (row.flagged, row.total_paisa, row.counted_paisa) == (True, 4_020_00, 4_020_00)
    (reason,) = [r for r in assessments.read_body(row.body).assessment.reasons if r.code == "month-unpaid"]
    assert reason.line_ids == tuple(sorted(ids))
    assert refresh(world) == 0
    assert stale(world) == 0


def test_an_edit_is_assessed_anew(world: World, visit: str):
    made = report(world, visit)
    id = line(world, made)
    refresh(world)
    edit(world, "wage_line", id, wage_rs=20_000)
    assert refresh(world) == 1
    assert rows(world)[made].total_paisa == 1_200_00


def test_what_is_withdrawn_is_not_assessed(world: World, visit: str):
    made, other = report(world, visit), report(world, visit)
    first, _ = line(world, made), line(world, made)
    seen = {"reason": "twice", "seen": []}
    with world.store.read() as tx:
        found = load(world.store, tx, [first, other])[0]
    for kind, id in (("wage_line", first), ("report", other)):
        live = sorted({write for writes in found[id].live.values() for write in writes})
        edit(world, kind, id, op="withdraw", withdrawn={**seen, "seen": live})
    refresh(world)
    assert rows(world).keys() == {made}
    assert rows(world)[made].total_paisa == 1_800_00


def test_a_withdrawn_visit_asks_for_nothing_any_more(world: World, visit: str):
    line(world, report(world, visit))
    refresh(world)
    assert len(rows(world)) == 1
    with world.store.read() as tx:
        live = load(world.store, tx, [visit])[0][visit].live.values()
    seen = sorted({write for writes in live for write in writes})
    edit(world, "visit", visit, op="withdraw", withdrawn={"reason": "made by mistake", "seen": seen})
    refresh(world)
    assert rows(world) == {}
    edit(world, "visit", visit, op="restore", withdrawn=None)
    refresh(world)
    assert len(rows(world)) == 1


def test_a_disputed_wage_makes_it_provisional(world: World, visit: str):
    made = report(world, visit, months_checked=["2016-01"])
    id = line(world, made, month="2016-01")
    edit(world, "wage_line", id, wage_rs=20_000, over=False)
    refresh(world)
    row = rows(world)[made]
    assert row.provisional


def test_one_worker_in_two_months_is_one_worker_whatever_the_salts(world: World, visit: str):
    made = report(world, visit, months_checked=["2024-07", "2024-08"])
    for month, salt in (("2024-07", SALT), ("2024-08", SALT.swapcase())):
        line(world, made, month=month, salt=salt, cnic=CNIC, worker_name="Worker 17")
    refresh(world)
    row = rows(world)[made]
    reasons = assessments.read_body(row.body).assessment.reasons
    assert "For 1 worker," in reasons[0].sentence
    assert CNIC not in row.body
    assert "Worker 17" not in row.body


@pytest.mark.parametrize("typed", ["42101 1234567 1", "4210112345671", "۴۲۱۰۱-۱۲۳۴۵۶۷-۱", "٤٢١٠١١٢٣٤٥٦٧١"])
def test_one_worker_is_asked_for_once_in_whatever_digits_the_cnic_was_typed(
    world: World, visit: str, typed: str
):
    made = report(world, visit)
    line(world, made, cnic=CNIC)
    line(world, made, cnic=typed, salt=SALT.swapcase())
    refresh(world)
    assert rows(world)[made].total_paisa == 1_800_00


def test_two_workers_of_one_name_are_two(world: World, visit: str):
    made = report(world, visit)
    line(world, made, worker_name="Muhammad Ali", salt=SALT)
    line(world, made, worker_name="Muhammad Ali", salt=SALT.swapcase())
    refresh(world)
    assert rows(world)[made].total_paisa == 2 * 1_800_00


def test_a_month_found_by_two_visits_is_asked_for_once(world: World, visit: str):
    with world.store.read() as tx:
        known = registry.visit(tx, visit)
    again = world.visit(known.establishment, "korangi", known.inspector)
    first = report(world, visit)
    line(world, first, 30_000)
    world.clock.advance(1000)
    second = report(world, again)
    line(world, second, 20_000)
    assert refresh(world) == 2
    found = rows(world)
    assert (found[first].counted_paisa, found[second].counted_paisa) == (0, 1_200_00)
    assert found[first].total_paisa == 1_800_00


def test_a_change_that_lands_during_an_assessment_is_assessed_too(world: World, visit: str, monkeypatch):
    made = report(world, visit)
    id = line(world, made)
    whole = assessments.assess_visit

    def meanwhile(*arguments):
        monkeypatch.setattr(assessments, "assess_visit", whole)
        found = whole(*arguments)
        edit(world, "wage_line", id, wage_rs=20_000)
        return found

    monkeypatch.setattr(assessments, "assess_visit", meanwhile)
    assert refresh(world) == 1
    assert rows(world) == {}
    assert refresh(world) == 1
    assert rows(world)[made].total_paisa == 1_200_00
    assert stale(world) == 0


def dies(*_):
    raise KeyboardInterrupt


def test_a_worker_that_dies_loses_nothing(world: World, visit: str, monkeypatch):
    made = report(world, visit)
    with monkeypatch.context() as broken:
        broken.setattr(assessments, "assess_visit", dies)
        with pytest.raises(KeyboardInterrupt):
            refresh(world)
    assert refresh(world) == 0  # it may still be at work
    world.clock.advance(HOLD_MS)
    assert refresh(world) == 1
    assert made in rows(world)


def test_many_workers_share_the_visits(world: World, visit: str):
    with world.store.read() as tx:
        known = registry.visit(tx, visit)
    visits = [world.visit(known.establishment, "korangi", known.inspector) for _ in range(12)]
    made = [report(world, each) for each in visits]
    for each in made:
        line(world, each)
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda _: refresh(world, 5), range(4)))
    assert sum(taken) == 12
    assert rows(world).keys() == set(made)
    assert sum(row.counted_paisa for row in rows(world).values()) == 1_800_00


def test_what_cannot_be_assessed_is_said_and_holds_nobody_up(world: World, visit: str):
    made = report(world, visit)
    with world.store.read() as tx:
        records = load(world.store, tx, [visit], by_root=True)[0]
        law = statute.load(tx)
    # No tablet can write such a month any more.
    records[made].values["months_checked"] = ["0000-01"]
    (found,) = assessments.assess_visit(records, visit, law)
    assert (found.assessment.flagged, found.assessment.provisional) == (False, True)
    assert "no month" in found.assessment.remarks[0]


def test_a_visit_that_cannot_be_assessed_holds_no_other_up(world: World, visit: str, monkeypatch, capsys):
    """One visit's wage was None: it came first in every round, and nothing was assessed any more."""
    with world.store.read() as tx:
        known = registry.visit(tx, visit)
    poisoned = report(world, visit, remarks="a secret")
    visits = [world.visit(known.establishment, "korangi", known.inspector) for _ in range(3)]
    made = [report(world, each) for each in visits]
    whole = assessments.assess_visit

    def stumbling(records, root, law):
        if root == visit:
            raise TypeError(f"cannot use {records}")
        return whole(records, root, law)

    with monkeypatch.context() as broken:
        broken.setattr(assessments, "assess_visit", stumbling)
        for _ in range(6):
            refresh(world, 1)
            world.clock.advance(HOLD_MS + 1)
    assert rows(world).keys() == set(made)
    assert stale(world) == 1
    said = capsys.readouterr()
    assert "a secret" not in said.out + said.err
    world.clock.advance(assessments.LATER_MS)
    assert refresh(world) == 1
    assert poisoned in rows(world)


def test_a_wage_line_without_a_wage_is_a_remark(world: World, visit: str):
    made = report(world, visit)
    line(world, made, 30_000)
    id = line(world, made, 20_000)
    with world.store.read() as tx:
        records = load(world.store, tx, [visit], by_root=True)[0]
        law = statute.load(tx)
    del records[id].values["wage_rs"]
    (found,) = assessments.assess_visit(records, visit, law)
    assert found.assessment.total_rs == 1_800
    assert found.assessment.provisional
    assert "1 wage line" in found.assessment.remarks[-1]
    records[id].values["wage_rs"] = None
    assert assessments.assess_visit(records, visit, law) == [found]
