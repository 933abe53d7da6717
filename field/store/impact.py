"""What new rows of the law would change: every assessment that they touch, with old and new figures.

Nothing is changed by asking. Once somebody has accepted the rows, the visits that they touch are stale, and
the background work assesses them anew (field/store/assessments.py).
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.recovery.assessment import Assessment
from field.recovery.money import to_json
from field.recovery.statute import RateRow
from field.store import rows, statute
from field.store.assessments import ASSESSMENTS, assess_visit
from field.store.engine import Store
from field.store.flags import Rupees

VISITS_AT_ONCE = 100


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A report's assessment by the rows in force, and by the new ones. `months`: those whose sum differs."""

    report: str
    visit: str
    establishment: str
    old_rs: Rupees
    new_rs: Rupees
    old_flagged: bool
    new_flagged: bool
    months: tuple[str, ...]


def touched(store: Store, tx: Connection, new: Sequence[RateRow]) -> Iterator[Touched]:
    """The assessments that would differ, by visit; a few visits are held in memory at a time.

    Raises Problem bad-request where the rows contradict each other or those in force.
    """
    before = statute.load(tx)
    after = before.amended(*new)
    for visits in _pages(tx):
        records, _ = rows.load(store, tx, visits, by_root=True)
        for visit in visits:
            below = {id: record for id, record in records.items() if record.root == visit}
            old, fresh = (
                [each.assessment for each in assess_visit(below, visit, law)] for law in (before, after)
            )
            yield from _differences(old, fresh)


def _pages(tx: Connection) -> Iterator[list[str]]:
    last = ""
    while visits := list(tx.execute(_VISITS, {"last": last}).scalars()):
        yield visits
        last = visits[-1]


_VISITS = (
    select(ASSESSMENTS.c.visit)
    .where(ASSESSMENTS.c.visit > bindparam("last"))
    .distinct()
    .order_by(ASSESSMENTS.c.visit)
    .limit(VISITS_AT_ONCE)
)


def _differences(old: Iterable[Assessment], new: Iterable[Assessment]) -> Iterator[Touched]:
    for before, after in zip(old, new, strict=True):
        if before != after:
            sums = [{month.month: month.due_rs for month in each.months} for each in (before, after)]
            months = sorted(sums[0].keys() | sums[1].keys())
            yield Touched(
                report=after.report_id,
                visit=after.visit_id,
                establishment=after.establishment_id,
                old_rs=to_json(before.total_rs),
                new_rs=to_json(after.total_rs),
                old_flagged=before.flagged,
                new_flagged=after.flagged,
                months=tuple(month for month in months if sums[0].get(month) != sums[1].get(month)),
            )


def accept(store: Store, new: Sequence[RateRow], now_ms: int, reason: str) -> tuple[int, int]:
    """Put the rows in force, and have what they touch assessed anew: how many rows were new, how many visits.

    What is being assessed meanwhile by the rows before is not kept: that visit stays stale. Raises what
    `touched` and `statute.add` raise.
    """
    with store.write() as tx:
        statute.hold_still(store, tx, changing=True)
        visits = sorted({each.visit for each in touched(store, tx, new)} if new else ())
        added = statute.add(tx, new, now_ms, reason)
        rows.mark_stale(store, tx, dict.fromkeys(visits, f"statute@{now_ms}"), now_ms)
    return added, len(visits)
