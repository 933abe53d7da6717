"""What the law asks for one worker in one month, by the dated rows in force."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property

import msgspec

from field.recovery.money import percent_of, rupees
from field.recovery.statute import KINDS, RateRow, Statute


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
        """The contribution on a month's wage, to the paisa. A higher wage never gives a lower one."""
        wage = Decimal(wage_rs)
        cap = self.base_cap_rs
        return percent_of(wage if cap is None else min(wage, cap), self.rate.number)

    def minimum_for(self, days: int | None) -> Decimal | None:
        """The minimum wage for `days` of work, to the paisa; for the whole month where days are not known.

        None where no minimum wage is on file.
        """
        if self.minimum_wage is None:
            return None
        if days is None or self.working_days is None or days >= self.working_days.number:
            return self.minimum_wage.number
        return rupees(self.minimum_wage.number * days / self.working_days.number)

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
