"""Vectors of portions: how much travels at once after what went well and what did not."""

from typing import Any

from field.tablet.portions import CALM, Portion
from tests.vectors.common import note

LEAST, MOST = 1024, 65_536
RUNS: dict[str, list[int]] = {
    "a good line": [0, 0, 0],
    "one answer that was lost": [40_000, 0, 0],
    "a line that carries no more than 5,000 bytes": [
        *(40_000, 40_000, 40_000, 20_000, 10_000),
        *[0] * 4,
        8_000,
        *[0] * 12,
    ],
    "no signal, and then a good line": [*[65_536] * 8, *[0] * 30],
    "one small portion that failed": [300, 300, 300, 0, 0],
}
"""Each step is 0 for a portion that got through, or the size of the one that did not."""


def portions() -> dict[str, Any]:
    """Runs of portions, each beginning with the largest."""
    return {
        "note": note(
            """
            A portion of so many bytes (or rows) `failed`, or one got through; `limit` and `calm` are what is
            written down then.
            """
        ),
        "least": LEAST,
        "most": MOST,
        "runs": [{"name": name, "steps": _play(steps)} for name, steps in RUNS.items()],
    }


def _play(steps: list[int]) -> list[dict[str, int]]:
    now, played = Portion(MOST, CALM), []
    for tried in steps:
        now = now.failed(tried, LEAST) if tried else now.went(MOST)
        played.append({"failed": tried, "limit": now.limit, "calm": now.calm})
    return played
