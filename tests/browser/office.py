"""A small office for the browser: two districts, a register, people, and a server process in front of them.

Everything is brought in as an office brings it in: by the commands, and by the API.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import datetime, timedelta, timezone
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import msgspec

from field.app import open_context
from field.cli import main
from field.clock import SystemClock
from field.config import Settings
from field.sim.day_desk import Desk
from field.sim.day_start import Account
from field.store import rows
from field.sync.merge import Record
from field.sync.rights import ADMINISTRATOR, DIRECTORATE, INSPECTOR, RECOVERY, SUPERVISOR
from field.sync.upcasting import SCHEMA

PASSWORD = "rose-water-1"
STARTED_WITHIN_S = 60
PAKISTAN = timezone(timedelta(hours=5))

HERE, ELSEWHERE = "korangi", "malir"
"""Two districts side by side: the story plays in the first, and nothing of it is seen in the second."""

OUTLINES: Mapping[str, Sequence[tuple[float, float]]] = {
    "Korangi": [(67.05, 24.78), (67.2, 24.76), (67.26, 24.84), (67.22, 24.93), (67.08, 24.9), (67.05, 24.78)],
    "Malir": [(67.22, 24.93), (67.26, 24.84), (67.52, 24.9), (67.5, 25.1), (67.3, 25.12), (67.22, 24.93)],
}

REGISTER = """registration_no,name,address,lat,lon,district,sector,workers_declared,phone
2004070001,Korangi Garment Works 1,"Plot 1, Sector 16",24.831,67.126,Korangi,garments,12,021-000-0001
2004070002,Korangi Textile Mill 2,"Plot 2, Sector 16",24.834,67.131,Korangi,textile,31,021-000-0002
2004070003,Korangi Tannery 3,"Plot 3, Sector 7-A",24.842,67.149,Korangi,leather,9,021-000-0003
2004070004,Korangi Food Factory and Cold Storage 4,"Plot 4, Sector 23",24.851,67.161,Korangi,food,54,
2011030001,Malir Rice Mill 1,"Plot 1, National Highway",24.952,67.312,Malir,rice,18,021-000-0005
2011030002,Malir Plastics Works 2,"Plot 2, National Highway",24.961,67.331,Malir,plastics,22,021-000-0006
"""

PEOPLE: Mapping[str, tuple[str, str]] = {
    "supervisor": (f"{SUPERVISOR}:{HERE}", "Supervisor, Korangi"),
    "supervisor-elsewhere": (f"{SUPERVISOR}:{ELSEWHERE}", "Supervisor, Malir"),
    "inspector-1": (f"{INSPECTOR}:{HERE}", "Inspector 1"),
    "inspector-2": (f"{INSPECTOR}:{HERE}", "Inspector 2"),
    "inspector-elsewhere": (f"{INSPECTOR}:{ELSEWHERE}", "Inspector 3"),
    "recovery": (RECOVERY, "Recovery officer"),
    "directorate": (DIRECTORATE, "Directorate"),
    "administrator": (ADMINISTRATOR, "Administrator"),
}
"""Postings and names by login."""


class Office:
    """A running server and what a test asks it directly, beside what it looks at in browsers."""

    def __init__(self, data: Path, port: int, accounts: Mapping[str, Account]) -> None:
        self.data = data
        self.port = port
        self.accounts = accounts
        self._desks: dict[str, Desk] = {}

    @property
    def address(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def today(self) -> str:
        """Today's date in Pakistan, as on the wire."""
        return datetime.now(PAKISTAN).date().isoformat()

    def desk(self, login: str) -> Desk:
        """Somebody's requests to the API."""
        if login not in self._desks:
            self._desks[login] = Desk(self.address, self.accounts[login])
        return self._desks[login]

    def assign(self) -> None:
        """Assign the day's visits of both districts, as their supervisors do."""
        self.desk("supervisor").assign(self.today, 2, 1)
        self.desk("supervisor-elsewhere").assign(self.today, 2, 1)

    def visit(self, id: str) -> dict[str, Any]:
        """A visit as the supervisor has it."""
        [found] = [each for each in self.desk("supervisor").get("/api/visits") if each["id"] == id]
        return dict(found)

    def statute(self) -> list[dict[str, Any]]:
        """The dated rows of the law."""
        found: list[dict[str, Any]] = self.desk("recovery").get("/api/statute")
        return found

    def stored(self, *ids: str, by_root: bool = False) -> dict[str, Record]:
        """Records as the database holds them, with personal values opened by the server's own key."""
        settings = Settings(data=self.data, database_url=f"sqlite:///{self.data / 'field.db'}")
        context = open_context(settings, SystemClock())
        try:
            with context.store.read() as tx:
                return rows.load(context.store, tx, ids, by_root=by_root)[0]
        finally:
            context.store.close()

    def close(self) -> None:
        """Close the desks' connections."""
        for desk in self._desks.values():
            desk.close()


