"""What tests of evidence have in common: tablets that take fixes and photos, and an office that compares."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import insert, select

from field.inspections.evidence import Remark
from field.store import assessments, evidence_keeping, stale_evidence
from field.store.evidence_keeping import HISTORY, REMARKS
from field.store.photo_readings import READINGS
from field.store.rows import RECORDS, insert_new, load
from field.store.stale_evidence import STALE
from field.store.uploads import PHOTO_BYTES
from tests.helpers import Tablet, World, open_world

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
MILL = {"lat": 24.512345, "lon": 67.512345, "accuracy_m": 10.0}
"""Where the mill stands, in korangi."""
FAR = {"lat": 24.912345, "lon": 67.912345, "accuracy_m": 15.0}
"""60 km from the mill, in korangi."""
HASH = 0x3C5A_96E1_0F78_B4D2
"""A difference hash that tells enough to be compared."""


def near(metres: float, accuracy_m: float = 8.0) -> dict[str, float]:
    """So many metres north of the mill."""
    return {"lat": round(MILL["lat"] + metres / 111_195, 6), "lon": MILL["lon"], "accuracy_m": accuracy_m}


def sha(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


class Office:
    """An office with a mill in korangi, its inspector and their tablet; the app, for pushing alone."""

    def __init__(self, world: World, client: TestClient[Litestar]) -> None:
        self.world, self.client = world, client
        self.inspector = world.person("inspector", "korangi")
        self.mill = world.establishment("korangi", location=MILL)
        self.tablet = world.tablet(self.inspector, "korangi")

    def report(self, *photos: dict[str, Any], tablet: Tablet | None = None, **values: Any) -> str:
        """A report of a new visit to the mill, with photos; pushed and compared."""
        tablet = tablet or self.tablet
        visit = self.visit(values.pop("establishment", self.mill), values.pop("district", "korangi"))
        more = {name: values.pop(name) for name in ("wall_ms", "boot") if name in values}
        report = self.world.clock.uuid7()
        tablet.change("report", report, {"visit": visit, "months_checked": [], **values}, "create", **more)
        for each in photos:
            self.photo(report, tablet, **each)
        tablet.push(self.client)
        self.look()
        return report

    def visit(self, establishment: str, district: str) -> str:
        return self.world.visit(establishment, district, self.inspector)

    def photo(self, report: str, tablet: Tablet | None = None, **values: Any) -> str:
        """The description of a photo, to be pushed."""
        photo = self.world.clock.uuid7()
        known = {"report": report, "size": 10, "media_type": "image/jpeg", "purpose": "unit", **values}
        (tablet or self.tablet).change("photo", photo, known, "create")
        return photo

    def read(self, sha256: str, **found: Any) -> None:
        """A photo's bytes are here, and were opened."""
        now_ms = self.world.clock.now_ms()
        store = self.world.store
        row = {"sha256": sha256, "size": 10, "state": "ok", "format": "jpeg", "width": 9, "height": 8}
        row |= {
            "thumbnail": sha("t"),
            "screen": sha("s"),
            "since_ms": now_ms,
            "read_ms": now_ms,
            "dhash": HASH,
        }
        with store.write() as tx:
            for record in [each for each in self.photos() if each.values["sha256"] == sha256]:
                told = {"photo": record.id, "sha256": sha256, "size": 10, "device": self.tablet.id}
                insert_new(store, tx, PHOTO_BYTES, [{**told, "received_ms": now_ms}])
            tx.execute(insert(READINGS), {**row, **found, "tries": 1, "held_until_ms": 0})
            stale_evidence.mark_read(store, tx, sha256, now_ms)
        self.look()

    def photos(self):
        with self.world.store.read() as tx:
            ids = tx.execute(select(RECORDS.c.id).where(RECORDS.c.kind == "photo")).scalars().all()
            return list(load(self.world.store, tx, ids)[0].values())

    def look(self) -> None:
        """What the background does, until nothing is left."""
        now_ms = self.world.clock.now_ms()
        while evidence_keeping.refresh(self.world.store, now_ms) or assessments.refresh(
            self.world.store, now_ms
        ):
            pass

    def remarks(self, report: str) -> dict[str, Remark]:
        """What stands about a report, by code; the last where there are several of a code."""
        return {each.code: each for each in self.all(report)}

    def all(self, report: str) -> list[Remark]:
        with self.world.store.read() as tx:
            found = tx.execute(
                select(REMARKS)
                .where(REMARKS.c.report == report, REMARKS.c.standing.is_(True))
                .order_by(REMARKS.c.key)
            )
            return [msgspec.json.decode(row.body, type=Remark) for row in found]

    def history(self, report: str) -> list[tuple[str, str]]:
        """What happened to a report's remarks, the first first."""
        with self.world.store.read() as tx:
            found = tx.execute(
                select(HISTORY)
                .where(HISTORY.c.report == report)
                .order_by(HISTORY.c.at_ms, HISTORY.c.key, HISTORY.c.entry)
            )
            return [(row.key.partition(":")[0], row.what) for row in found]

    def stale(self) -> int:
        with self.world.store.read() as tx:
            return len(tx.execute(select(STALE.c.root)).all())


@contextmanager
def open_office(database_url: str) -> Iterator[Office]:
    """An office on a database; closed at the end."""
    with open_world(database_url) as world:
        world.clock.advance(190 * DAY_MS)
        with TestClient(world.app()) as client:
            yield Office(world, client)
