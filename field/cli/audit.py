"""`field audit`: read the trail, verify it, and seal what waits."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

if TYPE_CHECKING:
    from field.api.context import Context
    from field.store.audit_checking import Copies, Verified

LIST_EXAMPLE = "Example: field audit list --about 0198c2d4-7a31-7c50-9d6e-3f1b2a4c5d6e --json trail.json"
HEAD_EXAMPLE = "Example: field audit head"
SEAL_EXAMPLE = "Example: field audit seal"
VERIFY_EXAMPLE = (
    "Example: field audit verify --head 412.9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
)
SHOWN_MAX = 50

app = group("The audit trail: who did what to records and rights.")


@app.callback(epilog=VERIFY_EXAMPLE)
def trail() -> None:
    """The audit trail: who did what to records and rights."""


@app.command("list", epilog=LIST_EXAMPLE)
def every(
    by: Annotated[str | None, typer.Option(help="Only what this person did (an id).")] = None,
    device: Annotated[str | None, typer.Option(help="Only what this tablet did.")] = None,
    about: Annotated[
        str | None, typer.Option(help="Only what concerned this record, person or tablet.")
    ] = None,
    act: Annotated[str | None, typer.Option(help="Only acts of this name, as signed-in.")] = None,
    day: Annotated[str | None, typer.Option(help="Only of this day, as 2026-11-22.")] = None,
    most: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, the newest.")] = 100,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Entries of the trail, newest first."""
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import audit_shown
    from field.store.audit_shown import Wanted
    from field.store.import_runs import PAKISTAN

    output = Output(json)
    wanted = Wanted(by=by, device=device, about=about, act=act, day=audit_shown.day_of(day))
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        found = audit_shown.listed(tx, wanted, None, most=most)
    from datetime import datetime

    for entry in found:
        moment = datetime.fromtimestamp(entry.at_ms / 1000, PAKISTAN).strftime("%Y-%m-%d %H:%M:%S")
        who = " ".join(each for each in (entry.by, entry.device) if each) or "the system"
        what = " ".join([*entry.about, *(f"{name}={value}" for name, value in entry.facts.items())])
        output.say(f"{entry.seq} {moment} {entry.act} by {who}: {what}")
    output.machine(found)


@app.command(epilog=HEAD_EXAMPLE)
def head(data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """The number and hash of the last entry, and the last day's signed head: write it down elsewhere."""
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import audit_heads, audit_sealing

    output = Output(json)
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        now, waiting = audit_sealing.head(tx), audit_sealing.waiting(tx)
        signed = [head for head, _ in audit_heads.all_signed(tx)][-1:]
    output.say(f"{now}" if now.seq else "There is no entry yet.")
    for each in signed:
        output.say(f"Signed for {each.day}: {each.seq}.{each.hash} {each.signature}")
    if waiting:
        output.say(f"{waiting} acts are noted and not sealed yet.")
    output.machine({"head": str(now), "signed": signed, "waiting": waiting})


@app.command(epilog=SEAL_EXAMPLE)
def seal(data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """Seal what is noted, sign the heads that are due, and write them to their place, as the server does.

    For where no server runs, or none with work in the background. Exit code 1 where a head could not be
    written.
    """
    from field.api.keeping import write_due
    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output
    from field.store import audit_heads, audit_sealing

    output = Output(json)
    with opened(settings_of(data, database_url)) as context:
        store, clock, key = context.store, context.clock, context.key.current
        sealed = 0
        while taken := audit_sealing.seal(store, clock.now_ms(), key.public):
            sealed += taken
        signed = audit_heads.sign_due(store, clock, key)
        written = write_due(context)
        while audit_sealing.seal(store, clock.now_ms(), key.public):
            pass
        with store.read() as tx:
            left = len(audit_heads.unwritten(tx, context.heads.place)) if context.heads else 0
    output.say(f"{sealed} acts and lines sealed, {signed} heads signed, {written} written.")
    output.machine({"sealed": sealed, "signed": signed, "written": written, "unwritten": left})
    if left:
        output.say(f"{left} heads could not be written; see the log above. Try again.")
        raise SystemExit(Exit.FINDINGS)


@app.command(epilog=VERIFY_EXAMPLE)
def verify(
    head: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER.HASH", help="A head that a receipt quotes. Repeatable."),
    ] = None,
    copies: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where copies of the heads are, instead of the target."),
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Check the chain, the signed heads, their copies at the target, and the records that entries speak of.

    Exit code 1 where anything is wrong; each fault says what, and where. docs/audit.md tells what it proves.
    """
    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output
    from field.store import audit_checking
    from field.sync import heads

    held = [heads.quoted(text) for text in head or []]
    if None in held:
        raise typer.BadParameter("Write NUMBER.HASH, as in a receipt.", param_hint="--head")
    output = Output(json)
    with opened(settings_of(data, database_url)) as context:
        found = audit_checking.verify(
            context.store,
            context.clock.now_ms(),
            _copies(context, copies),
            [each for each in held if each is not None],
        )
    _say(found, output.say)
    output.machine({**_plain(found), "sound": found.sound})
    if not found.sound:
        raise SystemExit(Exit.FINDINGS)


def _copies(context: "Context", folder: Path | None) -> "Copies | None":
    from field.blobs.heads import HeadFolder
    from field.store.audit_checking import Copies

    target = HeadFolder(folder) if folder is not None else context.heads
    return None if target is None else Copies(target.place, target.all())


def _plain(found: "Verified") -> dict[str, object]:
    import msgspec

    return msgspec.structs.asdict(found)


def _say(found: "Verified", say: "Callable[[str], None]") -> None:
    for fault in found.faults[:SHOWN_MAX]:
        say(f"  {fault.where}: {fault.what}")
    if len(found.faults) > SHOWN_MAX:
        say(f"  ... and {len(found.faults) - SHOWN_MAX} more")
    looked = f"{found.entries} entries, {found.lines} lines of tablets, {found.heads} signed heads"
    say(f"{looked}, {found.copies} copies; {found.waiting} acts not sealed yet.")
    say("Nothing is wrong." if found.sound else f"{len(found.faults)} faults.")
