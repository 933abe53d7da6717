"""`field device`: enrolment codes, the list of tablets, and revocation, directly on the database."""

from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

if TYPE_CHECKING:
    from field.store.devices import Device

ENROL_EXAMPLE = "Example: field device enrol --district korangi"
REVOKE_EXAMPLE = "Example: field device revoke 0198c2d4-7a31-7c50-9d6e-3f1b2a4c5d6e"
WIPE_EXAMPLE = "Example: field device wipe 0198c2d4-7a31-7c50-9d6e-3f1b2a4c5d6e"
LIST_EXAMPLE = "Example: field device list --json devices.json"

app = group("Tablets: enrol, list, revoke, wipe.")


@app.callback(epilog=ENROL_EXAMPLE)
def device() -> None:
    """Tablets: enrol, list, revoke, wipe."""


@app.command(epilog=ENROL_EXAMPLE)
def enrol(
    district: Annotated[str, typer.Option(help="The id of the district where the tablet will be used.")],
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Issue a one-time code, to be typed on the tablet within a day."""
    from field.api.devices import CODE_LENGTH, CODE_MS, new_code
    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output, stop
    from field.store import devices, registry

    output = Output(json)
    with opened(settings_of(data, database_url)) as context:
        code = new_code(context.clock.token(CODE_LENGTH))
        expires_ms = context.clock.now_ms() + CODE_MS
        with context.store.write() as tx:
            if not registry.districts(tx, [district]):
                stop(f"There is no district {district}. The map names each by its id.", Exit.FINDINGS)
            noted = (who("device enrol"), context.clock.now_ms())
            devices.issue_code(tx, code, district, None, expires_ms, noted=noted)
    output.say(f"Type this on the tablet: {code}  (once, until {_moment(expires_ms)})")
    output.machine({"code": code, "district": district, "expires_ms": expires_ms})


@app.command(epilog=REVOKE_EXAMPLE)
def revoke(
    device: Annotated[str, typer.Argument(help="The tablet's id, as `field device list` shows it.")],
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Revoke a lost tablet: it gets nothing more, and what it still hands in goes into quarantine."""
    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import devices

    output = Output(json)
    with opened(settings_of(data, database_url)) as context, context.store.write() as tx:
        devices.district_of(tx, device)
        devices.revoke(tx, device, context.clock.now_ms(), by=who("device revoke"))
        found = next(each for each in devices.every(tx, None) if each.id == device)
    output.say(
        f"{found.name} is revoked since {_moment(found.revoked_ms)}; {found.acknowledged} entries arrived."
    )
    output.machine(found)


@app.command(epilog=WIPE_EXAMPLE)
def wipe(
    device: Annotated[str, typer.Argument(help="The tablet's id, as `field device list` shows it.")],
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Revoke a lost tablet and order it to erase itself. It hands in its unsent work before that."""
    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import devices, wiping

    output = Output(json)
    with opened(settings_of(data, database_url)) as context, context.store.write() as tx:
        id, now_ms = context.clock.uuid7(), context.clock.now_ms()
        wiping.order(tx, device, id, now_ms, by=who("device wipe"))
        found = next(each for each in devices.every(tx, None) if each.id == device)
    output.say(f"{found.name}: {_wipe_state(found)}. It hears of it at its next contact.")
    output.machine(found)


def _wipe_state(device: "Device") -> str:
    found = device.wipe
    if found is None:
        return ""
    if found.wiped_ms is not None:
        return f"wiped {_moment(found.wiped_ms)}, {found.handed_in} entries handed in first"
    return f"to be wiped since {_moment(found.ordered_ms)}" + (", and has heard" if found.told_ms else "")


@app.command("list", epilog=LIST_EXAMPLE)
def every(
    district: Annotated[str | None, typer.Option(help="Only the tablets of this district.")] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """The tablets, with how many entries each has handed in."""
    from rich.table import Table

    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import devices

    output = Output(json)
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        found = devices.every(tx, None if district is None else [district])
    table = Table("id", "name", "district", "entries", "last heard of", "revoked", "wipe")
    for each in found:
        cells = (each.id, each.name, each.district or "", str(each.acknowledged))
        table.add_row(*cells, _moment(each.seen_ms), _moment(each.revoked_ms), _wipe_state(each))
    output.human.print(table)
    output.machine(found)


def _moment(ms: int | None) -> str:
    from field.cli.output import moment

    return "" if ms is None else f"{moment(ms)} UTC"
