"""Remarks about evidence: where fixes, clocks and pictures of a report do not fit what they stand beside.

A remark refuses nothing, changes no amount and accuses nobody: it says what was compared, with the numbers,
and by which dated rows. docs/evidence.md tells of each what it does not prove.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from field.geo import presence
from field.geo.presence import Gap
from field.inspections import evidence_words
from field.inspections.evidence_facts import Beside, Captured, Fix, OtherPhoto, ReportFacts, Spot
from field.inspections.evidence_settings import CODES, Code, EvidenceSettings, Limit, Weight, day_of
from field.inspections.evidence_words import Metres, Moment, Said, Sentences, Span, Speed, Word

MINUTE_MS = 60_000

Value = float | str | bool | None


class Other(msgspec.Struct, frozen=True):
    """The record on the other side of a comparison, for whoever may see it."""

    record: str
    report: str
    visit: str
    district: str


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """One remark. `about` is the record whose evidence it is, the report or a photo of it.

    `compared` are the numbers, by name with their unit last; `settings` the ids of the dated rows used.
    """

    code: Code
    weight: Weight
    report: str
    about: str
    sentences: Sentences
    compared: dict[str, Value]
    settings: tuple[str, ...]
    other: Other | None = None

    @property
    def key(self) -> str:
        """What makes it this remark and no other of its report."""
        return ":".join(part for part in (self.code, self.about, self.other and self.other.record) if part)


class _Judge:
    """The comparisons of one report, by the settings of the day on which it was captured."""

    def __init__(self, report: ReportFacts, settings: EvidenceSettings) -> None:
        self.report = report
        self.settings = settings
        self.day: date = day_of(report.at_ms)

    def limit(self, key: str) -> Limit | None:
        return self.settings.limit(key, self.day)

    def remark(
        self,
        code: Code,
        about: str,
        said: Sentences,
        compared: dict[str, Value],
        limits: Sequence[Limit],
        other: Other | None = None,
    ) -> Remark:
        weight, row = self.settings.weight(code, self.day)
        return Remark(
            code=code,
            weight=weight,
            report=self.report.id,
            about=about,
            sentences=said,
            compared=compared,
            settings=tuple([each.row for each in limits] + ([row] if row else [])),
            other=other,
        )

    def what(self, record: str) -> Word:
        return Word("what:report" if record == self.report.id else "what:photo")

    def where(self, district: str) -> Word:
        return Word("where:same" if district == self.report.district else "where:elsewhere")


def remarks(report: ReportFacts, beside: Beside, settings: EvidenceSettings) -> tuple[Remark, ...]:
    """All remarks about a report's evidence. The same facts give the same remarks, in the same order."""
    judge = _Judge(report, settings)
    found = [
        *_far(judge),
        *_outside(judge),
        *_journeys(judge, beside),
        *_clocks(judge),
        *_picture_times(judge),
        *_picture_places(judge),
        *_photos(judge, beside),
        *_repeats(judge, beside),
    ]
    by_key = {each.key: each for each in found}
    return tuple(sorted(by_key.values(), key=lambda each: (CODES.index(each.code), each.key)))


def _gap(one: Spot, other: Spot) -> Gap:
    return presence.gap(one.lat, one.lon, one.accuracy_m, other.lat, other.lon, other.accuracy_m)


def _far(judge: _Judge) -> Iterable[Remark]:
    place, limit = judge.report.place, judge.limit("fix_far_m_max")
    if place is None or limit is None:
        return
    for fix in judge.report.fixes:
        apart = _gap(fix.spot, place)
        if apart.least_m > limit.number:
            said: dict[str, Said] = {
                "what": judge.what(fix.record),
                "distance": Metres(apart.distance_m),
                "accuracy": Metres(fix.spot.accuracy_m),
                "place_accuracy": Metres(place.accuracy_m),
                "least": Metres(apart.least_m),
                "limit": Metres(float(limit.number)),
            }
            compared: dict[str, Value] = {
                **_of_gap(apart, limit, "limit_m"),
                "accuracy_m": fix.spot.accuracy_m,
                "place_accuracy_m": place.accuracy_m,
            }
            sentence = evidence_words.sentences("fix-far", **said)
            yield judge.remark("fix-far", fix.record, sentence, compared, [limit])


def _of_gap(apart: Gap, limit: Limit, name: str) -> dict[str, Value]:
    return {"distance_m": apart.distance_m, "least_m": apart.least_m, name: float(limit.number)}


