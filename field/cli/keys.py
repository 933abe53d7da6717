"""`field keys`: the keys that the server signs with. A running server takes a new one up by itself."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

if TYPE_CHECKING:
    from field.store.key_files import KeyFolder
    from field.sync.keyring import Key, Ring
    from field.sync.signing import ServerKey

LIST_EXAMPLE = "Example: field keys list"
ROTATE_EXAMPLE = "Example: field keys rotate"
REVOKE_EXAMPLE = "Example: field keys revoke MFRGGZA --since 2026-11-20T18:00"
PUBLISH_EXAMPLE = "Example: field keys publish --to server.pem"

app = group("The keys that the server signs with: list, rotate, revoke, publish.")


@app.callback(epilog=LIST_EXAMPLE)
def keys() -> None:
    """The keys that the server signs with: list, rotate, revoke, publish."""


@app.command("list", epilog=LIST_EXAMPLE)
def every(data: Data = None, json: Json = None) -> None:
    """The server's public keys, oldest first; the last one signs now."""
    from rich.table import Table

    from field.cli.output import Output

    output = Output(json)
    ring = _folder(data).opened().ring
    table = Table("key", "signs since", "until", "signed by", "revoked since", "public key")
    for key in ring.keys:
        revoked = "" if key.revoked is None else _moment(key.revoked.since_ms)
        since = _moment(key.since_ms) if key.since_ms else "the beginning"
        table.add_row(key.id, since, _moment(key.until_ms), key.endorsed_by, revoked, key.public)
    output.human.print(table)
    output.machine(ring.keys)


@app.command(epilog=ROTATE_EXAMPLE)
def rotate(data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """Make a new key, to which the present one hands over. What older keys signed stays good.

    Running servers sign by it from the next answer on; the audit trail notes it at its next seal.
    """
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output

    output = Output(json)
    with opened(settings_of(data, database_url)):
        ring = _rotated(_folder(data))
    output.say(
        f"The key {ring.current.id} signs from now on. Copy the folder of secrets to where it is kept safe, "
        "and to every other machine that serves the same office."
    )
    output.machine(ring.keys)


@app.command(epilog=REVOKE_EXAMPLE)
def revoke(
    key: Annotated[str, typer.Argument(help="The key's name, as `field keys list` shows it.")],
    since: Annotated[
        str,
        typer.Option(metavar="TIME", help="From when on it counts for nothing, as 2026-11-20T18:00 in UTC."),
    ],
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Say that a key was in strange hands: receipts that it signed from a moment on are invalid.

    A new key is made at the same time, which says so, and by which every tablet hears of it.
    """
    from field.cli.acting import note
    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output, stop
    from field.sync import keyring

    output = Output(json)
    since_ms = _ms(since)
    folder = _folder(data)
    if key not in {each.id for each in folder.opened().ring.keys}:
        stop(f"There is no key {key}. `field keys list` shows their names.", Exit.FINDINGS)
    with opened(settings_of(data, database_url)) as context:
        if since_ms > context.clock.now_ms():
            stop(f"{since} is not over yet. Give the time from which on the key was not safe.", Exit.USAGE)
        _rotated(folder)
        ring = folder.change(None, lambda ring, _: keyring.revoked(ring, key, since_ms))
        note(context, "key-revoked", "keys revoke", about=[key], since_ms=since_ms)
    output.say(
        f"The key {key} counts for nothing since {_moment(since_ms)}; {ring.current.id} signs from now on."
    )
    output.machine(ring.keys)


@app.command(epilog=PUBLISH_EXAMPLE)
def publish(
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every key as PEM into FILE, for openssl.")
    ] = None,
    data: Data = None,
    json: Json = None,
) -> None:
    """The keys as the institution publishes them: a letter, a page, a file. `--json` for programs."""
    from field.cli.output import Output, write_file
    from field.evidence.proofs import server_pem

    output = Output(json)
    ring = _folder(data).opened().ring
    text = b"".join(_words(key).encode() + server_pem(key.public) for key in ring.keys)
    if to is not None:
        write_file(to, text)
    output.say(text.decode().rstrip())
    output.machine({"server_key": ring.current.public, "keys": ring.keys})


def _words(key: "Key") -> str:
    since = _moment(key.since_ms) if key.since_ms else "the beginning"
    ended = f" until {_moment(key.until_ms)}" if key.until_ms is not None else ""
    revoked = f"; REVOKED since {_moment(key.revoked.since_ms)}" if key.revoked is not None else ""
    return f"Key {key.id}: signed from {since}{ended}{revoked}\n"


def _folder(data: Path | None) -> "KeyFolder":
    from field.app import key_folder
    from field.cli.opening import settings_of
    from field.clock import SystemClock

    return key_folder(settings_of(data).secrets, SystemClock())


def _rotated(folder: "KeyFolder") -> "Ring":
    from field.clock import SystemClock
    from field.store.key_files import SEED_BYTES
    from field.sync import keyring

    clock = SystemClock()

    def work(ring: "Ring", made: "ServerKey | None") -> "Ring":
        assert made is not None
        return keyring.rotated(ring, made, clock.now_ms())

    return folder.change(clock.token(SEED_BYTES), work)


def _ms(text: str) -> int:
    from datetime import UTC, datetime

    from field.cli.output import Exit, stop

    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        stop(f"{text} is no time. Write it as 2026-11-20T18:00, in UTC.", Exit.USAGE)
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _moment(ms: int | None) -> str:
    from field.cli.output import moment

    return "" if ms is None else f"{moment(ms)} UTC"
