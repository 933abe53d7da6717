"""What dramas of single tablets share: an office, a bad network, tablets, and what was typed on them."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from field.app import context_of, create_app
from field.sim.clock import TabletClock, TrueClock
from field.sim.network import WEATHERS, InProcess, Network
from field.sim.oracle import Oracle
from field.sim.pictures import picture
from field.sim.scenarios import Found, Place
from field.sim.world import HASHER, PASSWORD, World
from field.store import tables
from field.store.engine import Store
from field.store.sealing import KEY_BYTES, Sealer
from field.sync.signing import ServerKey
from field.tablet.tablet import Tablet

SIZE = (64, 48)
LOGINS = ("inspector-1", "inspector-2", "inspector-3")


class Actor:
    """A tablet in somebody's hands, with a card that always holds what is unsent."""

    def __init__(self, stage: "Stage", name: str, login: str) -> None:
        self.stage, self.name, self.login = stage, name, login
        self.path = stage.folder / f"{name}.db"
        self.card = stage.folder / f"{name}.card"
        self.clock = TabletClock(stage.true, name)
        self.tablet = self.open()

    def open(self) -> Tablet:
        """Switch the tablet on."""
        clock = self.clock
        self.tablet = Tablet(
            self.path, self.stage.network, clock, boot=clock.boot, synchronous=False, sealed=self.card
        )
        self.stage.opened.append(self.tablet)
        return self.tablet

    def close(self) -> None:
        """Switch it off."""
        self.tablet.close()
        self.stage.opened.remove(self.tablet)

    def enrol(self) -> None:
        """Get an identity, a first or another one, and sign in."""
        self.tablet.enrol(self.stage.world.code("korangi"), self.name)
        self.tablet.sign_in(self.login, PASSWORD)

    def type(self, times: int) -> None:
        """Type something that nobody else ever typed, a few times; some of it with a picture."""
        for _ in range(times):
            self.stage.true.advance(self.stage.chance.randrange(1_000, 60_000))
            words = f"typed {self.stage.number()} by {self.name}"
            self.stage.typed[words] = self.tablet.device
            visit = self.stage.chance.choice(sorted(self.tablet.replica.records("visit")))
            if self.stage.chance.random() < 0.5:
                self.tablet.open_form(visit).save({"notes": words})
                continue
            report = self.tablet.new_record("report", {"visit": visit, "remarks": words})
            taken = picture(words, SIZE, taken_ms=self.stage.true.now_ms(), place=(24.8, 67.1))
            photo = self.tablet.new_photo({"report": report, "media_type": "image/jpeg"}, taken)
            self.stage.pictures[photo] = taken

    def sync(self, times: int = 1) -> None:
        """Try to send and fetch."""
        for _ in range(times):
            self.tablet.sync(self.stage.chance.choice((1, 3, 500)))

    def shown(self) -> dict[str, Any]:
        """What the screen shows of everything that is typed here and not fetched back."""
        records = {one.change.record for one in self.tablet.outbox.pending.values() if one.change.record}
        return {record: self.tablet.row(record) for record in sorted(records)}


class Stage:
    """One office, its network, and what everybody typed: words by the identity they were typed under."""

    def __init__(self, place: Place, seed: int, store: Store, true: TrueClock) -> None:
        self.chance = random.Random(f"scenario {seed}")
        self.folder: Path = place.folder
        self.true = true
        context = context_of(store, true, ServerKey(true.token(32)), place.folder / "photos")
        self.server = InProcess(create_app(context, HASHER))
        self.world = World(context, self.server, true, Oracle(), f"world {seed}")
        self.world.found(establishments=3, visits=9)
        self.network = Network(self.server, true, WEATHERS["bad"], f"network {seed}")
        self.number = self.world.number
        self.opened: list[Tablet] = []
        self.typed: dict[str, str] = {}
        self.pictures: dict[str, bytes] = {}
        self.violations: list[str] = []

    def say(self, promise: str, held: bool, words: str) -> None:
        """Note what did not hold."""
        if not held:
            self.violations.append(f"{promise}: {words}")

    def carry_in(self, card: Path, login: str = "inspector-2") -> dict[str, Any]:
        """Somebody brings a card to the office."""
        answer = self.world.ask(login, "POST", "/api/sync/sealed", card.read_bytes())
        found: dict[str, Any] = msgspec.json.decode(answer.body)
        self.say("S1", found.get("state") == "taken", f"a card was not taken whole: {found}")
        return found

    def alarms(self) -> dict[str, set[str]]:
        """Which alarms a supervisor has, by device."""
        alarms = tables.Alarm.__table__  # type: ignore[attr-defined]
        found: dict[str, set[str]] = {}
        with self.world.context.store.read() as tx:
            for row in tx.execute(sa.select(alarms.c.device, alarms.c.code)):
                found.setdefault(row.device, set()).add(row.code)
        return found

    def became(self) -> dict[str, str]:
        """The receipt of everything that was typed, found at the office by its words alone."""
        held: dict[str, list[str]] = {}
        for row in self.world.receipts():
            if row.status != "duplicate":
                said = msgspec.json.decode(bytes(row.line)).get("set", {})
                for words in (said.get("notes"), said.get("remarks")):
                    held.setdefault(words or "", []).append(row.status)
        found: dict[str, str] = {}
        for words in self.typed:
            came = held.get(words, [])
            self.say("S1", len(came) > 0, f"the office never got what was {words!r}")
            self.say("S2", len(came) < 2, f"the office has {len(came)} times what was {words!r}")
            if came:
                found[words] = came[0]
        return found

    def judge(self) -> Found:
        """Look for everything that was typed and photographed: at the office, once."""
        statuses = Counter(self.became().values())
        kept = self.world.pictures()
        for photo, taken in self.pictures.items():
            self.say("S1", kept.get(photo) == taken, f"the picture {photo} is not at the office")
        self.violations += [f"S6: the server failed: {words}" for words in self.network.failures]
        facts = {"typed": len(self.typed), "pictures": len(self.pictures), **statuses}
        return Found(facts, self.violations)


@contextmanager
def on_stage(place: Place, seed: int) -> Iterator[Stage]:
    """A stage on a fresh database, cleared away at the end."""
    true = TrueClock(seed)
    store = Store(place.fresh(), Sealer(true.token(KEY_BYTES), true.token), durable=False, pool_size=2)
    stage = Stage(place, seed, store, true)
    try:
        yield stage
    finally:
        for tablet in stage.opened:
            tablet.close()
        stage.server.close()
        store.close()
