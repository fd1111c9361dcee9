"""Files that commands are given."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from evidence.errors import LimitError, StorageError

MAX_BYTES: Final = 64 * 1024 * 1024


def read_file(path: Path, limit: int = MAX_BYTES) -> bytes:
    """A file's bytes.

    Raises:
        StorageError: it cannot be read.
        LimitError: larger than `limit` bytes.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}", advice="Name another file.") from error
    if len(data) > limit:
        raise LimitError(f"{path} is larger than {limit} bytes")
    return data
