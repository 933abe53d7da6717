"""`field import`: districts and the register of establishments, from files as offices have them."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

if TYPE_CHECKING:
    from field.inspections.table_file import Reject

DISTRICTS_EXAMPLE = "Example: field import districts sindh.geojson"
ESTABLISHMENTS_EXAMPLE = "Example: field import establishments register.csv --rejects rejects.csv"
SHOWN_MAX = 10

app = group("Bring in districts and establishments.")


@app.callback(epilog=ESTABLISHMENTS_EXAMPLE)
def bring_in() -> None:
    """Bring in districts and establishments."""


@app.command(epilog=DISTRICTS_EXAMPLE)
def districts(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="GeoJSON with a polygon for each district.")],
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Bring in districts. Importing the same file again changes nothing.

    What can be mended in the file is mended and told; a feature that cannot be used is left out, and then the
    exit code is 1.
    """
    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output, read_file
    from field.geo import boundaries
    from field.store import districts

    output = Output(json)
    found = boundaries.read(read_file(file))
    with opened(settings_of(data, database_url)) as context:
        saved = districts.save(context.store, found.districts)
    for remark in found.remarks:
        output.say(f"  {'left out' if remark.left_out else 'note'}: {remark.detail}")
    output.say(
        f"{len(found.districts)} districts: {saved.added} new, {saved.changed} changed, "
        f"{saved.unchanged} as before."
    )
    output.machine(
        {
            "districts": len(found.districts),
            "added": saved.added,
            "changed": saved.changed,
            "unchanged": saved.unchanged,
            "remarks": found.remarks,
        }
    )
    if any(remark.left_out for remark in found.remarks):
        raise SystemExit(Exit.FINDINGS)


@app.command(epilog=ESTABLISHMENTS_EXAMPLE)
def establishments(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV as a spreadsheet saves it.")],
    rejects: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the rows that were not taken into this CSV file."),
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Bring in establishments. Importing the same file again changes nothing.

    A row that cannot be taken is rejected with its line, column, value and reason; the others are taken, and
    the exit code is 1.
    """
    from rich.progress import Progress

    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output, read_file, write_file
    from field.store.establishments import import_file

    output = Output(json)
    source = read_file(file)
    with (
        opened(settings_of(data, database_url)) as context,
        Progress(console=output.human, transient=True) as bar,
    ):
        task = bar.add_task(file.name, total=max(source.count(b"\n") - 1, 1))
        done = import_file(
            context.store,
            context.clock,
            context.office,
            source,
            lambda rows: bar.update(task, completed=rows),
        )
    for remark in done.remarks[:SHOWN_MAX]:
        output.say(f"  line {remark.line}: {remark.detail}")
    more(output.say, len(done.remarks), "remarks")
    for reject in done.rejects[:SHOWN_MAX]:
        output.say(f"  rejected: line {reject.line}, {reject.column or 'the row'}: {reject.reason}")
    more(output.say, len(done.rejects), "rejects")
    if rejects is not None:
        write_file(rejects, rejects_csv(done.rejects))
        output.say(f"{len(done.rejects)} rejects are in {rejects}.")
    output.say(
        f"Establishments: {done.added} new, {done.changed} changed, {done.unchanged} as before, "
        f"{len(done.rejects)} rejected."
    )
    output.machine(done)
    if done.rejects:
        raise SystemExit(Exit.FINDINGS)


def rejects_csv(rejects: "list[Reject]") -> bytes:
    """The rejected rows as a file that a spreadsheet opens."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("line", "column", "value", "reason"))
    writer.writerows((each.line, each.column, harmless(each.value), each.reason) for each in rejects)
    # The mark tells a spreadsheet that this is UTF-8.
    return "\ufeff".encode() + text.getvalue().encode()


def harmless(value: str) -> str:
    """A cell that begins like a formula would be carried out by a spreadsheet; a number is none."""
    formula = value.startswith(("=", "+", "-", "@")) and not re.fullmatch(r"[+-]?[\d., -]+", value)
    return f"'{value}" if formula else value


def more(say: Callable[[str], None], count: int, what: str) -> None:
    """Say how many there are beyond those that are shown."""
    if count > SHOWN_MAX:
        say(f"  ... and {count - SHOWN_MAX} more {what}")
