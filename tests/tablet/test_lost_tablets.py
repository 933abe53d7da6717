"""What a tablet promises when it is lost, copied or broken: its work reaches the office all the same."""

import io
import shutil
import sqlite3
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from field.api.carrying import CarriedIn
from field.sim.clock import TabletClock
from field.sim.world import PASSWORD
from field.store import tables
from field.sync import sealed
from field.sync.signing import ServerKey
from field.tablet.tablet import Tablet
from field.tablet.transport import NoAnswer, Response
from tests.tablet.conftest import Office
from tests.tablet.test_photos import TAKEN, at_office, photographed

Answer = dict[str, object]


def alarms(office: Office) -> list[str]:
    table = tables.Alarm.__table__  # type: ignore[attr-defined]
    with office.world.context.store.read() as tx:
        return sorted(tx.execute(sa.select(table.c.code)).scalars())


def device(office: Office, id: str) -> Answer:
    listed = office.world.ask("supervisor-1", "GET", "/api/devices")
    return next(each for each in msgspec.json.decode(listed.body) if each["id"] == id)


def wipe_ordered(office: Office, tablet: Tablet) -> str:
    answer = office.world.ask("supervisor-1", "POST", f"/api/devices/{tablet.device}/wipe")
    found: str = msgspec.json.decode(answer.body)["wipe"]["id"]
    return found


def carried(office: Office, file: bytes, login: str = "inspector-2") -> CarriedIn:
    """A colleague carries a file in."""
    return msgspec.json.decode(office.world.ask(login, "POST", "/api/sync/sealed", file).body, type=CarriedIn)


def sealed_work(tablet: Tablet) -> bytes:
    found = tablet.sealed_work()
    assert found is not None
    return found


# Copies.


def test_a_copy_that_only_fetches_is_found_out(office: Office) -> None:
    """Nothing that it sent could give it away, and it read a district's register for months."""
    tablet = office.tablet("one")
    shutil.copy(office.folder / "one.db", office.folder / "copy.db")
    assert tablet.sync().complete
    assert alarms(office) == []
    copy = office.open("copy")
    assert copy.sync().complete
    assert alarms(office) == ["copied"]
    assert copy.status().copied
    assert not tablet.status().copied
    assert tablet.sync().complete
    assert tablet.status().copied
    listed = msgspec.json.decode(office.world.ask("supervisor-1", "GET", "/api/alarms").body)
    assert "set back to an older copy" in listed[0]["detail"]
    assert "one" in listed[0]["detail"]
    tablet.enrol_again(office.world.code("korangi"))
    tablet.sign_in("inspector-1", PASSWORD)
    assert tablet.sync().complete
    assert not tablet.status().copied


def test_a_tablet_set_back_to_an_old_image_is_found_out_when_somebody_signs_in(office: Office) -> None:
    tablet = office.tablet("one")
    shutil.copy(office.folder / "one.db", office.folder / "old.db")
    tablet.sync()
    tablet.sync()
    # The number is found again by a server that was started anew.
    office.world.context.counts.note(office.world.context.store, office.true.now_ms())
    office.world.context.counts._heard.clear()
    old = office.open("old")
    old.sign_in("inspector-2", PASSWORD)
    assert alarms(office) == ["copied"]


