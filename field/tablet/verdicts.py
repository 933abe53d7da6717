"""What a tablet knows of what supervisors decided about its work in quarantine."""

import msgspec

from field.sync.receipts import Answer
from field.tablet.database import Database


class Decision(msgspec.Struct, frozen=True):
    """What was decided about an entry: `released`, `rejected`, or `undone` (released, taken back)."""

    device: str
    seq: int
    verdict: str
    reason: str
    at_ms: int


def remember(db: Database, device: str, answer: Answer) -> None:
    """Keep what a receipt says was decided; nothing, where it says nothing (any more)."""
    said = answer.decided
    if said is None:
        db.run("DELETE FROM decided WHERE device = ? AND seq = ?", device, answer.seq)
    else:
        values = (device, answer.seq, said.verdict, said.reason, said.at_ms)
        db.run("INSERT OR REPLACE INTO decided VALUES (?, ?, ?, ?, ?)", *values)


def every(db: Database) -> list[Decision]:
    """Every decision, the latest first."""
    found = db.rows(
        "SELECT device, seq, verdict, reason, at_ms FROM decided ORDER BY at_ms DESC, device, seq"
    )
    return [Decision(*row) for row in found]
