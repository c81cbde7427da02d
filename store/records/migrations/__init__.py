"""Numbered steps from one version of a ledger's tables to the next (Alembic).

Imported only when a ledger is not at the newest version.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

__all__ = ["CommandError", "config", "upgrade"]


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings for this folder, on a connection that is in a transaction."""
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    found.set_main_option("path_separator", "os")
    found.attributes["connection"] = connection
    return found


def upgrade(connection: Connection) -> None:
    """Apply what is missing, within the transaction of `connection`.

    Raises `CommandError` for a version that this program never wrote.
    """
    command.upgrade(config(connection), "head")
