"""Dramas before the real server process: `field sim --scenario kill|toxic|overload`."""

import http.server
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import pytest
import sqlalchemy as sa

from field.sim import scenarios
from field.sim.audit import Findings
from field.sim.scenarios import kill as kill_scenario
from field.sim.scenarios import toxic as toxic_scenario
from field.sim.served import Scene
from field.sim.toxic import Toxic, Toxicity
from field.store.holding import CHANGES
from field.tablet.transport import HttpTransport, NoAnswer


def played(name: str, database: str, seed: int, request: pytest.FixtureRequest) -> Mapping[str, int]:
    """Play one; nothing may be found. What was counted."""
    admin = request.getfixturevalue("postgres") if database == "postgres" else None
    found = scenarios.play(name, database, seed, admin)
    assert found.violations == [], scenarios.replay(name, database, seed)
    assert (found.facts["lost"], found.facts["doubled"]) == (0, 0)
    assert found.facts["captured"] == found.facts["received"] > 0
    return found.facts


@pytest.mark.timeout(900)  # a server starts six times, on a machine that is perhaps busy
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_server_that_dies_again_and_again_loses_and_doubles_nothing(
    database: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kill_scenario, "KILLS", 5)
    facts = played("kill", database, 1, request)
    assert facts["kills"] == 5
    assert facts["while tablets waited"] > 2, "a server that is killed at rest proves little"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_toxic_network_before_the_real_server_loses_and_doubles_nothing(
    database: str, request: pytest.FixtureRequest
) -> None:
    facts = played("toxic", database, 2, request)
    assert sum(facts.get(name, 0) for name in ("request cut", "answer cut", "twice", "bad gateway")) > 0


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_every_tablet_gets_through_while_a_crowd_asks_and_lines_stall(
    database: str, request: pytest.FixtureRequest
) -> None:
    assert played("overload", database, 1, request)["others turned away"] > 0


@contextmanager
def echoing() -> Iterator[tuple[int, list[bytes]]]:
    """A server that answers with what it got; and all that it got."""
    got: list[bytes] = []

    class Echo(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append(body)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1], got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


HARMS = {
    "refused": (Toxicity(1, 0, 0, 0, 0, 0), [], NoAnswer),
    "request_cut": (Toxicity(0, 1, 0, 0, 0, 0), None, NoAnswer),
    "answer_cut": (Toxicity(0, 0, 1, 0, 0, 0), [b"x" * 5000], NoAnswer),
    "twice": (Toxicity(0, 0, 0, 1, 0, 0), [b"x" * 5000, b"x" * 5000], 200),
    "bad_gateway": (Toxicity(0, 0, 0, 0, 1, 0), [b"x" * 5000], 502),
    "trickled": (Toxicity(0, 0, 0, 0, 0, 1), [b"x" * 5000], 200),
}


@pytest.mark.parametrize("harm", HARMS)
def test_the_toxic_way_does_each_harm(harm: str) -> None:
    toxicity, came, expected = HARMS[harm]
    with echoing() as (port, got):
        toxic = Toxic(port, "seed", toxicity)
        transport = HttpTransport(toxic.address)
        try:
            if expected is NoAnswer:
                with pytest.raises(NoAnswer):
                    transport.send("POST", "/api/sync/push", {}, b"x" * 5000)
            else:
                assert transport.send("POST", "/api/sync/push", {}, b"x" * 5000).status == expected
        finally:
            transport.close()
            toxic.close()
        assert toxic.harmed == {harm: 1}
        assert (toxic.seconds > 0) == (harm == "trickled")
        if came is not None:
            assert got == came


def test_what_the_real_server_lost_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """One entry is taken out of the database before the end."""
    monkeypatch.setattr(toxic_scenario, "STEPS", 12)
    honest = Scene.judge

    def judge(scene: Scene) -> Findings:
        scene.fleet.settle()
        edits = [edit for edit in scene.world.oracle.edits.values() if edit.raw]
        gone = sa.delete(CHANGES).where(CHANGES.c.id == edits[-1].id)
        with scene.world.context.store.write() as tx:
            tx.execute(gone)
        return honest(scene)

    monkeypatch.setattr(Scene, "judge", judge)
    found = scenarios.play("toxic", "sqlite", 1)
    assert found.facts["lost"] == 1
    assert any(words.startswith("S1") for words in found.violations)
