"""The thread that assesses what has become stale."""

import threading

from litestar.testing import TestClient

from field.api import background
from field.store import assessments
from tests.helpers import World

SECONDS = 20
WAGES = {"month": "2024-07", "wage_rs": 30_000, "registered": True}


def pushed(world: World, client) -> None:
    inspector = world.person("inspector", "korangi")
    tablet = world.tablet(inspector, "korangi")
    tablet.report(world.visit(world.establishment("korangi"), "korangi", inspector), [WAGES])
    tablet.push(client)


def heard(monkeypatch, world: World, failures: int = 0) -> threading.Event:
    """An event that is set when something was assessed; the first tries fail."""
    done, left = threading.Event(), [failures]
    whole = assessments.refresh

    def refresh(*arguments):
        if left[0]:
            left[0] -= 1
            raise ZeroDivisionError
        found = whole(*arguments)
        if found:
            done.set()
        return found

    monkeypatch.setattr(assessments, "refresh", refresh)
    return done


def test_what_is_pushed_is_assessed_by_itself(world: World, monkeypatch):
    done = heard(monkeypatch, world)
    with TestClient(world.app(background_s=0.01)) as client:
        pushed(world, client)
        assert done.wait(SECONDS)
    assert assessments.refresh(world.store, world.clock.now_ms()) == 0


def test_an_error_is_not_the_end(world: World, monkeypatch, capsys):
    monkeypatch.setattr(background, "WAIT_AFTER_ERROR_S", 0.01)
    done = heard(monkeypatch, world, failures=2)
    with TestClient(world.app(background_s=0.01)) as client:
        pushed(world, client)
        assert done.wait(SECONDS)
    assert "background work failed" in capsys.readouterr().err


def test_without_it_nothing_is_assessed(world: World):
    with TestClient(world.app()) as client:
        pushed(world, client)
        assert not [each for each in threading.enumerate() if each.name == "field-background"]
    assert assessments.refresh(world.store, world.clock.now_ms()) == 1


def test_the_thread_ends_with_the_server(world: World):
    with TestClient(world.app(background_s=1000)):
        assert [each for each in threading.enumerate() if each.name == "field-background"]
    assert not [each for each in threading.enumerate() if each.name == "field-background"]
