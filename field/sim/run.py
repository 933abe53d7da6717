"""Running the simulator: one seed, or a campaign of many. The same seed gives the same outcome."""

import shutil
import sqlite3
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import sqlalchemy as sa

from field.app import context_of, create_app
from field.sim.audit import Audit
from field.sim.clock import TrueClock
from field.sim.fleet import Fleet
from field.sim.holder import Holder
from field.sim.lost import Lost
from field.sim.moves import Moves
from field.sim.network import WEATHERS, InProcess, Network
from field.sim.oracle import Oracle
from field.sim.postgres import create_database, drop_database, running_postgres
from field.sim.world import HASHER, World
from field.store import migrate, tables
from field.store.engine import Store
from field.store.sealing import KEY_BYTES, Sealer
from field.sync.signing import ServerKey

DATABASES = ("sqlite", "postgres")
STEPS = 240
SEED_BYTES = 32

TABLETS: tuple[tuple[str, ...], ...] = (
    ("inspector-1",),
    ("inspector-1",),
    ("inspector-2", "inspector-3"),
    ("inspector-2",),
    ("inspector-4",),
    ("supervisor-1",),
)
"""Who uses each tablet: somebody has two, and two share one."""


class Outcome(msgspec.Struct, frozen=True):
    """What came of one seed. `lost` and `doubled` are counted by the oracle, and must be 0."""

    seed: int
    captured: int
    received: int
    pictures: int
    repeated: int
    conflicts_open: int
    quarantined: int
    declared_lost: int
    moved: int
    revoked: int
    lost: int
    doubled: int
    requests: int
    violations: list[str]
    seconds: float


class Summary(msgspec.Struct, frozen=True):
    """What came of a campaign. `failed` has the command that replays each seed with a violation."""

    database: str
    weather: str
    seeds: int
    captured: int
    received: int
    pictures: int
    repeated: int
    conflicts_open: int
    quarantined: int
    declared_lost: int
    moved: int
    revoked: int
    lost: int
    doubled: int
    violations: int
    failed: list[str]
    seconds: float


class Stage:
    """Where runs take place: the application once, and a fresh database for each seed."""

    def __init__(self, fresh: Callable[[], Iterator[str]]) -> None:
        self._fresh = contextmanager(fresh)
        self._server: InProcess | None = None

    def simulate(
        self, seed: int, weather: str = "worst", steps: int = STEPS, *, still: bool = False
    ) -> Outcome:
        """One run from a seed, against the real application and a real database.

        In the worst weather the office moves records and people; `still`: it does not, as in earlier days.
        """
        started = time.perf_counter()
        folder = Path(tempfile.mkdtemp(prefix="field-sim-"))
        true = TrueClock(seed)
        try:
            with self._fresh() as url:
                store = Store(url, Sealer(true.token(KEY_BYTES), true.token), durable=False, pool_size=2)
                try:
                    return self._run(store, true, folder, seed, weather, steps, started, still=still)
                finally:
                    store.close()
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _run(
        self,
        store: Store,
        true: TrueClock,
        folder: Path,
        seed: int,
        weather: str,
        steps: int,
        started: float,
        *,
        still: bool,
    ) -> Outcome:
        context = context_of(store, true, ServerKey(true.token(SEED_BYTES)), folder / "photos")
        # So few rows make a snapshot here that tablets meet some in every history.
        few = {"snapshots": folder / "snapshots", "snapshot_rows_min": 3}
        context = msgspec.structs.replace(context, **few)
        if self._server is None:
            self._server = InProcess(create_app(context, HASHER))
        self._server.app.state.context = context
        oracle = Oracle()
        world = World(context, self._server, true, oracle, f"world {seed}")
        world.found(establishments=4, visits=5)
        network = Network(self._server, true, WEATHERS[weather], f"network {seed}")
        holders = [
            Holder(f"{seed} tablet-{at}", folder, network, true, list(logins), oracle)
            for at, logins in enumerate(TABLETS, 1)
        ]
        moves = None if still or weather != "worst" else Moves(world, str(seed))
        lost = None if moves is None else Lost(world, str(seed))
        fleet = Fleet(world, holders, f"fleet {seed}", moves, lost)
        try:
            for holder in holders:
                holder.start(world)
            for _ in range(steps):
                fleet.step()
            network.calm()
            quiet = fleet.settle()
            found = Audit(world, fleet, oracle).carry_out()
        finally:
            for holder in holders:
                holder.tablet.close()
        found.violations.extend(f"S6: the server failed: {words}" for words in network.failures)
        if not quiet:
            found.violations.append("S4: the tablets do not come to rest")
        return Outcome(
            seed=seed,
            captured=len(oracle.edits) + len(oracle.acts),
            received=found.received,
            pictures=found.pictures,
            repeated=network.repeated,
            conflicts_open=found.conflicts_open,
            quarantined=found.quarantined,
            declared_lost=found.declared,
            moved=0 if moves is None else moves.moved,
            revoked=0 if lost is None else lost.revoked,
            lost=found.lost,
            doubled=found.doubled,
            requests=network.requests,
            violations=found.violations,
            seconds=round(time.perf_counter() - started, 3),
        )

    def close(self) -> None:
        """End the application's event loop."""
        if self._server is not None:
            self._server.close()


