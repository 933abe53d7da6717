"""`field leads`: the list for the registration department, and its answers."""

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json, group
from field.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from field.api.context import Context
    from field.store.leads import LeadListed

LIST_EXAMPLE = "Example: field leads list --district korangi --status open"
EXPORT_EXAMPLE = "Example: field leads export leads.csv --district korangi --hand-over 'Korangi 14/2026'"
IMPORT_EXAMPLE = "Example: field leads import leads.csv --rejects rejects.csv"

app = group("Who should be registered and is not, from lead to card.")

District = Annotated[str | None, typer.Option(help="Only leads of this district.")]
Asked = Annotated[
    str,
    typer.Option(
        metavar="STATUS",
        help="open, found, handed_over, registered, card_issued, rejected, duplicate, lifted or all.",
    ),
]


@app.callback(epilog=LIST_EXAMPLE)
def of_leads() -> None:
    """Who should be registered and is not, from lead to card."""


@app.command("list", epilog=LIST_EXAMPLE)
def listed(
    district: District = None,
    status: Asked = "open",
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """List registration leads, the oldest first."""
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.inspections.leads import SAID

    output = Output(json)
    with opened(settings_of(data, database_url)) as context:
        found = _found(context, district, status)
    for lead in found:
        about = f", about {lead.workers_about or lead.workers_found} workers" if _workers(lead) else ""
        output.say(f"  {lead.id} {_day(lead.found_ms)} {lead.district}: {lead.name} ({lead.what}{about})")
        output.say(f"    {SAID[lead.status]}{f': {lead.reason}' if lead.reason else ''}")
    output.say(f"{len(found)} leads.")
    output.machine(found)


@app.command(epilog=EXPORT_EXAMPLE)
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The CSV file to write.")],
    district: District = None,
    status: Asked = "open",
    hand_over: Annotated[
        str | None,
        typer.Option(
            metavar="REFERENCE",
            help="Note that those not handed over yet go to the department now, under this reference.",
        ),
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Write the list for the registration department, with empty columns for its answers.

    It names places and no workers: who they are stands in the reports, and is sealed.
    """
    from field.cli import acting
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output, write_file
    from field.store import leads
    from field.store.leads import Writer

    output = Output(json)
    handed = 0
    with opened(settings_of(data, database_url)) as context:
        writer = Writer(context.store, context.clock, context.office, None)
        found = _found(context, district, status)
        # What cannot be written is not handed over; so the file comes first.
        write_file(file, list_csv(found))
        for lead in found if hand_over is not None else ():
            if lead.status == "found":
                try:
                    leads.hand_over(writer, lead.id, lambda _: None, hand_over or "", None)
                except Problem as problem:
                    # Somebody was quicker; the others of the list go all the same.
                    output.say(f"  {lead.id} {lead.name}: {problem.detail}")
                else:
                    handed += 1
        if handed:
            ids = {lead.id for lead in found}
            found = [lead for lead in _found(context, district, "all") if lead.id in ids]
            write_file(file, list_csv(found))
        about = [lead.id for lead in found]
        acting.note(context, "exported", "leads export", about=about, kind="leads", handed_over=handed)
    output.say(f"{len(found)} leads are in {file}; {handed} of them are handed over now.")
    output.machine({"leads": len(found), "handed_over": handed, "file": str(file)})


@app.command("import", epilog=IMPORT_EXAMPLE)
def bring_in(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The list with the department's answers.")],
    rejects: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the rows that were not taken into this CSV file."),
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Bring in the registration department's answers. Importing the same file again changes nothing.

    Columns: lead, outcome (registered, card issued or rejected), and new_registration_no, registered_on,
    cards, cards_on, reason where there are any. A row in doubt is rejected; the others are taken, and the
    exit code is 1.
    """
    from hashlib import sha256

    from field.cli import acting
    from field.cli.bringing import SHOWN_MAX, more, rejects_csv
    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output, read_file, write_file
    from field.inspections.table_file import Reject
    from field.store import lead_answers
    from field.store.leads import Writer

    output = Output(json)
    refused: list[Reject] = []
    source = io.BytesIO(read_file(file))
    with opened(settings_of(data, database_url)) as context:
        writer = Writer(context.store, context.clock, context.office, None)
        done = lead_answers.import_file(writer, source, refused.append)
        facts = {"kind": "leads", "file": sha256(source.getvalue()).hexdigest(), "changed": done.changed}
        acting.note(context, "imported", "leads import", **facts, rejected=done.rejected)
    for remark in done.remarks[:SHOWN_MAX]:
        output.say(f"  line {remark.line}: {remark.detail}")
    for reject in refused[:SHOWN_MAX]:
        output.say(f"  rejected: line {reject.line}, {reject.column or 'the row'}: {reject.reason}")
    more(output.say, len(refused), "rejects")
    if rejects is not None:
        write_file(rejects, rejects_csv(refused))
        output.say(f"{len(refused)} rejects are in {rejects}.")
    output.say(
        f"Leads: {done.changed} changed, {done.unchanged} as before, {done.pending} without an answer, "
        f"{done.rejected} rejected."
    )
    output.machine(done)
    if refused:
        raise SystemExit(Exit.FINDINGS)


def _found(context: "Context", district: str | None, status: str) -> "list[LeadListed]":
    from typing import get_args

    from field.store import leads
    from field.store.leads import Asked as Known

    if status not in (*get_args(Known), "all"):
        names = ", ".join(get_args(Known))
        raise typer.BadParameter(f"{status!r} is no status. Write one of {names}, all.")
    found: list[LeadListed] = []
    within = None if district is None else [district]
    asked = None if status == "all" else status
    with context.store.read() as tx:
        while page := leads.listed(tx, within, asked, found[-1].id if found else ""):  # type: ignore[arg-type]
            found += page
    return found


def list_csv(found: "Sequence[LeadListed]") -> bytes:
    """The leads as a file that a spreadsheet opens, with empty columns for the answers."""
    from field.cli.bringing import harmless
    from field.recovery.lead_file import ANSWERED, LISTED

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((*LISTED, *ANSWERED))
    for lead in found:
        told = {
            **{name: getattr(lead, name, None) for name in LISTED},
            **({} if lead.location is None else {name: getattr(lead.location, name) for name in _PLACE}),
            "lead": lead.id,
            "establishment": lead.establishment_name,
            "registration_no": lead.establishment_no,
            "found_on": _day(lead.found_ms),
            "found_by": lead.by_name,
        }
        cells = ["" if told[name] is None else harmless(" ".join(str(told[name]).split())) for name in LISTED]
        writer.writerow((*cells, *[""] * len(ANSWERED)))
    # The mark tells a spreadsheet that this is UTF-8.
    return "\ufeff".encode() + text.getvalue().encode()


_PLACE = ("lat", "lon", "accuracy_m")


def _day(ms: int) -> str:
    from field.store.import_runs import PAKISTAN

    return datetime.fromtimestamp(ms / 1000, PAKISTAN).date().isoformat()


def _workers(lead: "LeadListed") -> int:
    return lead.workers_about or lead.workers_found or 0
