"""`field export evidence`: a report's or a case's evidence bundle as a ZIP file."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from field.evidence.editions import Edition
    from field.store.bundles import Asked
    from field.store.engine import Store

EXAMPLE = "Example: field export evidence --establishment 2004070001 --edition court --out case.zip"

app = group("What leaves the office: evidence.")


@app.callback(epilog=EXAMPLE)
def of_exports() -> None:
    """What leaves the office: evidence."""


@app.command("evidence", epilog=EXAMPLE)
def evidence(
    out: Annotated[Path, typer.Option(metavar="FILE.zip", help="The file to write.")],
    edition: Annotated[
        str,
        typer.Option(
            metavar="court|employer",
            help="court: everything. employer: nothing of workers who spoke, nothing that names one.",
        ),
    ],
    report: Annotated[str | None, typer.Option(metavar="ID", help="One report.")] = None,
    establishment: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="All reports about the one with this number or id.")
    ] = None,
    first_day: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="Only reports captured on this day or later.")
    ] = None,
    last_day: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help="Only reports captured on this day or before.")
    ] = None,
    day: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="The day as of which figures are counted. Today if not given."),
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Write the evidence bundle of a report, or of all reports about an establishment.

    Originals, the report as PDF/A, entries with the signatures of tablet and server, receipts, an extract of
    the audit trail, and a manifest. VERIFY.txt in it says how to verify it with openssl and sha256sum alone.
    """
    from field.api import bundle
    from field.api.bundle import Wanted
    from field.api.bundles import today
    from field.cli.assess import day_of
    from field.cli.bringing import typed
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output

    output = Output(json)
    if (report is None) == (establishment is None):
        raise typer.BadParameter("Name either --report or --establishment.")
    chosen = _edition(edition)
    first, last = (None if each is None else day_of(each).isoformat() for each in (first_day, last_day))
    with opened(settings_of(data, database_url)) as context:
        with context.store.read() as tx:
            asked = _asked(context.store, tx, report, establishment, first, last)
        on: date = day_of(day) if day else today(context.clock)
        wanted = Wanted(asked, chosen, on, typed("field export evidence"))
        part = out.with_name(f"{out.name}.part")
        try:
            with part.open("wb") as file:
                for piece in bundle.stream(context, wanted):
                    file.write(piece)
            part.replace(out)
        except OSError as error:
            _not_written(out, error)
        finally:
            part.unlink(missing_ok=True)
    size = out.stat().st_size
    output.say(f"The {chosen}'s edition of {len(asked.reports)} reports is in {out}: {size:,} bytes.")
    output.say("How to verify it without this program is in its VERIFY.txt.")
    output.machine({"file": str(out), "edition": chosen, "reports": asked.reports, "bytes": size})


def _edition(said: str) -> "Edition":
    from typing import get_args

    from field.evidence.editions import Edition

    for each in get_args(Edition):
        if each == said:
            found: Edition = each
            return found
    raise typer.BadParameter(f"{said!r} is no edition. Write court or employer.")


def _asked(
    store: "Store",
    tx: "Connection",
    report: str | None,
    establishment: str | None,
    first: str | None,
    last: str | None,
) -> "Asked":
    from field.cli.owed import find
    from field.store import bundles

    if report is not None:
        return bundles.of_report(store, tx, report)
    return bundles.of_establishment(tx, find(tx, establishment or ""), first, last)


def _not_written(out: Path, error: OSError) -> NoReturn:
    from field.cli.output import Exit, stop

    stop(f"{out} cannot be written: {error.strerror}. Name another file, or make room.", Exit.FINDINGS)
