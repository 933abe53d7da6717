"""Erasing and holding: what goes is gone everywhere, what stays can be checked, and a hold keeps it."""

import hashlib
from typing import Any

import pytest
from sqlalchemy import select

from field.api import erasing as door
from field.api import uploads as upload_door
from field.api.keeping import Trail
from field.api.streaming import Sums, append
from field.inspections.retention import DAY_MS, Period
from field.problems import Problem
from field.store import erasing, holds, retention, rows, uploads
from field.store.audit_checking import verify
from field.store.holding import CHANGES
from field.store.photo_readings import READINGS
from field.store.rows import FEED
from field.store.uploads import PHOTO_BYTES, Upload
from field.sync.changes import digest
from field.sync.merge import Record
from tests.api.conftest import Office, Work
from tests.helpers import World

DIRECTORATE = "directorate-None"
REASON = "Asked for by the worker, letter 12"


def begin(office: Office) -> None:
    """The trail begins once everything of the fixture is there; what came before needs no entry."""
    office.world.clock.advance(1)
    seal(office.world)


def seal(world: World) -> None:
    trail = Trail(world.context)
    while trail.step():
        pass


def faults(world: World) -> list[str]:
    seal(world)
    found = verify(world.store, world.clock.now_ms(), None).faults
    return [f"{each.where}: {each.what}" for each in found]


def record(world: World, id: str) -> Record:
    with world.store.read() as tx:
        return rows.load(world.store, tx, [id])[0][id]


