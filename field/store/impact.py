"""What new rows of the law would change: every assessment and every account, with old and new figures.

Nothing is changed by asking. Once somebody has accepted the rows, the visits that they touch are stale, and
the background work assesses them anew (field/store/assessments.py); all flags are looked at again.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.problems import Problem
from field.recovery import ledger
from field.recovery.assessment import Assessment
from field.recovery.ledger import Charge
from field.recovery.money import ZERO, to_json
from field.recovery.records_limits import Check
from field.recovery.statute import RateRow, Statute
from field.store import (
    accounts_touched,
    matching,
    records_checks,
    registry,
    rows,
    stale_establishments,
    statute,
)
from field.store.accounts_touched import TouchedAccount
from field.store.assessments import ASSESSMENTS, Assessed, assess_visit, read_body
from field.store.engine import Store
from field.store.flags import Rupees
from field.store.records_checks import Checked
from field.sync.merge import Record

VISITS_AT_ONCE = 100
LISTED_MAX = 500
"""So many assessments and so many accounts stand in an answer; the figures are those of all."""


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A report's assessment by the rows in force, and by the new ones.

    `old_rs` and `new_rs` are its contributions, `..._increase_rs` what delay adds to them up to the day,
    payments aside. `months`: those whose contribution differs. `warnings` about the check of records come
    with the new rows.
    """

    report: str
    visit: str
    establishment: str
    name: str | None
    registration_no: str | None
    district: str | None
    old_rs: Rupees
    new_rs: Rupees
    old_increase_rs: Rupees
    new_increase_rs: Rupees
    old_flagged: bool
    new_flagged: bool
    months: tuple[str, ...]
    warnings: tuple[str, ...] = ()


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What a person sees and accepts: how much is touched, and the sums over it, on a day.

    `fingerprint` is that of the rows and of every touched assessment and account with its figures: it is the
    same only where all of them are.
    """

    day: date
    assessments: int
    accounts: int
    assessments_old_rs: Rupees
    assessments_new_rs: Rupees
    accounts_old_rs: Rupees
    accounts_new_rs: Rupees
    fingerprint: str


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """The figures, and what they are made of: LISTED_MAX assessments after the skipped, as many accounts."""

    figures: Figures
    assessments: tuple[Touched, ...]
    accounts: tuple[TouchedAccount, ...]


def measure(
    store: Store,
    tx: Connection,
    new: Sequence[RateRow],
    day: date,
    districts: Sequence[str] | None = None,
    told: Callable[[Touched | TouchedAccount], None] = lambda _: None,
    skip: int = 0,
) -> Impact:
    """What new rows would change in some districts, or in all; `told` hears of each as it is found.

    The first `skip` assessments and accounts are left out of the lists, never out of the figures.

    Raises Problem bad-request where the rows contradict each other or those in force.
    """
    before = statute.load(tx)
    after = before.amended(*new)
    fingerprint = hashlib.sha256(f"{day.isoformat()}\n".encode())
    for row in sorted(new, key=lambda row: row.id):
        fingerprint.update(msgspec.json.encode(row) + b"\n")
    reports = _Tally(fingerprint.update, told, skip)
    for report in touched(store, tx, new, day, districts):
        reports.add(report)
    books = _Tally(fingerprint.update, told, skip)
    for book in accounts_touched.touched(store, tx, before, after, day, districts):
        books.add(book)
    figures = Figures(
        day=day,
        assessments=reports.number,
        accounts=books.number,
        assessments_old_rs=to_json(reports.old),
        assessments_new_rs=to_json(reports.new),
        accounts_old_rs=to_json(books.old),
        accounts_new_rs=to_json(books.new),
        fingerprint=fingerprint.hexdigest(),
    )
    return Impact(figures=figures, assessments=tuple(reports.first), accounts=tuple(books.first))


class _Tally:
    """Numbers and sums over what goes by, and the first of it after those skipped."""

    def __init__(self, hashed: Callable[[bytes], None], told: Callable[[Any], None], skip: int) -> None:
        self.number, self.old, self.new = 0, ZERO, ZERO
        self.first: list[Any] = []
        self._skip = skip
        self._hashed, self._told = hashed, told

    def add(self, each: Touched | TouchedAccount) -> None:
        self.number += 1
        self.old += Decimal(each.old_rs)
        self.new += Decimal(each.new_rs)
        self._hashed(msgspec.json.encode(each) + b"\n")
        self._told(each)
        if self.number > self._skip and len(self.first) < LISTED_MAX:
            self.first.append(each)


def touched(
    store: Store,
    tx: Connection,
    new: Sequence[RateRow],
    day: date,
    districts: Sequence[str] | None = None,
) -> Iterator[Touched]:
    """The assessments that would differ, by visit; a few visits are held in memory at a time.

    Only visits are assessed that checked a month for which the law differs, or were made in one. Raises
    Problem bad-request where the rows contradict each other or those in force.
    """
    before = statute.load(tx)
    after = before.amended(*new)
    differs = accounts_touched.differing(before, after)
    for page in _pages(tx):
        visits = _concerned(tx, page, differs)
        records, _ = rows.load(store, tx, visits, by_root=True)
        employers = {visit: records[visit].values["establishment"] for visit in visits if visit in records}
        checks, named = records_checks.known(tx, employers.values()), registry.by_id(tx, employers.values())
        for visit, employer in employers.items():
            values = (named.get(employer) or registry.NOTHING).values
            if districts is None or values.get("district") in districts:
                yield from _of_visit(records, visit, values, checks.get(employer, []), (before, after), day)


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
_MONTHS = select(
    ASSESSMENTS.c.report, ASSESSMENTS.c.visit, ASSESSMENTS.c.captured_ms, ASSESSMENTS.c.body
).where(ASSESSMENTS.c.visit.in_(bindparam("ids", expanding=True)))


def _concerned(tx: Connection, visits: Sequence[str], differs: Callable[[str], bool]) -> list[str]:
    """The visits of a page that the law may judge otherwise."""
    found = set()
    for row in tx.execute(_MONTHS, {"ids": visits}):
        months = records_checks.months_checked(row.body)
        made_in = f"{records_checks.day(row.captured_ms):%Y-%m}"
        if months is None or differs(made_in) or any(differs(month) for month in months):
            found.add(row.visit)
    return sorted(found)


def _of_visit(
    records: Mapping[str, Record],
    visit: str,
    values: Mapping[str, Any],
    checks: Sequence[Checked],
    laws: tuple[Statute, Statute],
    day: date,
) -> Iterator[Touched]:
    below = {id: record for id, record in records.items() if record.root == visit}
    old, new = ([*assess_visit(below, visit, law)] for law in laws)
    for before, after in zip(old, new, strict=True):
        increases = [
            _increase(each.assessment, law, day) for each, law in zip((before, after), laws, strict=True)
        ]
        warned = [_warnings(each, checks, law) for each, law in zip((before, after), laws, strict=True)]
        if before.assessment != after.assessment or increases[0] != increases[1] or warned[0] != warned[1]:
            yield _touched(before.assessment, after.assessment, values, increases, warned)


def _touched(
    before: Assessment,
    after: Assessment,
    values: Mapping[str, Any],
    increases: Sequence[Decimal],
    warned: Sequence[tuple[str, ...]],
) -> Touched:
    sums = [{month.month: month.due_rs for month in each.months} for each in (before, after)]
    months = sorted(sums[0].keys() | sums[1].keys())
    return Touched(
        report=after.report_id,
        visit=after.visit_id,
        establishment=after.establishment_id,
        name=values.get("name"),
        registration_no=values.get("registration_no"),
        district=values.get("district"),
        old_rs=to_json(before.total_rs),
        new_rs=to_json(after.total_rs),
        old_increase_rs=to_json(increases[0]),
        new_increase_rs=to_json(increases[1]),
        old_flagged=before.flagged,
        new_flagged=after.flagged,
        months=tuple(month for month in months if sums[0].get(month) != sums[1].get(month)),
        warnings=tuple(warning for warning in warned[1] if warning not in warned[0]),
    )


def _increase(assessment: Assessment, law: Statute, day: date) -> Decimal:
    """What delay adds to a report's months up to a day, if nothing was paid; without a due day, nothing."""
    charges = [
        Charge(
            month=month.month,
            principal_rs=month.due_rs,
            due_on=ledger.due_on(month.month, int(due.number)),
            late=ledger.late_law(law, month.month),
        )
        for month in assessment.months
        if month.due_rs and (due := law.find("due_day_of_following_month", month.month)) is not None
    ]
    return ledger.settle(charges, (), day, ledger.order_of(None)).increase_rs


