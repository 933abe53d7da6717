"""`field quarantine`: work that could not land: looked at, released, rejected, and either taken back."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

if TYPE_CHECKING:
    from field.cli.output import Output
    from field.store.quarantine_opened import QuarantineOpened
    from field.sync.receipts import Answer

LIST_EXAMPLE = "Example: field quarantine list --district korangi --code no-right"
ENTRY = "0198c2d4-7a31-7c50-9d6e-3f1b2a4c5d6e:17"
SHOW_EXAMPLE = f"Example: field quarantine show {ENTRY}"
_DECIDED = f"{ENTRY} --by supervisor-korangi --reason"
RELEASE_EXAMPLE = f"Example: field quarantine release {_DECIDED} 'Seen the posting order.'"
REJECT_EXAMPLE = f"Example: field quarantine reject {_DECIDED} 'Written on the wrong visit.'"
REOPEN_EXAMPLE = f"Example: field quarantine reopen {_DECIDED} 'It was the other unit.'"

app = group("Work in quarantine: list, show, release, reject, reopen.")

At = Annotated[
    str, typer.Argument(metavar="ENTRY", help="DEVICE:NUMBER, as `field quarantine list` shows it.")
]
By = Annotated[str, typer.Option(metavar="LOGIN", help="Who decides: a supervisor of the district.")]
Reason = Annotated[str, typer.Option(help="Why. Kept with the decision; the tablet shows it.")]


@app.callback(epilog=LIST_EXAMPLE)
def of_quarantine() -> None:
    """Work in quarantine: list, show, release, reject, reopen."""


@app.command("list", epilog=LIST_EXAMPLE)
def listed(
    district: Annotated[str | None, typer.Option(help="About its records, or from its tablets.")] = None,
    status: Annotated[
        str, typer.Option(metavar="STATUS", help="quarantined, held, waiting, rejected or released.")
    ] = "quarantined",
    code: Annotated[str | None, typer.Option(help="Only what is held for this reason.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind of record.")] = None,
    person: Annotated[str | None, typer.Option(metavar="LOGIN", help="Only what they wrote.")] = None,
    device: Annotated[str | None, typer.Option(metavar="ID", help="Only what this tablet sent.")] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """List what could not land, newest first; or what waits, or was decided about."""
    from typing import get_args

    from rich.table import Table

    from field.cli.opening import opened, settings_of
    from field.cli.output import Output, moment
    from field.store import postings, quarantine
    from field.store.quarantine import NotLanded, Wanted
    from field.store.registry import Entry

    if status not in get_args(NotLanded):
        raise typer.BadParameter(f"{status!r} is no status. Write one of {', '.join(get_args(NotLanded))}.")
    output, found, after = Output(json), list[Entry](), ""
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        author = None if person is None else postings.by_login(tx, person)
        wanted = Wanted(code=code, device=device, person=author, kind=kind)
        within = None if district is None else [district]
        while page := quarantine.listed(tx, within, status, after, wanted=wanted):  # type: ignore[arg-type]
            found += page
            after = _place(found[-1])
    table = Table("entry", "arrived (UTC)", "why", "kind", "author", "tablet", "district", "decided")
    for each in found:
        table.add_row(
            _place(each),
            moment(each.received_ms),
            each.code or each.status,
            each.kind or "",
            each.by_name or "",
            each.device_name or "",
            each.district or "",
            each.verdict or "",
        )
    output.human.print(table)
    output.say(f"{len(found)} entries.")
    output.machine(found)


@app.command(epilog=SHOW_EXAMPLE)
def show(entry: At, data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """Open an entry with its group: what it would write beside what is there, and what follows from it."""
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import quarantine, quarantine_opened

    output, place = Output(json), quarantine.place_of(entry)
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        found = quarantine_opened.opened(context.store, tx, place, None)
    _tell(output, found)
    output.machine(found)


@app.command(epilog=RELEASE_EXAMPLE)
def release(
    entry: At, by: By, reason: Reason, data: Data = None, database_url: DatabaseUrl = None, json: Json = None
) -> None:
    """Let an entry and its group land as they were captured, judged like any other."""
    from field.store import quarantine_acts

    _decide("release", quarantine_acts.release, entry, by, reason, data, database_url, json)


@app.command(epilog=REJECT_EXAMPLE)
def reject(
    entry: At, by: By, reason: Reason, data: Data = None, database_url: DatabaseUrl = None, json: Json = None
) -> None:
    """Decide that an entry and its group are not to land. They are kept for ever."""
    from field.store import quarantine_acts

    _decide("reject", quarantine_acts.reject, entry, by, reason, data, database_url, json)


@app.command(epilog=REOPEN_EXAMPLE)
def reopen(
    entry: At, by: By, reason: Reason, data: Data = None, database_url: DatabaseUrl = None, json: Json = None
) -> None:
    """Take a release or a rejection back. What others wrote meanwhile stays."""
    from field.store import quarantine_acts

    _decide("reopen", quarantine_acts.take_back, entry, by, reason, data, database_url, json)


_ROUTE = {"release": "release", "reject": "reject", "reopen": "undo"}
_DONE = {"release": "released", "reject": "rejected", "reopen": "reopened"}
_SAID = {"release": "Released", "reject": "Rejected", "reopen": "Taken back"}


def _decide(
    what: str,
    act: "Callable[..., list[Answer]]",
    entry: str,
    by: str,
    reason: str,
    data: Data,
    database_url: DatabaseUrl,
    json: Json,
) -> None:
    from field.api.quarantine import REASON_MAX, deciding
    from field.cli import acting
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import quarantine

    why = reason.strip()
    if not 1 <= len(why) <= REASON_MAX:
        raise typer.BadParameter(f"The reason has 1 to {REASON_MAX} characters.", param_hint="--reason")
    output, place = Output(json), quarantine.place_of(entry)
    with opened(settings_of(data, database_url)) as context:
        caller = acting.caller(context, by, f"POST /api/quarantine/{{entry}}/{_ROUTE[what]}")
        args = (context.store, context.clock, context.office, place, why, caller.person, deciding(caller))
        answer = act(*args)[-1]
        # The decision itself stands in the trail under its author; who typed it for them is noted beside it.
        acting.note(context, _DONE[what], f"quarantine {what}", about=[place[0]], login=by, entry=entry)
    output.say(f"{_SAID[what]} as {by}. The tablet is told at its next sync.")
    output.machine(answer)


def _place(entry: Any) -> str:
    return f"{entry.device}:{entry.seq}"


def _tell(output: "Output", found: "QuarantineOpened") -> None:
    from field.cli.output import moment

    where = found.district or "a district that is not known"
    verdict = found.verdict or "undecided"
    output.say(f"{found.entry}, {found.device_name or found.device}, about {where}: {verdict}")
    if found.establishment is not None:
        output.say(f"  {found.establishment.name or found.establishment.id}")
    for line in found.lines:
        author = line.by_name or "nobody that is known"
        output.say(f"  {line.entry} {moment(line.t)} {author}: {line.op or ''} {line.kind or ''}".rstrip())
        if line.detail:
            output.say(f"    {line.code}: {line.detail}")
        for each in line.fields:
            beside = ", in dispute if released" if each.disputed else ""
            output.say(f"    {each.field}: {each.value} (there now: {each.now}{beside})")
    if found.lines_left_out:
        output.say(f"  {found.lines_left_out} more entries of this group are not shown.")
    if found.obstacle is not None:
        output.say(f"  Cannot be released: {found.obstacle.detail} {found.obstacle.advice}")
    if found.waits_for is not None:
        output.say("  Released, it would wait: the record that it belongs to has not come.")
    if found.due_now_rs is not None:
        output.say(f"  Due from this visit: Rs {found.due_now_rs} now, Rs {found.due_after_rs} if released")
    for act in found.acts:
        output.say(f"  {moment(act.at_ms)} {act.by_name or act.by or 'somebody'}: {act.op}: {act.reason}")
