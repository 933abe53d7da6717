"""Changes that wait for a record land when it does: whole, and also when both come at the same moment."""

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from litestar.testing import TestClient

from field.store import pushes, rows
from field.store.office import Entry
from field.store.pushes import CHANGES
from tests.helpers import Tablet, World, open_world


def statuses(world: World) -> dict[str, str]:
    with world.store.read() as tx:
        return {row.id: row.status for row in tx.execute(sa.select(CHANGES))}


def visit(world: World, id: str, inspector: str) -> Entry:
    values = {"establishment": id, "district": "korangi", "inspector": inspector, "status": "planned"}
    return Entry(kind="visit", record=id, op="create", set=values)


def test_groups_of_two_tablets_that_wait_for_one_record_land_whole(database_url: str) -> None:
    """They were gathered in the order of capture. Where one group was captured while the other was, their
    members alternated, and each landed or was refused for itself."""
    with open_world(database_url) as world:
        inspector = world.person("inspector", "korangi")
        tablets = [world.tablet(inspector, "korangi") for _ in range(2)]
        awaited = world.clock.uuid7()
        reports = [_report(tablet, awaited, at) for at, tablet in enumerate(tablets)]
        with TestClient(app=world.app()) as client:
            for tablet in tablets:
                assert {each["status"] for each in tablet.push(client)["answers"]} == {"waiting"}
        world.write(visit(world, awaited, inspector))
        found = statuses(world)
        assert {found[id] for id in reports[0]} == {"quarantined"}
        assert {found[id] for id in reports[1]} == {"applied"}


def _report(tablet: Tablet, awaited: str, at: int) -> list[str]:
    """A report with two wage lines, seconds apart; on the first tablet one names a parent of another kind."""
    clock = tablet.world.clock
    report, group = clock.uuid7(), {"first": 1, "last": 3}
    ids = [tablet.change("report", report, {"visit": awaited}, "create", elapsed_ms=at, **group)]
    for number in (1, 2):
        values = {"report": report if at or number == 1 else awaited, "month": "2025-11", "wage_rs": number}
        more: dict[str, Any] = {"elapsed_ms": 2_000 * number + at, **group}
        ids.append(tablet.change("wage_line", clock.uuid7(), values, "create", **more))
    return ids


def test_a_change_and_the_record_that_it_waits_for_may_come_at_the_same_moment(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each looked for the other before either was committed: a change waited for a record that was there."""
    with open_world(database_url) as world, TestClient(app=world.app()) as client:
        inspector = world.person("inspector", "korangi")
        tablet = world.tablet(inspector, "korangi")
        awaited = world.clock.uuid7()
        waiting = tablet.change("visit", awaited, {"notes": "gate shut"})
        looked, made = threading.Event(), threading.Event()
        honest = pushes.rows.save

        def save(*arguments: Any) -> None:
            if not looked.is_set():
                looked.set()
                made.wait(1)  # it never is where the other has to wait for us
            honest(*arguments)

        monkeypatch.setattr(rows, "save", save)
        thread = threading.Thread(target=tablet.push, args=(client,))
        thread.start()
        looked.wait()
        world.write(visit(world, awaited, inspector))
        made.set()
        thread.join()
        assert statuses(world)[waiting] == "applied"
