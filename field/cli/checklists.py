"""`field checklist`: checking what an office wrote, as JSON or as an XLSForm workbook, and writing it out."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

if TYPE_CHECKING:
    from datetime import date

    from field.inspections.checklists import Checklist

CHECK_EXAMPLE = "Example: field checklist check full-inspection.xlsx"
LIST_EXAMPLE = "Example: field checklist list --on 2026-11-22"
IMPORT_EXAMPLE = "Example: field checklist import full-inspection.xlsx"
EXPORT_EXAMPLE = "Example: field checklist export full-inspection full-inspection.xlsx"

app = group("Checklists: what an inspector is asked.")

Id = Annotated[
    str, typer.Argument(metavar="ID", help="full-inspection, or one version of it: full-inspection@1.")
]


@app.callback(epilog=CHECK_EXAMPLE)
def lists() -> None:
    """Checklists: what an inspector is asked."""


@app.command(epilog=CHECK_EXAMPLE)
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A checklist: JSON, or an XLSForm workbook.")],
    json: Json = None,
) -> None:
    """Say what is wrong with a checklist, each fault by its place; exit code 1 for any. Nothing is stored."""
    from field.cli.output import Exit, Output

    output = Output(json)
    checklist, faults, remarks = read(file)
    for each in (*faults, *remarks):
        output.say(each)
    if checklist is not None:
        asked = sum(each.type not in ("group", "repeat", "note") for each in checklist.questions)
        findings = sum(len(each.findings) for each in checklist.questions)
        doubt = "" if checklist.confirmed else " It is not confirmed."
        output.say(f"{checklist.name} can be used: {asked} questions, {findings} findings.{doubt}")
    output.machine({"checklist": checklist and checklist.name, "faults": faults, "remarks": remarks})
    if checklist is None:
        raise SystemExit(Exit.FINDINGS)


@app.command(epilog=EXPORT_EXAMPLE)
def export(
    id: Id,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to: .xlsx for XLSForm, else JSON.")],
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Write a checklist into a file, to be changed and imported under a new version.

    A shipped one; with `--data` or `--database-url` one that is kept there.
    """
    from field.cli.output import Output, write_file

    checklist = named(shipped() if data is None and database_url is None else kept(data, database_url), id)
    write_file(file, content(checklist, file))
    Output().say(f"{checklist.name} is written to {file}.")


@app.command("list", epilog=LIST_EXAMPLE)
def show(
    on: Annotated[str | None, typer.Option(help="Only what is in force on this day, as 2026-11-22.")] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """List every version that is kept: from when to when, how many questions, whether it is confirmed."""
    from field.cli.output import Output
    from field.store import checklists

    output = Output(json)
    day = None if on is None else _day(on)
    known = kept(data, database_url)
    chosen = known if day is None else checklists.in_force(known, day)
    for each in chosen:
        until = f" up to {each.valid_to}" if each.valid_to else ""
        doubt = "" if each.confirmed else ", unconfirmed"
        asked = sum(question.type not in ("group", "repeat", "note") for question in each.questions)
        output.say(f"{each.name}: {each.title.en}, from {each.valid_from}{until}, {asked} questions{doubt}")
    if not chosen:
        output.say("There is none.")
    output.machine(chosen)


@app.command("import", epilog=IMPORT_EXAMPLE)
def bring_in(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A checklist: JSON, or an XLSForm workbook.")],
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Put a version of a checklist in force: every tablet gets it with its next sync.

    The same file again changes nothing. A version that is there is never altered: what is changed gets the
    next number. Exit code 1, with every fault by its place, where the file cannot be used.
    """
    from field.cli import acting
    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output, errors, stop
    from field.store import checklists

    output = Output(json)
    wanted, faults, remarks = read(file)
    for each in (*faults, *remarks):
        errors.print(each, markup=False)
    if wanted is None:
        stop(f"{file} was not imported: mend what is named above. Nothing was changed.", Exit.FINDINGS)
    with opened(settings_of(data, database_url)) as context:
        added = checklists.add(context.store, context.clock, context.office, [wanted])
        if added:
            acting.note(context, "checklist", "checklist import", about=[wanted.name])
    if added:
        output.say(
            f"{wanted.name} is kept, to be used from {wanted.valid_from} on. Tablets get it as they sync."
        )
    else:
        output.say(f"{wanted.name} was there already, word for word. Nothing was changed.")
    output.machine({"checklist": wanted.name, "new": bool(added)})


def _day(text: str) -> "date":
    from datetime import date

    from field.cli.output import Exit, stop

    try:
        return date.fromisoformat(text)
    except ValueError:
        stop(f"{text} is no day. Write it as 2026-11-22.", Exit.USAGE)


def kept(data: Path | None, database_url: str | None) -> "list[Checklist]":
    """Every version in the database."""
    from field.cli.opening import opened, settings_of
    from field.store import checklists

    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        return checklists.load(tx)


def shipped() -> "list[Checklist]":
    """The checklists that come with the product."""
    from field.inspections import checklists

    return list(checklists.shipped())


def named(known: "list[Checklist]", id: str) -> "Checklist":
    """The checklist of an id, in its newest version or in that of "id@version". Stops where there is none."""
    from field.cli.output import Exit, stop

    found = [each for each in known if id in (each.id, each.name)]
    if not found:
        there = ", ".join(sorted({each.name for each in known}))
        stop(f"There is no checklist {id}. There are: {there or 'none'}.", Exit.FINDINGS)
    return max(found, key=lambda each: each.version)


def content(checklist: "Checklist", file: Path) -> bytes:
    """A checklist as the file's name asks for it: an XLSForm workbook for .xlsx, else JSON."""
    from field.inspections import checklists, xlsform

    return xlsform.write(checklist) if file.suffix.casefold() == ".xlsx" else checklists.write(checklist)


def read(file: Path) -> "tuple[Checklist | None, list[str], list[str]]":
    """A checklist in a file, told apart by what stands in it; its faults where it cannot be used; remarks."""
    from field.cli.output import read_file
    from field.inspections import checklists, workbook, xlsform_file
    from field.problems import Problem

    given = read_file(file)
    if workbook.is_workbook(io.BytesIO(given)):
        reading = xlsform_file.read(io.BytesIO(given))
        return reading.checklist, [str(each) for each in reading.faults], list(reading.remarks)
    try:
        return checklists.read(given), [], []
    except Problem as problem:
        return None, problem.extra.get("remarks", [problem.detail]), []
