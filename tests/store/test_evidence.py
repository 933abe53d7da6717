"""Remarks about evidence: what supervisors hear of, what they are spared, and what becomes of it all."""

import pytest
from sqlalchemy import select, text

from field.geo.districts import District
from field.store import districts, erasing, evidence_keeping
from field.store.assessments import ASSESSMENTS
from field.store.evidence_beside import FIXES
from field.store.marks import MARKS
from field.store.rows import load
from tests.helpers import square
from tests.store.evidence_office import (
    DAY_MS,
    FAR,
    HASH,
    HOUR_MS,
    MILL,
    MINUTE_MS,
    Office,
    near,
    open_office,
    sha,
)
from tests.store.test_assessments import edit


@pytest.fixture
def office(database_url):
    with open_office(database_url) as office:
        yield office


def test_an_honest_report_is_not_remarked(office: Office):
    now_ms = office.world.clock.now_ms()
    report = office.report({"sha256": sha("gate"), "taken_ms": now_ms}, place=near(120), wall_ms=now_ms)
    office.read(sha("gate"), taken_ms=now_ms - 3 * MINUTE_MS, taken_zoned=True, lat=24.5125, lon=67.5125)
    assert office.all(report) == []
    assert office.stale() == 0


def test_a_fix_far_from_the_establishment_is_remarked_with_the_numbers(office: Office):
    report = office.report(place=near(1_300, accuracy_m=40))
    remark = office.remarks(report)["fix-far"]
    assert remark.weight == "medium"
    assert remark.compared["distance_m"] == pytest.approx(1_300, abs=1)
    assert remark.compared["least_m"] == pytest.approx(1_250, abs=1)
    assert remark.settings == ("evidence-fix-far", "evidence-weight-fix-far")
    assert remark.sentences.en == (
        "The fix of the report lies 1,300 m from the establishment's place in the register. The fix may be "
        "off by 40 m, the place by 10 m: at least 1,250 m remain; up to 200 m is not told."
    )
    assert "\u20661,300\u2069 میٹر" in remark.sentences.ur


def test_a_poor_fix_is_held_against_nobody(office: Office):
    assert office.all(office.report(place=near(1_300, accuracy_m=1_150))) == []


def test_the_remark_is_lifted_when_the_register_is_put_right_and_its_history_stays(office: Office):
    report = office.report(place=near(1_300))
    office.world.clock.advance(DAY_MS)
    edit(office.world, "establishment", office.mill, location=near(1_290, accuracy_m=10.0))
    office.look()
    assert office.all(report) == []
    assert office.history(report) == [("fix-far", "raised"), ("fix-far", "lifted")]


def test_a_remark_never_changes_what_is_assessed(office: Office):
    def assessed() -> list[tuple[object, ...]]:
        with office.world.store.read() as tx:
            names = (ASSESSMENTS.c.total_paisa, ASSESSMENTS.c.counted_paisa, ASSESSMENTS.c.body)
            return [tuple(row) for row in tx.execute(select(*names).order_by(ASSESSMENTS.c.report))]

    visit = office.visit(office.mill, "korangi")
    wages = [{"month": "2024-07", "wage_rs": 30_000, "registered": True}]
    report, _ = office.tablet.report(visit, wages, place=FAR)
    answers = office.tablet.push(office.client)["answers"]
    assert {each["status"] for each in answers} == {"applied"}
    office.look()
    before = assessed()
    assert before[0][0] == 1_800_00
    assert "fix-far" in office.remarks(report)
    edit(office.world, "establishment", office.mill, location=FAR)
    office.look()
    assert "fix-far" not in office.remarks(report)
    assert assessed() == before


def test_a_fix_outside_the_district_is_remarked_until_the_boundary_is_put_right(office: Office):
    outside = {"lat": 25.02, "lon": 67.5, "accuracy_m": 20.0}
    edit(office.world, "establishment", office.mill, location=outside)
    report = office.report(place=outside)
    remark = office.remarks(report)["fix-outside-district"]
    assert remark.weight == "low"
    assert remark.compared["least_m"] == pytest.approx(2_224 - 20, abs=15)
    wider: District = square("korangi", 24.0, 67.0, size=1.1)
    districts.save(office.world.store, [wider])
    office.look()
    assert office.all(report) == []


