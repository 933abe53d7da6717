"""The demonstration's day, and an oracle that must see what it is there to see."""

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from field import config
from field.app import open_context
from field.cli import demo_folder, demo_server
from field.config import Settings
from field.inspections import judging
from field.inspections.checklists import shipped
from field.inspections.judging import Answer
from field.sim import day, day_answers, day_count, day_oracle, day_start
from field.sim.day import Done
from field.sim.day_oracle import Verdict
from field.sim.day_start import MorningClock, Start
from field.store.evidence_beside import REMARKS
from field.store.registry import counts

TABLETS = 3


class Played(msgspec.Struct, frozen=True):
    """A day that is over."""

    settings: Settings
    start: Start
    done: Done


def play(folder: Path) -> Played:
    """One small day."""
    settings = config.read({"FIELD_DATA": str(folder), "FIELD_PORT": "0"})
    settings = demo_server.with_free_port(settings)
    clock = MorningClock(7)
    with demo_folder.fresh(settings):
        context = open_context(settings, clock)
        start = day_start.prepare(context, clock, 7, None, 60, TABLETS, lambda *_: None)
        context.store.close()
        with demo_server.running(settings) as address:
            done = day.run(address, start, folder / "tablets", 7, lambda *_: None)
    return Played(settings, start, done)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """One small day, for every test here to look at."""
    return play(tmp_path_factory.mktemp("day"))


def judge(settings: Settings, done: Done) -> tuple[Verdict, dict[str, int]]:
    """What the oracle says, and how many records of each kind there are."""
    context = open_context(settings, MorningClock(7))
    try:
        with context.store.read() as tx:
            kinds = counts(tx, ("visit", "report", "wage_line", "photo", "answer", "conflict"))
        return day_oracle.judge(context.store, context.photos, done.outboxes), kinds
    finally:
        context.store.close()


def test_a_day_on_a_bad_network_loses_and_doubles_nothing(played: Played) -> None:
    verdict, kinds = judge(played.settings, played.done)
    assert (verdict.lost, verdict.doubled) == ([], [])
    assert verdict.captured == verdict.received
    assert played.done.deliveries_repeated > 0
    assert kinds["visit"] == played.done.visits_assigned
    assert kinds["answer"] > kinds["report"]
    assert verdict.pictures == kinds["photo"] > 0


def test_the_same_seed_plays_the_same_day(played: Played, tmp_path: Path) -> None:
    again = play(tmp_path)
    one, other = judge(played.settings, played.done), judge(again.settings, again.done)
    assert one == other
    assert again.done.deliveries_repeated == played.done.deliveries_repeated


def test_one_person_has_two_tablets(played: Played) -> None:
    first, second = played.start.crews[:2]
    assert first.inspector == second.inspector
    assert len({crew.name for crew in played.start.crews}) == TABLETS


def test_a_day_without_any_work_is_no_success(played: Played) -> None:
    """A fault once kept every visit from the tablets, and nothing captured was nothing lost."""
    verdict, _ = judge(played.settings, Done(0, 0, []))
    assert "no tablet captured anything: there was no day to judge" in verdict.lost


@pytest.mark.parametrize("seed", range(20))
def test_what_the_days_inspectors_answer_the_checklist_asks(seed: int) -> None:
    """The demonstration once answered what a newer version had given up, and nobody saw a remark."""
    [checklist] = [each for each in shipped() if each.id == day_answers.CHECKLIST]
    given = [
        Answer(each["question"], each.get("private_value", each.get("value")), each.get("item"))
        for each in day_answers.answers(random.Random(seed), 12, "A worker")
    ]
    counted = [
        Answer("men", 9),
        Answer("women", 3),
        Answer("records_refused", "no"),
        Answer("person_met", "A"),
    ]
    found = judging.judge(checklist, [*given, *counted], "2026-02-14")
    assert found.unknown == ()
    assert [(each.question, each.fault) for each in found.verdicts if each.fault] == []


def test_the_last_whole_months_reach_over_the_new_year() -> None:
    assert day.months_before(date(2026, 2, 14)) == ["2025-11", "2025-12", "2026-01"]


# What goes wrong on the server, and what the oracle must say of it.

Harm = Callable[[sqlite3.Connection], None]

A_REPORT = "(SELECT id FROM changes WHERE kind = 'report' AND status = 'applied' ORDER BY id LIMIT 1)"


def run(*statements: str) -> Harm:
    """Harm done by SQL."""

    def harm(file: sqlite3.Connection) -> None:
        for statement in statements:
            assert file.execute(statement).rowcount != 0, statement

    return harm


