"""Requests that no page of ours sends are answered in words too."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.api.conftest import Office
from tests.helpers import World, sign_in

DEEP = 100_000


@pytest.mark.parametrize("path", ["/api/devices/enrol", "/api/devices/codes", "/api/sign-in"])
def test_a_body_deeper_than_anything_is_unreadable(
    world: World, client: TestClient[Litestar], path: str
) -> None:
    world.person("supervisor", "korangi")
    headers = {**sign_in(client, "supervisor-korangi"), "Content-Type": "application/json"}
    body = b'{"code":' + b"[" * DEEP + b"]" * DEEP + b"}"
    answer = client.post(path, content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable-body")


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/api/reports", {"GET", "OPTIONS"}),
        ("/api/sign-in", {"POST", "OPTIONS"}),
        ("/api/devices/{device_id}/revoke", {"POST", "OPTIONS"}),
    ],
)
@pytest.mark.parametrize("method", ["HEAD", "DELETE", "OPTIONS"])
def test_a_known_address_says_what_it_takes(
    client: TestClient[Litestar], method: str, path: str, methods: set[str]
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == (204 if method == "OPTIONS" else 405)
    assert set(answer.headers["Allow"].replace(" ", "").split(",")) == methods


def decide(office: Office, conflict: str, value: object):
    (found,) = office.get("/api/conflicts", "supervisor-korangi").json()
    seen = [each["write"] for each in found["values"]["candidates"]]
    body = {"seen": seen, "value": value, "reason": "as the register says"}
    return office.post(f"/api/conflicts/{conflict}/decide", "supervisor-korangi", body)


@pytest.mark.parametrize("value", [7, True, [], {"seen": []}, 10**30])
def test_a_decision_of_the_wrong_type_never_enters_the_chain(office: Office, value: object) -> None:
    conflict = office.work["korangi"].conflict
    office.world.person("supervisor", None)
    before = len(office.get("/api/quarantine", "supervisor-None").json())
    answer = decide(office, conflict, value)
    assert (answer.status_code, answer.json()["code"]) == (422, "refused")
    assert "person_met" in answer.json()["detail"]
    assert len(office.get("/api/quarantine", "supervisor-None").json()) == before
    assert decide(office, conflict, "Munshi of the unit").status_code == 200
