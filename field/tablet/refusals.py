"""What a refusal says about the session and the tablet, remembered for the screen."""

from collections.abc import Iterator
from contextlib import contextmanager

from field.sync import apps
from field.tablet.database import Database
from field.tablet.door import Refused
from field.tablet.people import People
from field.tablet.told import Synced


def noted(database: Database, synced: Synced) -> Synced:
    """Remember, for the screen, that the office does not serve this app; until a sync goes well."""
    if synced.code in (apps.TOO_OLD, apps.TOO_NEW):
        database.remember("unserved", synced.code)
    elif synced.problem is None and database.state("unserved", str, ""):
        database.remember("unserved", "")
    return synced


@contextmanager
def heeded(database: Database, people: People, token: str) -> Iterator[None]:
    """Remember that the session of a token ended, or that this tablet was revoked; the refusal goes on."""
    try:
        yield
    except Refused as error:
        if error.code == "not-signed-in":
            people.session_ended(token)
        if error.code == "device-revoked":
            database.remember("revoked", True)
        raise
