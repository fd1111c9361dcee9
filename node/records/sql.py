"""The node's memory in one SQLite file: all stores over one engine, migrated when opened, locked against a second."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from node.records.engine import open_engine
from node.records.migrate import migrate
from node.records.sql_documents import SqlDocumentStore
from node.records.sql_evidence import SqlEvidenceStore
from node.records.sql_exchange import SqlExchangeStore, SqlScoreStore
from node.records.sql_house import SqlEventStore, SqlJobStore, SqlSettingStore
from node.records.sql_log import SqlLogStore
from node.records.writer_lock import WriterLock


@dataclass(frozen=True, slots=True)
class SqlRecords:
    """Every store of one node over one database; `close` it when done."""

    engine: Engine
    evidence: SqlEvidenceStore
    log: SqlLogStore
    exchange: SqlExchangeStore
    scores: SqlScoreStore
    jobs: SqlJobStore
    events: SqlEventStore
    settings: SqlSettingStore
    documents: SqlDocumentStore
    lock: WriterLock | None

    @classmethod
    def open(cls, database: Path, *, writer: bool = True) -> SqlRecords:
        """Open or make the database, and bring it to the newest version.

        Args:
            writer: as the only process that adds statements or seals. Without it the log is only to be read; received
                statements, scores and people may be written beside the node that runs.

        Raises:
            ConflictError: another process writes it.
            StorageError: it cannot be opened, or a newer Credence wrote it.
        """
        lock = WriterLock(database) if writer else None
        engine = open_engine(database)
        try:
            migrate(engine)
        except BaseException:
            engine.dispose()
            if lock is not None:
                lock.release()
            raise
        return cls(
            engine,
            SqlEvidenceStore(engine),
            SqlLogStore(engine),
            SqlExchangeStore(engine),
            SqlScoreStore(engine),
            SqlJobStore(engine),
            SqlEventStore(engine),
            SqlSettingStore(engine),
            SqlDocumentStore(engine),
            lock,
        )

    def close(self) -> None:
        """Let go of the file and the lock; MAY be called twice."""
        self.engine.dispose()
        if self.lock is not None:
            self.lock.release()
