"""Pushes that come in at once: they share a thread and a transaction, and nothing else."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from field.api.landing import AT_ONCE, Landing


class Desk:
    """Work that takes note of what it gets at once, and waits until it is let go."""

    def __init__(self) -> None:
        self.taken: list[list[int]] = []
        self.threads: set[str] = set()
        self.free = threading.Event()

    def __call__(self, asked: Sequence[int]) -> list[str | Exception]:
        self.taken.append(list(asked))
        self.threads.add(threading.current_thread().name)
        assert self.free.wait(10)
        return [ValueError(f"{each} is odd") if each % 2 else f"{each} is even" for each in asked]


async def all_told(landing: Landing[int, str], desk: Desk, many: int) -> list[str | BaseException]:
    """Ask for the first; for the others once the first is being worked at; then let them go."""
    asking = [asyncio.ensure_future(landing.ask(0, together=True))]
    while not desk.taken:
        await asyncio.sleep(0.001)
    asking += [asyncio.ensure_future(landing.ask(each, together=True)) for each in range(1, many)]
    await asyncio.sleep(0)
    desk.free.set()
    return await asyncio.gather(*asking, return_exceptions=True)


def test_what_comes_in_meanwhile_goes_together_and_each_is_told_its_own_outcome() -> None:
    desk = Desk()
    landing: Landing[int, str] = Landing(desk)
    told = asyncio.run(all_told(landing, desk, 40))
    assert [str(each) for each in told] == [
        f"{number} is odd" if number % 2 else f"{number} is even" for number in range(40)
    ]
    assert [isinstance(each, ValueError) for each in told] == [bool(number % 2) for number in range(40)]
    assert desk.taken[0] == [0]
    assert desk.taken[1] == list(range(1, AT_ONCE + 1))
    assert sorted(each for some in desk.taken for each in some) == list(range(40))
    assert desk.threads == {"field-landing"}
    landing.stop()


def test_on_postgresql_each_has_a_thread_of_its_own() -> None:
    desk = Desk()
    desk.free.set()
    landing: Landing[int, str] = Landing(desk)

    async def ask() -> list[str | BaseException]:
        return await asyncio.gather(
            *(landing.ask(each, together=False) for each in range(4)), return_exceptions=True
        )

    told = asyncio.run(ask())
    assert [str(each) for each in told] == ["0 is even", "1 is odd", "2 is even", "3 is odd"]
    assert sorted(desk.taken) == [[0], [1], [2], [3]]


def test_an_error_that_nobody_foresaw_is_told_to_all_and_the_next_is_served() -> None:
    broken = [True]

    def work(asked: Sequence[int]) -> list[str | Exception]:
        if broken.pop() if broken else False:
            raise RuntimeError("the disk is gone")
        return ["served" for _ in asked]

    landing: Landing[int, str] = Landing(work)

    async def ask() -> str:
        with pytest.raises(RuntimeError, match="the disk is gone"):
            await landing.ask(1, together=True)
        return await landing.ask(2, together=True)

    assert asyncio.run(ask()) == "served"
    landing.stop()


def test_whoever_hangs_up_costs_nobody_else_the_answer() -> None:
    desk = Desk()
    landing: Landing[int, str] = Landing(desk)

    async def ask() -> str:
        gone, stays = (
            asyncio.ensure_future(landing.ask(0, together=True)),
            asyncio.ensure_future(landing.ask(2, together=True)),
        )
        while not desk.taken:
            await asyncio.sleep(0.001)
        gone.cancel()
        desk.free.set()
        return await stays

    assert asyncio.run(ask()) == "2 is even"
    landing.stop()


def test_a_server_that_stops_lands_what_was_handed_in() -> None:
    desk = Desk()
    landing: Landing[int, str] = Landing(desk)

    async def ask() -> list[str | BaseException]:
        asking = [asyncio.ensure_future(landing.ask(each, together=True)) for each in (0, 2, 4)]
        while not desk.taken:
            await asyncio.sleep(0.001)
        desk.free.set()
        await asyncio.to_thread(landing.stop)
        return await asyncio.gather(*asking)

    assert asyncio.run(ask()) == ["0 is even", "2 is even", "4 is even"]
