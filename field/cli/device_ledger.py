"""`field device ledger`: what each tablet captured, what came of it, and where a hole is."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json

if TYPE_CHECKING:
    from field.cli.output import Output
    from field.sync.ledger import DeviceAccount

EXAMPLE = "Example: field device ledger --district korangi --json ledger.json"
MB = 1_000_000
NOT_LANDED = ("held", "waiting", "quarantined", "lost")


def ledger(
    district: Annotated[str | None, typer.Option(help="Only the tablets of this district.")] = None,
    device: Annotated[str | None, typer.Option(help="Open this tablet down to the line.")] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """What each tablet captured and what came of it; ends with 1 where there is a hole or may become one."""
    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output
    from field.store import device_ledger

    output = Output(json)
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        now_ms = context.clock.now_ms()
        if device is not None:
            found = device_ledger.opened(tx, device, now_ms)
            entries = [found.entry]
            output.machine(found)
        else:
            entries, after, more = [], "", True
            while more:
                page = device_ledger.page(tx, None if district is None else [district], now_ms, after)
                entries += page.entries
                more, after = page.more, page.entries[-1].device if page.entries else ""
            output.machine(entries)
    _tell(output, entries)
    if device is not None:
        for hole in found.holes:
            output.say(f"  entries {hole.first} to {hole.last} were confirmed and are not here")
        for line in found.lines:
            output.say(f"  entry {line.seq} {line.status}: {line.detail or line.kind or ''}")
        for photo in found.photos:
            output.say(f"  photo {photo.photo}: {photo.size} bytes awaited since {moment(photo.since_ms)}")
    if any(entry.alarms for entry in entries):
        raise typer.Exit(Exit.FINDINGS)


def _tell(output: "Output", entries: Sequence["DeviceAccount"]) -> None:
    for entry in entries:
        output.say(sentence(entry))
        for alarm in entry.alarms:
            output.say(f"  {alarm.code} ({alarm.number}): {alarm.detail}")
    alarmed = sum(bool(entry.alarms) for entry in entries)
    output.say(f"{len(entries)} tablets, {alarmed} with an alarm.")


def sentence(entry: "DeviceAccount") -> str:
    """A tablet's account in a sentence."""
    said = [f"captured {entry.captured}", f"received {entry.received}"]
    if entry.unsent:
        since = f" since {moment(entry.oldest_unsent_ms)}" if entry.oldest_unsent_ms is not None else ""
        said.append(f"{entry.unsent} still on the tablet{since}")
    said += [f"{number} {status}" for status in NOT_LANDED if (number := getattr(entry, status))]
    if entry.photos_missing:
        said.append(f"{entry.photos_missing} photos ({entry.photos_missing_bytes / MB:.1f} MB) missing")
    heard = moment(entry.contact_ms) if entry.contact_ms is not None else "never"
    return (
        f"{entry.name} ({entry.district or 'no district'}, {entry.device}): {', '.join(said)}; heard {heard}"
    )


def moment(ms: int) -> str:
    """A moment for a person, UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
