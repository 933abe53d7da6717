"""Puts a bundle together: what the store tells of each report, photos from their place, streamed as a ZIP."""

import mmap
import tempfile
from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import chain
from typing import Any

import msgspec

from field.api.context import Context
from field.blobs.storage import trouble
from field.evidence import archive, images, typesetting
from field.evidence.archive import File, of_bytes
from field.evidence.contents import Bundle, Picture
from field.evidence.editions import Edition, cut
from field.evidence.facts import PhotoKept
from field.evidence.figures import page as figures_page
from field.evidence.words import LANGUAGES
from field.problems import Problem
from field.store import audit, bundles, explained, report_receipts
from field.store.bundles import Asked


class Wanted(msgspec.Struct, frozen=True):
    """A bundle that somebody asked for: what of, in which edition, figures as of `day`, by whom."""

    asked: Asked
    edition: Edition
    day: date
    by: str


class Told(msgspec.Struct, frozen=True):
    """What bundle.json says. `photos_left_out` and `entries_left_out` count what this edition lacks."""

    format: str
    edition: Edition
    establishment: str | None
    reports: tuple[str, ...]
    figures_day: date | None
    exported_ms: int
    exported_by: str
    epoch: str
    entries_left_out: int
    photos_left_out: int


FORMAT = "field-evidence-1"


def stream(context: Context, wanted: Wanted) -> Iterator[bytes]:
    """The bundle as a ZIP, piece by piece. That it was begun is in the audit trail before the first piece is
    out, with the manifest's hash before the last.

    Raises Problem not-found where there is no such report, storage-failed where something cannot be read.
    """
    typesetting.check()
    now_ms = context.clock.now_ms()
    _note(context, wanted, step="begun")
    # A report that has just come has its receipt with it.
    report_receipts.issue(
        context.store, context.key.current, now_ms, len(wanted.asked.reports), wanted.asked.reports
    )
    bundle = Bundle(
        context.key.current,
        context.key.ring.keys,
        wanted.edition,
        partial(_original, context),
        partial(_bare, context),
    )
    files = _files(context, wanted, bundle, now_ms)
    pieces = archive.stream(
        files, bundle.sign, lambda made: _note(context, wanted, step="whole", manifest=made)
    )
    # What is wrong from the start is said before an answer begins: then it still has a status.
    return chain([next(pieces)], pieces)


def _note(context: Context, wanted: Wanted, **facts: str) -> None:
    asked = wanted.asked
    about = [*asked.reports, *([asked.establishment] if asked.establishment else [])]
    with context.store.write() as tx:
        audit.note(
            tx,
            "exported",
            context.clock.now_ms(),
            by=wanted.by,
            about=about,
            district=asked.district,
            what="evidence",
            edition=wanted.edition,
            **facts,
        )


def _files(context: Context, wanted: Wanted, bundle: Bundle, now_ms: int) -> Iterator[File]:
    yield from bundle.opening(wanted.day.isoformat(), wanted.asked.establishment or wanted.asked.reports[0])
    lines, photos = 0, 0
    for id in wanted.asked.reports:
        # A transaction for each report: none is held while somebody's line is slow.
        with context.store.read() as tx:
            report = bundles.load(context.store, tx, id)
        part = cut(report, wanted.edition)
        lines, photos = lines + len(part.left_out), photos + part.photos_left_out
        yield from bundle.report(report, part)
    figured = wanted.edition == "court" and wanted.asked.establishment is not None
    if figured:
        yield from _figures(context, wanted)
    yield from bundle.closing(
        Told(
            format=FORMAT,
            edition=wanted.edition,
            establishment=wanted.asked.establishment,
            reports=wanted.asked.reports,
            figures_day=wanted.day if figured else None,
            exported_ms=now_ms,
            exported_by=wanted.by,
            epoch=context.epoch,
            entries_left_out=lines,
            photos_left_out=photos,
        )
    )


def _figures(context: Context, wanted: Wanted) -> Iterator[File]:
    establishment = wanted.asked.establishment or ""
    for language in LANGUAGES:
        with context.store.read() as tx:
            found = explained.owed_in_words(context.store, tx, establishment, None, wanted.day, language)
        steps = [(each.number, each.sentence) for each in found.steps]
        law = [(each.id, each.legal_basis) for each in found.statute]
        page = figures_page(
            establishment, wanted.day, found.owed_rs, steps, law, language, provisional=found.provisional
        )
        yield of_bytes(f"figures.{language}.pdf", typesetting.pdf("figures", page))
        if language == "en":
            yield of_bytes("figures.json", msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")


def _original(context: Context, photo: PhotoKept) -> Picture | None:
    """A photo's bytes as they were taken."""
    if photo.kept is None or context.photos.size(photo.kept) != photo.kept_size:
        return None
    return photo.kept_size, context.photos.read(photo.kept, 0, photo.kept_size)


def _bare(context: Context, photo: PhotoKept) -> Picture | None:
    """A photo's bytes without the camera's notes: by way of a file, in which its parts are looked for."""
    found = _original(context, photo)
    if found is None:
        return None
    file: Any = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever reads it to its end
    try:
        for chunk in found[1]:
            file.write(chunk)
        file.flush()
        view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        file.close()
        detail = f"The copy of a photo could not be made: {trouble(error)}. Make room on it."
        raise Problem("storage-failed", detail) from error
    ranges = images.bare(view)
    if ranges is None:
        view.close()
        file.close()
        return None
    return sum(end - start for start, end in ranges), _pieces(file, view, ranges)


_PIECE = 1 << 18


def _pieces(file: Any, view: mmap.mmap, ranges: list[images.Range]) -> Iterator[bytes]:
    with file, view:
        for start, end in ranges:
            for at in range(start, end, _PIECE):
                yield view[at : min(at + _PIECE, end)]