def test_two_places_too_far_apart_for_the_time_between_are_remarked_on_both_reports(office: Office):
    """60 km in 20 minutes: 180 km/h."""
    first = office.report(place=MILL, boot="run-1")
    office.world.clock.advance(20 * MINUTE_MS)
    other = office.world.establishment("korangi", location=FAR)
    second = office.report(place=FAR, establishment=other, boot="run-1")
    one, two = office.remarks(first), office.remarks(second)
    assert one.keys() == two.keys() == {"journey-impossible"}
    remark = two["journey-impossible"]
    assert (remark.weight, remark.compared["seconds"], remark.compared["same"]) == ("high", 1200.0, "both")
    assert remark.compared["km_h"] == pytest.approx(180, abs=3)
    assert remark.other is not None
    assert (remark.other.report, one["journey-impossible"].other.report) == (first, second)
    assert (one["journey-impossible"].compared["earlier"], remark.compared["earlier"]) == (True, False)
    assert "in succession of the same inspector and tablet" in remark.sentences.en


def test_a_journey_that_can_be_driven_is_not_remarked(office: Office):
    office.report(place=MILL, boot="run-1")
    office.world.clock.advance(HOUR_MS)
    other = office.world.establishment("korangi", location=FAR)
    assert office.all(office.report(place=FAR, establishment=other, boot="run-1")) == []


def test_a_tablet_that_was_switched_off_meanwhile_is_given_the_time_that_its_clock_shows(office: Office):
    """Its measured time stands still while it is off; its own clock goes on, and the receipt bears it out."""
    world = office.world
    start_ms = world.clock.now_ms()
    anchor = world.context.key.anchor(start_ms)
    office.report(place=MILL, boot="run-1")
    other = world.establishment("korangi", location=FAR)
    visit = office.visit(other, "korangi")
    world.clock.advance(5 * HOUR_MS)
    report = world.clock.uuid7()
    tablet = world.tablet(office.inspector, "korangi")
    values = {"visit": visit, "months_checked": [], "place": FAR}
    office.tablet.change(
        "report", report, values, "create", boot="run-2", wall_ms=start_ms + 4 * HOUR_MS, anchor=anchor
    )
    office.tablet.push(office.client)
    office.look()
    assert tablet.id != office.tablet.id
    assert office.all(report) == []


def test_a_fix_that_comes_late_stands_between_two_others_and_lifts_their_remark(office: Office):
    """A colleague's tablet was offline: what it brings shows that the way led over another road."""
    world = office.world
    first = office.report(place=MILL, boot="run-1")
    world.clock.advance(20 * MINUTE_MS)
    unit = world.establishment("korangi", location=FAR)
    second = office.report(place=FAR, establishment=unit, boot="run-1")
    assert "journey-impossible" in office.remarks(first)
    edit(world, "report", second, place=near(30))
    edit(world, "establishment", unit, location=near(30))
    office.look()
    assert office.all(first) == []
    assert office.all(second) == []
    assert office.history(first) == [("journey-impossible", "raised"), ("journey-impossible", "lifted")]


def test_a_tablets_clock_that_cannot_be_right_is_remarked(office: Office):
    now_ms = office.world.clock.now_ms()
    slow = office.remarks(office.report(wall_ms=now_ms - 3 * HOUR_MS))["clock-off"]
    fast = office.remarks(office.report(wall_ms=now_ms + 5 * HOUR_MS))["clock-off"]
    assert (slow.weight, slow.compared["off_minutes"], fast.compared["off_minutes"]) == ("low", -180.0, 300.0)
    assert "slow by at least 3.0 h" in slow.sentences.en
    assert "fast by at least 5.0 h" in fast.sentences.en
    assert office.all(office.report(wall_ms=now_ms + 4 * MINUTE_MS)) == []
    assert "clock-off" in office.remarks(office.report(wall_ms=-(10**15)))


