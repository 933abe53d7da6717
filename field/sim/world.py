"""The world of a run: two districts, who works there, establishments, visits, and the office's acts."""

import itertools
import random
from typing import Any

import msgspec
import sqlalchemy as sa
from argon2 import PasswordHasher

from field.api.context import Context
from field.problems import Problem
from field.sim.clock import TrueClock
from field.sim.edits import Edit, Screen, Value
from field.sim.network import InProcess
from field.sim.oracle import Oracle
from field.store import office, people, tables
from field.store.office import Entry
from field.store.people import Person
from field.store.registry import DISTRICTS
from field.store.uploads import PHOTO_BYTES
from field.sync.rights import INSPECTOR, SUPERVISOR, Posting, Role
from field.tablet.transport import Response

HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""As weak as can be: nobody's password is kept here."""

PASSWORD = "rose-water"
HASHED = HASHER.hash(PASSWORD)
ANSWERED = 300
JSON = {"content-type": "application/json"}


class Somebody(msgspec.Struct, frozen=True):
    """One of the people, and the district where they may work."""

    id: str
    login: str
    district: str
    role: Role


class World:
    """The office's side of a run. Its own line is good: only tablets have bad weather."""

    def __init__(
        self, context: Context, server: InProcess, true: TrueClock, oracle: Oracle, seed: str
    ) -> None:
        self.context = context
        self.server = server
        self.true = true
        self.oracle = oracle
        self.chance = random.Random(seed)
        self._numbers = itertools.count(1)
        self._sessions: dict[str, tuple[str, int]] = {}
        self.people: dict[str, Somebody] = {}
        self.establishments: list[str] = []
        self.visits: list[str] = []
        self.inspector_of: dict[str, str] = {}
        self.decided: list[str] = []

    def number(self) -> int:
        """A number that no other value in this run has."""
        return next(self._numbers)

    # At the beginning.

    def found(self, establishments: int, visits: int) -> None:
        """Districts, people, establishments and visits."""
        with self.context.store.write() as tx:
            for district in ("korangi", "malir"):
                tx.execute(
                    sa.insert(DISTRICTS), {"id": district, "name": district, "aliases": "[]", "shape": b""}
                )
            for login, role, district in (
                ("inspector-1", INSPECTOR, "korangi"),
                ("inspector-2", INSPECTOR, "korangi"),
                ("inspector-3", INSPECTOR, "korangi"),
                ("inspector-4", INSPECTOR, "malir"),
                ("supervisor-1", SUPERVISOR, "korangi"),
                ("supervisor-2", SUPERVISOR, "malir"),
            ):
                self._employ(tx, login, role, district)
        entries = [self._establishment(at) for at in range(establishments)]
        entries += [self._visit(at) for at in range(visits)]
        self.write(entries)

    def _employ(self, tx: sa.Connection, login: str, role: Role, district: str) -> None:
        id = self.true.uuid7()
        person = Person(id, login, login.capitalize(), [Posting(id, role, district, 0)])
        people.add(tx, person, HASHED, [self.true.uuid7()], self.true.now_ms())
        self.oracle.posted[id] = district
        self.people[login] = Somebody(id, login, district, role)

    def _establishment(self, at: int) -> Entry:
        id, number = self.true.uuid7(), self.number()
        self.establishments.append(id)
        values = {
            "name": f"Mill {number}",
            "district": "malir" if at % 3 == 2 else "korangi",
            "address": f"Plot {number}",
            "owner": f"Seth {number}",
            "workers_declared": number,
            "phone": f"021 {number}",
        }
        if self.chance.random() < 0.5:
            values["status"] = "open"
        return Entry(kind="establishment", record=id, op="create", set=values)

    def _visit(self, at: int) -> Entry:
        id = self.true.uuid7()
        self.visits.append(id)
        login = ("inspector-1", "inspector-2", "inspector-3", "inspector-4")[at % 4]
        somebody = self.people[login]
        self.inspector_of[id] = somebody.id
        near = [
            e for place, e in enumerate(self.establishments) if (place % 3 == 2) == (login == "inspector-4")
        ]
        values = {
            "establishment": self.chance.choice(near),
            "district": somebody.district,
            "inspector": somebody.id,
            "due": "2026-01-05",
            "status": "planned",
        }
        return Entry(kind="visit", record=id, op="create", set=values)

    def write(self, entries: list[Entry]) -> None:
        """The office's own entries, which the oracle hears of as well."""
        t = self.true.now_ms()
        answers = office.write(self.context.store, self.true, self.context.office, entries)
        for entry, answer in zip(entries, answers, strict=True):
            self.oracle.note(
                Edit(
                    id=answer.id or "",
                    device=self.context.office,
                    seq=answer.seq,
                    op=entry.op,
                    kind=entry.kind,
                    record=entry.record,
                    values=dict(entry.set),
                    t=t,
                )
            )

    # Through the console.

    def everybody_out(self) -> None:
        """Whoever sits at a desk must sign in anew: the sessions are gone."""
        self._sessions.clear()

    def employ(self, login: str, role: Role, district: str) -> None:
        """Somebody new is given an account."""
        with self.context.store.write() as tx:
            self._employ(tx, login, role, district)

    def ask(self, login: str, method: str, path: str, body: object = None) -> Response:
        """A request of somebody at a desk in the office."""
        token, until_ms = self._sessions.get(login, ("", 0))
        if until_ms <= self.true.now_ms():
            signed_in = self._send("POST", "/api/sign-in", {"login": login, "password": PASSWORD}, {})
            answer = msgspec.json.decode(signed_in.body)
            token = answer["token"]
            self._sessions[login] = token, answer["expires_ms"]
        return self._send(method, path, body, {"authorization": f"Bearer {token}"})

    def _send(self, method: str, path: str, body: object, headers: dict[str, str]) -> Response:
        raw = body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        return self.server.send(method, path, JSON | headers, raw)

    def code(self, district: str) -> str:
        """A one-time code to enrol a tablet."""
        supervisor = next(p for p in self.people.values() if p.role == SUPERVISOR and p.district == district)
        answer = self.ask(supervisor.login, "POST", "/api/devices/codes", {"district": district})
        return str(msgspec.json.decode(answer.body)["code"])

    def conflicts(self, login: str) -> list[dict[str, Any]]:
        """The open conflicts of a supervisor's district, as the console lists them."""
        found: list[dict[str, Any]] = msgspec.json.decode(self.ask(login, "GET", "/api/conflicts").body)
        return found

    def decide(self, login: str, conflict: dict[str, Any]) -> None:
        """A supervisor decides on a conflict as they saw it: for a candidate, or for a value of their own."""
        listed = conflict["values"]
        seen = [candidate["write"] for candidate in listed["candidates"]]
        about = listed["about"]
        asked: dict[str, Any] = {"seen": seen, "reason": "Seen the register."}
        chosen = self.oracle.edits.get(self.chance.choice(seen))
        assert chosen is not None
        own = about in ("address", "owner") and self.chance.random() < 0.4
        value: Value = f"{about} {self.number()}"
        if own:
            asked["value"] = value
        else:
            asked["choose"] = chosen.id
            value = chosen.values.get(about)
        t = self.true.now_ms()
        answer = self.ask(login, "POST", f"/api/conflicts/{conflict['record']}/decide", asked)
        if answer.status >= ANSWERED:
            return  # somebody decided meanwhile, and says so
        receipt = msgspec.json.decode(answer.body)
        self.decided.append(conflict["record"])
        saw = frozenset(chosen.saw | set(seen)) if about == "withdrawn" else frozenset[str]()
        self.oracle.note(
            Edit(
                id=receipt["id"],
                device=self.context.office,
                seq=receipt["seq"],
                op="decide",
                kind=listed["of"],
                record=listed["record"],
                values={about: value},
                by=self.people[login].id,
                screen=Screen(candidates={about: frozenset(seen)}),
                parent=self._parent(listed["record"]),
                t=t,
                saw=saw,
            )
        )

    def _parent(self, record: str) -> str | None:
        made = (e for e in self.oracle.edits.values() if e.record == record and e.op == "create")
        return next((edit.parent for edit in made), None)

    def give(self, visit: str) -> None:
        """A supervisor gives a visit in Korangi to the other inspector."""
        one, other = self.people["inspector-1"].id, self.people["inspector-2"].id
        to = other if self.inspector_of[visit] == one else one
        t = self.true.now_ms()
        answer = self.ask("supervisor-1", "POST", f"/api/visits/{visit}/inspector", {"inspector": to})
        receipt = msgspec.json.decode(answer.body)
        self.inspector_of[visit] = to
        self.oracle.note(
            Edit(
                id=receipt["id"],
                device=self.context.office,
                seq=receipt["seq"],
                op="set",
                kind="visit",
                record=visit,
                values={"inspector": to},
                by=self.people["supervisor-1"].id,
                t=t,
            )
        )

    # At the end.

    def rows(self) -> dict[str, dict[str, tuple[bytes, bytes | None]]]:
        """Public and private bytes of every row in the database, by scope and record."""
        feed, scopes = tables.Feed.__table__, tables.Scope.__table__  # type: ignore[attr-defined]
        query = sa.select(scopes.c.name, feed.c.record, feed.c.body, feed.c.private).join(
            scopes, scopes.c.id == feed.c.scope
        )
        found: dict[str, dict[str, tuple[bytes, bytes | None]]] = {}
        with self.context.store.read() as tx:
            for row in tx.execute(query):
                private = self.context.store.sealer.open(row.private)
                if not bytes(row.body).startswith(b'{"gone"'):
                    found.setdefault(row.name, {})[row.record] = (bytes(row.body), private)
        return found

    def pictures(self) -> dict[str, bytes]:
        """The bytes that the office keeps of every photo, by its record."""
        query = sa.select(PHOTO_BYTES.c.photo, PHOTO_BYTES.c.sha256, PHOTO_BYTES.c.size)
        with self.context.store.read() as tx:
            kept = list(tx.execute(query))
        return {row.photo: self._picture(row.sha256, row.size) for row in kept}

    def _picture(self, sha256: str, size: int) -> bytes:
        try:
            return b"".join(self.context.photos.read(sha256, 0, size))
        except Problem:
            return b""

    def checksums(self) -> dict[str, int]:
        """The checksum that the database keeps of every scope."""
        scopes = tables.Scope.__table__  # type: ignore[attr-defined]
        with self.context.store.read() as tx:
            return {row.name: row.checksum for row in tx.execute(sa.select(scopes))}

    def receipts(self) -> list[Any]:
        """Every line that the server ever received, with its receipt."""
        changes = tables.Change.__table__  # type: ignore[attr-defined]
        with self.context.store.read() as tx:
            return list(tx.execute(sa.select(changes).order_by(changes.c.device, changes.c.seq)))
