"""Vectors of waiting: how long a tablet waits after a sync that went well, and after failures."""

from typing import Any

from field.sync.pace import wait_s

EVERY_S = 60.0
ASKED: tuple[tuple[int | None, int | None, int, float], ...] = (
    (None, None, 0, 0.5),
    (47, None, 0, 1.0),
    (0, None, 0, 0.0),
    (100_000, None, 0, 0.0),
    (47, None, 1, 0.0),
    (47, None, 1, 1.0),
    (None, 5, 2, 0.25),
    (None, 3600, 1, 0.0),
    (None, 3600, 1, 0.5),
    (None, None, 40, 0.0),
)


def waits() -> dict[str, Any]:
    """What was said, the failures in a row and the chance; and the seconds to wait."""
    return {
        "every_s": EVERY_S,
        "cases": [
            {
                "next_sync_s": said,
                "retry_after_s": after,
                "failures": failures,
                "chance": chance,
                "wait_s": wait_s(said, after, failures, chance, EVERY_S),
            }
            for said, after, failures, chance in ASKED
        ],
    }
