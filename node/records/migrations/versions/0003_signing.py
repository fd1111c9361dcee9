"""Electronic signatures of people."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Text, UniqueConstraint

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = BigInteger().with_variant(Integer(), "sqlite")

# The database itself refuses to change signatures; what gets past that breaks their chain.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER signatures_no_update BEFORE UPDATE ON signatures "
        "BEGIN SELECT RAISE(ABORT, 'signatures are append-only'); END",
        "CREATE TRIGGER signatures_no_delete BEFORE DELETE ON signatures "
        "BEGIN SELECT RAISE(ABORT, 'signatures are append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION signatures_guard() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'signatures are append-only'; END $$",
        "CREATE TRIGGER signatures_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON signatures "
        "FOR EACH STATEMENT EXECUTE FUNCTION signatures_guard()",
    ),
}


def upgrade() -> None:
    """Build the table of signatures."""
    op.create_table(
        "signatures",
        Column("number", BIG, primary_key=True, autoincrement=False, nullable=False),
        Column("id", String(36), nullable=False),
        Column("record", LargeBinary(32), nullable=False),
        Column("about", String(200), nullable=False),
        Column("signer", String(200), nullable=False),
        Column("at_us", BigInteger, nullable=False),
        Column("run", LargeBinary(32), nullable=False),
        Column("sealed", Text, nullable=False),
        Column("previous", LargeBinary(32), nullable=False),
        Column("digest", LargeBinary(32), nullable=False),
        UniqueConstraint("id"),
    )
    for name in ("record", "about", "signer", "run"):
        op.create_index(f"ix_signatures_{name}", "signatures", [name])
    for statement in GUARDS.get(op.get_bind().dialect.name, ()):
        op.execute(statement)


def downgrade() -> None:
    """Nothing goes back: signatures are append-only."""
    raise NotImplementedError("restore the backup made before the upgrade instead")
