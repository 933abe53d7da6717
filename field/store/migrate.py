"""Bringing a database to today's schema: one set of migrations for SQLite and PostgreSQL."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from field.store.engine import open_engine

SCRIPTS = Path(__file__).parent / "migrations"


def config(url: str) -> Config:
    """Alembic's configuration for a database."""
    made = Config()
    made.set_main_option("script_location", str(SCRIPTS))
    made.attributes["url"] = url
    return made


def upgrade(url: str) -> None:
    """Bring the database to the latest schema; a new one is made."""
    command.upgrade(config(url), "head")


def current(url: str) -> tuple[str | None, str | None]:
    """The revision that the database has, and the latest there is."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return found, latest()


def latest() -> str | None:
    """The latest revision there is."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head()
