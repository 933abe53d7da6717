"""A long report over a line of 1 kB a second that breaks every eight seconds, counted in bytes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from field.app import open_context
from field.cli.demo_server import running, with_free_port
from field.clock import SystemClock
from field.config import Settings
from field.store import districts, migrate, rows
from field.store.engine import Store
from field.sync.rights import INSPECTOR, SUPERVISOR
from field.tablet.tablet import Tablet
from field.tablet.transport import HttpTransport, NoAnswer, Response
from tests.browser.cutting_proxy import Cut, CuttingProxy
from tests.helpers import KORANGI, PASSWORD, World
from tests.tablet.conftest import Office

LINES = 500
CARRIES = 8_000
SYNCS_MAX = 400


class NarrowLine(CuttingProxy):
    """Breaks each connection on which more than `CARRIES` bytes of a request's body want to pass."""

    def _carry(self, client: Any, head: bytes, rest: bytes, method: str, path: str) -> None:
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        if length > CARRIES:
            self.cut(Cut("request", path, CARRIES, method))
        super()._carry(client, head, rest, method, path)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return with_free_port(Settings(data=tmp_path, database_url=database_url, port=0, background_s=0))


@pytest.fixture
def visit(settings: Settings) -> str:
    """A visit of `inspector`, in the district of `supervisor`."""
    migrate.upgrade(settings.database_url)
    context = open_context(settings, SystemClock())
    try:
        world = World(context, SystemClock())  # type: ignore[arg-type]
        districts.save(context.store, [KORANGI])
        world.person(SUPERVISOR, "korangi", "supervisor")
        inspector = world.person(INSPECTOR, "korangi", "inspector")
        return world.visit(world.establishment("korangi"), "korangi", inspector)
    finally:
        context.store.close()


@pytest.fixture
def line(settings: Settings) -> Iterator[NarrowLine]:
    """A bad line to a real server."""
    with running(settings):
        made = NarrowLine(settings.port)
        yield made
        made.close()


def code(address: str) -> str:
    with httpx.Client(base_url=address) as client:
        signed_in = client.post("/api/sign-in", json={"login": "supervisor", "password": PASSWORD})
        headers = {"Authorization": f"Bearer {signed_in.json()['token']}"}
        answer = client.post("/api/devices/codes", json={"district": "korangi"}, headers=headers)
        return str(answer.raise_for_status().json()["code"])


def capture(tablet: Tablet, visit: str, lines: int = LINES) -> str:
    with tablet.group():
        report = tablet.new_record("report", {"visit": visit, "remarks": "long"})
        for number in range(lines):
            worker = {"cnic": f"42101-{number:07}-1", "worker_name": f"Worker {number}"}
            values = {"report": report, "month": "2026-03", "wage_rs": 30_000 + number, **worker}
            tablet.new_record("wage_line", values)
    return report


def statuses(store: Store) -> dict[str, int]:
    with store.read() as tx:
        found = tx.execute(
            sa.text("SELECT status, count(*) AS lines FROM changes WHERE kind = 'wage_line' GROUP BY 1")
        )
        return {row.status: row.lines for row in found}


def test_a_report_of_500_lines_gets_through_piece_by_piece(
    settings: Settings, visit: str, line: NarrowLine, tmp_path: Path
) -> None:
    tablet = Tablet(tmp_path / "tablet.db", HttpTransport(line.address), SystemClock())
    tablet.enrol(code(line.address))
    tablet.sign_in("inspector", PASSWORD)
    assert tablet.sync().complete
    report = capture(tablet, visit)
    context = open_context(settings, SystemClock())
    try:
        arrived: list[int] = []
        for _ in range(SYNCS_MAX):
            if tablet.sync().complete:
                break
            found = statuses(context.store)
            # Nothing lands by halves, and what has come is not sent again.
            assert set(found) <= {"held"}
            arrived.append(found.get("held", 0))
        assert arrived == sorted(arrived)
        assert arrived[0] == 0
        assert 0 < arrived[-1] < LINES
        assert statuses(context.store) == {"applied": LINES}
        with context.store.read() as tx:
            held, _ = rows.load(context.store, tx, [visit], by_root=True)
        assert sum(each.parent == report for each in held.values()) == LINES
    finally:
        context.store.close()
        tablet.close()
    pushed = [each for each in line.seen if each.path == "/api/sync/push"]
    carried = sum(each.body_bytes for each in pushed if each.outcome == "passed")
    wasted = sum(each.body_bytes for each in pushed if each.outcome == "request cut")
    assert wasted < carried


def test_portions_grow_again_on_a_good_line_and_answers_that_are_cut_shrink_what_is_asked(
    office: Office,
) -> None:
    tablet = office.tablet("one")
    capture(tablet, office.visit, 60)
    assert tablet.sync().complete
    other = office.open("two")
    other.enrol(office.world.code("korangi"), "two")
    other.sign_in("inspector-1", PASSWORD)
    asked: list[int] = []

    def narrow(path: str, answer: Response) -> Response:
        if path == "/api/sync/pull":
            lines = answer.body.splitlines()
            asked.append(len(lines))
            # A single row, as a checklist, is not parted.
            if len(answer.body) > max(map(len, lines)) + CARRIES:
                raise NoAnswer("the line broke")
        return answer

    office.line.after = narrow
    syncs = 1
    while not other.sync().complete:
        syncs += 1
        assert syncs < 40
    assert other.replica.everything() == tablet.replica.everything()
    assert max(asked) > 60 > asked[-1]
    office.line.mend()
    for _ in range(40):
        assert other.sync().complete
    assert other._pulling.limit(1000) == 1000
