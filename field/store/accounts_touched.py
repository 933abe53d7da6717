"""Which accounts new rows of the law would change: what each employer owes, by the book that everybody sees.

The figures by the rows in force are those of `owed` and of flags: schedules, reports and payments in one
ledger. Those by the new rows are the same, with the reports assessed by them. An account is worked out
whenever it is asked for and kept nowhere: what is accepted holds for it at once.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, select, union

from field.problems import Problem
from field.recovery import exposure
from field.recovery.charging import Charger
from field.recovery.exposure import Facts, ReportFound
from field.recovery.ledger import Ledger
from field.recovery.money import to_json
from field.recovery.statute import Statute
from field.store import flag_facts, matching, records_checks, registry, rows
from field.store.assessments import ASSESSMENTS, assess_visit
from field.store.engine import Store
from field.store.flag_facts import Loaded
from field.store.flags import Rupees
from field.store.schedules import SCHEDULES

ESTABLISHMENTS_AT_ONCE = 100
VISITS_AT_ONCE = 100


class TouchedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What an establishment owes on a day by the rows in force, and by the new ones.

    `old_rs` and `new_rs` are the contributions of all its months, `..._increase_rs` what delay adds up to the
    day, `..._open_rs` what is owed on it after all payments. `months`: those whose contribution differs.
    """

    establishment: str
    name: str | None
    registration_no: str | None
    district: str | None
    old_rs: Rupees
    new_rs: Rupees
    old_increase_rs: Rupees
    new_increase_rs: Rupees
    old_open_rs: Rupees
    new_open_rs: Rupees
    months: tuple[str, ...]


_MONTHS = select(SCHEDULES.c.month).where(SCHEDULES.c.complete.is_(True)).distinct()


def _beyond(column: Any, *which: Any) -> Select[Any]:
    """The next establishments of a table, after the last one."""
    page = (
        select(column.label("establishment"))
        .where(column > bindparam("last"), *which)
        .distinct()
        .order_by(column)
        .limit(bindparam("most"))
    )
    return select(page.subquery().c.establishment)


_PAGE = union(
    _beyond(
        SCHEDULES.c.establishment,
        SCHEDULES.c.complete.is_(True),
        SCHEDULES.c.month.in_(bindparam("months", expanding=True)),
    ),
    _beyond(ASSESSMENTS.c.establishment),
)
_REPORTS = select(ASSESSMENTS.c.establishment, ASSESSMENTS.c.captured_ms, ASSESSMENTS.c.body).where(
    ASSESSMENTS.c.establishment.in_(bindparam("ids", expanding=True))
)
_SCHEDULED = select(SCHEDULES.c.establishment).where(
    SCHEDULES.c.establishment.in_(bindparam("ids", expanding=True)),
    SCHEDULES.c.complete.is_(True),
    SCHEDULES.c.month.in_(bindparam("months", expanding=True)),
)


def touched(
    store: Store,
    tx: Connection,
    before: Statute,
    after: Statute,
    day: date,
    districts: Sequence[str] | None = None,
) -> Iterator[TouchedAccount]:
    """The accounts that would differ, by establishment; a hundred are held in memory at a time.

    Only establishments are looked at of which a schedule or a report is about a month for which the law
    differs. Raises what `exposure.position` does.
    """
    differs = differing(before, after)
    months = [month for month in sorted(tx.execute(_MONTHS).scalars()) if differs(month)]
    chargers = Charger(before), Charger(after)
    horizon, last = flag_facts.horizon(tx), ""
    while page := _page(tx, months, last):
        last = page[-1]
        concerned = _concerned(tx, page, months, differs)
        named = registry.by_id(tx, concerned)
        values = {id: (named.get(id) or registry.NOTHING).values for id in concerned}
        ids = [id for id in concerned if districts is None or values[id].get("district") in districts]
        if not ids:
            continue
        loaded = flag_facts.load(tx, ids, chargers[0], horizon, day, chargers[1])
        anew = _anew(store, tx, loaded, after, differs)
        for each in loaded:
            old = exposure.position(each.facts, chargers[0]).ledger
            new = exposure.position(_by_new_rows(each, anew), chargers[1]).ledger
            yield from _difference(each.facts.establishment_id, values, old, new)


