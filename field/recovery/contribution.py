"""What the law asks for one worker in one month, by the dated rows in force."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Literal

import msgspec

from field.recovery.law_kinds import KINDS
from field.recovery.money import percent_of, rupees, show
from field.recovery.statute import RateRow, Statute
from field.recovery.wording import count

Limit = Literal["none", "month", "month-by-days", "days", "days-within-month"]
"""Which limit a wage is held against: none; the month's; its share for the days; the daily one for each day;
that, but the month's where it is lower."""


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """What the law asks for on one wage, and how that comes about. Amounts are exact rupees.

    `base_rs` is the part of the wage on which it is due: all of it, or `cap_rs` where the wage is higher
    (None: there is no limit). `days` are those that were counted, None where the month was taken as whole.
    `rows` are all dated rows that the amount hangs on. `doubt` says what a person should look at, or "".
    """

    amount_rs: Decimal
    wage_rs: Decimal
    base_rs: Decimal
    cap_rs: Decimal | None
    limit: Limit
    days: int | None
    rows: tuple[RateRow, ...]
    doubt: str = ""

    @property
    def sentence(self) -> str:
        """How the amount comes about, for somebody who works it out again by hand."""
        rate = next(row for row in self.rows if row.kind == "contribution_rate_percent")
        held = f"of the wage of {show(self.wage_rs)}, "
        if self.cap_rs is not None and self.wage_rs > self.cap_rs:
            within = "" if self.days is None else f" for {count(self.days, 'day')}"
            held = f"of the wage of {show(self.wage_rs)} only {show(self.cap_rs)}{within} counts; "
        return f"{held}{rate.value} % of {show(self.base_rs)} is {show(self.amount_rs)}."


