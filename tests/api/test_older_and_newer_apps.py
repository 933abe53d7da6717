"""What older apps pushed lands as it did; what newer ones say is kept, given back, and no reason to stop."""

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
from field.tablet import overlay
from field.tablet.replica import Held
from tests.helpers import HASHER, KORANGI, Tablet, World, open_world
from tests.recorded import office

RECORDED = Path(__file__).parent.parent / "recorded"
RECORDINGS = sorted(RECORDED.glob("schema-*/*.json"))


@pytest.mark.parametrize("file", RECORDINGS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_recorded_pushes_of_every_version_land_as_they_were_meant(file: Path, database_url: str) -> None:
    made = msgspec.json.decode(file.read_bytes(), type=office.Recording)
    clock = SeededClock("recorded")
    clock.advance(made.at_ms - clock.now_ms())
    store = Store(database_url, Sealer(clock.token(KEY_BYTES), clock.token), durable=False)
    try:
        world = World(app.context_of(store, clock, ServerKey(office.SERVER_SEED)), clock)
        _found(world, made)
        with TestClient(world.app()) as client:
            pushed = [_pushed(client, each) for each in made.pushes]
            again = _pushed(client, made.pushes[-1])
        statuses = {each["status"] for answer in pushed for each in answer.json()["answers"]}
        assert statuses <= {"applied", "merged"}, [answer.json() for answer in pushed]
        assert {each["status"] for each in again.json()["answers"]} == {"duplicate"}
        with store.read() as tx:
            records, _ = rows.load(store, tx, made.values)
            kept = set(tx.scalars(select(CHANGES.c.hash).where(CHANGES.c.device == made.device)))
        lines = [line for each in made.pushes for line in unb64(each.body).split(b"\n")[:-1]]
        hashes = {hashlib.sha256(line.partition(b"\t")[0]).hexdigest() for line in lines}
        assert kept == hashes
    finally:
        store.close()
    for id, shown in made.values.items():
        found = {name: _clear(value, records[id].private) for name, value in records[id].values.items()}
        meant = {**shown, "media_type": "image/jpeg"} if records[id].kind == "photo" else shown
        # What the office wrote of a visit is no part of the recording.
        mine = meant.keys() - KINDS[records[id].kind].by_rule["server"]
        assert {name: found.get(name) for name in mine} == {name: meant[name] for name in mine}


def _pushed(client: TestClient[Litestar], push: office.Push) -> Any:
    return client.post("/api/sync/push", content=unb64(push.body), headers=push.headers)


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
