"""`field conflicts`: what two people wrote differently, as it waits for a supervisor."""

from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

if TYPE_CHECKING:
    from field.cli.output import Output
    from field.store.disputes import ConflictOpened

LIST_EXAMPLE = "Example: field conflicts list --district korangi --rupees 1000"
SHOW_EXAMPLE = "Example: field conflicts show 0198c2d4-7a31-7c50-9d6e-3f1b2a4c5d6e"

app = group("What two people wrote differently: list, show.")


@app.callback(epilog=LIST_EXAMPLE)
def of_conflicts() -> None:
    """What two people wrote differently: list, show."""


@app.command("list", epilog=LIST_EXAMPLE)
def listed(
    district: Annotated[str | None, typer.Option(help="Only conflicts of this district.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only about this kind of record.")] = None,
    field: Annotated[str | None, typer.Option(help="Only about this field.")] = None,
    establishment: Annotated[str | None, typer.Option(metavar="ID", help="Only about this one.")] = None,
    inspector: Annotated[
        str | None, typer.Option(metavar="LOGIN", help="Only where they wrote a side, or of their visits.")
    ] = None,
    older_than_days: Annotated[int | None, typer.Option(min=0, help="Only what waits longer.")] = None,
    rupees: Annotated[int | None, typer.Option(min=0, help="Only where so many are at stake.")] = None,
    order: Annotated[
        str, typer.Option(help="rupees (the most first), age (the oldest first) or id.")
    ] = "rupees",
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """List open conflicts, by what the decision makes a difference to."""
    from typing import get_args

    from rich.table import Table

    from field.api.conflicts import DAY_MS
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output, moment
    from field.store import conflicts_listed, postings
    from field.store.conflicts_listed import ConflictListed, Order, Wanted

    if order not in get_args(Order):
        raise typer.BadParameter(f"{order!r} is no order. Write one of {', '.join(get_args(Order))}.")
    output, found = Output(json), list[ConflictListed]()
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        before = None if older_than_days is None else context.clock.now_ms() - older_than_days * DAY_MS
        wanted = Wanted(
            of=kind,
            about=field,
            establishment=establishment,
            inspector=None if inspector is None else postings.by_login(tx, inspector),
            before_ms=before,
            stake_paisa_min=None if rupees is None else rupees * 100,
            order=order,  # type: ignore[arg-type]
        )
        within, after = (None if district is None else [district]), ""
        while page := conflicts_listed.listed(context.store, tx, within, after, wanted=wanted):
            found += page
            after = found[-1].record
    table = Table("conflict", "since (UTC)", "establishment", "about", "district", "due, by its sides (Rs)")
    for each in found:
        about = f"{each.values.of}: {each.values.about}"
        stake = "" if each.effect is None else f"{each.effect.least_rs} to {each.effect.most_rs}"
        name = each.establishment_name or ""
        table.add_row(each.record, moment(each.earliest_ms), name, about, each.district or "", stake)
    output.human.print(table)
    output.say(f"{len(found)} open conflicts.")
    output.machine(found)


@app.command(epilog=SHOW_EXAMPLE)
def show(
    conflict: Annotated[str, typer.Argument(help="Its id, as `field conflicts list` shows it.")],
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Open a conflict: what all saw before, each side with its author and what it makes due."""
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.problems import Problem
    from field.store import disputes

    output = Output(json)
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        found = disputes.opened(context.store, tx, conflict, None)
    if found is None:
        raise Problem("not-found", "There is no such conflict.")
    _tell(output, found)
    output.machine(found)


def _tell(output: "Output", found: "ConflictOpened") -> None:
    from field.cli.output import moment

    name = found.establishment.name if found.establishment is not None else None
    state = "open" if found.open else "decided"
    output.say(f"{name or found.record}, {found.of}: {found.about} ({state})")
    if found.before is not None:
        output.say(f"  before: {found.before.value}")
    for side in found.candidates:
        author, tablet = side.by_name or "somebody", side.device_name or side.device
        output.say(f"  {moment(side.t)} {author}, {tablet}: {side.value}")
        if side.line_due_rs is not None:
            output.say(f"    the line makes due Rs {side.line_due_rs}")
        if side.report_due_rs is not None:
            output.say(f"    the whole report makes due Rs {side.report_due_rs}")
    for each in found.decisions:
        output.say(f"  {moment(each.t)} {each.by_name or 'somebody'} decided: {each.value}: {each.reason}")
        if each.undone:
            output.say(f"    taken back by {each.undone_by_name or 'somebody'}: {each.undone_reason}")
