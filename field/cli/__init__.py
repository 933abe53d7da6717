"""What a person types: `field COMMAND`. Each command is a file here, and says its words through `output`.

A command imports what it needs when it runs, so that `field --help` is quick.
"""

import typer

from field.cli import (
    assess,
    audit,
    backups,
    checklists,
    conflicts,
    contributions,
    database,
    demo,
    device_ledger,
    devices,
    doctor,
    evidence,
    flags,
    imports,
    keys,
    leads,
    nightly,
    owed,
    photos,
    postings,
    quarantine,
    receipts,
    registers,
    registry,
    retention,
    scopes,
    sealed,
    serve,
    sim,
    snapshots,
    statute,
)
from field.cli.output import Exit, stop, stop_for
from field.problems import Problem

EPILOG = (
    "Exit codes: 0 done; 1 the input has faults, or a check found something; 2 wrong usage; "
    "3 the machine is not ready (database, port, setting); 4 the oracle found a violation; 130 interrupted. "
    "Settings come from FIELD_... variables: see docs/operating.md. Example: field demo"
)

app = typer.Typer(
    name="field",
    help="Field: a sync server for inspectors who work where there is no signal.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command(epilog=demo.EXAMPLE)(demo.demo)
app.command(epilog=serve.EXAMPLE)(serve.serve)
app.command(epilog=database.EXAMPLE)(database.migrate)
imports.app.command(epilog=contributions.SCHEDULES_EXAMPLE)(contributions.schedules)
imports.app.command(epilog=contributions.PAYMENTS_EXAMPLE)(contributions.payments)
imports.app.command(epilog=nightly.EXAMPLE)(nightly.nightly)
imports.app.command(epilog=registers.EXAMPLE)(registers.register)
imports.app.command(epilog=sealed.EXAMPLE)(sealed.sealed)
app.add_typer(imports.app, name="import")
app.add_typer(registry.app, name="registry")
app.add_typer(registry.directorates_app, name="directorates")
app.add_typer(contributions.app, name="payments")
app.add_typer(leads.app, name="leads")
app.add_typer(photos.app, name="photos")
app.add_typer(evidence.app, name="export")
app.add_typer(postings.users, name="user")
app.add_typer(scopes.app, name="scope")
devices.app.command("ledger", epilog=device_ledger.EXAMPLE)(device_ledger.ledger)
app.add_typer(devices.app, name="device")
app.add_typer(keys.app, name="keys")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(conflicts.app, name="conflicts")
app.add_typer(snapshots.app, name="snapshot")
app.add_typer(receipts.app, name="receipt")
app.command(epilog=assess.EXAMPLE)(assess.assess)
app.command(epilog=owed.EXAMPLE)(owed.owed)
app.add_typer(statute.app, name="statute")
app.add_typer(checklists.app, name="checklist")
app.add_typer(flags.app, name="flags")
app.add_typer(audit.app, name="audit")
app.add_typer(retention.app, name="retention")
app.add_typer(retention.holds_app, name="hold")
app.command(epilog=retention.ERASE_EXAMPLE)(retention.erase)
app.add_typer(backups.app, name="backup")
app.command(epilog=backups.RESTORE_EXAMPLE)(backups.restore)
app.add_typer(backups.epoch_app, name="epoch")
app.command(epilog=sim.EXAMPLE)(sim.sim)
app.command(epilog=doctor.EXAMPLE)(doctor.doctor)


def main(arguments: list[str] | None = None) -> None:
    """Carry out a command; ends the program with an `Exit` code. Without arguments: those of the program."""
    try:
        app(args=arguments, prog_name="field")
    except Problem as problem:
        stop_for(problem)
    except KeyboardInterrupt:
        stop("Interrupted.", Exit.INTERRUPTED)
