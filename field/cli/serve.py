"""`field serve`: run the server."""

import os
from typing import Annotated

import typer

from field.cli.options import Data, DatabaseUrl

EXAMPLE = "Example: field serve --port 8040 --workers 2"


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen at. Instead of FIELD_HOST.")] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="The port; 0 takes a free one. Instead of FIELD_PORT."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="How many processes. Instead of FIELD_WORKERS.")
    ] = None,
    migrate: Annotated[
        bool, typer.Option("--migrate", help="Bring the database to today's schema first.")
    ] = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Serve tablets and offices until Ctrl-C. Needs a database that `field migrate` has prepared."""
    import msgspec

    from field.cli import server
    from field.cli.opening import migrate_to_latest, opened, settings_of, shown, variables
    from field.cli.output import Output

    output = Output()
    given = {"host": host, "port": port, "workers": workers}
    settings = msgspec.structs.replace(
        settings_of(data, database_url), **{name: value for name, value in given.items() if value is not None}
    )
    if migrate:
        migrate_to_latest(settings)
    # The keys and the first epoch are made here, before several workers could make them at once.
    with opened(settings, renew=True):
        pass
    settings = msgspec.structs.replace(settings, port=server.port_of(settings))
    os.environ.update(variables(settings))
    if settings.workers > 1 and settings.database_url.startswith("sqlite"):
        output.say("SQLite has one writer: more than one worker is of little use with it.")
    output.say(
        f"Field serves http://{settings.host}:{settings.port} from {shown(settings)}. Ctrl-C stops it."
    )
    server.run(settings)
