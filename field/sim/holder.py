"""One tablet of the fleet: whoever holds it, the forms open on it, and what the oracle is told of it."""

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from field.sim.clock import TabletClock, TrueClock
from field.sim.edits import Edit, Screen
from field.sim.network import Network
from field.sim.oracle import Oracle
from field.sim.world import PASSWORD, World
from field.sync import changes
from field.sync.signing import DeviceKey
from field.tablet.forms import Form
from field.tablet.tablet import Tablet

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


HARM = (
    "DELETE FROM rows WHERE scope = ?",
    "DELETE FROM rows WHERE n % 2 = 0 AND scope = ?",
    "UPDATE cursors SET n = n + 1 WHERE scope = ?",
    "UPDATE cursors SET n = n / 2 WHERE scope = ?",
    "UPDATE cursors SET checksum = checksum + 1 WHERE scope = ?",
    "UPDATE rows SET digest = 7 WHERE scope = ?",
    "DELETE FROM cursors WHERE scope = ?",
)
"""What a failing storage does to one scope."""


class Opened(msgspec.Struct):
    """A form that somebody has open, and what it showed."""

    form: Form
    screen: Screen


class Typed(msgspec.Struct, frozen=True):
    """What somebody typed in one go."""

    values: dict[str, Any]
    screen: Screen = Screen()
    parent: str | None = None
    bad: bool = False
    saw: frozenset[str] = frozenset()
    taken: bytes | None = None


