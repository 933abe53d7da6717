"""All that remarks about evidence rest on, loaded for some visits at once by a fixed number of questions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, bindparam, select

from field.inspections import hash_bands
from field.inspections.evidence_facts import Captured, Fix, InPicture, PhotoFacts, ReportFacts, Spot
from field.inspections.evidence_settings import EvidenceSettings, day_of
from field.store import evidence_readings, registry, rows
from field.store.bulk import Prepared
from field.store.engine import Store
from field.store.holding import CHANGES, DEVICES
from field.store.registry import DISTRICTS
from field.store.rows import RECORDS
from field.sync.merge import Author, Record

DAY_MS = 86_400_000
WALL_MS_MAX = 9_999_999_999_999
"""What tablets say of times is no longer than this: the year 2286."""

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_RECORDS = Prepared(
    select(RECORDS.c.id).where(RECORDS.c.root.in_(_IDS), RECORDS.c.kind.in_(("visit", "report", "photo")))
)
_LINES = Prepared(select(CHANGES.c.id, CHANGES.c.line, CHANGES.c.received_ms).where(CHANGES.c.id.in_(_IDS)))
_OFFICES = Prepared(select(DEVICES.c.id).where(DEVICES.c.office.is_(True)))
_SHAPES = Prepared(select(DISTRICTS.c.id, DISTRICTS.c.shape).where(DISTRICTS.c.id.in_(_IDS)))


class _Line(msgspec.Struct):
    """As little of a change's line as is needed here."""

    wall_ms: int | None = None
    boot: str | None = None


_line = msgspec.json.Decoder(_Line)


class _Came(msgspec.Struct, frozen=True):
    wall_ms: int | None
    boot: str
    received_ms: int


class VisitFacts(msgspec.Struct, frozen=True):
    """A visit's reports that count. `unread`: a photo's bytes are here and were not opened yet."""

    visit: str
    reports: tuple[ReportFacts, ...] = ()
    unread: bool = False

    @property
    def fixes(self) -> list[Fix]:
        """The fixes of all reports."""
        return [fix for report in self.reports for fix in report.fixes]

    @property
    def photos(self) -> list[PhotoFacts]:
        """The photos of all reports."""
        return [photo for report in self.reports for photo in report.photos]


def load(
    store: Store, tx: Connection, visits: Sequence[str], settings: EvidenceSettings
) -> dict[str, VisitFacts]:
    """The facts of each visit; those that are not there or withdrawn have none."""
    ids = [row.id for some in rows.chunks(visits) for row in _RECORDS.run(tx, ids=some)]
    records, _ = rows.load(store, tx, ids)
    roots = {id: records[id] for id in visits if id in records and not rows.is_out(records[id])}
    counted = [
        each
        for each in records.values()
        if each.kind != "visit" and each.root in roots and not rows.is_out(each)
    ]
    reports = {each.id: each for each in counted if each.kind == "report"}
    photos = [each for each in counted if each.kind == "photo" and each.parent in reports]
    known = _Known(tx, [*reports.values(), *photos], roots.values(), settings)
    found: dict[str, list[ReportFacts]] = {id: [] for id in visits}
    for report in sorted(reports.values(), key=lambda each: each.id):
        own = sorted((each for each in photos if each.parent == report.id), key=lambda each: each.id)
        found[report.root].append(known.report(report, own, roots[report.root]))
    return {
        id: VisitFacts(id, tuple(made), any(photo.root == id and known.unread(photo) for photo in photos))
        for id, made in found.items()
    }


