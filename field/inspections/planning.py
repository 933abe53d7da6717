"""Who visits which establishment on a day: fair, balanced, explainable, and the same again for the same seed.

The rules, in the order in which they give way to each other:

0. Nobody is sent to an establishment that is closed or untraceable, and these are told by district and
   status. One that has shifted goes on working somewhere, and is visited.
1. An inspector visits only where posted on that day, and no more than the day's number of establishments.
2. Nobody visits the same establishment twice running while another inspector posted there has room that day
   (the rotation of Maharashtra, Telangana and West Bengal). Where nobody else has, or nobody else is posted,
   the visit is assigned all the same, with a remark.
3. The establishments longest unvisited come first, those never visited before all. Ties are drawn by lot.
4. The inspectors' days are filled evenly, counted over all districts of an inspector.

The lot of an establishment is the SHA-256 of the seed and its id: anybody can draw it again, on any machine,
and an establishment more or less in the register changes nobody else's lot.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256

import msgspec

from field.inspections.establishments import UNVISITED
from field.problems import Problem


class Candidate(msgspec.Struct, frozen=True):
    """An establishment of a district, with its status as the field last saw it."""

    id: str
    district: str
    status: str = "open"


class Posting(msgspec.Struct, frozen=True):
    """A district given to an inspector from `valid_from` on, up to but without `valid_to` (None: no end)."""

    district: str
    valid_from: date
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the posting is in force on this day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Inspector(msgspec.Struct, frozen=True):
    """An inspector with all postings, past and future ones included."""

    id: str
    postings: tuple[Posting, ...]


class LastVisit(msgspec.Struct, frozen=True):
    """A visit carried out. More than the last may be given; those after the planned day are not looked at."""

    establishment: str
    inspector: str
    day: date


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """One visit of the plan.

    `why` and `remark` are for the supervisor and never leave the office (ILO Convention 81, article 15(c)).
    """

    establishment: str
    inspector: str
    district: str
    why: str
    remark: str | None = None


class Waiting(msgspec.Struct, frozen=True):
    """How many establishments of a district are left for another day, and how many inspectors are posted."""

    district: str
    establishments: int
    inspectors: int


class LeftOut(msgspec.Struct, frozen=True):
    """How many establishments of a district nobody is sent to, for their status."""

    district: str
    status: str
    establishments: int


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The visits of a day, by inspector, the longest unvisited first; and what is left, by district."""

    day: date
    seed: int
    per_inspector: int
    assignments: tuple[Assignment, ...]
    waiting: tuple[Waiting, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def without_inspector(self) -> tuple[Waiting, ...]:
        """The districts with establishments and nobody posted."""
        return tuple(left for left in self.waiting if left.inspectors == 0)


def assign(
    establishments: Iterable[Candidate],
    inspectors: Iterable[Inspector],
    last_visits: Iterable[LastVisit],
    per_inspector: int,
    day: date,
    seed: int,
    *,
    held: Mapping[str, int] = {},
) -> Plan:
    """The plan for a day. The order of what is given does not matter; what is given twice counts once.

    `per_inspector` is the number of visits that one inspector can make on the day, of which `held` tells how
    many each has already. Raises
    Problem("bad-request") if it is negative.
    """
    if per_inspector < 0:
        raise Problem("bad-request", "The number of visits per inspector must be 0 or more.")
    posted = _posted(inspectors, day)
    last = _last(last_visits, day)
    known = set(establishments)
    queue = _queue((each for each in known if each.status not in UNVISITED), last, seed)
    roster = _Roster(posted, last, per_inspector, seed, held)
    left = [candidate for candidate in queue if not roster.place(candidate)]
    left = [candidate for candidate in left if not roster.place_again(candidate)]
    roster.level()
    return Plan(
        day=day,
        seed=seed,
        per_inspector=per_inspector,
        assignments=_assignments(queue, roster, posted, last, (day, seed)),
        waiting=_waiting(left, posted),
        left_out=_left_out(each for each in known if each.status in UNVISITED),
    )


def lot(seed: int, name: str) -> str:
    """The lot that a name draws under a seed: SHA-256 of `seed:name` in hexadecimal. The smallest wins."""
    return sha256(f"{seed}:{name}".encode()).hexdigest()


class _Last(msgspec.Struct, frozen=True):
    """When an establishment was last visited, and by whom: more than one if several came on that day."""

    day: date
    inspectors: frozenset[str]


def _posted(inspectors: Iterable[Inspector], day: date) -> dict[str, list[str]]:
    """The inspectors posted to each district on the day."""
    posted: dict[str, set[str]] = {}
    for inspector in inspectors:
        for posting in inspector.postings:
            if posting.holds_on(day):
                posted.setdefault(posting.district, set()).add(inspector.id)
    return {district: sorted(ids) for district, ids in posted.items()}


def _last(visits: Iterable[LastVisit], day: date) -> dict[str, _Last]:
    last: dict[str, _Last] = {}
    for visit in visits:
        known = last.get(visit.establishment)
        if visit.day > day or (known is not None and visit.day < known.day):
            continue
        others = known.inspectors if known is not None and known.day == visit.day else frozenset()
        last[visit.establishment] = _Last(visit.day, others | {visit.inspector})
    return last


def _queue(establishments: Iterable[Candidate], last: Mapping[str, _Last], seed: int) -> list[Candidate]:
    """Never visited first, then the longest unvisited; ties by lot."""
    by_id = {
        candidate.id: candidate for candidate in sorted(establishments, key=lambda c: (c.id, c.district))
    }

    def urgency(candidate: Candidate) -> tuple[date, str, str]:
        known = last.get(candidate.id)
        return (known.day if known else date.min, lot(seed, candidate.id), candidate.id)

    return sorted(by_id.values(), key=urgency)


class _Roster:
    """Who visits what, while the plan is made.

    A matching of establishments to inspectors: an establishment is taken if the visits taken before it can be
    rearranged to make room. Taken in the order of the queue this gives the most urgent set that can be
    visited at all under the rotation, and no larger one exists.
    """

    def __init__(
        self,
        posted: Mapping[str, Sequence[str]],
        last: Mapping[str, _Last],
        room: int,
        seed: int,
        held: Mapping[str, int],
    ) -> None:
        self._held = held
        self._posted = posted
        self._last = last
        self._room = room
        ids = {inspector for group in posted.values() for inspector in group}
        self._lots = {inspector: lot(seed, inspector) for inspector in ids}
        self.visits: dict[str, dict[str, Candidate]] = {inspector: {} for inspector in sorted(ids)}
        self._full: set[str] = set()  # inspectors for whom no rearrangement will ever make room again

    def takers(self, candidate: Candidate) -> Sequence[str]:
        """Who may go there: everybody posted but the last visitors, unless nobody else is posted."""
        posted = self._posted.get(candidate.district, ())
        last = self._last.get(candidate.id)
        if last is None:
            return posted
        return [inspector for inspector in posted if inspector not in last.inspectors] or posted

    def place(self, candidate: Candidate) -> bool:
        """Take the establishment if anybody can go there under the rotation."""
        return self._insert(candidate, self.takers(candidate))

    def place_again(self, candidate: Candidate) -> bool:
        """Give the establishment to its last visitor, as nobody else has room."""
        return self._insert(candidate, self._posted.get(candidate.district, ()))

    def level(self) -> None:
        """Hand visits on until nobody has two more than another who could take one, be it through a third."""
        handed_on = True
        while handed_on:
            heaviest_first = sorted(self.visits, key=self._burden, reverse=True)
            handed_on = any(self._hand_on(inspector) for inspector in heaviest_first)

    def _hand_on(self, inspector: str) -> bool:
        if self.load(inspector) < 2:
            return False
        came = self._reachable([inspector])
        lightest = min(came, key=self._burden)
        if self.load(lightest) > self.load(inspector) - 2:
            return False
        self._shift(lightest, came)
        return True

    def _insert(self, candidate: Candidate, takers: Sequence[str]) -> bool:
        open_takers = [inspector for inspector in takers if inspector not in self._full]
        if not open_takers:
            return False
        taker = min(open_takers, key=self._burden)
        if self.load(taker) >= self._room:
            came = self._reachable(open_takers)
            lightest = min(came, key=self._burden)
            if self.load(lightest) >= self._room:
                self._full.update(came)
                return False
            taker = self._shift(lightest, came)
        self.visits[taker][candidate.id] = candidate
        return True

    def _reachable(self, starts: Iterable[str]) -> dict[str, tuple[str, Candidate] | None]:
        """Everybody to whom `starts` can hand a visit on, through others too; by which visit of whom."""
        came: dict[str, tuple[str, Candidate] | None] = dict.fromkeys(starts)
        front = deque(came)
        while front:
            giver = front.popleft()
            for visit in self.visits[giver].values():
                for taker in self.takers(visit):
                    if taker not in came:
                        came[taker] = (giver, visit)
                        front.append(taker)
        return came

    def _shift(self, lightest: str, came: Mapping[str, tuple[str, Candidate] | None]) -> str:
        """Move one visit along each step of the way to the lightest; the inspector at whom the way begins."""
        taker = lightest
        while (step := came[taker]) is not None:
            giver, visit = step
            del self.visits[giver][visit.id]
            self.visits[taker][visit.id] = visit
            taker = giver
        return taker

    def _burden(self, inspector: str) -> tuple[int, str, str]:
        return self.load(inspector), self._lots[inspector], inspector

    def load(self, inspector: str) -> int:
        """How many visits an inspector has on the day, with those held before."""
        return self._held.get(inspector, 0) + len(self.visits[inspector])


def _assignments(
    queue: Sequence[Candidate],
    roster: _Roster,
    posted: Mapping[str, Sequence[str]],
    last: Mapping[str, _Last],
    plan: tuple[date, int],
) -> tuple[Assignment, ...]:
    inspector_of = {visit: who for who, visits in roster.visits.items() for visit in visits}
    lengths = Counter(candidate.district for candidate in queue)
    ranks: Counter[str] = Counter()
    assignments = []
    for candidate in queue:
        ranks[candidate.district] += 1
        inspector = inspector_of.get(candidate.id)
        if inspector is None:
            continue
        colleagues = posted[candidate.district]
        known = last.get(candidate.id)
        rank = f"Number {ranks[candidate.district]} of {lengths[candidate.district]} in {candidate.district}"
        loads = [roster.load(colleague) for colleague in colleagues]
        why = (
            f"{_since(known, plan[0])} {rank}, equals by lot (seed {plan[1]}). "
            f"{_among(roster.load(inspector), loads)}"
        )
        again = known is not None and inspector in known.inspectors
        remark = _twice_running(colleagues, known) if again and known is not None else None
        assignments.append(
            Assignment(
                establishment=candidate.id,
                inspector=inspector,
                district=candidate.district,
                why=why,
                remark=remark,
            )
        )
    return tuple(sorted(assignments, key=lambda assignment: assignment.inspector))


def _since(known: _Last | None, day: date) -> str:
    if known is None:
        return "Never visited before."
    days = (day - known.day).days
    return f"Last visited on {known.day.isoformat()}, {days} {'day' if days == 1 else 'days'} ago."


def _among(own: int, loads: Sequence[int]) -> str:
    if len(loads) == 1:
        return "The only inspector posted there that day."
    spread = f"{min(loads)} to {max(loads)}"
    return (
        f"One of {len(loads)} inspectors posted there, with {own} of that day's visits; they have {spread}."
    )


def _twice_running(colleagues: Sequence[str], known: _Last) -> str:
    if set(colleagues) <= known.inspectors:
        return "The last visit was by this inspector too: nobody else is posted there that day."
    return "The last visit was by this inspector too: nobody else posted there has room that day."


def _waiting(left: Iterable[Candidate], posted: Mapping[str, Sequence[str]]) -> tuple[Waiting, ...]:
    counts = Counter(candidate.district for candidate in left)
    return tuple(Waiting(name, counts[name], len(posted.get(name, ()))) for name in sorted(counts))


def _left_out(candidates: Iterable[Candidate]) -> tuple[LeftOut, ...]:
    counts = Counter((candidate.district, candidate.status) for candidate in candidates)
    return tuple(LeftOut(*key, counts[key]) for key in sorted(counts))
