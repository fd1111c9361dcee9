"""The table of signatures; `at_us` is microseconds since 1970 UTC. Most columns repeat what is sealed, for finding.

The migration `node/records/migrations/versions/0003_signing.py` makes the same table; a test compares the two.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import DDL, BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text, event

_NUMBER = BigInteger().with_variant(Integer(), "sqlite")

METADATA: Final = MetaData()
SIGNATURES: Final = Table(
    "signatures",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("id", String(36), nullable=False, unique=True),
    Column("record", LargeBinary(32), nullable=False),
    Column("about", String(200), nullable=False),
    Column("signer", String(200), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("run", LargeBinary(32), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("previous", LargeBinary(32), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Index("ix_signatures_record", "record"),
    Index("ix_signatures_about", "about"),
    Index("ix_signatures_signer", "signer"),
    Index("ix_signatures_run", "run"),
)

GUARDS: Final = {
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
"""Statements that make the database itself refuse changes, by dialect. The chain shows what gets past them."""


def _guard() -> None:
    for dialect, statements in GUARDS.items():
        for statement in statements:
            event.listen(SIGNATURES, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]


_guard()
