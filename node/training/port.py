"""Port to the steward of a federation, a process of its own: runs are started, watched and stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from evidence.draft import JsonValue
from evidence.model_round import ModelRound


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A run at one moment.

    Attributes:
        name: 32 hexadecimal digits; state: running, paused (no quorum), stopped or finished.
        rounds, done: how many are planned and recorded.
        parties, out: who is in the newest round, and who of its committee dropped out.
        metrics: mean loss before and after training and share of bad outcomes, newest round; empty before the first.
        events: newest events of the run, oldest first.
    """

    name: str
    state: str
    rounds: int
    done: int
    parties: tuple[str, ...]
    out: tuple[str, ...]
    metrics: tuple[str, ...]
    events: tuple[Mapping[str, JsonValue], ...]


class Steward(Protocol):
    """All MUST raise PeerUnreachableError when the steward does not answer, NotFoundError for an unknown run."""

    def status(self) -> Mapping[str, JsonValue]:
        """What runs (superlink, worker, front), and the hash of the client code."""

    def runs(self) -> Sequence[TrainingRun]:
        """All runs, oldest first."""

    def run(self, name: str) -> TrainingRun:
        """One run."""

    def start(self, wishes: Mapping[str, JsonValue]) -> TrainingRun:
        """Begin a run; MUST raise InputError for settings that do not fit."""

    def stop(self, name: str) -> TrainingRun:
        """Stop after the round at hand; MAY happen twice."""

    def resume(self, name: str) -> TrainingRun:
        """Go on from the newest checkpoint; ConflictError when it is finished."""

    def record(self, name: str, number: int) -> ModelRound:
        """The record of a finished round."""

    def model(self, name: str, number: int) -> bytes:
        """The global model's bytes after round `number` (0: the starting model)."""
