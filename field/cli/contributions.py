"""`field import schedules`, `field import payments`, `field payments`: what employers declare and pay."""

from field.cli.bringing import Columns, Files, Rejects, bring_in, chosen_columns
from field.cli.options import Data, DatabaseUrl, Json, group

SCHEDULES_EXAMPLE = "Example: field import schedules 2026-03/*.csv --rejects rejects.csv"
PAYMENTS_EXAMPLE = "Example: field import payments bank.xlsx --column reference='Challan #'"
UNMATCHED_EXAMPLE = "Example: field payments unmatched --json unmatched.json"

app = group("What employers paid.")


@app.callback(epilog=UNMATCHED_EXAMPLE)
def paid() -> None:
    """What employers paid."""


def schedules(
    files: Files,
    rejects: Rejects = None,
    column: Columns = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Bring in employers' monthly schedules (Form C-1). Importing the same file again changes nothing.

    Columns: registration_no, month and wage, and worker_name, cnic, days, contribution where there are any. A
    row that is in doubt is rejected with its line, column, value and reason; the others are taken, and the
    exit code is 1. A newer schedule of a month counts from then on, and the earlier one is kept.
    """
    from field.recovery import schedule_file

    chosen = chosen_columns(column, schedule_file.COLUMNS)
    bring_in("schedules", files, rejects, chosen, data, database_url, json)


def payments(
    files: Files,
    rejects: Rejects = None,
    column: Columns = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Bring in payments. The same payment in two files, or in one file twice, is told and counted once.

    Columns: registration_no, date and amount, and reference (the challan), months, dishonoured_on where there
    are any. A row that is in doubt is rejected; the others are taken, and the exit code is 1.
    """
    from field.recovery import payment_file

    chosen = chosen_columns(column, payment_file.COLUMNS)
    bring_in("payments", files, rejects, chosen, data, database_url, json)


@app.command(epilog=UNMATCHED_EXAMPLE)
def unmatched(data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """List payments for months of which there is neither a schedule nor an assessment."""
    from decimal import Decimal

    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.recovery.money import show
    from field.recovery.wording import count
    from field.store import payments

    output = Output(json)
    found: list[payments.Unmatched] = []
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        while page := payments.unmatched(tx, found[-1].payment.id if found else ""):
            found += page
    for each in found:
        one = each.payment
        months = ", ".join(each.months) or "no month told"
        challan = f", challan {one.reference}" if one.reference else ""
        amount = show(Decimal(one.amount_paisa) / 100)
        unit = ", ".join(filter(None, (each.registration_no, each.name))) or one.establishment
        output.say(f"  {one.value_date}, {unit}: {amount}{challan} ({months})")
    output.say(f"{count(len(found), 'payment')} without a schedule and an assessment of the month.")
    output.machine(found)
