"""Cases of flows, and the commands that they ask the node to carry out."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, String, Text, UniqueConstraint

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Build the three tables."""
    op.create_table(
        "cases",
        Column("number", BIG, primary_key=True, nullable=False),
        Column("id", String(64), nullable=False),
        Column("flow", String(80), nullable=False),
        Column("state", String(64), nullable=False),
        Column("ended", Boolean, nullable=False),
        Column("subject", String(64), nullable=False),
        Column("about", String(200), nullable=False),
        Column("opener", String(20), nullable=False),
        Column("opened_us", BigInteger, nullable=False),
        Column("changed_us", BigInteger, nullable=False),
        Column("due_us", BigInteger, nullable=True),
        Column("head", LargeBinary(32), nullable=False),
        Column("data", LargeBinary, nullable=False),
        UniqueConstraint("id"),
    )
    op.create_index("ix_cases_flow", "cases", ["flow", "state"])
    for name, column in (("subject", "subject"), ("about", "about"), ("due", "due_us")):
        op.create_index(f"ix_cases_{name}", "cases", [column])
    op.create_table(
        "case_commands",
        Column("number", BIG, primary_key=True, nullable=False),
        Column("key", String(200), nullable=False),
        Column("case_id", String(64), nullable=False),
        Column("command", Text, nullable=False),
        Column("outcome", Text, nullable=True),
        Column("done_us", BigInteger, nullable=True),
        UniqueConstraint("key"),
    )
    op.create_index("ix_case_commands_case", "case_commands", ["case_id"])
    op.create_index("ix_case_commands_waiting", "case_commands", ["done_us"])
    op.create_table(
        "case_seals",
        Column("number", BIG, primary_key=True, nullable=False),
        Column("signature", String(64), nullable=False),
        Column("case_id", String(64), nullable=False),
        Column("sealed", Text, nullable=False),
        UniqueConstraint("case_id", "signature"),
    )


def downgrade() -> None:
    """Nothing goes back: running cases would be lost."""
    raise NotImplementedError("restore the backup made before the upgrade instead")
