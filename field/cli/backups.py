"""`field backup`, `field restore`, `field epoch`: copies of everything, and how one is put in place again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from field.cli.options import Data, DatabaseUrl, Json, group
from field.config import Settings

if TYPE_CHECKING:
    from field.store.renewing import Renewed

MAKE_EXAMPLE = "Example: field backup /mnt/backups --keep 14 --json -"
VERIFY_EXAMPLE = "Example: field backup verify /mnt/backups/field-20261122T010000Z"
RESTORE_EXAMPLE = "Example: field restore /mnt/backups/field-20261122T010000Z --overwrite"
EPOCH_EXAMPLE = "Example: field epoch new --reason failover"
TESTIMONY_EXAMPLE = "Example: field epoch testimony --json testimony.json"


class _OrMake(TyperGroup):
    """What names no command names the folder for a new backup: `field backup DEST`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """See click."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["make", *args]
        found: list[str] = super().parse_args(ctx, args)
        return found


app = typer.Typer(
    cls=_OrMake, help="Backups: make one, verify one.", no_args_is_help=True, rich_markup_mode=None
)
epoch_app = group("The lives of the database: a new epoch, and what tablets testify after a restore.")


@app.callback(epilog=MAKE_EXAMPLE)
def backup() -> None:
    """Backups, while the server runs: field backup DEST makes one, field backup verify reads one."""


@app.command(epilog=MAKE_EXAMPLE)
def make(
    place: Annotated[Path, typer.Argument(help="The folder in which each backup gets a folder of its own.")],
    keep: Annotated[
        int | None, typer.Option(min=1, help="Then remove all but so many of the latest there.")
    ] = None,
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="Copy the keys too, in clear. Better keep them elsewhere.")
    ] = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Copy the database of one moment and the photos, verify the copy, tell tablets what it holds."""
    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output
    from field.store import audit, backup_manifest, backups, lives

    output = Output(json)
    settings = settings_of(data, database_url)
    with opened(settings) as context:
        kept = None if settings.photos else settings.data / "photos" / "kept"
        now_ms = context.clock.now_ms()
        folder, manifest = backups.make(
            settings.database_url, kept, settings.secrets, place, now_ms, with_secrets=with_secrets
        )
        _, faults = backups.verify(folder)
        if not faults:
            told = lives.told(folder, manifest, context.clock.uuid7(), context.clock.now_ms())
            with context.store.write() as tx:
                lives.announce(tx, told, manifest.lines)
                audit.note(tx, "backed-up", now_ms, by=who("backup"), about=[told.id], bytes=told.bytes)
    removed = backups.prune(place, keep) if keep is not None and not faults else []
    output.say(f"{folder}: {_size(backup_manifest.size(folder))}, {_photos(manifest.photos)}")
    for fault in faults:
        output.say(fault)
    if with_secrets:
        output.say("The keys are in it in clear: whoever has this folder opens everything.")
    else:
        output.say(f"The keys are not in it. Keep {settings.secrets} elsewhere: without it nothing opens.")
    machine = {"folder": str(folder), "as_of_ms": manifest.as_of_ms, "epoch": manifest.epoch}
    output.machine(
        {**machine, "photos": manifest.photos, "faults": faults, "removed": [str(path) for path in removed]}
    )
    if faults:
        raise SystemExit(Exit.FINDINGS)


def _size(number: int) -> str:
    return f"{number / 1_000_000:.1f} MB"


def _photos(number: int | None) -> str:
    return "photos are kept elsewhere: copy the bucket" if number is None else f"{number} files of photos"


@app.command(epilog=VERIFY_EXAMPLE)
def verify(
    folder: Annotated[Path, typer.Argument(help="The folder of one backup.")], json: Json = None
) -> None:
    """Read every byte of a backup and compare it with its manifest. Exit code 1 where something is wrong."""
    from field.cli.output import Exit, Output
    from field.store import backups

    output = Output(json)
    manifest, faults = backups.verify(folder)
    for fault in faults:
        output.say(fault)
    if not faults:
        changes = manifest.counts.get("changes", 0)
        output.say(f"{folder} is whole: {changes} changes, {_photos(manifest.photos)}.")
    output.machine({"folder": str(folder), "as_of_ms": manifest.as_of_ms, "faults": faults})
    if faults:
        raise SystemExit(Exit.FINDINGS)


