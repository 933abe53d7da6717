"""What comes at once is answered as if it had come one after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient

from field.store import people
from field.sync.signing import DeviceKey
from tests.helpers import World, sign_in

AT_ONCE = 8


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """What `act` gives for 0, 1, 2 ... in as many threads, which begin together."""
    ready = Barrier(AT_ONCE)

    def go(number: int) -> Any:
        ready.wait(20)
        return act(number)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(go, range(AT_ONCE)))


def test_wrong_passwords_that_come_at_once_are_all_counted(world: World) -> None:
    def fail(_: int) -> None:
        with world.store.write() as tx:
            people.failed(world.store, tx, "somebody", 1_000)

    at_once(fail)
    with world.store.read() as tx:
        assert people.failures(tx, "somebody") == (AT_ONCE, 1_000)


def test_wrong_passwords_that_come_at_once_are_told_so(world: World, client: TestClient[Litestar]) -> None:
    world.person("supervisor", "korangi")
    body = {"login": "supervisor-korangi", "password": "x"}
    found = at_once(lambda _: client.post("/api/sign-in", json=body).status_code)
    assert set(found) <= {401, 429}


def test_a_key_is_enrolled_once_by_however_many_codes(world: World, client: TestClient[Litestar]) -> None:
    world.person("supervisor", "korangi")
    headers = sign_in(client, "supervisor-korangi")
    codes = [
        client.post("/api/devices/codes", json={"district": "korangi"}, headers=headers).json()["code"]
        for _ in range(AT_ONCE)
    ]
    key = DeviceKey.generate().public

    def enrol(number: int) -> tuple[int, str | None]:
        body = {"code": codes[number], "public_key": key, "name": "a tablet"}
        answer = client.post("/api/devices/enrol", json=body)
        return answer.status_code, answer.json().get("code")

    assert sorted(at_once(enrol), key=lambda found: found[0]) == [
        (201, None),
        *[(409, "already-there")] * (AT_ONCE - 1),
    ]