def _outside(judge: _Judge) -> Iterable[Remark]:
    shape, limit = judge.report.shape, judge.limit("outside_district_m_max")
    if shape is None or limit is None:
        return
    for fix in judge.report.fixes:
        distance = presence.outside_m(shape, fix.spot.lat, fix.spot.lon)
        least = round(max(distance - fix.spot.accuracy_m, 0.0), 1)
        if least > limit.number:
            sentence = evidence_words.sentences(
                "fix-outside-district",
                what=judge.what(fix.record),
                distance=Metres(distance),
                accuracy=Metres(fix.spot.accuracy_m),
                least=Metres(least),
                limit=Metres(float(limit.number)),
            )
            compared: dict[str, Value] = {
                **_of_gap(Gap(distance, least), limit, "limit_m"),
                "accuracy_m": fix.spot.accuracy_m,
                "district": judge.report.district,
            }
            yield judge.remark("fix-outside-district", fix.record, sentence, compared, [limit])


def _journeys(judge: _Judge, beside: Beside) -> Iterable[Remark]:
    speed, far = judge.limit("journey_km_h_max"), judge.limit("journey_m_min")
    if speed is None or far is None:
        return
    for fix in judge.report.fixes:
        for other in beside.next_to.get(fix.record, ()):
            first, second = sorted((fix, other), key=lambda each: (each.at_ms, each.record))
            apart = _gap(first.spot, second.spot)
            journey = presence.journey(apart, _longest_ms(first, second))
            if apart.least_m <= far.number or journey.km_h <= speed.number:
                continue
            whose = _whose(first, second)
            sentence = evidence_words.sentences(
                "journey-impossible",
                whose=Word(f"whose:{whose}"),
                distance=Metres(apart.distance_m),
                least=Metres(apart.least_m),
                time=Span(journey.seconds * 1000),
                speed=Speed(journey.km_h),
                limit=Speed(float(speed.number)),
                where=judge.where(other.district),
            )
            compared: dict[str, Value] = {
                **_of_gap(apart, far, "limit_m"),
                "seconds": journey.seconds,
                "km_h": journey.km_h,
                "limit_km_h": float(speed.number),
                "accuracies_m": round(fix.spot.accuracy_m + other.spot.accuracy_m, 1),
                "same": whose,
                "earlier": fix is first,
            }
            yield judge.remark(
                "journey-impossible", fix.record, sentence, compared, [speed, far], _other_fix(other)
            )


def _longest_ms(first: Fix, second: Fix) -> int:
    """The longest time that can have lain between two fixes.

    Within one run of one tablet's clock the times are exact. Otherwise the second may have been taken as late
    as its own clock and receipt make believable: a tablet that was switched off does not know for how long.
    """
    exact = first.device == second.device and first.boot == second.boot
    end_ms = second.at_ms if exact else max(second.at_ms, second.latest_ms)
    return max(end_ms - first.at_ms, 0)


def _whose(one: Fix, other: Fix) -> str:
    if one.person is not None and one.person == other.person:
        return "both" if one.device == other.device else "person"
    return "device"


def _other_fix(fix: Fix) -> Other:
    return Other(fix.record, fix.report, fix.visit, fix.district)


def _clocks(judge: _Judge) -> Iterable[Remark]:
    """One remark for the report, by the entry whose clock was the furthest off: a clock stays as it is."""
    limit = judge.limit("clock_minutes_max")
    known = [each for each in judge.report.captured if each.wall_ms is not None]
    if limit is None or not known:
        return
    worst = max(known, key=lambda each: (abs(each.off_ms), each.record))
    off_ms = worst.off_ms
    if abs(off_ms) <= limit.number * MINUTE_MS:
        return
    sentence = evidence_words.sentences(
        "clock-off-slow" if off_ms < 0 else "clock-off-fast",
        wall=Moment(worst.wall_ms or 0),
        what=judge.what(worst.record),
        captured=Moment(worst.at_ms),
        received=Moment(worst.received_ms),
        off=Span(abs(off_ms)),
        limit=Span(float(limit.number) * MINUTE_MS),
    )
    compared: dict[str, Value] = {
        "wall_ms": worst.wall_ms,
        "captured_ms": worst.at_ms,
        "received_ms": worst.received_ms,
        "off_minutes": round(off_ms / MINUTE_MS, 1),
        "limit_minutes": float(limit.number),
    }
    yield judge.remark("clock-off", judge.report.id, sentence, compared, [limit])


def _picture_times(judge: _Judge) -> Iterable[Remark]:
    limit = judge.limit("picture_minutes_max")
    if limit is None:
        return
    clocks = {each.record: each for each in judge.report.captured}
    for photo in judge.report.photos:
        if photo.read is None or photo.read.taken_ms is None:
            continue
        tablet_ms = photo.at_ms if photo.taken_ms is None else photo.taken_ms
        off_ms = _least_off(photo.read.taken_ms, tablet_ms, clocks.get(photo.id))
        if off_ms <= limit.number * MINUTE_MS:
            continue
        sentence = evidence_words.sentences(
            "picture-time-off",
            picture=Moment(photo.read.taken_ms),
            tablet=Moment(tablet_ms),
            off=Span(off_ms),
            limit=Span(float(limit.number) * MINUTE_MS),
            zone=Word("zone:known" if photo.read.zoned else "zone:unknown"),
        )
        compared: dict[str, Value] = {
            "picture_ms": photo.read.taken_ms,
            "tablet_ms": tablet_ms,
            "off_minutes": round(off_ms / MINUTE_MS, 1),
            "limit_minutes": float(limit.number),
            "zoned": photo.read.zoned,
        }
        yield judge.remark("picture-time-off", photo.id, sentence, compared, [limit])


