"""What a tablet promises about work that was captured on it, whatever the line does."""

import sqlite3

import msgspec
import pytest

from field.sim.moves import SUPERVISORS
from field.sim.world import ANSWERED, PASSWORD
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


def test_an_entry_that_is_gone_and_had_arrived_holds_nothing_up(office: Office) -> None:
    """Three entries had arrived, the answer was lost, and the storage forgot the third. One by one, as over a
    bad line, the tablet never came to it: the office said that it had three, which was not believed."""
    tablet = office.tablet("one")
    for number in range(3):
        tablet.open_form(office.visit).save({"notes": f"note {number}"})
    office.line.lose_answers()
    tablet.sync()
    tablet.open_form(office.visit).save({"notes": "note 3"})
    connection = sqlite3.connect(office.folder / "one.db")
    connection.execute("DELETE FROM lines WHERE seq = 3")
    connection.commit()
    connection.close()
    office.line.mend()
    assert tablet.sync(lines_max=1).complete
    assert tablet.outbox.acknowledged == 4
    assert office.row(office.visit)["notes"] == "note 3"
    assert set(office.history(office.visit).values()) <= {"applied", "merged"}


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


def test_over_a_line_on_which_few_entries_fit_a_pull_each_is_asked_about_in_its_turn(office: Office) -> None:
    """The first ones stay in quarantine; of the last one, which was released, nothing was heard."""
    tablet = office.tablet("one")
    for number in range(3):
        tablet.new_record("lead", {"what": "home_based", "name": f"Lane {number}", "district": "malir"})
    assert tablet.sync().complete
    assert list(tablet.outbox.receipts().values()) == ["quarantined"] * 3
    url = f"/api/quarantine/{tablet.device}:3/release"
    answer = office.world.ask(SUPERVISORS["malir"], "POST", url, {"reason": "Seen the posting order."})
    assert answer.status < ANSWERED
    for _ in range(3):
        tablet.pull(1)
    assert list(tablet.outbox.receipts().values()) == ["quarantined", "quarantined", "applied"]
    # A release can be taken back: the tablet goes on asking, and about the others too.
    asked = set()
    for _ in range(3):
        tablet.pull(1)
        asked.update(msgspec.json.decode(office.line.sent[-1][2])["open"])
    assert asked == {1, 2, 3}
