"""Unsent work as a file that anybody may carry, and only the office can open. docs/protocol.md."""

import os
from pathlib import Path

from field.clock import Clock
from field.sync import changes, sealed
from field.sync.sealed import Lines, Part, Picture
from field.sync.signing import claim_message, push_message
from field.tablet.outbox import Outbox
from field.tablet.photos import Identity, Photos

LINES_MAX = 500
BYTES_MAX = 4 * 1024 * 1024


def file_of(outbox: Outbox, photos: Photos, who: Identity, sealing_key: str, clock: Clock) -> bytes | None:
    """What the office has not confirmed, sealed to its key; None where there is nothing."""
    parts = [*_lines(outbox, who), *_pictures(photos, who)]
    if not parts:
        return None
    once = sealed.key_from(clock.token(sealed.RANDOM_BYTES))
    return b"".join(sealed.seal(sealing_key, once, who.device, clock.now_ms(), parts))


def _lines(outbox: Outbox, who: Identity) -> list[Part]:
    parts: list[Part] = []
    first = outbox.acknowledged + 1
    while first <= outbox.last:
        batch = outbox.batch(LINES_MAX, BYTES_MAX, first)
        signature = who.key.sign(push_message(who.device, first, changes.hashes(batch.lines)))
        parts.append((Lines(first, signature), b"\n".join([*batch.lines, b""])))
        first += len(batch.lines)
    return parts


def _pictures(photos: Photos, who: Identity) -> list[Part]:
    parts: list[Part] = []
    for photo, taken in photos.unconfirmed():
        message = claim_message(who.device, photo.record, photo.sha256, photo.size)
        about = Picture(photo.record, photo.sha256, photo.size, who.key.sign(message))
        parts.append((about, taken))
    return parts


def write(path: Path, content: bytes | None) -> None:
    """Keep a file current: it is there whole, the old one or the new one, or gone where nothing is unsent."""
    if content is None:
        path.unlink(missing_ok=True)
        return
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
