"""The demonstration: a real server, a real day, and nobody else's data thrown away."""

import json
import re
import shlex
import sqlite3
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import msgspec
import pytest

from field import config
from field.app import open_context
from field.cli import demo_folder, demo_server, demo_words
from field.recovery.assessment import CODES
from field.sim import day_start
from field.sim.day_start import MorningClock
from field.store import marks, migrate
from tests.cli.conftest import Type

SMALL = ("demo", "--once", "--tablets", "3", "--establishments", "60", "--port", "0")


def test_a_small_day_loses_nothing_and_makes_work_for_supervisors(
    field: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An office's own settings are none of the demonstration's business.
    monkeypatch.setenv("FIELD_DATABASE_URL", "postgresql://field@127.0.0.1:1/office")
    done = field(*SMALL, "--json", "-", "--picture", "demo.svg")
    assert done.code == 0, done.err
    figures = json.loads(done.out)
    assert (figures["lost"], figures["doubled"]) == (0, 0)
    assert figures["changes_received"] == figures["changes_captured"] > 100
    assert (figures["districts"], figures["establishments"], figures["tablets"]) == (30, 60, 3)
    for name in ("visits_assigned", "reports", "wage_lines", "photos", "deliveries_repeated"):
        assert figures[name] > 0, name
    for name in ("conflicts_open", "quarantined", "flagged", "assessed_rs"):
        assert figures[name] > 0, name
    assert figures["pictures"] == figures["photos"]
    assert figures["seconds"] > 0
    assert "employers flagged" in done.err
    assert "month not paid" in done.err
    assert not [code for code in CODES if code in done.err], "a code stands where a person reads"
    drawn = (tmp_path / "demo.svg").read_text()
    assert "employers" in drawn
    assert "@font-face" not in drawn, "a picture that fetches its letters from somebody's network"


def test_every_reason_has_words_for_a_person() -> None:
    assert demo_words.REASONS.keys() == set(CODES)


def test_a_second_demonstration_throws_the_first_away(field: Type, tmp_path: Path) -> None:
    folder = tmp_path / "field-demo"
    settings = config.read(
        {"FIELD_DATA": str(folder), "FIELD_DATABASE_URL": f"sqlite:///{folder / 'field.db'}"}
    )
    for _ in range(2):
        with demo_folder.fresh(settings):
            with sqlite3.connect(folder / "field.db") as file:
                assert file.execute("SELECT count(*) FROM people").fetchone() == (0,)
                file.execute("INSERT INTO people VALUES ('1', 'somebody', 'Somebody', '', 0)")
            file.close()


def test_a_demonstration_that_runs_is_not_thrown_away(field: Type, tmp_path: Path) -> None:
    folder = tmp_path / "field-demo"
    settings = config.read({"FIELD_DATA": str(folder)})
    with demo_folder.fresh(settings):
        refused = field(*SMALL)
    assert refused.code == 3
    assert "is running" in refused.err


def test_a_database_that_the_demonstration_did_not_make_is_refused(field: Type, data: Path) -> None:
    field("migrate")
    before = (data / "field.db").read_bytes()
    in_its_folder = field(*SMALL, "--data", str(data))
    assert in_its_folder.code == 3
    assert "was not made by the demonstration" in in_its_folder.err
    by_its_address = field(*SMALL, "--database-url", f"sqlite:///{data / 'field.db'}")
    assert by_its_address.code == 3
    assert "was not made by the demonstration" in by_its_address.err
    assert (data / "field.db").read_bytes() == before


@pytest.mark.parametrize("content", [b"Dear Sir, " * 100, b""])
def test_a_folder_with_somebody_elses_papers_is_refused(field: Type, tmp_path: Path, content: bytes) -> None:
    letter = tmp_path / "field-demo" / "letter.txt"
    letter.parent.mkdir()
    letter.write_bytes(content)
    refused = field(*SMALL)
    assert refused.code == 3
    assert letter.read_bytes() == content


def test_a_file_that_is_no_database_is_refused(field: Type, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir, " * 100)
    refused = field(*SMALL, "--database-url", f"sqlite:///{letter}")
    assert refused.code == 3
    assert letter.read_text() == "Dear Sir, " * 100


def test_on_postgresql_only_an_own_or_an_empty_database_is_taken(
    postgres_database: str, field: Type, tmp_path: Path
) -> None:
    settings = config.read(
        {"FIELD_DATA": str(tmp_path / "field-demo"), "FIELD_DATABASE_URL": postgres_database}
    )
    for _ in range(2):
        with demo_folder.fresh(settings):
            pass
    migrate.upgrade(marks_dropped(postgres_database))
    refused = field(*SMALL, "--database-url", postgres_database)
    assert refused.code == 3
    assert "was not made by the demonstration" in refused.err


def marks_dropped(url: str) -> str:
    """The same database, as an office would have made it."""
    marks.drop_everything(url)
    return url


@pytest.fixture
def postgres_database(postgres: str) -> str:
    """An empty PostgreSQL database."""
    from field.sim.postgres import create_database

    return create_database(postgres, "demonstration")


def test_somebody_elses_server_at_the_port_is_not_taken_for_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"server_key": "another"}')

        def log_message(self, format: str, *args: object) -> None:
            """Keep the tests' output clean."""

    settings = config.read({"FIELD_DATA": str(tmp_path)})
    migrate.upgrade(settings.database_url)
    with ThreadingHTTPServer(("127.0.0.1", 0), Other) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        taken = msgspec.structs.replace(settings, port=other.server_port)
        try:
            with pytest.raises(SystemExit), demo_server.running(taken) as address:
                pytest.fail(f"{address} was taken for the demonstration's own server")
        finally:
            other.shutdown()
    assert "cannot be listened at" in capsys.readouterr().err


def test_each_role_has_a_line_that_answers_when_it_is_pasted(tmp_path: Path) -> None:
    settings = config.read({"FIELD_DATA": str(tmp_path), "FIELD_PORT": "0"})
    settings = demo_server.with_free_port(settings)
    clock = MorningClock(1)
    with demo_folder.fresh(settings):
        context = open_context(settings, clock)
        start = day_start.prepare(context, clock, 1, None, 60, 3, lambda *_: None)
        context.store.close()
        with demo_server.running(settings) as address:
            lines = demo_words.lines_to_paste(address, start)
            answers = [ask(line) for _, line in lines]
    assert len(answers) == 5
    assert all(answer.status_code == 200 for answer in answers)
    assert msgspec.json.decode(answers[1].content)["postings"][0]["role"] == "inspector"


def ask(line: str) -> httpx.Response:
    """What a shell makes of the line: the words in $(...) first, then those around it."""
    inner = re.fullmatch(r'(.*)\$\((.*) \| sed -n \'(.*)\'\)"', line)
    assert inner is not None
    words = shlex.split(inner[2])
    signed_in = httpx.post(words[2], headers=[tuple(words[4].split(": "))], content=words[6])
    pattern = inner[3].removeprefix("s/").removesuffix("/\\1/p").replace("\\(", "(").replace("\\)", ")")
    token = re.sub(pattern, r"\1", signed_in.text)
    outer = shlex.split(inner[1] + '"')
    return httpx.get(outer[2], headers=[tuple(f"{outer[4]}{token}".split(": "))])