def _least_off(picture_ms: int, tablet_ms: int, clock: Captured | None) -> int:
    """How far a picture's time is off: a camera goes by the tablet's own clock, which may be wrong itself."""
    wrong_ms = clock.wall_ms - clock.at_ms if clock is not None and clock.wall_ms is not None else 0
    return min(abs(picture_ms - tablet_ms), abs(picture_ms - tablet_ms - wrong_ms))


def _picture_places(judge: _Judge) -> Iterable[Remark]:
    limit = judge.limit("picture_m_max")
    own = next((fix.spot for fix in judge.report.fixes if fix.record == judge.report.id), None)
    if limit is None:
        return
    for photo in judge.report.photos:
        spot = photo.spot or own
        if spot is None or photo.read is None or photo.read.lat is None or photo.read.lon is None:
            continue
        apart = _gap(spot, Spot(photo.read.lat, photo.read.lon, 0.0))
        if apart.least_m <= limit.number:
            continue
        sentence = evidence_words.sentences(
            "picture-place-off",
            what=Word("what:photo" if photo.spot else "what:report"),
            distance=Metres(apart.distance_m),
            accuracy=Metres(spot.accuracy_m),
            least=Metres(apart.least_m),
            limit=Metres(float(limit.number)),
        )
        compared: dict[str, Value] = {
            **_of_gap(apart, limit, "limit_m"),
            "accuracy_m": spot.accuracy_m,
            "picture_lat": photo.read.lat,
            "picture_lon": photo.read.lon,
        }
        yield judge.remark("picture-place-off", photo.id, sentence, compared, [limit])


def _photos(judge: _Judge, beside: Beside) -> Iterable[Remark]:
    limit = judge.limit("alike_bits_max")
    for photo in judge.report.photos:
        again, alike = beside.again.get(photo.id), beside.alike.get(photo.id)
        if again is not None:
            sentence = evidence_words.sentences("photo-again", where=judge.where(again.district))
            compared: dict[str, Value] = {"sha256": photo.sha256, **_shared(judge, again)}
            yield judge.remark("photo-again", photo.id, sentence, compared, [], _other_photo(again))
        if alike is not None and limit is not None and alike.bits <= limit.number and not photo.page:
            sentence = evidence_words.sentences(
                "photo-alike",
                bits=alike.bits,
                limit=int(limit.number),
                where=judge.where(alike.district),
            )
            compared = {"bits": alike.bits, "limit_bits": int(limit.number), **_shared(judge, alike)}
            yield judge.remark("photo-alike", photo.id, sentence, compared, [limit], _other_photo(alike))


def _shared(judge: _Judge, other: OtherPhoto) -> dict[str, Value]:
    return {"other_district": other.district != judge.report.district}


def _other_photo(photo: OtherPhoto) -> Other:
    return Other(photo.id, photo.report, photo.visit, photo.district)


def _repeats(judge: _Judge, beside: Beside) -> Iterable[Remark]:
    limit = judge.limit("repeat_decimals_min")
    if limit is None:
        return
    for fix in judge.report.fixes:
        other = beside.same_spot.get(fix.record)
        digits = max(presence.decimals(fix.spot.lat), presence.decimals(fix.spot.lon))
        if other is None or digits < limit.number:
            continue
        between_ms = abs(fix.at_ms - other.at_ms)
        sentence = evidence_words.sentences(
            "fix-repeats",
            what=judge.what(fix.record),
            between=Span(between_ms),
            where=judge.where(other.district),
        )
        compared: dict[str, Value] = {
            "lat": fix.spot.lat,
            "lon": fix.spot.lon,
            "decimals": digits,
            "seconds_between": round(between_ms / 1000, 1),
            "decimals_min": int(limit.number),
        }
        yield judge.remark("fix-repeats", fix.record, sentence, compared, [limit], _other_fix(other))


_OF_PICTURE: tuple[Code, ...] = ("picture-time-off", "picture-place-off")


def keys_of_picture(photo: str) -> list[str]:
    """The keys of a photo's remarks that tell what its file says of itself."""
    return [f"{code}:{photo}" for code in _OF_PICTURE]


def without_picture(remark: Remark) -> Remark:
    """A remark without what the file said of itself: that it was made stays, with its rows."""
    said = evidence_words.sentences("picture-erased")
    return msgspec.structs.replace(remark, sentences=said, compared={})
