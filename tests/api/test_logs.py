"""What the server writes down when something nobody foresaw happens."""

import json

import pytest
from litestar.testing import TestClient

from field.store import people
from tests.helpers import PASSWORD, open_world


@pytest.fixture
def world(sqlite_url):
    with open_world(sqlite_url) as world:
        yield world


def test_a_bug_is_written_down_without_the_values_on_its_way(world, monkeypatch, capsys):
    """A log that a clerk sends to somebody for help must not hold the password of who met the bug."""
    monkeypatch.setattr(people, "by_login", lambda tx, login: 1 / 0)
    with TestClient(world.app()) as client:
        answer = client.post("/api/sign-in", json={"login": "somebody", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    (event,) = map(json.loads, lines)
    assert (event["event"], event["level"], event["path"]) == ("request failed", "error", "/api/sign-in")
    assert "ZeroDivisionError" in event["exception"]
    assert PASSWORD not in lines[0]
    assert "division" not in answer.text
