"""Schedules of employers: kept once, in whole, version by version, and without a worker's name in clear."""

import io
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from field.clock import SeededClock
from field.store import import_runs, rows, schedules
from field.store.accounts import declared
from field.store.import_runs import IMPORTS, Source
from field.store.office import Entry
from field.store.schedules import LINES, SCHEDULES
from tests.helpers import World, open_world

HEAD = "reg no,month,name,cnic,days,wages,contribution\n"


@contextmanager
def summer(url: str) -> Iterator[World]:
    """An office in July of 2026."""
    with open_world(url) as world:
        world.clock.advance(190 * 86_400_000)
        yield world


@pytest.fixture
def world(database_url):
    with summer(database_url) as world:
        yield world


def mills(world: World, count: int) -> list[str]:
    return [
        world.establishment("korangi", registration_no=f"20040700{number:02d}") for number in range(count)
    ]


def text(mills: range, workers: int = 3, month: str = "2026-03", wage: int = 37000) -> str:
    return HEAD + "".join(
        f"20040700{mill:02d},{month},Worker {mill}-{worker},42101-{mill:03d}{worker:04d}-1,26,{wage},2220\n"
        for mill in mills
        for worker in range(workers)
    )


def load(world: World, content: str | bytes, name: str = "march.csv", **more):
    content = content.encode() if isinstance(content, str) else content
    return schedules.import_file(world.store, world.clock, Source(io.BytesIO(content), name, "test"), **more)


def tally(done):
    return done.added, done.unchanged, done.rejected, done.further


def kept(world: World):
    with world.store.read() as tx:
        lines = tx.execute(select(LINES).order_by(LINES.c.schedule, LINES.c.line)).all()
        return [tuple(line) for line in lines], tx.execute(select(SCHEDULES).order_by(SCHEDULES.c.id)).all()


def test_importing_a_file_twice_changes_nothing(world: World):
    mills(world, 2)
    assert tally(load(world, text(range(2)))) == (6, 0, 0, 0)
    before = kept(world)
    assert tally(load(world, text(range(2)), "the same again.csv")) == (0, 6, 0, 0)
    assert kept(world) == before
    with world.store.read() as tx:
        (run,) = tx.execute(select(IMPORTS)).all()
    assert (run.file_name, run.by, run.taken, run.rejected) == ("march.csv", "test", 6, 0)
    assert run.finished_ms is not None


class Cut(Exception):  # noqa: N818 - the power, not an error
    pass


def test_a_run_that_was_cut_off_counts_for_nothing_and_running_again_completes_it(world: World, monkeypatch):
    """The power failed in the second of five transactions: half a schedule must not be taken for a whole."""
    monkeypatch.setattr(import_runs, "ROWS_AT_ONCE", 4)
    ids = mills(world, 5)

    def fail(rows: int) -> None:
        if rows >= 8:
            raise Cut

    with pytest.raises(Cut):
        load(world, text(range(5), workers=4), progress=fail)
    assert len(kept(world)[0]) == 8
    with world.store.read() as tx:
        assert [declared(tx, id) for id in ids] == [[]] * 5
    assert tally(load(world, text(range(5), workers=4))) == (12, 8, 0, 0)
    with world.store.read() as tx:
        assert [[month.workers for month in declared(tx, id)] for id in ids] == [[4]] * 5


def test_a_newer_schedule_is_a_further_version_and_the_earlier_one_stays(world: World):
    (mill,) = mills(world, 1)
    load(world, text(range(1), wage=37000))
    assert tally(load(world, text(range(1), workers=2, wage=40000), "corrected.csv")) == (2, 0, 0, 1)
    with world.store.read() as tx:
        (month,) = declared(tx, mill)
    assert (month.version, month.workers, month.lines[0].wage_rs) == (2, 2, 40000)
    lines, versions = kept(world)
    assert [row.version for row in versions] == [1, 2]
    assert len(lines) == 5


