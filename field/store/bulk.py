"""Statements of the hot path, put together once and handed to the driver as they are.

To run a statement costs SQLAlchemy more than most of ours cost the database: it makes parameters, a context
and a result anew each time. Here they are still written in its words and compiled by it, once for each kind
of database; values go to and from the driver as they are, and no type of SQLAlchemy's is applied: a boolean
is 0 or 1 on SQLite.
"""

from collections import namedtuple
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, Select, Table
from sqlalchemy.exc import DBAPIError

PARAMETERS_MAX = 28_000
"""So many values stand in one statement where very many rows are inserted; SQLite takes 32,766 at most."""


class Prepared:
    """A statement with named parameters. A list for an expanding `IN` is called `ids`."""

    def __init__(self, statement: Executable, *, plain: bool = False) -> None:
        """`plain`: rows are tuples without names, where there are millions of them."""
        self.statement = statement
        # A column may be called like a keyword or begin with `_`; then its row gives it by place alone.
        names = (
            [column.name for column in statement.selected_columns]
            if isinstance(statement, Select) and not plain
            else []
        )
        self._row: Any = namedtuple("Row", names, rename=True) if names else tuple
        # To ask psycopg whether there are rows makes it describe every column of them.
        self._gives_rows = isinstance(statement, Select)

    def run(self, tx: Connection, **parameters: Any) -> list[Any]:
        """Run it, and give its rows, with the columns of a `select` as attributes.

        Raises what SQLAlchemy's own way of running it raises.
        """
        ids = parameters.pop("ids", None)
        sql, names, fixed = _compiled(self, tx.dialect, -1 if ids is None else len(ids))
        given = {**fixed, **parameters} if fixed else parameters
        if ids is not None:
            given.update(zip(_listed(len(ids)), ids, strict=True))
        with _Cursor(tx, sql) as cursor:
            cursor.execute(sql, given if names is None else tuple([given[name] for name in names]))
            found = cursor.fetchall() if self._gives_rows or cursor.description is not None else []
            return list(found) if self._row is tuple else [*map(self._row._make, found)]


class Rows:
    """Inserts rows of chosen columns into a table; a row is a tuple in the order of `columns`."""

    def __init__(self, table: Table, columns: Sequence[str], *, once: bool = False) -> None:
        """`columns` must be columns of the table; the others keep their defaults.

        `once`: a row whose key is there already is left as it is, and not an error.
        """
        self.table = table
        self.once = once
        self.columns = tuple(table.c[name].name for name in columns)

    def insert(self, tx: Connection, rows: Sequence[tuple[Any, ...]]) -> int:
        """Insert the rows, in their order, and return how many are new; nothing is done for none."""
        if not rows:
            return 0
        sql = _statement(self, tx.dialect)
        with _Cursor(tx, sql) as cursor:
            cursor.executemany(sql, rows)
            return int(cursor.rowcount)

    def pour(self, tx: Connection, rows: Sequence[tuple[Any, ...]]) -> int:
        """Insert very many rows and return how many are new: `insert`, with thousands of them in a statement.

        It takes two thirds of the time.
        """
        together = PARAMETERS_MAX // len(self.columns)
        whole = len(rows) - len(rows) % together
        added = self.insert(tx, rows[whole:])
        if whole:
            sql = _statement(self, tx.dialect, together)
            with _Cursor(tx, sql) as cursor:
                for at in range(0, whole, together):
                    cursor.execute(sql, [*chain.from_iterable(rows[at : at + together])])
                    added += int(cursor.rowcount)
        return added


def plain(tx: Connection, sql: str) -> None:
    """Run a statement without parameters."""
    with _Cursor(tx, sql) as cursor:
        cursor.execute(sql)


class _Cursor:
    """The driver's cursor on the transaction's connection; its errors become SQLAlchemy's."""

    __slots__ = ("_cursor", "_raw", "_sql", "_tx")

    def __init__(self, tx: Connection, sql: str) -> None:
        self._tx = tx
        self._sql = sql
        raw: Any = tx.connection.dbapi_connection
        self._raw = raw
        self._cursor = raw.cursor()

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: Any) -> None:
        try:
            if error is not None:
                self._tell(error)
        finally:
            self._cursor.close()

    def _tell(self, error: BaseException) -> None:
        tx, driver = self._tx, self._tx.dialect.loaded_dbapi
        if not isinstance(error, driver.Error):
            return
        lost = tx.dialect.is_disconnect(error, self._raw, self._cursor)
        if lost:
            tx.invalidate(error)
        told: Any = DBAPIError.instance(
            self._sql, None, error, driver.Error, True, connection_invalidated=lost, dialect=tx.dialect
        )
        raise told from error


@lru_cache(maxsize=512)
def _listed(many: int) -> tuple[str, ...]:
    """What SQLAlchemy calls the parameters of an expanding list."""
    return tuple(f"ids_{place}" for place in range(1, many + 1))


@lru_cache(maxsize=512)
def _compiled(
    prepared: Prepared, dialect: Dialect, listed: int
) -> tuple[str, tuple[str, ...] | None, dict[str, Any]]:
    """The text, the order of its parameters where they go by place, and the values it brings itself."""
    compiled: Any = prepared.statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every Executable has it
    sql, positions, fixed = str(compiled), compiled.positiontup, compiled.params
    if listed >= 0:
        state = compiled.construct_expanded_state({**fixed, "ids": [None] * listed})
        sql, positions, fixed = state.statement, state.positiontup, state.parameters
    return sql, tuple(positions) if compiled.positional else None, dict(fixed)


@lru_cache(maxsize=64)
def _statement(rows: Rows, dialect: Dialect, together: int = 1) -> str:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in rows.columns)
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    one = ", ".join(mark for _ in rows.columns)
    marks = "), (".join(one for _ in range(together))
    there = " ON CONFLICT DO NOTHING" if rows.once else ""
    return f"INSERT INTO {quote(rows.table.name)} ({names}) VALUES ({marks}){there}"
