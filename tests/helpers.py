"""A small office for tests: an app on a database, districts, people, and tablets that push signed lines."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

import msgspec
from argon2 import PasswordHasher
from litestar import Litestar
from litestar.testing import TestClient
from shapely.geometry import box, mapping

from field import app
from field.api.context import Context
from field.clock import SeededClock
from field.geo.districts import District
from field.store import devices, districts, office, people
from field.store.engine import Store
from field.store.office import Entry
from field.store.people import Person
from field.store.sealing import KEY_BYTES, Sealer
from field.sync import changes
from field.sync.changes import START, Change, Private, commit
from field.sync.rights import Posting, Role
from field.sync.signing import DeviceKey, ServerKey, b64, push_message

HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "rose-water"
_HASHED = HASHER.hash(PASSWORD)
_numbers = count(1)


def square(id: str, lat: float, lon: float, size: float = 1.0, **more: Any) -> District:
    """A district of `size` degrees with its south-western corner at a place."""
    outline = mapping(box(lon, lat, lon + size, lat + size))
    geometry = {"type": "MultiPolygon", "coordinates": [outline["coordinates"]]}
    values = {"name": id.title(), "geometry": msgspec.json.encode(geometry).decode(), **more}
    return District(id=id, **values)


KORANGI = square("korangi", 24.0, 67.0, headquarters="Korangi", headquarters_lat=24.5, headquarters_lon=67.5)
SUKKUR = square("sukkur", 27.0, 68.0)


@contextmanager
def open_world(database_url: str, seed: int | str = 1) -> Iterator["World"]:
    """An office on a database with the districts korangi and sukkur; closed at the end."""
    clock = SeededClock(seed)
    store = Store(database_url, Sealer(clock.token(KEY_BYTES), clock.token), durable=False)
    try:
        context = app.context_of(store, clock, ServerKey(clock.token(32)))
        districts.save(store, [KORANGI, SUKKUR])
        yield World(context, clock)
    finally:
        store.close()


class World:
    """An office, and what tests do in it."""

    def __init__(self, context: Context, clock: SeededClock) -> None:
        self.context = context
        self.store = context.store
        self.clock = clock

    def app(self, **options: Any) -> Litestar:
        """The application, without background work unless asked for."""
        return app.create_app(self.context, HASHER, **{"background_s": None, **options})

    def person(self, role: Role, district: str | None, login: str | None = None) -> str:
        """Somebody with one posting since 1970; sign in with the login (default: role-district)."""
        id = self.clock.uuid7()
        person = Person(
            id, login or f"{role}-{district}", f"Name of {role}", [Posting(id, role, district, 0)]
        )
        with self.store.write() as tx:
            people.add(tx, person, _HASHED, [self.clock.uuid7()], self.clock.now_ms())
        return id

    def write(self, *entries: Entry) -> None:
        """Land changes of the office."""
        office.write(self.store, self.clock, self.context.office, entries)

    def establishment(self, district: str, **values: Any) -> str:
        """A new establishment."""
        id = self.clock.uuid7()
        known = {"name": f"Unit {next(_numbers)}", "registration_no": f"20240{next(_numbers)}", **values}
        self.write(Entry(kind="establishment", record=id, op="create", set={**known, "district": district}))
        return id

    def visit(self, establishment: str, district: str, inspector: str | None, **values: Any) -> str:
        """A new visit."""
        id = self.clock.uuid7()
        known = {"establishment": establishment, "district": district, "inspector": inspector}
        self.write(Entry(kind="visit", record=id, op="create", set={**known, "status": "planned", **values}))
        return id

    def tablet(self, person: str, district: str) -> "Tablet":
        """An enrolled tablet on which somebody is signed in."""
        key, id = DeviceKey.generate(), self.clock.uuid7()
        token, now_ms = f"tablet {id}", self.clock.now_ms()
        with self.store.write() as tx:
            devices.make(tx, id, f"tablet {id[-4:]}", key.public, district, now_ms)
            people.open_session(self.store, tx, token, person, id, now_ms, now_ms + 10**10)
        return Tablet(self, id, person, key, token)


class Tablet:
    """A tablet that captures lines and pushes them; `field.tablet` is the real one."""

    def __init__(self, world: World, id: str, person: str, key: DeviceKey, token: str) -> None:
        self.world, self.id, self.person, self.key, self.token = world, id, person, key, token
        self._seq, self._prev = 1, START
        self._lines: list[bytes] = []

    def change(
        self,
        kind: str,
        record: str,
        values: Mapping[str, Any],
        op: changes.Op = "set",
        personal: Mapping[str, str] | None = None,
        id: str | None = None,
        **more: Any,
    ) -> str:
        """Capture a change; give its id, a new one where none is given.

        `personal` values are committed to with a fresh salt.
        """
        context, clock = self.world.context, self.world.clock
        salt = b64(clock.token(16))
        opened = {name: (salt, value) for name, value in (personal or {}).items()}
        private: Private = {commit(*value): value for value in opened.values()}
        change = Change(
            id=id or clock.uuid7(),
            device=self.id,
            seq=self._seq,
            prev=self._prev,
            op=op,
            by=self.person,
            kind=kind,
            record=record,
            set=msgspec.Raw(
                msgspec.json.encode({**values, **{name: commit(*value) for name, value in opened.items()}})
            ),
            **{"anchor": context.key.anchor(clock.now_ms()), **more},
        )
        line = changes.encode(change, private)
        self._lines.append(line)
        self._seq, self._prev = self._seq + 1, changes.digest(line.partition(b"\t")[0])
        return change.id

    def report(
        self, visit: str, lines: Sequence[Mapping[str, Any]] = (), **values: Any
    ) -> tuple[str, list[str]]:
        """Capture a report with wage lines; give the ids. `cnic` and `worker_name` of a line are personal."""
        clock = self.world.clock
        report, ids = clock.uuid7(), [clock.uuid7() for _ in lines]
        group = {"first": self._seq, "last": self._seq + len(lines)} if lines else {}
        known = {"months_checked": ["2024-07"], "months_paid": [], **values}
        self.change("report", report, {"visit": visit, **known}, "create", **group)
        for id, line in zip(ids, lines, strict=True):
            personal = {name: line[name] for name in ("cnic", "worker_name") if name in line}
            plain = {name: value for name, value in line.items() if name not in personal}
            self.change("wage_line", id, {"report": report, **plain}, "create", personal, **group)
        return report, ids

    def push(self, client: TestClient[Litestar]) -> dict[str, Any]:
        """Hand in everything captured since the last push; give the server's answer."""
        answer = self.handed_in(client)
        self._lines = []
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def handed_in(self, client: TestClient[Litestar], **more: str) -> Any:
        """The same, whatever is answered, with `more` headers; it is kept to be handed in again."""
        first = self._seq - len(self._lines)
        signature = self.key.sign(push_message(self.id, first, changes.hashes(self._lines)))
        headers = {
            "Field-Device": self.id,
            "Field-First-Seq": str(first),
            "Field-Signature": signature,
            **more,
        }
        body = b"\n".join(self._lines) + b"\n"
        return client.post("/api/sync/push", content=body, headers=headers)


def sign_in(client: TestClient[Litestar], login: str) -> dict[str, str]:
    """Sign in in the console; give the header that says so."""
    answer = client.post("/api/sign-in", json={"login": login, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}
