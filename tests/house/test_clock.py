"""Time and chance, as everything else is given them."""

import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

from field.clock import SeededClock, SystemClock


def test_ids_are_version_7_and_carry_their_moment() -> None:
    clock = SeededClock(seed=1, start_ms=1_700_000_000_123)
    drawn = uuid.UUID(clock.uuid7())
    assert (drawn.version, drawn.variant, drawn.int >> 80) == (7, uuid.RFC_4122, 1_700_000_000_123)


def test_ids_ascend_within_a_millisecond_and_past_the_end_of_its_counter() -> None:
    clock = SeededClock(seed=1)
    drawn = [clock.uuid7() for _ in range(10_000)]
    assert drawn == sorted(set(drawn))


def test_ids_ascend_when_the_clock_is_put_back() -> None:
    clock = SeededClock(seed=1)
    before = clock.uuid7()
    clock.advance(-3_600_000)
    assert clock.uuid7() > before


def test_threads_draw_different_ids() -> None:
    clock = SystemClock()
    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(lambda _: clock.uuid7(), range(20_000)))
    assert len(set(drawn)) == len(drawn)


FORK = """
import os
from field.clock import SystemClock

clock = SystemClock()
clock.uuid7()
child = os.fork()
os.write(1, (clock.uuid7()[-17:] + "\\n").encode())
if child:
    os.waitpid(child, 0)
"""


def test_a_forked_process_does_not_draw_its_parents_numbers() -> None:
    """Each worker of a server may be a copy of the first process, with what that had drawn in advance."""
    drawn = subprocess.run(
        [sys.executable, "-c", FORK], check=True, capture_output=True, text=True
    ).stdout.split()
    assert len(set(drawn)) == 2


def test_the_same_seed_gives_the_same_time_and_the_same_chance() -> None:
    one, other = SeededClock(seed=7), SeededClock(seed=7)
    for clock in (one, other):
        clock.advance(1_500)
    assert one.uuid7() == other.uuid7()
    assert one.token(16) == other.token(16)
    assert one.now_ms() == other.now_ms()
    assert SeededClock(seed=8).token(16) != SeededClock(seed=7).token(16)


def test_putting_the_clock_back_does_not_turn_a_measured_time_back() -> None:
    clock = SeededClock(seed=1)
    clock.advance(2_000)
    clock.advance(-60_000)
    assert clock.monotonic_ms() == 2_000
    clock.advance(500)
    assert clock.monotonic_ms() == 2_500


def test_the_machines_clock_goes_on() -> None:
    clock = SystemClock()
    assert clock.now_ms() > 1_767_225_600_000
    assert clock.monotonic_ms() <= clock.monotonic_ms()
    assert len(clock.token(24)) == 24
