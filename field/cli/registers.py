"""`field import register`: the wage register of a visit, as the employer's file has it."""

from typing import Annotated

import typer

from field.cli.bringing import SHOWN_MAX, Columns, File, Rejects, chosen_columns, more, rejects_file, who
from field.cli.options import Data, DatabaseUrl, Json

EXAMPLE = "Example: field import register wages.xlsx --report REPORT --month 2026-03 --column wage=Gross"


def register(
    file: File,
    report: Annotated[str, typer.Option(metavar="REPORT", help="The id of the report of the visit.")],
    month: Annotated[
        str, typer.Option(metavar="MONTH", help="The month of rows that name none, as in 2026-03.")
    ] = "",
    column: Columns = None,
    rejects: Rejects = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Bring in the wage register of a visit: its rows become wage lines of the report.

    Columns: wage, and month, worker_name, cnic, days, declared_wage, registered where there are any. A row
    that stands in the report already is told, not doubled or overwritten; one that cannot be read is
    rejected, the others are taken, and the exit code is 1. Importing the same file again changes nothing.
    """
    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output, stop
    from field.recovery import register_file
    from field.store import register_files
    from field.store.import_runs import Source

    output, chosen = Output(json), chosen_columns(column, register_file.COLUMNS)
    with opened(settings_of(data, database_url)) as context, rejects_file(rejects, several=False) as write:
        try:
            with file.open("rb") as source:
                done = register_files.import_file(
                    context.store,
                    context.clock,
                    context.office,
                    report,
                    Source(source, file.name, who("register"), chosen),
                    month=month,
                    told=write(file.name),
                )
        except OSError as error:
            stop(f"{file} cannot be read: {error.strerror}. Check the name.", Exit.FINDINGS)
    for remark in done.remarks[:SHOWN_MAX]:
        output.say(f"  line {remark.line}: {remark.detail}")
    more(output.say, done.remarked, "remarks")
    for reject in done.rejects[:SHOWN_MAX]:
        output.say(f"  rejected: line {reject.line}, {reject.column or 'the row'}: {reject.reason}")
    more(output.say, done.rejected, "rejects")
    if rejects is not None:
        output.say(f"The rejects are in {rejects}.")
    output.say(
        f"{file.name}: {done.added:,} lines new, {done.unchanged:,} as before, {done.repeated:,} in the "
        f"report already, {done.rejected:,} rejected."
    )
    output.machine(done)
    if done.rejected:
        raise SystemExit(Exit.FINDINGS)