def differing(before: Statute, after: Statute) -> Callable[[str], bool]:
    """Tells of a month whether the law differs; of what is no month, that it does."""

    @cache
    def differs(month: str) -> bool:
        try:
            return before.differs_from(after, month)
        except Problem:
            return True  # no month at all: the assessment says what is wrong with it

    return differs


def _page(tx: Connection, months: Sequence[str], last: str) -> list[str]:
    asked = {"last": last, "months": months, "most": ESTABLISHMENTS_AT_ONCE}
    return sorted(tx.execute(_PAGE, asked).scalars())[:ESTABLISHMENTS_AT_ONCE]


def _concerned(
    tx: Connection, page: Sequence[str], months: Sequence[str], differs: Callable[[str], bool]
) -> list[str]:
    """The establishments of a page that the law may judge otherwise."""
    found = set(tx.execute(_SCHEDULED, {"ids": page, "months": months}).scalars()) if months else set()
    for row in tx.execute(_REPORTS, {"ids": page}):
        if row.establishment not in found and _may_differ(records_checks.months_checked(row.body), differs):
            found.add(row.establishment)
    return sorted(found)


def _may_differ(months: Collection[str] | None, differs: Callable[[str], bool]) -> bool:
    return months is None or any(differs(month) for month in months)


def _anew(
    store: Store, tx: Connection, loaded: Iterable[Loaded], law: Statute, differs: Callable[[str], bool]
) -> dict[str, ReportFound]:
    """The reports that the new rows may judge otherwise, as they judge them, by id."""
    kept = {
        report.assessment.report_id: report
        for each in loaded
        for report in each.facts.reports
        if _may_differ(report.months_checked, differs)
    }
    visits = sorted({report.assessment.visit_id for report in kept.values()})
    found: dict[str, ReportFound] = {}
    for start in range(0, len(visits), VISITS_AT_ONCE):
        some = visits[start : start + VISITS_AT_ONCE]
        records, _ = rows.load(store, tx, some, by_root=True)
        below: dict[str, dict[str, Any]] = {visit: {} for visit in some}
        for id, record in records.items():
            below[record.root][id] = record
        beside = matching.of_visits(store, tx, below, law)
        for visit, own in below.items():
            for made in assess_visit(own, visit, law):
                # A report that was not assessed yet is in no account so far.
                if (old := kept.get(made.assessment.report_id)) is not None:
                    found[old.assessment.report_id] = msgspec.structs.replace(
                        old,
                        assessment=made.assessment,
                        line_months=made.line_months,
                        matched=beside.get(made.assessment.report_id, ()),
                    )
    return found


def _by_new_rows(each: Loaded, anew: dict[str, ReportFound]) -> Facts:
    reports = tuple(anew.get(report.assessment.report_id, report) for report in each.facts.reports)
    return msgspec.structs.replace(each.facts, months=each.beside, reports=reports)


def _difference(
    id: str, values: dict[str, dict[str, Any]], old: Ledger, new: Ledger
) -> Iterable[TouchedAccount]:
    before, after = ({month.month: month.principal_rs for month in each.months} for each in (old, new))
    own = values[id]
    found = TouchedAccount(
        establishment=id,
        name=_text(own.get("name")),
        registration_no=_text(own.get("registration_no")),
        district=_text(own.get("district")),
        old_rs=to_json(old.principal_rs),
        new_rs=to_json(new.principal_rs),
        old_increase_rs=to_json(old.increase_rs),
        new_increase_rs=to_json(new.increase_rs),
        old_open_rs=to_json(old.open_rs),
        new_open_rs=to_json(new.open_rs),
        months=tuple(month for month in sorted({**before, **after}) if before.get(month) != after.get(month)),
    )
    old_figures = (found.old_rs, found.old_increase_rs, found.old_open_rs)
    if found.months or old_figures != (found.new_rs, found.new_increase_rs, found.new_open_rs):
        yield found


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