def _warnings(assessed: Assessed, checks: Sequence[Checked], law: Statute) -> tuple[str, ...]:
    own = assessed.assessment
    on = records_checks.day(assessed.captured_ms)
    check = Check(assessed.captured_ms, own.report_id, own.visit_id, on)
    return records_checks.warnings(check, assessed.months_checked, checks, law)


def accept(
    store: Store,
    new: Sequence[RateRow],
    now_ms: int,
    reason: str,
    by: str = "",
    seen: Figures | None = None,
) -> tuple[int, int]:
    """Put the rows in force, and have what they touch assessed anew: how many rows were new, how many visits.

    `seen` are the figures that the person `by` accepted: where they are no longer right, nothing is changed,
    and Problem changed-meanwhile tells both. They are kept with the rows. The figures are worked out before
    anybody else has to wait; what is assessed in that time by the rows before is assessed anew, and so is
    what is being assessed. Raises what `measure` and `statute.add` raise.
    """
    visits: set[str] = set()

    def tell(each: Touched | TouchedAccount) -> None:
        if isinstance(each, Touched):
            visits.add(each.visit)

    with store.read() as tx:
        edition, known = statute.edition(tx), _made(tx)
        found = measure(store, tx, new, seen.day if seen else records_checks.day(now_ms), told=tell).figures
        visits.update(_matched_otherwise(store, tx, new))
    if seen is not None and seen != found:
        raise Problem("changed-meanwhile", _CHANGED, seen=seen, now=found)
    with store.write() as tx:
        statute.hold_still(store, tx, changing=True)
        if statute.edition(tx) != edition:
            raise Problem("changed-meanwhile", _OTHER_ROWS)
        added = statute.add(tx, new, now_ms, reason, by=by, accepted=found)
        if not added:
            return 0, 0
        visits.update(visit for _, visit, *_ in _made(tx) - known)
        mark = f"statute@{statute.edition(tx)}"
        rows.mark_stale(store, tx, dict.fromkeys(sorted(visits), mark), now_ms)
        stale_establishments.mark_all(store, tx, f"statute:{statute.edition(tx)}", now_ms)
    return added, len(visits)


