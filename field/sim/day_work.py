"""What an inspector of the demonstration does with a tablet: fetch, go offline, visit, write, come back."""

import random
from pathlib import Path
from typing import Any

import msgspec

from field.clock import Clock, SystemClock
from field.geo.distance import metres_between
from field.sim import day_answers, demo_data
from field.sim.day_road import Road
from field.sim.day_start import Crew, chance
from field.sim.pictures import picture
from field.tablet.tablet import Tablet

TRIES_MAX = 500
LINES_AT_ONCE = 60
WORKERS_MAX = 12
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MONTHS_UNPAID_SHARE = 0.2
SEED_BYTES = 32
PICTURE_SIZE = (480, 360)


class _Employer(msgspec.Struct, frozen=True):
    workers_declared: int | None


class _SkewedClock(SystemClock):
    """A tablet's clock, which somebody set wrong. Only the wall clock is: the monotonic one goes right."""

    def __init__(self, skew_ms: int) -> None:
        super().__init__()
        self._skew_ms = skew_ms

    def now_ms(self) -> int:
        """What the tablet's screen shows."""
        return super().now_ms() + self._skew_ms


def _at_the_gate(place: dict[str, float], draw: random.Random) -> dict[str, float]:
    """A fix within some 40 m of a unit's place, as satellites give it."""
    lat, lon = (place[name] + draw.uniform(-0.00025, 0.00025) for name in ("lat", "lon"))
    return {"lat": round(lat, 7), "lon": round(lon, 7), "accuracy_m": round(draw.uniform(4, 18), 1)}


