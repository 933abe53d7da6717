"""A long file of schedules is read by a process of its own: no other lines, and no line fewer."""

import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from field.problems import Problem
from field.store import import_runs, schedule_portions, schedules
from field.store.import_runs import Imported, Source
from field.store.schedules import LINES, SCHEDULES
from tests.helpers import World, open_world

DAYS_MS = 190 * 86_400_000
HEAD = "reg no,month,name,cnic,days,wages,contribution\n"
DYING = """
import sys
sys.path[:0] = [sys.argv[1]]
from field.store import schedule_portions
schedule_portions._END = b""
schedule_portions.serve(int(sys.argv[2]))
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch) -> Path:
    """Two thousand lines of twenty mills; two cannot be taken, and the total is wrong."""
    monkeypatch.setattr(import_runs, "ROWS_AT_ONCE", 300)
    rows = [_row(f"20040700{line % 20:02d}", line, f"42101-{line:07d}-1") for line in range(2000)]
    rows[700] = _row("2004070001", 700, "42101-12-1")
    rows[1400] = _row("9999999999", 1400, "42101-0001400-1")
    path = tmp_path / "long.csv"
    path.write_text(HEAD + "".join(rows) + ",,Total,,,1,1\n", encoding="utf-8")
    return path


def _row(number: str, line: int, cnic: str) -> str:
    return f"{number},2026-03,Worker {line},{cnic},26,37000,2220\n"


def office(world: World) -> World:
    world.clock.advance(DAYS_MS)
    for number in range(20):
        world.establishment("korangi", registration_no=f"20040700{number:02d}")
    return world


def bring(world: World, path: Path) -> Imported:
    with path.open("rb") as file:
        return schedules.import_file(world.store, world.clock, Source(file, path.name, "test"))


def kept(world: World) -> list[tuple[object, ...]]:
    """Every line with its establishment's month, its worker in clear."""
    asked = select(SCHEDULES.c.establishment, SCHEDULES.c.month, LINES).join(
        LINES, LINES.c.schedule == SCHEDULES.c.id
    )
    with world.store.read() as tx:
        found = tx.execute(asked).all()
    return sorted(
        (
            each.establishment,
            each.month,
            each.line,
            bytes(each.worker),
            schedules.personal(world.store, each.personal),
            (each.days, each.wage_paisa, each.contribution_paisa, each.by_day),
        )
        for each in found
    )


def complete(world: World, whole: bool) -> int:
    with world.store.read() as tx:
        return len(tx.execute(select(SCHEDULES.c.id).where(SCHEDULES.c.complete.is_(whole))).all())


def test_a_long_file_is_taken_as_a_short_one_is(
    sqlite_template: Path, tmp_path: Path, path: Path, monkeypatch
):
    told = []
    for apart_from in (10**9, 1000):
        monkeypatch.setattr(schedule_portions, "LINES_APART", apart_from)
        copied = shutil.copy(sqlite_template, tmp_path / f"{apart_from}.db")
        with open_world(f"sqlite:///{copied}") as world:
            done = bring(office(world), path)
            told.append((done.added, done.rejects, done.remarks, kept(world)))
    assert told[0] == told[1]
    added, rejects, remarks, _ = told[1]
    assert (added, len(rejects), len(remarks)) == (1998, 2, 1)


def test_a_long_file_is_read_apart(database_url: str, path: Path, monkeypatch):
    """Otherwise the tests beside this one would say nothing."""
    monkeypatch.setattr(schedule_portions, "LINES_APART", 1000)
    monkeypatch.setattr(schedules, "portions", None)
    with open_world(database_url) as world:
        assert bring(office(world), path).added == 1998


def test_where_the_reading_ends_too_early_nothing_counts_until_the_file_comes_again(
    database_url: str, path: Path, monkeypatch
):
    monkeypatch.setattr(schedule_portions, "LINES_APART", 1000)
    with open_world(database_url) as world:
        office(world)
        with monkeypatch.context() as patch:
            patch.setattr(schedule_portions, "_PROGRAM", DYING)
            with pytest.raises(Problem) as failed:
                bring(world, path)
        assert failed.value.code == "busy"
        assert complete(world, whole=True) == 0
        assert bring(world, path).unchanged == 1998
        assert len(kept(world)) == 1998
        assert (complete(world, whole=True), complete(world, whole=False)) == (20, 0)


def test_whoever_stops_an_import_leaves_no_process_behind(path: Path, monkeypatch):
    started, start = [], subprocess.Popen

    def noted(*args, **named):
        started.append(start(*args, **named))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    task = schedule_portions.Task(300, "utf-8", import_runs.day_at(DAYS_MS * 400), {}, bytes(32))
    with path.open("rb") as file:
        given = schedule_portions.portions_apart(file, task)
        assert len(next(given).groups) == 20
        given.close()
    [process] = started
    assert process.returncode is not None
