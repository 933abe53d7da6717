"""`field receipt`: the receipt of a report, and checking one with a published key alone."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from field.sync.keyring import Key

SHOW_EXAMPLE = "Example: field receipt show 0198c2d4-7a31-7c50-9d6e-3f1b2a4c5d6e --qr receipt.svg"
VERIFY_EXAMPLE = "Example: field receipt verify AEWGLSB5AGM... --key server.pem"

app = group("Receipts of reports: show one, check one without the server.")


@app.callback(epilog=SHOW_EXAMPLE)
def receipt() -> None:
    """Receipts of reports: show one, check one without the server."""


@app.command(epilog=SHOW_EXAMPLE)
def show(
    report: Annotated[str, typer.Argument(help="The report's id.")],
    qr: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it as a QR code (.svg, .png) into FILE.")
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """The receipt of a report that has landed, and what became of the report since."""
    from field.api import verifying
    from field.api.verify_words import EN
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output, write_file
    from field.evidence import codes
    from field.sync.report_receipts import grouped

    output = Output(json)
    with opened(settings_of(data, database_url)) as context:
        found = verifying.shown(context, report)
    groups = grouped(found.receipt)
    for at in range(0, len(groups), 10):
        output.say(" ".join(groups[at : at + 10]))
    output.say(f"{EN.verdicts[found.verdict][0]}.")
    if qr is not None:
        write_file(qr, codes.png(found.receipt) if qr.suffix == ".png" else codes.svg(found.receipt))
    output.machine(found)


@app.command(epilog=VERIFY_EXAMPLE)
def verify(
    text: Annotated[
        str, typer.Argument(help="The receipt as it was typed or scanned; groups may have blanks.")
    ],
    key: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="The office's published keys: PEM from `field keys publish`, or what /api/keys says.",
        ),
    ],
    json: Json = None,
) -> None:
    """Check a receipt without the server, by the published key. Ends with 1 where it does not hold.

    PEM tells no times: whether a key was revoked since is seen with the list from /api/keys, or by asking.
    """
    from field.cli.output import Exit, Output, read_file, stop
    from field.evidence.document import when
    from field.sync import report_receipts

    output = Output(json)
    keys = _keys(read_file(key))
    if not keys:
        stop(f"{key} holds no Ed25519 public key, neither as PEM nor as the list of /api/keys.", Exit.USAGE)
    checked = report_receipts.check(text, keys)
    output.machine(checked)
    if checked.fault is not None or checked.receipt is None:
        output.say(f"This receipt does not hold: {checked.detail}.")
        raise SystemExit(Exit.FINDINGS)
    said = checked.receipt
    output.say(f"Genuine: signed by the key {said.key}.")
    output.say(f"Report {said.report}, received {when(said.received_s * 1000)}.")
    output.say(f"Establishment ...{said.establishment_part}, tablet ...{said.device_part}.")
    output.say(f"Statement {said.digest}. Whether it was corrected since, the office's page says.")


def _keys(content: bytes) -> "Sequence[Key]":
    """The keys in a file: as JSON with their times, as PEM without any."""
    import msgspec

    from field.evidence.proofs import server_publics
    from field.sync.keyring import Key, key_id

    class Published(msgspec.Struct):
        keys: list[Key]

    try:
        return msgspec.json.decode(content, type=Published).keys
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        return msgspec.json.decode(content, type=list[Key])
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    return [Key(id=key_id(each), public=each, since_ms=0) for each in server_publics(content)]