def test_an_old_request_played_again_is_told_nothing_and_is_no_alarm(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.sync()
    old = next(sent for sent in office.line.sent if sent[0] == "/api/sync/pull")
    answer = office.world.server.send("POST", *old)
    assert answer.status == 409
    assert office.establishment.encode() not in answer.body
    assert alarms(office) == []


def test_a_request_that_the_network_repeats_is_answered_as_before(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.sync()
    last = [sent for sent in office.line.sent if sent[0] == "/api/sync/pull"][-1]
    assert office.world.server.send("POST", *last).status == 200
    office.line.lose_answers("/api/sync/pull")
    tablet.sync()
    office.line.mend()
    assert tablet.sync().complete
    assert not tablet.status().copied
    assert alarms(office) == []


def test_a_tablet_whose_app_does_not_count_yet_goes_on_working(office: Office) -> None:
    tablet = office.tablet("one")
    tablet._counter.ask = lambda send: send({})  # type: ignore[method-assign,assignment]
    assert tablet.sync().complete
    assert tablet.sync().complete
    assert alarms(office) == []


# The three faults that random histories rarely reach.


def test_what_a_lying_or_confused_server_says_to_have_is_not_believed_blindly(office: Office) -> None:
    """`acknowledged` without the right hash: the tablet went on behind entries that nobody had."""
    tablet = office.tablet("one")
    tablet.open_form(office.visit).save({"notes": "1"})
    shutil.copy(office.folder / "one.db", office.folder / "copy.db")
    tablet.open_form(office.visit).save({"notes": "2"})
    assert tablet.sync().complete
    copy = office.open("copy")
    copy.open_form(office.visit).save({"notes": "other"})
    assert not copy.sync().complete
    assert copy.outbox.acknowledged < 2
    assert copy.forked == 2
    assert copy.status().only_here >= 1


def test_a_fork_does_not_escape_the_revocation(office: Office) -> None:
    """The forked work of a revoked tablet came to the office in no way: it waited for a new identity."""
    tablet = office.tablet("one")
    shutil.copy(office.folder / "one.db", office.folder / "copy.db")
    tablet.open_form(office.visit).save({"minutes_on_site": 5})
    assert tablet.sync().complete
    copy = office.open("copy")
    change = copy.open_form(office.visit).save({"notes": "by the thief"})
    copy.sync()
    assert copy.forked == 1
    wipe_ordered(office, copy)
    copy.sync()
    assert copy.status().wiped
    assert office.history(office.visit)[change or ""] == "quarantined"
    assert "notes" not in office.row(office.visit)


def test_a_report_half_delivered_before_the_revocation_is_not_landed_by_a_new_identity(
    office: Office,
) -> None:
    tablet = office.tablet("one")
    with tablet.group():
        report = tablet.new_record("report", {"visit": office.visit})
        tablet.new_record("wage_line", {"report": report, "month": "2025-11", "wage_rs": 1})
    tablet.push(1)
    office.world.ask("supervisor-1", "POST", f"/api/devices/{tablet.device}/revoke")
    tablet.enrol_again(office.world.code("korangi"))
    assert tablet.row(report) == {"visit": office.visit}
    tablet.sign_in("inspector-1", PASSWORD)
    tablet.sync()
    assert tablet.status().only_here == 0
    found = [row.status for row in office.world.receipts() if row.kind in ("report", "wage_line")]
    # What belongs to the report waits for it: it lands if a supervisor releases the report.
    assert sorted(found) == ["duplicate", "quarantined", "waiting"]
    assert all(report not in rows for rows in office.world.rows().values())


# Enrolled anew.


@pytest.mark.parametrize("why", ["revoked", "set back"])
def test_unsent_work_and_its_photos_come_along_under_a_new_identity(office: Office, why: str) -> None:
    tablet = office.tablet("one")
    shutil.copy(office.folder / "one.db", office.folder / "old.db")
    tablet.open_form(office.visit).save({"minutes_on_site": 20})
    assert tablet.sync().complete
    if why == "set back":
        tablet = office.open("old")
    else:
        office.world.ask("supervisor-1", "POST", f"/api/devices/{tablet.device}/revoke")
    office.line.cut()
    change = tablet.open_form(office.visit).save({"notes": "gate shut"})
    report = tablet.new_record("report", {"visit": office.visit})
    photo = tablet.new_photo({"report": report, "media_type": "image/jpeg"}, TAKEN)
    office.line.mend()
    shown = [tablet.row(each) for each in (office.visit, report, photo)]
    tablet.enrol_again(office.world.code("korangi"))
    # The overlay went with the old identity: the inspector saw the work gone, and did it a second time.
    assert [tablet.row(each) for each in (office.visit, report, photo)] == shown
    tablet.sign_in("inspector-1", PASSWORD)
    assert tablet.sync().complete
    assert tablet.status().attention == 0
    assert office.history(office.visit)[change or ""] in ("applied", "merged")
    assert at_office(office, photo) == TAKEN
    assert office.row(office.visit)["notes"] == "gate shut"


def test_a_photo_of_a_former_identity_arrives_though_its_visit_went_to_somebody_else(office: Office) -> None:
    """The entry had arrived; then the tablet was enrolled anew, and the visit given to a colleague. Its own
    inspector may not read the photo any more, and its bytes were refused for ever."""
    tablet, photo = photographed(office)
    assert not tablet.push()
    office.world.give(office.visit)
    office.world.ask("supervisor-1", "POST", f"/api/devices/{tablet.device}/revoke")
    tablet.enrol_again(office.world.code("korangi"))
    tablet.sign_in("inspector-1", PASSWORD)
    assert tablet.sync().complete
    assert at_office(office, photo) == TAKEN


def test_a_photo_arrives_whose_entry_came_under_a_former_identity_that_never_heard_of_it(
    office: Office,
) -> None:
    """The entry's receipt was lost, that of one before it said how far the office is, and then the tablet was
    enrolled anew: nobody would ask for the receipt any more, and the photo waited for it for ever."""
    tablet, photo = photographed(office)
    office.line.lose_answers()
    with pytest.raises(NoAnswer):
        tablet.push()
    office.line.mend()
    tablet.push(lines_max=1)
    assert "" in tablet.outbox.receipts().values()
    assert tablet.outbox.unsent() == 0
    office.world.ask("supervisor-1", "POST", f"/api/devices/{tablet.device}/revoke")
    tablet.enrol_again(office.world.code("korangi"))
    tablet.sign_in("inspector-1", PASSWORD)
    assert tablet.sync().complete
    assert at_office(office, photo) == TAKEN


def test_a_receipt_that_got_lost_of_a_repeated_entry_says_what_became_of_the_first(office: Office) -> None:
    """Its entries came from the revoked identity, and again from the next one, each time without an answer.
    Told "duplicate" alone, the tablet did not say that they are in quarantine, and never asked again."""
    tablet = office.tablet("one")
    for number in range(3):
        tablet.open_form(office.visit).save({"notes": f"note {number}"})
    office.world.ask("supervisor-1", "POST", f"/api/devices/{tablet.device}/revoke")
    office.line.lose_answers()
    tablet.sync()
    tablet.enrol_again(office.world.code("korangi"))
    tablet.sign_in("inspector-1", PASSWORD)
    tablet.sync()
    office.line.mend()
    assert tablet.sync(lines_max=1).complete
    assert {(each.status, each.code) for each in tablet.attention()} == {("quarantined", "device-revoked")}
    assert len(tablet.attention()) == 3


# Wiping.


def test_a_wiped_tablet_hands_in_its_work_first_and_says_that_it_is_empty(office: Office) -> None:
    tablet, photo = photographed(office)
    change = tablet.open_form(office.visit).save({"notes": "not sent yet"})
    id = tablet.device
    wipe_ordered(office, tablet)
    told = device(office, id)["wipe"]
    assert isinstance(told, dict)
    assert (told["told_ms"], told["wiped_ms"]) == (None, None)
    assert not tablet.sync().complete
    assert office.history(office.visit)[change or ""] == "quarantined"
    assert at_office(office, photo) == TAKEN
    found = device(office, id)["wipe"]
    assert isinstance(found, dict)
    assert found["told_ms"] < found["wiped_ms"]
    assert (found["handed_in"], found["unsent"]) == (3, 0)
    assert tablet.status().wiped
    assert tablet.device == ""
    assert tablet.replica.everything() == {}
    assert tablet.outbox.count() == 0
    tablet.close()
    left = (office.folder / "one.db").read_bytes()
    assert all(each not in left for each in (b"not sent yet", office.visit.encode(), TAKEN[:64]))
    office.opened.remove(tablet)
    again = office.open("one")
    again.enrol(office.world.code("korangi"))
    again.sign_in("inspector-1", PASSWORD)
    assert again.sync().complete
    assert not again.status().wiped


def test_a_tablet_on_which_nobody_is_signed_in_hears_of_the_order_too(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.sign_out(office.world.people["inspector-1"].id)
    wipe_ordered(office, tablet)
    tablet.sync()
    assert tablet.status().wiped


def test_a_tablet_is_not_wiped_before_its_work_has_arrived(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.open_form(office.visit).save({"notes": "not sent yet"})
    wipe_ordered(office, tablet)
    office.line.lose_answers()
    tablet.sync()
    assert tablet.row(office.visit)["notes"] == "not sent yet"  # type: ignore[index]
    office.line.mend()

    def fetching_only(path: str, body: bytes) -> bytes:
        if path == "/api/sync/push":
            raise NoAnswer("no signal")
        return body

    office.line.before = fetching_only
    tablet.sync()
    assert not tablet.status().wiped
    office.line.mend()
    tablet.sync()
    assert tablet.status().wiped


def test_the_word_that_it_was_wiped_is_said_again_until_the_office_has_heard(office: Office) -> None:
    tablet = office.tablet("one")
    id = tablet.device
    wipe_ordered(office, tablet)
    office.line.lose_answers("/api/devices/orders")
    tablet.sync()
    office.line.mend()
    tablet.close()
    office.opened.remove(tablet)
    tablet = office.open("one")
    assert tablet.status().wiped
    tablet.sync()
    found = device(office, id)["wipe"]
    assert isinstance(found, dict)
    assert found["wiped_ms"] is not None


@pytest.mark.parametrize("forged", ["by another key", "for another tablet", "another order"])
def test_a_forged_order_wipes_nothing(office: Office, forged: str) -> None:
    tablet, other = office.tablet("one"), office.tablet("two")
    order = wipe_ordered(office, other)
    key = ServerKey(bytes(32)) if forged == "by another key" else office.world.context.key
    means = other.device if forged == "for another tablet" else tablet.device
    named = f"field-wipe-1\n{means}\n{order}\n".encode()
    shown = {"device": tablet.device, "order": "x" if forged == "another order" else order}

    def with_order(path: str, answer: Response) -> Response:
        if path != "/api/sync/pull":
            return answer
        body = {
            "code": "device-revoked",
            "detail": "",
            "wipe": {**shown, "signature": key.sign(named), "key": office.world.context.key.id},
        }
        return Response(403, {}, msgspec.json.encode(body))

    office.line.after = with_order
    tablet.sync()
    assert not tablet.status().wiped
    assert tablet.row(office.visit) is not None


def test_only_a_supervisor_of_the_district_orders_a_wipe(office: Office) -> None:
    tablet = office.tablet("one")
    for login in ("inspector-1", "supervisor-2"):
        answer = office.world.ask(login, "POST", f"/api/devices/{tablet.device}/wipe")
        assert answer.status == 403
    assert tablet.sync().complete


# Sealed work.


def test_a_colleague_carries_in_the_work_of_a_broken_tablet(office: Office) -> None:
    tablet, photo = photographed(office)
    change = tablet.open_form(office.visit).save({"notes": "gate shut"})
    file = sealed_work(tablet)
    assert b"gate shut" not in file
    found = carried(office, file)
    assert (found.state, found.entries, found.arrived, found.photos) == ("taken", 3, 3, 1)
    assert (found.device, found.device_name, found.set_aside) == (tablet.device, "one", 0)
    assert office.history(office.visit)[change or ""] == "applied"
    assert at_office(office, photo) == TAKEN
    again = carried(office, file, "supervisor-1")
    assert (again.state, again.arrived, again.known) == ("taken", 0, 3)
    # The tablet was not quite broken after all: what it sends itself is known.
    assert tablet.sync().complete
    assert tablet.status().attention == 0
    assert len(office.history(office.visit)) == 2


def test_unsent_work_is_always_in_the_file_beside_the_tablet(office: Office, tmp_path: Path) -> None:
    card = tmp_path / "card" / "unsent.field-sealed"
    card.parent.mkdir()
    clock = TabletClock(office.true, "one")
    tablet = Tablet(office.folder / "one.db", office.line, clock, synchronous=False, sealed=card)
    office.opened.append(tablet)
    tablet.enrol(office.world.code("korangi"), "one")
    tablet.sign_in("inspector-1", PASSWORD)
    tablet.sync()
    assert not card.exists()
    change = tablet.open_form(office.visit).save({"notes": "gate shut"})
    assert carried(office, card.read_bytes()).arrived == 1
    assert office.history(office.visit)[change or ""] == "applied"
    assert tablet.sync().complete
    assert not card.exists()


def test_a_damaged_file_is_kept_and_what_can_be_opened_is_taken(office: Office) -> None:
    tablet, photo = photographed(office)
    file = sealed_work(tablet)
    cut = carried(office, file[:-20])
    assert (cut.state, cut.entries, cut.arrived, cut.photos) == ("part", 2, 2, 0)
    assert cut.detail is not None
    assert "end is missing" in cut.detail
    changed = bytearray(file)
    changed[len(file) // 2] ^= 1
    for bad, words in (
        (bytes(changed), "changed, or is damaged"),
        (b"%PDF-1.7 something else", "no sealed work"),
        (sealed.MAGIC + b"{}", "damaged"),
        (file + b"more", "added to the end"),
    ):
        found = carried(office, bad)
        assert found.state == ("kept" if len(bad) < 100 else "part")
        assert words in (found.detail or "")
    kept = office.world.context.photos
    listed = msgspec.json.decode(office.world.ask("supervisor-1", "GET", "/api/sealed").body)
    assert {each["state"] for each in listed} == {"part", "kept"}
    assert all(kept.size(each["sha256"]) == each["size"] for each in listed)
    assert carried(office, file).state == "taken"
    assert at_office(office, photo) == TAKEN


def test_a_file_sealed_to_another_server_or_signed_by_nobody_known_lands_nothing(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.open_form(office.visit).save({"notes": "forged"})
    file = sealed_work(tablet)
    head, parts = office.world.context.sealing.parts(io.BytesIO(file))
    once = sealed.key_from(bytes(48))
    elsewhere = sealed.SealingKey(bytes(32))
    told = list(parts)
    foreign = b"".join(sealed.seal(elsewhere.public, once, head.device, 1, told))
    assert "another server" in (carried(office, foreign).detail or "")
    assert isinstance(told[0][0], sealed.Lines)
    forged = [(msgspec.structs.replace(told[0][0], signature="A" * 86), told[0][1])]
    mine = b"".join(sealed.seal(office.world.context.sealing.public, once, head.device, 1, forged))
    found = carried(office, mine)
    assert (found.state, found.arrived) == ("kept", 0)
    assert "notes" not in office.row(office.visit)


def test_sealed_work_of_a_revoked_tablet_is_put_aside(office: Office) -> None:
    tablet = office.tablet("one")
    change = tablet.open_form(office.visit).save({"notes": "stolen"})
    file = sealed_work(tablet)
    office.world.ask("supervisor-1", "POST", f"/api/devices/{tablet.device}/revoke")
    found = carried(office, file)
    assert (found.state, found.arrived, found.set_aside) == ("taken", 1, 1)
    assert office.history(office.visit)[change or ""] == "quarantined"


def test_sealed_work_of_a_copied_tablet_is_put_aside_whole_and_once(office: Office) -> None:
    tablet = office.tablet("one")
    shutil.copy(office.folder / "one.db", office.folder / "copy.db")
    tablet.open_form(office.visit).save({"minutes_on_site": 5})
    assert tablet.sync().complete
    copy = office.open("copy")
    report = copy.new_record("report", {"visit": office.visit, "person_met": "Ali"})
    photo = copy.new_photo({"report": report, "media_type": "image/jpeg"}, TAKEN)
    file = sealed_work(copy)
    found = carried(office, file)
    assert (found.state, found.arrived, found.set_aside, found.photos) == ("taken", 2, 2, 1)
    again = carried(office, file)
    assert (again.arrived, again.known) == (0, 2)
    assert list(office.history(report).values()) == ["quarantined"]
    assert at_office(office, photo) == TAKEN
    assert tablet.sync().complete


def test_a_file_that_begins_too_late_says_what_is_missing(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.open_form(office.visit).save({"notes": "1"})
    first = sealed_work(tablet)
    tablet.open_form(office.visit).save({"notes": "2"})
    tablet.outbox.acknowledged = 1
    found = carried(office, sealed_work(tablet))
    assert (found.state, found.arrived) == ("part", 0)
    assert "Entries 1 to 1" in (found.detail or "")
    assert carried(office, first).arrived == 1


def test_nobody_carries_anything_in_without_a_session(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.open_form(office.visit).save({"notes": "1"})
    answer = office.world.server.send("POST", "/api/sync/sealed", {}, sealed_work(tablet))
    assert answer.status == 401


def test_a_tablet_enrolled_before_there_was_a_key_to_seal_to_learns_it(office: Office) -> None:
    tablet = office.tablet("one")
    connection = sqlite3.connect(office.folder / "one.db")
    connection.execute("DELETE FROM state WHERE name = 'sealing_key'")
    connection.commit()
    connection.close()
    tablet.open_form(office.visit).save({"notes": "1"})
    assert tablet.sealed_work() is None

    def false(path: str, answer: Response) -> Response:
        if path != "/api/keys":
            return answer
        keys = msgspec.json.decode(answer.body)
        return Response(200, {}, msgspec.json.encode({**keys, "sealing_key": sealed.SealingKey(b"x").public}))

    office.line.after = false
    assert tablet.sync().complete
    assert tablet.sealed_work() is None
    office.line.mend()
    assert tablet.sync().complete
    tablet.open_form(office.visit).save({"notes": "2"})
    assert carried(office, sealed_work(tablet)).arrived == 1
