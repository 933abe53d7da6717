"""How often a tablet asks: what the office tells it, and how it waits. docs/protocol.md, "When to ask again".

Pure: the office's spread follows from who asks and when, so that a seed replays it; the tablet's chance is
handed in.
"""

import hashlib

NEXT_SYNC_S_MAX = 16 * 60
"""However crowded the office is: a tablet that is told more takes this."""

SPREAD = 0.25
"""A fleet that was switched on at the same moment shall not come back at the same moment."""

JITTER = 0.25
BACK_OFF_S = 60.0
BACK_OFF_S_MAX = 16 * 60.0
_DOUBLINGS_MAX = 10


def next_sync_s(device: str, now_ms: int, load: float, every_s: float) -> int:
    """In how many seconds a device with nothing to send shall ask again, at least 1.

    `load` as of `Lane.load`: up to 1 the office has room, and `every_s` is meant; beyond, it grows with it.
    """
    wanted = min(every_s * max(1.0, load), float(NEXT_SYNC_S_MAX))
    drawn = hashlib.sha256(f"{device} {now_ms}".encode()).digest()
    part = int.from_bytes(drawn[:4], "big") / 2**32
    return max(1, round(wanted * (1 - SPREAD + 2 * SPREAD * part)))


def wait_s(
    next_sync_s: int | None, retry_after_s: int | None, failures: int, chance: float, every_s: float
) -> float:
    """How long a tablet waits after a sync, in seconds.

    `failures` counts those in a row that did not get through, this one included; 0: all went well, and then
    `next_sync_s` counts, or `every_s` where the office said nothing. After a failure it waits twice as long
    each time, and never less than `retry_after_s`. `chance` from 0 to 1 makes it up to a quarter longer.
    """
    if failures == 0:
        return float(every_s if next_sync_s is None else min(max(next_sync_s, 1), NEXT_SYNC_S_MAX))
    backed = min(BACK_OFF_S * 2 ** min(failures, _DOUBLINGS_MAX), BACK_OFF_S_MAX)
    return float(max(retry_after_s or 0, backed) * (1 + JITTER * chance))
