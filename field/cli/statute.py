"""`field statute`: the dated rows of the law, what new ones would change, and putting them in force."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

if TYPE_CHECKING:
    from field.cli.output import Output
    from field.recovery.statute import RateRow
    from field.store.impact import Touched

LIST_EXAMPLE = "Example: field statute list --kind minimum_wage_rs_month"
IMPACT_EXAMPLE = "Example: field statute impact minimum-wage-2026.json"
ADD_EXAMPLE = "Example: field statute add minimum-wage-2026.json --reason 'Gazette of 3 July 2026, page 12'"
SHOWN_MAX = 20

app = group("The dated rows of the law.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="JSON: rows, as `list --json -` writes them.")]


@app.callback(epilog=LIST_EXAMPLE)
def law() -> None:
    """The dated rows of the law."""


@app.command("list", epilog=LIST_EXAMPLE)
def show(
    kind: Annotated[str | None, typer.Option(help="Only rows of this kind.")] = None,
    history: Annotated[bool, typer.Option("--history", help="Earlier versions of each row too.")] = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """List the rows: value, from when to when, legal basis, and whether somebody has confirmed it."""
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import statute

    output = Output(json)
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        in_force = statute.load(tx).rows
        versions = statute.versions(tx)
    chosen = [row for row in in_force if kind in (None, row.kind)]
    _table(output, chosen)
    if history:
        for each in versions:
            if kind in (None, each.row.kind):
                output.say(f"  {each.row.id}, version {each.version}: {each.row.value}. {each.reason}")
    output.machine(chosen if not history else [each for each in versions if kind in (None, each.row.kind)])


def _table(output: "Output", rows: "list[RateRow]") -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("row", "value", "from", "to", "legal basis", ""):
        table.add_column(heading, justify="right" if heading == "value" else "left", overflow="fold")
    for row in rows:
        until = row.valid_to.isoformat() if row.valid_to else ""
        doubt = Text("") if row.confirmed else Text("unconfirmed", "yellow")
        value = f"{row.value} {row.unit}" if row.unit != "rule" else row.value
        table.add_row(row.id, Text(value), row.valid_from.isoformat(), until, Text(row.legal_basis), doubt)
    output.human.print(table)


@app.command(epilog=IMPACT_EXAMPLE)
def impact(file: File, data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """Show which assessments new rows would change, with old and new figures. Nothing is changed."""
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output

    output = Output(json)
    rows = _read(file)
    with opened(settings_of(data, database_url)) as context:
        found = _touched(context.store, rows)
    _say(output, found)
    output.machine(found)


@app.command(epilog=ADD_EXAMPLE)
def add(
    file: File,
    reason: Annotated[str, typer.Option(help="Where it was notified, and why it is added: kept for ever.")],
    yes: Annotated[bool, typer.Option("--yes", help="Accept what changes without being asked.")] = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Put rows in force, once somebody has seen what they change and accepts it.

    A row whose id is there already becomes a further version of it; the earlier one is kept. The assessments
    that are touched are made anew by the server in the background. Exit code 1 where it was not accepted.
    """
    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output
    from field.store import impact as impacts

    output = Output(json)
    rows = _read(file)
    with opened(settings_of(data, database_url)) as context:
        found = _touched(context.store, rows)
        _say(output, found)
        if not yes and not typer.confirm("Put these rows in force?", err=True):
            output.say("Nothing was changed.")
            raise SystemExit(Exit.FINDINGS)
        added, visits = impacts.accept(context.store, rows, context.clock.now_ms(), reason)
    output.say(f"{added} of {len(rows)} rows are new. {visits} visits will be assessed anew.")
    output.machine({"rows": added, "visits": visits, "touched": found})


def _read(file: Path) -> "list[RateRow]":
    from field.cli.output import read_file
    from field.recovery import statute

    return list(statute.read(read_file(file)).rows)


def _touched(store: object, rows: "list[RateRow]") -> "list[Touched]":
    from field.store import impact as impacts
    from field.store.engine import Store

    assert isinstance(store, Store)
    with store.read() as tx:
        return list(impacts.touched(store, tx, rows))


def _say(output: "Output", found: "list[Touched]") -> None:
    from decimal import Decimal

    from field.recovery.money import ZERO, show

    before = sum((Decimal(each.old_rs) for each in found), ZERO)
    after = sum((Decimal(each.new_rs) for each in found), ZERO)
    for each in found[:SHOWN_MAX]:
        flagged = {(False, True): ", newly flagged", (True, False): ", no longer flagged"}
        words = flagged.get((each.old_flagged, each.new_flagged), "")
        figures = f"{show(Decimal(each.old_rs))} -> {show(Decimal(each.new_rs))}"
        output.say(f"  report {each.report}: {figures}{words}")
    if len(found) > SHOWN_MAX:
        output.say(f"  and {len(found) - SHOWN_MAX} more; --json - lists all")
    output.say(f"{len(found)} assessments would change: {show(before)} -> {show(after)}.")
