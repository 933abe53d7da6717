"""The browser's own tablet heals a server that was restored, beside a reference tablet that does too.

web/sync/restore.story.test.ts plays it in node. What an operator does to the server it asks for here, by
paths: the server is killed, its photos burn, a backup is put in its place by the commands of an operator.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa

from field.app import open_context
from field.cli.opening import variables
from field.clock import SystemClock
from field.config import Settings
from field.problems import Problem
from field.sim.served import Process
from field.store import backup_copy, backups, pulls, tables, testimony
from field.sync.receipts import LANDED
from field.tablet.tablet import Tablet
from field.tablet.transport import HttpTransport
from tests.browser.office import type_command
from tests.helpers import PASSWORD
from tests.tablet import test_browser_core as core
from tests.tablet.test_browser_core import office

__all__ = ["office"]

CHANGES = tables.Change.__table__  # type: ignore[attr-defined]  # SQLModel adds it
DEVICES = tables.Device.__table__  # type: ignore[attr-defined]
PHOTO_BYTES = tables.PhotoBytes.__table__  # type: ignore[attr-defined]
ALARMS = tables.Alarm.__table__  # type: ignore[attr-defined]
STORY_S = 500
PICTURE = b"a picture that the reference tablet took" * 1000


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder with an empty database, and a journal elsewhere."""
    data, journal = tmp_path_factory.mktemp("office"), tmp_path_factory.mktemp("journal")
    url = f"sqlite:///{data / 'field.db'}"
    core.migrate.upgrade(url)
    return Settings(data=data, database_url=url, port=0, background_s=0.2, journal=str(journal))


class Operator:
    """Whoever runs the server, and a colleague with a reference tablet."""

    def __init__(self, settings: Settings, visit: str) -> None:
        self._settings = settings
        self._visit = visit
        self._place = settings.data.parent / "backups"
        self.server = Process(variables(settings), settings.data / "server.log")
        self._line = HttpTransport(self.server.address)
        self._tablet = Tablet(settings.data.parent / "reference.db", self._line, SystemClock(), boot="one")

    def close(self) -> None:
        """End everything."""
        self._tablet.close()
        self._line.close()
        self.server.stop()

    # What the story asks for.

    def backup(self) -> None:
        """A backup, and tablets are told of it."""
        type_command("backup", str(self._place), "--data", str(self._settings.data))

    def restore(self) -> None:
        """The machine burns, with all photos; the latest backup is all there is, and the journal."""
        self.server.kill()
        shutil.rmtree(self._settings.data / "photos")
        latest = str(backups.every(self._place)[-1])
        type_command("restore", latest, "--overwrite", "--data", str(self._settings.data))
        self.server.start()

    def silently(self) -> None:
        """Somebody puts the database of the latest backup in place by hand, and tells nobody."""
        self.server.stop()
        folder = backups.every(self._place)[-1]
        backup_copy.put_back(self._settings.database_url, folder, backups.read(folder).schema, "by-hand")
        self.server.start()

    def enrol(self) -> None:
        """The reference tablet is enrolled."""
        self._tablet.enrol(core.code(self.server.address), "reference")
        self._sign_in()

    def work(self) -> None:
        """A report with a picture on the reference tablet, which arrives."""
        with self._tablet.group():
            report = self._tablet.new_record("report", {"visit": self._visit, "person_met": "Manager 9"})
            described = {"report": report, "media_type": "image/jpeg", "purpose": "premises"}
            self._tablet.new_photo(described, PICTURE)
        self.sync()
        assert self._tablet.outbox.unsent() == 0

    def sync(self) -> None:
        """The reference tablet turns to the office."""
        self._sign_in()
        said = self._tablet.sync()
        assert said.complete, said

    def _sign_in(self) -> None:
        self._tablet.sign_in(core.OTHER_LOGIN, PASSWORD)

    def told(self) -> dict[str, Any]:
        """What the database holds: what became of every change of a tablet, and which pictures are whole."""
        context = open_context(self._settings, SystemClock())
        with closing(context.store), context.store.read() as tx:
            query = sa.select(CHANGES.c.id, CHANGES.c.status, CHANGES.c.code).join(
                DEVICES, DEVICES.c.id == CHANGES.c.device
            )
            rows = tx.execute(query.where(DEVICES.c.office.is_(False), CHANGES.c.id.is_not(None)))
            pictures = list(
                tx.execute(sa.select(PHOTO_BYTES.c.photo, PHOTO_BYTES.c.sha256, PHOTO_BYTES.c.size))
            )
            return {
                "changes": {
                    row.id: "landed" if row.status in LANDED else f"{row.status} {row.code}" for row in rows
                },
                "pictures": {row.photo: _whole(context, row.sha256, row.size) for row in pictures},
                "epoch": pulls.epoch(tx),
                "missing": [each.record for each in testimony.missing(tx)],
                "alarms": list(tx.execute(sa.select(ALARMS.c.code)).scalars()),
            }


def _whole(context: Any, sha256: str, size: int) -> bool:
    try:
        return len(b"".join(context.photos.read(sha256, 0, size))) == size
    except Problem:
        return False


@contextmanager
def asked(operator: Operator) -> Iterator[str]:
    """The address at which the story asks the operator for something, one thing at a time."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            act: Callable[[], Any] = getattr(operator, self.path.strip("/"))
            try:
                status, said = 200, act()
            except Exception as error:  # noqa: BLE001 - the story fails, and shows it
                status, said = 500, repr(error)
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    door = HTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=door.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{door.server_port}"
    finally:
        door.shutdown()
        thread.join()
        door.server_close()


@pytest.mark.timeout(600)
def test_a_browser_brings_back_what_it_was_told_had_arrived(
    settings: Settings, office: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIELD_JOURNAL", settings.journal)
    operator = Operator(settings, office["visit"])
    try:
        operator.server.start()
        with asked(operator) as address:
            story = {
                **office,
                "base": operator.server.address,
                "operator": address,
                "login": core.INSPECTOR_LOGIN,
                "other": core.OTHER_LOGIN,
                "password": PASSWORD,
                "supervisor": core.SUPERVISOR_LOGIN,
            }
            core.play(story, "restore.story", STORY_S)
    finally:
        operator.close()
