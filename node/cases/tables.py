"""The tables of cases, their commands and the signatures sealed over them; `_us` is microseconds since 1970 UTC.

The migration `node/records/migrations/versions/0004_cases.py` makes the same tables; a test compares the two.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

_NUMBER = BigInteger().with_variant(Integer(), "sqlite")

METADATA: Final = MetaData()
CASES: Final = Table(
    "cases",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
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
    Index("ix_cases_flow", "flow", "state"),
    Index("ix_cases_subject", "subject"),
    Index("ix_cases_about", "about"),
    Index("ix_cases_due", "due_us"),
)
COMMANDS: Final = Table(
    "case_commands",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("case_id", String(64), nullable=False),
    Column("command", Text, nullable=False),
    Column("outcome", Text, nullable=True),
    Column("done_us", BigInteger, nullable=True),
    Index("ix_case_commands_case", "case_id"),
    Index("ix_case_commands_waiting", "done_us"),
)
SEALS: Final = Table(
    "case_seals",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("signature", String(64), nullable=False),
    Column("case_id", String(64), nullable=False),
    Column("sealed", Text, nullable=False),
    UniqueConstraint("case_id", "signature"),
)
