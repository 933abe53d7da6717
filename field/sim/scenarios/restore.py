"""The office loses its server: an old backup and its journal are all there is, and what the tablets keep.

A whole fleet works on a bad network; in the middle of it a backup is made. Then come more work, decisions,
establishments, visits and inspectors that move. The server and its database are gone. From the backup and the
journal there is another one, the tablets find it, and the oracle, which never hears of any of this, judges by
what was typed.

In a second plot a tablet is enrolled after the backup, another one stolen and revoked, and somebody employed.
"""

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import sqlalchemy as sa

from field.api.context import Context
from field.app import context_of, create_app
from field.sim.audit import Audit
from field.sim.clock import TrueClock
from field.sim.fleet import Fleet
from field.sim.holder import Holder
from field.sim.lost import Lost
from field.sim.moves import Moves
from field.sim.network import WEATHERS, InProcess, Network
from field.sim.oracle import Oracle
from field.sim.scenarios import Found, Place
from field.sim.world import HASHER, JSON, PASSWORD, World
from field.store import backup_copy, backups, lives, migrate, renewing, tables
from field.store.engine import Store
from field.store.journal import Journal
from field.store.sealing import KEY_BYTES, Sealer
from field.sync.receipts import LANDED
from field.sync.rights import INSPECTOR
from field.sync.signing import ServerKey
from field.tablet.door import Refused
from field.tablet.tablet import Tablet

STEPS = 70
SEED_BYTES = 32
TABLETS = (("inspector-1",), ("inspector-2", "inspector-3"), ("inspector-4",), ("supervisor-1",))
CHANGES = tables.Change.__table__  # type: ignore[attr-defined]  # SQLModel adds it
DEVICES = tables.Device.__table__  # type: ignore[attr-defined]
WELL = 200


class Office:
    """The server with its database, its keys and its journal; all but these two can be lost."""

    def __init__(self, place: Place, seed: int, true: TrueClock) -> None:
        self.place = place
        self.true = true
        self.key = ServerKey(true.token(SEED_BYTES))
        self.sealer = Sealer(true.token(KEY_BYTES), true.token)
        self.journal = Journal(place.folder / f"journal-{seed}", durable=False)
        self.photos = place.folder / f"photos-{seed}"
        self.url = place.fresh()
        self.store = self._open()

    def _open(self) -> Store:
        return Store(self.url, self.sealer, durable=False, pool_size=2)

    def context(self, *, renew: bool = False) -> Context:
        """The parts of the server, opened."""
        return context_of(self.store, self.true, self.key, self.photos, None, self.journal, renew=renew)

    def back_up(self) -> Path:
        """A backup as `field backup` makes it, while everything runs."""
        target = self.place.folder / "backups"
        secrets, now_ms = self.place.folder / "secrets", self.true.now_ms()
        folder, manifest = backups.make(self.url, self.photos / "kept", secrets, target, now_ms)
        assert not backups.verify(folder)[1]
        with self.store.write() as tx:
            lives.announce(tx, lives.told(folder, manifest, self.true.uuid7(), now_ms), manifest.lines)
        return folder

    def lose(self) -> None:
        """Nothing is left of the server but what is elsewhere."""
        self.store.close()
        shutil.rmtree(self.photos, ignore_errors=True)

    def restore(self, folder: Path) -> renewing.Renewed:
        """What `field restore` does, into a database of its own."""
        manifest, faults = backups.verify(folder)
        assert not faults, faults
        self.url = self.place.fresh()
        backup_copy.put_back(self.url, folder, manifest.schema, "before")
        migrate.upgrade(self.url)
        backups.put_photos_back(folder, self.photos / "kept")
        self.store = self._open()
        return renewing.renew(self.store, self.true, self.journal, by="field restore", why="restored")


def play(place: Place, seed: int) -> Found:
    """Two losses and two restores. S7, and with it S1, S2, S4, S5 and S8."""
    found = _stage(place, seed, TABLETS, _fleet)
    other = _stage(place, seed + 1_000_000, (), _thief)
    return Found({**found.facts, **other.facts}, [*found.violations, *other.violations])


class Scene(msgspec.Struct, frozen=True):
    """What a plot has to play with."""

    office: Office
    world: World
    network: Network
    fleet: Fleet
    oracle: Oracle
    folder: Path
    true: TrueClock

    def burn_and_restore(self, backup: Path) -> renewing.Renewed:
        """The server is lost; another one takes its address."""
        lines = self.world.receipts()
        self.office.lose()
        done = self.office.restore(backup)
        self.world.context = self.office.context()
        self.network.server.app.state.context = self.world.context
        self.world.everybody_out()
        if self.fleet.lost is not None:
            self.fleet.lost.forgotten(self.fleet.holders, lines)
        return done


def _stage(
    place: Place, seed: int, tablets: Sequence[tuple[str, ...]], plot: Callable[[Scene], Found]
) -> Found:
    true = TrueClock(f"restore {seed}")
    office = Office(place, seed, true)
    server = InProcess(create_app(office.context(), HASHER, background_s=None))
    holders: list[Holder] = []
    try:
        oracle = Oracle()
        world = World(server.app.state.context, server, true, oracle, f"world {seed}")
        world.found(establishments=4, visits=5)
        network = Network(server, true, WEATHERS["bad"], f"network {seed}")
        holders = [
            Holder(f"{seed} tablet-{seed}-{at}", place.folder, network, true, list(logins), oracle)
            for at, logins in enumerate(tablets, 1)
        ]
        lost = Lost(world, f"restore {seed}")
        fleet = Fleet(world, holders, f"fleet {seed}", Moves(world, f"restore {seed}"), lost)
        for holder in holders:
            holder.start(world)
        return plot(Scene(office, world, network, fleet, oracle, place.folder, true))
    finally:
        for holder in holders:
            holder.tablet.close()
        server.close()
        office.store.close()


