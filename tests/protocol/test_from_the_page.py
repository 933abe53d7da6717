"""A client written from docs/protocol.md alone meets the real server, beside the reference tablet.

Where it cannot, the page is wrong: mend the page first, and then the client.
"""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from field.api.crowd import Crowd, Limits
from field.api.snapshot_building import Builder
from field.app import create_app, key_folder
from field.sim import scenarios
from field.sim.clock import TabletClock, TrueClock
from field.sim.network import InProcess
from field.sim.oracle import Oracle
from field.sim.scenarios import restore
from field.sim.world import HASHER, World
from field.store.key_files import SEED_BYTES
from field.sync import keyring
from field.sync.keyring import Ring
from field.sync.signing import ServerKey
from field.tablet.tablet import Tablet
from tests.protocol.a_client import AClient, settle
from tests.protocol.bytes_of_it import Refused, entry
from tests.protocol.conftest import PASSWORD, connected
from tests.tablet.conftest import Office

Enrol = Callable[[str], AClient]
CNIC = "42101-1234567-1"
PICTURE = b"\xff\xd8\xff\xe0 the first page of a register" * 20


def visited(client: AClient, visit: str, lines: int = 3) -> tuple[str, list[str]]:
    """Capture a report with wage lines as one group; give the ids."""
    report, ids = client.new_id(), [client.new_id() for _ in range(lines)]
    values = {"visit": visit, "months_checked": ["2025-11"], "months_paid": [], "person_met": "منشی"}
    worker = {"report": report, "month": "2025-11", "worker_name": "Worker 3", "cnic": CNIC}
    client.capture(
        entry("create", "report", report, values),
        *(entry("create", "wage_line", id, {**worker, "wage_rs": 30_000 + at}) for at, id in enumerate(ids)),
    )
    return report, ids


def same_view(office: Office, client: AClient, tablet: Tablet) -> None:
    """Both hold, byte for byte, what the office has of the scopes of the person on them."""
    theirs = {
        scope: {id: public + (b"\t" + private if private else b"") for id, (public, private) in rows.items()}
        for scope, rows in tablet.replica.everything().items()
        if rows
    }
    assert {scope: rows for scope, rows in client.scopes.items() if rows} == theirs
    assert {scope: client.sum(scope) for scope in theirs} == {
        scope: office.world.checksums()[scope] for scope in theirs
    }
    assert client.alarms == []


def landed(client: AClient) -> set[str]:
    return {client.receipts[seq]["status"] for seq in range(1, len(client.lines) + 1)}


def test_both_capture_and_hold_the_same(office: Office, enrolled: Enrol) -> None:
    client, tablet = enrolled("from the page"), office.tablet("reference")
    settle(client)
    same_view(office, client, tablet)
    report, (line, *_) = visited(client, office.visit)
    client.capture(entry("set", "visit", office.visit, {"notes": "the gate was shut"}))
    settle(client)
    assert landed(client) == {"applied"}
    assert tablet.sync().complete
    same_view(office, client, tablet)
    shown = tablet.row(line) or {}
    assert (shown["cnic"], shown["wage_rs"]) == (CNIC, 30_000)
    assert (client.value(line, "cnic"), client.value(report, "person_met")) == (CNIC, "منشی")
    # The reference tablet edits a personal value by the salt of the row that it was sent.
    tablet.open_form(line).save({"cnic": "42101-7654321-9"})
    assert tablet.sync().complete
    settle(client)
    assert client.value(line, "cnic") == "42101-7654321-9"
    client.capture(entry("set", "wage_line", line, {"cnic": CNIC, "wage_rs": 31_000}))
    settle(client)
    assert landed(client) == {"applied"}
    assert tablet.sync().complete
    assert (tablet.row(line) or {})["cnic"] == CNIC
    same_view(office, client, tablet)


def test_a_lost_answer_doubles_nothing_and_its_receipts_are_learned(office: Office, enrolled: Enrol) -> None:
    client, tablet = enrolled("lossy"), office.tablet("reference")
    settle(client)
    report, lines = visited(client, office.visit, lines=4)
    # The first part of the group comes, and nobody hears of it; all of it comes again, and some once more.
    client.deaf = True
    with pytest.raises(Refused):
        client.push(upto=3)
    client.deaf = False
    client.push(upto=3)
    assert {client.receipts[seq]["status"] for seq in (1, 2, 3)} == {"held"}
    with_repeats = client.push(first=2)
    assert [told["status"] for told in with_repeats["answers"] if "first" in told] == ["duplicate"] * 2
    settle(client)
    assert landed(client) == {"applied"}
    assert tablet.sync().complete
    assert sorted(tablet.replica.children(report)) == sorted(lines)
    same_view(office, client, tablet)


