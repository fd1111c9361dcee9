"""Start, watch and stop runs of federated training, beside what the chain holds of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from evidence.draft import JsonValue
from evidence.errors import FaultError, InputError, NotFoundError
from evidence.model_round import ModelRound
from evidence.quantity import is_decimal
from node.chain.port_models import ModelLedger
from node.services.record_rounds import RecordRounds
from node.services.training.telling import NOBODY, Telling
from node.training.port import RunContributions, RunDrift, Steward, TrainingRun

LEAST_BUCKET: Final = 3


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with how many of its rounds are on chain, and whether what is there is what the steward tells."""

    run: TrainingRun
    on_chain: int
    agrees: bool


@dataclass(frozen=True, slots=True)
class TrainingRuns:
    """Runs of the federation that this node looks after; without a steward there are none."""

    steward: Steward | None
    ledger: ModelLedger
    tell: Telling

    def status(self) -> Mapping[str, JsonValue] | None:
        """What runs of the federation, as its steward says; None where this node has none.

        Raises:
            PeerUnreachableError: the steward does not answer.
        """
        return None if self.steward is None else self.steward.status()

    def all(self) -> Sequence[RunView]:
        """All runs, newest first."""
        steward = self.steward
        return [] if steward is None else [self._view(run) for run in reversed(steward.runs())]

    def one(self, name: str) -> RunView:
        """One run; NotFoundError when there is none."""
        return self._view(self._asked().run(name))

    def rounds(self, name: str, *, most: int = 500) -> list[ModelRound]:
        """The records of a run's newest rounds, oldest of them first."""
        steward = self._asked()
        done = steward.run(name).done
        return [steward.record(name, number) for number in range(max(1, done - most + 1), done + 1)]

    def start(self, wishes: Mapping[str, JsonValue], *, by: str = NOBODY) -> RunView:
        """Begin a run; errors as the port, and InputError for what its parties would refuse or could not train with."""
        _refuse_useless(wishes)
        run = self._asked().start(wishes)
        self.tell("training.started", run=run.name, rounds=run.rounds, by=by)
        return self._view(run)

    def stop(self, name: str, *, by: str = NOBODY) -> RunView:
        """Stop after the round at hand."""
        run = self._asked().stop(name)
        self.tell("training.stopped", run=run.name, done=run.done, by=by)
        return self._view(run)

    def resume(self, name: str, *, by: str = NOBODY) -> RunView:
        """Go on from the newest checkpoint."""
        run = self._asked().resume(name)
        self.tell("training.resumed", run=run.name, done=run.done, by=by)
        return self._view(run)

    def drift(self, name: str) -> RunDrift:
        """How far the plants' data moved while the run was trained, from securely summed counts."""
        return self._asked().drift(name)

    def contributions(self, name: str) -> RunContributions:
        """What each party adds to the run's model; no update is revealed for it."""
        return self._asked().contributions(name)

    def _asked(self) -> Steward:
        if self.steward is None:
            raise NotFoundError(
                "this node looks after no federation", advice="Set CREDENCE_STEWARD_URL and CREDENCE_STEWARD_TOKEN."
            )
        return self.steward

    def _view(self, run: TrainingRun) -> RunView:
        if not run.done:
            return RunView(run, 0, True)
        first, newest = (self._asked().record(run.name, number) for number in (1, run.done))
        try:
            held = self.ledger.rounds(first.run)
        except FaultError:
            # The chain is away: nothing is claimed about it.
            return RunView(run, 0, False)
        agrees = (
            all(
                one.matches(record)
                for one, record in ((held[0], first), (held[-1], newest))
                if held and one.number == record.round
            )
            if held
            else True
        )
        return RunView(run, len(held), agrees)


def _refuse_useless(wishes: Mapping[str, JsonValue]) -> None:
    """A party opens no sum over fewer than three, and a rate that is no number fails at every plant."""
    train, bucket = wishes.get("train"), wishes.get("bucket_size", 0)
    rate = train.get("rate", "0.005") if isinstance(train, Mapping) else "0.005"
    if not isinstance(rate, str) or not is_decimal(rate) or not 0 < Fraction(rate) < 10:
        raise InputError("the learning rate is a decimal number between 0 and 10", advice="Write it like 0.005.")
    if not isinstance(bucket, int) or not (bucket == 0 or bucket >= LEAST_BUCKET):
        raise InputError(f"buckets hold {LEAST_BUCKET} parties or more", advice="Say 0 for one sum over all.")


@dataclass(frozen=True, slots=True)
class RecordFinished:
    """Puts every finished round of every run on chain; a chore of the worker."""

    steward: Steward
    record: RecordRounds

    def __call__(self) -> bool:
        """Whether anything was recorded, so that more may wait.

        Raises:
            ProofError: the steward tells of other rounds than the chain holds.
            FaultError: steward or chain are away.
        """
        # Every run, not only up to the first that had something.
        made = [self.record(run.name) for run in self.steward.runs()]
        return any(made)