def prepare(data: Path) -> dict[str, Account]:
    """Make a data folder with the districts, the register and the accounts; the accounts by login."""
    data.mkdir(parents=True)
    files = {"districts.geojson": _geojson(), "register.csv": REGISTER, "password": PASSWORD}
    for name, text in files.items():
        (data / name).write_text(text, encoding="utf-8")
    type_command("migrate", "--data", str(data))
    type_command("import", "districts", str(data / "districts.geojson"), "--data", str(data))
    type_command("import", "establishments", str(data / "register.csv"), "--data", str(data))
    return {login: _account(data, login) for login in PEOPLE}


def _account(data: Path, login: str) -> Account:
    posting, name = PEOPLE[login]
    role, _, district = posting.partition(":")
    password = ("--password-file", str(data / "password"))
    outcome = data / "made.json"
    more = ("--posting", posting, "--name", name, *password, "--data", str(data), "--json", str(outcome))
    type_command("user", "add", login, *more)
    made = json.loads(outcome.read_text())
    known = {"id": made["id"], "login": login, "password": PASSWORD, "role": role}
    return msgspec.convert({**known, "district": district or None}, Account)


def type_command(*arguments: str) -> None:
    """Type a command. Raises RuntimeError with what it said where it did not end well."""
    said = StringIO()
    code: Any = 0
    with redirect_stdout(said), redirect_stderr(said):
        try:
            main(list(arguments))
        except SystemExit as ended:
            code = ended.code
    if code:
        raise RuntimeError(f"field {' '.join(arguments)} ended with {code}: {said.getvalue()}")


def _geojson() -> str:
    features = []
    for name, outline in OUTLINES.items():
        lon, lat = (sum(place[axis] for place in outline[1:]) / len(outline[1:]) for axis in (0, 1))
        properties = {"name": name, "headquarters": name, "headquarters_lat": lat, "headquarters_lon": lon}
        geometry = {"type": "Polygon", "coordinates": [outline]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features})


@contextmanager
def running(data: Path, accounts: Mapping[str, Account]) -> Iterator[Office]:
    """A server process on a data folder, until the end."""
    port = _free_port()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("FIELD_")}
    # What came in is assessed soon: the story waits for it.
    environ["FIELD_BACKGROUND_S"] = "0.2"
    # Today's app is the oldest that this office takes.
    environ["FIELD_APP_LEAST"] = str(SCHEMA)
    command = [sys.executable, "-m", "field", "serve", "--data", str(data), "--port", str(port)]
    log = data / "server.log"
    with log.open("wb") as written:
        process = subprocess.Popen(command, env=environ, stdout=written, stderr=written)
    office = Office(data, port, accounts)
    try:
        _wait(office.address, process, log)
        yield office
    finally:
        office.close()
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{address}/api/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"the server did not start: {log.read_text()}")