class Inspector:
    """One inspector with one tablet. For one thread at a time."""

    def __init__(self, crew: Crew, base_url: str, folder: Path, seed: int, months: list[str]) -> None:
        self.crew = crew
        self.path = folder / f"{crew.name}.db"
        self._seed = seed
        self._months = months
        self.road = Road(base_url, f"{seed} {crew.name}")
        skew_ms = chance(seed, crew.name, "clock").choice(
            (0, 40_000, -3 * HOUR_MS, 5 * HOUR_MS, -365 * DAY_MS)
        )
        self._clock: Clock = _SkewedClock(skew_ms)
        self.tablet = Tablet(self.path, self.road, self._clock, synchronous=False)

    def close(self) -> None:
        """Switch the tablet off."""
        self.tablet.close()
        self.road.close()

    def begin(self, code: str) -> None:
        """Enrol the tablet, sign in and fetch the district's register and the day's visits."""
        self.tablet.enrol(code, self.crew.name)
        self.tablet.sign_in(self.crew.inspector.login, self.crew.inspector.password)
        self.sync()

    def sync(self) -> None:
        """Try until everything is sent and fetched. Raises RuntimeError where that never comes."""
        for _ in range(TRIES_MAX):
            found = self.tablet.sync(lines_max=LINES_AT_ONCE)
            if found.complete:
                return
        raise RuntimeError(f"{self.crew.name} does not get through: {found.problem}")

    def visits(self) -> list[str]:
        """The visits on this tablet, in the order of their establishments, which a seed repeats."""
        return sorted(
            self.tablet.replica.records("visit"), key=lambda visit: self._row(visit)["establishment"]
        )

    def _row(self, record: str) -> dict[str, Any]:
        row = self.tablet.row(record)
        assert row is not None
        return row

    def _chance(self, visit: str, what: str) -> random.Random:
        return chance(self._seed, self.crew.name, what, self._row(visit)["establishment"])

    # At the employer's door.

    def inspect(self, visit: str, *, fix: bool = False) -> str:
        """Carry a visit out: arrive, take the wage register down, photograph it, leave; the report's id.

        `fix`: the tablet finds its place. A day of seconds has no time to drive from one unit to the next.
        """
        draw = self._chance(visit, "inspect")
        started_ms = self._clock.now_ms()
        self._edit(visit, {"status": "started", "check_in_ms": started_ms})
        report = self._report(visit, draw, fix=fix)
        for number in range(draw.randint(1, 2)):
            self._photograph(report, draw, number)
        minutes = draw.randint(25, 150)
        left = {"check_out_ms": started_ms + minutes * 60_000, "minutes_on_site": minutes}
        self._edit(visit, {"status": "done", "documents_seen": ["wage register", "C-1"], **left})
        if draw.random() < 0.4:
            self._edit(self._row(visit)["establishment"], {"phone": f"+92300{draw.randrange(10**7):07}"})
        return report

    def _report(self, visit: str, draw: random.Random, *, fix: bool) -> str:
        employer = self._row(self._row(visit)["establishment"])
        lines = demo_data.wage_register(
            draw, _Employer(employer.get("workers_declared")), self._months, WORKERS_MAX
        )
        men = draw.randint(3, 60)
        women = draw.randint(0, 20)
        unpaid = self._months[-1] if draw.random() < MONTHS_UNPAID_SHARE else None
        values: dict[str, Any] = {
            "visit": visit,
            "months_checked": self._months,
            "months_paid": [month for month in self._months if month != unpaid],
            "headcount": {"men": men, "women": women, "total": men + women},
            "records_produced": ["wage register"],
            "records_refused": False,
            "person_met": "The manager on duty",
        }
        if fix and employer.get("location") is not None:
            values["place"] = _at_the_gate(employer["location"], self._chance(visit, "fix"))
        checklist = day_answers.in_force(self.tablet)
        answers = []
        if checklist is not None:
            values["checklist"] = checklist
            answers = day_answers.answers(self._chance(visit, "answers"), men + women, "A worker")
        with self.tablet.group():
            report = self.tablet.new_record("report", values)
            for line in lines:
                known = {name: value for name, value in line.items() if value is not None}
                self.tablet.new_record("wage_line", {"report": report, **known})
            for answer in answers:
                self.tablet.new_record("answer", {"report": report, **answer})
        return report

    def _photograph(self, report: str, draw: random.Random, number: int) -> None:
        place = (self._row(report).get("place") or {}) if self.tablet.view(report) else {}
        seed = draw.randbytes(SEED_BYTES).hex()
        values: dict[str, Any] = {
            "report": report,
            "media_type": "image/jpeg",
            "taken_ms": self._clock.now_ms() + draw.randint(90_000, 900_000),
            "purpose": "wage register",
            "caption": f"Page {number + 1}",
        }
        at = (place["lat"], place["lon"]) if place else None
        self.tablet.new_photo(values, picture(seed, PICTURE_SIZE, taken_ms=values["taken_ms"], place=at))

    def farthest(self, visit: str, others: list[str]) -> str | None:
        """Of other visits the one to the unit that is the farthest away."""
        here = self._place(visit)
        known = {each: place for each in others if (place := self._place(each)) is not None}
        if here is None or not known:
            return None
        return max(known, key=lambda each: metres_between(*here, *known[each]))

    def _place(self, visit: str) -> tuple[float, float] | None:
        place = self._row(self._row(visit)["establishment"]).get("location")
        return None if place is None else (place["lat"], place["lon"])

    def photograph_unit(self, report: str, seed: str, size: tuple[int, int] = PICTURE_SIZE) -> None:
        """Add a picture of the unit to a report: the same seed and size give the same file once more."""
        values: dict[str, Any] = {
            "report": report,
            "media_type": "image/jpeg",
            "taken_ms": self._clock.now_ms(),
            "purpose": "unit",
            "caption": "The gate",
        }
        self.tablet.new_photo(values, picture(seed, size))

    def _edit(self, record: str, values: dict[str, Any], *, checked: bool = True) -> None:
        self.tablet.open_form(record).save(values, checked=checked)

    # What makes work for the supervisor.

    def turned_away(self, visit: str) -> None:
        """The employer refused the records: another outcome than a colleague may have written down."""
        self._edit(visit, {"status": "refused", "notes": "The records were refused at the gate."})

    def not_there(self, visit: str) -> None:
        """The unit was not found: another outcome again."""
        self._edit(visit, {"status": "not_found", "notes": "A closed gate and no name on it."})

    def count_workers(self) -> None:
        """Correct the first unit of the district's register, as everybody there does, each differently."""
        units = self.tablet.replica.records("establishment")
        if units:
            shown = self._row(units[0]).get("workers_declared") or 0
            number = int(self.crew.name.rpartition("-")[2])
            self._edit(units[0], {"workers_declared": shown + number})

    def correct_wage(self, visit: str, add_rs: int) -> None:
        """Correct the first wage line of a visit."""
        reports = [each for each in self.tablet.replica.children(visit) if self._kind(each) == "report"]
        lines = [each for each in self.tablet.replica.children(reports[0]) if self._kind(each) == "wage_line"]
        self._edit(lines[0], {"wage_rs": self._row(lines[0])["wage_rs"] + add_rs})

    def _kind(self, record: str) -> str:
        view = self.tablet.view(record)
        return "" if view is None else view.kind

    def undo(self, visit: str) -> None:
        """A faulty tablet plans a visit anew that was carried out: nothing leads back to that."""
        self._edit(visit, {"status": "planned"}, checked=False)
