"""The figures of the demonstration's day, each measured: in the database, on disks, on the wire."""

import time
from decimal import Decimal

import msgspec
from sqlalchemy import Connection, func, select

from field.blobs.storage import Storage
from field.sim.day import Done
from field.sim.day_desk import Desk
from field.sim.day_oracle import CHANGES, Verdict, judge
from field.sim.day_start import Start
from field.store import registry
from field.store.engine import Store
from field.store.evidence_beside import REMARKS
from field.store.lead_rows import MARKS
from field.store.rows import OPEN_CONFLICTS, STALE
from field.store.stale_evidence import STALE as STALE_EVIDENCE

PATIENCE_S = 60.0
LOOK_AGAIN_S = 0.1
RANKED_MAX = 10


class Figures(msgspec.Struct, frozen=True):
    """What the day came to. `lost` and `doubled` must be 0."""

    districts: int
    establishments: int
    tablets: int
    visits_assigned: int
    reports: int
    wage_lines: int
    photos: int
    pictures: int
    changes_captured: int
    changes_received: int
    deliveries_repeated: int
    conflicts_open: int
    quarantined: int
    flagged: int
    assessed_rs: int
    remarks: int
    photos_again: int
    journeys_impossible: int
    lost: int
    doubled: int
    seconds: float


class Flagged(msgspec.Struct, frozen=True):
    """An employer who owes something, and the codes of the reasons."""

    name: str
    district: str
    rupees: Decimal
    reasons: list[str]


class Day(msgspec.Struct, frozen=True):
    """The figures, the employers flagged with the most rupees first, and what the oracle found in words."""

    figures: Figures
    flagged: list[Flagged]
    violations: list[str]


def wait_for_assessments(store: Store) -> None:
    """Wait until the server's background work has assessed everything and followed up the leads.

    Raises TimeoutError.
    """
    patience = time.monotonic() + PATIENCE_S
    while time.monotonic() < patience:
        with store.read() as tx:
            waiting = (select(STALE.c.root).limit(1), select(MARKS.c.establishment).limit(1))
            if all(tx.execute(query).first() is None for query in waiting):
                return
        time.sleep(LOOK_AGAIN_S)
    raise TimeoutError("the server does not finish its assessments")


def wait_for_remarks(store: Store) -> None:
    """Wait until all photos were opened and all evidence was compared. Raises TimeoutError."""
    patience = time.monotonic() + PATIENCE_S
    while time.monotonic() < patience:
        with store.read() as tx:
            if tx.execute(select(STALE_EVIDENCE.c.root).limit(1)).first() is None:
                return
        time.sleep(LOOK_AGAIN_S)
    raise TimeoutError("the server does not finish comparing evidence")


def ranked(desk: Desk) -> list[Flagged]:
    """Every flagged employer that somebody at a desk is shown, the highest sum first."""
    found: list[Flagged] = []
    while page := desk.get("/api/flags", skip=str(len(found))):
        found += [
            Flagged(
                name=each["name"] or "",
                district=each["district"],
                rupees=Decimal(each["due_rs"]),
                reasons=sorted({reason["code"] for reason in each["reasons"]}),
            )
            for each in page
        ]
    return found


def count(
    store: Store, photos: Storage, start: Start, done: Done, flagged: list[Flagged], seconds: float
) -> Day:
    """Measure the day, and have the oracle judge it."""
    verdict = judge(store, photos, done.outboxes)
    with store.read() as tx:
        figures = _figures(tx, start, done, verdict, flagged, seconds)
    return Day(figures, flagged[:RANKED_MAX], [*verdict.lost, *verdict.doubled])


def _figures(
    tx: Connection, start: Start, done: Done, verdict: Verdict, flagged: list[Flagged], seconds: float
) -> Figures:
    kinds = registry.counts(tx, ("establishment", "report", "wage_line", "photo"))
    quarantined = select(func.count()).where(CHANGES.c.status == "quarantined")
    standing = select(REMARKS.c.code, func.count().label("number")).where(REMARKS.c.standing.is_(True))
    remarked = {row.code: row.number for row in tx.execute(standing.group_by(REMARKS.c.code))}
    return Figures(
        districts=len(registry.districts(tx)),
        establishments=kinds["establishment"],
        tablets=len(start.crews),
        visits_assigned=done.visits_assigned,
        reports=kinds["report"],
        wage_lines=kinds["wage_line"],
        photos=kinds["photo"],
        pictures=verdict.pictures,
        changes_captured=verdict.captured,
        changes_received=verdict.received,
        deliveries_repeated=done.deliveries_repeated,
        conflicts_open=tx.execute(select(func.count()).select_from(OPEN_CONFLICTS)).scalar_one(),
        quarantined=tx.execute(quarantined).scalar_one(),
        flagged=len(flagged),
        assessed_rs=int(sum(each.rupees for each in flagged)),
        remarks=sum(remarked.values()),
        photos_again=remarked.get("photo-again", 0) + remarked.get("photo-alike", 0),
        journeys_impossible=remarked.get("journey-impossible", 0),
        lost=len(verdict.lost),
        doubled=len(verdict.doubled),
        seconds=round(seconds, 1),
    )
