"""What an evidence bundle is made of, loaded report by report: nothing is held longer than its report."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from field.evidence.facts import (
    AnswerKept,
    AuditKept,
    BatchKept,
    DeviceKept,
    LineKept,
    PhotoKept,
    ReceiptKept,
    ReportKept,
    SectionKept,
    WageLineKept,
)
from field.inspections.masking import masked_fields
from field.problems import Problem
from field.store import (
    answering,
    audit_tables,
    checklists,
    erasing,
    registry,
    report_receipts,
    reports,
    rows,
    tables,
)
from field.store.engine import Store
from field.store.holding import CHANGES, DEVICES
from field.store.reports import ReportOpened
from field.store.rows import RECORDS, VISITS
from field.store.uploads import PHOTO_BYTES
from field.sync.merge import Record

BATCHES = tables.Batch.__table__  # type: ignore[attr-defined]  # SQLModel adds it
AUDIT = audit_tables.AuditEntry.__table__  # type: ignore[attr-defined]
PUSHES = audit_tables.AuditPush.__table__  # type: ignore[attr-defined]
ABOUT = audit_tables.AuditAbout.__table__  # type: ignore[attr-defined]

REPORTS_MAX = 500
"""Reports in one bundle; a longer period is asked for in parts."""

_OF_ESTABLISHMENT = (
    select(RECORDS.c.id, VISITS.c.district, func.min(CHANGES.c.t).label("captured_ms"))
    .select_from(
        RECORDS.join(VISITS, VISITS.c.id == RECORDS.c.root).join(CHANGES, CHANGES.c.record == RECORDS.c.id)
    )
    .where(VISITS.c.establishment == bindparam("establishment"), RECORDS.c.kind == "report")
    .group_by(RECORDS.c.id, VISITS.c.district)
    .order_by(RECORDS.c.id)
)


class Asked(msgspec.Struct, frozen=True):
    """What a bundle is asked to hold: reports by id, and the establishment that they are about.

    `districts`: all that it tells of, since a visit keeps its own when its establishment is moved.
    """

    reports: tuple[str, ...]
    establishment: str | None
    district: str | None
    districts: frozenset[str | None]


def of_report(store: Store, tx: Connection, report: str) -> Asked:
    """One report. Raises Problem not-found."""
    found = registry.record(store, tx, report)
    if found is None or found.row.kind != "report":
        raise Problem("not-found", "There is no such report.")
    visit = registry.record(store, tx, found.row.root)
    establishment = visit.row.values.get("establishment") if visit else None
    return Asked((report,), establishment, found.district, frozenset({found.district}))


def of_establishment(
    tx: Connection, establishment: str, first_day: str | None, last_day: str | None
) -> Asked:
    """The reports about an establishment that were captured within some days, both included.

    Raises Problem not-found where there is none, and too-large where there are more than one bundle holds.
    """
    known = registry.by_id(tx, [establishment]).get(establishment)
    if known is None or known.kind != "establishment":
        raise Problem("not-found", "There is no such establishment.")
    captured = tx.execute(_OF_ESTABLISHMENT, {"establishment": establishment}).all()
    first, last = first_day or "", last_day or "9999"
    within = [row for row in captured if first <= answering.day_of(row.captured_ms) <= last]
    if not within:
        detail = "No report about this establishment was captured in these days. Name other days."
        raise Problem("not-found", detail)
    if len(within) > REPORTS_MAX:
        detail = f"{len(within)} reports are more than one bundle holds ({REPORTS_MAX}). Name fewer days."
        raise Problem("too-large", detail)
    district = known.values.get("district")
    districts = frozenset({district, *(row.district for row in within)})
    return Asked(tuple(row.id for row in within), establishment, district, districts)


def load(store: Store, tx: Connection, id: str) -> ReportKept:
    """One report with everything about it. Raises Problem not-found."""
    opened = reports.opened(store, tx, id)
    if opened is None or opened.visit is None:
        raise Problem("not-found", "There is no such report.")
    records, _ = rows.load(store, tx, [opened.visit.id], by_root=True)
    report, visit = records[id], records[opened.visit.id]
    below = {each.id: each for each in records.values() if each.parent == id}
    lines = _lines_of(store, tx, [visit.id, id, *below])
    photos = sorted((each for each in below.values() if each.kind == "photo"), key=lambda each: each.id)
    return ReportKept(
        id=id,
        establishment=_establishment(opened),
        visit=visit.values,
        visit_id=visit.id,
        inspector=opened.by_name,
        captured_ms=opened.captured_ms,
        day=answering.day_of(opened.captured_ms),
        values=answering.in_clear(report),
        masked=masked_fields(report.values, report.private),
        checklist=checklists.by_name(tx).get(report.values.get("checklist") or ""),
        sections=_sections(opened, below),
        questions={each.id: each.values["question"] for each in below.values() if each.kind == "answer"},
        wage_lines=tuple(_wage_line(each) for each in _sorted_lines(below.values())),
        photos=tuple(_photos(tx, photos)),
        lines=tuple(lines),
        batches=tuple(_batches(tx, lines)),
        devices=tuple(_devices(tx, {each.device for each in lines})),
        findings=opened.findings,
        remarks=opened.remarks,
        audit=tuple(_audit(tx, [id, visit.id, *(each.id for each in photos)], _arrivals(tx, id, lines))),
        receipt=next((ReceiptKept(each.text, each.statement) for each in report_receipts.of(tx, [id])), None),
    )


def _establishment(opened: ReportOpened) -> Mapping[str, Any]:
    return {} if opened.establishment is None else msgspec.structs.asdict(opened.establishment)


def _sorted_lines(below: Iterable[Record]) -> list[Record]:
    found = [each for each in below if each.kind == "wage_line"]
    return sorted(found, key=lambda each: (each.values.get("month") or "", each.id))


def _sections(opened: ReportOpened, below: Mapping[str, Record]) -> tuple[SectionKept, ...]:
    """The answers with the personal ones opened: what the desk shows of them is masked."""
    found = []
    for section in opened.sections:
        answers = []
        for each in section.answers:
            record = below.get(each.id or "")
            value = answering.given(record).answer.value if record else each.value
            answers.append(
                AnswerKept(
                    question=each.question,
                    label=each.label,
                    value=value,
                    masked=str(each.value or "") if each.masked else None,
                    choices=each.choices,
                    missing=each.missing,
                )
            )
        found.append(SectionKept(section.label, tuple(answers)))
    return tuple(found)


def _wage_line(record: Record) -> WageLineKept:
    return WageLineKept(
        id=record.id,
        values=answering.in_clear(record),
        masked=masked_fields(record.values, record.private),
        withdrawn=rows.is_out(record),
        disputed=bool(record.disputed),
    )


_BYTES = select(PHOTO_BYTES).where(PHOTO_BYTES.c.photo.in_(bindparam("photos", expanding=True)))


def _photos(tx: Connection, photos: Sequence[Record]) -> Iterable[PhotoKept]:
    kept: dict[str, Any] = {}
    for ids in rows.chunks(each.id for each in photos):
        kept.update({row.photo: row for row in tx.execute(_BYTES, {"photos": ids})})
    erased = erasing.of(tx, [each.id for each in photos])
    for each in photos:
        row = kept.get(each.id)
        here = row if row is not None and row.sha256 == each.values["sha256"] else None
        if here is None:
            yield PhotoKept(each.id, each.values, None, 0, None, each.id in erased)
        else:
            yield PhotoKept(each.id, each.values, here.sha256, here.size, here.received_ms)


_LINES = (
    select(*(CHANGES.c[field] for field in LineKept.__struct_fields__ if field != "public"), CHANGES.c.line)
    .where(CHANGES.c.record.in_(bindparam("ids", expanding=True)))
    .order_by(CHANGES.c.device, CHANGES.c.seq)
)


def _lines_of(store: Store, tx: Connection, ids: Sequence[str]) -> list[LineKept]:
    """Every line about some records, in the order of capture."""
    found = []
    for some in rows.chunks(ids):
        for row in tx.execute(_LINES, {"ids": some}):
            values = dict(row._mapping)
            public = bytes(values.pop("line"))
            found.append(LineKept(**{**values, "public": public, "private": store.sealer.open(row.private)}))
    return sorted(found, key=lambda each: (each.t, each.device, each.seq))


_BATCHES = (
    select(BATCHES)
    .where(BATCHES.c.device == bindparam("device"), BATCHES.c.last_seq >= bindparam("first"))
    .where(BATCHES.c.first_seq <= bindparam("last"))
    .order_by(BATCHES.c.last_seq)
)


def _batches(tx: Connection, lines: Sequence[LineKept]) -> Iterable[BatchKept]:
    """Of each line the first batch in which its tablet signed it."""
    by_device: dict[str, list[LineKept]] = {}
    for line in lines:
        by_device.setdefault(line.device, []).append(line)
    for device, own in sorted(by_device.items()):
        left = {each.seq: each for each in own}
        asked = {"device": device, "first": min(left), "last": max(left)}
        for row in tx.execute(_BATCHES, asked):
            batch = BatchKept(row.device, row.first_seq, row.signature, bytes(row.hashes))
            covered = [seq for seq, line in left.items() if batch.covers(line)]
            for seq in covered:
                del left[seq]
            if covered:
                yield batch


_DEVICES = select(DEVICES.c.id, DEVICES.c.name, DEVICES.c.public_key).where(
    DEVICES.c.id.in_(bindparam("ids", expanding=True))
)


def _devices(tx: Connection, ids: Iterable[str]) -> Iterable[DeviceKept]:
    for some in rows.chunks(ids):
        for row in tx.execute(_DEVICES.order_by(DEVICES.c.id), {"ids": some}):
            yield DeviceKept(row.id, row.name, row.public_key)


_AUDIT = (
    select(AUDIT.c.seq, AUDIT.c.line, AUDIT.c.hash, ABOUT.c.about)
    .select_from(AUDIT.join(ABOUT, ABOUT.c.seq == AUDIT.c.seq))
    .where(AUDIT.c.seq.in_(select(ABOUT.c.seq).where(ABOUT.c.about.in_(bindparam("ids", expanding=True)))))
    .order_by(AUDIT.c.seq, ABOUT.c.about)
)


_ARRIVALS = (
    select(PUSHES.c.first_seq, PUSHES.c.last_seq, AUDIT.c.seq, AUDIT.c.line, AUDIT.c.hash)
    .select_from(
        PUSHES.join(AUDIT, AUDIT.c.seq == PUSHES.c.seq).join(DEVICES, DEVICES.c.id == PUSHES.c.device)
    )
    .where(PUSHES.c.device == bindparam("device"), PUSHES.c.last_seq >= bindparam("first"))
    .where(PUSHES.c.first_seq <= bindparam("last"), DEVICES.c.office.is_(False))
    .order_by(PUSHES.c.last_seq)
)


def _arrivals(tx: Connection, report: str, lines: Sequence[LineKept]) -> dict[int, AuditKept]:
    """The entries by which tablets' lines are in the trail: of each the range, and a hash over all of it."""
    found: dict[int, AuditKept] = {}
    seqs: dict[str, list[int]] = {}
    for line in lines:
        seqs.setdefault(line.device, []).append(line.seq)
    for device, own in seqs.items():
        for row in tx.execute(_ARRIVALS, {"device": device, "first": min(own), "last": max(own)}):
            if any(row.first_seq <= seq <= row.last_seq for seq in own):
                found[row.seq] = AuditKept(row.seq, bytes(row.line), row.hash, (report,))
    return found


def _audit(tx: Connection, ids: Sequence[str], arrivals: Mapping[int, AuditKept]) -> Iterable[AuditKept]:
    """The sealed entries of the audit trail about some records, and of how lines arrived, in their order."""
    found = dict(arrivals)
    about: dict[int, list[str]] = {}
    for some in rows.chunks(ids):
        for row in tx.execute(_AUDIT, {"ids": some}):
            about.setdefault(row.seq, []).append(row.about)
            found[row.seq] = AuditKept(row.seq, bytes(row.line), row.hash, ())
    for seq in sorted(found):
        named = tuple(dict.fromkeys(about.get(seq, ())))
        yield msgspec.structs.replace(found[seq], about=named) if named else found[seq]
