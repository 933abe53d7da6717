"""Many writers on one scope at once, and a tablet that pulls meanwhile, on a real PostgreSQL.

A position must not become visible before every smaller one (S3), and a page must be of one moment (S4). With
positions from a plain sequence a puller's cursor passes changes that commit later. `race` lets writers and
puller run as they like; `held_open` arranges the order of events that does the harm, so that it always shows.
"""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import sqlalchemy as sa

from field.app import context_of, create_app
from field.clock import SystemClock
from field.problems import Problem
from field.sim.network import InProcess
from field.sim.sabotage import replaced
from field.sim.world import HASHED, HASHER, PASSWORD
from field.store import devices, office, people, pushes, rows
from field.store.engine import Store
from field.store.office import Entry
from field.store.people import Person
from field.store.pushes import Push
from field.store.registry import DISTRICTS
from field.store.sealing import KEY_BYTES, Sealer
from field.sync import changes
from field.sync.changes import START, Change
from field.sync.landing import Scope
from field.sync.rights import INSPECTOR, Posting
from field.sync.signing import ServerKey
from field.tablet.tablet import Tablet

DISTRICT = "korangi"
CODE = "ABCDE-FGHJK"
LOGIN = "inspector-1"
SEED_BYTES = 32
ROWS = 50
PATIENCE_S = 60.0
LOOK_S = 0.01


class Found(msgspec.Struct, frozen=True):
    """What came of a race: how many pages were pulled while changes landed, and what went wrong."""

    landed: int
    pages: int
    violations: list[str]


class Writer:
    """A tablet's line of changes, handed in without a network."""

    def __init__(self, id: str, by: str, clock: SystemClock) -> None:
        self._id = id
        self._by = by
        self._clock = clock
        self._seq, self._prev = 1, START

    def push(self, store: Store, kind: str, record: str, values: dict[str, Any], op: changes.Op) -> None:
        """Land one change."""
        change = Change(
            id=self._clock.uuid7(),
            device=self._id,
            seq=self._seq,
            prev=self._prev,
            op=op,
            by=self._by,
            kind=kind,
            record=record,
            set=msgspec.Raw(msgspec.json.encode(values)),
            anchor="now",
        )
        line = changes.read_line(changes.encode(change), self._seq)
        pushes.land(store, Push(self._id, [line]), self._clock.now_ms(), lambda _: self._clock.now_ms())
        self._seq, self._prev = self._seq + 1, line.hash


def race(url: str, writers: int = 8, each: int = 60) -> Found:
    """Have writers land `each` changes on one scope while a tablet pulls; the database is prepared, empty."""
    with _stage(url, writers) as (store, clock, puller):
        return _race(store, clock, puller, writers, each)


def held_open(url: str) -> Found:
    """Two writers on one scope: the first has its position and does not commit yet, the second comes later.

    A tablet pulls while the first is held open, and again after both. The database is prepared, empty.
    """
    with _stage(url, writers=2) as (store, clock, puller):
        return _held_open(store, clock, puller)


@contextmanager
def _stage(url: str, writers: int) -> Iterator[tuple[Store, SystemClock, Tablet]]:
    clock = SystemClock()
    store = Store(url, Sealer(clock.token(KEY_BYTES), clock.token), durable=False, pool_size=writers + 2)
    try:
        context = context_of(store, clock, ServerKey(clock.token(SEED_BYTES)))
        server = InProcess(create_app(context, HASHER))
        puller = Tablet(":memory:", server, clock, synchronous=False)
        try:
            yield store, clock, puller
        finally:
            puller.close()
            server.close()
    finally:
        store.close()


def _held_open(store: Store, clock: SystemClock, puller: Tablet) -> Found:
    person, visit = _found(store, clock)
    puller.enrol(CODE)
    puller.sign_in(LOGIN, PASSWORD)
    _pull_all(puller)
    has_its_position, may_commit = threading.Event(), threading.Event()
    errors: list[str] = []

    def write(remarks: str) -> None:
        hand = Writer(_device(store, clock, person), person, clock)
        try:
            hand.push(store, "report", clock.uuid7(), {"visit": visit, "remarks": remarks}, "create")
        except (Problem, sa.exc.SQLAlchemyError) as error:
            errors.append(f"S6: the {remarks} writer failed: {error!r}")
            has_its_position.set()

    first = threading.Thread(target=write, args=("first",))
    second = threading.Thread(target=write, args=("second",))
    save = rows.save

    def held(*all_of_it: Any) -> None:
        if threading.current_thread() is first:
            has_its_position.set()
            may_commit.wait(PATIENCE_S)
        save(*all_of_it)

    with replaced(rows, "save", held):
        first.start()
        has_its_position.wait(PATIENCE_S)
        second.start()
        _until_stopped(store, second)
        overtaken = not second.is_alive()
        pages = _pull_all(puller)
        may_commit.set()
        first.join()
        second.join()
    if overtaken:
        errors.append("S3: a writer committed a later position while an earlier one was still open")
    pages += _pull_all(puller)
    return Found(2, pages, [*errors, *_compare(store, puller)])


