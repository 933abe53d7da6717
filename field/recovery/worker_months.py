"""Every worker and month behind the figures of an assessment: wage, base, rate rows, and the outcome."""

from decimal import Decimal

import msgspec

from field.recovery.money import ZERO
from field.recovery.shares import Share, Survey, Weighed


class WorkerMonth(msgspec.Struct, frozen=True, kw_only=True):
    """One worker in one month. Amounts are in rupees for the month; nothing personal stands here.

    `base_rs` is the part of the wage on which the contribution is due, at most `cap_rs` for the days worked;
    `whole_rs` the contribution on it, and `declared_rs` that on the wage which the employer declared (None:
    not known). `principal_rs` is what the assessment asks for; `amounts_rs` parts it among the reasons
    `codes`. `by_day`: the wage is agreed by the day. `covered` is False for a worker above the limit of
    coverage, for whom nothing is due.
    """

    line_id: str
    month: str
    wage_rs: int
    days: int | None
    by_day: bool
    registered: bool | None
    declared_wage_rs: int | None
    covered: bool
    base_rs: Decimal
    cap_rs: Decimal | None
    percent: str
    whole_rs: Decimal
    declared_rs: Decimal | None
    principal_rs: Decimal
    codes: tuple[str, ...]
    amounts_rs: tuple[Decimal, ...]
    unpaid: bool
    rate_row_ids: tuple[str, ...]
    disputed: bool


def of(survey: Survey) -> tuple[WorkerMonth, ...]:
    """The entries of a report, by month and line. Their principals add up to the assessment's total."""
    entries = (_entry(each, unpaid=each.line.month not in survey.paid) for each in survey.weighed)
    return tuple(sorted(entries, key=lambda each: (each.month, each.line_id)))


def _entry(weighed: Weighed, *, unpaid: bool) -> WorkerMonth:
    line, law = weighed.line, weighed.law
    shares = weighed.shares(paid=not unpaid)
    whole, declared = weighed.whole, weighed.declared
    return WorkerMonth(
        line_id=line.id,
        month=line.month,
        wage_rs=line.wage_rs,
        days=line.days,
        by_day=line.by_day,
        registered=line.registered,
        declared_wage_rs=line.declared_wage_rs,
        covered=whole is not None,
        base_rs=whole.base_rs if whole else ZERO,
        cap_rs=whole.cap_rs if whole else None,
        percent=law.rate.value,
        whole_rs=whole.amount_rs if whole else ZERO,
        declared_rs=declared.amount_rs if declared else None,
        principal_rs=sum((share.amount for share in shares), ZERO),
        codes=tuple(share.code for share in shares),
        amounts_rs=tuple(share.amount for share in shares),
        unpaid=unpaid,
        rate_row_ids=_row_ids(shares, weighed),
        disputed=line.disputed,
    )


def _row_ids(shares: tuple[Share, ...], weighed: Weighed) -> tuple[str, ...]:
    """The rows behind the shares; for a worker without any, those of the contribution or of the limit."""
    rows = [row for share in shares for row in share.rows]
    if not rows:
        rows = list(weighed.whole.rows if weighed.whole else weighed.law.upper_limit_rows)
    return tuple(dict.fromkeys(row.id for row in rows))