def test_a_picture_from_another_day_and_another_place_is_remarked_once_it_was_opened(office: Office):
    now_ms = office.world.clock.now_ms()
    report = office.report({"sha256": sha("old"), "taken_ms": now_ms}, place=near(50))
    assert office.all(report) == []
    office.read(sha("old"), taken_ms=now_ms - 300 * DAY_MS, taken_zoned=False, lat=FAR["lat"], lon=FAR["lon"])
    found = office.remarks(report)
    assert found.keys() == {"picture-time-off", "picture-place-off"}
    assert found["picture-time-off"].compared["off_minutes"] == 300 * 24 * 60
    assert "300 days apart" in found["picture-time-off"].sentences.en
    assert "read as Pakistan's time" in found["picture-time-off"].sentences.en
    assert found["picture-place-off"].compared["least_m"] > 50_000


def test_a_picture_that_goes_by_a_wrong_clock_is_told_as_the_clock_alone(office: Office):
    now_ms = office.world.clock.now_ms()
    visit, report = office.visit(office.mill, "korangi"), office.world.clock.uuid7()
    wrong = now_ms - 3 * HOUR_MS
    office.tablet.change("report", report, {"visit": visit}, "create", wall_ms=wrong)
    photo = {"report": report, "size": 1, "media_type": "image/jpeg", "sha256": sha("x"), "taken_ms": now_ms}
    office.tablet.change("photo", office.world.clock.uuid7(), photo, "create", wall_ms=wrong)
    office.tablet.push(office.client)
    office.read(sha("x"), taken_ms=wrong, taken_zoned=True)
    assert office.remarks(report).keys() == {"clock-off"}


def test_the_same_file_in_two_reports_is_remarked_on_both_before_its_bytes_have_come(office: Office):
    first = office.report({"sha256": sha("gate")})
    second = office.report({"sha256": sha("gate")})
    one, two = office.remarks(first)["photo-again"], office.remarks(second)["photo-again"]
    assert (one.weight, one.other.report, two.other.report) == ("high", second, first)
    assert two.compared == {"sha256": sha("gate"), "other_district": False}
    assert two.sentences.en == (
        "The same file, bit for bit (SHA-256), is in another report. The other one is of this district."
    )


def test_nearly_the_same_picture_is_remarked_and_pages_and_empty_pictures_are_not(office: Office):
    first = office.report({"sha256": sha("a")})
    second = office.report({"sha256": sha("b")})
    pages = [office.report({"sha256": sha(each), "purpose": "Page of Register"}) for each in "cd"]
    flat = [office.report({"sha256": sha(each)}) for each in "ef"]
    office.read(sha("a"))
    office.read(sha("b"), dhash=HASH ^ 0b10100001)
    for each in "cd":
        office.read(sha(each))
    for each in "ef":
        office.read(sha(each), dhash=0)
    remark = office.remarks(second)["photo-alike"]
    assert (remark.compared["bits"], remark.other.report, remark.weight) == (3, first, "medium")
    assert office.remarks(first).keys() == {"photo-alike"}
    assert [office.all(each) for each in (*pages, *flat)] == [[], [], [], []]


def test_a_photo_of_the_unit_is_not_compared_with_pages(office: Office):
    page = office.report({"sha256": sha("page"), "purpose": "wage register"})
    unit = office.report({"sha256": sha("unit")})
    office.read(sha("page"))
    office.read(sha("unit"))
    assert [office.all(each) for each in (page, unit)] == [[], []]


def test_pictures_that_differ_in_more_bits_are_not_alike(office: Office):
    reports = [office.report({"sha256": sha(each)}) for each in "ab"]
    office.read(sha("a"))
    office.read(sha("b"), dhash=HASH ^ 0b1111111)
    assert [office.all(each) for each in reports] == [[], []]


