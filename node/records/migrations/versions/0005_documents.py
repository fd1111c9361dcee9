"""Versioned documents of rooms: graphs, causal cases, suggestions, model cards."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Text, UniqueConstraint

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Build the table."""
    op.create_table(
        "documents",
        Column("number", BIG, primary_key=True, nullable=False),
        Column("first", BIG, nullable=False),
        Column("kind", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("version", BIG, nullable=False),
        Column("about", Text, nullable=False),
        Column("by", Text, nullable=False),
        Column("at_us", BIG, nullable=False),
        Column("data", LargeBinary, nullable=False),
        UniqueConstraint("kind", "name", "version"),
    )
    op.create_index("ix_documents_about", "documents", ["kind", "about", "first"])


def downgrade() -> None:
    """Nothing goes back: documents would be lost."""
    raise NotImplementedError("restore the backup made before the upgrade instead")
