"""What the declarations of all tables share: the names of constraints, and columns that occur everywhere."""

from typing import ClassVar

from sqlalchemy import BigInteger, Column, ForeignKey, Index, MetaData, String, text
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

ID = 36
"""An id is a UUID as text."""


class Table(SQLModel):
    """The base of all tables: constraints are named alike on SQLite and PostgreSQL."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)


def id_column(*, nullable: bool = False, primary: bool = False, refers: str | None = None) -> Column[str]:
    """A column for the id of something; `refers` names the column that holds it."""
    arguments = (ForeignKey(refers),) if refers else ()
    return Column(String(ID), *arguments, nullable=nullable, primary_key=primary)


def ms_column(*, nullable: bool = False) -> Column[int]:
    """A column for a time, or for any other 64-bit integer."""
    return Column(BigInteger, nullable=nullable)


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of some rows only, those of which `where` is true; `where` must stand so in the query too."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))
