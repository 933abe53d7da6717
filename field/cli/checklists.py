"""`field checklist`: checking what an office wrote, as JSON or as an XLSForm workbook, and writing it out."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Json, group

if TYPE_CHECKING:
    from field.inspections.checklists import Checklist

CHECK_EXAMPLE = "Example: field checklist check full-inspection.xlsx"
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
) -> None:
    """Write a shipped checklist into a file, to be changed and imported under a new version."""
    from field.cli.output import Output, write_file

    checklist = named(shipped(), id)
    write_file(file, content(checklist, file))
    Output().say(f"{checklist.name} is written to {file}.")


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
