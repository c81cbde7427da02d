"""Run by Alembic: applies the steps within the transaction that the caller began."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection)
context.run_migrations()
