"""`field registry`, `field directorates`: what of the register waits for a person, and who holds what."""

from field.cli.options import Data, DatabaseUrl, Json, group

DISAGREEMENTS_EXAMPLE = "Example: field registry disagreements --json disagreements.json"
DIRECTORATES_EXAMPLE = "Example: field directorates list"

app = group("What of the register waits for a person.")
directorates_app = group("The directorates and the districts that they hold.")


@app.callback(epilog=DISAGREEMENTS_EXAMPLE)
def registry() -> None:
    """What of the register waits for a person."""


@directorates_app.callback(epilog=DIRECTORATES_EXAMPLE)
def directorates() -> None:
    """The directorates and the districts that they hold."""


@app.command(epilog=DISAGREEMENTS_EXAMPLE)
def disagreements(data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """List establishments whose place and register name different districts, until somebody settles it.

    A supervisor or an administrator settles one, or a corrected register does.
    """
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import disagreements

    output = Output(json)
    found: list[disagreements.Listed] = []
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        while page := disagreements.listed(tx, None, found[-1].establishment if found else ""):
            found += page
    for each in found:
        by = "column" if each.named_by == "district" else "address"
        where = f"in {each.place}" if each.place else "outside every district"
        now = f"stands in {each.district}" if each.district else "stands nowhere yet"
        output.say(
            f"  {each.registration_no or each.establishment}, {each.name}: the place lies {where}, "
            f"the {by} reads {each.words}; it {now} ({each.file}, line {each.line})"
        )
    output.say(f"{len(found)} establishments wait for somebody to settle their district.")
    output.machine(found)


@directorates_app.command("list", epilog=DIRECTORATES_EXAMPLE)
def show(data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """List the directorates with the districts that they hold, from when to when, both days included."""
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import directorates

    output = Output(json)
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        found = directorates.listed(tx)
    for each in found:
        output.say(each.name)
        for one in each.holds:
            area = f", {one.area}" if one.area else ""
            until = f"to {one.to_day}" if one.to_day else "on"
            output.say(f"  {one.district}{area}: from {one.from_day} {until}")
    output.say(f"{len(found)} directorates.")
    output.machine(found)