def _matched_otherwise(store: Store, tx: Connection, new: Sequence[RateRow]) -> Iterator[str]:
    """Visits whose report says the same by new rows, and whose months beside the schedules do not.

    What both make due together is kept with the assessment, and changes where a schedule's lines do.
    """
    before = statute.load(tx)
    after = before.amended(*new)
    differs = accounts_touched.differing(before, after)
    for page in _pages(tx):
        bodies = {row.report: row for row in tx.execute(_MONTHS, {"ids": page})}
        kept = {report: read_body(row.body).matched for report, row in bodies.items()}
        some = {
            bodies[report].visit
            for report, beside in kept.items()
            if any(differs(each.month) for each in beside)
        }
        records, _ = rows.load(store, tx, sorted(some), by_root=True)
        below: dict[str, dict[str, Record]] = {visit: {} for visit in some}
        for id, record in records.items():
            below[record.root][id] = record
        anew = matching.of_visits(store, tx, below, after)
        yield from (
            bodies[report].visit for report in anew if report in kept and anew[report] != kept[report]
        )


_CHANGED = (
    "What these rows change is no longer what you saw: something was reported, paid or put in force "
    "meanwhile. Nothing was changed. Look at the impact again, and accept that."
)
_OTHER_ROWS = (
    "Somebody else has just put rows of the law in force. Nothing was changed here. Look at the impact "
    "again, and accept that."
)


def _made(tx: Connection) -> set[tuple[Any, ...]]:
    """Every assessment as it was made last."""
    return {tuple(row) for row in tx.execute(_MADE)}


_MADE = select(ASSESSMENTS.c.report, ASSESSMENTS.c.visit, ASSESSMENTS.c.made_ms, ASSESSMENTS.c.total_paisa)