class _Known:
    """What is asked once for all the records of some visits."""

    def __init__(
        self,
        tx: Connection,
        records: Sequence[Record],
        roots: Iterable[Record],
        settings: EvidenceSettings,
    ) -> None:
        self._settings = settings
        writes = {author.id for each in records for author in (_made(each), _placed(each)) if author}
        self._came = {row.id: _came(row) for some in rows.chunks(writes) for row in _LINES.run(tx, ids=some)}
        self._offices = {row.id for row in _OFFICES.run(tx)}
        visits = list(roots)
        units = registry.by_id(tx, {each.values["establishment"] for each in visits})
        self._places = {id: _spot(row.values.get("location")) for id, row in units.items()}
        districts = {each.values["district"] for each in visits}
        self._shapes = {
            row.id: bytes(row.shape) for some in rows.chunks(districts) for row in _SHAPES.run(tx, ids=some)
        }
        hashes = {each.values["sha256"] for each in records if each.kind == "photo"}
        self._read, self._unread = evidence_readings.of(tx, hashes)

    def unread(self, photo: Record) -> bool:
        return photo.values["sha256"] in self._unread

    def report(self, report: Record, photos: Sequence[Record], visit: Record) -> ReportFacts:
        at_ms = _made(report).t
        district = visit.values["district"]
        made = [self._photo(each, at_ms) for each in photos]
        fixes = [self._fix(each, visit) for each in (report, *photos)]
        return ReportFacts(
            id=report.id,
            visit=report.root,
            district=district,
            at_ms=at_ms,
            place=self._places.get(visit.values["establishment"]),
            shape=self._shapes.get(district),
            fixes=tuple(fix for fix in fixes if fix is not None),
            captured=tuple(
                captured for each in (report, *photos) if (captured := self._captured(each)) is not None
            ),
            photos=tuple(made),
        )

    def _captured(self, record: Record) -> Captured | None:
        author = _made(record)
        came = self._came.get(author.id)
        if came is None or author.device in self._offices:
            return None
        return Captured(record=record.id, at_ms=author.t, wall_ms=came.wall_ms, received_ms=came.received_ms)

    def _photo(self, photo: Record, report_ms: int) -> PhotoFacts:
        values = photo.values
        read = self._read.get(values["sha256"])
        day = day_of(report_ms)
        page = self._settings.page(values.get("purpose"), day)
        return PhotoFacts(
            id=photo.id,
            report=photo.parent or "",
            visit=photo.root,
            sha256=values["sha256"],
            at_ms=_made(photo).t,
            taken_ms=values.get("taken_ms"),
            page=page,
            spot=_spot(values.get("place")),
            read=read,
            compared=not page and read is not None and _tells(read, self._settings, report_ms),
        )

    def _fix(self, record: Record, visit: Record) -> Fix | None:
        spot, author = _spot(record.values.get("place")), _placed(record)
        if spot is None or author is None:
            return None
        if author.device in self._offices:
            # The office chose between values: that is not when and by whom the fix was taken.
            author = _made(record)
        came = self._came.get(author.id)
        at_ms, latest_ms = author.t, author.t
        if came is not None:
            latest_ms = _latest_ms(author.t, came)
        taken_ms = record.values.get("taken_ms")
        if record.kind == "photo" and taken_ms is not None and at_ms - DAY_MS <= taken_ms <= at_ms:
            latest_ms -= at_ms - taken_ms
            at_ms = taken_ms
        return Fix(
            record=record.id,
            report=record.id if record.kind == "report" else record.parent or "",
            visit=record.root,
            district=visit.values["district"],
            device=author.device,
            person=author.by,
            at_ms=at_ms,
            latest_ms=latest_ms,
            boot=came.boot if came is not None else "",
            spot=spot,
        )


def _tells(read: InPicture, settings: EvidenceSettings, report_ms: int) -> bool:
    bits = settings.limit("alike_informative_bits_min", day_of(report_ms))
    lines = settings.limit("alike_informative_rows_min", day_of(report_ms))
    if read.hash is None or bits is None or lines is None:
        return False
    return hash_bands.tells(read.hash, int(bits.number), int(lines.number))


def _latest_ms(t: int, came: _Came) -> int:
    """The latest moment of capture that can be believed: the tablet's own clock where it fits the receipt."""
    received_ms = max(came.received_ms, t)
    wall_ms = came.wall_ms
    return wall_ms if wall_ms is not None and t <= wall_ms <= received_ms else received_ms


def _came(row: Any) -> _Came:
    try:
        line = _line.decode(bytes(row.line))
    except msgspec.DecodeError:
        line = _Line()
    wall_ms = None if line.wall_ms is None else min(max(line.wall_ms, 0), WALL_MS_MAX)
    return _Came(wall_ms, line.boot or "", row.received_ms)


def _made(record: Record) -> Author:
    """Who made a report or photo: its parent is set at its creation and never again."""
    (write,) = record.live["visit" if record.kind == "report" else "report"]
    return record.authors[write]


def _placed(record: Record) -> Author | None:
    """Who wrote the place that is shown; the first of several who wrote the same."""
    shown = record.values.get("place")
    writes = [write for write, value in record.live.get("place", {}).items() if value == shown]
    if shown is None or not writes:
        return None
    return min((record.authors[write] for write in writes), key=lambda author: author.order)


def _spot(place: Mapping[str, Any] | None) -> Spot | None:
    if place is None:
        return None
    return Spot(float(place["lat"]), float(place["lon"]), float(place["accuracy_m"]))
