"""What every language must say: a phrase is a whole sentence with places for values, never a piece of one."""

from collections.abc import Mapping

import msgspec


class Phrases(msgspec.Struct, frozen=True, kw_only=True):
    """The phrases of a language. `{name}` is the place of a value, the same in every language.

    `kinds` and `choices` are words for the kinds of dated rows and for the rules among their values, as in
    `statute.KINDS`. A name that ends in `_one` or `_many` counts something.
    """

    right_to_left: bool
    comma: str
    months_run: str
    # What is counted.
    worker_one: str
    worker_many: str
    day_one: str
    day_many: str
    line_one: str
    line_many: str
    photo_one: str
    photo_many: str
    row_one: str
    row_many: str
    # The ledger of an establishment.
    owed: str
    credit: str
    principal: str
    increase: str
    received: str
    month: str
    proof_schedule: str
    schedule_by_day: str
    proof_schedule_and_beyond: str
    proof_register: str
    proof_matched: str
    matched: str
    proof_found_unpaid: str
    proof_found_beyond: str
    taken_as_paid: str
    report: str
    photo: str
    # Workers of a month who are alike.
    group: str
    group_capped: str
    group_declared: str
    group_not_registered: str
    group_under_minimum: str
    group_nothing: str
    group_not_covered: str
    group_by_day: str
    group_by_day_unknown: str
    group_disputed: str
    # Delay.
    month_increase: str
    late_by_day: str
    late_flat: str
    late_capped: str
    late_paid: str
    # Payments.
    payment: str
    payment_bounced: str
    payment_set_aside: str
    settles_principal: str
    settles_increase: str
    # Dated rows of the law.
    law: str
    row: str
    row_unconfirmed: str
    # Why to look again.
    doubts: str
    doubt_report_provisional: str
    doubt_found_paid_but_open: str
    doubt_taken_as_paid: str
    doubt_bounced_after_visit: str
    doubt_set_aside: str
    doubt_credit_unsure: str
    doubt_worker_twice: str
    doubt_earlier_found_more: str
    doubt_no_law: str
    doubt_no_due_day: str
    doubt_month_not_over: str
    doubt_unconfirmed: str
    # Best judgement.
    judged_refused: str
    judged_missing: str
    judged_rules: str
    judged_workers_unknown: str
    judged_apart: str
    judged_workers_headcount: str
    judged_workers_declared: str
    judged_workers_registered: str
    judged_workers_other: str
    judged_wage_minimum: str
    judged_wage_last_known: str
    judged_wage_fallback: str
    judged_months: str
    judged_left_actual: str
    judged_left_paid: str
    judged_left_law: str
    judged_month: str
    judged_less: str
    # The calculator without a case.
    calculated: str
    calculated_month: str
    due_day_given: str
    kinds: Mapping[str, str]
    choices: Mapping[str, str]
