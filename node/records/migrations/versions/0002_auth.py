"""Users, sessions, API tokens, the access trail, spent nonces, kept answers."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, String

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = BigInteger().with_variant(Integer(), "sqlite")

# The database itself refuses to change the trail; what gets past that breaks the hash chain.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER auth_trail_no_update BEFORE UPDATE ON auth_trail "
        "BEGIN SELECT RAISE(ABORT, 'the access trail is append-only'); END",
        "CREATE TRIGGER auth_trail_no_delete BEFORE DELETE ON auth_trail "
        "BEGIN SELECT RAISE(ABORT, 'the access trail is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION auth_trail_guard() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the access trail is append-only'; END $$",
        "CREATE TRIGGER auth_trail_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON auth_trail "
        "FOR EACH STATEMENT EXECUTE FUNCTION auth_trail_guard()",
    ),
}


def _text(
    name: str,
    size: int | None = None,
    *constraints: ForeignKey,
    primary_key: bool = False,
    unique: bool | None = None,
    index: bool | None = None,
) -> "Column[str]":
    return Column(name, String(size), *constraints, nullable=False, primary_key=primary_key, unique=unique, index=index)


def _time(name: str, *, needed: bool = True) -> "Column[int]":
    return Column(name, BigInteger, nullable=not needed)


def _bytes(
    name: str, size: int, *, primary_key: bool = False, unique: bool | None = None, index: bool | None = None
) -> "Column[bytes]":
    return Column(name, LargeBinary(size), nullable=False, primary_key=primary_key, unique=unique, index=index)


def upgrade() -> None:
    """Build the door's tables."""
    _build_people()
    _build_trail()
    _build_calls()


def _build_people() -> None:
    op.create_table(
        "auth_users",
        _text("id", 32, primary_key=True),
        _text("name", 64),
        _text("folded", 256, unique=True),
        _text("roles", 256),
        _text("password", 256),
        _time("password_set"),
        Column("must_change", Boolean, nullable=False),
        _time("created"),
        Column("disabled", Boolean, nullable=False),
        Column("failures", Integer, nullable=False),
        _time("locked_until", needed=False),
    )
    op.create_table(
        "auth_sessions",
        _bytes("secret", 32, primary_key=True),
        _text("user_id", 32, ForeignKey("auth_users.id")),
        _time("created"),
        _time("seen"),
        _time("expires"),
    )
    op.create_index("ix_auth_sessions_user_id", "auth_sessions", ["user_id"])
    op.create_table(
        "auth_tokens",
        _text("id", 32, primary_key=True),
        _bytes("secret", 32, unique=True),
        _text("owner", 32, ForeignKey("auth_users.id")),
        _text("label", 128),
        _text("scopes", 1024),
        _time("created"),
        _time("expires"),
        _time("revoked", needed=False),
        _time("used", needed=False),
    )
    op.create_index("ix_auth_tokens_owner", "auth_tokens", ["owner"])


def _build_trail() -> None:
    op.create_table(
        "auth_trail",
        Column("number", BIG, primary_key=True, autoincrement=False, nullable=False),
        _time("at"),
        _text("actor", 256),
        _text("action", 32),
        _text("outcome", 16),
        _text("target", 256),
        _text("request", 256),
        _text("detail"),
        _bytes("previous", 32),
        _bytes("digest", 32),
    )
    op.create_index("ix_auth_trail_actor", "auth_trail", ["actor"])
    op.create_index("ix_auth_trail_action", "auth_trail", ["action"])
    for statement in GUARDS.get(op.get_bind().dialect.name, ()):
        op.execute(statement)


def _build_calls() -> None:
    op.create_table(
        "auth_nonces",
        _text("owner", 64, primary_key=True),
        _text("nonce", 64, primary_key=True),
        _time("expires"),
    )
    op.create_index("ix_auth_nonces_expires", "auth_nonces", ["expires"])
    op.create_table(
        "auth_answers",
        _bytes("key", 32, primary_key=True),
        _bytes("request", 32),
        _time("started"),
        _time("expires"),
        Column("status", Integer, nullable=True),
        _text("media_type", 128),
        _text("location", 1024),
        Column("body", LargeBinary, nullable=True),
    )
    op.create_index("ix_auth_answers_expires", "auth_answers", ["expires"])


def downgrade() -> None:
    """Nothing goes back: the access trail is append-only."""
    raise NotImplementedError("restore the backup made before the upgrade instead")