def change_row(file: sqlite3.Connection, kind: str, values: dict[str, object]) -> None:
    """The server shows something else than it was told."""
    scope, n, body = file.execute(
        "SELECT scope, n, body FROM feed WHERE instr(body, ?) LIMIT 1", (f'"kind":"{kind}"',)
    ).fetchone()
    row = msgspec.json.decode(body)
    row["values"] |= values
    file.execute("UPDATE feed SET body = ? WHERE scope = ? AND n = ?", (msgspec.json.encode(row), scope, n))


def show_another_wage(file: sqlite3.Connection) -> None:
    """Nobody wrote this wage down."""
    change_row(file, "wage_line", {"wage_rs": 1})


def close_a_conflict(file: sqlite3.Connection) -> None:
    """One side of a dispute is dropped without anybody's decision."""
    change_row(file, "conflict", {"open": False})


@pytest.fixture
def copied(played: Played, tmp_path: Path) -> Iterator[tuple[Settings, sqlite3.Connection]]:
    """The day's database once more, to do harm to."""
    shutil.copytree(played.settings.data, tmp_path / "copy")
    path = tmp_path / "copy" / "field.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        yield config.read({"FIELD_DATA": str(path.parent)}), file


@pytest.mark.parametrize(
    ("harm", "lost"),
    [
        pytest.param(run(f"DELETE FROM changes WHERE id = {A_REPORT}"), "is not on the server", id="missing"),
        pytest.param(
            run(f"UPDATE changes SET line = CAST(line || ' ' AS BLOB) WHERE id = {A_REPORT}"),
            "as it was captured",
            id="altered",
        ),
        pytest.param(
            run(f"UPDATE changes SET private = NULL WHERE id = {A_REPORT}"), "as it was captured", id="erased"
        ),
        pytest.param(
            run(f"UPDATE changes SET status = 'merged' WHERE id = {A_REPORT}"),
            "tablet was told",
            id="receipt",
        ),
        pytest.param(show_another_wage, "is nowhere", id="value"),
        pytest.param(
            run("DELETE FROM photo_bytes WHERE photo = (SELECT min(photo) FROM photo_bytes)"),
            "are not on the server",
            id="picture",
        ),
        pytest.param(
            run("UPDATE photo_bytes SET sha256 = (SELECT max(sha256) FROM photo_bytes)"),
            "with other bytes than were taken",
            id="other picture",
        ),
        pytest.param(close_a_conflict, "is nowhere", id="candidate"),
    ],
)
def test_the_oracle_sees_what_is_lost(
    played: Played, copied: tuple[Settings, sqlite3.Connection], harm: Harm, lost: str
) -> None:
    settings, file = copied
    harm(file)
    verdict, _ = judge(settings, played.done)
    assert any(lost in words for words in verdict.lost), verdict.lost


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(
            run(
                "INSERT INTO records SELECT substr(id, 1, 35) || 'x', kind, root, parent, scope, n, state"
                " FROM records WHERE kind = 'wage_line' LIMIT 1"
            ),
            id="record",
        ),
        pytest.param(
            run(
                "INSERT INTO photo_bytes SELECT substr(photo, 1, 35) || 'x', sha256, size, device,"
                " received_ms FROM photo_bytes LIMIT 1"
            ),
            id="picture",
        ),
        pytest.param(
            run(
                "CREATE TEMP TABLE again AS SELECT * FROM changes WHERE kind = 'photo' LIMIT 1",
                "UPDATE again SET seq = 9999, id = NULL, same_as = id",
                "INSERT INTO changes SELECT * FROM again",
            ),
            id="change",
        ),
    ],
)
def test_the_oracle_sees_what_is_doubled(
    played: Played, copied: tuple[Settings, sqlite3.Connection], harm: Harm
) -> None:
    settings, file = copied
    harm(file)
    verdict, _ = judge(settings, played.done)
    assert verdict.doubled


def test_a_reused_photo_and_an_impossible_journey_are_remarked_and_honest_fixes_are_not(
    tmp_path: Path,
) -> None:
    """Through the real path: tablets send the pictures, the server opens them and compares."""
    settings = demo_server.with_free_port(config.read({"FIELD_DATA": str(tmp_path), "FIELD_PORT": "0"}))
    with demo_folder.fresh(settings):
        context = open_context(settings, MorningClock(7))
        try:
            start = day_start.prepare(context, MorningClock(8), 7, None, 200, 4, lambda *_: None)
            with demo_server.running(settings) as address:
                day.run(address, start, tmp_path / "tablets", 7, lambda *_: None)
                day_count.wait_for_remarks(context.store)
            with context.store.read() as tx:
                standing = select(REMARKS.c.code).where(REMARKS.c.standing.is_(True))
                codes = Counter(tx.execute(standing).scalars())
        finally:
            context.store.close()
    assert codes.pop("clock-off") > 0
    assert codes == {"photo-again": 2, "photo-alike": 3, "journey-impossible": 2}
