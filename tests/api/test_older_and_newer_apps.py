"""What older apps pushed lands as it did; what newer ones say is kept, given back, and no reason to stop."""

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select

from field import app
from field.clock import SeededClock
from field.store import devices, districts, people, rows
from field.store.engine import Store
from field.store.holding import CHANGES
from field.store.office import Entry
from field.store.people import Person
from field.store.sealing import KEY_BYTES, Sealer
from field.sync import wire
from field.sync.changes import START, commit, read_line
from field.sync.kinds import KINDS
from field.sync.rights import INSPECTOR, Posting
from field.sync.signing import ServerKey, unb64
from field.sync.upcasting import SCHEMA
from field.tablet import overlay
from field.tablet.replica import Held
from tests.helpers import HASHER, KORANGI, Tablet, World, open_world
from tests.recorded import office

RECORDED = Path(__file__).parent.parent / "recorded"
RECORDINGS = sorted(RECORDED.glob("schema-*/*.json"))


@pytest.mark.parametrize("file", RECORDINGS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_recorded_pushes_of_every_version_land_as_they_were_meant(
    file: Path, database_url: str, tmp_path: Path
) -> None:
    made = msgspec.json.decode(file.read_bytes(), type=office.Recording)
    clock = SeededClock("recorded")
    clock.advance(made.at_ms - clock.now_ms())
    store = Store(database_url, Sealer(clock.token(KEY_BYTES), clock.token), durable=False)
    try:
        world = World(app.context_of(store, clock, ServerKey(office.SERVER_SEED), tmp_path), clock)
        _found(world, made)
        with TestClient(world.app()) as client:
            pushed = [_sent(client, "sync/push", each) for each in made.pushes]
            again = _sent(client, "sync/push", made.pushes[-1])
            claimed = [_sent(client, "photos/uploads", each) for each in made.claims]
        answers = [each for answer in pushed for each in answer.json()["answers"]]
        last = {each["seq"]: each["status"] for each in answers}
        assert set(last.values()) <= {"applied", "merged"}, answers
        assert {each["status"] for each in again.json()["answers"]} == {"duplicate"}
        assert [each.headers.get("field-photo") for each in claimed] == ["kept" for _ in made.claims]
        with store.read() as tx:
            records, _ = rows.load(store, tx, made.values)
            mine = select(CHANGES.c.line, CHANGES.c.hash, CHANGES.c.private)
            kept = list(tx.execute(mine.where(CHANGES.c.device == made.device).order_by(CHANGES.c.seq)))
        # The lines are kept as they were signed, personal values included, and follow each other.
        lines = [line for each in made.pushes for line in unpacked(each).split(b"\n")[:-1]]
        parts = [line.partition(b"\t") for line in lines]
        parted = [(public, private or None) for public, _, private in parts]
        assert [(bytes(row.line), store.sealer.open(row.private)) for row in kept] == parted
        assert len(kept) == len(last)
        assert [hashlib.sha256(public).hexdigest() for public, _ in parted] == [row.hash for row in kept]
        follows = [START, *(row.hash for row in kept)]
        assert [msgspec.json.decode(row.line)["prev"] for row in kept] == follows[:-1]
        for each in made.claims:
            picture = unb64(each.body)
            stored = world.context.photos.read(hashlib.sha256(picture).hexdigest(), 0, len(picture))
            assert b"".join(stored) == picture
    finally:
        store.close()
    for id, shown in made.values.items():
        found = {name: _clear(value, records[id].private) for name, value in records[id].values.items()}
        meant = {**shown, "media_type": "image/jpeg"} if records[id].kind == "photo" else shown
        # What the office wrote of a visit is no part of the recording.
        mine_alone = meant.keys() - KINDS[records[id].kind].by_rule["server"]
        assert {name: found.get(name) for name in mine_alone} == {name: meant[name] for name in mine_alone}


def test_the_recordings_hold_what_a_version_changed_and_a_report_of_500_lines() -> None:
    made = {
        (file.parent.name, file.stem): msgspec.json.decode(file.read_bytes(), type=office.Recording)
        for file in RECORDINGS
    }
    versions = {f"schema-{version}" for version in range(1, SCHEMA + 1)}
    assert made.keys() == {(each, app) for each in versions for app in ("browser-tablet", "reference-tablet")}
    for (version, name), recording in made.items():
        text = b"".join(unpacked(each) for each in recording.pushes)
        public = [msgspec.json.decode(line.partition(b"\t")[0]) for line in text.splitlines()]
        assert {f"schema-{each.get('schema', 1)}" for each in public} == {version}, name
        assert (b'"image/jpg"' in text) == (version == "schema-1"), name
        assert (text.count(b'"kind":"wage_line"') > 500) == (name == "browser-tablet")
        assert (len(recording.claims) == 2) == (name == "browser-tablet")


def unpacked(push: office.Push) -> bytes:
    body = unb64(push.body)
    return gzip.decompress(body) if push.headers.get("Content-Encoding") == "gzip" else body


def _sent(client: TestClient[Litestar], path: str, sent: office.Push) -> Any:
    answer = client.post(f"/api/{path}", content=unb64(sent.body), headers=sent.headers)
    assert answer.is_success, answer.text
    return answer


def _clear(value: Any, private: Any) -> Any:
    return private[value][1] if isinstance(value, str) and value in private else value


def _found(world: World, made: office.Recording) -> None:
    """The office as it was: the same people, places and tablet."""
    districts.save(world.store, [KORANGI])
    now_ms = world.clock.now_ms()
    with world.store.write() as tx:
        posting = Posting(world.clock.uuid7(), INSPECTOR, "korangi", 0)
        person = Person(made.person, "inspector-1", "Inspector 1", [posting])
        people.add(tx, person, HASHER.hash("x"), [world.clock.uuid7()], now_ms)
        devices.make(tx, made.device, "recorded", made.public_key, "korangi", now_ms)
        people.open_session(world.store, tx, "token", made.person, made.device, now_ms, now_ms + 10**10)
    unit = {"name": "Unit 1", "district": "korangi"}
    world.write(Entry(kind="establishment", record=made.establishment, op="create", set=unit))
    for visit in made.visits:
        known = {"establishment": made.establishment, "district": "korangi", "inspector": made.person}
        world.write(Entry(kind="visit", record=visit, op="create", set={**known, "status": "planned"}))


class Case:
    """An office with a visit of a tablet whose app is newer than the server."""

    def __init__(self, world: World, client: TestClient[Litestar]) -> None:
        self.world, self.client = world, client
        person = world.person("inspector", "korangi")
        self.visit = world.visit(world.establishment("korangi"), "korangi", person)
        self.tablet: Tablet = world.tablet(person, "korangi")

    def push(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.tablet.push(self.client)["answers"]
        return found

    def record(self, id: str) -> Any:
        with self.world.store.read() as tx:
            return rows.load(self.world.store, tx, [id])[0][id]


@pytest.fixture
def case(database_url: str) -> Iterator[Case]:
    with open_world(database_url) as world, TestClient(world.app()) as client:
        yield Case(world, client)


def test_a_field_that_the_server_does_not_know_is_kept_and_given_back(case: Case) -> None:
    mood = {"of": ["crew", 3], "note": "خوش"}
    first = case.tablet.change("visit", case.visit, {"notes": "seen", "weather": mood})
    (answer,) = case.push()
    assert (answer["status"], answer["remarks"]) == ("applied", ["newer-app"])
    record = case.record(case.visit)
    assert record.values["weather"] == mood
    assert record.live["weather"] == {first: mood}
    # A later edit by an app that does not know it leaves it alone; one that knows it replaces it by name.
    case.tablet.change("visit", case.visit, {"notes": "left"}, over={"notes": [first]})
    assert [each["status"] for each in case.push()] == ["applied"]
    assert case.record(case.visit).values["weather"] == mood
    over, was = {"weather": [first]}, {"weather": mood}
    second = case.tablet.change("visit", case.visit, {"weather": "dry"}, over=over, was=was)
    case.push()
    assert case.record(case.visit).live["weather"] == {second: "dry"}


def test_a_personal_field_that_the_server_does_not_know_keeps_its_value(case: Case) -> None:
    case.tablet.change("visit", case.visit, {}, personal={"guard_name": "Worker 9"})
    assert case.push()[0]["remarks"] == ["newer-app"]
    record = case.record(case.visit)
    salt, value = record.private[record.values["guard_name"]]
    assert (value, commit(salt, value)) == ("Worker 9", record.values["guard_name"])
    case.tablet.change("visit", case.visit, {"notes": "x"})
    case.push()
    assert case.record(case.visit).private == record.private


def test_an_unknown_member_of_a_change_stays_in_its_line_and_tells_changes_apart(case: Case) -> None:
    id = case.world.clock.uuid7()
    line = _altered(case, id, {"light": "dark"})
    assert (line["status"], line["remarks"]) == ("applied", ["newer-app"])
    assert case.record(case.visit).values["notes"] == "n"
    assert _altered(case, id, {"light": "dark"})["status"] == "duplicate"
    assert _altered(case, id, {"light": "bright"})["code"] == "id-reused"


def _altered(case: Case, id: str, members: dict[str, Any]) -> dict[str, Any]:
    anchor = case.world.context.key.anchor(1_760_000_000_000)
    case.tablet.change("visit", case.visit, {"notes": "n"}, id=id, anchor=anchor, more=members)
    (answer,) = case.push()
    return answer


@pytest.mark.parametrize(
    "values",
    [
        {f"f{at}": 1 for at in range(21)},
        {"long": "x" * 5000},
        {"deep": [[[[[[[1]]]]]]]},
        {"Bad Name": 1},
        {"big": 2**60},
    ],
    ids=["many", "long", "deep", "name", "number"],
)
def test_what_is_beyond_all_bounds_is_kept_in_quarantine(case: Case, values: dict[str, Any]) -> None:
    case.tablet.change("visit", case.visit, values)
    (answer,) = case.push()
    assert (answer["status"], answer["code"]) == ("quarantined", "bad-value")


def test_no_member_passes_by_the_bounds_under_the_name_they_are_kept_by() -> None:
    id, device = "01941ff8-6c8e-7028-81d8-c9bea3fa0aca", "01941ff8-6c8e-7028-81d8-c9bea3fa0acb"
    told = {"id": id, "device": device, "seq": 1, "prev": START, "op": "create"}
    # What stood there would also have taken the place of known members where two lines are compared.
    smuggled = {"set": {"wage_rs": 1}, "device": id, "clear": "4" * 9_000}
    line = read_line(msgspec.json.encode({**told, " more": smuggled}), 1)
    assert line.change is None
    assert line.problem is not None
    assert "which is no name of one" in line.problem
    also = read_line(msgspec.json.encode({**told, " more": smuggled, "newer": 1}), 1)
    assert also.change is None
    newer = read_line(msgspec.json.encode({**told, "newer": 1}), 1)
    assert newer.change is not None
    assert newer.change.more == {"newer": 1}


def test_a_line_of_a_version_to_come_waits_in_quarantine(case: Case) -> None:
    case.tablet.change("visit", case.visit, {"notes": "x"}, schema=3)
    case.tablet.change("visit", case.visit, {"notes": "y"})
    newer, known = case.push()
    assert (newer["status"], newer["code"], known["status"]) == ("quarantined", "newer-schema", "applied")


def test_an_old_app_edits_a_row_with_what_it_does_not_know_and_erases_nothing(case: Case) -> None:
    """The reference tablet, which knows no weather either, as the app of an older version."""
    first = case.tablet.change("visit", case.visit, {"weather": "dry"})
    case.push()
    with case.world.store.read() as tx:
        body = tx.execute(select(rows.FEED.c.body).where(rows.FEED.c.record == case.visit)).scalar_one()
    view = overlay.lay(Held(wire.decode_row(bytes(body)), {}, "own"), [])
    assert view is not None
    assert view.shown()["weather"] == "dry"
    assert view.live["weather"] == [first]
    assert overlay.replaces(view, "notes", {}) == []
