"""Alembic's way in: runs on the connection that `store.migrating` hands over."""

from alembic import context
from sqlmodel import SQLModel

import trust_commissioning.store.tables  # noqa: F401  (declares the tables `alembic check` reads)

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
