"""Tables of the door; times are microseconds since 1970 UTC, sets are sorted words joined by blanks.

The migration `node/records/migrations/versions/0002_auth.py` makes the same tables; a test compares the two.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import DDL, BigInteger, Column, Integer, LargeBinary, Table, event
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")


class AuthRow(SQLModel, registry=registry()):
    """Base of the door's tables, with metadata of their own."""


class UserRow(AuthRow, table=True):
    """A `User`; `folded` is the name as it is compared."""

    __tablename__ = "auth_users"
    id: str = Field(primary_key=True, max_length=32)
    name: str = Field(max_length=64)
    folded: str = Field(unique=True, max_length=256)
    roles: str = Field(max_length=256)
    password: str = Field(max_length=256)
    password_set: int = Field(sa_type=BigInteger)
    must_change: bool
    created: int = Field(sa_type=BigInteger)
    disabled: bool
    failures: int
    locked_until: int | None = Field(default=None, sa_type=BigInteger)


class SessionRow(AuthRow, table=True):
    """A `Session`."""

    __tablename__ = "auth_sessions"
    secret: bytes = Field(primary_key=True, max_length=32)
    user_id: str = Field(foreign_key="auth_users.id", index=True, max_length=32)
    created: int = Field(sa_type=BigInteger)
    seen: int = Field(sa_type=BigInteger)
    expires: int = Field(sa_type=BigInteger)


class TokenRow(AuthRow, table=True):
    """An `ApiToken`."""

    __tablename__ = "auth_tokens"
    id: str = Field(primary_key=True, max_length=32)
    secret: bytes = Field(unique=True, max_length=32)
    owner: str = Field(foreign_key="auth_users.id", index=True, max_length=32)
    label: str = Field(max_length=128)
    scopes: str = Field(max_length=1024)
    created: int = Field(sa_type=BigInteger)
    expires: int = Field(sa_type=BigInteger)
    revoked: int | None = Field(default=None, sa_type=BigInteger)
    used: int | None = Field(default=None, sa_type=BigInteger)


class TrailRow(AuthRow, table=True):
    """A `TrailEntry`; `detail` is canonical JSON."""

    __tablename__ = "auth_trail"
    number: int = Field(sa_column=Column(_Number, primary_key=True, autoincrement=False))
    at: int = Field(sa_type=BigInteger)
    actor: str = Field(max_length=256, index=True)
    action: str = Field(max_length=32, index=True)
    outcome: str = Field(max_length=16)
    target: str = Field(max_length=256)
    request: str = Field(max_length=256)
    detail: str
    previous: bytes = Field(max_length=32)
    digest: bytes = Field(max_length=32)


class NonceRow(AuthRow, table=True):
    """A spent nonce, until its signed call has expired anyway."""

    __tablename__ = "auth_nonces"
    owner: str = Field(primary_key=True, max_length=64)
    nonce: str = Field(primary_key=True, max_length=64)
    expires: int = Field(sa_type=BigInteger, index=True)


class AnswerRow(AuthRow, table=True):
    """An answer kept under an Idempotency-Key; `status` is null while the first call runs."""

    __tablename__ = "auth_answers"
    key: bytes = Field(primary_key=True, max_length=32)
    request: bytes = Field(max_length=32)
    started: int = Field(sa_type=BigInteger)
    expires: int = Field(sa_type=BigInteger, index=True)
    status: int | None = None
    media_type: str = Field(default="", max_length=128)
    location: str = Field(default="", max_length=1024)
    body: bytes | None = Field(default=None, sa_type=LargeBinary)


TRAIL_GUARDS: Final = {
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
"""Statements that make the database itself refuse changes, by dialect. The hash chain shows what gets past them."""


def metadata_tables() -> list[Table]:
    """The door's tables, for creating and comparing."""
    return list(AuthRow.metadata.sorted_tables)


def _guard(table: Table) -> None:
    for dialect, statements in TRAIL_GUARDS.items():
        for statement in statements:
            event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]


_guard(AuthRow.metadata.tables["auth_trail"])
