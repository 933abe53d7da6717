"""What a tablet promises when its identity changes, and when its rows come and go with its people."""

import shutil
import sqlite3

import pytest

from field.sim.world import PASSWORD
from field.sync.receipts import Answer
from field.tablet.transport import Response
from tests.tablet.conftest import Office

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


def test_a_pending_value_shows_until_the_row_that_is_fetched_anew_is_here(office: Office) -> None:
    """The scope was dropped to be fetched anew, and with it the change that lay over it: for a page, or until
    the next signal, the screen showed what was there before."""
    tablet = office.tablet("one")
    tablet.open_form(office.establishment).save({"remarks": "painted"})
    connection = sqlite3.connect(office.folder / "one.db")
    connection.execute("UPDATE cursors SET checksum = checksum + 1 WHERE scope LIKE 'district/%'")
    connection.commit()
    connection.close()
    tablet.push()
    assert tablet.pull()
    assert tablet.replica.refetched() == 1
    assert tablet.row(office.establishment)["remarks"] == "painted"  # type: ignore[index]
    assert len(tablet.outbox.pending) == 1
    assert tablet.sync().complete
    assert tablet.row(office.establishment)["remarks"] == "painted"  # type: ignore[index]
    assert not tablet.outbox.pending


def test_entries_that_wait_at_the_office_under_an_identity_that_ended_lie_over_its_rows_no_more(
    office: Office,
) -> None:
    tablet = office.tablet("one")
    for notes in ("1", "2", "3"):
        tablet.open_form(office.visit).save({"notes": notes})
    before = tablet.device
    office.line.lose_answers()
    tablet.sync()
    office.line.mend()
    tablet.push(1)
    assert tablet.outbox.acknowledged == 3
    tablet.outbox.settle(Answer(seq=1, status="waiting"), before)
    tablet.outbox.settle(Answer(seq=2, status="applied", scope="own/1", n=7), before)
    tablet.open_form(office.visit).save({"notes": "4"})
    tablet.enrol_again(office.world.code("korangi"))
    places = [(before, 2), (tablet.device, 1)]
    assert list(tablet.outbox.pending) == places
    tablet.close()
    office.opened.remove(tablet)
    assert list(office.open("one").outbox.pending) == places
