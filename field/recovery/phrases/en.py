"""The phrases in English."""

from field.recovery.phrases.table import Phrases

PHRASES = Phrases(
    right_to_left=False,
    comma=", ",
    months_run="{first} to {last}",
    # What is counted.
    worker_one="{number} worker",
    worker_many="{number} workers",
    day_one="{number} day",
    day_many="{number} days",
    line_one="{number} wage line",
    line_many="{number} wage lines",
    photo_one="{number} photo",
    photo_many="{number} photos",
    row_one="{number} dated row",
    row_many="{number} dated rows",
    # The ledger of an establishment.
    owed=(
        "On {day} {owed} is owed: contribution {principal} and increase for delay {increase}, of which "
        "{received} was received."
    ),
    credit="{credit} was paid beyond what is owed. It is a credit, and settles the next contribution.",
    principal="Contribution of {months}: {amount}.",
    increase="Increase for delay up to {day}: {amount}.",
    received="Payments that stand on {day}: {amount}.",
    month="{month}: contribution {amount}, to be paid by {due_on}. Still open with its increase: {open}.",
    proof_schedule=(
        "The employer's own schedule (version {version}) names {workers}: by the law {amount} is due."
    ),
    schedule_by_day=(
        "{workers} of it are paid by the day: for these the limit is that of wages by the day, for the days "
        "declared."
    ),
    proof_schedule_and_beyond=(
        "The schedule on file at the visit makes {declared} due, and the report found {beyond} beyond it: "
        "together {amount}. What the schedule names is not asked for again."
    ),
    proof_register=(
        "By the wage register that the inspector saw {amount} is due, by the schedule {declared}. The "
        "higher figure counts; the two are not added up."
    ),
    proof_matched=(
        "The schedule and the wage register, matched worker by worker, make {amount} due: each worker once, "
        "by the higher of the two."
    ),
    matched=(
        "Matched by CNIC: {both} in both, {schedule_only} in the schedule alone, {register_only} in the "
        "register alone. {unknown} without a CNIC that can be read: taken for people of the other record."
    ),
    proof_found_unpaid="The report found the month unpaid: by its wage lines {amount} is due.",
    proof_found_beyond="The report found the month paid: beyond what was declared {amount} is due.",
    taken_as_paid=(
        "{amount} is taken as paid and not asked for: the report found the month paid, and no payment on "
        "file can have been for it."
    ),
    report="The report behind it has {lines} for these months and {photos}.",
    photo="Photo: {caption}.",
    # Workers of a month who are alike.
    group="{workers} with a wage of {wage}: {percent} of it is {each} for each, together {amount}.",
    group_capped=(
        "{workers} with a wage of {wage}, of which {base} counts: {percent} of that is {each} for each, "
        "together {amount}."
    ),
    group_declared=(
        "{workers} with a wage of {wage}, declared as {declared}: {each} is due for each, {said} was on "
        "what was declared. The difference for all: {amount}."
    ),
    group_not_registered=(
        "{workers} not registered, with a wage of {wage}, of which {base} counts: {percent} of that is "
        "{each} for each, together {amount}."
    ),
    group_under_minimum=(
        "{workers} with a wage of {wage}, below the minimum wage: for what is missing to it {amount} is "
        "added."
    ),
    group_nothing="For {workers} nothing is asked for beyond what was declared.",
    group_not_covered="For {workers}, with wages above the limit of coverage, nothing is due.",
    group_by_day=(
        "The wage is paid by the day, and was for {days}: of such a wage at most {cap} counts for these days."
    ),
    group_by_day_unknown=(
        "The wage is paid by the day, but no days are noted: the month's limit of {cap} was taken. Look at "
        "the days."
    ),
    group_disputed="In {lines} of these a value is in dispute: the figure is provisional.",
    # Delay.
    month_increase="{month}: increase {amount}.",
    late_by_day="{days} late on {day}: {rate} for each day makes {percent} of {left}: {amount}.",
    late_flat="{days} late on {day}: after {most} it is a flat {percent} of {left}: {amount}.",
    late_capped="{days} late on {day}: after {most} it grows no more and is {percent} of {left}: {amount}.",
    late_paid="{left} of the contribution came on {day}, {days} late: {percent} of that is {amount}.",
    # Payments.
    payment="{amount} was received on {day}.",
    payment_bounced=(
        "{amount} of {day} was dishonoured on {reversed}: it has settled nothing, and the increase runs as "
        "if it had never come."
    ),
    payment_set_aside="{amount} of {day} was for {months}: what it settled is not asked for here.",
    settles_principal="On {day} {amount} of it settled contribution of {month}.",
    settles_increase="On {day} {amount} of it settled increase of {month}.",
    # Dated rows of the law.
    law="It rests on {rows} of the law.",
    row="{kind}: {value}, in force from {day}. Legal basis: {basis}.",
    row_unconfirmed="{kind}: {value}, in force from {day}. Legal basis: {basis}. NOT CONFIRMED: {note}",
    # Why to look again.
    doubts="The figure is provisional. Before anybody signs it:",
    doubt_report_provisional=(
        "{months}: a value of the report is in dispute, or its lines contradict each other. Decide that "
        "first."
    ),
    doubt_found_paid_but_open=(
        "{months}: the report found it paid, but the payments on file do not settle it. Look for the payment."
    ),
    doubt_taken_as_paid=(
        "{months}: {amount} is taken as paid because the report found it so. No payment on file shows it."
    ),
    doubt_bounced_after_visit=(
        "{months}: the report found it paid, but the cheque for it was dishonoured: {amount} is due again."
    ),
    doubt_set_aside=(
        "{months}: payments of {amount} are left out, because the schedule that they were for is not on file."
    ),
    doubt_credit_unsure=(
        "{months}: no schedule is on file, so the credit of {amount} may be what was declared and paid there."
    ),
    doubt_worker_twice=(
        "{months}: the schedule has more than one line for a worker, and each is charged. See whether one of "
        "them was written twice."
    ),
    doubt_earlier_found_more=(
        "{months}: by the wage lines of an earlier report {amount} more would be due than by those of the "
        "one that counts, which was captured last. See whether that one has every worker."
    ),
    doubt_no_law="No rate of the law is on file for {months}: left out here. Add a dated row and ask again.",
    doubt_no_due_day="No due day is on file for {months}: left out here. Add a dated row and ask again.",
    doubt_month_not_over="{months} was not over on {day}: nothing was owed for it yet.",
    doubt_unconfirmed="{rows} behind the figure are not confirmed. They are marked below.",
    # Best judgement.
    judged_refused=(
        "Best judgement, a proposal for the hearing: contribution {amount} for {months} with an increase of "
        "{increase} up to {day}, because the wage records were refused."
    ),
    judged_missing=(
        "Best judgement, a proposal for the hearing: contribution {amount} for {months} with an increase of "
        "{increase} up to {day}, because there are no wage records of unpaid months."
    ),
    judged_rules="Which number and which wage are assumed is a rule of the law: {workers_rule}; {wage_rule}.",
    judged_workers_unknown=(
        "No number of workers is known: nobody was counted at work, and nothing was declared. Nothing can "
        "be judged."
    ),
    judged_apart=(
        "It is provisional, and no part of what is owed by actual records: the two are not added up."
    ),
    judged_workers_headcount="Assumed number of workers: {workers}, the people counted at work at the visit.",
    judged_workers_declared="Assumed number of workers: {workers}, as in the employer's schedule of {month}.",
    judged_workers_registered=(
        "Assumed number of workers: {workers}, as the register of establishments has it."
    ),
    judged_workers_other="Not used: another source says {workers}.",
    judged_wage_minimum="Assumed wage: the minimum wage of each month, for everybody.",
    judged_wage_last_known=(
        "Assumed wage: {wage}, the average of {lines} last seen, of {month}; in no month less than the "
        "minimum wage."
    ),
    judged_wage_fallback="No wage was ever seen there: the minimum wage is taken in its place.",
    judged_months="Assumed months: {months}, those for which the records were asked for.",
    judged_left_actual="{months}: left out, because actual wage lines are on file.",
    judged_left_paid="{months}: left out, because the report found it paid and no schedule says how much.",
    judged_left_law="{months}: left out, because a rate of the law or the minimum wage is not on file.",
    judged_month="{month}: {workers} x {each} ({percent} of {base}) is {amount}.",
    judged_less="{month}: the employer's own schedule asks for {declared} of that already; {amount} remains.",
    # The calculator without a case.
    calculated=(
        "For {months} {amount} is due as contribution and {increase} as increase up to {day}; {open} is open."
    ),
    calculated_month="{month}: {workers} x {each} ({percent} of {base}) = {amount}, to be paid by {due_on}.",
    due_day_given="The due day was given by hand, and not taken from the dated rows.",
    kinds={
        "contribution_rate_percent": "Rate of contribution",
        "contribution_base_rule": "Wages on which the contribution is due",
        "contribution_base_limit_rs_month": "Highest monthly wage on which a contribution is due",
        "contribution_base_limit_rs_day": "Highest daily wage on which a contribution is due",
        "under_minimum_base_rule": "Base where less than the minimum wage was paid",
        "minimum_wage_rs_month": "Minimum wage of an unskilled worker",
        "working_days_in_month": "Days of work that earn a month's wage",
        "upper_limit_rs_month": "Highest wage at which a worker is newly covered",
        "upper_limit_addition_rs": "What the limit of coverage is above the minimum wage",
        "over_upper_limit_rule": "A covered worker whose wage rises above the limit of coverage",
        "due_day_of_following_month": "Last day for paying, in the month after",
        "payment_order_rule": "What a payment settles first",
        "late_increase_percent_day": "Increase for each day of delay",
        "late_increase_days_max": "Days of delay for which the increase is counted by day",
        "late_increase_flat_percent": "Flat increase after those days",
        "part_month_rule": "Limit where a monthly wage was earned in fewer days than a month's work",
        "daily_wage_rule": "Limit where the wage is paid by the day",
        "judgement_workers_rule": "Number of workers in a best judgement",
        "judgement_wage_rule": "Wage in a best judgement",
    },
    choices={
        "actual-wage": "the actual wage",
        "up-to-base-limit": "the wage up to the fixed highest wage",
        "up-to-minimum-wage": "the wage up to the minimum wage",
        "up-to-upper-limit": "the wage up to the limit of coverage",
        "minimum-wage": "the minimum wage",
        "stays-covered": "stays covered",
        "no-longer-covered": "is no longer covered",
        "oldest-month-principal-first": "the oldest month: its contribution, then its increase",
        "oldest-month-increase-first": "the oldest month: its increase, then its contribution",
        "all-principal-first": "all contributions, the oldest first, then all increases",
        "wage-as-written": "the wage as written, up to the limit of the whole month",
        "limit-by-days": "the wage as written, up to the limit's share for the days worked",
        "day-limit-by-days": "the daily limit for each day paid",
        "day-limit-by-days-within-month": "the daily limit for each day paid, at most the month's limit",
        "month-limit-by-days": "the month's limit shared out over its days of work",
        "month-limit": "the month's limit, whatever the days",
        "headcount-first": "the people counted at work, else the workers declared",
        "higher-of-both": "the higher of the people counted at work and the workers declared",
        "last-known-wage": "the average wage last seen, but at least the minimum wage",
    },
)