def test_the_same_file_read_by_other_columns_is_another_version(world: World):
    """Somebody took the basic pay for the wage, and imported the file again with the right column."""
    (mill,) = mills(world, 1)
    content = b"reg no,month,basic,gross\n2004070000,2026-03,20000,37000\n"
    for wage in ("basic", "gross", "gross"):
        source = Source(io.BytesIO(content), "march.csv", "test", {"wage": wage})
        schedules.import_file(world.store, world.clock, source)
    with world.store.read() as tx:
        (month,) = declared(tx, mill)
    assert (month.version, month.lines[0].wage_rs) == (2, 37000)


def test_a_schedule_that_a_later_run_brings_arrived_with_that_run(world: World):
    """By that it is told whether it was on file when somebody inspected: the first run did not have it."""
    (mill,) = mills(world, 1)
    first = world.clock.now_ms()
    load(world, text(range(2)))
    world.clock.advance(86_400_000)
    late = world.establishment("korangi", registration_no="2004070001")
    second = world.clock.now_ms()
    for _ in range(2):
        load(world, text(range(2)))
        world.clock.advance(86_400_000)
    with world.store.read() as tx:
        (before,), (after,) = declared(tx, mill), declared(tx, late)
    assert first <= before.arrived_ms < second
    assert second <= after.arrived_ms < second + 86_400_000


def test_a_unit_that_nobody_knows_is_told_once_and_taken_in_when_it_is_registered(world: World):
    mills(world, 1)
    told = []
    done = load(world, text(range(3)), told=told.append)
    assert tally(done) == (3, 0, 6, 0)
    assert [(each.line, each.column, each.value) for each in told] == [
        (5, "registration_no", "2004070001"),
        (8, "registration_no", "2004070002"),
    ]
    assert "3 lines have it" in told[0].reason
    world.establishment("korangi", registration_no="200407-0001")
    assert tally(load(world, text(range(3)))) == (3, 3, 3, 0)


def test_a_number_of_a_withdrawn_establishment_finds_nobody(world: World):
    """One withdrawn establishment, whoever it was, once stopped every import of schedules."""
    _, other = mills(world, 2)
    withdrawal = {"withdrawn": {"reason": "Entered twice", "seen": []}}
    world.write(Entry(kind="establishment", record=other, op="withdraw", set=withdrawal))
    done = load(world, text(range(2)))
    assert tally(done) == (3, 0, 3, 0)
    assert done.rejects[0].value == "2004070001"


def test_a_number_that_two_establishments_have_is_given_to_neither(world: World):
    mills(world, 1)
    world.establishment("korangi", registration_no="200407 0000")
    done = load(world, text(range(1)))
    assert tally(done) == (0, 0, 3, 0)
    assert "Two establishments have this number" in done.rejects[0].reason


def test_an_establishment_is_found_by_the_number_under_which_it_was_first_registered(world: World):
    from field.store.establishments import record_id

    id = record_id("2004070000")
    values = {"name": "Mill", "registration_no": "2004070000", "district": "korangi"}
    world.write(Entry(kind="establishment", record=id, op="create", set=values))
    with world.store.read() as tx:
        live = rows.load(world.store, tx, [id])[0][id].live["registration_no"]
    world.write(
        Entry(
            kind="establishment",
            record=id,
            set={"registration_no": "2026119999"},
            over={"registration_no": sorted(live)},
        )
    )
    assert tally(load(world, text(range(1)) + "2026119999,2026-02,,,,1,\n")) == (4, 0, 0, 0)


def test_bad_rows_are_told_and_the_good_ones_are_in(world: World):
    mills(world, 1)
    done = load(world, text(range(1)) + "2004070000,2026-13,,,,1,\n2004070000,2026-03,A,4.2E+12,,1,\n")
    assert tally(done) == (3, 0, 2, 0)
    assert [(each.line, each.column) for each in done.rejects] == [(5, "month"), (6, "cnic")]


