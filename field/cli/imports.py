"""`field import`: districts, directorates and the register of establishments, as offices have them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from field.cli.bringing import Columns, File, Rejects, bring_in, chosen_columns
from field.cli.options import Data, DatabaseUrl, Json, group

if TYPE_CHECKING:
    from field.api.context import Context
    from field.cli.output import Output

DISTRICTS_EXAMPLE = "Example: field import districts sindh.geojson"
ESTABLISHMENTS_EXAMPLE = "Example: field import establishments register.csv --rejects rejects.csv"
DIRECTORATES_EXAMPLE = "Example: field import directorates directorates.csv"

app = group("Bring in districts, directorates, establishments, schedules and payments.")


@app.callback(epilog=ESTABLISHMENTS_EXAMPLE)
def files() -> None:
    """Bring in districts, directorates, establishments, schedules and payments."""


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

    output = Output(json)
    source = read_file(file)
    with opened(settings_of(data, database_url)) as context:
        outcome, left_out = bring_districts(context, output, source)
    output.machine(outcome)
    if left_out:
        raise SystemExit(Exit.FINDINGS)


def bring_districts(context: "Context", output: "Output", source: bytes) -> tuple[dict[str, Any], bool]:
    """Bring in districts and say what came of it; the outcome for a program, and whether one was left out.

    Raises Problem unknown-format for what is no GeoJSON of districts.
    """
    from hashlib import sha256

    from field.cli import acting
    from field.geo import boundaries
    from field.store import districts

    found = boundaries.read(source)
    saved = districts.save(context.store, found.districts)
    facts = {"kind": "districts", "file": sha256(source).hexdigest(), **msgspec.structs.asdict(saved)}
    acting.note(context, "imported", "import districts", **facts)
    with context.store.read() as tx:
        every = districts.load_index(tx).districts
    remarks = [*found.remarks, *boundaries.overlaps(every, {district.id for district in found.districts})]
    for remark in remarks:
        output.say(f"  {'left out' if remark.left_out else 'note'}: {remark.detail}")
    output.say(
        f"{len(found.districts)} districts: {saved.added} new, {saved.changed} changed, "
        f"{saved.unchanged} as before."
    )
    outcome = {"districts": len(found.districts), **msgspec.structs.asdict(saved), "remarks": remarks}
    return outcome, any(remark.left_out for remark in remarks)


@app.command(epilog=ESTABLISHMENTS_EXAMPLE)
def establishments(
    file: File,
    rejects: Rejects = None,
    column: Columns = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Bring in establishments. Importing the same file again changes nothing.

    A row that cannot be taken is rejected with its line, column, value and reason; the others are taken, and
    the exit code is 1. Where a row's place and its words name different districts, see `field registry
    disagreements`.
    """
    from field.inspections import registry_file

    chosen = chosen_columns(column, registry_file.COLUMNS)
    bring_in("establishments", [file], rejects, chosen, data, database_url, json, alone=True)


@app.command(epilog=DIRECTORATES_EXAMPLE)
def directorates(
    file: File,
    rejects: Rejects = None,
    column: Columns = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Bring in which directorate holds which district, from when to when. Importing again changes nothing.

    Columns: directorate, district and from, and to (the last day) and area where a directorate holds a part
    of the district alone.
    """
    from field.inspections import directorate_file

    chosen = chosen_columns(column, directorate_file.COLUMNS)
    bring_in("directorates", [file], rejects, chosen, data, database_url, json, alone=True)
