"""Many at once: everybody gets a turn, nobody more than a share, and too many are told so."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from field.api.crowd import Crowd, Limits
from field.api.gate import lane_of
from field.api.lanes import Lane, Size
from field.problems import Problem


def play(story: Callable[[Lane, list[str]], Awaitable[None]], size: Size) -> tuple[Lane, list[str]]:
    """A story on one lane; whoever got in, in order."""
    lane, inside = Lane(size), list[str]()
    asyncio.run(story(lane, inside))  # type: ignore[arg-type]
    return lane, inside


async def settle() -> None:
    """Let everything that can go on do so."""
    for _ in range(20):
        await asyncio.sleep(0)


def asking(lane: Lane, inside: list[str], who: str, group: str = "") -> "asyncio.Task[None]":
    async def ask() -> None:
        await lane.enter(who, group)
        inside.append(who)

    return asyncio.ensure_future(ask())


def test_a_giant_outbox_lets_the_others_in_after_each_of_its_pushes() -> None:
    """Ten requests of one, then one of each of three others: none waits for more than one of the giant."""

    async def story(lane: Lane, inside: list[str]) -> None:
        tasks = [asking(lane, inside, "giant") for _ in range(10)]
        await settle()
        tasks += [asking(lane, inside, who) for who in ("a", "b", "c")]
        await settle()
        while len(inside) < 13:
            lane.leave(inside[-1])
            await settle()
        lane.leave(inside[-1])
        await asyncio.gather(*tasks)

    lane, inside = play(story, Size(at_once=1, waiting_max=50, each_at_once=1, each_max=10))
    assert inside[:5] == ["giant", "giant", "a", "b", "c"]
    assert inside[5:] == ["giant"] * 8
    assert (lane.working, lane.waiting) == (0, 0)


def test_a_hot_district_leaves_room_for_the_others() -> None:
    async def story(lane: Lane, inside: list[str]) -> None:
        tasks = [asking(lane, inside, f"korangi {at}", "korangi") for at in range(8)]
        await settle()
        assert len(inside) == 3
        tasks.append(asking(lane, inside, "malir 1", "malir"))
        await settle()
        assert inside[-1] == "malir 1"
        lane.leave("malir 1", "malir")
        await settle()
        assert len(inside) == 4
        lane.leave("korangi 0", "korangi")
        await settle()
        assert inside[-1] == "korangi 3"
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    play(story, Size(at_once=4, waiting_max=50, each_at_once=2, each_max=4))


def test_who_asks_for_too_much_at_once_is_told_so_and_too_many_as_well() -> None:
    async def story(lane: Lane, inside: list[str]) -> None:
        tasks = [asking(lane, inside, "one") for _ in range(2)]
        await settle()
        with pytest.raises(Problem) as told:
            await lane.enter("one")
        assert (told.value.code, told.value.status) == ("asks-too-often", 429)
        tasks += [asking(lane, inside, who) for who in ("two", "three")]
        await settle()
        with pytest.raises(Problem) as told:
            await lane.enter("four")
        assert (told.value.code, told.value.status) == ("busy", 503)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    lane, inside = play(story, Size(at_once=1, waiting_max=3, each_at_once=1, each_max=2))
    assert inside == ["one"]
    assert lane.waiting == 0


def test_whoever_goes_away_while_waiting_leaves_nothing_behind() -> None:
    async def story(lane: Lane, inside: list[str]) -> None:
        first, second, third = (asking(lane, inside, who) for who in ("a", "b", "c"))
        await settle()
        # Its turn comes in the very moment in which it goes.
        lane.leave("a")
        second.cancel()
        await settle()
        assert inside == ["a", "c"]
        lane.leave("c")
        await asyncio.gather(first, second, third, return_exceptions=True)

    lane, _ = play(story, Size(at_once=1, waiting_max=3, each_at_once=1, each_max=2))
    assert (lane.working, lane.waiting) == (0, 0)


def test_bodies_in_memory_are_bounded_and_let_go() -> None:
    crowd = Crowd(Limits(body_bytes=1000))
    crowd.hold(900)
    with pytest.raises(Problem) as told:
        crowd.hold(200)
    assert told.value.code == "busy"
    crowd.let_go(900)
    crowd.hold(1000)


def test_a_tablet_that_asks_for_ever_is_slowed_down_and_others_are_not() -> None:
    crowd = Crowd(Limits(device_requests_s=2.0))
    for _ in range(60):
        crowd.charge("one", 0)
    with pytest.raises(Problem) as told:
        crowd.charge("one", 0)
    assert told.value.code == "asks-too-often"
    assert told.value.extra["retry_after_s"] > 0
    crowd.charge("two", 0)
    crowd.charge("one", 500)


def test_tablets_are_told_to_come_later_while_many_wait() -> None:
    async def crowded(crowd: Crowd) -> list[int]:
        lane = crowd.lanes["pull"]
        tasks = [asking(lane, [], f"tablet {at}") for at in range(88)]
        await settle()
        told = [crowd.next_sync_s(f"tablet {at}", 0) for at in range(200)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return told

    calm = [Crowd().next_sync_s(f"tablet {at}", 0) for at in range(200)]
    assert set(calm) <= set(range(45, 76))
    assert len(set(calm)) > 25
    assert min(asyncio.run(crowded(Crowd()))[100:]) > max(calm)


@pytest.mark.parametrize(
    ("path", "lane"),
    [
        ("/api/sync/push", "push"),
        ("/api/sync/pull", "pull"),
        ("/api/photos/uploads/x", "upload"),
        ("/api/reports/x/bundle", "export"),
        ("/api/flags", "read"),
        ("/api/sign-in", "sign-in"),
        ("/api/health", None),
        ("/tablet/", None),
        ("/", None),
    ],
)
def test_each_kind_of_work_has_a_lane_of_its_own(path: str, lane: Any) -> None:
    assert lane_of(path) == lane
