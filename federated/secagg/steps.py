"""Which steps of which runs a party has masked in: kept on disk, so that a restart forgets no replay."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from evidence.canonical import encode, loads
from evidence.draft import JsonValue
from evidence.errors import ConflictError, StorageError


class StepBook(Protocol):
    """The highest step of every run that this party has sent a masked vector in."""

    def take(self, run: bytes, step: int) -> None:
        """Take a step, for good, before anything is sent under it.

        MUST raise ConflictError for a step that is not above all taken ones of the run: the same data masked twice
        for different committees lets a server take the difference.
        MUST be on disk when it returns, where there is a disk.
        """


class MemoryStepBook:
    """See the port; forgets everything with the process."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def take(self, run: bytes, step: int) -> None:
        _check(self._last, run, step)
        self._last[run.hex()] = step


class FileStepBook:
    """See the port; one small file in the party's own folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def take(self, run: bytes, step: int) -> None:
        last = self._read()
        _check(last, run, step)
        last[run.hex()] = step
        draft = self._path.with_suffix(".new")
        try:
            with draft.open("wb") as file:
                file.write(encode(dict[str, JsonValue](last)))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)
        except OSError as error:
            raise StorageError(f"the step book {self._path} cannot be written") from error

    def _read(self) -> dict[str, int]:
        if not self._path.exists():
            return {}
        value = loads(self._path.read_bytes(), limit=1 << 20)
        if not isinstance(value, dict) or not all(isinstance(step, int) for step in value.values()):
            raise StorageError(f"{self._path} is no step book", advice="Restore it; without it no round is safe.")
        return {run: step for run, step in value.items() if isinstance(step, int)}


def _check(last: dict[str, int], run: bytes, step: int) -> None:
    if step <= last.get(run.hex(), 0):
        raise ConflictError(
            f"step {step} of this run was taken already (the last one is {last[run.hex()]})",
            advice="The server replays a round, or lost its checkpoint: go on with a higher step.",
        )
