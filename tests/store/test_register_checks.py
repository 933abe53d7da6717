"""The wage-record check in the background: made anew when registers, schedules or payments change."""

import io
import re
from contextlib import contextmanager

import pytest
from alembic import command
from sqlalchemy import Engine, event, func, select

from field.store import assessments, migrate, payments, register_checks, schedules
from field.store.assessments import ASSESSMENTS
from field.store.import_runs import Source
from field.store.office import Entry
from field.store.register_workers import REGISTER, SCHEDULED
from field.store.rows import STALE, load
from field.sync.changes import commit
from tests.helpers import World, open_world

SALT = "c2FsdHNhbHRzYWx0c2FsdA"
CNIC = "42101-1234567-1"
HEAD = "reg no,month,name,cnic,days,wages,contribution\n"


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        yield world


class Unit:
    """An employer with a visit and a report."""

    def __init__(self, world: World, number: str, district: str = "korangi"):
        self.world, self.number = world, number
        self.establishment = world.establishment(district, registration_no=number)
        self.visit = world.visit(self.establishment, district, None)
        self.report = world.clock.uuid7()
        known = {"visit": self.visit, "months_checked": ["2024-07"], "months_paid": []}
        world.write(Entry(kind="report", record=self.report, op="create", set=known))

    def line(self, cnic: str = CNIC, wage_rs: int = 37_000, month: str = "2024-07") -> str:
        id, committed = self.world.clock.uuid7(), commit(SALT, cnic)
        known = {"report": self.report, "month": month, "wage_rs": wage_rs, "days": 26, "registered": True}
        self.world.write(
            Entry(
                kind="wage_line",
                record=id,
                op="create",
                set={**known, "cnic": committed},
                private={committed: (SALT, cnic)},
            )
        )
        return id

    def findings(self):
        with self.world.store.read() as tx:
            body = tx.execute(
                select(ASSESSMENTS.c.body).where(ASSESSMENTS.c.report == self.report)
            ).scalar_one()
        return {each.code: each for each in assessments.read_body(body).findings}


def refresh(world: World) -> int:
    done = 0
    while found := assessments.refresh(world.store, world.clock.now_ms()):
        done += found
        world.clock.advance(1000)
    return done


def stale(world: World) -> set[str]:
    with world.store.read() as tx:
        return set(tx.execute(select(STALE.c.root)).scalars())


def declare(world: World, number: str, *workers: tuple[str, int], month: str = "2024-07"):
    text = HEAD + "".join(f"{number},{month},Worker,{cnic},26,{wage},2220\n" for cnic, wage in workers)
    return schedules.import_file(
        world.store, world.clock, Source(io.BytesIO(text.encode()), f"{number}.csv", "test")
    )


def pay(world: World, text: str):
    content = f"reg no,date,amount,challan,months,dishonoured on\n{text}\n".encode()
    return payments.import_file(world.store, world.clock, Source(io.BytesIO(content), "bank.csv", "test"))


def withdraw(world: World, kind: str, id: str):
    with world.store.read() as tx:
        live = load(world.store, tx, [id])[0][id].live
    seen = sorted({write for writes in live.values() for write in writes})
    values = {"withdrawn": {"reason": "typed twice", "seen": seen}}
    world.write(Entry(kind=kind, record=id, op="withdraw", set=values, reason="a test"))


def test_a_schedule_that_comes_later_is_held_against_the_register_and_the_same_again_is_nothing(world):
    unit = Unit(world, "2004070001")
    line = unit.line()
    refresh(world)
    assert unit.findings() == {}
    declare(world, unit.number, ("42101-9999999-1", 37_000))
    assert stale(world) == {unit.visit}
    refresh(world)
    assert unit.findings()["worker-not-on-schedule"].record_ids == (line,)
    assert unit.findings()["schedule-worker-not-in-register"].record_ids == (unit.report,)
    declare(world, unit.number, ("42101-9999999-1", 37_000))
    assert stale(world) == set()
    # A newer version of the month, with the worker: what was found is lifted.
    declare(world, unit.number, ("4210112345671", 37_000))
    refresh(world)
    assert unit.findings() == {}


def test_a_visit_without_a_report_is_not_assessed_for_a_schedule(world):
    establishment = world.establishment("korangi", registration_no="2004070001")
    world.visit(establishment, "korangi", None)
    refresh(world)
    declare(world, "2004070001", (CNIC, 37_000))
    assert stale(world) == set()


def test_payments_and_their_dishonour_are_held_against_the_schedule(world):
    unit = Unit(world, "2004070001")
    unit.line()
    declare(world, unit.number, (CNIC, 37_000))
    refresh(world)
    pay(world, f"{unit.number},2024-08-14,2220,C1,2024-07,")
    assert stale(world) == {unit.visit}
    refresh(world)
    assert unit.findings() == {}
    pay(world, f"{unit.number},2024-08-14,2220,C1,2024-07,2024-08-20")
    pay(world, f"{unit.number},2024-09-14,220,C2,2024-07,")
    refresh(world)
    assert "Rs 2,000 is missing" in unit.findings()["schedule-not-paid"].sentence
    pay(world, f"{unit.number},2024-09-14,220,C2,2024-07,")
    assert stale(world) == set()


def test_one_worker_in_two_registers_is_told_of_both_employers_whoever_came_first(world):
    first, second = Unit(world, "2004070001"), Unit(world, "2004070002", "sukkur")
    own = first.line("42101-1234567-1")
    refresh(world)
    assert first.findings() == {}
    other = second.line("۴۲۱۰۱ ۱۲۳۴۵۶۷ ۱")
    refresh(world)
    assert first.findings()["register-cnic-elsewhere"].record_ids == (own,)
    assert second.findings()["register-cnic-elsewhere"].record_ids == (other,)
    withdraw(world, "wage_line", other)
    refresh(world)
    assert first.findings() == second.findings() == {}


