"""Who acts at a command line, for the audit trail: the command, and the user of the system who typed it."""

import getpass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from field.api.context import Caller, Context


def who(command: str) -> str:
    """The command with its user, as in "field user add (root)", where the system knows."""
    try:
        return f"field {command} ({getpass.getuser()})"
    except (KeyError, OSError):
        return f"field {command}"


def note(context: "Context", act: str, command: str, **more: Any) -> None:
    """Note an act of a command in a transaction of its own, for what is done in several. See `audit.note`."""
    from field.store import audit

    with context.store.write() as tx:
        audit.note(tx, act, context.clock.now_ms(), by=who(command), **more)


def caller(context: "Context", login: str, route: str) -> "Caller":
    """Whoever has a login, with the districts where they may do now what a route does.

    Raises Problem not-found, and no-right where they may nowhere.
    """
    from field.api.context import reaching
    from field.problems import Problem
    from field.store import people, postings
    from field.store.people import Session

    with context.store.read() as tx:
        id = postings.by_login(tx, login)
        held = people.postings_of(tx, [id]).get(id, [])
    found = reaching(Session(id, None, login, held), route, context.clock.now_ms())
    if found.districts == frozenset():
        raise Problem("no-right", f"The postings of {login} do not allow this.")
    return found