def _until_stopped(store: Store, writer: threading.Thread) -> None:
    """Wait until a writer is done, or the database has it wait for a lock."""
    for _ in range(int(PATIENCE_S / LOOK_S)):
        with store.read() as tx:
            waiting = tx.execute(_WAITING).scalar_one()
        if waiting or not writer.is_alive():
            return
        time.sleep(LOOK_S)
    raise TimeoutError("The second writer neither came to an end nor waited for a lock.")


_WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def _pull_all(puller: Tablet) -> int:
    pages = 1
    while puller.pull(ROWS):
        pages += 1
    return pages


def _race(store: Store, clock: SystemClock, puller: Tablet, writers: int, each: int) -> Found:
    person, visit = _found(store, clock)
    puller.enrol(CODE)
    puller.sign_in(LOGIN, PASSWORD)
    hands = [Writer(_device(store, clock, person), person, clock) for _ in range(writers)]
    errors: list[str] = []

    def write(hand: Writer) -> None:
        try:
            for number in range(each):
                hand.push(store, "report", clock.uuid7(), {"visit": visit, "remarks": str(number)}, "create")
        except (Problem, sa.exc.SQLAlchemyError) as error:
            errors.append(f"S6: a writer failed: {error!r}")

    threads = [threading.Thread(target=write, args=(hand,)) for hand in hands]
    for thread in threads:
        thread.start()
    pages = 0
    while any(thread.is_alive() for thread in threads):
        puller.pull(ROWS)
        pages += 1
    for thread in threads:
        thread.join()
    _pull_all(puller)
    found = _compare(store, puller)
    return Found(writers * each, pages, [*errors, *found])


def _found(store: Store, clock: SystemClock) -> tuple[str, str]:
    person, unit, visit = clock.uuid7(), clock.uuid7(), clock.uuid7()
    with store.write() as tx:
        tx.execute(sa.insert(DISTRICTS), {"id": DISTRICT, "name": DISTRICT, "aliases": "[]", "shape": b""})
        posted = Person(person, LOGIN, "Inspector 1", [Posting(person, INSPECTOR, DISTRICT, 0)])
        people.add(tx, posted, HASHED, [clock.uuid7()], clock.now_ms())
        devices.issue_code(tx, CODE, DISTRICT, None, clock.now_ms() + 10**6)
    place = {"establishment": unit, "district": DISTRICT, "inspector": person, "status": "planned"}
    entries = [
        Entry(kind="establishment", record=unit, op="create", set={"name": "Mill", "district": DISTRICT}),
        Entry(kind="visit", record=visit, op="create", set=place),
    ]
    office.write(store, clock, office.ensure(store, clock), entries)
    return person, visit


def _device(store: Store, clock: SystemClock, person: str) -> str:
    id, now_ms = clock.uuid7(), clock.now_ms()
    with store.write() as tx:
        devices.make(tx, id, id, id, DISTRICT, now_ms)
        people.open_session(store, tx, id, person, id, now_ms, now_ms + 10**9)
    return id


def _compare(store: Store, puller: Tablet) -> list[str]:
    held = {record for records in puller.replica.everything().values() for record in records}
    with store.read() as tx:
        records = set(tx.execute(sa.select(rows.RECORDS.c.id)).scalars())
    found = [f"S3: the tablet never got {record}" for record in sorted(records - held)]
    if puller.replica.refetched():
        found.append(f"S4: {puller.replica.refetched()} pages did not match their checksum")
    return found


@contextmanager
def plain_sequence() -> Iterator[None]:
    """Positions from a counter, given without holding the scope until the commit."""
    numbers = itertools.count(1)
    heights: dict[str, int] = {}
    guard = threading.Lock()
    honest_lock, honest_save = rows.lock_scopes, rows.save

    def lock_scopes(_: Store, tx: sa.Connection, names: Any) -> tuple[dict[str, Scope], dict[str, int]]:
        query = sa.select(rows.SCOPES).where(rows.SCOPES.c.name.in_(sorted(set(names))))
        found = {row.name: row for row in tx.execute(query)}
        if len(found) < len(set(names)):
            return honest_lock(_, tx, names)
        heads = {name: Scope(name, 100 * next(numbers), row.checksum) for name, row in found.items()}
        return heads, {name: row.id for name, row in found.items()}

    def save(store: Store, tx: sa.Connection, draft: Any, *rest: Any) -> None:
        with guard:
            for head in draft.scopes.values():
                head.n = heights[head.name] = max(head.n, heights.get(head.name, 0))
        honest_save(store, tx, draft, *rest)

    with replaced(rows, "lock_scopes", lock_scopes), replaced(rows, "save", save):
        yield
