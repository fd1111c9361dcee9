"""The node's memory in one SQLite file: all stores over one engine, migrated when opened, locked against a second."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from node.records.engine import open_engine
from node.records.migrate import migrate
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
    lock: WriterLock

    @classmethod
    def open(cls, database: Path) -> SqlRecords:
        """Open or make the database, as its only writing process, and bring it to the newest version.

        Raises:
            ConflictError: another process writes it.
            StorageError: it cannot be opened, or a newer Credence wrote it.
        """
        lock = WriterLock(database)
        engine = open_engine(database)
        try:
            migrate(engine)
        except BaseException:
            engine.dispose()
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
            lock,
        )

    def close(self) -> None:
        """Let go of the file and the lock; MAY be called twice."""
        self.engine.dispose()
        self.lock.release()
