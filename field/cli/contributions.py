"""`field import schedules`, `field import payments`, `field payments`: what employers declare and pay."""

import csv
import gc
import getpass
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from field.cli.imports import SHOWN_MAX, harmless, more
from field.cli.options import Data, DatabaseUrl, Json, group
from field.problems import Problem

if TYPE_CHECKING:
    from field.cli.output import Output
    from field.inspections.table_file import Reject
    from field.store.import_runs import Imported

SCHEDULES_EXAMPLE = "Example: field import schedules 2026-03/*.csv --rejects rejects.csv"
PAYMENTS_EXAMPLE = "Example: field import payments bank.xlsx --column reference='Challan #'"
UNMATCHED_EXAMPLE = "Example: field payments unmatched --json unmatched.json"

_OF_THE_FILE = frozenset({"unknown-format", "too-large"})

GARBAGE_AFTER = 200_000
"""So many new things before Python looks which of them are of no use any more."""

app = group("What employers paid.")

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE", help="CSV as a spreadsheet saves it, or the workbook itself."),
]
Rejects = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the rows that were not taken into this CSV file.")
]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="NAME=HEADING", help="Which heading stands for a column. Repeatable."),
]


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
    from field.store import schedules

    chosen = _chosen(column, schedule_file.COLUMNS)
    _bring_in(schedules.import_file, "schedules", files, rejects, chosen, data, database_url, json)


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
    from field.store import payments

    chosen = _chosen(column, payment_file.COLUMNS)
    _bring_in(payments.import_file, "payments", files, rejects, chosen, data, database_url, json)


@app.command(epilog=UNMATCHED_EXAMPLE)
def unmatched(data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """List payments for months of which there is neither a schedule nor an assessment."""
    from decimal import Decimal

    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.recovery.money import show
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
        output.say(f"  {one.value_date}, establishment {one.establishment}: {amount}{challan} ({months})")
    output.say(f"{len(found)} payments belong to no schedule and no assessment.")
    output.machine(found)


def _chosen(columns: list[str] | None, known: Mapping[str, Any]) -> dict[str, str]:
    """The headings chosen by `--column NAME=HEADING`."""
    chosen = {}
    for each in columns or []:
        name, _, heading = each.partition("=")
        if name not in known or not heading.strip():
            names = ", ".join(known)
            raise typer.BadParameter(f"{each!r} must be NAME=HEADING, where NAME is one of {names}.")
        chosen[name] = heading.strip()
    return chosen


def _bring_in(
    import_file: "Callable[..., Imported]",
    what: str,
    files: list[Path],
    rejects: Path | None,
    chosen: dict[str, str],
    data: Path | None,
    database_url: str | None,
    json: str | None,
) -> None:
    from rich.progress import Progress

    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output, stop
    from field.store.import_runs import Source

    output = Output(json)
    outcomes: dict[str, Imported] = {}
    refused: dict[str, dict[str, Any]] = {}
    with (
        _little_garbage(),
        opened(settings_of(data, database_url)) as context,
        _rejects_file(rejects, several=len(files) > 1) as write,
        Progress(console=output.human, transient=True) as bar,
    ):
        for path in files:
            task = bar.add_task(path.name, total=None)
            try:
                with path.open("rb") as file:
                    bar.update(task, total=_about_rows(path))
                    outcomes[str(path)] = import_file(
                        context.store,
                        context.clock,
                        Source(file, path.name, _who(what), chosen),
                        write(path.name),
                        lambda rows, task=task: bar.update(task, completed=rows),
                    )
            except OSError as error:
                stop(f"{path} cannot be read: {error.strerror}. Check the name.", Exit.FINDINGS)
            except Problem as problem:
                if problem.code not in _OF_THE_FILE:
                    raise
                # The other files of the night are brought in all the same.
                output.say(f"{path.name}: {problem.detail}")
                refused[str(path)] = problem.as_dict()
                continue
            finally:
                bar.remove_task(task)
            _say(output, path.name, what, outcomes[str(path)])
    if rejects is not None:
        output.say(f"The rejects are in {rejects}.")
    output.machine({**outcomes, **refused})
    if refused or any(done.rejected for done in outcomes.values()):
        raise SystemExit(Exit.FINDINGS)


@contextmanager
def _little_garbage() -> Iterator[None]:
    """Millions of rows come and go, and none refers to another: looking for rings among them takes a fifth of
    the time.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _about_rows(path: Path) -> int | None:
    """How many rows a CSV has, about, by its size; None for a workbook, which is packed."""
    return None if path.suffix.lower() != ".csv" else max(path.stat().st_size // 65, 1)


def _who(what: str) -> str:
    """The command, and who typed it, where the system knows."""
    try:
        return f"field import {what} ({getpass.getuser()})"
    except (KeyError, OSError):
        return f"field import {what}"


@contextmanager
def _rejects_file(
    path: Path | None, *, several: bool
) -> "Iterator[Callable[[str], Callable[[Reject], None]]]":
    """Rejects are written as they come: there may be more of them than anybody's memory holds."""
    from field.cli.output import Exit, stop

    if path is None:
        yield lambda _: lambda _: None
        return
    try:
        # The mark tells a spreadsheet that this is UTF-8.
        file = path.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        stop(f"{path} cannot be written: {error.strerror}. Name another file.", Exit.FINDINGS)
    with file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow((*(["file"] if several else []), "line", "column", "value", "reason"))

        def of(name: str) -> "Callable[[Reject], None]":
            first = [name] if several else []
            return lambda each: writer.writerow(
                (*first, each.line, each.column, harmless(each.value), each.reason)
            )

        yield of


def _say(output: "Output", name: str, what: str, done: "Imported") -> None:
    for remark in done.remarks[:SHOWN_MAX]:
        output.say(f"  {name}, line {remark.line}: {remark.detail}")
    more(output.say, done.remarked, "remarks")
    for reject in done.rejects[:SHOWN_MAX]:
        output.say(f"  rejected: {name}, line {reject.line}, {reject.column or 'the row'}: {reject.reason}")
    more(output.say, len(done.rejects), "rejects")
    told = [f"{done.added:,} new", f"{done.unchanged:,} as before", f"{done.rejected:,} rejected"]
    if done.repeated:
        told.append(f"{done.repeated:,} told before")
    if done.dishonoured:
        told.append(f"{done.dishonoured:,} dishonoured")
    if done.further:
        told.append(f"{done.further:,} schedules are further versions, the earlier ones are kept")
    output.say(f"{name}: {what}, {', '.join(told)}.")
