"""The fleet: tablets in the hands of people who work, make mistakes, lose signal and drop their tablets."""

import random
from collections.abc import Callable
from contextlib import suppress

from field.api.snapshot_building import Builder
from field.sim.desk import Desk
from field.sim.holder import Holder, Opened, Typed
from field.sim.lost import Lost
from field.sim.moves import Moves
from field.sim.typed import FIELDS, Typing
from field.sim.world import PASSWORD, World
from field.tablet.door import Refused
from field.tablet.transport import NoAnswer

INTEREST = {
    "establishment": 3,
    "visit": 3,
    "report": 1.5,
    "wage_line": 2,
    "photo": 0.7,
    "answer": 1,
    "lead": 1.5,
}
"""How often people turn to a kind of record."""


ROUNDS_MAX = 24
"""More syncs than any tablet needs on a good line."""


class Fleet:
    """All tablets, and what people do with them."""

    def __init__(
        self,
        world: World,
        holders: list[Holder],
        seed: str,
        moves: Moves | None = None,
        lost: Lost | None = None,
    ) -> None:
        """`moves`: the office moves records and people too, not visits alone; `lost`: tablets are revoked."""
        self.world = world
        self.moves = moves
        self.lost = lost
        self.holders = holders
        self.chance = random.Random(seed)
        self._snapshots = random.Random(f"snapshots {seed}")
        self._builder = Builder(world.context)
        self._builder.refresh()
        self.typing = Typing(self.chance, world.number)
        self.desk = Desk(world, self.chance)

    def step(self) -> None:
        """Some time passes, and somebody does something."""
        self.world.true.advance(self.chance.randrange(1_000, 900_000))
        if self._snapshots.random() < 0.03:
            self._builder.refresh()
        if self.lost is not None:
            self.lost.step(self.holders)
        if self.chance.random() < 0.07:
            self._office()
            return
        holder = self.chance.choice(self.holders)
        acts = self._acts()
        act = self.chance.choices([act for act, _ in acts], [weight for _, weight in acts])[0]
        act(holder)

    def _acts(self) -> list[tuple[Callable[[Holder], None], float]]:
        return [
            (self._edit, 36),
            (self._save, 18),
            (self._open, 14),
            (self._sync, 18),
            (self._report, 6),
            (self._photo, 4),
            (self._lead, 3),
            (self._withdraw, 3),
            (self._decide, 4),
            (self._bad, 1.5),
            (self._change_hands, 2),
            (lambda holder: holder.reboot(), 1.5),
            (lambda holder: holder.clock.set_wall(), 1),
            (lambda holder: holder.damage(self.chance), 1),
            (lambda holder: holder.harm(self.chance), 1),
        ]

    def _sync(self, holder: Holder) -> None:
        if self.chance.random() < 0.25:
            # A hasty look at what is new, before one's own work is handed in.
            with suppress(NoAnswer, Refused):
                holder.tablet.pull()
            return
        holder.tablet.sync(self.chance.choice((1, 3, 500)), self.chance.choice((2, 5, 1000)))

    def _records(self, holder: Holder, *kinds: str) -> list[str]:
        """The records on a tablet that nobody has a form open on."""
        tablet = holder.tablet
        found = {record for kind in kinds for record in tablet.replica.records(kind)}
        made = (one.change for one in tablet.outbox.pending.values() if one.change.op == "create")
        found |= {change.record for change in made if change.record is not None and change.kind in kinds}
        return sorted(found - holder.forms.keys())

    def _any(self, holder: Holder) -> str | None:
        by_kind = {kind: self._records(holder, kind) for kind in FIELDS}
        kinds = [kind for kind, found in by_kind.items() if found]
        if not kinds:
            return None
        weights = [INTEREST[kind] for kind in kinds]
        return self.chance.choice(by_kind[self.chance.choices(kinds, weights)[0]])

    def _edit(self, holder: Holder) -> None:
        """Open a form, type, save."""
        record = self._any(holder)
        if record is not None:
            self._type(holder, holder.open(record))

    def _open(self, holder: Holder) -> None:
        """Open a form and leave it open, whatever a pull brings meanwhile."""
        record = self._any(holder)
        if record is not None:
            holder.forms[record] = holder.open(record)

    def _save(self, holder: Holder) -> None:
        """Save a form that was open."""
        if holder.forms:
            record = self.chance.choice(sorted(holder.forms))
            self._type(holder, holder.forms.pop(record))

    def _type(self, holder: Holder, opened: Opened) -> None:
        form, screen = opened.form, opened.screen
        values = self.typing.some(form.view.kind, screen.values, form.unclear)
        if values:
            holder.capture(lambda: self._saved(form.save(values), Typed(values, screen, form.view.parent)))

    def _saved(self, id: str | None, typed: Typed) -> list[Typed]:
        return [] if id is None else [typed]

    def _report(self, holder: Holder) -> None:
        """A report with its wage lines, which land together."""
        visits = self._records(holder, "visit")
        if not visits:
            return
        visit = self.chance.choice(visits)
        faulty = self.chance.random() < 0.15

        def act() -> list[Typed]:
            tablet = holder.tablet
            with tablet.group():
                values = {"visit": visit, **self.typing.all("report")}
                report = tablet.new_record("report", values)
                typed = [Typed(values, parent=visit)]
                for _ in range(self.chance.randint(1, 4)):
                    line = {"report": report, "month": "2025-11", **self.typing.all("wage_line")}
                    bad = faulty and self.chance.random() < 0.5
                    line["wage_rs"] = -self.world.number() if bad else line["wage_rs"]
                    tablet.new_record("wage_line", line, checked=False)
                    typed.append(Typed(line, parent=report, bad=bad))
                for _ in range(self.chance.randint(0, 2)):
                    answer = {"report": report, **self._question(), **self.typing.all("answer")}
                    tablet.new_record("answer", answer)
                    typed.append(Typed(answer, parent=report))
                if self.chance.random() < 0.5:
                    described, taken = self.typing.photo()
                    photo = {"report": report, **described}
                    tablet.new_photo(photo, taken)
                    typed.append(Typed(photo, parent=report, taken=taken))
            return typed

        holder.capture(act)

    def _question(self) -> dict[str, str]:
        """One of a few questions, so that the same one is answered by several people."""
        asked = {"question": f"question_{self.chance.randint(1, 3)}"}
        return asked if self.chance.random() < 0.7 else {**asked, "item": str(self.chance.randint(1, 2))}

    def _photo(self, holder: Holder) -> None:
        reports = self._records(holder, "report")
        if not reports:
            return
        described, taken = self.typing.photo()
        values = {"report": self.chance.choice(reports), **described}

        def act() -> list[Typed]:
            holder.tablet.new_photo(values, taken)
            return [Typed(values, parent=values["report"], taken=taken)]

        holder.capture(act)

    def _lead(self, holder: Holder) -> None:
        """Somebody who should be registered, found on the way; now and then in a district of others."""
        using = holder.tablet.people.current()
        own = next(person.district for person in self.world.people.values() if person.id == using)
        foreign = self.chance.random() < 0.1
        district = ("malir" if own == "korangi" else "korangi") if foreign else own
        values = {"what": "home_based", "district": district, **self.typing.all("lead")}

        def act() -> list[Typed]:
            holder.tablet.new_record("lead", values)
            return [Typed(values, bad=foreign)]

        holder.capture(act)

    def _supervises(self, holder: Holder) -> bool:
        return self.world.people[holder.people[0]].role == "supervisor"

    def _withdraw(self, holder: Holder) -> None:
        """Withdraw a record, or restore one that was withdrawn."""
        kinds = (
            ("establishment", "lead")
            if self._supervises(holder)
            else ("report", "wage_line", "photo", "answer")
        )
        records = self._records(holder, *kinds)
        if not records:
            return
        opened = holder.open(self.chance.choice(records))
        form, screen = opened.form, opened.screen

        def act() -> list[Typed]:
            if screen.values.get("withdrawn") is not None:
                form.restore()
                return [Typed({"withdrawn": None}, screen, form.view.parent)]
            reason = f"mistake {self.world.number()}"
            form.withdraw(reason)
            return [Typed({"withdrawn": reason}, screen, form.view.parent, saw=screen.everything())]

        holder.capture(act)

    def _decide(self, _: Holder) -> None:
        """The supervisor decides on their own tablet, as far as candidates arrived there."""
        holder = next(each for each in self.holders if self._supervises(each))
        for record in self._records(holder, "establishment", "lead"):
            opened = holder.open(record)
            clear = sorted(set(opened.form.view.disputed) - opened.form.unclear - {"withdrawn"})
            if clear:
                self._choose(holder, opened, self.chance.choice(clear))
                return

    def _choose(self, holder: Holder, opened: Opened, name: str) -> None:
        form = opened.form
        value = self.chance.choice([each.value for each in form.candidates[name]])
        typed = Typed({name: value}, opened.screen, form.view.parent)
        holder.capture(lambda: self._saved(form.decide(name, value, "Seen the lease."), typed))

    def _bad(self, holder: Holder) -> None:
        """A tablet with a fault lets a change through that the server must refuse."""
        kind, values = self.chance.choice(
            (
                ("wage_line", {"wage_rs": -self.world.number()}),
                ("visit", {"due": "2030-01-01"}),
                ("report", {"No such field": 1}),
                ("establishment", {"status": "vanished"}),
                ("lead", {"status": "rejected"}),
            )
        )
        records = self._records(holder, kind)
        if records:
            opened = holder.open(self.chance.choice(records))
            form = opened.form
            typed = Typed(dict(values), opened.screen, form.view.parent, bad=True)
            holder.capture(lambda: self._saved(form.save(values, checked=False), typed))

    def _change_hands(self, holder: Holder) -> None:
        """Somebody else of its people takes the tablet; now and then one signs out, or in again."""
        if holder.tablet.device in self.world.oracle.shut:
            return
        people, tablet = holder.tablet.people, holder.tablet
        present = people.on()
        if len(holder.people) > 1 and len(present) == len(holder.people) and self.chance.random() < 0.5:
            tablet.sign_out(self.chance.choice(present))
        else:
            tablet.sign_in(self.chance.choice(holder.people), PASSWORD)
        people.use(self.chance.choice(people.on()))

    def _office(self) -> None:
        """A supervisor at a desk decides, or gives a visit to somebody else."""
        if self.chance.random() < 0.3:
            if self.moves is not None:
                self.moves.any()
                return
            in_korangi = [v for v in self.world.visits if self._in_korangi(v)]
            self.world.give(self.chance.choice(in_korangi))
            return
        login = self.chance.choice(("supervisor-1", "supervisor-2"))
        if self.chance.random() < 0.5:
            self._at_the_desk(login)
            return
        open_conflicts = self.world.conflicts(login)
        if not open_conflicts:
            return
        conflict = self.chance.choice(open_conflicts)
        if self.chance.random() < 0.6:
            # A candidate may arrive while the supervisor reads.
            for holder in self.chance.sample(self.holders, 3):
                holder.tablet.sync()
        self.world.decide(login, conflict)

    def _at_the_desk(self, login: str) -> None:
        """A supervisor works on what is in quarantine, or takes back what was decided."""
        chosen = self.chance.random()
        if chosen < 0.3:
            self.desk.decide(login)
        elif chosen < 0.5:
            self.desk.take_back(login)
        elif self.world.decided:
            self.desk.undo_decision(login, self.chance.choice(self.world.decided))

    def _in_korangi(self, visit: str) -> bool:
        return self.world.inspector_of[visit] != self.world.people["inspector-4"].id

    def settle(self) -> bool:
        """Let every tablet synchronise until nothing changes any more; give whether that happened."""
        if self.lost is not None:
            self.lost.find_all(self.holders)
        for holder in self.holders:
            for login in holder.people:
                holder.tablet.sign_in(login, PASSWORD)
        before: list[object] = []
        for _ in range(ROUNDS_MAX):
            for holder in self.holders:
                holder.tablet.sync()
            now = [_standing(holder) for holder in self.holders]
            if now == before:
                return True
            before = now
        return False


def _standing(holder: Holder) -> object:
    """What a tablet has, knows, and would ask about next: over a line that was bad it asks little at once."""
    tablet = holder.tablet
    asks = tablet.outbox.open_seqs(tablet.outbox.last)
    return (
        tablet.replica.cursors(),
        tablet.status(),
        len(tablet.outbox.pending),
        holder.unsent_photos,
        asks,
    )
