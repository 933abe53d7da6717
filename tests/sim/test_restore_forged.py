"""After a restore, a thief mixes entries of their own with those that a stolen tablet had handed in."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import msgspec
import pytest

from field.sim import scenarios
from field.sim.scenarios import Found, restore
from field.sim.scenarios.restore import Scene
from field.store import tables
from field.sync import changes
from field.sync.changes import Change
from field.tablet.healing import Healing
from field.tablet.tablet import Tablet

CHANGES = tables.Change.__table__  # type: ignore[attr-defined]
LINES = 5


class Forger:
    """Rewrites what a tablet has not sent yet, so that each line follows the one before it."""

    def __init__(self, tablet: Tablet) -> None:
        self._tablet = tablet
        self.genuine = [self._genuine(seq) for seq in range(1, tablet.outbox.last + 1)]
        self.hashes = [changes.digest(changes.encode(each)) for each in self.genuine]

    def _genuine(self, seq: int) -> Change:
        raw = self._row(seq)
        change = changes.read_line(raw.partition(b"\t")[0], seq).change
        assert change is not None
        return change

    def _row(self, seq: int) -> bytes:
        row = self._tablet._db.row(
            "SELECT line FROM lines WHERE device = ? AND seq = ?", self._tablet.device, seq
        )
        assert row is not None
        return bytes(row[0])

    def put(self, seq: int, raw: bytes, chain: str | None = None) -> None:
        """This line in the place of that number; the next one follows `chain`, or its hash."""
        digest = changes.digest(raw.partition(b"\t")[0])
        self._tablet._db.run(
            "UPDATE lines SET line = ?, hash = ?, digest = ? WHERE device = ? AND seq = ?",
            *(raw, chain or digest, digest, self._tablet.device, seq),
        )

    def forge(self, seq: int, prev: str | None = None, **others: Any) -> str:
        """What the entry says is another thing now; the hash of the line that says so."""
        genuine = self.genuine[seq - 1]
        elapsed_ms = genuine.elapsed_ms + 1
        forged = msgspec.structs.replace(genuine, prev=prev or genuine.prev, elapsed_ms=elapsed_ms, **others)
        raw = changes.encode(forged)
        _, tab, private = self._row(seq).partition(b"\t")
        self.put(seq, raw + tab + private)
        return changes.digest(raw)


def _lost_by_another_id(forger: Forger) -> None:
    """An entry is declared lost under the id of the forged one: that declaration is itself refused."""
    prev = forger.forge(1)
    first, second = forger.genuine[:2]
    lost = Change(id=first.id, device=first.device, seq=2, prev=prev, op="lost", lost=forger.hashes[1])
    assert lost.id != second.id
    forger.put(2, changes.encode(lost), forger.hashes[1])


def _named_as_lost(forger: Forger) -> None:
    """Every line is forged, and the last one names the hash that was signed as a loss would."""
    prev = forger.genuine[0].prev
    for seq in range(1, LINES):
        prev = forger.forge(seq, prev)
    forger.forge(LINES, prev, lost=forger.hashes[-1])


def _what_can_be_read_in_part(forger: Forger) -> None:
    """A genuine entry whose personal part cannot be read is not asked what it follows."""
    forger.forge(1)
    forger.put(2, changes.encode(forger.genuine[1]) + b"\t{", forger.hashes[1])


def _lost_twice_within_a_group(forger: Forger) -> None:
    """A loss keeps its group from landing; what came before only holds its place in one."""
    lost, device = forger.hashes[2], forger.genuine[0].device
    one = Change(id=forger.genuine[0].id, device=device, seq=1, prev=changes.START, op="lost", lost=lost)
    forger.put(1, changes.encode(one), lost)
    prev = forger.forge(2, lost)
    again = msgspec.structs.replace(one, seq=3, prev=prev, first=2, last=LINES)
    forger.put(3, changes.encode(again), lost)


FORGERIES: Sequence[Callable[[Forger], None]] = (
    _lost_by_another_id,
    _named_as_lost,
    _what_can_be_read_in_part,
    _lost_twice_within_a_group,
)


@pytest.mark.parametrize("lines_max", [1, 2, 500])
@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_nothing_of_a_thief_lands_by_what_was_signed_for_others(
    kind: str,
    forgery: Callable[[Forger], None],
    lines_max: int,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def plot(scene: Scene) -> Found:
        scene.network.calm()
        tablet = scene.fleet.holders[0].tablet
        tablet.sync()
        backup = scene.office.back_up()
        visit = next(id for id in scene.world.visits if id in tablet.replica.records("visit"))
        restore._lead(scene, tablet, bad=False)
        with tablet.group() if forgery is _lost_twice_within_a_group else nullcontext():
            report = tablet.new_record("report", {"visit": visit, **scene.fleet.typing.all("report")})
            for _ in range(LINES - 2):
                line = {"report": report, "month": "2025-11", **scene.fleet.typing.all("wage_line")}
                tablet.new_record("wage_line", line)
        tablet.sync()
        scene.burn_and_restore(backup)
        scene.world.ask("supervisor-2", "POST", f"/api/devices/{tablet.device}/revoke")
        monkeypatch.setattr(Healing, "boundary", lambda _: None)
        forger = Forger(tablet)
        forgery(forger)
        tablet.sync(lines_max=lines_max)
        with scene.office.store.read() as tx:
            rows = tx.execute(CHANGES.select().where(CHANGES.c.device == tablet.device)).all()
        assert len(rows) == LINES
        landed = {row.hash for row in rows if row.status in restore.LANDED}
        assert landed <= {*forger.hashes}
        return Found({}, [])

    server = None if kind == "sqlite" else request.getfixturevalue("postgres")
    with scenarios._place(kind, server) as place:
        found = restore._stage(place, 5, (("inspector-4",),), plot)
    assert found.violations == []
