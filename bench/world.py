"""A small world to measure in: one district; inspectors with tablets, a visit and a report each."""

import json
from pathlib import Path

import msgspec
from shapely.geometry import box
from sqlalchemy import insert

from field import app
from field.api.context import Context
from field.clock import SystemClock
from field.config import Settings
from field.store import devices, office, people, registry
from field.store.office import Entry
from field.store.people import Person
from field.sync import changes
from field.sync.changes import START, Change, Private, commit
from field.sync.rights import INSPECTOR, SUPERVISOR, Posting
from field.sync.signing import DeviceKey, b64, push_message

DISTRICT = "bench"
LINE_BYTES = 2000
TOKEN = "bench-token-"


class Tablet(msgspec.Struct):
    """A tablet that builds its batches beforehand, so that making them is not measured."""

    device: str
    person: str
    visits: list[str]
    key: DeviceKey
    anchor: str
    token: str
    seq: int = 1
    prev: str = START
    report: str = ""

    def line(
        self,
        clock: SystemClock,
        record: str,
        op: changes.Op,
        kind: str,
        values: dict[str, object],
        **rest: object,
    ) -> bytes:
        """One encoded line, the next in this tablet's chain."""
        private: Private = rest.pop("private", {})  # type: ignore[assignment]
        change = Change(
            id=clock.uuid7(),
            device=self.device,
            seq=self.seq,
            prev=self.prev,
            op=op,
            by=self.person,
            kind=kind,
            record=record,
            set=msgspec.Raw(json.dumps(values, separators=(",", ":")).encode()),
            anchor=self.anchor,
            elapsed_ms=self.seq,
            boot="bench",
            **rest,  # type: ignore[arg-type]
        )
        raw = changes.encode(change, private)
        self.prev = changes.digest(raw.partition(b"\t")[0])
        self.seq += 1
        return raw

    def batch(self, clock: SystemClock, size: int) -> "Batch":
        """A signed batch: a report on a visit of its own, and its wage lines, about 2 kB each."""
        first = self.seq
        self.report = clock.uuid7()
        values: dict[str, object] = {"visit": self.visits.pop(), "months_checked": ["2026-03"]}
        lines = [self.line(clock, self.report, "create", "report", values | {"remarks": "x" * LINE_BYTES})]
        lines += [self._wage_line(clock, first + index) for index in range(1, size)]
        return self.sign(first, lines)

    def _wage_line(self, clock: SystemClock, number: int) -> bytes:
        salt = b64(clock.token(16))
        opened = [(salt, f"Worker {number}"), (salt, f"4210{number % 9 + 1}-{number % 10_000_000:07d}-1")]
        name, cnic = (commit(*value) for value in opened)
        values: dict[str, object] = {
            "report": self.report,
            "month": "2026-03",
            "wage_rs": 30_000 + number % 9000,
            "days": 26,
            "declared_wage_rs": None,
            "registered": False,
            "worker_name": name,
            "cnic": cnic,
        }
        values["remarks"] = "x" * (LINE_BYTES - 870)
        return self.line(
            clock,
            clock.uuid7(),
            "create",
            "wage_line",
            values,
            private={name: opened[0], cnic: opened[1]},
        )

    def sign(self, first: int, lines: list[bytes]) -> "Batch":
        """The lines as a push, with its signature."""
        signature = self.key.sign(push_message(self.device, first, changes.hashes(lines)))
        headers = {"Field-Device": self.device, "Field-First-Seq": str(first), "Field-Signature": signature}
        return Batch(headers, b"\n".join(lines) + b"\n", len(lines))


class Batch(msgspec.Struct, frozen=True):
    """A push as it goes over the wire."""

    headers: dict[str, str]
    body: bytes
    lines: int


def build(data: Path, url: str, count: int, visits: int = 0) -> tuple[Context, list[Tablet]]:
    """Set up `count` tablets with one inspector each, to whom so many visits are assigned."""
    clock = SystemClock()
    context = app.open_context(Settings(data=data, database_url=url), clock)
    now_ms = clock.now_ms()
    with context.store.write() as tx:
        shape = box(67, 24, 68, 25).wkb
        tx.execute(
            insert(registry.DISTRICTS),
            {
                "id": DISTRICT,
                "name": "Bench",
                "division": None,
                "aliases": "[]",
                "lat": None,
                "lon": None,
                "shape": shape,
            },
        )
        supervisor = _person(context, tx, "supervisor", SUPERVISOR)
        tablets = [_tablet(context, tx, index, now_ms) for index in range(count)]
    for tablet in tablets:
        _assign(context, tablet, supervisor, visits)
    return context, tablets


def _person(context: Context, tx: object, login: str, role: str) -> str:
    id = context.clock.uuid7()
    posting = Posting(id, role, DISTRICT, 0)  # type: ignore[arg-type]
    people.add(tx, Person(id, login, login, [posting]), "-", [context.clock.uuid7()], 0)  # type: ignore[arg-type]
    return id


def _tablet(context: Context, tx: object, index: int, now_ms: int) -> Tablet:
    person = _person(context, tx, f"inspector-{index}", INSPECTOR)
    key, device = DeviceKey.generate(), context.clock.uuid7()
    devices.make(tx, device, f"tablet {index}", key.public, DISTRICT, now_ms)  # type: ignore[arg-type]
    token = f"{TOKEN}{index}"
    people.open_session(context.store, tx, token, person, device, now_ms, now_ms + 86_400_000)  # type: ignore[arg-type]
    return Tablet(device, person, [], key, context.key.anchor(now_ms), token)


def _assign(context: Context, tablet: Tablet, supervisor: str, count: int) -> None:
    values = {
        "establishment": context.clock.uuid7(),
        "district": DISTRICT,
        "inspector": tablet.person,
        "status": "planned",
    }
    tablet.visits = [context.clock.uuid7() for _ in range(count)]
    entries = [Entry(kind="visit", record=id, op="create", set=values, by=supervisor) for id in tablet.visits]
    office.write(context.store, context.clock, context.office, entries)
