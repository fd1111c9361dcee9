"""The worker's loop: does what is due, waits longer after each failure, and reports every one of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from evidence.clock import Clock
from evidence.errors import CredenceError, FaultError, ProofError
from node.records.port_house import EventStore
from node.worker.chores import Chore

FIRST_RETRY: Final = timedelta(seconds=1)
LAST_RETRY: Final = timedelta(minutes=5)
LOOK_AROUND: Final = timedelta(seconds=1)
"""How often the worker looks whether something is due."""

Failed = Callable[[str, CredenceError], None]
"""Called with the chore's name and the error, for logs and metrics."""


def unheard(_chore: str, _error: CredenceError) -> None:
    """The hook that nobody listens to; failures are events all the same."""


@dataclass(slots=True)
class _Turn:
    """When a chore is next due, and how often it failed in a row; `halted` says why it is never done again."""

    chore: Chore
    due: float
    failures: int = 0
    halted: CredenceError | None = field(default=None)


class Worker:
    """Runs chores until it is stopped.

    A fault of the surroundings is tried again after 1, 2, 4 ... seconds, at most 5 minutes. An error that says that a
    proof is false (the chain holds another history) halts its chore for good: trying again could only do harm. Every
    failure becomes a node event and reaches the hook; anything that is no CredenceError is a bug and ends the loop.
    """

    def __init__(
        self,
        chores: Sequence[Chore],
        events: EventStore,
        *,
        clock: Clock,
        stopwatch: Callable[[], float],
        stop: threading.Event,
        failed: Failed = unheard,
    ) -> None:
        """`clock` dates events; `stopwatch` (such as `time.monotonic`, seconds) decides what is due, because a clock
        that somebody sets back must not stop the sealing."""
        self._events, self._clock, self._stopwatch = events, clock, stopwatch
        self._stop, self._failed = stop, failed
        self._turns = [_Turn(chore, stopwatch()) for chore in chores]

    def run(self) -> None:
        """Do what is due, look around, and so on, until `stop` is set; a chore under way is finished first."""
        while not self._stop.is_set():
            if not self.once():
                self._stop.wait(LOOK_AROUND.total_seconds())

    def once(self) -> bool:
        """Do each chore that is due once; whether one of them has more to do."""
        more = False
        for turn in self._turns:
            if not self._stop.is_set() and turn.halted is None and self._is_due(turn):
                more |= self._take(turn)
        return more

    @property
    def halted(self) -> dict[str, str]:
        """Chores that were halted, with the reason: the node is not healthy while this is not empty."""
        return {turn.chore.name: str(turn.halted) for turn in self._turns if turn.halted is not None}

    @property
    def failing(self) -> dict[str, int]:
        """Chores that failed the last time, with how often in a row."""
        return {turn.chore.name: turn.failures for turn in self._turns if turn.failures}

    def _is_due(self, turn: _Turn) -> bool:
        if self._stopwatch() >= turn.due:
            return True
        if turn.failures:
            return False  # backing off: not even early
        try:
            return turn.chore.early()
        except CredenceError as error:
            self._report(turn, error)
            return False

    def _take(self, turn: _Turn) -> bool:
        try:
            more = turn.chore.work()
        except CredenceError as error:
            self._report(turn, error)
            return False
        if turn.failures:
            self._tell("chore.recovered", {"chore": turn.chore.name, "failures": turn.failures}, turn.chore)
            turn.failures = 0
        turn.due = self._stopwatch() + (0.0 if more else turn.chore.every.total_seconds())
        return more

    def _report(self, turn: _Turn, error: CredenceError) -> None:
        turn.failures += 1
        self._failed(turn.chore.name, error)
        data: dict[str, str | int] = {
            "chore": turn.chore.name,
            "error": error.name,
            "message": error.message,
            "advice": error.advice,
            "failures": turn.failures,
        }
        if isinstance(error, ProofError):
            turn.halted = error
            self._tell("chore.halted", data, turn.chore)
            return
        wait = min(FIRST_RETRY * 2 ** min(turn.failures - 1, 16), LAST_RETRY)
        turn.due = self._stopwatch() + wait.total_seconds()
        self._tell("chore.failed", {**data, "retry_in_s": int(wait.total_seconds())}, turn.chore)

    def _tell(self, type_: str, data: dict[str, str | int], chore: Chore) -> None:
        try:
            self._events.add_event(type_, data, self._clock())
        except FaultError as error:
            # The disk that fails the chore fails the event too; the hook heard of the first, now it hears of this.
            self._failed(f"{chore.name}: event {type_}", error)


class WorkerThread:
    """A worker in a thread of its own, stopped cleanly; `alive` is False once it ended, for whatever reason."""

    def __init__(self, worker: Worker, stop: threading.Event) -> None:
        self._stop = stop
        # Not a daemon: the interpreter waits for a chore under way instead of cutting it off.
        self._thread = threading.Thread(target=worker.run, name="credence-worker", daemon=False)

    def start(self) -> None:
        """Begin; MAY be called once."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the loop still runs; False after a bug ended it, which makes the node unhealthy."""
        return self._thread.is_alive()

    def stop(self, *, patience_s: float = 30.0) -> bool:
        """Ask it to end after the chore under way; whether it ended within `patience_s`."""
        self._stop.set()
        self._thread.join(patience_s)
        return not self._thread.is_alive()