def _fleet(scene: Scene) -> Found:
    """A whole fleet, before and after; at the end nobody can tell that anything happened."""
    # From the first backup on tablets let go of nothing that none holds.
    scene.office.back_up()
    scene.true.advance(60_000)
    _work(scene)
    backup = scene.office.back_up()
    _work_while_the_office_acts(scene)
    before = _told(scene.office.store)
    done = scene.burn_and_restore(backup)
    forgotten = len(before) - len(_told(scene.office.store))
    _work(scene)
    scene.network.calm()
    quiet = scene.fleet.settle()
    assert scene.fleet.lost is not None
    scene.fleet.lost.settle(scene.fleet.holders)
    found = Audit(scene.world, scene.fleet, scene.oracle).carry_out()
    wrong = [f"S7: {fault}" for fault in done.faults] + found.violations
    after = _told(scene.office.store)
    damaged = {edit.id for edit in scene.oracle.edits.values() if edit.broken}
    # What is declared lost under one identity may be declared so again, by another entry, under the next.
    declared = {id for id, was in before.items() if was.startswith("lost")}
    gone = before.keys() - after.keys() - damaged - declared
    wrong += [f"S7: {id} was {before[id]}, and is gone" for id in sorted(gone)]
    wrong += [f"S6: the server failed: {words}" for words in scene.network.failures]
    wrong += [] if quiet else ["S4: the tablets do not come to rest"]
    facts = {
        "captured": len(scene.oracle.edits),
        "received": found.received,
        "repeated": scene.network.repeated,
        "forgotten": forgotten,
        "office_acts_again": done.acts,
        "office_changes_again": done.lines,
        "conflicts_open": found.conflicts_open,
        "quarantined": found.quarantined,
        "lost": found.lost,
        "doubled": found.doubled,
    }
    return Found(facts, wrong)


def _work(scene: Scene) -> None:
    for _ in range(STEPS):
        scene.fleet.step()


def _work_while_the_office_acts(scene: Scene) -> None:
    """What the office does after the backup, the journal alone has: postings, and what moves."""
    moves = scene.fleet.moves
    assert moves is not None
    acts = (moves.transfer, moves.move_establishment, moves.give_visit, moves.transfer)
    for act in acts:
        for _ in range(STEPS // len(acts)):
            scene.fleet.step()
        act()


def _told(store: Store) -> dict[str, str]:
    """What became of every change of a tablet, by its id: landed, or why not."""
    query = sa.select(CHANGES.c.id, CHANGES.c.status, CHANGES.c.code).join(
        DEVICES, DEVICES.c.id == CHANGES.c.device
    )
    with store.read() as tx:
        rows = list(tx.execute(query.where(DEVICES.c.office.is_(False), CHANGES.c.id.is_not(None))))
    return {row.id: "landed" if row.status in LANDED else f"{row.status} {row.code}" for row in rows}


def _thief(scene: Scene) -> Found:
    """A tablet is stolen and revoked after the backup, another one is enrolled, somebody is employed."""
    scene.network.calm()
    world, office = scene.world, scene.office
    stolen, late = _tablet(scene, "stolen", "inspector-4"), _tablet(scene, "late", "inspector-4")
    stolen.enrol(world.code("malir"))
    stolen.sign_in("inspector-4", PASSWORD)
    stolen.sync()
    backup = office.back_up()
    late.enrol(world.code("malir"))
    late.sign_in("inspector-4", PASSWORD)
    for tablet in (stolen, late):
        _lead(scene, tablet, bad=False)
        _lead(scene, tablet, bad=True)
        tablet.sync()
    world.employ("inspector-5", INSPECTOR, "malir")
    world.ask("supervisor-2", "POST", f"/api/devices/{stolen.device}/revoke")
    _lead(scene, stolen, bad=False)
    stolen.sync()
    before = _told(office.store)
    devices = (stolen.device, late.device)
    done = scene.burn_and_restore(backup)
    stolen.sync()
    late.sync()
    with suppress(Refused):
        late.sign_in("inspector-4", PASSWORD)
    late.sync()
    _lead(scene, stolen, bad=False)
    stolen.sync()
    after = _told(office.store)
    wrong = [f"S7: {fault}" for fault in done.faults]
    for id, was in before.items():
        if after.get(id) != was:
            wrong.append(f"S7: {id} was {was}, and is {after.get(id, 'gone')}")
    new = [now for id, now in after.items() if id not in before]
    if new != ["quarantined device-revoked"]:
        wrong.append(f"S8: what a revoked tablet brings after the restore is {new}")
    if (stolen.device, late.device) != devices:
        wrong.append("S7: a tablet had to be enrolled anew")
    body = msgspec.json.encode({"login": "inspector-5", "password": PASSWORD})
    if world.server.send("POST", "/api/sign-in", JSON, body).status != WELL:
        wrong.append("S7: who was employed after the backup is unknown")
    for tablet in (stolen, late):
        tablet.close()
    return Found({"thief_changes": len(after), "thief_acts_again": done.acts}, wrong)


def _tablet(scene: Scene, name: str, login: str) -> Tablet:
    path = scene.folder / f"{name}-{login}-{scene.world.true.now_ms()}.db"
    return Tablet(path, scene.network, scene.world.true, boot=name, synchronous=False)


def _lead(scene: Scene, tablet: Tablet, *, bad: bool) -> None:
    """A lead; a bad one is of a district in which the inspector has no posting, and is quarantined."""
    district = "korangi" if bad else "malir"
    typed = scene.fleet.typing.all("lead")
    tablet.new_record("lead", {"what": "home_based", "district": district, **typed})
