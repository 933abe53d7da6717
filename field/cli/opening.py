"""Opening what a command works on: settings, and a database that has today's schema."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from field import config
from field.cli.output import Exit, stop
from field.config import Settings

if TYPE_CHECKING:
    from field.api.context import Context

SQLITE = "sqlite:///"
KNOWN = ("sqlite", "postgresql+psycopg")


def settings_of(data: Path | None = None, database_url: str | None = None) -> Settings:
    """The settings of the environment, with what was given on the command line instead."""
    environ = dict(os.environ)
    if data is not None:
        environ["FIELD_DATA"] = str(data)
    if database_url is not None:
        environ["FIELD_DATABASE_URL"] = database_url
    settings = config.read(environ)
    if not _usable(settings.database_url):
        words = "The database's address cannot be used. Write sqlite:///FILE or postgresql://USER@HOST/NAME."
        stop(words, Exit.ENVIRONMENT)
    return settings


def _usable(url: str) -> bool:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url).drivername in KNOWN
    except (ArgumentError, ValueError):
        return False


def variables(settings: Settings) -> dict[str, str]:
    """The settings as the environment's variables, where the server's processes read them."""
    return {f"FIELD_{name.upper()}": str(getattr(settings, name)) for name in settings.__struct_fields__}


def sqlite_file(settings: Settings) -> Path | None:
    """The file of an SQLite database; None for PostgreSQL and for one in memory."""
    url = settings.database_url
    path = url.removeprefix(SQLITE).partition("?")[0]
    return Path(path) if url.startswith(SQLITE) and path and path != ":memory:" else None


def shown(settings: Settings) -> str:
    """The database's address as it may be shown: without its password."""
    from sqlalchemy.engine import make_url

    return make_url(settings.database_url).render_as_string(hide_password=True)


@contextmanager
def reaching(settings: Settings) -> Iterator[None]:
    """Turn a database that cannot be reached into words and an exit code."""
    from sqlalchemy.exc import DBAPIError, OperationalError

    from field.store.engine import Retry

    try:
        yield
    except Retry:
        stop("The database is busy with something else. Try again.", Exit.ENVIRONMENT)
    except OperationalError as error:
        words = f"The database {shown(settings)} cannot be reached: {error.orig}"
        stop(f"{words} Check that it runs and that the address is right.", Exit.ENVIRONMENT)
    except DBAPIError as error:
        stop(f"The database {shown(settings)} refused: {error.orig}", Exit.ENVIRONMENT)


def revisions(settings: Settings) -> tuple[str | None, str | None]:
    """The schema that the database has, None for none, and the one that this program needs."""
    from field.store import migrate

    file = sqlite_file(settings)
    # Asking SQLite would make the file, and a later look would take it for an empty database of ours.
    if file is not None and not file.exists():
        return None, migrate.current("sqlite://")[1]
    with reaching(settings):
        return migrate.current(settings.database_url)


def migrate_to_latest(settings: Settings) -> None:
    """Bring the database to today's schema; make it where there is none."""
    from field.store import migrate

    file = sqlite_file(settings)
    try:
        (file.parent if file is not None else settings.data).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(f"The folder for the data cannot be made: {error}.", Exit.ENVIRONMENT)
    with reaching(settings):
        migrate.upgrade(settings.database_url)


def require_schema(settings: Settings) -> None:
    """Stop unless the database has today's schema."""
    found, latest = revisions(settings)
    if found is None:
        stop(f"There is no Field database at {shown(settings)} yet. Run: field migrate", Exit.ENVIRONMENT)
    if found != latest:
        words = f"The database {shown(settings)} has the schema {found}, and this program needs {latest}."
        stop(f"{words} Run: field migrate", Exit.ENVIRONMENT)


@contextmanager
def opened(settings: Settings, *, renew: bool = False, cache_mb: int | None = None) -> Iterator["Context"]:
    """The open parts of a server on a database with today's schema, closed at the end.

    `renew`: one that is older than the office journal begins a new life; otherwise such a one is not opened.
    `cache_mb`: how much of an SQLite database is kept at hand; None: as much as by a server.
    """
    from field.app import open_context
    from field.clock import SystemClock
    from field.store.engine import CACHE_MB

    require_schema(settings)
    with reaching(settings):
        context = open_context(settings, SystemClock(), renew=renew, cache_mb=cache_mb or CACHE_MB)
        try:
            yield context
        finally:
            context.store.close()
