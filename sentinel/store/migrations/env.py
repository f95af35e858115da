"""How Alembic is run here: from inside the program, on a connection and in a transaction that it is handed."""

from __future__ import annotations

from alembic import context

from sentinel.store.schema import metadata
from sentinel.store.versions import TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=TABLE,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
