"""What a tablet promises about work that was captured on it, whatever the line does."""

import shutil
import sqlite3

import msgspec
import pytest

from field.sim.world import PASSWORD
from field.sync.receipts import PushAnswer
from field.tablet.door import Refused
from field.tablet.transport import NoAnswer, Response
from tests.tablet.conftest import Office

PUSH, PULL = "/api/sync/push", "/api/sync/pull"


def test_work_captured_without_signal_arrives_when_there_is_some(office: Office) -> None:
    tablet = office.tablet("one")
    office.line.cut()
    with tablet.group():
        report = tablet.new_record(
            "report", {"visit": office.visit, "person_met": "Ali", "remarks": "closed"}
        )
        tablet.new_record(
            "wage_line", {"report": report, "month": "2025-11", "wage_rs": 32_000, "cnic": "42101"}
        )
    assert not tablet.sync().complete
    assert tablet.status().only_here == 2
    assert tablet.row(report) == {"visit": office.visit, "person_met": "Ali", "remarks": "closed"}
    office.line.mend()
    assert tablet.sync().complete
    assert (tablet.status().at_office, tablet.status().only_here) == (2, 0)
    assert tablet.row(report) == {"visit": office.visit, "person_met": "Ali", "remarks": "closed"}


def test_a_line_is_encoded_once_and_sent_as_the_same_bytes_again(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.open_form(office.visit).save({"notes": "gate shut"})
    office.line.lose_answers()
    tablet.sync()
    tablet.sync()
    bodies = {body for path, _, body in office.line.sent if path == PUSH}
    assert len(bodies) == 1
    office.line.mend()
    assert tablet.sync().complete
    assert office.row(office.visit)["notes"] == "gate shut"


def test_a_receipt_that_got_lost_is_learned_later(office: Office) -> None:
    """The answer about three lines was lost. The first was sent again alone: the office then said that it has
    all three, and what became of the other two was never asked."""
    tablet = office.tablet("one")
    for number in range(3):
        tablet.open_form(office.visit).save({"notes": f"note {number}"})
    office.line.lose_answers()
    assert not tablet.sync().complete
    office.line.mend()
    assert tablet.sync(lines_max=1).complete
    assert set(tablet.outbox.receipts().values()) <= {"applied", "merged"}
    assert not tablet.outbox.pending


def test_a_page_without_its_end_is_thrown_away_whole(office: Office) -> None:
    tablet = office.open("one")
    tablet.enrol(office.world.code("korangi"))
    tablet.sign_in("inspector-1", PASSWORD)

    def cut(path: str, answer: Response) -> Response:
        if path != PULL:
            return answer
        return Response(answer.status, answer.headers, answer.body[: answer.body.index(b'{"more"')])

    office.line.after = cut
    assert not tablet.sync().complete
    assert tablet.replica.cursors() == {}
    assert tablet.row(office.visit) is None
    office.line.mend()
    assert tablet.sync().complete
    assert tablet.row(office.visit) is not None


def test_a_push_cut_within_its_personal_values_is_not_taken(office: Office) -> None:
    """The signature covers what is public. Cut within the personal part, a push had a good signature, and the
    names of the workers were gone for ever."""
    tablet = office.tablet("one")
    tablet.new_record("report", {"visit": office.visit, "person_met": "Ali"})
    office.line.before = lambda path, body: body[:-10] if path == PUSH else body
    assert "unreadable-body" in (tablet.sync().problem or "")
    office.line.mend()
    assert tablet.sync().complete
    assert tablet.status().attention == 0


def test_an_answer_without_the_servers_signature_is_none(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.open_form(office.visit).save({"notes": "gate shut"})
    office.line.after = lambda path, answer: Response(answer.status, {}, answer.body)
    assert "signature" in (tablet.sync().problem or "")
    assert tablet.status().only_here == 1


def test_acknowledged_is_believed_only_with_the_hash_of_our_own_line(office: Office) -> None:
    """A tablet that believed a number alone let go of work that the office had of another tablet."""
    tablet = office.tablet("one")
    tablet.open_form(office.visit).save({"notes": "gate shut"})

    def of_another(path: str, answer: Response) -> Response:
        if path != PUSH:
            return answer
        said = msgspec.json.decode(answer.body, type=PushAnswer)
        body = msgspec.json.encode(msgspec.structs.replace(said, chain="f" * 64))
        return Response(200, {"field-receipt": office.world.context.key.sign(body)}, body)

    office.line.after = of_another
    assert not tablet.sync().complete
    assert tablet.status().only_here == 1


def test_an_unreadable_entry_is_declared_lost_and_later_work_flows(office: Office) -> None:
    tablet = office.tablet("one")
    for number in range(4):
        tablet.open_form(office.visit).save({"notes": f"note {number}"})
    connection = sqlite3.connect(office.folder / "one.db")
    connection.execute("UPDATE lines SET line = x'00ff' WHERE seq = 2")
    connection.execute("DELETE FROM lines WHERE seq = 3")
    connection.commit()
    connection.close()
    assert tablet.sync().complete
    statuses = sorted(tablet.outbox.receipts().items(), key=lambda one: one[0][1])
    assert [status for _, status in statuses] == ["applied", "lost", "lost", "applied"]
    assert office.row(office.visit)["notes"] == "note 3"
    assert tablet.forked is None
    tablet.open_form(office.visit).save({"notes": "note 4"})
    assert tablet.sync().complete
    assert office.row(office.visit)["notes"] == "note 4"


def test_an_entry_lost_after_it_arrived_is_no_fork(office: Office) -> None:
    """The answer was lost, then the storage failed: the tablet declared lost what the office had, and was
    told that two tablets bear its identity."""
    tablet = office.tablet("one")
    change = tablet.open_form(office.visit).save({"notes": "gate shut"})
    office.line.lose_answers()
    tablet.sync()
    connection = sqlite3.connect(office.folder / "one.db")
    connection.execute("UPDATE lines SET line = x'00ff'")
    connection.commit()
    connection.close()
    office.line.mend()
    tablet.open_form(office.visit).save({"check_in_ms": 5})
    assert tablet.sync().complete
    assert tablet.forked is None
    assert office.history(office.visit)[change or ""] == "applied"
    assert office.row(office.visit)["check_in_ms"] == 5


def test_neighbours_lost_after_they_arrived_are_no_fork_either(office: Office) -> None:
    """One entry was gone and the next unreadable, which alone still bore the hash of the one before."""
    tablet = office.tablet("one")
    for number in range(3):
        tablet.open_form(office.visit).save({"notes": f"note {number}"})
    office.line.lose_answers()
    tablet.sync()
    connection = sqlite3.connect(office.folder / "one.db")
    connection.execute("DELETE FROM lines WHERE seq = 1")
    connection.execute("UPDATE lines SET line = x'00ff' WHERE seq = 2")
    connection.commit()
    connection.close()
    office.line.mend()
    assert tablet.sync().complete
    assert tablet.forked is None
    assert set(tablet.outbox.receipts().values()) == {"applied"}


def test_a_newline_among_personal_values_costs_one_entry_and_not_all(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.new_record("report", {"visit": office.visit, "person_met": "Ali"})
    tablet.open_form(office.visit).save({"notes": "gate shut"})
    connection = sqlite3.connect(office.folder / "one.db")
    connection.execute("UPDATE lines SET line = CAST(line || x'0a' AS BLOB) WHERE seq = 1")
    connection.commit()
    connection.close()
    assert tablet.sync().complete
    assert sorted(tablet.outbox.receipts().values()) == ["applied", "lost"]


def test_a_group_lands_whole_or_not_at_all(office: Office) -> None:
    tablet = office.tablet("one")

    def half_a_group() -> None:
        with tablet.group():
            report = tablet.new_record("report", {"visit": office.visit})
            tablet.new_record("wage_line", {"report": report, "month": "2025-11", "wage_rs": -1})

    with pytest.raises(msgspec.ValidationError):
        half_a_group()
    assert tablet.status().only_here == 0
    with tablet.group():
        report = tablet.new_record("report", {"visit": office.visit})
        tablet.new_record("wage_line", {"report": report, "month": "2025-11", "wage_rs": -1}, checked=False)
    assert tablet.sync().complete
    assert [each.code for each in tablet.attention()] == ["group-refused", "bad-value"]
    assert tablet.status().attention == 2


def test_a_busy_office_says_when_to_try_again(office: Office) -> None:
    tablet = office.tablet("one")
    busy = msgspec.json.encode({"code": "busy", "detail": "Too many at once."})
    office.line.after = lambda path, answer: Response(503, {"retry-after": "30"}, busy)
    found = tablet.sync()
    assert (found.complete, found.retry_after_s) == (False, 30)


def test_a_gateway_that_answers_for_the_server_is_bad_weather(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.open_form(office.visit).save({"notes": "gate shut"})
    office.line.after = lambda path, answer: Response(502, {}, b"<html>Bad Gateway</html>")
    assert not tablet.sync().complete
    office.line.mend()
    assert tablet.sync().complete


# Cloned and revoked tablets.


def test_a_cloned_tablet_takes_a_new_identity_and_keeps_its_work(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.open_form(office.visit).save({"minutes_on_site": 10})
    assert tablet.sync().complete
    shutil.copy(office.folder / "one.db", office.folder / "clone.db")
    clone = office.open("clone")
    tablet.open_form(office.visit).save({"minutes_on_site": 30})
    assert tablet.sync().complete
    clone.open_form(office.visit).save({"minutes_on_site": 15})
    with clone.group():
        report = clone.new_record("report", {"visit": office.visit, "person_met": "Ali"})
        clone.new_record("wage_line", {"report": report, "month": "2025-11", "wage_rs": 1, "cnic": "4"})
    before = clone.device
    assert not clone.sync().complete
    assert clone.forked == 2
    assert clone.row(office.visit)["minutes_on_site"] == 35  # type: ignore[index]  # 30, and 5 of its own

    clone.enrol_again(office.world.code("korangi"), "clone")
    assert clone.device != before
    assert clone.row(report) == {"visit": office.visit, "person_met": "Ali"}
    assert not clone.sync().complete
    assert clone.status().sign_in == office.world.people["inspector-1"].id
    assert clone.status().only_here == 3

    clone.sign_in("inspector-1", PASSWORD)
    assert clone.sync().complete
    assert clone.status().attention == 0
    assert office.row(office.visit)["minutes_on_site"] == 35
    assert office.row(report)["visit"] == office.visit
    assert clone.row(report) == {"visit": office.visit, "person_met": "Ali"}
    assert tablet.sync().complete


def test_a_tablet_set_back_to_an_old_copy_finds_out_when_it_sends(office: Office) -> None:
    tablet = office.tablet("one")
    shutil.copy(office.folder / "one.db", office.folder / "old.db")
    for number in range(3):
        tablet.open_form(office.visit).save({"notes": f"note {number}"})
    assert tablet.sync().complete
    old = office.open("old")
    change = old.open_form(office.visit).save({"notes": "after the repair"})
    assert not old.sync().complete
    assert old.forked == 1
    old.enrol_again(office.world.code("korangi"))
    old.sign_in("inspector-1", PASSWORD)
    assert old.sync().complete
    assert office.history(office.visit)[change or ""] in ("applied", "merged")


def test_the_work_of_a_revoked_tablet_is_salvaged_and_a_new_identity_does_not_land_it(office: Office) -> None:
    """A stolen tablet, enrolled again by a careless hand, must not land what the office put aside."""
    tablet = office.tablet("one")
    change = tablet.open_form(office.visit).save({"notes": "stolen"})
    office.world.ask("supervisor-1", "POST", f"/api/devices/{tablet.device}/revoke")
    assert "device-revoked" in (tablet.sync().problem or "")
    assert tablet.status().revoked
    assert office.history(office.visit)[change or ""] == "quarantined"
    tablet.enrol_again(office.world.code("korangi"))
    tablet.sign_in("inspector-1", PASSWORD)
    assert tablet.sync().complete
    assert "notes" not in office.row(office.visit)


# Scopes.


def test_rows_leave_with_whoever_signs_out_but_not_those_still_being_worked_on(office: Office) -> None:
    tablet = office.tablet("one", "inspector-1", "inspector-2")
    inspector = office.world.people["inspector-1"].id
    tablet.people.use(inspector)
    tablet.open_form(office.visit).save({"notes": "gate shut"})
    tablet.sign_out(inspector)
    tablet.people.use(office.world.people["inspector-2"].id)
    tablet.pull()
    assert f"own/{inspector}" not in tablet.replica.cursors()
    assert tablet.row(office.visit)["notes"] == "gate shut"  # type: ignore[index]
    assert office.visit not in tablet.replica.everything().get(f"own/{inspector}", {})
    assert tablet.sync().complete
    assert tablet.row(office.visit) is None
    assert office.row(office.visit)["notes"] == "gate shut"


def test_the_rows_go_with_the_last_who_signs_out_and_unsent_work_is_still_sent(office: Office) -> None:
    """A tablet that nobody used any more went on holding a district's register and its workers' names."""
    tablet = office.tablet("one")
    inspector = office.world.people["inspector-1"].id
    tablet.open_form(office.visit).save({"notes": "gate shut"})
    tablet.sign_out(inspector)
    assert tablet.replica.cursors() == {}
    assert tablet.replica.everything() == {}
    assert tablet.row(office.establishment) is None
    assert tablet.row(office.visit)["notes"] == "gate shut"  # type: ignore[index]
    with pytest.raises(LookupError):
        tablet.new_record("report", {"visit": office.visit})
    with pytest.raises(KeyError):
        tablet.people.use(inspector)
    assert tablet.sync().complete
    assert office.row(office.visit)["notes"] == "gate shut"
    assert tablet.row(office.visit) is None
    tablet.sign_in("inspector-1", PASSWORD)
    assert tablet.sync().complete
    assert tablet.row(office.visit)["notes"] == "gate shut"  # type: ignore[index]


def test_a_session_that_ran_out_is_signed_out_all_the_same_and_until_then_its_person_goes_on(
    office: Office,
) -> None:
    tablet = office.tablet("one")
    inspector = office.world.people["inspector-1"].id
    office.true.advance(100 * 24 * 3600 * 1000)
    tablet.sync()
    tablet.people.use(inspector)
    tablet.open_form(office.visit).save({"notes": "gate shut"})
    tablet.sign_out(inspector)
    assert tablet.replica.cursors() == {}

    other = office.tablet("two")
    office.true.advance(100 * 24 * 3600 * 1000)
    other.sign_out(inspector)
    assert other.replica.cursors() == {}


def test_a_wrong_checksum_costs_one_refetch_and_then_an_alarm(office: Office) -> None:
    tablet = office.tablet("one")
    connection = sqlite3.connect(office.folder / "one.db")
    connection.execute("UPDATE cursors SET checksum = checksum + 1 WHERE scope LIKE 'district/%'")
    connection.commit()
    connection.close()
    other = office.tablet("two")
    other.open_form(office.establishment).save({"remarks": "painted"})
    assert other.sync().complete
    assert tablet.sync().complete
    assert (tablet.replica.refetched(), tablet.replica.alarms()) == (1, 0)
    assert tablet.row(office.establishment)["remarks"] == "painted"  # type: ignore[index]

    def false(path: str, answer: Response) -> Response:
        return Response(answer.status, answer.headers, answer.body.replace(b'"checksum":', b'"checksum":1'))

    office.line.after = false
    other.open_form(office.establishment).save({"remarks": "painted green"})
    assert other.sync().complete
    tablet.sync()
    assert (tablet.replica.refetched(), tablet.replica.alarms()) == (2, 1)


def test_an_ended_session_asks_for_a_new_sign_in_and_work_is_still_handed_in(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.open_form(office.visit).save({"notes": "gate shut"})
    office.true.advance(100 * 24 * 3600 * 1000)
    assert "not-signed-in" in (tablet.sync().problem or "")
    assert office.row(office.visit)["notes"] == "gate shut"
    assert tablet.people.on() == []


def test_what_a_tablet_knows_survives_switching_it_off(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.open_form(office.visit).save({"notes": "gate shut"})
    tablet.close()
    office.opened.remove(tablet)
    again = office.open("one")
    assert again.row(office.visit)["notes"] == "gate shut"  # type: ignore[index]
    assert again.status().only_here == 1
    assert again.sync().complete


def test_a_tablet_that_is_not_enrolled_says_so(office: Office) -> None:
    tablet = office.open("one")
    with pytest.raises(Refused, match="not enrolled"):
        tablet.sign_in("inspector-1", PASSWORD)
    office.line.cut()
    with pytest.raises(NoAnswer, match="no signal"):
        tablet.enrol("ABCDE-FGHJK")
