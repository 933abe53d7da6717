"""The kinds of dated rows that the law has here: what each is about, and what its value may be.

A kind holds no figure: those stand in the rows (`statute.json`, and the office's own).
"""

from collections.abc import Mapping

import msgspec


class Kind(msgspec.Struct, frozen=True):
    """What a kind of row is about, in words, and what its value may be: a number in `unit`, or a choice.

    A number lies between `least` and `most`, both allowed; `whole`: it has no fraction.
    """

    words: str
    unit: str
    choices: Mapping[str, str] = {}
    least: int = 0
    most: int = 10**9
    whole: bool = False


KINDS: Mapping[str, Kind] = {
    "contribution_rate_percent": Kind("rate of contribution", "percent", most=100),
    "contribution_base_rule": Kind(
        "wages on which the contribution is due",
        "rule",
        {
            "actual-wage": "the actual wage",
            "up-to-base-limit": "the wage up to the highest that counts (contribution_base_limit_rs_month)",
            "up-to-minimum-wage": "the wage up to the minimum wage",
            "up-to-upper-limit": "the wage up to the limit of coverage",
        },
    ),
    "contribution_base_limit_rs_month": Kind("highest wage on which a contribution is due", "Rs/month"),
    "contribution_base_limit_rs_day": Kind("highest daily wage on which a contribution is due", "Rs/day"),
    "under_minimum_base_rule": Kind(
        "wages on which the contribution is due where less than the minimum wage was paid",
        "rule",
        {"actual-wage": "the actual wage", "minimum-wage": "the minimum wage for the days worked"},
    ),
    "minimum_wage_rs_month": Kind("minimum wage of an unskilled worker", "Rs/month"),
    "working_days_in_month": Kind("days of work that earn a month's wage", "days", least=1, most=31),
    "part_month_rule": Kind(
        "limit of the contribution where a monthly wage was earned in fewer days than a month's work",
        "rule",
        {
            "wage-as-written": "the wage as written, up to the limit of the whole month",
            "limit-by-days": "the wage as written, up to the limit's share for the days worked",
        },
    ),
    "daily_wage_rule": Kind(
        "limit of the contribution on a wage that is paid by the day",
        "rule",
        {
            "day-limit-by-days": "the daily limit for each day paid",
            "day-limit-by-days-within-month": "the daily limit for each day paid, at most the month's limit",
            "month-limit-by-days": "the month's limit shared out over the days of work in a month",
            "month-limit": "the month's limit, whatever the days",
        },
    ),
    "upper_limit_rs_month": Kind("highest wage at which a worker is newly covered", "Rs/month"),
    "upper_limit_addition_rs": Kind("what the limit of coverage is above the minimum wage", "Rs/month"),
    "over_upper_limit_rule": Kind(
        "a covered worker whose wage rises above the limit of coverage",
        "rule",
        {"stays-covered": "stays covered", "no-longer-covered": "is no longer covered"},
    ),
    "coverage_employees_min": Kind(
        "number of employees from which an establishment is covered", "employees", least=1, whole=True
    ),
    "due_day_of_following_month": Kind(
        "last day for paying a month's contribution", "day of the next month", least=1, most=31, whole=True
    ),
    "payment_order_rule": Kind(
        "what a payment settles first",
        "rule",
        {
            "oldest-month-principal-first": "the oldest month: its contribution, then its increase",
            "oldest-month-increase-first": "the oldest month: its increase, then its contribution",
            "all-principal-first": "all contributions, the oldest first, then all increases",
        },
    ),
    "late_increase_percent_day": Kind("increase for each day of delay", "percent/day", most=100),
    "late_increase_days_max": Kind(
        "days of delay for which the increase is counted by day", "days", most=36_500, whole=True
    ),
    "late_increase_flat_percent": Kind("flat increase after those days", "percent", most=1000),
    "judgement_workers_rule": Kind(
        "number of workers that a best judgement assumes",
        "rule",
        {
            "headcount-first": "the people counted at work, else the workers declared",
            "higher-of-both": "the higher of the people counted at work and the workers declared",
        },
    ),
    "judgement_wage_rule": Kind(
        "wage that a best judgement assumes",
        "rule",
        {
            "minimum-wage": "the minimum wage of the month",
            "last-known-wage": "the average wage last seen, but at least the minimum wage",
        },
    ),
    "records_check_years_back_max": Kind(
        "years back for which records may be checked", "years", most=100, whole=True
    ),
    "records_checks_year_max": Kind(
        "how often records may be checked in a year", "checks", most=366, whole=True
    ),
    "notice_reply_days": Kind("days to reply to a notice", "days", most=3650, whole=True),
    "notice_to_hearing_days": Kind(
        "days that must lie between a notice and its hearing", "days", most=3650, whole=True
    ),
    "complaint_days": Kind(
        "days in which an employer may complain of a demand", "days", most=3650, whole=True
    ),
    "appeal_days": Kind(
        "days in which the decision on a complaint may be appealed", "days", most=3650, whole=True
    ),
    "arbitration_days_max": Kind(
        "days after which an arbitration without an outcome no longer holds recovery up",
        "days",
        most=3650,
        whole=True,
    ),
    "land_revenue_rule": Kind(
        "recovery as arrears of land revenue",
        "rule",
        {
            "after-determination": "only after the dues were determined",
            "after-arbitration": "only after determination, and arbitration at the industry association",
        },
    ),
}
"""Every kind of row that the code can ask for."""
