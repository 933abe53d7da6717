"""The evidence beside an entry that somebody decides about: the fix, the photos, what was remarked."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection

from field.store import evidence_shown, photo_readings
from field.store.evidence_shown import RemarkShown
from field.store.photo_readings import PhotoRead
from field.store.shown import in_clear
from field.sync.merge import Record

PHOTOS_MAX = 50
_OF_A_REPORT = ("wage_line", "photo", "answer")


class PhotoBeside(msgspec.Struct, frozen=True):
    """A photo of the report. `here`: its picture has come."""

    id: str
    caption: str | None
    purpose: str | None
    taken_ms: int | None
    here: bool
    opened: PhotoRead | None


class Proofs(msgspec.Struct, frozen=True):
    """The evidence of one report. `fix` is where its tablet was: degrees, and the accuracy in metres.

    `photos` are the first 50, `remarks` what evidence did not fit, the heaviest first.
    """

    report: str
    fix: dict[str, Any] | None
    photos: tuple[PhotoBeside, ...]
    remarks: tuple[RemarkShown, ...]


def of_record(
    tx: Connection, records: Mapping[str, Record], record: Record, districts: Collection[str] | None
) -> Proofs | None:
    """The evidence of the report that a record is or belongs to; None where it belongs to none.

    `records` are all those of its root; `districts` those that the caller holds, None for all.
    """
    parent = record.parent if record.kind in _OF_A_REPORT else record.id
    report = records.get(parent or "")
    if report is None or report.kind != "report":
        return None
    photos = sorted(
        (each for each in records.values() if each.kind == "photo" and each.parent == report.id),
        key=lambda each: each.id,
    )[:PHOTOS_MAX]
    read = photo_readings.of_photos(tx, {each.id: each.values["sha256"] for each in photos})
    return Proofs(
        report=report.id,
        fix=report.values.get("place"),
        photos=tuple(_photo(each, read) for each in photos),
        remarks=evidence_shown.of_report(tx, report.id, report.root, districts).remarks,
    )


def _photo(photo: Record, read: Mapping[str, PhotoRead]) -> PhotoBeside:
    values, _ = in_clear(photo)
    said = {name: values.get(name) for name in ("caption", "purpose", "taken_ms")}
    return PhotoBeside(id=photo.id, here=photo.id in read, opened=read.get(photo.id), **said)
