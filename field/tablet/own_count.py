"""What the tablet counts of itself: the same numbers for its own screen and for the office's ledger."""

from field.sync import changes
from field.sync.told import Told
from field.tablet.capture_clock import Elapsed
from field.tablet.database import Database
from field.tablet.outbox import Outbox
from field.tablet.replica import Replica

APP = "field-tablet-python 1"


def count(db: Database, outbox: Outbox, replica: Replica, now: Elapsed) -> Told:
    """This tablet's count as it stands."""
    known = db.rows("SELECT DISTINCT device FROM lines WHERE device <> ?", outbox.device)
    former = {*db.state("former", tuple[str, ...], ()), *(str(device) for (device,) in known)}
    photos, size = db.rows("SELECT count(*), coalesce(sum(size), 0) FROM photos WHERE state <> 'kept'")[0]
    return Told(
        captured=outbox.last,
        acknowledged=outbox.acknowledged,
        before=db.number("SELECT count(*) FROM lines WHERE device <> ?", outbox.device),
        former=tuple(sorted(former)),
        photos_unsent=int(photos),
        bytes_unsent=int(size),
        oldest_unsent_ms=_captured_ms(db, outbox),
        app=APP,
        anchor=now.anchor,
        drift=replica.drift(),
    )


def _captured_ms(db: Database, outbox: Outbox) -> int | None:
    """When the oldest entry that is only here was captured, by the server's time; None: not known."""
    query = "SELECT line FROM lines WHERE device = ? AND seq > ? ORDER BY seq LIMIT 1"
    found = db.row(query, outbox.device, outbox.acknowledged)
    if found is None:
        return None
    change = changes.read_line(bytes(found[0]), outbox.acknowledged + 1).change
    if change is None or change.anchor is None:
        return None
    told = change.anchor.partition(".")[0]
    return int(told) + change.elapsed_ms if told.isascii() and told.isdigit() else None