def kept_bytes(world: World, work: Work, content: bytes, photo: str) -> str:
    """As if a photo's bytes had come."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = world.context.folder / f"coming-{photo}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    world.context.photos.keep(sha256, path)
    row = {"photo": photo, "sha256": sha256, "size": len(content), "device": work.tablet.id}
    with world.store.write() as tx:
        tx.execute(PHOTO_BYTES.insert(), {**row, "received_ms": world.clock.now_ms()})
    return sha256


def photo(office: Office, work: Work, content: bytes) -> str:
    """One more photo of a report, its bytes here."""
    world, id = office.world, office.world.clock.uuid7()
    sha256 = hashlib.sha256(content).hexdigest()
    values = {"report": work.report, "sha256": sha256, "size": len(content), "media_type": "image/jpeg"}
    work.tablet.change("photo", id, values, "create")
    work.tablet.push(office.client)
    kept_bytes(world, work, content, id)
    return id


def erase(office: Office, id: str, login: str = DIRECTORATE) -> Any:
    return office.post(f"/api/records/{id}/erase", login, {"reason": REASON})


def test_erased_values_are_gone_and_every_line_still_fits_its_hash(office: Office) -> None:
    work, world = office.work["korangi"], office.world
    begin(office)
    before = record(world, work.line)
    assert before.private
    answer = erase(office, work.line)
    assert answer.status_code == 200, answer.text
    assert answer.json()["lines"] >= 1
    after = record(world, work.line)
    assert after.private == {}
    assert after.values["erased"].endswith(REASON)
    # The commitments stay, and the row stands at a later position: every tablet gets it anew.
    assert {after.values[name] == before.values[name] for name in ("cnic", "worker_name")} == {True}
    assert after.n > before.n
    with world.store.read() as tx:
        lines = tx.execute(select(CHANGES).where(CHANGES.c.record == work.line)).all()
        assert all(digest(row.line) == row.hash for row in lines)
        assert {row.private for row in lines} == {None}
        sealed = tx.execute(select(FEED.c.private).where(FEED.c.record == work.line)).scalars()
        assert set(sealed) == {None}
    assert faults(world) == []
    assert erase(office, work.line).json()["code"] == "already-there"


def test_a_conflict_about_erased_values_keeps_none_of_them(office: Office) -> None:
    work, world = office.work["korangi"], office.world
    with world.store.read() as tx:
        disputed = rows.load(world.store, tx, [work.conflict])[0][work.conflict].values["record"]
    erase(office, disputed)
    assert record(world, work.conflict).private == {}


def test_an_erased_photo_leaves_its_hash_and_says_why(office: Office) -> None:
    work, world = office.work["korangi"], office.world
    id, small = photo(office, work, b"a page"), hashlib.sha256(b"small").hexdigest()
    sha256 = record(world, id).values["sha256"]
    begin(office)
    kept_bytes(world, work, b"small", world.clock.uuid7())
    row = {"sha256": sha256, "size": 6, "state": "ok", "since_ms": 0, "tries": 1, "held_until_ms": 0}
    read = {"format": "jpeg", "width": 1, "height": 1, "dhash": 0, "thumbnail": small, "screen": small}
    with world.store.write() as tx:
        tx.execute(READINGS.insert(), {**row, **read})
        tx.execute(PHOTO_BYTES.delete().where(PHOTO_BYTES.c.sha256 == small))
    assert erase(office, id).json()["sha256"] == sha256
    assert (world.context.photos.size(sha256), world.context.photos.size(small)) == (None, None)
    with world.store.read() as tx:
        assert tx.execute(select(READINGS).where(READINGS.c.sha256 == sha256)).all() == []
    answer = office.get(f"/api/photos/{id}", "supervisor-korangi").json()
    assert (answer["code"], answer["sha256"], REASON in answer["detail"]) == ("erased", sha256, True)
    assert record(world, id).values["sha256"] == sha256
    assert record(world, id).values["erased"].endswith(REASON)
    assert faults(world) == []


def test_bytes_that_another_photo_needs_stay_for_it(office: Office) -> None:
    work, world = office.work["korangi"], office.world
    first, second = photo(office, work, b"the same page"), photo(office, work, b"the same page")
    sha256 = record(world, first).values["sha256"]
    erase(office, first)
    assert world.context.photos.size(sha256) == len(b"the same page")
    assert office.get(f"/api/photos/{first}", "supervisor-korangi").json()["code"] == "erased"
    assert office.get(f"/api/photos/{second}", "supervisor-korangi").content == b"the same page"
    erase(office, second)
    assert world.context.photos.size(sha256) is None


@pytest.mark.parametrize("level", ["establishment", "visit", "report"])
def test_a_hold_beats_erasure_until_it_is_lifted(office: Office, level: str) -> None:
    work = office.work["korangi"]
    body = {"about": getattr(work, level), "reason": "Appeal 14 of 2026"}
    held = office.post("/api/holds", DIRECTORATE, body).json()
    answer = erase(office, work.line)
    assert (answer.status_code, answer.json()["hold"]) == (422, held["id"])
    assert record(office.world, work.line).private
    assert [each["id"] for each in office.get("/api/holds", DIRECTORATE).json()] == [held["id"]]
    lifted = office.post(f"/api/holds/{held['id']}/lift", DIRECTORATE, {"reason": "Appeal decided"})
    assert lifted.json()["lifted_reason"] == "Appeal decided"
    assert erase(office, work.line).status_code == 200


def test_holds_of_other_districts_take_no_room_in_the_list(office: Office) -> None:
    store, clock = office.world.store, office.world.clock
    own, other = office.work["korangi"].visit, office.work["sukkur"].visit
    first = holds.place(store, clock.uuid7(), own, "Appeal 14 of 2026", "somebody", 1)
    holds.place(store, clock.uuid7(), other, "Appeal 15 of 2026", "somebody", 2)
    with store.read() as tx:
        assert [each.id for each in holds.listed(tx, lambda about: about == own, most=1)] == [first.id]


def test_who_has_no_right_neither_erases_nor_holds(office: Office) -> None:
    work = office.work["korangi"]
    assert erase(office, work.line, "supervisor-korangi").status_code == 403
    body = {"about": work.visit, "reason": "x"}
    assert office.post("/api/holds", "supervisor-korangi", body).status_code == 403


def test_what_holds_nothing_personal_is_not_erased(office: Office) -> None:
    answer = erase(office, office.work["korangi"].establishment)
    assert (answer.status_code, answer.json()["code"]) == (422, "refused")


def test_a_crash_before_the_record_says_so_is_made_good(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, world, context = office.work["korangi"], office.world, office.world.context
    with monkeypatch.context() as patched:
        patched.setattr(erasing, "_tell", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erasing.erase(world.store, world.clock, context.office, work.line, REASON, "somebody")
    assert record(world, work.line).private == {}
    door.remove(context)
    assert record(world, work.line).values["erased"].endswith(REASON)


def test_retention_takes_what_is_over_its_time_in_closed_visits_and_not_on_hold(office: Office) -> None:
    world, work = office.world, office.work["korangi"]
    for each in office.work.values():
        each.tablet.change("visit", each.visit, {"status": "done"}, was={"status": "planned"})
        each.tablet.push(office.client)
    office.post("/api/holds", DIRECTORATE, {"about": office.work["sukkur"].establishment, "reason": "Case 7"})
    id = photo(office, work, b"a page")
    now_ms = world.clock.now_ms()
    with world.store.read() as tx:
        assert retention.due(tx, now_ms) == []
    world.clock.advance(30 * DAY_MS)
    period = Period(what="values", days=29, legal_basis="Circular 12")
    retention.set_period(world.store, period, "somebody", world.clock.now_ms())
    with world.store.read() as tx:
        due = retention.due(tx, world.clock.now_ms())
        free = retention.due(tx, world.clock.now_ms(), held=False)
    assert {each.what for each in due} == {"values"}
    assert work.line in {each.record for each in free}
    assert office.work["sukkur"].line in {each.record for each in due if each.held}
    assert {each.record for each in free} == {each.record for each in due if not each.held}
    assert id not in {each.record for each in due}


def test_a_hold_needs_a_reason_and_something_to_lie_on(office: Office) -> None:
    world = office.world
    with pytest.raises(Problem, match="Say why"):
        holds.place(world.store, world.clock.uuid7(), office.work["korangi"].visit, " ", "somebody", 1)
    with pytest.raises(Problem, match="no such"):
        holds.place(world.store, world.clock.uuid7(), world.clock.uuid7(), "why", "somebody", 1)


def test_an_altered_reason_of_an_erasure_is_found(office: Office) -> None:
    world = office.world
    begin(office)
    erase(office, office.work["korangi"].line)
    assert faults(world) == []
    with world.store.write() as tx:
        tx.execute(erasing.ERASURES.update().values(reason="Nobody asked"))
    assert "was altered" in faults(world)[0]


def test_a_name_that_comes_after_the_erasure_is_not_kept(office: Office) -> None:
    """A tablet in the field had an edit under way; it brought back the name that a worker had erased."""
    work, world = office.work["korangi"], office.world
    begin(office)
    erase(office, work.line)
    work.tablet.change("wage_line", work.line, {}, personal={"worker_name": "A late name"})
    work.tablet.push(office.client)
    with world.store.read() as tx:
        lines = tx.execute(select(CHANGES).where(CHANGES.c.record == work.line)).all()
        assert {row.private for row in lines} == {None}
        sealed = tx.execute(select(FEED.c.private).where(FEED.c.record == work.line)).scalars()
        assert set(sealed) == {None}
    assert all(digest(row.line) == row.hash for row in lines)
    assert record(world, work.line).private == {}
    assert faults(world) == []


def test_an_upload_under_way_does_not_bring_back_what_was_erased(office: Office) -> None:
    """The last bytes of a photo were on the road while the office erased it."""
    work, world = office.work["korangi"], office.world
    context, content = world.context, b"on the road"
    id, sha256 = world.clock.uuid7(), hashlib.sha256(content).hexdigest()
    values = {"report": work.report, "sha256": sha256, "size": len(content), "media_type": "image/jpeg"}
    work.tablet.change("photo", id, values, "create")
    work.tablet.push(office.client)
    now_ms = world.clock.now_ms()
    upload = Upload(world.clock.uuid7(), work.tablet.id, id, sha256, len(content), now_ms + DAY_MS)
    with world.store.write() as tx:
        uploads.begin(world.store, tx, upload, "secret", now_ms, 1_000_000)
    erase(office, id)
    with context.staging.part(upload.id) as part:
        append(part, sums := Sums(0, None), [content])
        with pytest.raises(Problem) as told:
            upload_door._finish(context, upload, part, sums)
    assert told.value.code == "erased"
    with world.store.read() as tx:
        assert uploads.kept(tx, id) is None
    door.remove(context)
    assert context.photos.size(sha256) is None
