"""`field snapshot`: the files by which new tablets get large scopes, and making them here and now."""

from typing import Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

LIST_EXAMPLE = "Example: field snapshot list"
BUILD_EXAMPLE = "Example: field snapshot build --scope district/korangi"

app = group("Snapshots of large scopes, which new tablets fetch as one file.")


@app.callback(epilog=LIST_EXAMPLE)
def of_snapshots() -> None:
    """Snapshots of large scopes, which new tablets fetch as one file."""


@app.command("list", epilog=LIST_EXAMPLE)
def listed(data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """List the snapshots that there are: of which scope, up to which position, how large, how old."""
    import msgspec

    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import snapshots

    output = Output(json)
    with opened(settings_of(data, database_url)) as context:
        with context.store.read() as tx:
            kept = snapshots.kept(tx)
        now_ms = context.clock.now_ms()
    for each in kept:
        age_min = (now_ms - each.made_ms) // 60_000
        what = f"{each.rows} rows up to {each.n}, {each.bytes / 1e6:.1f} MB, {age_min} min old"
        output.say(f"  {each.scope}: {what}")
    output.say(f"{len(kept)} snapshots, {sum(each.bytes for each in kept) / 1e6:.1f} MB.")
    output.machine({"snapshots": msgspec.to_builtins(kept)})


@app.command("build", epilog=BUILD_EXAMPLE)
def building(
    scope: Annotated[
        str | None, typer.Option(help="Only this scope, also where it is small: district/korangi.")
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Make the snapshots that are due, here and now. A running server does so by itself."""
    from field.api.snapshot_building import Builder
    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output, stop
    from field.problems import Problem

    output = Output(json)
    with opened(settings_of(data, database_url)) as context:
        if context.snapshots is None:
            stop("No snapshots are made here: FIELD_SNAPSHOT_ROWS_MIN is 0.", Exit.ENVIRONMENT)
        try:
            made = Builder(context).refresh(scope, now=scope is not None)
        except OSError as error:
            detail = f"The folder of the snapshots cannot be written to: {error.strerror}."
            raise Problem("storage-failed", detail) from error
    for each in made:
        output.say(f"  {each.scope}: {each.rows} rows up to {each.n}.")
    output.say(f"{len(made)} snapshots made.")
    output.machine({"made": [{"scope": each.scope, "n": each.n, "rows": each.rows} for each in made]})