class Holder:
    """A tablet, whoever uses it, and the forms open on it."""

    def __init__(
        self, name: str, folder: Path, network: Network, true: TrueClock, people: list[str], oracle: Oracle
    ) -> None:
        self.name = name
        self.people = people
        self.oracle = oracle
        self.network = network
        self.clock = TabletClock(true, name)
        self._keys = random.Random(f"keys {name}")
        self.path = folder / f"{name.rpartition(' ')[2]}.db"
        self.true = true
        self.forms: dict[str, Opened] = {}
        self.booted_ms = true.now_ms()
        self.violations: list[str] = []
        self.harmed = 0
        self.district = ""
        self.devices: set[str] = set()
        """Every identity that the tablet had."""

        self.tablet = self._open()

    def _open(self) -> Tablet:
        return Tablet(
            self.path, self.network, self.clock, boot=self.clock.boot, new_key=self._key, synchronous=False
        )

    def _key(self) -> DeviceKey:
        return DeviceKey(ec.derive_private_key(self._keys.randrange(1, P256_ORDER), ec.SECP256R1()))

    def start(self, world: World) -> None:
        """Enrol the tablet and sign its people in, in the office."""
        self.district = world.people[self.people[0]].district
        self.tablet.enrol(world.code(self.district), self.name)
        for login in self.people:
            self.tablet.sign_in(login, PASSWORD)
        self.tablet.sync()

    def reboot(self) -> None:
        """Switch the tablet off and on: open forms are gone, and the monotonic clock begins anew."""
        self.tablet.close()
        self.clock.reboot()
        self.booted_ms = self.true.now_ms()
        self.forms.clear()
        self.tablet = self._open()

    def harm(self, chance: random.Random) -> None:
        """The tablet's storage forgets rows, or where it stood, or a sum; then it is switched on again."""
        connection = sqlite3.connect(self.path)
        scopes = [scope for (scope,) in connection.execute("SELECT scope FROM cursors ORDER BY scope")]
        if scopes:
            statement = chance.choice(HARM)
            connection.execute(statement, (chance.choice(scopes),))
            self.harmed += 1
        connection.commit()
        connection.close()
        self.reboot()

    def open(self, record: str) -> Opened:
        """Open a form, and remember what it shows."""
        form = self.tablet.open_form(record)
        view = form.view
        mine = [one.change for one in self.tablet.outbox.pending.values() if one.change.record == record]
        pending: dict[str, set[str]] = {}
        for change in mine:
            for name in msgspec.json.decode(change.set):
                pending.setdefault(name, set()).add(change.id)
        names = view.live.keys() | pending.keys()
        screen = Screen(
            values=dict(form.shown),
            seen={n: frozenset({*view.live.get(n, ()), *pending.get(n, ())}) for n in sorted(names)},
            mine={name: frozenset(ids) for name, ids in pending.items()},
            disputed=frozenset(view.disputed),
            candidates={n: frozenset(c.write for c in each) for n, each in form.candidates.items()},
        )
        return Opened(form, screen)

    def capture(self, act: Callable[[], list[Typed]]) -> None:
        """Let somebody type; tell the oracle what, and check what the tablet wrote down of the time."""
        before = self.tablet.outbox.last
        self.devices.add(self.tablet.device)
        typed = act()
        lines = self.tablet.outbox.after(before)
        if len(lines) != len(typed):
            self.violations.append(f"{self.name} wrote {len(lines)} lines for {len(typed)} edits")
        group = (self.tablet.device, lines[0][0]) if len(lines) > 1 else None
        for (seq, raw), one in zip(lines, typed, strict=False):
            public = raw.partition(b"\t")[0]
            change = msgspec.json.decode(public, type=changes.Change)
            assert change.kind is not None
            assert change.record is not None
            edit = Edit(
                id=change.id,
                device=self.tablet.device,
                seq=seq,
                op=change.op,
                kind=change.kind,
                record=change.record,
                values=one.values,
                by=change.by,
                screen=one.screen,
                raw=public,
                t=self._time(change),
                group=group,
                parent=one.parent,
                bad=one.bad,
                saw=one.saw,
            )
            self.oracle.note(edit)
            if one.taken is not None:
                self.oracle.pictures[change.record] = one.taken

    def _time(self, change: changes.Change) -> int:
        """When it was captured, by what is known of the delivery of the server's time and of reboots."""
        assert change.anchor is not None
        delivered_ms = self.network.anchors[change.anchor]
        passed_ms = self.true.now_ms() - delivered_ms
        rebooted = self.booted_ms > delivered_ms
        if change.elapsed_ms > passed_ms or (change.elapsed_ms != passed_ms and not rebooted):
            claim = f"{change.elapsed_ms} ms since the server's time arrived; it is {passed_ms} ms"
            self.violations.append(f"{self.name} claims {claim}")
        return int(change.anchor.partition(".")[0]) + (change.elapsed_ms if rebooted else passed_ms)

    @property
    def unsent_photos(self) -> int:
        """How many photos' bytes could be sent and are not."""
        return self.tablet.photos.waiting()

    def proved(self) -> dict[tuple[str, int], int]:
        """The lines of which this tablet keeps the office's signed answer, by device and seq; and how far its
        line had come by that.
        """
        found = self._look("SELECT device, seq, acknowledged FROM lines JOIN answers ON answers.id = answer")
        return {(str(device), int(seq)): int(acknowledged) for device, seq, acknowledged in found}

    def sound(self, device: str) -> set[int]:
        """The lines under an identity that are as they were captured."""
        found = self._look("SELECT seq, line, digest FROM lines WHERE hash = digest AND device = ?", device)
        return {int(seq) for seq, raw, digest in found if changes.digest(raw.partition(b"\t")[0]) == digest}

    def _look(self, query: str, *values: object) -> list[Any]:
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def damage(self, chance: random.Random) -> None:
        """The tablet's storage loses an entry not known to have arrived, or changes some of its bytes."""
        outbox = self.tablet.outbox
        if outbox.unsent() == 0:
            return
        seq = outbox.acknowledged + 1 + chance.randrange(outbox.unsent())
        connection = sqlite3.connect(self.path)
        where = (outbox.device, seq)
        found = connection.execute("SELECT line, hash, digest FROM lines WHERE device = ? AND seq = ?", where)
        row = found.fetchone()
        if row is not None and row[1] == row[2]:
            # Of two entries gone side by side not even the hash is left, by which the office could know that
            # it has them: it takes the tablet for a clone. Only a new identity helps then.
            between = "SELECT count(*) FROM lines WHERE device = ? AND seq IN (?, ?)"
            beside = connection.execute(between, (outbox.device, seq - 1, seq + 1)).fetchone()[0]
            alone = beside == (seq > 1) + (seq < outbox.last)
            if chance.random() < 0.3 and alone:
                connection.execute("DELETE FROM lines WHERE device = ? AND seq = ?", where)
            else:
                broken = row[0][:20] + b"#" + row[0][21:]
                connection.execute("UPDATE lines SET line = ? WHERE device = ? AND seq = ?", (broken, *where))
            for edit in self.oracle.edits.values():
                edit.broken = edit.broken or (edit.device, edit.seq) == where
        connection.commit()
        connection.close()
