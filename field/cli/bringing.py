"""What the commands that bring files in share: progress, rejects as they come, one bad file among many."""

import csv
import gc
import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from field.cli import acting
from field.problems import Problem

if TYPE_CHECKING:
    from rich.progress import Progress

    from field.api.context import Context
    from field.cli.output import Output
    from field.inspections.table_file import Reject
    from field.store.import_runs import Counts

OF_THE_FILE = frozenset({"unknown-format", "too-large"})
"""What is wrong with one file alone: the others are brought in all the same."""

SHOWN_MAX = 10

GARBAGE_AFTER = 200_000
"""So many new things before Python looks which of them are of no use any more."""

CACHE_MB = 16
"""Rows are written in the order of their keys: more of an SQLite database at hand makes it no faster."""

What = Literal["directorates", "establishments", "schedules", "payments"]
_ROW_BYTES = {"directorates": 50, "establishments": 130, "schedules": 65, "payments": 65}

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="CSV as a spreadsheet saves it, or the workbook itself.")
]
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


def chosen_columns(columns: list[str] | None, known: Mapping[str, Any]) -> dict[str, str]:
    """The headings chosen by `--column NAME=HEADING`."""
    chosen = {}
    for each in columns or []:
        name, _, heading = each.partition("=")
        if name not in known or not heading.strip():
            names = ", ".join(known)
            raise typer.BadParameter(f"{each!r} must be NAME=HEADING, where NAME is one of {names}.")
        chosen[name] = heading.strip()
    return chosen


def _importer(context: "Context", what: What) -> "Callable[..., Counts]":
    from functools import partial

    from field.store import directorates, establishments, payments, schedules

    if what == "establishments":
        return partial(establishments.import_file, context.store, context.clock, context.office)
    module = {"directorates": directorates, "schedules": schedules, "payments": payments}[what]
    return partial(module.import_file, context.store, context.clock)


def bring(
    context: "Context",
    bar: "Progress",
    what: What,
    path: Path,
    chosen: Mapping[str, str],
    told: "Callable[[Reject], None]",
) -> "Counts":
    """Bring one file in, with a bar that says how far it is. Raises OSError, and the Problem of the file."""
    from field.store.import_runs import Source

    task = bar.add_task(path.name, total=None)
    try:
        with path.open("rb") as file:
            bar.update(task, total=_about_rows(path, what))
            return _importer(context, what)(
                Source(file, path.name, who(what), chosen),
                told,
                lambda rows: bar.update(task, completed=rows),
            )
    finally:
        bar.remove_task(task)


def bring_in(
    what: What,
    files: list[Path],
    rejects: Path | None,
    chosen: Mapping[str, str],
    data: Path | None,
    database_url: str | None,
    json: str | None,
    *,
    alone: bool = False,
) -> None:
    """Bring files in, say what came of each, and end the program with 1 where a row or a file was not taken.

    `alone`: of one file the outcome is the JSON itself, and its problem that of the command.
    """
    from rich.progress import Progress

    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output, stop

    output = Output(json)
    outcomes: dict[str, Counts] = {}
    refused: dict[str, dict[str, Any]] = {}
    with (
        little_garbage(),
        opened(settings_of(data, database_url), cache_mb=CACHE_MB) as context,
        rejects_file(rejects, several=len(files) > 1) as write,
        Progress(console=output.human, transient=True) as bar,
    ):
        for path in files:
            try:
                outcomes[str(path)] = bring(context, bar, what, path, chosen, write(path.name))
            except OSError as error:
                stop(f"{path} cannot be read: {error.strerror}. Check the name.", Exit.FINDINGS)
            except Problem as problem:
                if alone or problem.code not in OF_THE_FILE:
                    raise
                # The other files of the night are brought in all the same.
                output.say(f"{path.name}: {problem.detail}")
                refused[str(path)] = problem.as_dict()
                continue
            say(output, path.name, what, outcomes[str(path)])
    if rejects is not None:
        output.say(f"The rejects are in {rejects}.")
    output.machine(next(iter(outcomes.values())) if alone else {**outcomes, **refused})
    if refused or any(done.rejected for done in outcomes.values()):
        raise SystemExit(Exit.FINDINGS)


@contextmanager
def little_garbage() -> Iterator[None]:
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


def _about_rows(path: Path, what: What) -> int | None:
    """How many rows a CSV has, about, by its size; None for a workbook, which is packed."""
    size = path.stat().st_size
    return None if path.suffix.lower() != ".csv" else max(size // _ROW_BYTES[what], 1)


def who(what: str) -> str:
    """The command of an import, and who typed it, where the system knows."""
    return typed(f"field import {what}")


def typed(command: str) -> str:
    """A command, and who typed it, where the system knows."""
    return acting.who(command.removeprefix("field "))


@contextmanager
def rejects_file(
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
            first = [harmless(name)] if several else []
            return lambda each: writer.writerow((*first, *_cells(each)))

        yield of


def rejects_csv(rejects: "list[Reject]") -> bytes:
    """The rejected rows as a file that a spreadsheet opens."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("line", "column", "value", "reason"))
    writer.writerows(map(_cells, rejects))
    # The mark tells a spreadsheet that this is UTF-8.
    return "\ufeff".encode() + text.getvalue().encode()


def _cells(each: "Reject") -> tuple[int, str, str, str]:
    return each.line, harmless(each.column), harmless(each.value), harmless(each.reason)


def harmless(value: str) -> str:
    """A cell that begins like a formula would be carried out by a spreadsheet; a number is none."""
    formula = value.lstrip().startswith(("=", "+", "-", "@")) and not re.fullmatch(r"[+-]?[\d., -]+", value)
    return f"'{value}" if formula else value


def more(say: Callable[[str], None], count: int, what: str) -> None:
    """Say how many there are beyond those that are shown."""
    if count > SHOWN_MAX:
        say(f"  ... and {count - SHOWN_MAX} more {what}")


def say(output: "Output", name: str, what: str, done: "Counts") -> None:
    """What came of a file, in words: the first remarks and rejects, and the sums."""
    from field.store.import_runs import Imported
    from field.store.register_runs import Registered

    for remark in done.remarks[:SHOWN_MAX]:
        output.say(f"  {name}, line {remark.line}: {remark.detail}")
    more(output.say, done.remarked, "remarks")
    for reject in done.rejects[:SHOWN_MAX]:
        output.say(f"  rejected: {name}, line {reject.line}, {reject.column or 'the row'}: {reject.reason}")
    more(output.say, len(done.rejects), "rejects")
    told = [f"{done.added:,} new"]
    if isinstance(done, Registered):
        told.append(f"{done.changed:,} changed")
    told += [f"{done.unchanged:,} as before", f"{done.rejected:,} rejected"]
    if isinstance(done, Imported) and done.repeated:
        told.append(f"{done.repeated:,} told before")
    if isinstance(done, Imported) and done.dishonoured:
        told.append(f"{done.dishonoured:,} dishonoured")
    if isinstance(done, Imported) and done.further:
        told.append(f"{done.further:,} schedules are further versions, the earlier ones are kept")
    output.say(f"{name}: {what}, {', '.join(told)}.")
