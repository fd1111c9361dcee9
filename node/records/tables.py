"""The tables, as SQLModel classes with metadata of their own; `migrations/` builds them, a test compares the two.

Columns ending in `_us` are microseconds since 1970 UTC. `site` is empty text for a subject without a site, because NULL
would make unique constraints blind.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.schema import SchemaItem, UniqueConstraint
from sqlmodel import Field, SQLModel

BIG = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits everywhere; SQLite makes a table's own row number of it only when it is spelled INTEGER."""


class RecordsTable(SQLModel):
    """Base of our tables; other packages keep metadata of their own."""

    metadata = MetaData()
    __table_args__: ClassVar[tuple[SchemaItem, ...]] = ()


def _text(*, primary_key: bool = False, index: bool | None = None) -> Column[str]:
    return Column(Text, nullable=False, primary_key=primary_key, index=index)


def _bytes(*, unique: bool | None = None) -> Column[bytes]:
    return Column(LargeBinary, nullable=False, unique=unique)


def _number(*constraints: SchemaItem, primary_key: bool = False, index: bool | None = None) -> Column[int]:
    return Column(BIG, *constraints, nullable=False, autoincrement=False, primary_key=primary_key, index=index)


class StatementRow(RecordsTable, table=True):
    """One statement of ours; `position` is its place in the log and never changes."""

    __tablename__ = "statements"
    __table_args__ = (UniqueConstraint("lei", "site", "kind", "sequence"),)
    position: int = Field(sa_column=_number(primary_key=True))
    statement_id: bytes = Field(sa_column=_bytes(unique=True))
    draft_id: bytes = Field(sa_column=_bytes(unique=True))
    lei: str = Field(sa_column=_text())
    site: str = Field(sa_column=_text())
    kind: str = Field(sa_column=_text())
    sequence: int = Field(sa_column=_number())
    occurred: str = Field(sa_column=_text())
    occurred_us: int = Field(sa_column=_number())
    issued_us: int = Field(sa_column=_number())
    schema_name: str = Field(sa_column=_text())
    tier: str = Field(sa_column=_text())
    key_id: bytes = Field(sa_column=_bytes())


class EntryRow(RecordsTable, table=True):
    """The leaf of a statement, apart from it so that lists stay quick."""

    __tablename__ = "entries"
    position: int = Field(sa_column=_number(ForeignKey("statements.position"), primary_key=True))
    leaf: str = Field(sa_column=_text())


class DisclosureRow(RecordsTable, table=True):
    """All disclosures of a statement that are not erased, joined by `~` (which base64url cannot contain)."""

    __tablename__ = "disclosures"
    position: int = Field(sa_column=_number(ForeignKey("statements.position"), primary_key=True))
    packed: str = Field(sa_column=_text())


class TombstoneRow(RecordsTable, table=True):
    """One erasure."""

    __tablename__ = "tombstones"
    number: int = Field(sa_column=_number(primary_key=True))
    position: int = Field(sa_column=_number(ForeignKey("statements.position"), index=True))
    field: str = Field(sa_column=_text())
    at_us: int = Field(sa_column=_number())
    reason: str = Field(sa_column=_text())


class TileRow(RecordsTable, table=True):
    """One tile as far as it is filled; a narrower version of it is its beginning."""

    __tablename__ = "tiles"
    level: int = Field(sa_column=_number(primary_key=True))
    place: int = Field(sa_column=_number(primary_key=True))
    hashes: bytes = Field(sa_column=_bytes())


class HeadRow(RecordsTable, table=True):
    """One head; open as long as `receipt` is NULL. `path` and `key_ids` are 32 bytes an element, joined."""

    __tablename__ = "heads"
    size: int = Field(sa_column=_number(primary_key=True))
    root: bytes = Field(sa_column=_bytes())
    old_size: int = Field(sa_column=_number())
    path: bytes = Field(sa_column=_bytes())
    checkpoint: str = Field(sa_column=_text())
    key_ids: bytes = Field(sa_column=_bytes())
    sealed_us: int = Field(sa_column=_number())
    receipt: str | None = Field(sa_column=Column(Text, nullable=True))


class ReceivedRow(RecordsTable, table=True):
    """One statement of another member; `path` is its inclusion path under the head, 32 bytes a hash, joined."""

    __tablename__ = "received"
    __table_args__ = (Index("ix_received_stream", "issuer", "lei", "kind", "sequence"),)
    number: int = Field(sa_column=_number(primary_key=True))
    statement_id: bytes = Field(sa_column=_bytes(unique=True))
    issuer: str = Field(sa_column=_text())
    lei: str = Field(sa_column=_text())
    site: str = Field(sa_column=_text())
    kind: str = Field(sa_column=_text())
    sequence: int = Field(sa_column=_number())
    occurred_us: int = Field(sa_column=_number())
    sd_jwt: str = Field(sa_column=_text())
    head_size: int = Field(sa_column=_number())
    head_root: bytes = Field(sa_column=_bytes())
    log_index: int = Field(sa_column=_number())
    path: bytes = Field(sa_column=_bytes())
    received_us: int = Field(sa_column=_number())


class ScoreRow(RecordsTable, table=True):
    """One computed score."""

    __tablename__ = "scores"
    __table_args__ = (Index("ix_scores_subject", "lei", "site", "number"),)
    number: int = Field(sa_column=_number(primary_key=True))
    lei: str = Field(sa_column=_text())
    site: str = Field(sa_column=_text())
    computed_us: int = Field(sa_column=_number())
    policy: bytes = Field(sa_column=_bytes())
    bundle: bytes = Field(sa_column=_bytes())
    attestation: bytes | None = Field(sa_column=Column(LargeBinary, nullable=True))
    credential: str | None = Field(sa_column=Column(Text, nullable=True))


class JobRow(RecordsTable, table=True):
    """One job in its newest state; `report` is JSON."""

    __tablename__ = "jobs"
    job_id: str = Field(sa_column=_text(primary_key=True))
    what: str = Field(sa_column=_text())
    state: str = Field(sa_column=_text(index=True))
    done: int = Field(sa_column=_number())
    total: int = Field(sa_column=_number())
    report: str = Field(sa_column=_text())
    created_us: int = Field(sa_column=_number())
    changed_us: int = Field(sa_column=_number())


class EventRow(RecordsTable, table=True):
    """One event; `data` is JSON."""

    __tablename__ = "node_events"
    number: int = Field(sa_column=_number(primary_key=True))
    at_us: int = Field(sa_column=_number())
    type: str = Field(sa_column=_text())
    data: str = Field(sa_column=_text())


class SettingRow(RecordsTable, table=True):
    """One small fact."""

    __tablename__ = "settings"
    name: str = Field(sa_column=_text(primary_key=True))
    value: str = Field(sa_column=_text())


class DocumentRow(RecordsTable, table=True):
    """One version of a document; `first` is the number of its first version."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("kind", "name", "version"),
        Index("ix_documents_about", "kind", "about", "first"),
    )
    number: int = Field(sa_column=_number(primary_key=True))
    first: int = Field(sa_column=_number())
    kind: str = Field(sa_column=_text())
    name: str = Field(sa_column=_text())
    version: int = Field(sa_column=_number())
    about: str = Field(sa_column=_text())
    by: str = Field(sa_column=_text())
    at_us: int = Field(sa_column=_number())
    data: bytes = Field(sa_column=_bytes())


def table(name: str) -> Table:
    """The Core table of that name, for statements that move many rows at once."""
    return RecordsTable.metadata.tables[name]
