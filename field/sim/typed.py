"""What people type: values of which no two are alike, so that a value on a screen tells whose it was."""

import hashlib
import random
from collections.abc import Callable, Collection, Mapping
from typing import Any

from field.sim.clock import START_MS
from field.sim.edits import STEPS
from field.sim.pictures import picture

PHOTO_SIZE = (64, 48)

FIELDS: Mapping[str, tuple[str, ...]] = {
    "establishment": (
        "address",
        "owner",
        "workers_declared",
        "location",
        "phone",
        "remarks",
        "sector",
        "status",
    ),
    "visit": (
        "status",
        "check_in_ms",
        "check_out_ms",
        "minutes_on_site",
        "minutes_on_site",
        "documents_seen",
        "notes",
    ),
    "report": ("headcount", "person_met", "place", "records_produced", "remarks"),
    "wage_line": ("wage_rs", "worker_name", "cnic", "declared_wage_rs", "remarks"),
    "photo": ("caption", "purpose", "taken_ms"),
    "lead": ("name", "address", "location", "sector", "workers_about", "remarks"),
    "answer": ("value", "private_value"),
}
"""The fields that people edit, by kind."""


class Typing:
    """Makes values up."""

    def __init__(self, chance: random.Random, number: Callable[[], int]) -> None:
        self._chance = chance
        self._number = number

    def some(self, kind: str, shown: Mapping[str, Any], without: Collection[str]) -> dict[str, Any]:
        """New values for one to three fields."""
        names = sorted(set(FIELDS[kind]) - set(without))
        chosen = self._chance.sample(names, min(len(names), self._chance.randint(1, 3)))
        values = {name: self.value(kind, name, shown.get(name)) for name in chosen}
        return {name: value for name, value in values.items() if value is not None}

    def all(self, kind: str) -> dict[str, Any]:
        """First values for the fields of a new record."""
        values = {name: self.value(kind, name, None) for name in FIELDS[kind]}
        return {name: value for name, value in values.items() if value is not None}

    def photo(self) -> tuple[dict[str, Any], bytes]:
        """The description of a new photo, and its bytes."""
        taken = picture(f"fleet {self._number()}", PHOTO_SIZE)
        known = {"sha256": hashlib.sha256(taken).hexdigest(), "size": len(taken)}
        return {**known, "media_type": "image/jpeg", **self.all("photo")}, taken

    def value(self, kind: str, name: str, shown: Any) -> Any:
        """A value for a field that shows `shown`; None where there is none to give."""
        number = self._number()
        made: Mapping[str, Callable[[], Any]] = {
            "workers_declared": lambda: number,
            "workers_about": lambda: number,
            "wage_rs": lambda: 30_000 + number,
            "declared_wage_rs": lambda: 20_000 + number,
            "taken_ms": lambda: START_MS + number,
            "check_in_ms": lambda: START_MS + self._chance.randrange(1000) * 1_000_000 + number,
            "check_out_ms": lambda: START_MS + self._chance.randrange(1000) * 1_000_000 + number,
            "minutes_on_site": lambda: (shown or 0) + self._chance.choice((-10, 5, 20, 45)),
            "location": lambda: {"lat": 24 + number / 10_000, "lon": 67.0, "accuracy_m": 8.0},
            "place": lambda: {"lat": 24 + number / 10_000, "lon": 67.0, "accuracy_m": 8.0},
            "headcount": lambda: {"men": number, "women": 1, "total": number + 1},
            "documents_seen": lambda: self._elements(shown, number),
            "records_produced": lambda: self._elements(shown, number),
            "status": lambda: self._step(kind, shown),
        }
        return made[name]() if name in made else f"{name} {number}"

    def _elements(self, shown: list[str] | None, number: int) -> list[str]:
        kept = list(shown or ())
        if kept and self._chance.random() < 0.3:
            kept.remove(self._chance.choice(kept))
        return sorted([*kept, f"document {number}"])

    def _step(self, kind: str, shown: Any) -> Any:
        following = sorted(STEPS[kind].get(shown, ()))
        return self._chance.choice(following) if following else None
