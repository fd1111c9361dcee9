"""The border to the database: units of work that turn library errors into ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlmodel import Session

from evidence.errors import StorageError


@contextmanager
def unit(engine: Engine) -> Iterator[Session]:
    """One transaction that may write: committed when the block ends, rolled back when it raises.

    Raises:
        StorageError: the database failed, with its cause. IntegrityError passes, because it answers a question
            (taken already?) that each store words itself.
    """
    try:
        with Session(engine) as session, session.begin():
            yield session
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        # Only the driver's words: SQLAlchemy's own message repeats the parameters, among them hashes and names.
        raise StorageError(
            f"the user database failed: {getattr(error, 'orig', None) or type(error).__name__}"
        ) from error


@contextmanager
def look(engine: Engine) -> Iterator[Session]:
    """One transaction that only reads, so that a call need not wait for whoever writes; raises as `unit`."""
    # The engine of `node.records` takes SQLite's write lock at every begin unless this option says otherwise.
    with unit(engine.execution_options(credence_begin="BEGIN")) as session:
        yield session