def test_one_worker_is_recognised_in_two_months_and_nobody_else_is(world: World):
    mills(world, 1)
    load(world, text(range(1), workers=2) + text(range(1), 1, "2026-02").removeprefix(HEAD))
    load(world, HEAD + "2004070000,2026-01,Other,'٤٢١٠١٠٠٠٠٠٠٠١,,1,\n", "urdu.csv")
    with world.store.read() as tx:
        workers = tx.execute(
            select(LINES.c.worker, func.count()).group_by(LINES.c.worker).order_by(func.count())
        )
        assert [row.count for row in workers] == [1, 3]
        sealed = tx.execute(select(LINES.c.personal).order_by(LINES.c.line)).scalars().first()
    assert schedules.personal(world.store, sealed) in {
        ("Worker 0-0", "4210100000001"),
        ("Other", "4210100000001"),
    }


def test_no_name_and_no_cnic_stands_in_the_database_file(sqlite_url: str):
    """A stolen backup was searched for a known CNIC, with and without its hyphens."""
    with summer(sqlite_url) as world:
        mills(world, 1)
        load(world, HEAD + "2004070000,2026-03,Zarghuna Bibi,42101-1234567-1,26,37000,\n")
        load(world, HEAD + "2004070000,2026-04,Zarghuna Bibi,42101-123456-1,26,37000,\n", "bad.csv")
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    stored = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert b"2004070000" in stored
    for secret in ("Zarghuna", "42101-1234567-1", "4210112345671", "1234567", "123456-1"):
        assert secret.encode() not in stored
        assert secret.encode("utf-16-le") not in stored


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "26-03", "2026-3", "1826-03", "2026-1x"])
def test_the_database_itself_refuses_a_month_that_does_not_exist(world: World, month: str):
    (mill,) = mills(world, 1)
    load(world, text(range(1)))
    with world.store.read() as tx:
        run = tx.execute(select(IMPORTS.c.id)).scalar_one()
    row = {"establishment": mill, "month": month, "version": 9, "source": run, "complete": True}
    with pytest.raises(IntegrityError), world.store.write() as tx:
        tx.execute(insert(SCHEDULES), row)


@pytest.mark.parametrize(("column", "value"), [("wage_paisa", 0), ("contribution_paisa", -1), ("days", 32)])
def test_the_database_itself_refuses_amounts_that_cannot_be(world: World, column: str, value: int):
    mills(world, 1)
    load(world, text(range(1)))
    with world.store.read() as tx:
        schedule = tx.execute(select(SCHEDULES.c.id)).scalar_one()
    row = {"schedule": schedule, "line": 99, "wage_paisa": 1, column: value}
    with pytest.raises(IntegrityError), world.store.write() as tx:
        tx.execute(insert(LINES), row)


def test_many_lines_are_imported_with_flat_memory(sqlite_url: str, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(import_runs, "ROWS_AT_ONCE", 2000)
    path = tmp_path / "long.csv"
    with path.open("w") as file:
        file.write(HEAD)
        for line in range(50_000):
            file.write(f"20040700{line // 2500:02d},2026-03,Worker {line},42101-{line:07d}-1,26,37000,2220\n")
    with summer(sqlite_url) as world, path.open("rb") as opened:
        mills(world, 20)
        source = Source(opened, path.name, "test")
        tracemalloc.start()
        done = schedules.import_file(world.store, world.clock, source)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert done.added == 50_000
    assert peak < 6_000_000  # a portion of 2,000 lines; all of them would be ten times that


def test_the_day_of_an_import_is_the_day_in_pakistan(clock: SeededClock):
    """At eight in the evening of 31 December, UTC, it is January there, and its first schedules come in."""
    clock.advance(20 * 3600 * 1000)
    assert import_runs.day_of(clock) == date(2026, 1, 2)
