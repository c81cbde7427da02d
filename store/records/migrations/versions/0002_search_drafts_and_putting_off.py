"""Full-text search over contacts, half-typed forms, and what was put off."""

import sqlalchemy as sa
from alembic import op

from store.records import database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and index what is there already."""
    op.create_table(
        "draft",
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("kept_at", sa.DateTime(), nullable=False),
        sa.Column("typed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("form"),
    )
    op.create_table(
        "postponement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("record", "record_id"),
        sqlite_autoincrement=True,
    )
    for statement in database.search_index():
        op.execute(statement)