class MonthLaw(msgspec.Struct, frozen=True, kw_only=True, dict=True):  # dict: keeps what it worked out
    """The rows in force in a month; None where there is none. Each amount is in rupees for the month."""

    month: str
    rate: RateRow
    base_rule: RateRow
    base_limit: RateRow | None = None
    minimum_wage: RateRow | None = None
    working_days: RateRow | None = None
    under_minimum_rule: RateRow | None = None
    upper_limit: RateRow | None = None
    over_upper_limit_rule: RateRow | None = None
    base_limit_day: RateRow | None = None
    part_month_rule: RateRow | None = None
    daily_wage_rule: RateRow | None = None

    @cached_property
    def upper_limit_rs(self) -> Decimal | None:
        """The highest wage at which a worker is newly covered, if it is known."""
        if self.upper_limit is None:
            return None
        if self.upper_limit.kind == "upper_limit_rs_month":
            return self.upper_limit.number
        return None if self.minimum_wage is None else self.minimum_wage.number + self.upper_limit.number

    @cached_property
    def upper_limit_rows(self) -> tuple[RateRow, ...]:
        """The rows that the limit of coverage rests on."""
        if self.upper_limit_rs is None or self.upper_limit is None:
            return ()
        adds = self.upper_limit.kind == "upper_limit_addition_rs" and self.minimum_wage is not None
        return (self.upper_limit, self.minimum_wage) if adds and self.minimum_wage else (self.upper_limit,)

    @cached_property
    def base_cap_rs(self) -> Decimal | None:
        """The highest wage on which a contribution is due; None where there is no such limit."""
        return {
            "actual-wage": None,
            "up-to-base-limit": self.base_limit.number if self.base_limit else None,
            "up-to-minimum-wage": self.minimum_wage.number if self.minimum_wage else None,
            "up-to-upper-limit": self.upper_limit_rs,
        }[self.base_rule.value]

    @cached_property
    def contribution_rows(self) -> tuple[RateRow, ...]:
        """The rows that a contribution of this month rests on."""
        cap = {
            "actual-wage": (),
            "up-to-base-limit": (self.base_limit,),
            "up-to-minimum-wage": (self.minimum_wage,),
            "up-to-upper-limit": self.upper_limit_rows,
        }[self.base_rule.value]
        return (self.rate, self.base_rule, *(row for row in cap if row is not None))

    def contribution(self, wage_rs: Decimal | int) -> Decimal:
        """The contribution on a whole month's wage, to the paisa. A higher wage never gives a lower one."""
        wage = Decimal(wage_rs)
        cap = self.base_cap_rs
        return percent_of(wage if cap is None else min(wage, cap), self.rate.number)

    def contribution_for(
        self, wage_rs: Decimal | int, days: int | None = None, *, by_day: bool = False
    ) -> Contribution:
        """The contribution on what a worker got for `days` of a month, all of it together, to the paisa.

        `by_day`: the wage is agreed by the day, and the row `daily_wage_rule` says what limits it; else the
        row `part_month_rule` does. Where days are not known (or 0, beside a wage), or the month has no such
        row, the limit is that of the whole month. With the same days a higher wage never gives less.
        """
        wage = Decimal(wage_rs)
        known = days or None
        cap, limit, rows = self._limit(wage, known, by_day=by_day)
        base = wage if cap is None else min(wage, cap)
        return Contribution(
            amount_rs=percent_of(base, self.rate.number),
            wage_rs=wage,
            base_rs=base,
            cap_rs=cap,
            limit=limit,
            days=None if limit in ("none", "month") else known,
            rows=rows,
            doubt=self._doubt(wage, days, by_day=by_day),
        )

    def _limit(
        self, wage: Decimal, days: int | None, *, by_day: bool
    ) -> tuple[Decimal | None, Limit, tuple[RateRow, ...]]:
        """The highest wage that counts, which limit that is, and the rows that say so."""
        month, rule = self.base_cap_rs, self.daily_wage_rule if by_day else self.part_month_rule
        if month is None:
            return None, "none", self.contribution_rows
        if days is None or rule is None:
            return month, "month", self.contribution_rows
        rows = (*self.contribution_rows, rule)
        if rule.value.startswith("day-limit") and self.base_limit_day is not None:
            cap = self.base_limit_day.number * days
            if rule.value == "day-limit-by-days":
                # The month's limit is not asked for: it is no row that this rests on.
                return cap, "days", (self.rate, self.base_rule, self.base_limit_day, rule)
            return min(cap, month), "days-within-month", (*rows, self.base_limit_day)
        share = self._share(month, days)
        if share is None or share == month or (not by_day and wage <= share):
            # By whichever rule, the same comes out: the rule is no row that this rests on.
            return month, "month", rows if by_day else self.contribution_rows
        assert self.working_days is not None  # there is no share without it
        if rule.value in ("limit-by-days", "month-limit-by-days"):
            return share, "month-by-days", (*rows, self.working_days)
        return month, "month", rows

    def _share(self, month_rs: Decimal, days: int) -> Decimal | None:
        """A month's amount for `days` of work, to the paisa; None where nobody knows a month's days."""
        if self.working_days is None:
            return None
        if days >= self.working_days.number:
            return month_rs
        return rupees(month_rs * days / self.working_days.number)

    def _doubt(self, wage: Decimal, days: int | None, *, by_day: bool) -> str:
        if days == 0 and wage:
            return f"{show(wage)} for 0 days: the month's limit was taken. Look at the days."
        if by_day and days is None and self.base_cap_rs is not None:
            return f"{show(wage)} paid by the day, but no days are noted: the month's limit was taken."
        return ""

    def minimum_for(self, days: int | None) -> Decimal | None:
        """The minimum wage for `days` of work, to the paisa; for the whole month where days are not known.

        None where no minimum wage is on file.
        """
        if self.minimum_wage is None:
            return None
        month = self.minimum_wage.number
        share = None if days is None else self._share(month, days)
        return month if share is None else share

    def is_coverable(self, wage_rs: Decimal | int) -> bool:
        """Whether a worker at this wage must be registered anew. True where the limit is not known."""
        limit = self.upper_limit_rs
        return limit is None or wage_rs <= limit


def law_of(statute: Statute, month: str) -> MonthLaw | str:
    """The rows for a month, or the sentence that says which row is missing for any assessment of it."""
    rate = statute.find("contribution_rate_percent", month)
    base_rule = statute.find("contribution_base_rule", month)
    if rate is None or base_rule is None:
        lacking = "rate of contribution" if rate is None else "rule for the base of the contribution"
        return f"No {lacking} is on file for {month}: the month is left out. Add it and assess again."
    law = MonthLaw(
        month=month,
        rate=rate,
        base_rule=base_rule,
        base_limit=statute.find("contribution_base_limit_rs_month", month),
        minimum_wage=statute.find("minimum_wage_rs_month", month),
        working_days=statute.find("working_days_in_month", month),
        under_minimum_rule=statute.find("under_minimum_base_rule", month),
        upper_limit=_latest(
            statute.find(kind, month) for kind in ("upper_limit_rs_month", "upper_limit_addition_rs")
        ),
        over_upper_limit_rule=statute.find("over_upper_limit_rule", month),
        base_limit_day=statute.find("contribution_base_limit_rs_day", month),
        part_month_rule=statute.find("part_month_rule", month),
        daily_wage_rule=statute.find("daily_wage_rule", month),
    )
    if base_rule.value != "actual-wage" and law.base_cap_rs is None:
        base = KINDS[base_rule.kind].choices[base_rule.value]
        return (
            f"The contribution of {month} is due on {base}, which is not on file: the month is left out. "
            "Add it and assess again."
        )
    return law


def _latest(rows: Iterable[RateRow | None]) -> RateRow | None:
    return max((row for row in rows if row is not None), key=lambda row: row.valid_from, default=None)