def test_an_edit_beside_another_is_a_conflict_on_both_and_an_ordinary_edit_leaves_it_open(
    office: Office, enrolled: Enrol
) -> None:
    client, tablet = enrolled("beside"), office.tablet("reference")
    settle(client)
    _, (line, *_) = visited(client, office.visit)
    settle(client)
    assert tablet.sync().complete
    tablet.open_form(line).save({"wage_rs": 32_000})
    assert tablet.sync().complete
    (id,) = client.capture(entry("set", "wage_line", line, {"wage_rs": 35_000}))
    settle(client)
    assert tablet.sync().complete
    row = client.row(line) or {}
    assert row["disputed"] == ["wage_rs"]
    assert id in row["writes"]["wage_rs"]
    client.capture(entry("set", "wage_line", line, {"wage_rs": 33_000}))
    settle(client)
    assert (client.row(line) or {})["disputed"] == ["wage_rs"]
    assert len((client.row(line) or {})["writes"]["wage_rs"]) == 2
    assert tablet.sync().complete
    same_view(office, client, tablet)


def test_what_is_no_longer_theirs_goes_and_comes_back(office: Office, enrolled: Enrol) -> None:
    client, tablet = enrolled("moved"), office.tablet("reference")
    settle(client)
    visited(client, office.visit)
    settle(client)
    office.world.give(office.visit)
    settle(client)
    assert tablet.sync().complete
    assert client.row(office.visit) is None
    same_view(office, client, tablet)
    office.world.give(office.visit)
    settle(client)
    assert tablet.sync().complete
    assert client.row(office.visit) is not None
    same_view(office, client, tablet)


def test_a_store_that_came_to_harm_costs_one_refetch(office: Office, enrolled: Enrol) -> None:
    client, tablet = enrolled("harmed"), office.tablet("reference")
    settle(client)
    scope = "district/korangi"
    id, row = next(iter(client.scopes[scope].items()))
    client.scopes[scope][id] = row.replace(b'"kind"', b'"kInd"')
    client.pull()
    assert scope not in client.cursors
    settle(client)
    assert scope in client.cursors
    same_view(office, client, tablet)


def test_what_cannot_be_taken_is_told_and_a_request_played_again_is_numbered_anew(
    office: Office, enrolled: Enrol
) -> None:
    client = enrolled("odd")
    settle(client)
    client.capture(entry("set", "visit", office.visit, {"inspector": client.person}))
    settle(client)
    assert (client.receipts[1]["status"], client.receipts[1]["code"]) == ("quarantined", "server-field")
    # Set back to an older state: it is told how far the office has heard, and goes on from there.
    client.count = 1
    settle(client)
    assert client.count > 3


def test_pages_of_four_rows_add_up(office: Office, enrolled: Enrol) -> None:
    client, tablet = enrolled("slow line"), office.tablet("reference")
    visited(client, office.visit, lines=12)
    client.push()
    pages = 1
    while client.pull(limit=4)["more"]:
        pages += 1
    assert pages > 2
    assert tablet.sync().complete
    same_view(office, client, tablet)


def test_a_large_scope_comes_as_a_file_in_pieces(office: Office, enrolled: Enrol, tmp_path: Path) -> None:
    first = enrolled("first")
    settle(first)
    _, (line, *_) = visited(first, office.visit, lines=12)
    settle(first)
    context = msgspec.structs.replace(
        office.world.context, snapshots=tmp_path / "snapshots", snapshot_rows_min=3
    )
    office.world.context = office.world.server.app.state.context = context
    Builder(context).refresh()
    client, tablet = enrolled("new"), office.tablet("reference")
    settle(client)
    assert f"own/{client.person}" in [each["snapshot"]["scope"] for each in client.seen if "snapshot" in each]
    assert client.by_rows == set()
    assert client.value(line, "cnic") == CNIC
    same_view(office, client, tablet)


