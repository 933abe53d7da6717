"""Vectors of the capture clock: what is written down, over server times, reboots and restarts of the app."""

from typing import Any

import msgspec

from field.clock import Clock
from field.tablet.capture_clock import CaptureClock, Elapsed
from tests.vectors.common import note

RUNS: dict[str, list[dict[str, Any]]] = {
    "time goes on": [
        {"do": "open", "boot": "b1", "monotonic_ms": 5_000},
        {"do": "receive", "anchor": "1790000000000.x", "monotonic_ms": 6_000},
        {"do": "now", "monotonic_ms": 6_000},
        {"do": "now", "monotonic_ms": 9_500},
        {"do": "receive", "anchor": "1790000010000.y", "monotonic_ms": 16_000},
        {"do": "now", "monotonic_ms": 16_001},
    ],
    "before any server time": [
        {"do": "open", "boot": "b1", "monotonic_ms": 100},
        {"do": "now", "monotonic_ms": 350},
    ],
    "the app was closed in between": [
        {"do": "open", "boot": "b1", "monotonic_ms": 1_000},
        {"do": "receive", "anchor": "1790000000000.x", "monotonic_ms": 1_000},
        {"do": "now", "monotonic_ms": 2_000},
        {"do": "open", "boot": "b1", "monotonic_ms": 61_000},
        {"do": "now", "monotonic_ms": 62_000},
    ],
    "the tablet was off: at least what is known": [
        {"do": "open", "boot": "b1", "monotonic_ms": 1_000},
        {"do": "receive", "anchor": "1790000000000.x", "monotonic_ms": 1_000},
        {"do": "now", "monotonic_ms": 8_000},
        {"do": "open", "boot": "b2", "monotonic_ms": 400},
        {"do": "now", "monotonic_ms": 900},
        {"do": "open", "boot": "b3", "monotonic_ms": 50_000},
        {"do": "now", "monotonic_ms": 50_010},
        {"do": "receive", "anchor": "1790000900000.z", "monotonic_ms": 50_500},
        {"do": "now", "monotonic_ms": 50_750},
    ],
    "the same name of the run, but a clock that began anew": [
        {"do": "open", "boot": "b1", "monotonic_ms": 1_000},
        {"do": "receive", "anchor": "1790000000000.x", "monotonic_ms": 1_000},
        {"do": "now", "monotonic_ms": 90_000},
        {"do": "open", "boot": "b1", "monotonic_ms": 10},
        {"do": "now", "monotonic_ms": 25},
    ],
}


class Shows(Clock):
    """A clock whose monotonic time is set by hand; it tells nothing else."""

    def __init__(self) -> None:
        self.shows_ms = 0

    def now_ms(self) -> int:
        """Nobody may ask."""
        raise AssertionError("the capture clock never looks at the wall")

    def monotonic_ms(self) -> int:
        """What was set."""
        return self.shows_ms

    def token(self, size: int) -> bytes:
        """Nobody may ask."""
        raise AssertionError("the capture clock draws nothing")


def play(steps: list[dict[str, Any]]) -> list[Elapsed | None]:
    """What each step gives: for `now` what is captured, which is written down for the next `open`."""
    clock, kept, found = Shows(), Elapsed(), list[Elapsed | None]()
    capture: CaptureClock | None = None
    for step in steps:
        clock.shows_ms = step["monotonic_ms"]
        if step["do"] == "open":
            capture = CaptureClock(clock, step["boot"], kept)
        assert capture is not None
        if step["do"] == "receive":
            capture.receive(step["anchor"])
        if step["do"] == "now":
            kept = capture.now()
        found.append(kept if step["do"] == "now" else None)
    return found


def times() -> dict[str, Any]:
    """Runs of the capture clock."""
    return {
        "note": note(
            """
            `now` gives what is captured and writes it down; `open` starts the app with what was written
            down last. `boot` names the run of the monotonic clock.
            """
        ),
        "runs": [
            {"name": name, "steps": [_step(*pair) for pair in zip(steps, play(steps), strict=True)]}
            for name, steps in RUNS.items()
        ],
    }


def _step(step: dict[str, Any], found: Elapsed | None) -> dict[str, Any]:
    return step if found is None else {**step, "expect": msgspec.structs.asdict(found)}
