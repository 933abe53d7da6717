"""The wage-record check: a register's lines by themselves, and beside schedules, payments and a head-count.

A value that is well-formed and wrong is a finding with its lines, never a refusal: the register is evidence
as it stands. Findings ask for no money and name nobody; what is owed is the assessment's part.
"""

from collections.abc import Mapping

from field.recovery import check_settings, register_beside, register_interviews, register_lines
from field.recovery.check_settings import CheckSettings
from field.recovery.contribution import MonthLaw, law_of
from field.recovery.findings import Finding
from field.recovery.register_facts import RegisterFacts
from field.recovery.statute import Statute

CODES = (
    "register-cnic-form",
    "register-cnic-twice",
    "register-cnic-elsewhere",
    "register-month-to-come",
    "register-month-too-early",
    "register-month-not-checked",
    "register-days-over-month",
    "register-wage-none",
    "register-wage-without-days",
    "register-full-wage-few-days",
    "register-below-minimum",
    "above-limit-stays-covered",
    "above-limit-not-required",
    "above-limit-card-unknown",
    "register-total-over-schedule",
    "register-total-under-schedule",
    "worker-not-on-schedule",
    "schedule-worker-not-in-register",
    "register-wage-over-schedule",
    "register-wage-under-schedule",
    "register-days-beside-schedule",
    "noted-wage-beside-schedule",
    "headcount-over-register",
    "register-over-headcount",
    "headcount-over-schedule",
    "schedule-over-headcount",
    "schedule-not-paid",
    "paid-over-schedule",
    "register-over-paid",
    "noted-paid-without-payment",
    "register-total-wrong",
    "interview-not-in-register",
    "interview-wage-beside-register",
    "interview-since-beside-register",
)
"""Every finding of these checks, in the order in which they are given."""

HEADCOUNT = (
    "headcount-over-register",
    "register-over-headcount",
    "headcount-over-schedule",
    "schedule-over-headcount",
)
"""Those about the people counted on the day of a visit, whatever the month beside them."""

_ORDER = {code: place for place, code in enumerate(CODES)}


def check(
    facts: RegisterFacts, statute: Statute, settings: CheckSettings | None = None
) -> tuple[Finding, ...]:
    """All findings about a report's register, by the law of each month and `settings` (default: the shipped).

    The same facts give the same findings, whatever the order of the lines. Where the law or a schedule of a
    month is not on file, what needs it is left out. Raises Problem("bad-request") for a month that is none.
    """
    settings = settings or check_settings.shipped()
    laws = _laws(facts, statute)
    found = [
        *register_lines.checks(facts, laws, settings),
        *register_beside.checks(facts, laws, settings),
        *register_interviews.checks(facts, settings),
    ]
    return tuple(sorted(found, key=lambda each: (_ORDER[each.code], each.months, each.sentence)))


def looked(facts: RegisterFacts, settings: CheckSettings | None = None) -> tuple[str, ...]:
    """Which checks of the people counted were made: there was something to compare them with."""
    month = register_beside.month_beside(facts, settings or check_settings.shipped())
    if month is None:
        return ()
    return HEADCOUNT if month in facts.declared else HEADCOUNT[:2]


def _laws(facts: RegisterFacts, statute: Statute) -> Mapping[str, MonthLaw]:
    months = {line.month for line in facts.lines} | facts.declared.keys()
    months |= {month for paid in facts.paid for month in paid.months}
    laws = {month: law_of(statute, month) for month in sorted(months)}
    return {month: law for month, law in laws.items() if not isinstance(law, str)}
