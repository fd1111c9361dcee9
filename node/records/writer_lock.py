"""One node, one database: a lock that a second node meets before it can write anything."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from evidence.errors import ConflictError, StorageError


class WriterLock:
    """Held by the process that may write `database`; the system lets go of it when the process ends, however it ends.

    The lock is a file beside the database and stays there: removing it would let two holders exist.

    Raises:
        ConflictError: another process holds it.
        StorageError: the file cannot be made.
    """

    def __init__(self, database: Path) -> None:
        path = database.with_name(database.name + ".lock")
        try:
            # Not inheritable, as Python opens all files: a child that outlives us must not keep the lock.
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StorageError(f"cannot open {path}: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._file, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._file)
            raise ConflictError(
                f"another process (pid {holder}) already writes {database}",
                advice="Use the running node (its API or portal), or stop it first; two writers would fork the log.",
            ) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode("ascii"), 0)

    def release(self) -> None:
        """Let go; MAY be called twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> WriterLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
