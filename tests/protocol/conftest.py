"""The office of the reference tablet's tests, on both databases, with a second client of another make."""

from collections.abc import Callable

import httpx
import pytest

from field.sim.clock import TabletClock
from field.sim.network import InProcess
from tests.protocol.a_client import AClient
from tests.tablet.conftest import Office, office

__all__ = ["office"]
PASSWORD = "rose-water"


@pytest.fixture
def sqlite_url(database_url: str) -> str:
    """Everything here runs on both databases."""
    return database_url


def connected(server: InProcess, clock: TabletClock) -> AClient:
    """A client of the page with a line to a server."""

    def carry(request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if name != "content-length"}
        answer = server.send(request.method, request.url.path, headers, request.read())
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)

    http = httpx.Client(transport=httpx.MockTransport(carry), base_url="http://office.test")
    return AClient(http, clock.monotonic_ms)


@pytest.fixture
def enrolled(office: Office) -> Callable[[str], AClient]:
    """Enrols a client of the page and signs the first inspector in on it; it has fetched nothing yet."""

    def enrol(name: str) -> AClient:
        client = connected(office.world.server, TabletClock(office.true, name))
        client.enrol(office.world.code("korangi"), name)
        client.sign_in("inspector-1", PASSWORD)
        return client

    return enrol
