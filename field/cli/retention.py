"""`field retention`, `field hold`, `field erase`: how long what is kept, what may not go, what goes."""

from typing import Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

LIST_EXAMPLE = "Example: field retention list"
SET_EXAMPLE = "Example: field retention set photos --days 3650 --basis 'Circular 12 of 2026' --confirmed"
RUN_EXAMPLE = "Example: field retention run --dry-run"
ADD_EXAMPLE = "Example: field hold add 0198c2d4-7a31-7c50-9d6e-3f1b2a4c5d6e --reason 'Appeal 14/2026'"
LIFT_EXAMPLE = "Example: field hold lift 0198c2d4-7a31-7c50-9d6e-3f1b2a4c5d6e --reason 'Appeal decided'"
HOLDS_EXAMPLE = "Example: field hold list --lifted"
ERASE_EXAMPLE = "Example: field erase 0198c2d4-7a31-7c50-9d6e-3f1b2a4c5d6e --reason 'Asked for by the worker'"
AT_ONCE = 200

app = group("Periods of retention: what is over its time.")
holds_app = group("Legal holds: what may not be erased.")

Why = Annotated[str, typer.Option(help="Why: a court may ask.")]


@app.callback(epilog=RUN_EXAMPLE)
def retention() -> None:
    """Periods of retention: what is over its time."""


@holds_app.callback(epilog=ADD_EXAMPLE)
def hold() -> None:
    """Legal holds: what may not be erased."""


@app.command("list", epilog=LIST_EXAMPLE)
def every(data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """The periods in force, with their basis, and how much is over its time today."""
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import retention as kept

    output = Output(json)
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        periods, due = kept.periods(tx), kept.due(tx, context.clock.now_ms())
    for each in periods:
        days = "for ever" if each.days is None else f"{each.days} days"
        doubt = "" if each.confirmed else " (unconfirmed)"
        output.say(f"{each.what}: {days}{doubt}. {each.legal_basis}")
    held = sum(each.held for each in due)
    output.say(f"{len(due)} are over their time, {held} of them on hold.")
    output.machine({"periods": periods, "due": due})


@app.command("set", epilog=SET_EXAMPLE)
def change(
    what: Annotated[str, typer.Argument(help="photos or values.")],
    basis: Annotated[str, typer.Option(help="The provision or decision that says so.")],
    days: Annotated[int | None, typer.Option(min=1, help="So many days; without it: for ever.")] = None,
    confirmed: Annotated[bool, typer.Option("--confirmed", help="Somebody has read the provision.")] = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Put a period in force. No earlier one is altered."""
    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.inspections.retention import Period
    from field.store import retention as kept

    output = Output(json)
    period = Period(what=kept.of_what(what), days=days, legal_basis=basis, confirmed=confirmed)
    with opened(settings_of(data, database_url)) as context:
        version = kept.set_period(context.store, period, who("retention set"), context.clock.now_ms())
    output.say(f"{what}: version {version} is in force.")
    output.machine({"what": what, "version": version})


@app.command(epilog=RUN_EXAMPLE)
def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be erased.")] = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Erase what is over its time and not on hold: photos' bytes and personal values of closed visits."""
    from field.api.erasing import remove
    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.problems import Problem
    from field.store import erasing
    from field.store import retention as kept

    output = Output(json)
    by, done = who("retention run"), 0
    with opened(settings_of(data, database_url)) as context:
        store, clock = context.store, context.clock
        while True:
            with store.read() as tx:
                due = kept.due(tx, clock.now_ms(), AT_ONCE, held=False)
                basis = {each.what: f"{each.days} days. {each.legal_basis}" for each in kept.periods(tx)}
            if dry_run or not due:
                break
            before = done
            for each in due:
                try:
                    erasing.erase(
                        store, clock, context.office, each.record, f"Retention: {basis[each.what]}", by
                    )
                    done += 1
                except Problem as problem:
                    output.say(f"  {each.record}: {problem.detail}")
            if done == before:
                break
        if not dry_run:
            remove(context)
            kept.note_run(store, by, clock.now_ms(), done)
    for each in due if dry_run else ():
        output.say(f"  {each.what} of {each.record}")
    output.say(f"{len(due)} would be erased, at least." if dry_run else f"{done} erased.")
    output.machine({"dry_run": dry_run, "erased": done, "due": due if dry_run else []})


@holds_app.command(epilog=ADD_EXAMPLE)
def add(
    about: Annotated[str, typer.Argument(help="An establishment's, visit's or report's id.")],
    reason: Why,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Place a legal hold: nothing below it is erased until it is lifted."""
    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import holds

    output = Output(json)
    with opened(settings_of(data, database_url)) as context:
        clock = context.clock
        held = holds.place(context.store, clock.uuid7(), about, reason, who("hold add"), clock.now_ms())
    output.say(f"{about} is held: {held.id}")
    output.machine(held)


@holds_app.command(epilog=LIFT_EXAMPLE)
def lift(
    hold: Annotated[str, typer.Argument(help="The hold's id, as `field hold list` shows it.")],
    reason: Why,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Lift a legal hold. It stays in the list of those that were."""
    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import holds

    output = Output(json)
    with opened(settings_of(data, database_url)) as context:
        held = holds.lift(context.store, hold, reason, who("hold lift"), context.clock.now_ms())
    output.say(f"{held.about} is no longer held by {hold}.")
    output.machine(held)


@holds_app.command("list", epilog=HOLDS_EXAMPLE)
def listed(
    lifted: Annotated[bool, typer.Option("--lifted", help="Those that were lifted too.")] = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Legal holds: on what, why, since when, by whom."""
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import holds

    output = Output(json)
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        found = holds.listed(tx, lambda _: True, lifted=lifted)
    for each in found:
        output.say(f"{each.id} on {each.about}: {each.reason} ({each.by})")
    output.say(f"{len(found)} holds.")
    output.machine(found)


def erase(
    record: Annotated[str, typer.Argument(help="The id of a photo, a wage line, a report or an answer.")],
    reason: Why,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Erase a photo's bytes, or a record's personal values, for good. The hash and the reason stay."""
    from field.api.erasing import remove
    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import erasing

    output = Output(json)
    with opened(settings_of(data, database_url)) as context:
        erased = erasing.erase(context.store, context.clock, context.office, record, reason, who("erase"))
        remove(context)
    values = f"the personal values beside {erased.lines} lines"
    what = "the photo's bytes" if erased.what == "photo" else values
    output.say(f"Erased: {what}. Tablets hear of it with their next sync.")
    output.machine(erased)
