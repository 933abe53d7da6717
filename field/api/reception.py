"""Opening photos in the background: from the place where they are kept, by a process apart, to what is known.

One at a time for each server process, so that what is received is never slowed down. Originals are only read.
"""

import hashlib
from pathlib import Path

import structlog

from field.api.context import Context
from field.blobs.media import START_BYTES, format_of
from field.blobs.reading import Reader, Scratch
from field.blobs.storage import trouble
from field.inspections.photo_readings import Fault, Reading
from field.problems import Problem
from field.store import photo_readings
from field.store.photo_readings import TRIES_MAX, Claim, Derived

_log = structlog.get_logger()


def refresh(context: Context, reader: Reader, limit: int = 20) -> int:
    """Open up to `limit` photos that wait; how many were looked at. 0: none is waiting now.

    Raises Problem storage-failed, storage-full where photos cannot be fetched or kept: the one that met it
    waits for its next turn as if nobody had tried.
    """
    if context.folder is None:
        return 0
    for done in range(limit):
        claim = photo_readings.claim(context.store, context.clock.now_ms())
        if claim is None:
            return done
        _open(context, reader, claim)
    return limit


def spoilt(context: Context, sha256: str) -> bool:
    """Whether a photo that was received has come to harm where it is kept: then it is to be kept anew."""
    with context.store.ask() as tx:
        return photo_readings.spoilt(tx, sha256)


def _open(context: Context, reader: Reader, claim: Claim) -> None:
    """Read one photo and keep what was found."""
    assert context.folder is not None
    scratch = Scratch.of(context.folder / "reading", claim.sha256)
    try:
        found = _told_by_start(context, claim) or _read(context, reader, claim, scratch)
        if found is None:
            _failed(context, claim, "unreadable")
            return
        derived = None if found.fault else _keep(context, scratch)
        photo_readings.save(context.store, claim, found, derived, context.clock.now_ms())
    except Problem as problem:
        if problem.code == "not-found":
            _failed(context, claim, "bytes-changed")
            return
        if problem.code in ("storage-failed", "storage-full", "busy"):
            photo_readings.later(context.store, claim, context.clock.now_ms(), count=False)
        raise
    finally:
        scratch.drop()
    if found.fault:
        _log.warning("a photo is in quarantine", sha256=claim.sha256, reason=found.fault)


def _told_by_start(context: Context, claim: Claim) -> Reading | None:
    """What needs no opening: most of what is no picture says so in its first bytes."""
    if claim.tries > TRIES_MAX:
        # Whoever tried to open it did not live to say what happened.
        return Reading(fault="unreadable")
    start = b"".join(context.photos.read(claim.sha256, 0, min(START_BYTES, claim.size)))
    format = format_of(start)
    if format is None:
        return Reading(fault="not-a-picture")
    return Reading(fault="too-large", format=format) if claim.size > context.limits.bytes_max else None


def _read(context: Context, reader: Reader, claim: Claim, scratch: Scratch) -> Reading | None:
    scratch.drop()
    if not _fetch(context, claim, scratch.original):
        return Reading(fault="bytes-changed")
    return reader.read(scratch, claim.sha256)


def _fetch(context: Context, claim: Claim, path: Path) -> bool:
    """Bring the bytes to where they can be opened; whether they still are what was received."""
    found = hashlib.sha256()
    try:
        with path.open("xb") as file:
            for some in context.photos.read(claim.sha256, 0, claim.size):
                found.update(some)
                file.write(some)
    except OSError as error:
        detail = f"The photo could not be laid out to be opened: {trouble(error)}."
        raise Problem("storage-failed", detail) from error
    return found.hexdigest() == claim.sha256


def _keep(context: Context, scratch: Scratch) -> Derived:
    """Keep the small copies beside the originals; they are there before anybody is told of them."""
    made = []
    for path in (scratch.thumbnail, scratch.screen):
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        context.photos.keep(sha256, path)
        made.append(sha256)
    return Derived(*made)


def _failed(context: Context, claim: Claim, fault: Fault) -> None:
    """The process that opened it broke or was ended, or the bytes are not there: try a few times more."""
    now_ms = context.clock.now_ms()
    _log.warning("a photo could not be opened", sha256=claim.sha256, tries=claim.tries, fault=fault)
    if claim.tries < TRIES_MAX:
        photo_readings.later(context.store, claim, now_ms, count=True)
    else:
        photo_readings.save(context.store, claim, Reading(fault=fault), None, now_ms)