@contextmanager
def stage(database: str, admin_url: str | None = None) -> Iterator[Stage]:
    """A stage with its databases: SQLite files, or a PostgreSQL of its own (or the one at `admin_url`)."""
    if database == "sqlite":
        with _sqlite() as made:
            yield made
    elif admin_url is not None:
        with _postgres(admin_url) as made:
            yield made
    else:
        with running_postgres(fsync=False) as url, _postgres(url) as made:
            yield made


@contextmanager
def _sqlite() -> Iterator[Stage]:
    folder = Path(tempfile.mkdtemp(prefix="field-sim-"))
    template, path = folder / "template.db", folder / "field.db"
    migrate.upgrade(f"sqlite:///{template}")
    connection = sqlite3.connect(template)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()

    def fresh() -> Iterator[str]:
        for old in folder.glob("field.db*"):
            old.unlink()
        shutil.copy(template, path)
        yield f"sqlite:///{path}"

    made = Stage(fresh)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _postgres(admin_url: str) -> Iterator[Stage]:
    name = f"sim_{time.monotonic_ns()}"
    url = create_database(admin_url, name)
    migrate.upgrade(url)
    engine = sa.create_engine(url)

    in_order = tables.Table.metadata.sorted_tables
    with engine.begin() as connection:
        seeded = {table: connection.execute(sa.select(table)).mappings().all() for table in in_order}

    def fresh() -> Iterator[str]:
        # Emptying the tables takes a thirtieth of the time that another database takes.
        with engine.begin() as connection:
            # The trail refuses to be emptied, as it should; here it is not evidence of anything.
            connection.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER USER"))
            for table in reversed(in_order):
                connection.execute(sa.delete(table))
            for table in in_order:
                if seeded[table]:
                    connection.execute(sa.insert(table), [dict(row) for row in seeded[table]])
            connection.execute(sa.text("ALTER TABLE audit ENABLE TRIGGER USER"))
        yield url

    made = Stage(fresh)
    try:
        yield made
    finally:
        made.close()
        engine.dispose()
        drop_database(admin_url, name)


def simulate(seed: int, database: str = "sqlite", weather: str = "worst", steps: int = STEPS) -> Outcome:
    """One seed on a database of its own."""
    with stage(database) as made:
        return made.simulate(seed, weather, steps)


def broken_off(seed: int, error: Exception) -> Outcome:
    """The outcome of a run that ended in an error: nothing is counted, and where it happened is said."""
    at = traceback.extract_tb(error.__traceback__)[-1]
    words = f"S6: the run broke off at {Path(at.filename).name}:{at.lineno}: {error!r}"
    counts = dict.fromkeys((name for name in Outcome.__struct_fields__ if name not in _NOT_COUNTED), 0)
    return Outcome(seed=seed, violations=[words], seconds=0.0, **counts)


MISTAKES = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError),
    *(StopIteration, TypeError, ValueError),
)
"""What code raises that is wrong. A full disk or a database that is gone ends the campaign."""

_NOT_COUNTED = ("seed", "violations", "seconds")


def campaign(
    seeds: Iterable[int],
    database: str = "sqlite",
    weather: str = "worst",
    *,
    steps: int = STEPS,
    tell: Callable[[Outcome], None] = lambda _: None,
) -> Summary:
    """Many seeds, one after the other; `tell` hears of each as it ends. One that breaks off is a finding."""
    started = time.perf_counter()
    outcomes = []
    with stage(database) as made:
        for seed in seeds:
            try:
                outcome = made.simulate(seed, weather, steps)
            except MISTAKES as error:
                outcome = broken_off(seed, error)
            outcomes.append(outcome)
            tell(outcome)
    totals = {
        name: sum(getattr(outcome, name) for outcome in outcomes)
        for name in (
            *("captured", "received", "pictures", "repeated", "conflicts_open", "quarantined"),
            *("declared_lost", "moved", "revoked", "lost", "doubled"),
        )
    }
    return Summary(
        database=database,
        weather=weather,
        seeds=len(outcomes),
        violations=sum(len(outcome.violations) for outcome in outcomes),
        failed=[replay(o.seed, database, weather) for o in outcomes if o.violations],
        seconds=round(time.perf_counter() - started, 1),
        **totals,
    )


def replay(seed: int, database: str, weather: str) -> str:
    """The command that runs one seed again."""
    return f"field sim --seed {seed} --database {database} --weather {weather}"


def keep(path: Path, database: str, seeds: Sequence[int]) -> None:
    """Add seeds that found something to those that tests always run: a JSON object, by kind of database."""
    if not seeds:
        return
    kept = msgspec.json.decode(path.read_bytes(), type=dict[str, list[int]]) if path.exists() else {}
    kept[database] = sorted({*kept.get(database, []), *seeds})
    path.write_bytes(msgspec.json.format(msgspec.json.encode(kept, order="sorted"), indent=2) + b"\n")
