"""Several reports about one establishment: no month is asked for twice."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from field.recovery.money import ZERO


class Claim(msgspec.Struct, frozen=True):
    """What one report makes due, by month, for the months of which it has wage lines."""

    report_id: str
    captured_ms: int
    months: Mapping[str, Decimal]


def counted(claims: Iterable[Claim]) -> dict[str, Decimal]:
    """What of each report counts, by report: for every month the claim captured last, in rupees.

    A report without wage lines for a month takes nothing back of what an earlier one found there: whoever
    did not look has nothing to say against it.
    """
    known = list(claims)
    last = counting(known)
    return {
        claim.report_id: sum(
            (due for month, due in claim.months.items() if last[month] == claim.report_id), ZERO
        )
        for claim in known
    }


def counting(claims: Iterable[Claim]) -> dict[str, str]:
    """The report that counts for each month: the one captured last that has wage lines for it."""
    ordered = sorted(claims, key=lambda claim: (claim.captured_ms, claim.report_id))
    return {month: claim.report_id for claim in ordered for month in claim.months}
