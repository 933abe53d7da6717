"""`field user list|give|end|transfer|password`: accounts and their postings over time, on the database."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json
from field.cli.users import app as users

__all__ = ["users"]

if TYPE_CHECKING:
    from field.cli.output import Output
    from field.store.postings import Post, PostingsChanged

LIST_EXAMPLE = "Example: field user list --district korangi"
GIVE_EXAMPLE = "Example: field user give inspector-3 --posting inspector:korangi"
END_EXAMPLE = "Example: field user end inspector-3 --posting inspector:korangi"
TRANSFER_EXAMPLE = "Example: field user transfer inspector-3 --posting inspector:korangi --to malir"
PASSWORD_EXAMPLE = "Example: field user password inspector-3"

Login = Annotated[str, typer.Argument(help="The name that they sign in with.")]
OnePosting = Annotated[str, typer.Option(help="ROLE:DISTRICT, or ROLE alone for everywhere.")]


@users.command("list", epilog=LIST_EXAMPLE)
def listed(
    district: Annotated[str | None, typer.Option(help="Only who is posted there now.")] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """List the accounts with their postings, past and future ones in brackets."""
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output, moment
    from field.store import people

    output = Output(json)
    with opened(settings_of(data, database_url)) as context:
        now_ms = context.clock.now_ms()
        with context.store.read() as tx:
            found = people.every(tx)
    chosen = [
        person
        for person in found
        if district is None or any(p.in_force(now_ms) and p.covers(district) for p in person.postings)
    ]
    for person in chosen:
        said = []
        for post in person.postings:
            words = f"{post.role}:{post.district}" if post.district else post.role
            until = f" until {moment(post.to_ms)}" if post.to_ms is not None else ""
            here = f"{words} from {moment(post.from_ms)}{until}"
            said.append(here if post.in_force(now_ms) else f"({here})")
        output.say(f"{person.login}  {person.name}  {', '.join(said) or 'no posting'}")
    output.machine(chosen)


@users.command(epilog=GIVE_EXAMPLE)
def give(
    login: Login, posting: OnePosting, data: Data = None, database_url: DatabaseUrl = None, json: Json = None
) -> None:
    """Give somebody a posting, from now on."""
    _change("give", login, None, _place(posting), data, database_url, json)


@users.command(epilog=END_EXAMPLE)
def end(
    login: Login, posting: OnePosting, data: Data = None, database_url: DatabaseUrl = None, json: Json = None
) -> None:
    """End a posting now. What was captured before counts; visits under way there go back to the pool."""
    _change("end", login, _place(posting), None, data, database_url, json)


@users.command(epilog=TRANSFER_EXAMPLE)
def transfer(
    login: Login,
    posting: OnePosting,
    to: Annotated[str, typer.Option(help="The district where they have the role from now on.")],
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """End a posting and give the same role in another district, at one moment."""
    from field.store.postings import Post

    left = _place(posting)
    _change("transfer", login, left, Post(left.role, to), data, database_url, json)


@users.command(epilog=PASSWORD_EXAMPLE)
def password(
    login: Login,
    password_file: Annotated[
        Path | None, typer.Option(help="A file whose first line is the password; without it one is drawn.")
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Give somebody another password, shown once, here; they are signed out everywhere."""
    from argon2 import PasswordHasher

    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.cli.users import PASSWORD_BYTES, password_in
    from field.store import postings
    from field.sync.signing import b64

    output, given = Output(json), password_in(password_file)
    with opened(settings_of(data, database_url)) as context:
        chosen = given or b64(context.clock.token(PASSWORD_BYTES))
        hashed, now_ms = PasswordHasher().hash(chosen), context.clock.now_ms()
        with context.store.write() as tx:
            id = postings.by_login(tx, login)
            postings.set_password(tx, id, hashed, now_ms, who("user password"))
    output.say(f"{login} signs in" + (" with it." if given else f" with the password {chosen}"))
    output.machine({"login": login, **({} if given else {"password": chosen})})


def _change(
    act: str,
    login: str,
    ends: "Post | None",
    begins: "Post | None",
    data: Data,
    database_url: DatabaseUrl,
    json: Json,
) -> None:
    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import postings

    output, by = Output(json), who(f"user {act}")
    with opened(settings_of(data, database_url)) as context:
        with context.store.read() as tx:
            person = postings.by_login(tx, login)
        acts = []
        if ends is not None:
            acts.append(lambda tx, now_ms: postings.end(tx, person, ends, now_ms, by))
        if begins is not None:
            id = context.clock.uuid7()
            acts.append(lambda tx, now_ms: postings.give(tx, person, begins, id, now_ms, by))
        changed = postings.change(context.store, context.clock, context.office, person, *acts)
    _tell(output, login, ends, begins, changed)


def _tell(
    output: "Output", login: str, ends: "Post | None", begins: "Post | None", changed: "PostingsChanged"
) -> None:
    if ends is not None:
        output.say(f"{login} is {ends.words} no more.")
    if begins is not None:
        output.say(f"{login} is {begins.words} from now on.")
    if changed.freed:
        output.say(f"{len(changed.freed)} visits under way wait for another inspector.")
    output.machine(changed)


def _place(text: str) -> "Post":
    from field.cli.users import posting_of
    from field.store.postings import Post

    return Post(*posting_of(text))
