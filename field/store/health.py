"""Whether the database is there and as this program needs it."""

from functools import cache
from typing import Any

import msgspec
from alembic.script import ScriptDirectory
from sqlalchemy import Select, column, select, table

from field.store import migrate, pulls
from field.store.engine import Store


class Health(msgspec.Struct, frozen=True):
    """The database's schema and the one needed, and its epoch."""

    schema: str | None
    schema_needed: str | None
    epoch: str

    @property
    def is_current(self) -> bool:
        """Whether the schema is the one that this program needs."""
        return self.schema == self.schema_needed


def look(store: Store) -> Health:
    """The state of the database. Raises Problem storage-failed where it cannot be reached."""
    with store.read() as tx:
        schema = tx.execute(_SCHEMA).scalar_one_or_none()
        return Health(schema, _needed(), pulls.epoch(tx))


_SCHEMA: Select[Any] = select(column("version_num")).select_from(table("alembic_version"))


@cache
def _needed() -> str | None:
    return ScriptDirectory(str(migrate.SCRIPTS)).get_current_head()
