"""Faults to switch on in use cases: stop at a named step, by an error or by SIGKILL."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field

from evidence.errors import StorageError


class Stopped(BaseException):
    """The process ends here, as far as the use case can tell; no handler of ours catches it."""


@dataclass(slots=True)
class StopAt:
    """Raise `Stopped` the `nth` time that `step` is reached; remembers every step on the way."""

    step: str = ""
    nth: int = 1
    seen: list[str] = field(default_factory=list)

    def __call__(self, step: str) -> None:
        self.seen.append(step)
        if step == self.step and self.seen.count(step) == self.nth:
            raise Stopped(step)


@dataclass(slots=True)
class KillAt:
    """Kill the own process, as `kill -9` does, the `nth` time that `step` is reached."""

    step: str
    nth: int = 1
    seen: int = 0

    def __call__(self, step: str) -> None:
        if step == self.step:
            self.seen += 1
            if self.seen == self.nth:
                os.kill(os.getpid(), signal.SIGKILL)


@dataclass(slots=True)
class FullDisk:
    """The disk of a memory store: fails every write named in `writes` as long as it is `full`."""

    writes: frozenset[str]
    full: bool = True

    def __call__(self, write: str) -> None:
        if self.full and write in self.writes:
            raise StorageError("the disk is full (a fault that this test switched on)")
