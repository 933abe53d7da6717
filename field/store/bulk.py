"""Statements of the hot path, put together once and handed to the driver as they are.

SQLAlchemy's own `insert()` with a list turns every row's mapping into parameters anew, which costs as much as
SQLite's work on the row; and running a statement costs it more than most of ours cost the database. They are
still written in its words, and compiled by it, once for each kind of database.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Executable, Table


class Prepared:
    """A statement with named parameters, compiled once; values go to and from the driver as they are.

    Not for lists in `IN` (these are compiled anew for each length), and no type of SQLAlchemy's is applied to
    what comes back: a boolean is 0 or 1 on SQLite.
    """

    def __init__(self, statement: Executable) -> None:
        self.statement = statement

    def run(self, tx: Connection, **parameters: Any) -> CursorResult[Any]:
        """Run it."""
        sql, names, fixed = _compiled(self, tx.dialect)
        given = {**fixed, **parameters}
        return tx.exec_driver_sql(sql, given if names is None else tuple(given[name] for name in names))


@lru_cache(maxsize=128)
def _compiled(prepared: Prepared, dialect: Dialect) -> tuple[str, tuple[str, ...] | None, dict[str, Any]]:
    compiled = prepared.statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every Executable has it
    names = tuple(compiled.positiontup) if compiled.positional else None
    fixed = dict(compiled.params)
    return str(compiled), names, fixed


class Rows:
    """Inserts rows of chosen columns into a table; a row is a tuple in the order of `columns`."""

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
