"""Facts about the database itself: who made it. So that nobody throws away what is not theirs."""

from sqlalchemy import MetaData, create_engine, insert, inspect, select
from sqlalchemy.exc import DatabaseError

from field.store import tables

MARKS = tables.Mark.__table__  # type: ignore[attr-defined]  # SQLModel adds it

MADE_BY = "made-by"
NOBODY = ""
"""The maker of a database without any table."""


def claim(url: str, maker: str) -> None:
    """Write down who made a database that was just made."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(insert(MARKS), {"name": MADE_BY, "value": maker})
    finally:
        engine.dispose()


def maker(url: str) -> str | None:
    """Who made the database: `NOBODY` for an empty one, None where it does not say or is no database."""
    engine = create_engine(url)
    try:
        found = inspect(engine).get_table_names()
        if not found:
            return NOBODY
        if MARKS.name not in found:
            return None
        with engine.connect() as connection:
            return connection.execute(select(MARKS.c.value).where(MARKS.c.name == MADE_BY)).scalar()
    except DatabaseError as error:
        if "not a database" in str(error.orig):
            return None
        raise
    finally:
        engine.dispose()


def drop_everything(url: str) -> None:
    """Drop every table of a database."""
    engine = create_engine(url)
    try:
        found = MetaData()
        found.reflect(engine)
        found.drop_all(engine)
    finally:
        engine.dispose()
