"""A report opened: what was found, wage lines and photos, what is in dispute, and where each entry stands."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.inspections.checklists import Checklist
from field.recovery.findings import Finding
from field.store import answers_shown, checklists, people, photo_readings, rows
from field.store.answers_shown import SectionShown
from field.store.assessments import ASSESSMENTS, Body, read_body
from field.store.engine import Store
from field.store.flags import LINES_MAX, LineShown, line_shown
from field.store.holding import CHANGES
from field.store.photo_readings import PhotoRead
from field.store.shown import EstablishmentBrief, VisitBrief, establishment_of, in_clear, visit_of
from field.sync.merge import Record


class PhotoShown(msgspec.Struct, frozen=True):
    """What is said about a photo. `here`: its picture has come, and not only its description.

    `opened` is what became of the picture then: null before it came.
    """

    id: str
    values: dict[str, Any]
    disputed: list[str]
    here: bool
    opened: PhotoRead | None = None


class ConflictBrief(msgspec.Struct, frozen=True):
    """An open conflict: its id, and the field of which record it is about."""

    id: str
    record: str
    of: str
    about: str


class ReceiptPlace(msgspec.Struct, frozen=True):
    """Where an entry stands among those of its tablet, and where it landed. `hash` is the entry's own."""

    record: str
    id: str | None
    device: str
    seq: int
    hash: str
    by: str | None
    t: int
    received_ms: int
    status: str
    scope: str | None
    n: int | None


class ReportOpened(msgspec.Struct, frozen=True):
    """A report. `masked` names the values that are personal and shown in part.

    `sections` are the answers to its checklist. `findings` and `remarks` are those of its assessment; there
    are none before it was made.

    `by` wrote the report first, at `captured_ms`. `lines_left_out` counts wage lines beyond the first 5,000.
    """

    id: str
    district: str | None
    establishment: EstablishmentBrief | None
    visit: VisitBrief | None
    by: str | None
    by_name: str | None
    captured_ms: int
    values: dict[str, Any]
    masked: tuple[str, ...]
    disputed: tuple[str, ...]
    lines: tuple[LineShown, ...]
    lines_left_out: int
    photos: tuple[PhotoShown, ...]
    conflicts: tuple[ConflictBrief, ...]
    receipts: tuple[ReceiptPlace, ...]
    sections: tuple[SectionShown, ...]
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...]


def opened(store: Store, tx: Connection, id: str) -> ReportOpened | None:
    """One report; None where there is no such one."""
    places = rows.places(tx, [id])
    if not places or places[0][1] != "report":
        return None
    records, _ = rows.load(store, tx, [places[0][2]], by_root=True)
    report, root = records[id], records[places[0][2]]
    below = sorted((each for each in records.values() if each.parent == id), key=lambda each: each.id)
    lines = [each for each in below if each.kind == "wage_line"]
    answers = [each for each in below if each.kind == "answer"]
    photos = [each for each in below if each.kind == "photo"]
    own = [report, *lines[:LINES_MAX], *photos, *answers]
    receipts = _receipts(tx, [each.id for each in own])
    writes = report.live.get("visit") or report.authors
    first = min((report.authors[write] for write in writes), key=lambda author: author.order)
    by = first.by
    names = people.names(tx, {each for each in (by, root.values.get("inspector")) if each is not None})
    values, hidden = in_clear(report)
    body = _body_of(tx, id)
    read = photo_readings.of_photos(tx, {each.id: each.values["sha256"] for each in photos})
    return ReportOpened(
        id=id,
        district=root.values.get("district"),
        establishment=establishment_of(tx, root.values.get("establishment")),
        visit=visit_of(root, names),
        by=by,
        by_name=names.get(by or ""),
        captured_ms=first.t,
        values=values,
        masked=tuple(hidden),
        disputed=tuple(report.disputed),
        lines=tuple(line_shown(each) for each in lines[:LINES_MAX]),
        lines_left_out=max(len(lines) - LINES_MAX, 0),
        photos=tuple(
            PhotoShown(each.id, in_clear(each)[0], each.disputed, each.id in read, read.get(each.id))
            for each in photos
        ),
        conflicts=tuple(_conflicts(records.values(), {report.id, *(each.id for each in below)})),
        receipts=tuple(receipts),
        sections=answers_shown.sections(_checklist(tx, report), report, records, first.t),
        findings=body.findings if body else (),
        remarks=body.assessment.remarks if body else (),
    )


_BODY = select(ASSESSMENTS.c.body).where(ASSESSMENTS.c.report == bindparam("report"))


def _body_of(tx: Connection, report: str) -> Body | None:
    """What is kept of a report's assessment; None before it was made."""
    found = tx.execute(_BODY, {"report": report}).scalar_one_or_none()
    return None if found is None else read_body(found)


def _checklist(tx: Connection, report: Record) -> Checklist | None:
    named = report.values.get("checklist")
    return checklists.by_name(tx).get(named) if named else None


def _conflicts(records: Iterable[Record], about: set[str]) -> Iterable[ConflictBrief]:
    found = [each for each in records if each.kind == "conflict" and each.values["open"]]
    for each in sorted(found, key=lambda each: each.id):
        if each.values["record"] in about:
            yield ConflictBrief(each.id, each.values["record"], each.values["of"], each.values["about"])


_RECEIPTS = (
    select(*(CHANGES.c[name] for name in ReceiptPlace.__struct_fields__))
    .where(CHANGES.c.record.in_(bindparam("ids", expanding=True)))
    .order_by(CHANGES.c.t, CHANGES.c.device, CHANGES.c.seq)
)


def _receipts(tx: Connection, records: list[str]) -> list[ReceiptPlace]:
    """The entries about some records, in the order of capture."""
    found = [
        ReceiptPlace(**row._mapping)
        for ids in rows.chunks(records)
        for row in tx.execute(_RECEIPTS, {"ids": ids})
    ]
    return sorted(found, key=lambda each: (each.t, each.device, each.seq))
