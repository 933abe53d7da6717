"""A field day of the demonstration, through the real server's HTTP interface.

Supervisors assign visits; tablets enrol, fetch, go offline, write reports, come back over a bad line. What
happens is drawn from a seed. Some of it is there to make work for supervisors: two tablets of one person, two
inspectors on one visit, colleagues who correct the same figure, and a change that cannot be. One inspector
was never where the reports say: two places within seconds, and one picture for two units, which a colleague
sends a smaller copy of.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from field.clock import SystemClock
from field.sim.day_desk import Desk
from field.sim.day_start import Start, Tell
from field.sim.day_work import Inspector
from field.sync.rights import SUPERVISOR

THREADS = 3
PER_INSPECTOR = 5
MONTHS = 3
GATE = "a gate with a blue door"
SMALLER = (240, 180)


class Done(msgspec.Struct, frozen=True):
    """What the day's people did. The rest is read from the tablets' files and the server's database."""

    visits_assigned: int
    deliveries_repeated: int
    outboxes: list[Path]


def run(base_url: str, start: Start, folder: Path, seed: int, tell: Tell) -> Done:
    """Let everybody work for a day; `folder` takes the tablets' files."""
    folder.mkdir(parents=True, exist_ok=True)
    today = datetime.fromtimestamp(SystemClock().now_ms() / 1000, UTC).date()
    desks = {account.district: Desk(base_url, account) for account in start.of_role(SUPERVISOR)}
    inspectors = [Inspector(crew, base_url, folder, seed, months_before(today)) for crew in start.crews]
    try:
        assigned = _assign(desks.values(), today, seed, tell)
        _Day(desks, inspectors, tell).carry_out()
        repeated = sum(inspector.road.duplicates for inspector in inspectors)
        return Done(assigned, repeated, [inspector.path for inspector in inspectors])
    finally:
        for desk in desks.values():
            desk.close()
        for inspector in inspectors:
            inspector.close()


def months_before(day: date) -> list[str]:
    """The last whole months before a day, as in "2026-07", the earliest first."""
    count = day.year * 12 + day.month - 1
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(count - MONTHS, count)]


def _assign(desks: Iterable[Desk], day: date, seed: int, tell: Tell) -> int:
    supervisors = list(desks)
    assigned = 0
    for number, desk in enumerate(supervisors, 1):
        assigned += len(desk.assign(day.isoformat(), PER_INSPECTOR, seed))
        tell("supervisors assign visits", number, len(supervisors))
    return assigned


class _Day:
    """The day, hour by hour. Between the hours everybody waits for everybody, so that a seed repeats it."""

    def __init__(self, desks: dict[str | None, Desk], inspectors: list[Inspector], tell: Tell) -> None:
        self._desks = desks
        self._all = inspectors
        self._tell = tell
        self._first = inspectors[0]
        self._twin = self._of_same_person()
        self._away = self._colleague()
        self._shared: str | None = None
        self._handed_on: str | None = None

    def _of_same_person(self) -> Inspector | None:
        """The other tablet of the first inspector."""
        person = self._first.crew.inspector
        return next((each for each in self._all[1:] if each.crew.inspector == person), None)

    def _colleague(self) -> Inspector | None:
        """Another inspector of the first one's district, whose tablet stays without signal at noon."""
        crew = self._first.crew
        return next(
            (
                each
                for each in reversed(self._all)
                if each.crew.district == crew.district and each.crew.inspector != crew.inspector
            ),
            None,
        )

    def carry_out(self) -> None:
        """From the morning to the evening."""
        codes = {each.crew.name: self._desks[each.crew.district].code() for each in self._all}
        self._each("tablets enrol and fetch", lambda each: each.begin(codes[each.crew.name]))
        self._shared = next(iter(self._first.visits()), None)
        self._each("inspectors visit, offline", self._visit)
        self._each("most come into signal at noon", self._at_noon)
        self._office_at_noon()
        self._each("the afternoon, offline again", self._in_the_afternoon)
        self._each("everybody sends what they have", Inspector.sync)
        self._each("and fetches what others wrote", Inspector.sync)

    def _each(self, hour: str, act: Callable[[Inspector], object]) -> None:
        total = len(self._all)
        self._tell(hour, 0, total)
        with ThreadPoolExecutor(THREADS) as threads:
            for number, _ in enumerate(threads.map(act, self._all), 1):
                self._tell(hour, number, total)

    def _visit(self, inspector: Inspector) -> None:
        visits = inspector.visits()
        reports: list[str] = []
        fixed = self._fixed(inspector, visits)
        for number, visit in enumerate(visits):
            mine = inspector is not self._twin or number % 2 == 1
            theirs = inspector is self._first and self._twin is not None and number % 2 == 1
            if visit == self._shared and inspector is self._twin:
                inspector.turned_away(visit)
            elif mine and not theirs:
                reports.append(inspector.inspect(visit, fix=visit in fixed))
        self._photograph(inspector, reports)
        inspector.count_workers()

    def _fixed(self, inspector: Inspector, visits: list[str]) -> set[str]:
        """Where an inspector's tablet finds its place: at the first unit; one's also far from there."""
        if not visits or inspector is self._twin:
            return set()
        if inspector is not self._first:
            return {visits[0]}
        # The twin carries out every other visit of the two.
        own = visits[2::2] if self._twin is not None else visits[1:]
        far = inspector.farthest(visits[0], own)
        return {visits[0]} if far is None else {visits[0], far}

    def _photograph(self, inspector: Inspector, reports: list[str]) -> None:
        """One picture of a gate goes into two reports, and a smaller copy into a colleague's."""
        if inspector is self._first:
            for report in reports[:2]:
                inspector.photograph_unit(report, GATE)
        elif inspector is self._away and reports:
            inspector.photograph_unit(reports[0], GATE, SMALLER)

    def _at_noon(self, inspector: Inspector) -> None:
        if inspector is not self._away:
            inspector.sync()

    def _office_at_noon(self) -> None:
        """Supervisors decide a conflict each, and give a visit to somebody who is nearer."""
        for desk in self._desks.values():
            desk.decide_first("workers_declared")
        if self._away is not None:
            self._handed_on = next(iter(self._away.visits()), None)
            if self._handed_on is not None:
                self._desks[self._first.crew.district].give(self._handed_on, self._first.crew.inspector.id)

    def _in_the_afternoon(self, inspector: Inspector) -> None:
        if self._shared is None or inspector not in (self._first, self._twin):
            return
        inspector.sync()
        if inspector is self._first and self._handed_on is not None:
            inspector.not_there(self._handed_on)
        inspector.correct_wage(self._shared, 500 if inspector is self._first else 800)
        if self._twin is None or inspector is self._twin:
            inspector.undo(self._shared)
