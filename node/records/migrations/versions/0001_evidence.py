"""Statements, log, what others sent, scores, jobs, events, settings."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, Text, UniqueConstraint

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = BigInteger().with_variant(Integer(), "sqlite")


def _number(name: str, *constraints: ForeignKey, key: bool = False) -> "Column[int]":
    return Column(name, BIG, *constraints, nullable=False, autoincrement=False, primary_key=key)


def _text(name: str, *, key: bool = False) -> "Column[str]":
    return Column(name, Text, nullable=False, primary_key=key)


def _bytes(name: str) -> "Column[bytes]":
    return Column(name, LargeBinary, nullable=False)


def _position() -> "Column[int]":
    return _number("position", ForeignKey("statements.position"), key=True)


def upgrade() -> None:
    """Build the tables in an empty database."""
    _build_statements()
    _build_log()
    _build_exchange()
    _build_house()


def _build_statements() -> None:
    op.create_table(
        "statements",
        _number("position", key=True),
        _bytes("statement_id"),
        _bytes("draft_id"),
        _text("lei"),
        _text("site"),
        _text("kind"),
        _number("sequence"),
        _text("occurred"),
        _number("occurred_us"),
        _number("issued_us"),
        _text("schema_name"),
        _text("tier"),
        _bytes("key_id"),
        UniqueConstraint("lei", "site", "kind", "sequence"),
        UniqueConstraint("statement_id"),
        UniqueConstraint("draft_id"),
    )
    op.create_table("entries", _position(), _text("leaf"))
    op.create_table("disclosures", _position(), _text("packed"))
    op.create_table(
        "tombstones",
        _number("number", key=True),
        _number("position", ForeignKey("statements.position")),
        _text("field"),
        _number("at_us"),
        _text("reason"),
    )
    op.create_index("ix_tombstones_position", "tombstones", ["position"])


def _build_log() -> None:
    op.create_table("tiles", _number("level", key=True), _number("place", key=True), _bytes("hashes"))
    op.create_table(
        "heads",
        _number("size", key=True),
        _bytes("root"),
        _number("old_size"),
        _bytes("path"),
        _text("checkpoint"),
        _bytes("key_ids"),
        _number("sealed_us"),
        Column("receipt", Text, nullable=True),
    )


def _build_exchange() -> None:
    op.create_table(
        "received",
        _number("number", key=True),
        _bytes("statement_id"),
        _text("issuer"),
        _text("lei"),
        _text("site"),
        _text("kind"),
        _number("sequence"),
        _number("occurred_us"),
        _text("sd_jwt"),
        _number("head_size"),
        _bytes("head_root"),
        _number("log_index"),
        _bytes("path"),
        _number("received_us"),
        UniqueConstraint("statement_id"),
    )
    op.create_index("ix_received_stream", "received", ["issuer", "lei", "kind", "sequence"])
    op.create_table(
        "scores",
        _number("number", key=True),
        _text("lei"),
        _text("site"),
        _number("computed_us"),
        _bytes("policy"),
        _bytes("bundle"),
        Column("attestation", LargeBinary, nullable=True),
        Column("credential", Text, nullable=True),
    )
    op.create_index("ix_scores_subject", "scores", ["lei", "site", "number"])


def _build_house() -> None:
    op.create_table(
        "jobs",
        _text("job_id", key=True),
        _text("what"),
        _text("state"),
        _number("done"),
        _number("total"),
        _text("report"),
        _number("created_us"),
        _number("changed_us"),
    )
    op.create_index("ix_jobs_state", "jobs", ["state"])
    op.create_table("node_events", _number("number", key=True), _number("at_us"), _text("type"), _text("data"))
    op.create_table("settings", _text("name", key=True), _text("value"))


def downgrade() -> None:
    """There is no way back: the log cannot be unmade.

    Raises:
        NotImplementedError: always; restore a backup instead.
    """
    raise NotImplementedError("the first version cannot be undone; restore a backup")
