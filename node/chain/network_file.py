"""The network file on disk: read, and written so that a crash leaves the old one or the new one, never half of one."""

from __future__ import annotations

import os
from pathlib import Path

from evidence.errors import NotFoundError, StorageError
from evidence.network import Network


def read_network(path: Path) -> Network:
    """The network that a file describes.

    Raises:
        NotFoundError: there is no such file.
        MalformedError, LimitError: it is no network file.
        StorageError: it cannot be read.
    """
    try:
        return Network.decode(path.read_bytes())
    except FileNotFoundError as error:
        raise NotFoundError(
            f"there is no network file {path}",
            advice="Take network.json from who runs the consortium, or make one with `credence chain deploy`.",
        ) from error
    except OSError as error:
        raise StorageError(f"the network file {path} cannot be read: {error.strerror}") from error


def write_network(path: Path, network: Network) -> None:
    """Replace the file at once.

    Raises:
        StorageError: it cannot be written; the old file is as it was.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            file.write(network.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise StorageError(f"the network file {path} cannot be written: {error.strerror}") from error
