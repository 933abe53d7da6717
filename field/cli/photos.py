"""`field photos`: what became of the photos that came, opening them, and trying those anew that failed."""

from typing import Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

LIST_EXAMPLE = "Example: field photos list --district korangi"
OPEN_EXAMPLE = "Example: field photos open"
AGAIN_EXAMPLE = "Example: field photos again --reason too-many-pixels"
AT_ONCE = 20

app = group("Photos that came: opened, waiting, or in quarantine.")


@app.callback(epilog=LIST_EXAMPLE)
def of_photos() -> None:
    """Photos that came: opened, waiting, or in quarantine."""


@app.command("list", epilog=LIST_EXAMPLE)
def listed(
    district: Annotated[str | None, typer.Option(help="Only photos of this district.")] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Tell how many photos are opened, waiting or in quarantine, and list the latest 500 in quarantine."""
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import held_photos, photo_readings

    output = Output(json)
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        counts = photo_readings.counts(tx)
        held = held_photos.listed(tx, None if district is None else [district])
    for photo in held:
        place = photo.establishment_name or f"tablet {photo.device_name}"
        output.say(f"  {photo.sha256} {photo.size} bytes, {place}")
        output.say(f"    {photo.reason}: {photo.why}")
    for state, reason, count in counts:
        output.say(f"{count} {state}{f', {reason}' if reason else ''}.")
    named = [{"state": state, "reason": reason, "count": count} for state, reason, count in counts]
    output.machine({"counts": named, "quarantined": held})


@app.command("open", epilog=OPEN_EXAMPLE)
def opening(data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """Open every photo that waits, here and now. A running server does so by itself."""
    from field.api import reception
    from field.blobs.reading import Reader
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output

    output, done = Output(json), 0
    with opened(settings_of(data, database_url)) as context, Reader(context.limits) as reader:
        while found := reception.refresh(context, reader, AT_ONCE):
            done += found
    output.say(f"{done} photos looked at.")
    output.machine({"looked_at": done})


@app.command("again", epilog=AGAIN_EXAMPLE)
def again(
    sha256: Annotated[
        list[str] | None, typer.Argument(help="Photos by SHA-256; all if none is named.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only those in quarantine for this reason.")
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Let photos in quarantine be opened anew: after a limit was raised, or a disk was mended."""
    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output, stop
    from field.inspections.photo_readings import FAULTS
    from field.store import photo_readings

    if reason is not None and reason not in FAULTS:
        stop(f"There is no reason {reason!r}; there are {', '.join(FAULTS)}.", Exit.USAGE)
    output = Output(json)
    with opened(settings_of(data, database_url)) as context:
        by, now_ms = who("photos again"), context.clock.now_ms()
        count = photo_readings.again(context.store, sha256 or None, reason, now_ms, by)
    output.say(f"{count} photos wait to be opened anew.")
    output.machine({"waiting": count})
