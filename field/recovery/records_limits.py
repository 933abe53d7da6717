"""How far back and how often records may be checked: what lies beyond is told, and a person decides.

Nothing is left out of an assessment for it: the limits were read for the old Ordinance only.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from field.recovery.ledger import month_end
from field.recovery.statute import RateRow, Statute
from field.recovery.wording import count, span


class Check(msgspec.Struct, frozen=True, order=True):
    """A report for which months of an employer's records were checked, by when it was made, in ms and as day.

    Reports of one visit are one check.
    """

    captured_ms: int
    report: str
    visit: str
    on: date


def warnings(own: Check, months: Sequence[str], others: Iterable[Check], statute: Statute) -> tuple[str, ...]:
    """What a person should know of a check of these months before relying on it; no months: no check.

    `others` are the employer's checks, in any order; those that were made later, and those of the same visit,
    do not count. The limits are those in force in the month of the check. Raises Problem("bad-request") for
    a month that is none.
    """
    if not months:
        return ()
    month = f"{own.on:%Y-%m}"
    return (
        *_too_far_back(own, months, statute.find("records_check_years_back_max", month)),
        *_too_often(own, others, statute.find("records_checks_year_max", month)),
    )


def year_before(day: date, years: int = 1) -> date:
    """The same day some years before; 28 February where that year has no 29th."""
    year = max(day.year - years, date.min.year)
    leaps_over = (day.month, day.day) == (2, 29)
    return day.replace(year=year, day=28) if leaps_over else day.replace(year=year)


def _too_far_back(own: Check, months: Sequence[str], row: RateRow | None) -> Iterable[str]:
    if row is None:
        return
    first = year_before(own.on, int(row.number))
    if beyond := {month for month in months if month_end(month) < first}:
        verb = "lies" if len(beyond) == 1 else "lie"
        yield (
            f"{span(beyond)} {verb} more than {count(int(row.number), 'year')} before the check of "
            f"{own.on.isoformat()} {_by(row)}. Decide whether these months can be claimed."
        )


def _too_often(own: Check, others: Iterable[Check], row: RateRow | None) -> Iterable[str]:
    if row is None:
        return
    since = year_before(own.on)
    before = sorted(each for each in others if each.visit != own.visit and since < each.on and each < own)
    visits = {each.visit: each.on for each in before}
    if len(visits) + 1 > row.number:
        last = max(visits.values(), default=own.on).isoformat()
        yield (
            f"The records were checked {count(len(visits) + 1, 'time')} within a year, up to "
            f"{own.on.isoformat()}; the check before was on {last}. {row.value} a year is allowed "
            f"{_by(row)}. Decide whether this check can be relied on."
        )


def _by(row: RateRow) -> str:
    return f"(row {row.id}{'' if row.confirmed else ', unconfirmed'})"
