"""What the screen shows, and what an edit therefore replaces."""

from field.clock import SeededClock
from field.tablet.capture_clock import CaptureClock, Elapsed
from tests.tablet.conftest import Office


def test_a_form_replaces_what_it_showed_and_not_what_a_pull_brought_meanwhile(office: Office) -> None:
    one, two = office.tablet("one"), office.tablet("two", "inspector-2")
    form = one.open_form(office.establishment)
    two.open_form(office.establishment).save({"address": "Plot 7"})
    assert two.sync().complete
    assert one.sync().complete
    assert one.row(office.establishment)["address"] == "Plot 7"  # type: ignore[index]
    form.save({"address": "Plot 9"})
    assert one.sync().complete
    listed = one.candidates(office.establishment, "address")
    assert [candidate.value for candidate in listed] == ["Plot 7", "Plot 9"]
    assert one.open_form(office.establishment).view.disputed == ["address"]


def test_an_ordinary_edit_leaves_a_dispute_open_and_a_decision_closes_it(office: Office) -> None:
    one, two = office.tablet("one"), office.tablet("two", "supervisor-1")
    forms = [tablet.open_form(office.establishment) for tablet in (one, two)]
    for form, owner in zip(forms, ("Seth Ali", "Seth Omar"), strict=True):
        form.save({"owner": owner})
    assert one.sync().complete
    assert two.sync().complete
    assert one.sync().complete
    one.open_form(office.establishment).save({"owner": "Seth Ali and sons"})
    assert one.sync().complete
    assert two.sync().complete
    form = two.open_form(office.establishment)
    assert {each.value for each in form.candidates["owner"]} == {"Seth Ali and sons", "Seth Omar"}
    form.decide("owner", "Seth Omar", "Seen the lease.")
    assert two.sync().complete
    assert office.row(office.establishment)["owner"] == "Seth Omar"
    assert one.sync().complete
    assert one.open_form(office.establishment).view.disputed == []


def test_a_dispute_whose_candidates_did_not_arrive_yet_is_unclear(office: Office) -> None:
    one, two = office.tablet("one"), office.tablet("two", "inspector-2")
    forms = [tablet.open_form(office.establishment) for tablet in (one, two)]
    for form, owner in zip(forms, ("Seth Ali", "Seth Omar"), strict=True):
        form.save({"owner": owner})
    assert one.sync().complete
    assert two.push() is False
    while one.pull(rows_max=1) and not one.open_form(office.establishment).view.disputed:
        pass
    form = one.open_form(office.establishment)
    assert form.unclear == {"owner"}
    assert one.sync().complete
    assert one.open_form(office.establishment).unclear == set()


def test_counters_add_up_and_of_other_pending_values_the_last_one_shows(office: Office) -> None:
    tablet = office.tablet("one")
    for minutes, notes in ((10, "first"), (25, "second")):
        tablet.open_form(office.visit).save({"minutes_on_site": minutes, "notes": notes})
    shown = tablet.row(office.visit)
    assert shown is not None
    assert (shown["minutes_on_site"], shown["notes"]) == (25, "second")
    assert tablet.open_form(office.visit).view.pending == ["minutes_on_site", "notes"]
    assert tablet.sync().complete
    assert office.row(office.visit)["minutes_on_site"] == 25
    assert tablet.open_form(office.visit).view.pending == []


def test_a_pending_value_shows_until_a_row_with_it_has_arrived(office: Office) -> None:
    """Dropped when it was acknowledged, the new value gave way to the old one until the next pull."""
    tablet = office.tablet("one")
    tablet.open_form(office.visit).save({"notes": "gate shut"})
    assert tablet.push() is False
    assert tablet.status().only_here == 0
    assert tablet.row(office.visit)["notes"] == "gate shut"  # type: ignore[index]
    assert len(tablet.outbox.pending) == 1
    assert tablet.pull() is False
    assert tablet.row(office.visit)["notes"] == "gate shut"  # type: ignore[index]
    assert not tablet.outbox.pending


def test_saving_what_was_shown_captures_nothing(office: Office) -> None:
    tablet = office.tablet("one")
    form = tablet.open_form(office.establishment)
    assert form.save({"name": form.shown["name"]}) is None
    assert tablet.status().only_here == 0


def test_equal_personal_values_of_one_record_have_equal_commitments(office: Office) -> None:
    tablet = office.tablet("one")
    report = tablet.new_record("report", {"visit": office.visit, "person_met": "Ali"})
    assert tablet.sync().complete
    first = tablet.view(report)
    tablet.open_form(report).save({"person_met": "Omar"})
    tablet.open_form(report).save({"person_met": "Ali"})
    assert tablet.sync().complete
    again = tablet.view(report)
    assert first is not None
    assert again is not None
    assert again.values["person_met"] == first.values["person_met"]
    assert b"Ali" not in b"".join(raw.partition(b"\t")[0] for _, raw in tablet.outbox.after(0))


def test_a_record_withdrawn_and_restored_shows_who_saw_what(office: Office) -> None:
    tablet = office.tablet("one")
    report = tablet.new_record("report", {"visit": office.visit, "remarks": "twice"})
    tablet.open_form(report).withdraw("entered twice")
    assert tablet.sync().complete
    assert office.row(report)["withdrawn"]["reason"] == "entered twice"  # type: ignore[index]
    tablet.open_form(report).restore()
    assert tablet.sync().complete
    assert office.row(report)["withdrawn"] is None


# Time.


def test_capture_time_does_not_depend_on_the_wall_clock() -> None:
    clock = SeededClock(seed=1)
    time = CaptureClock(clock, "boot-1", Elapsed())
    time.receive("1000.tag")
    clock.advance(5_000)
    clock.advance(-3_600_000)
    clock.advance(1_000)
    assert time.now().elapsed_ms == 6_000


def test_after_a_reboot_the_time_known_goes_on() -> None:
    clock = SeededClock(seed=1)
    time = CaptureClock(clock, "boot-1", Elapsed())
    time.receive("1000.tag")
    clock.advance(5_000)
    kept = time.now()
    fresh = SeededClock(seed=2)
    fresh.advance(700)
    again = CaptureClock(fresh, "boot-2", kept)
    fresh.advance(300)
    assert again.now() == Elapsed("1000.tag", "boot-2", 5_300, 1_000)


def test_opening_the_app_again_without_a_reboot_loses_no_time() -> None:
    clock = SeededClock(seed=1)
    time = CaptureClock(clock, "boot-1", Elapsed())
    time.receive("1000.tag")
    kept = time.now()
    clock.advance(60_000)
    assert CaptureClock(clock, "boot-1", kept).now().elapsed_ms == 60_000


def test_an_edit_over_a_pending_one_does_not_replace_what_lies_beneath_it(office: Office) -> None:
    """A pull had brought a colleague's address beneath the tablet's own pending one. The next edit replaced
    both, and the colleague's was gone without anybody having seen it."""
    one, two = office.tablet("one"), office.tablet("two", "inspector-2")
    one.open_form(office.establishment).save({"address": "Plot 7"})
    two.open_form(office.establishment).save({"address": "Plot 9"})
    assert two.sync().complete
    assert one.pull() is False
    assert one.row(office.establishment)["address"] == "Plot 7"  # type: ignore[index]
    one.open_form(office.establishment).save({"address": "Plot 8"})
    assert one.sync().complete
    listed = [candidate.value for candidate in one.candidates(office.establishment, "address")]
    assert sorted(listed) == ["Plot 8", "Plot 9"]