def test_a_photo_travels_and_a_report_gets_its_receipt_over_a_change_of_keys(
    office: Office, enrolled: Enrol, tmp_path: Path
) -> None:
    client = enrolled("with a camera")
    settle(client)
    report, _ = visited(client, office.visit)
    photo, described = client.described(PICTURE)
    client.capture(
        entry("create", "photo", photo, {"report": report, "media_type": "image/jpeg", **described})
    )
    settle(client)

    def work(ring: Ring, made: ServerKey | None) -> Ring:
        assert made is not None
        return keyring.rotated(ring, made, office.true.now_ms())

    for _ in range(2):
        key_folder(tmp_path / "secrets", office.true).change(office.true.token(SEED_BYTES), work)
    kept = client.upload(photo, PICTURE, cut=100)
    assert kept.headers["Field-Photo"] == "kept"
    assert "Field-Key" in kept.headers
    assert photo in client.photos
    assert office.world.pictures() == {photo: PICTURE}
    client.report_receipts.clear()
    settle(client)
    receipt = client.report_receipts[report]
    assert len(client.keys) == 3
    verdict = office.world.server.send("GET", f"/verify/{receipt}", {"accept": "application/json"}, b"")
    assert json.loads(verdict.body)["verdict"] == "as-received"


def test_who_asks_too_often_waits_as_long_as_the_answer_says(office: Office, enrolled: Enrol) -> None:
    client = enrolled("hasty")
    settle(client)
    assert 0 < client.ask_again_s <= 960
    crowd = Crowd(Limits(device_requests_s=0.001))
    context = msgspec.structs.replace(office.world.context, crowd=crowd)
    office.world.server.app.state.context = context
    for _ in range(40):
        try:
            client.pull()
        except Refused as refused:
            status, words = refused.args
            assert (status, json.loads(words)["code"]) == (429, "asks-too-often")
            break
    else:
        pytest.fail("nobody objected")
    assert client.ask_again_s >= max(120.0, client.retry_after_s)
    assert client.retry_after_s > 0


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_restored_server_is_healed_by_it_too(database: str, request: pytest.FixtureRequest) -> None:
    admin_url = None if database == "sqlite" else request.getfixturevalue("postgres")
    with scenarios._place(database, admin_url) as place:
        true = TrueClock("healed")
        office = restore.Office(place, 1, true)
        server = InProcess(create_app(office.context(), HASHER, background_s=None))
        try:
            world = World(server.app.state.context, server, true, Oracle(), "healed")
            world.found(establishments=2, visits=2)
            _healed(office, world)
        finally:
            server.close()
            office.store.close()


def _healed(office: restore.Office, world: World) -> None:
    visit = world.visits[0]
    client = connected(world.server, TabletClock(world.true, "heals"))
    client.enrol(world.code("korangi"), "heals")
    client.sign_in("inspector-1", PASSWORD)
    settle(client)
    visited(client, visit)
    settle(client)
    backup = office.back_up()
    report, (line, *_) = visited(client, visit)
    photo, described = client.described(PICTURE)
    client.capture(
        entry("create", "photo", photo, {"report": report, "media_type": "image/jpeg", **described})
    )
    client.capture(entry("set", "visit", visit, {"district": "malir"}))
    settle(client)
    client.upload(photo, PICTURE, cut=100)
    before, told, epoch = world.rows(), restore._told(office.store), client.epoch
    office.lose()
    assert office.restore(backup).faults == []
    world.context = world.server.app.state.context = office.context()
    world.everybody_out()
    assert line not in str(world.rows())
    client.sign_in("inspector-1", PASSWORD)
    settle(client)
    assert client.epoch != epoch
    # Of the six lines that were forgotten the office heard from its own answers; the photo's bytes are gone.
    assert (client.heard["receipts"], client.heard["lacking"]) == (6, [photo])
    assert restore._told(office.store) == told
    after = world.rows()
    assert {scope: set(rows) for scope, rows in after.items()} == {s: set(rows) for s, rows in before.items()}
    assert world.pictures() == {photo: PICTURE}
    held = {scope: rows for scope, rows in client.scopes.items() if rows}
    assert {scope: set(rows) for scope, rows in held.items()} == {scope: set(after[scope]) for scope in held}
    assert client.value(line, "cnic") == CNIC
    assert client.alarms == []
