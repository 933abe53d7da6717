"""An app that is too old, or newer than the server, is told so, and nothing of its work is lost."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select

from field.store import devices
from field.store.holding import CHANGES
from field.sync import upcasting
from field.sync.apps import LeastApp
from field.sync.signing import request_message
from tests.helpers import Tablet, World, open_world


class Case:
    """An office that serves version 2 and later, and a tablet with an entry to hand in."""

    def __init__(self, world: World, client: TestClient[Litestar]) -> None:
        self.world, self.client = world, client
        self.person = world.person("inspector", "korangi")
        self.visit = world.visit(world.establishment("korangi"), "korangi", self.person)
        self.tablet: Tablet = world.tablet(self.person, "korangi")
        self.tablet.change("visit", self.visit, {"notes": "seen"})

    def serve_from(self, schema: int, from_ms: int = 0) -> None:
        state = self.client.app.state
        state.context = msgspec.structs.replace(state.context, least_app=LeastApp(schema, from_ms))

    def push(self, version: str | None) -> Any:
        said = {} if version is None else {"Field-Schema": version}
        return self.tablet.handed_in(self.client, **said)

    def pull(self, version: str | None) -> Any:
        told = {"captured": 7, "acknowledged": 0, "app": "field-tablet old"}
        body = msgspec.json.encode({"cursors": {}, "open": [], "limit": 100, "told": told})
        signature = self.tablet.key.sign(request_message("pull", self.tablet.id, body))
        said = {} if version is None else {"Field-Schema": version}
        headers = {"Field-Device": self.tablet.id, "Field-Signature": signature, **said}
        headers |= {"Authorization": f"Bearer {self.tablet.token}", "Content-Type": "application/json"}
        return self.client.post("/api/sync/pull", content=body, headers=headers)

    def kept(self) -> int:
        with self.world.store.read() as tx:
            return len(tx.execute(select(CHANGES.c.seq).where(CHANGES.c.device == self.tablet.id)).all())


@pytest.fixture
def case(database_url: str) -> Iterator[Case]:
    with open_world(database_url) as world, TestClient(world.app()) as client:
        yield Case(world, client)


@pytest.mark.parametrize("version", [None, "1"])
def test_an_app_that_is_too_old_is_told_so_and_its_work_lands_once_it_was_updated(
    case: Case, version: str | None
) -> None:
    case.serve_from(2)
    for answer in (case.push(version), case.pull(version)):
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (403, "app-too-old")
        assert (problem["least"], problem["newest"]) == (2, upcasting.SCHEMA)
        assert "stays on the tablet" in problem["detail"]
    assert case.kept() == 0
    # The same line, as the older app wrote it, by the app that was updated since.
    assert [each["status"] for each in case.push("2").json()["answers"]] == ["applied"]
    assert case.pull("2").status_code == 200


def test_the_ledger_hears_what_an_app_that_is_too_old_still_has(case: Case) -> None:
    case.serve_from(2)
    case.pull(None)
    with case.world.store.read() as tx:
        told = tx.exec_driver_sql("SELECT told FROM device_told").scalar_one()
    assert '"captured":7' in told


def test_every_app_is_served_until_the_day_comes(case: Case) -> None:
    case.serve_from(2, case.world.clock.now_ms() + 60_000)
    assert case.pull(None).status_code == 200
    case.world.clock.advance(60_000)
    assert case.pull(None).json()["code"] == "app-too-old"


def test_an_app_newer_than_the_server_keeps_its_work_until_the_server_was_renewed(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = upcasting.SCHEMA + 1
    for answer in (case.push(str(newer)), case.pull(str(newer))):
        assert (answer.status_code, answer.json()["code"]) == (409, "app-too-new")
    assert case.kept() == 0
    monkeypatch.setattr(upcasting, "SCHEMA", newer)
    assert [each["status"] for each in case.push(str(newer)).json()["answers"]] == ["applied"]


@pytest.mark.parametrize("version", [None, "9"])
def test_the_work_of_a_revoked_tablet_is_salvaged_whatever_its_app(case: Case, version: str | None) -> None:
    case.serve_from(2)
    with case.world.store.write() as tx:
        devices.revoke(tx, case.tablet.id, case.world.clock.now_ms(), by=case.person)
    answer = case.push(version).json()
    assert [(each["status"], each["code"]) for each in answer["answers"]] == [
        ("quarantined", "device-revoked")
    ]
    assert case.pull(version).json()["code"] == "device-revoked"


@pytest.mark.parametrize("said", ["0", "-1", "two", "2.0", "99999"])
def test_a_version_that_is_none_is_a_bad_request(case: Case, said: str) -> None:
    assert case.push(said).json()["code"] == "bad-request"