def test_a_photo_that_is_taken_out_of_the_other_report_lifts_the_remark(office: Office):
    first = office.report({"sha256": sha("gate")})
    second = office.report({"sha256": sha("gate")})
    (photo,) = [each for each in office.photos() if each.parent == first]
    writes = sorted({write for each in photo.live.values() for write in each})
    office.world.clock.advance(DAY_MS)
    edit(office.world, "photo", photo.id, op="withdraw", withdrawn={"reason": "by mistake", "seen": writes})
    office.look()
    assert (office.all(first), office.all(second)) == ([], [])
    assert office.history(second) == [("photo-again", "raised"), ("photo-again", "lifted")]


def test_a_fix_that_repeats_to_the_last_digit_is_remarked_and_a_rounded_one_is_not(office: Office):
    first = office.report(place=near(37))
    office.world.clock.advance(9 * DAY_MS)
    second = office.report(place={**near(37), "accuracy_m": 20.0})
    assert office.remarks(second)["fix-repeats"].other.report == first
    assert "9 days apart" in office.remarks(first)["fix-repeats"].sentences.en
    rounded = {"lat": 24.5123, "lon": 67.5123, "accuracy_m": 50.0}
    office.world.clock.advance(DAY_MS)
    office.report(place=rounded)
    office.world.clock.advance(DAY_MS)
    assert office.all(office.report(place=rounded)) == []


def test_a_new_one_between_two_equal_fixes_does_not_leave_them_with_old_words(office: Office):
    reports = []
    for _ in range(4):
        reports.append(office.report(place=near(37)))
        office.world.clock.advance(DAY_MS)
    others = [office.remarks(each)["fix-repeats"].other.report for each in reports]
    assert others == [reports[1], reports[0], reports[1], reports[2]]


def test_a_withdrawn_report_has_no_remarks_and_is_held_against_nobody_else(office: Office):
    first = office.report({"sha256": sha("gate")}, place=near(1_300))
    second = office.report({"sha256": sha("gate")})
    edit(office.world, "report", first, op="withdraw", withdrawn={"reason": "twice", "seen": []})
    office.look()
    # Whether it is withdrawn is disputed: what it says counts until somebody decides.
    assert "photo-again" in office.remarks(second)
    with office.world.store.read() as tx:
        live = load(office.world.store, tx, [first])[0][first].live.values()
    seen = sorted({write for writes in live for write in writes})
    edit(office.world, "report", first, op="withdraw", withdrawn={"reason": "twice", "seen": seen})
    office.look()
    assert (office.all(first), office.all(second)) == ([], [])


def test_looking_again_at_the_same_facts_changes_nothing(office: Office):
    report = office.report({"sha256": sha("gate")}, place=near(1_300))
    before = office.history(report)
    edit(office.world, "report", report, remarks="nothing that evidence rests on")
    office.look()
    assert office.history(report) == before == [("fix-far", "raised")]


def test_a_worker_that_dies_leaves_the_visit_to_the_next_one(office: Office):
    visit = office.visit(office.mill, "korangi")
    report = office.world.clock.uuid7()
    office.tablet.change("report", report, {"visit": visit, "place": near(1_300)}, "create")
    office.tablet.push(office.client)
    now_ms = office.world.clock.now_ms()
    assert list(evidence_keeping._hold(office.world.store, now_ms, 10)) == [visit]
    assert evidence_keeping.refresh(office.world.store, now_ms) == 0
    assert evidence_keeping.refresh(office.world.store, now_ms + evidence_keeping.HOLD_MS) == 1
    assert "fix-far" in office.remarks(report)


