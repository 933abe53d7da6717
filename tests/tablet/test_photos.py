"""Photos' bytes from a tablet: kept until the office has signed for them, sent over a line that breaks."""

import hashlib

import pytest

from field.sim.pictures import picture
from field.store import erasing
from field.tablet import photos
from field.tablet.tablet import Tablet
from field.tablet.transport import NoAnswer, Response
from tests.tablet.conftest import Office

TAKEN = picture("a gate", (640, 480), taken_ms=1_760_000_000_000, place=(24.86, 67.01))


def photographed(office: Office, taken: bytes = TAKEN) -> tuple[Tablet, str]:
    tablet = office.tablet("one")
    report = tablet.new_record("report", {"visit": office.visit})
    return tablet, tablet.new_photo({"report": report, "media_type": "image/jpeg"}, taken)


def at_office(office: Office, photo: str) -> bytes | None:
    return office.world.pictures().get(photo)


def test_a_photo_arrives_after_its_entry_and_the_tablet_frees_its_copy(office: Office) -> None:
    tablet, photo = photographed(office)
    assert tablet.row(photo)["sha256"] == hashlib.sha256(TAKEN).hexdigest()  # type: ignore[index]
    assert tablet.sync().complete
    assert at_office(office, photo) == TAKEN
    assert tablet._db.rows("SELECT state, bytes FROM photos") == [("kept", None)]


def test_a_long_photo_goes_on_at_the_byte_where_the_line_broke(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "PART_BYTES", 4096)
    tablet, photo = photographed(office)
    parts = 0

    def third_part_lost(path: str, body: bytes) -> bytes:
        nonlocal parts
        parts += path.startswith("/api/photos/") and len(body) > 0
        if parts == 3:
            raise NoAnswer("the line broke")
        return body

    office.line.before = third_part_lost
    assert not tablet.sync().complete
    assert at_office(office, photo) is None
    office.line.mend()
    office.line.sent.clear()
    assert tablet.sync().complete
    offsets = [
        int(headers["Upload-Offset"]) for _, headers, _ in office.line.sent if "Upload-Offset" in headers
    ]
    assert offsets[0] == 2 * 4096
    assert at_office(office, photo) == TAKEN


def test_an_answer_that_got_lost_costs_no_second_photo(office: Office) -> None:
    tablet, photo = photographed(office)

    def lost(path: str, answer: Response) -> Response:
        if path.startswith("/api/photos/"):
            raise NoAnswer("the answer was lost")
        return answer

    office.line.after = lost
    assert not tablet.sync().complete
    assert at_office(office, photo) == TAKEN
    assert tablet._db.number("SELECT length(bytes) FROM photos") == len(TAKEN), "freed without a receipt"
    office.line.mend()
    assert tablet.sync().complete
    assert tablet._db.rows("SELECT state, bytes FROM photos") == [("kept", None)]


def test_what_does_not_bear_the_offices_signature_frees_nothing(office: Office) -> None:
    tablet, _ = photographed(office)

    def forged(path: str, answer: Response) -> Response:
        if "field-receipt" in answer.headers and path.startswith("/api/photos/"):
            return Response(answer.status, {**answer.headers, "field-receipt": "A" * 86}, answer.body)
        return answer

    office.line.after = forged
    assert not tablet.sync().complete
    assert tablet._db.number("SELECT length(bytes) FROM photos") == len(TAKEN)


def test_a_photo_that_changed_on_the_tablet_is_refused_and_its_bytes_stay(office: Office) -> None:
    tablet, photo = photographed(office)
    other = TAKEN[:-1] + bytes([TAKEN[-1] ^ 1])
    tablet._db.run("UPDATE photos SET bytes = ?", other)
    assert tablet.sync().complete, "nothing is left that trying again would mend"
    assert at_office(office, photo) is None
    assert "not the bytes of the photo" in tablet.photos.refused()[0]
    assert tablet._db.number("SELECT length(bytes) FROM photos") == len(TAKEN)


def interrupted(office: Office, tablet: Tablet) -> None:
    with tablet.group():
        report = tablet.new_record("report", {"visit": office.visit})
        tablet.new_photo({"report": report, "media_type": "image/jpeg"}, TAKEN)
        raise RuntimeError("the screen was closed")


def test_a_capture_that_fails_leaves_no_bytes_behind(office: Office) -> None:
    tablet = office.tablet("one")
    with pytest.raises(RuntimeError, match="the screen was closed"):
        interrupted(office, tablet)
    assert tablet._db.number("SELECT count(*) FROM photos") == 0


def test_a_photo_is_brought_by_the_new_identity_of_its_tablet(office: Office) -> None:
    tablet, photo = photographed(office)
    while tablet.push():
        pass
    tablet.enrol_again(office.world.code("korangi"), "one again")
    tablet.sign_in("inspector-1", "rose-water")
    assert tablet.sync().complete
    assert at_office(office, photo) == TAKEN


def test_a_photo_whose_entry_was_damaged_here_after_it_arrived_is_sent_all_the_same(office: Office) -> None:
    """A fleet of the simulator once kept such a picture for ever: its tablet had declared the entry lost."""
    tablet, photo = photographed(office)
    office.line.lose_answers()
    assert not tablet.sync().complete
    office.line.mend()
    tablet._db.run("UPDATE lines SET line = ? WHERE seq = 2", b"#")
    assert tablet.sync().complete
    assert at_office(office, photo) == TAKEN


def test_a_picture_that_was_erased_before_it_came_keeps_no_other_one_waiting(office: Office) -> None:
    tablet, erased = photographed(office)
    while tablet.push():
        pass
    context = office.world.context
    by = office.world.people["inspector-1"].id
    erasing.erase(context.store, context.clock, context.office, erased, "A passer-by is in it.", by)
    report = tablet.new_record("report", {"visit": office.visit})
    other = tablet.new_photo({"report": report, "media_type": "image/jpeg"}, TAKEN + b" ")
    assert tablet.sync().complete, "nothing is left that trying again would mend"
    assert at_office(office, erased) is None
    assert at_office(office, other) == TAKEN + b" "
    assert "was erased" in tablet.photos.refused()[0]
