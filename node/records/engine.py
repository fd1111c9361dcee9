"""The SQLite engine: durable commits, one writer at a time, and library errors turned into ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from evidence.errors import ConflictError, StorageError

BUSY_MS: Final = 30_000
"""How long a writer waits for another before it gives up; batches hold the database for well under a second."""

_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    # FULL: in WAL mode NORMAL may lose the last commits at power loss, and we promise that accepted work is kept.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_MS}",
    # Erased disclosures must not linger in free pages.
    "PRAGMA secure_delete=ON",
    "PRAGMA cache_size=-65536",
    "PRAGMA journal_size_limit=67108864",
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def open_engine(database: Path) -> Engine:
    """An engine over the SQLite file, made when absent.

    Every transaction of it takes the write lock when it begins, so that reading and then writing can never meet another
    writer in between; `reading` is the exception.
    """
    engine = create_engine(f"sqlite:///{database}", pool_size=16, max_overflow=16)

    def connected(connection: Any, _record: object) -> None:
        # The driver's own transaction control begins too late (at the first INSERT): we say BEGIN ourselves.
        connection.isolation_level = None
        for pragma in ("PRAGMA page_size=8192", *_PRAGMAS):
            connection.execute(pragma)

    def begun(connection: Connection) -> None:
        begin = connection.get_execution_options().get("credence_begin", "BEGIN IMMEDIATE")
        if begin:
            connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is committed to disk when the block ends, or undone when it raises.

    Raises:
        ConflictError: what is written contradicts what is there.
        StorageError: disk full, file broken, or another writer does not let go.
    """
    with _translated(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One unchanging view of the database, beside any writer; raises StorageError as `writing` does."""
    with _translated(), engine.connect().execution_options(credence_begin="BEGIN") as connection:
        yield connection


def empty_write_ahead_log(engine: Engine) -> None:
    """Fold the write-ahead log into the database file and cut it to nothing, so that no old version of a page stays.

    Raises:
        StorageError: a reader held on to an old version for longer than `BUSY_MS`.
    """
    with _translated(), engine.connect().execution_options(credence_begin="") as connection:
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
        if busy:
            raise StorageError(
                "the write-ahead log could not be emptied: somebody reads an old version of the database",
                advice="Do the same again in a moment; what was asked for is done, only traces of the old remain.",
            )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise ConflictError(f"the database refuses a row that contradicts another: {error.orig}") from error
    except SQLAlchemyError as error:
        # Only the driver's words: SQLAlchemy's own message repeats the statement's parameters, which may be personal.
        raise StorageError(f"the database failed: {getattr(error, 'orig', None) or type(error).__name__}") from error


def micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC, exact."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(us: int) -> datetime:
    """The instant that `micros` made a number of."""
    return _EPOCH + timedelta(microseconds=us)