def test_what_changes_during_the_comparison_is_compared_again(office: Office):
    visit = office.visit(office.mill, "korangi")
    report = office.world.clock.uuid7()
    office.tablet.change("report", report, {"visit": visit, "place": near(1_300)}, "create")
    office.tablet.push(office.client)
    store, now_ms = office.world.store, office.world.clock.now_ms()
    held = evidence_keeping._hold(store, now_ms, 10)
    settings = evidence_keeping.evidence_settings.shipped()
    with store.read() as tx:
        facts = evidence_keeping.evidence_facts.load(store, tx, [visit], settings)
    edit(office.world, "report", report, place=near(20))
    evidence_keeping._look(store, facts[visit], held[visit], settings, 5, now_ms)
    assert (office.all(report), office.stale()) == ([], 1)
    office.look()
    assert (office.all(report), office.history(report)) == ([], [])
    # A slow worker comes back with what it once read: what is kept since stays.
    evidence_keeping._look(store, facts[visit], held[visit], settings, 5, now_ms)
    with store.read() as tx:
        (kept,) = tx.execute(select(FIXES.c.lat)).scalars()
    assert kept == near(20)["lat"]


def test_other_settings_have_every_visit_looked_at_again(office: Office):
    office.report(place=near(1_300))
    store = office.world.store
    with store.write() as tx:
        evidence_keeping.follow_settings(store, tx, 1)
    assert office.stale() == 0
    with store.write() as tx:
        tx.execute(
            MARKS.update().where(MARKS.c.name == evidence_keeping.SETTINGS_MARK).values(value="before")
        )
        evidence_keeping.follow_settings(store, tx, 1)
    assert office.stale() == 1


def test_a_visit_that_moves_to_another_district_is_no_longer_named_by_the_remarks_of_others(office: Office):
    first = office.report({"sha256": sha("gate")})
    second = office.report({"sha256": sha("gate")})
    (visit,) = {each.root for each in office.photos() if each.parent == first}
    edit(office.world, "visit", visit, district="sukkur")
    office.look()
    remark = office.remarks(second)["photo-again"]
    assert (remark.other.district, remark.compared["other_district"]) == ("sukkur", True)
    assert "in a report of another district" in remark.sentences.en


def test_nothing_that_an_erased_picture_said_of_itself_is_left(office: Office):
    """Its place and hour stood in a remark, in its history and in the index of alike photos."""
    world, now_ms = office.world, office.world.clock.now_ms()
    report = office.report({"sha256": sha("gate"), "taken_ms": now_ms}, place=near(120))
    office.read(sha("gate"), taken_ms=now_ms - 5 * DAY_MS, taken_zoned=True, lat=25.123456, lon=68.123456)
    assert {"picture-time-off", "picture-place-off"} <= office.remarks(report).keys()
    (photo,) = office.photos()
    told = office.remarks(report)["picture-time-off"].sentences.en
    erasing.erase(world.store, world.clock, world.context.office, photo.id, "Asked for", "somebody")
    office.look()
    assert not {"picture-time-off", "picture-place-off"} & office.remarks(report).keys()
    kept = []
    with world.store.read() as tx:
        for table in (
            "evidence_remarks",
            "evidence_history",
            "photo_hashes",
            "evidence_photos",
            "photo_readings",
        ):
            kept += [str(tuple(row)) for row in tx.execute(text(f"SELECT * FROM {table}"))]
    for word in ("25.123456", "68.123456", str(now_ms - 5 * DAY_MS), str(HASH), told):
        assert not [row for row in kept if word in row], word
    assert ("picture-time-off", "raised") in office.history(report)


def test_a_hash_that_another_picture_has_too_is_still_found_after_an_erasure(office: Office):
    world = office.world
    office.report({"sha256": sha("gate")})
    office.read(sha("gate"))
    (gate,) = office.photos()
    second = office.report({"sha256": sha("gate, saved again")})
    office.read(sha("gate, saved again"))
    assert "photo-alike" in office.remarks(second)
    erasing.erase(world.store, world.clock, world.context.office, gate.id, "Asked for", "somebody")
    office.look()
    assert "photo-alike" not in office.remarks(second)
    third = office.report({"sha256": sha("gate, once more")})
    office.read(sha("gate, once more"))
    assert "photo-alike" in office.remarks(third)
