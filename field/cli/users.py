"""`field user add`: give somebody an account, directly on the database."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from field.cli.options import Data, DatabaseUrl, Json, group

if TYPE_CHECKING:
    from sqlalchemy import Connection

EXAMPLE = (
    "Example: field user add supervisor-korangi --posting supervisor:korangi --name 'Supervisor, Korangi'"
)
PASSWORD_BYTES = 12
PASSWORD_LENGTH_MIN = 8

app = group("Accounts of people.")


@app.callback(epilog=EXAMPLE)
def user() -> None:
    """Accounts of people."""


@app.command(epilog=EXAMPLE)
def add(
    login: Annotated[str, typer.Argument(help="The name to sign in with.")],
    posting: Annotated[
        list[str],
        typer.Option(
            help="ROLE:DISTRICT, or ROLE alone for everywhere; may be given more than once. Roles: "
            "inspector, supervisor, recovery_officer, directorate, administrator."
        ),
    ],
    name: Annotated[str | None, typer.Option(help="The name that others see; the login without it.")] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day of the postings; today.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Last day of the postings; open.")
    ] = None,
    password_file: Annotated[
        Path | None, typer.Option(help="A file whose first line is the password; without it one is drawn.")
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Add a person with dated postings. A password that is drawn is shown once, here."""
    from argon2 import PasswordHasher

    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import people
    from field.store.people import Person
    from field.sync.rights import Posting
    from field.sync.signing import b64

    output = Output(json)
    wanted = [posting_of(text) for text in posting]
    start_ms, end_ms = _day_ms(from_), _day_ms(until)
    with opened(settings_of(data, database_url)) as context:
        clock = context.clock
        now_ms = clock.now_ms()
        password = password_in(password_file) or b64(clock.token(PASSWORD_BYTES))
        id = clock.uuid7()
        from_ms = now_ms if start_ms is None else start_ms
        to_ms = None if end_ms is None else end_ms + round(timedelta(days=1) / timedelta(milliseconds=1))
        postings = [Posting(id, role, district, from_ms, to_ms) for role, district in wanted]
        hashed = PasswordHasher().hash(password)
        with context.store.write() as tx:
            _check_districts(tx, [district for _, district in wanted if district is not None])
            person = Person(id, login, name or login, postings)
            people.add(tx, person, hashed, [clock.uuid7() for _ in postings], now_ms, by=who("user add"))
    output.say(f"{login} may sign in" + ("." if password_file else f", with the password {password}"))
    drawn = {} if password_file else {"password": password}
    output.machine({"id": id, "login": login, "postings": postings, **drawn})


def posting_of(text: str) -> tuple[Any, str | None]:
    """The role and district that ROLE:DISTRICT names. Raises typer.BadParameter."""
    from field.sync.rights import ROLES

    role, colon, district = text.partition(":")
    if role not in ROLES:
        raise typer.BadParameter(
            f"{role!r} is no role. There are {', '.join(ROLES)}.", param_hint="--posting"
        )
    if colon and not district:
        raise typer.BadParameter(f"{text!r} names no district after the colon.", param_hint="--posting")
    return role, district or None


def _day_ms(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write it as 2026-07-01.") from None
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def password_in(file: Path | None) -> str | None:
    """The password in a file, if one is given. Ends the program where it cannot be used."""
    from field.cli.output import Exit, read_file, stop

    if file is None:
        return None
    try:
        password = (read_file(file).decode().splitlines() or [""])[0].strip()
    except UnicodeDecodeError:
        stop(f"{file} is not UTF-8 text.", Exit.FINDINGS)
    if len(password) < PASSWORD_LENGTH_MIN:
        stop(
            f"The password has fewer than {PASSWORD_LENGTH_MIN} letters. Choose a longer one.", Exit.FINDINGS
        )
    return password


def _check_districts(tx: "Connection", ids: list[str]) -> None:
    import difflib

    from field.cli.output import Exit, stop
    from field.store import registry

    known = [district.id for district in registry.districts(tx)]
    for id in ids:
        if id not in known:
            near = difflib.get_close_matches(id, known, n=1)
            hint = (
                f"Is {near[0]} meant?" if near else "Import the districts first: field import districts FILE"
            )
            stop(f"There is no district {id}. {hint}", Exit.FINDINGS)
