"""Alembic's entry: apply versions on the connection that `scenarios.store.upgrade` hands over."""

from alembic import context

connection = context.config.attributes["connection"]
# SQLite cannot alter most things in place: there Alembic copies the table.
context.configure(connection=connection, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
