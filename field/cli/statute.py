"""`field statute`: the dated rows of the law, what new ones would change, and putting them in force."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

if TYPE_CHECKING:
    from field.api.context import Context
    from field.cli.output import Output
    from field.recovery.statute import RateRow
    from field.store.accounts_touched import TouchedAccount
    from field.store.impact import Figures, Impact, Touched

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
    from field.recovery.law_kinds import KINDS
    from field.store import statute

    output = Output(json)
    if kind is not None and kind not in KINDS:
        raise typer.BadParameter(f"{kind!r} is no kind of row. Write one of {', '.join(KINDS)}.")
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        in_force = statute.load(tx).rows
        versions = statute.versions(tx)
    chosen = [row for row in in_force if kind in (None, row.kind)]
    _table(output, chosen)
    if history:
        for each in versions:
            if kind in (None, each.row.kind):
                by = f" Accepted by {each.accepted_by}." if each.accepted_by else ""
                output.say(f"  {each.row.id}, version {each.version}: {each.row.value}. {each.reason}{by}")
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
    """Show which assessments and accounts new rows would change, with old and new figures, as of today.

    Nothing is changed.
    """
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output

    output = Output(json)
    rows = _read(file)
    with opened(settings_of(data, database_url)) as context:
        found = _measure(context, rows, output, listed=json is not None)
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

    A row whose id is there already becomes a further version of it; the earlier one is kept, and so is who
    accepted which figures. A suspension is such a version. The assessments that are touched are made anew by
    the server in the background. Exit code 1 where it was not accepted.
    """
    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output
    from field.store import impact as impacts

    output = Output(json)
    rows = _read(file)
    with opened(settings_of(data, database_url)) as context:
        found = _measure(context, rows, output, listed=json is not None)
        if not yes and not typer.confirm("Put these rows in force?", err=True):
            output.say("Nothing was changed.")
            raise SystemExit(Exit.FINDINGS)
        now_ms = context.clock.now_ms()
        added, visits = impacts.accept(context.store, rows, now_ms, reason, who("statute add"), found.figures)
    output.say(f"{added} of {len(rows)} rows are new. {visits} visits will be assessed anew.")
    output.machine({"rows": added, "visits": visits, "touched": found})


def _read(file: Path) -> "list[RateRow]":
    """The rows of a file: all of them, or none where one is wrong; then each fault is told."""
    from field.cli.output import Exit, errors, read_file, stop, stop_for
    from field.problems import Problem
    from field.recovery import statute

    try:
        return list(statute.read(read_file(file)).rows)
    except Problem as problem:
        faults = problem.extra.get("remarks", ())
        if len(faults) < 2:
            stop_for(problem)
        for fault in faults:
            errors.print(f"  {fault}", markup=False)
        stop(f"{len(faults)} faults in {file}, and no row of it was used. Put them right.", Exit.FINDINGS)


def _measure(context: "Context", rows: "list[RateRow]", output: "Output", *, listed: bool) -> "Impact":
    """What the rows change, told as it is found; all of it in the answer only where that is `listed`."""
    import msgspec

    from field.store import impact as impacts
    from field.store.impact import Touched
    from field.store.records_checks import day

    reports: list[Touched] = []
    accounts: list[TouchedAccount] = []
    shown = 0

    def tell(each: "Touched | TouchedAccount") -> None:
        nonlocal shown
        shown += 1
        if shown <= SHOWN_MAX:
            output.say(_line(each))
        if listed and isinstance(each, Touched):
            reports.append(each)
        elif listed and not isinstance(each, Touched):
            accounts.append(each)

    with context.store.read() as tx:
        found = impacts.measure(context.store, tx, rows, day(context.clock.now_ms()), told=tell)
    if shown > SHOWN_MAX:
        output.say(f"  and {shown - SHOWN_MAX} more; --json - lists all")
    _sums(output, found.figures)
    if not listed:
        return found
    return msgspec.structs.replace(found, assessments=tuple(reports), accounts=tuple(accounts))


def _line(each: "Touched | TouchedAccount") -> str:
    from field.store.impact import Touched

    name = each.name or each.establishment
    if not isinstance(each, Touched):
        owed = f", owed {_from_to(each.old_open_rs, each.new_open_rs)}"
        return f"  account of {name}: {_from_to(each.old_rs, each.new_rs)}{owed}"
    flagged = {(False, True): ", newly flagged", (True, False): ", no longer flagged"}
    words = flagged.get((each.old_flagged, each.new_flagged), "")
    if each.old_increase_rs != each.new_increase_rs:
        words += f", increase {_from_to(each.old_increase_rs, each.new_increase_rs)}"
    if each.warnings:
        words += ", with a warning about the check"
    return f"  report {each.report} on {name}: {_from_to(each.old_rs, each.new_rs)}{words}"


def _sums(output: "Output", figures: "Figures") -> None:
    from field.recovery.wording import count

    reports = _from_to(figures.assessments_old_rs, figures.assessments_new_rs)
    accounts = _from_to(figures.accounts_old_rs, figures.accounts_new_rs)
    output.say(f"{count(figures.assessments, 'assessment')} would change: {reports}.")
    output.say(f"{count(figures.accounts, 'account')} would change: {accounts}.")


def _from_to(old: str, new: str) -> str:
    from decimal import Decimal

    from field.recovery.money import show

    return f"{show(Decimal(old))} -> {show(Decimal(new))}"
