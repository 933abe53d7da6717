"""Runs the migrations; called by field.store.migrate."""

from alembic import context

from field.store.engine import open_engine
from field.store.tables import Table

engine = open_engine(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=True,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