def test_one_worker_in_two_visits_to_one_employer_is_nothing(world):
    unit = Unit(world, "2004070001")
    unit.line()
    again = world.visit(unit.establishment, "korangi", None)
    unit.report = world.clock.uuid7()
    known = {"visit": again, "months_checked": ["2024-07"], "months_paid": []}
    world.write(Entry(kind="report", record=unit.report, op="create", set=known))
    unit.line()
    refresh(world)
    assert unit.findings() == {}


def test_a_worker_on_the_schedule_of_another_employer_is_told_until_a_newer_one_leaves_them_out(world):
    unit, other = Unit(world, "2004070001"), Unit(world, "2004070002", "sukkur")
    own = unit.line()
    refresh(world)
    declare(world, other.number, (CNIC, 20_000))
    assert unit.visit in stale(world)
    refresh(world)
    found = unit.findings()["register-cnic-elsewhere"]
    assert found.record_ids == (own,)
    assert other.number not in found.sentence
    assert other.establishment not in found.sentence
    declare(world, other.number, ("42101-9999999-1", 20_000))
    refresh(world)
    assert unit.findings() == {}


def test_registers_that_are_checked_at_the_same_time_see_each_other(world, monkeypatch):
    first, second = Unit(world, "2004070001"), Unit(world, "2004070002")
    refresh(world)
    first.line()
    second.line()
    whole, looked = register_checks.of_visit, []

    def meanwhile(store, tx, records, visit, *more):
        checked = whole(store, tx, records, visit, *more)
        if not looked:
            looked.append(visit)
            # Another worker finishes the other visit between this one's look and its save.
            assert assessments.refresh(world.store, world.clock.now_ms()) == 0
            with world.store.write() as tx:
                tx.execute(STALE.update().values(held_until_ms=0))
            with world.store.write() as tx:
                tx.execute(STALE.update().where(STALE.c.root == visit).values(held_until_ms=10**15))
            assert assessments.refresh(world.store, world.clock.now_ms()) == 1
            with world.store.write() as tx:
                tx.execute(STALE.update().values(held_until_ms=0))
        return checked

    monkeypatch.setattr(register_checks, "of_visit", meanwhile)
    assessments.refresh(world.store, world.clock.now_ms())
    refresh(world)
    assert "register-cnic-elsewhere" in first.findings()
    assert "register-cnic-elsewhere" in second.findings()
    assert stale(world) == set()


def test_no_cnic_stands_in_what_is_kept_of_the_checks(world):
    unit, other = Unit(world, "2004070001"), Unit(world, "2004070002")
    for cnic in (CNIC, CNIC, "42101-123456-1"):
        unit.line(cnic)
    other.line()
    declare(world, unit.number, (CNIC, 20_000))
    refresh(world)
    assert {"register-cnic-form", "register-cnic-twice", "register-cnic-elsewhere"} <= unit.findings().keys()
    with world.store.read() as tx:
        bodies = " ".join(tx.execute(select(ASSESSMENTS.c.body)).scalars())
        kept = [
            bytes(worker)
            for table in (REGISTER, SCHEDULED)
            for worker in tx.execute(select(table.c.worker)).scalars()
        ]
    assert not re.search(r"42101|1234567|123456-1", bodies)
    assert kept
    assert not any(b"1234567" in worker for worker in kept)
    # The line whose CNIC is none has no worker.
    assert len(kept) == 4


def test_a_withdrawn_visit_leaves_no_workers_behind(world):
    unit = Unit(world, "2004070001")
    unit.line()
    refresh(world)
    withdraw(world, "visit", unit.visit)
    refresh(world)
    with world.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(REGISTER)).scalar_one() == 0


@contextmanager
def heard():
    said = []

    def hear(_, __, statement, *___):
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    yield said
    event.remove(Engine, "before_cursor_execute", hear)


def test_a_check_asks_as_often_for_many_lines_as_for_one(world):
    unit, large = Unit(world, "2004070001"), Unit(world, "2004070002")
    unit.line()
    for at in range(30):
        large.line(f"42101-{at:07d}-1", month=f"2024-{at % 9 + 1:02d}")
    for each in (unit, large):
        declare(world, each.number, *((f"42101-{at:07d}-1", 37_000) for at in range(5)))
    asked = []
    for each in (unit, large):
        with world.store.read() as tx:
            records, _ = load(world.store, tx, [each.visit], by_root=True)
            law = assessments.statute.load(tx)
            with heard() as said:
                register_checks.of_visit(world.store, tx, records, each.visit, {each.report: 0}, law)
        asked.append(len(said))
    assert asked[0] == asked[1] <= 6


def test_workers_of_schedules_that_were_there_before_the_check_are_found(database_url):
    with open_world(database_url) as world:
        unit = Unit(world, "2004070001")
        declare(world, unit.number, (CNIC, 37_000), ("42101-9999999-1", 37_000))
        kept = workers_of_schedules(world)
    command.downgrade(migrate.config(database_url), "0006")
    migrate.upgrade(database_url)
    with open_world(database_url) as world:
        assert workers_of_schedules(world) == kept
        assert len(kept) == 2


def workers_of_schedules(world: World):
    with world.store.read() as tx:
        return sorted(tuple(map(bytes, row)) for row in tx.execute(select(SCHEDULED.c.worker)))
