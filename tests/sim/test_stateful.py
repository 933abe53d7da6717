"""Whatever people, tablets and the office do, in any order: a small model of two fields says what must be.

It knows nothing of `over`, of positions or of the merge, only who looked at which value when they typed.
Hypothesis looks for the shortest story that breaks a promise; with HYPOTHESIS_PROFILE=soak for long.
"""

import os
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from field.app import context_of, create_app
from field.sim.clock import TabletClock, TrueClock
from field.sim.network import InProcess
from field.sim.oracle import Oracle
from field.sim.run import SEED_BYTES, Stage
from field.sim.sabotage import SABOTAGES
from field.sim.world import HASHER, PASSWORD, World
from field.store.engine import Store
from field.store.holding import CHANGES
from field.store.rows import SCOPES
from field.store.sealing import KEY_BYTES, Sealer
from field.sync.signing import ServerKey
from field.tablet.tablet import Tablet
from field.tablet.transport import NoAnswer, Response

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
CHOSEN = settings(
    max_examples=1000 if SOAK else 30,
    stateful_step_count=60 if SOAK else 25,
    derandomize=not SOAK,
    deadline=None,
    database=None,
)
PEOPLE = ("inspector-1", "inspector-2", "supervisor-1")
LANDED = ("applied", "merged", "conflict")
AT = st.integers(0, len(PEOPLE) - 1)
FIELDS = st.sampled_from(["address", "remarks"])


class Typed(msgspec.Struct):
    """What somebody typed; `saw` whose values were on their screen, `fate` what must have become of it."""

    field: str
    record: str
    value: str
    saw: frozenset[str]
    fate: str = ""


class Line:
    """The way to the office, on which answers are lost when it is told so."""

    def __init__(self, server: InProcess) -> None:
        self._server = server
        self.loses = 0

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        answer = self._server.send(method, path, headers, body)
        if self.loses:
            self.loses -= 1
            raise NoAnswer("the answer was lost")
        return answer


def model(typed: dict[str, Typed], record: str, field: str, first: str) -> tuple[str, bool]:
    """What must be shown of a field, and whether it is in dispute. `first` is the office's value."""
    mine = {id: one for id, one in typed.items() if (one.record, one.field) == (record, field)}
    landed = [id for id, one in mine.items() if one.fate == "landed"]
    if field == "remarks":
        return (mine[landed[-1]].value if landed else first), False
    replaced: set[str] = set()
    for id in landed:
        front = set(mine[id].saw)
        while front:
            replaced |= front
            front = {other for each in front if each in mine for other in mine[each].saw} - replaced
    live = [first] if "" not in replaced else []
    live += [mine[id].value for id in landed if id not in replaced]
    return live[0], len(live) > 1


