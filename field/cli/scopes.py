"""`field scope preview`: before a transfer, which rows go to which tablets, and which leave them."""

from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

if TYPE_CHECKING:
    from field.cli.output import Output
    from field.store.scope_preview import RowsMoved, TransferPreview

EXAMPLE = (
    "Example: field scope preview --person inspector-3 --ends inspector:korangi --begins inspector:malir"
)

app = group("Which rows a tablet holds.")


@app.callback(epilog=EXAMPLE)
def scope() -> None:
    """Which rows a tablet holds."""


@app.command(epilog=EXAMPLE)
def preview(
    establishment: Annotated[str | None, typer.Option(help="An establishment's id, with --district.")] = None,
    district: Annotated[str | None, typer.Option(help="The district to which it would go.")] = None,
    visit: Annotated[str | None, typer.Option(help="A visit's id, with --inspector or without.")] = None,
    inspector: Annotated[str | None, typer.Option(help="The login of who would get the visit.")] = None,
    person: Annotated[str | None, typer.Option(help="A login, with --ends, --begins or both.")] = None,
    ends: Annotated[str | None, typer.Option(help="The posting that would end, ROLE:DISTRICT.")] = None,
    begins: Annotated[str | None, typer.Option(help="The posting that would begin, ROLE:DISTRICT.")] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Tell which rows a transfer would bring to and take from which tablets. Nothing is changed."""
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.cli.users import posting_of
    from field.store import postings, scope_preview
    from field.store.postings import Post
    from field.store.scope_preview import Transfer

    output = Output(json)
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        asked = Transfer(
            establishment=establishment,
            district=district,
            visit=visit,
            inspector=None if inspector is None else postings.by_login(tx, inspector),
            person=None if person is None else postings.by_login(tx, person),
            ends=None if ends is None else Post(*posting_of(ends)),
            begins=None if begins is None else Post(*posting_of(begins)),
        )
        found = scope_preview.preview(context.store, tx, asked, context.clock.now_ms())
    _tell(output, found)
    output.machine(found)


def _tell(output: "Output", found: "TransferPreview") -> None:
    from field.cli.output import moment

    if not found.tablets:
        output.say("No tablet on which somebody is signed in would get or lose anything.")
    for tablet in found.tablets:
        seen = "never" if tablet.seen_ms is None else moment(tablet.seen_ms)
        output.say(f"{tablet.name} ({', '.join(tablet.people)}), last heard of: {seen}")
        output.say(f"  gets   {_rows(tablet.gets)}")
        output.say(f"  loses  {_rows(tablet.loses)}")
        for name in tablet.may_have_unsent:
            output.say(f"  may have unsent work on: {name}")
        if tablet.half_sent:
            output.say("  has sent a part of a group; the rest is still on it")
    for name in found.freed:
        output.say(f"Nobody would hold the visit: {name}")


def _rows(rows: "RowsMoved") -> str:
    counted = ", ".join(f"{number} {kind}" for kind, number in rows.kinds.items()) or "nothing"
    more = f" and {rows.unnamed} more" if rows.unnamed else ""
    return f"{counted}: {'; '.join(rows.names)}{more}" if rows.names else counted
