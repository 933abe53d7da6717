"""The office and the tablet count the same work, whatever becomes of it on the way."""

import msgspec
import pytest

from field.cli.device_ledger import sentence
from field.store import device_ledger
from field.sync.ledger import DeviceAccount
from field.tablet.tablet import Tablet
from tests.tablet.conftest import Office

PICTURE = b"\xff\xd8\xff\xe0 the first page of a register"
SAID = {"taken_ms": 1_790_000_000_000, "media_type": "image/jpeg", "purpose": "register"}


def account(office: Office, device: str) -> DeviceAccount:
    """What the office says of a tablet, by its own door."""
    answer = office.world.ask("supervisor-1", "GET", f"/api/ledger/{device}")
    assert answer.status == 200, answer.body
    return msgspec.json.decode(answer.body, type=device_ledger.DeviceOpened).entry


def report(tablet: Tablet, office: Office) -> str:
    return tablet.new_record("report", {"visit": office.visit})


def test_what_is_only_on_the_tablet_is_known_at_the_office_since_when(office: Office) -> None:
    tablet = office.tablet("one")
    made = report(tablet, office)
    tablet.new_photo({"report": made, **SAID}, PICTURE)
    assert tablet.sync().complete
    office.line.lose_answers()
    tablet.open_form(office.establishment).save({"remarks": "painted"})
    tablet.sync()
    office.line.mend()
    tablet.open_form(office.visit).save({"notes": "shut"})
    captured_ms = office.true.now_ms()
    # A hasty look at what is new tells of the work too.
    tablet.pull()
    entry, told = account(office, tablet.device), tablet.told()
    assert (told.captured, told.acknowledged) == (4, 2)
    assert (entry.captured, entry.received, entry.unsent) == (4, 3, 1)
    assert entry.oldest_unsent_ms == told.oldest_unsent_ms
    assert abs((told.oldest_unsent_ms or 0) - captured_ms) < 60_000
    assert "1 still on the tablet since" in sentence(entry)
    tablet.sync()
    tablet.pull()
    entry, told = account(office, tablet.device), tablet.told()
    assert (entry.captured, entry.received, entry.unsent, entry.landed) == (4, 4, 0, 4)
    assert (told.captured, told.acknowledged, told.oldest_unsent_ms) == (4, 4, None)
    assert entry.alarms == ()


def test_a_photo_is_missing_by_its_bytes_until_they_are_here_and_after_three_days_that_is_an_alarm(
    office: Office,
) -> None:
    tablet = office.tablet("one")
    tablet.new_photo({"report": report(tablet, office), **SAID}, PICTURE)
    while tablet.push():
        pass
    tablet.pull()
    entry, told = account(office, tablet.device), tablet.told()
    assert (entry.photos_missing, entry.photos_missing_bytes) == (1, len(PICTURE))
    assert (told.photos_unsent, told.bytes_unsent) == (1, len(PICTURE))
    assert (entry.photos_unsent, entry.bytes_unsent) == (1, len(PICTURE))
    assert entry.alarms == ()
    office.true.advance(73 * 3_600_000)
    assert [alarm.code for alarm in account(office, tablet.device).alarms] == ["silent", "photos-missing"]
    answer = office.world.ask("supervisor-1", "GET", f"/api/ledger/{tablet.device}")
    (photo,) = msgspec.json.decode(answer.body)["photos"]
    assert photo["size"] == len(PICTURE)
    tablet.sign_in("inspector-1", "rose-water")
    assert tablet.sync().complete
    tablet.pull()
    entry = account(office, tablet.device)
    assert (entry.photos_missing, entry.photos_unsent, entry.alarms) == (0, 0, ())


def test_an_entry_sent_again_under_a_new_identity_is_counted_once(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.open_form(office.visit).save({"notes": "1"})
    assert tablet.sync().complete
    for notes in ("2", "3"):
        tablet.open_form(office.visit).save({"notes": notes})
    # They arrive, and the tablet does not hear of it.
    office.line.lose_answers()
    tablet.sync()
    office.line.mend()
    former = tablet.device
    tablet.enrol_again(office.world.code("korangi"))
    tablet.open_form(office.visit).save({"notes": "4"})
    tablet.sign_in("inspector-1", "rose-water")
    assert tablet.sync().complete
    tablet.pull()
    entry, told = account(office, tablet.device), tablet.told()
    assert entry.line == (former, tablet.device)
    assert (told.before, told.captured) == (1, 3)
    assert (entry.captured, entry.repeated, entry.landed) == (3, 2, 1)
    assert entry.line_captured == entry.line_received == told.before + told.captured == 4
    ended = account(office, former)
    assert ended.followed_by == tablet.device
    assert (ended.received, ended.unsent, ended.alarms) == (3, 0, ())


def test_a_stranger_cannot_take_over_another_tablets_line(office: Office) -> None:
    """Who says that another's tablet was theirs before would silence the alarms about it."""
    tablet, other = office.tablet("one"), office.tablet("two", "inspector-2")
    other._db.remember("former", (tablet.device,))
    other.sync()
    assert account(office, other.device).line == (other.device,)
    assert account(office, tablet.device).followed_by is None


def test_a_colleague_cannot_take_over_a_tablet_that_still_speaks_for_itself(office: Office) -> None:
    """Somebody has signed in on both: whoever claims the other would silence the alarms about it."""
    tablet, other = office.tablet("one"), office.tablet("two", "inspector-1")
    office.true.advance(60_000)
    for each in (tablet, other):
        assert each.sync().complete
        each.pull()
    other._db.remember("former", (tablet.device,))
    other.sync()
    tablet._db.remember("former", (other.device,))
    tablet.sync()
    for each in (tablet, other):
        assert account(office, each.device).line == (each.device,)
        assert account(office, each.device).followed_by is None


def test_a_tablet_that_was_silent_is_heard_again_whoever_claimed_it(office: Office) -> None:
    tablet = office.tablet("one")
    office.true.advance(60_000)
    other = office.tablet("two", "inspector-1")
    other._db.remember("former", (tablet.device,))
    other.sync()
    assert account(office, tablet.device).followed_by == other.device
    for _ in range(2):
        tablet.open_form(office.visit).save({"notes": "here"})
        assert tablet.sync().complete
    tablet.pull()
    assert account(office, tablet.device).followed_by is None


def test_a_tablet_set_back_is_an_alarm_before_it_captures_anything(office: Office) -> None:
    """A copy of a tablet's storage was put back; the fork would be seen only at its next entry."""
    tablet = office.tablet("one")
    tablet.close()
    kept = (office.folder / "one.db").read_bytes()
    tablet = office.open("one")
    tablet.open_form(office.visit).save({"notes": "1"})
    assert tablet.sync().complete
    tablet.close()
    (office.folder / "one.db").write_bytes(kept)
    tablet = office.open("one")
    assert tablet.sync().complete
    tablet.pull()
    assert [alarm.code for alarm in account(office, tablet.device).alarms] == ["set-back"]


@pytest.mark.parametrize("login", ["supervisor-2", "inspector-1"])
def test_nobody_sees_the_tablets_of_another_district(office: Office, login: str) -> None:
    tablet = office.tablet("one")
    assert office.world.ask(login, "GET", f"/api/ledger/{tablet.device}").status == 403