def restore(
    folder: Annotated[Path, typer.Argument(help="The folder of one backup.")],
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Put the database that is there aside, under another name."),
    ] = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Put a backup in place, carry the office journal out again, begin a new epoch. No server may run."""
    from field.app import journal_of, secrets
    from field.cli.acting import who
    from field.cli.opening import migrate_to_latest, opened, reaching, settings_of, shown
    from field.cli.output import Exit, Output, stop
    from field.clock import SystemClock
    from field.store import backup_copy, backups, renewing
    from field.store.engine import Store

    output = Output(json)
    settings = settings_of(data, database_url)
    manifest, faults = backups.verify(folder)
    if faults:
        for fault in faults:
            output.say(fault)
        stop(f"{folder} is not whole, and nothing was changed. Take another backup.", Exit.FINDINGS)
    _same_kind(settings, manifest.database)
    if manifest.with_secrets and not settings.secrets.exists():
        backups.put_secrets_back(folder, settings.secrets)
    _right_keys(settings, manifest.secrets)
    with reaching(settings):
        if backup_copy.occupied(settings.database_url) and not overwrite:
            words = f"There is a database at {shown(settings)}. With --overwrite it is put aside."
            stop(f"{words} Stop every server first.", Exit.FINDINGS)
        clock = SystemClock()
        aside = backup_copy.put_back(
            settings.database_url, folder, manifest.schema, f"before-{clock.now_ms()}"
        )
        photos = backups.put_photos_back(folder, settings.data / "photos" / "kept")
    migrate_to_latest(settings)
    _, sealer = secrets(settings.secrets, clock)
    store = Store(settings.database_url, sealer)
    try:
        done = renewing.renew(store, clock, journal_of(settings), by=who("restore"), why="restored")
    finally:
        store.close()
    with opened(settings):
        pass
    if aside is not None:
        output.say(f"What was there is at {aside}.")
    output.say(f"{photos} files of photos were missing and are there again.")
    _tell(output, done, settings)
    output.machine({"epoch": done.epoch, "aside": aside, "photos": photos, **_machine(done)})
    if done.faults:
        raise SystemExit(Exit.FINDINGS)


def _same_kind(settings: Settings, kind: str) -> None:
    from field.cli.output import Exit, stop

    if settings.database_url.startswith("sqlite") != (kind == "sqlite"):
        stop(f"The backup is of {kind}. Set FIELD_DATABASE_URL to a database of that kind.", Exit.USAGE)


def _right_keys(settings: Settings, wanted: dict[str, str]) -> None:
    """A wrong key would open nothing, and sign what no tablet believes."""
    from field.cli.output import Exit, stop
    from field.store import backups

    held = backups.fingerprints(settings.secrets)
    wrong = sorted(name for name, told in wanted.items() if held.get(name) != told)
    if wrong:
        words = f"{settings.secrets} lacks the keys of this backup, or has others: {', '.join(wrong)}."
        stop(f"{words} Put the folder of secrets back first; nothing was changed.", Exit.ENVIRONMENT)


def _machine(done: "Renewed") -> dict[str, Any]:
    return {"acts": done.acts, "changes": done.lines, "again": done.again, "faults": done.faults}


def _tell(output: Any, done: "Renewed", settings: Settings) -> None:
    output.say(f"A new epoch has begun: {done.epoch}. Tablets send again what they keep.")
    if settings.journal:
        output.say(f"From the journal: {done.acts} acts and {done.lines} changes of the office.")
    else:
        words = "There is no office journal (FIELD_JOURNAL): what the office did since the backup is lost."
        output.say(f"{words} Look for tablets to be revoked once more.")
    for each in done.again:
        facts = " ".join(f"{name}={value}" for name, value in sorted(each.facts.items()))
        output.say(f"To be done again where it lacks: {each.act}, by {each.by or 'the system'} {facts}")
    for fault in done.faults:
        output.say(fault)


@epoch_app.callback(epilog=EPOCH_EXAMPLE)
def epoch() -> None:
    """The lives of the database: a new epoch, and what tablets testify after a restore."""


@epoch_app.command(epilog=EPOCH_EXAMPLE)
def new(
    reason: Annotated[
        str, typer.Option(help="One word for the audit trail: failover, restored ...")
    ] = "told",
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Carry the office journal out again and begin a new epoch: after a failover, or a restore by hand."""
    from field.app import journal_of, secrets
    from field.cli.acting import who
    from field.cli.opening import opened, reaching, require_schema, settings_of
    from field.cli.output import Exit, Output
    from field.clock import SystemClock
    from field.store import renewing
    from field.store.engine import Store

    output = Output(json)
    settings, clock = settings_of(data, database_url), SystemClock()
    require_schema(settings)
    store = Store(settings.database_url, secrets(settings.secrets, clock)[1])
    try:
        with reaching(settings):
            done = renewing.renew(store, clock, journal_of(settings), by=who("epoch new"), why=reason)
    finally:
        store.close()
    with opened(settings):
        pass
    _tell(output, done, settings)
    output.machine({"epoch": done.epoch, **_machine(done)})
    if done.faults:
        raise SystemExit(Exit.FINDINGS)


@epoch_app.command("testimony", epilog=TESTIMONY_EXAMPLE)
def lacking(data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """Rows that tablets had and that hold changes which nobody has brought again, for somebody to look at."""
    from rich.table import Table

    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import devices, testimony

    output = Output(json)
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        found = testimony.missing(tx)
        names = devices.names(tx, {each.device for each in found})
    table = Table("record", "kind", "scope", "tablet", "changes lacking")
    for each in found:
        cells = (each.record, each.kind, each.scope, names.get(each.device, each.device))
        table.add_row(*cells, str(len(each.writes)))
    output.human.print(table)
    output.machine(found)
