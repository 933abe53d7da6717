"""Writing many rows of one table: the statement is put together once, and rows go to the driver as they are.

SQLAlchemy's own `insert()` with a list turns every row's mapping into parameters anew, which costs as much as
SQLite's work on the row. Here a row is a tuple in the order of `columns`.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table


class Rows:
    """Inserts rows of chosen columns into a table."""

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        """`columns` must be columns of the table; the others keep their defaults."""
        self.table = table
        self.columns = tuple(table.c[name].name for name in columns)

    def insert(self, tx: Connection, rows: Iterable[Sequence[Any]]) -> None:
        """Insert the rows, in their order; nothing is done for none."""
        given = [tuple(row) for row in rows]
        if given:
            tx.exec_driver_sql(_statement(self, tx.dialect), given)


@lru_cache(maxsize=64)
def _statement(rows: Rows, dialect: Dialect) -> str:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in rows.columns)
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join(mark for _ in rows.columns)
    return f"INSERT INTO {quote(rows.table.name)} ({names}) VALUES ({marks})"
