"""The nothing-lost ledger: holes are counted, not believed away, and many tablets cost no more than few."""

import importlib
import json
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import delete, insert, select

from field.store import device_ledger, devices, rows, scope_sums, uploads
from field.store.awaited_photos import AWAITED
from field.store.holding import CHANGES
from field.sync.ledger import LedgerHole
from field.sync.signing import request_message
from tests.helpers import Tablet, World, open_world, sign_in
from tests.store.test_queries import heard

SAID = {"sha256": "ab" * 32, "size": 1_400_000, "media_type": "image/jpeg"}


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        yield world


def visited(world: World) -> tuple[Tablet, str]:
    """A tablet, and the visit of who has it."""
    inspector = world.person("inspector", "korangi", login=f"inspector {world.clock.uuid7()}")
    unit = world.establishment("korangi")
    return world.tablet(inspector, "korangi"), world.visit(unit, "korangi", inspector)


def pull(client: TestClient[Any], tablet: Tablet, told: dict[str, Any], status: int = 200) -> None:
    """A pull in which a tablet tells of itself."""
    body = json.dumps({"told": told}).encode()
    headers = {
        "Field-Device": tablet.id,
        "Field-Signature": tablet.key.sign(request_message("pull", tablet.id, body)),
        "Authorization": f"Bearer {tablet.token}",
    }
    answer = client.post("/api/sync/pull", content=body, headers=headers)
    assert answer.status_code == status, answer.text


def test_lines_that_are_gone_from_the_database_are_holes_with_their_numbers(world: World):
    tablet, visit = visited(world)
    with TestClient(world.app()) as client:
        for at in range(1, 10):
            tablet.change("visit", visit, {"notes": f"{at}"})
        tablet.push(client)
        now_ms = world.clock.now_ms()
        with world.store.write() as tx:
            tx.execute(delete(CHANGES).where(CHANGES.c.device == tablet.id, CHANGES.c.seq.in_([3, 4, 9])))
        world.person("supervisor", "korangi")
        found = client.get("/api/ledger", headers=sign_in(client, "supervisor-korangi")).json()
    (entry,) = found["entries"]
    assert (entry["received"], [alarm["code"] for alarm in entry["alarms"]]) == (9, ["holes"])
    with world.store.read() as tx:
        assert device_ledger.opened(tx, tablet.id, now_ms).holes == [LedgerHole(3, 4), LedgerHole(9, 9)]


def test_every_line_is_counted_by_what_became_of_it(world: World):
    tablet, visit = visited(world)
    with TestClient(world.app()) as client:
        tablet.change("visit", visit, {"notes": "1"})
        tablet.change("visit", visit, {"due": "2030-01-01"})
        tablet.change("report", world.clock.uuid7(), {"visit": world.clock.uuid7()}, "create")
        report = world.clock.uuid7()
        tablet.change("report", report, {"visit": visit}, "create", first=4, last=9)
        tablet.change("photo", world.clock.uuid7(), {"report": report, **SAID}, "create", first=4, last=9)
        tablet.push(client)
        pull(client, tablet, {"captured": 9, "acknowledged": 5, "oldest_unsent_ms": 7, "told_tomorrow": 1})
    with world.store.read() as tx:
        (entry,) = device_ledger.page(tx, ["korangi"], world.clock.now_ms()).entries
        opened = device_ledger.opened(tx, entry.device, world.clock.now_ms())
    assert (entry.captured, entry.received, entry.unsent, entry.oldest_unsent_ms) == (9, 5, 4, 7)
    assert (entry.landed, entry.quarantined, entry.waiting, entry.held) == (1, 1, 1, 2)
    assert (entry.photos_missing, entry.photos_missing_bytes) == (1, SAID["size"])
    assert entry.alarms == ()
    statuses = [(line.seq, line.status) for line in opened.lines]
    assert statuses == [(2, "quarantined"), (3, "waiting"), (4, "held"), (5, "held")]
    assert [photo.size for photo in opened.photos] == [SAID["size"]]


def test_a_word_that_came_late_changes_nothing_and_is_heard_of_a_revoked_tablet_too(world: World):
    tablet, visit = visited(world)
    anchor = world.context.key.anchor(world.clock.now_ms())
    with TestClient(world.app()) as client:
        tablet.change("visit", visit, {"notes": "1"})
        tablet.push(client)
        world.clock.advance(1000)
        later = world.context.key.anchor(world.clock.now_ms())
        pull(client, tablet, {"captured": 3, "acknowledged": 1, "anchor": later})
        pull(client, tablet, {"captured": 0, "acknowledged": 0, "anchor": anchor})
        with world.store.write() as tx:
            devices.revoke(tx, tablet.id, world.clock.now_ms())
        pull(client, tablet, {"captured": 4, "acknowledged": 1, "anchor": later}, status=403)
    with world.store.read() as tx:
        (entry,) = device_ledger.page(tx, None, world.clock.now_ms()).entries
    assert (entry.captured, entry.alarms) == (4, ())


def test_a_page_of_many_tablets_asks_no_more_than_one_of_few(world: World):
    def asked() -> int:
        with heard() as statements, world.store.read() as tx:
            assert not device_ledger.page(tx, ["korangi"], world.clock.now_ms()).more
        return len(statements)

    visited(world)
    few = asked()
    for _ in range(12):
        visited(world)
    assert asked() == few


def test_pages_follow_each_other_by_name(world: World):
    made = {visited(world)[0].id for _ in range(5)}
    found: list[str] = []
    with world.store.read() as tx:
        page = device_ledger.page(tx, None, 0, limit=2)
        while True:
            found += [entry.device for entry in page.entries]
            if not page.more:
                break
            page = device_ledger.page(tx, None, 0, after=found[-1], limit=2)
    assert len(found) == 5
    assert set(found) == made


def test_bytes_that_earlier_entries_promised_are_awaited_after_the_upgrade(world: World):
    tablet, visit = visited(world)
    ids = [world.clock.uuid7() for _ in range(3)]
    with TestClient(world.app()) as client:
        report, _ = tablet.report(visit)
        for id in ids:
            tablet.change("photo", id, {"report": report, **SAID}, "create")
        tablet.push(client)
    kept = {"photo": ids[0], "sha256": SAID["sha256"], "size": 5, "device": tablet.id, "received_ms": 1}
    with world.store.write() as tx:
        tx.execute(insert(uploads.PHOTO_BYTES), kept)
        awaited = tx.execute(select(AWAITED).order_by(AWAITED.c.photo)).all()
        tx.execute(delete(AWAITED))
    module = importlib.import_module("field.store.migrations.versions.0018_ledger_of_devices")
    with world.store.write() as tx:
        module.await_photos(tx)
        assert tx.execute(select(AWAITED).order_by(AWAITED.c.photo)).all() == awaited[1:]


def test_a_row_that_is_gone_from_the_office_shows_in_its_scopes_sum(world: World):
    for _ in range(3):
        gone = world.establishment("korangi")
    with world.store.write() as tx:
        assert scope_sums.drifted(tx) == []
        tx.execute(delete(rows.FEED).where(rows.FEED.c.record == gone))
        assert scope_sums.drifted(tx) == ["district/korangi"]
