"""`field import sealed`: the unsent work of a tablet, from the file that it sealed."""

from typing import Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json

EXAMPLE = "Example: field import sealed tablet-3.field-sealed"

File = Annotated[
    typer.FileBinaryRead, typer.Argument(help="The file that the tablet made.", show_default=False)
]


def sealed(file: File, data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """Carry in the unsent work of a tablet. Carrying the same file in again changes nothing.

    What cannot be opened is kept as it is, and the exit code is 1.
    """
    from field.api import carrying
    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output

    output = Output(json)
    with opened(settings_of(data, database_url)) as context:
        found = carrying.from_file(context, file, who("import sealed"))
    photos = f"{found.photos} photos" if found.photos != 1 else "1 photo"
    output.say(
        f"{found.device_name or 'A tablet that nobody knows'}: {found.entries} entries, {found.arrived} new, "
        f"{found.known} known, {found.set_aside} set aside for the supervisor; {photos}."
    )
    if found.detail:
        output.say(found.detail)
    output.machine(found)
    if found.state != "taken":
        raise SystemExit(Exit.FINDINGS)