class Field(RuleBasedStateMachine):
    """Three tablets, two inspectors and a supervisor, and the office."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.held = ExitStack()
        self.true = TrueClock(1)
        url = self.held.enter_context(self.stage._fresh())
        folder = Path(self.held.enter_context(TemporaryDirectory()))
        sealer = Sealer(self.true.token(KEY_BYTES), self.true.token)
        self.store = Store(url, sealer, durable=False, pool_size=2)
        self.held.callback(self.store.close)
        context = context_of(self.store, self.true, ServerKey(self.true.token(SEED_BYTES)), folder / "photos")
        server = InProcess(create_app(context, HASHER))
        self.held.callback(server.close)
        self.world = World(context, server, self.true, Oracle(), "world")
        self.world.found(establishments=2, visits=2)
        self.records = self.world.establishments
        self.typed: dict[str, Typed] = {}
        self.revoked: set[str] = set()
        self.lines = [Line(server) for _ in PEOPLE]
        self.tablets = []
        for line, login in zip(self.lines, PEOPLE, strict=True):
            clock = TabletClock(self.true, login)
            tablet = Tablet(":memory:", line, clock, boot="boot", synchronous=False, compress=False)
            self.held.callback(tablet.close)
            self.tablets.append(tablet)
            tablet.enrol(self.world.code("korangi"), login)
            tablet.sign_in(login, PASSWORD)
            tablet.sync()
        self.first = {record: dict(self.tablets[0].row(record) or {}) for record in self.records}

    def teardown(self) -> None:
        try:
            self.everything_arrives()
        finally:
            self.held.close()

    def everything_arrives(self) -> None:
        """S1, S5: in the end every field shows what the model says, whatever the order was."""
        for at in range(len(PEOPLE)):
            self.lines[at].loses = 0
            self.enrol_again(at)
            self.sign_in(at)
        for _ in range(2):
            for at, tablet in enumerate(self.tablets):
                tablet.sync()
                self.arrived(at)
        assert all(one.fate for one in self.typed.values())
        rows = {id: row for scope in self.world.rows().values() for id, row in scope.items()}
        for record in self.records:
            row = msgspec.json.decode(rows[record][0])
            for field in ("address", "remarks"):
                first = str(self.first[record].get(field) or "")
                expected = model(self.typed, record, field, first)
                found = (str(row["values"].get(field) or ""), field in row.get("disputed", ()))
                assert found == expected, (record, field)

    def arrived(self, at: int) -> None:
        """Whatever came first under an identity that is revoked is quarantined; all else has landed."""
        for row in self.received():
            one = self.typed.get(row.id or "")
            if one is not None and not one.fate:
                one.fate = "quarantined" if row.device in self.revoked else "landed"

    def received(self) -> list[Any]:
        with self.store.read() as tx:
            return list(tx.execute(sa.select(CHANGES.c.id, CHANGES.c.device, CHANGES.c.status)))

    # What people do.

    @rule(at=AT, record=st.integers(0, 1), field=FIELDS)
    def edits_once_more(self, at: int, record: int, field: str) -> None:
        self.edit(at, record, field)

    @rule(at=AT, record=st.integers(0, 1), field=FIELDS)
    def edit(self, at: int, record: int, field: str) -> None:
        self.true.advance(1000)
        tablet, id = self.tablets[at], self.records[record]
        try:
            form = tablet.open_form(id)
        except (KeyError, LookupError):
            return  # signed out, or nothing here
        if field in form.unclear:
            return
        shown, value = form.shown.get(field), f"{field} {len(self.typed)}"
        saw = {k for k, one in self.typed.items() if (one.record, one.value) == (id, shown)}
        change = form.save({field: value})
        assert change is not None
        self.typed[change] = Typed(field, id, value, frozenset(saw or {""}))

    @rule(at=AT, lost=st.integers(0, 2))
    def push(self, at: int, lost: int) -> None:
        self.true.advance(1000)
        self.lines[at].loses = lost
        self.tablets[at].sync(1)
        self.lines[at].loses = 0
        self.arrived(at)

    @rule(at=AT)
    def sync(self, at: int) -> None:
        self.true.advance(1000)
        self.tablets[at].sync()
        self.arrived(at)

    @rule(at=AT)
    def sign_out(self, at: int) -> None:
        for person in self.tablets[at].people.on():
            if self.tablets[at].device not in self.revoked:
                self.tablets[at].sign_out(person)

    @rule(at=AT)
    def sign_in(self, at: int) -> None:
        if self.tablets[at].device not in self.revoked:
            self.tablets[at].sign_in(PEOPLE[at], PASSWORD)

    @rule(at=AT)
    def revoke(self, at: int) -> None:
        device = self.tablets[at].device
        if device not in self.revoked:
            self.world.ask("supervisor-1", "POST", f"/api/devices/{device}/revoke")
            self.revoked.add(device)

    @rule(at=AT)
    def enrol_again(self, at: int) -> None:
        if self.tablets[at].device in self.revoked:
            self.tablets[at].sync()
            self.arrived(at)
            self.tablets[at].enrol_again(self.world.code("korangi"), PEOPLE[at])
            self.sign_in(at)

    @rule(visit=st.integers(0, 1))
    def office_gives_a_visit(self, visit: int) -> None:
        self.true.advance(1000)
        self.world.give(self.world.visits[visit])

    @precondition(lambda self: self.world.conflicts("supervisor-1"))
    @rule(chosen=st.integers(0, 5))
    def office_decides(self, chosen: int) -> None:
        self.true.advance(1000)
        for conflict in self.world.conflicts("supervisor-1"):
            seen = [each["write"] for each in conflict["values"]["candidates"]]
            pick = seen[chosen % len(seen)]
            asked = {"seen": seen, "reason": "Seen the lease.", "choose": pick}
            path = f"/api/conflicts/{conflict['record']}/decide"
            answer = self.world.ask("supervisor-1", "POST", path, asked)
            id = msgspec.json.decode(answer.body)["id"]
            about, record = conflict["values"]["about"], conflict["values"]["record"]
            value = self.typed[pick].value if pick in self.typed else str(self.first[record][about])
            saw = frozenset(each if each in self.typed else "" for each in seen)
            self.typed[id] = Typed(about, record, value, saw, "landed")

    # What must hold after each of these.

    @invariant()
    def nothing_is_lost_or_twice(self) -> None:
        """S1, S2: what was typed is on its tablet or at the office, there once, and became what it must."""
        rows = [row for row in self.received() if row.id in self.typed]
        assert max(Counter(row.id for row in rows).values(), default=1) == 1
        for row in rows:
            fate = "landed" if row.status in LANDED else row.status
            assert fate == self.typed[row.id].fate
        here = {one.change.id for tablet in self.tablets for one in tablet.outbox.pending.values()}
        assert self.typed.keys() <= here | {row.id for row in rows}

    @invariant()
    def who_is_at_the_head_sees_what_the_office_has(self) -> None:
        """S4: the same rows at the same checkpoint, and no scope of others."""
        rows, heads = self.world.rows(), self.heads()
        for at, tablet in enumerate(self.tablets):
            person = self.world.people[PEOPLE[at]]
            cursors = tablet.replica.cursors()
            assert cursors.keys() <= {"common", f"own/{person.id}", f"district/{person.district}"}
            held = tablet.replica.everything()
            for scope, (_, n) in cursors.items():
                if n == heads.get(scope, 0):
                    assert held.get(scope, {}) == rows.get(scope, {})

    def heads(self) -> dict[str, int]:
        with self.store.read() as tx:
            return {row.name: row.n for row in tx.execute(sa.select(SCOPES.c.name, SCOPES.c.n))}


@pytest.fixture(params=["sqlite_stage", "postgres_stage"])
def place(request: pytest.FixtureRequest) -> Stage:
    made: Stage = request.getfixturevalue(request.param)
    return made


@pytest.mark.timeout(100_000 if SOAK else 600)
def test_no_story_loses_doubles_or_hides_anything(place: Stage) -> None:
    story = type("Story", (Field,), {"stage": place})
    run_state_machine_as_test(story, settings=CHOSEN)


def test_a_model_that_never_objects_would_find_nothing(sqlite_stage: Stage) -> None:
    """Nothing is replaced by those who saw it: the model must see that."""
    story = type("Story", (Field,), {"stage": sqlite_stage})
    with SABOTAGES["over_ignored"](), pytest.raises(AssertionError):
        run_state_machine_as_test(story, settings=settings(CHOSEN, phases=[Phase.generate]))
