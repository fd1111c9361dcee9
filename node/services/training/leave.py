"""A party leaves the federation: its rounds are trained again without it, models that descend from them stop."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.errors import CredenceError, FaultError, NotFoundError
from evidence.identity import Lei
from node.services.process_risk.assess import ProcessRisk
from node.services.process_risk.models import ModelRecord
from node.services.training.plant import OwnPlant
from node.services.training.telling import NOBODY, Telling
from node.training.port import Leaving, Steward


@dataclass(frozen=True, slots=True)
class Left:
    """What came of leaving one run.

    Attributes:
        leaving: what it entails; None when the steward refused, with its reason in `problem`.
        stopped: models of this node that were stopped now because they descend from the party's rounds.
    """

    run: str
    leaving: Leaving | None
    stopped: tuple[ModelRecord, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class LeaveFederation:
    """See the module. Every step MAY happen twice."""

    steward: Steward | None
    plant: OwnPlant
    risk: ProcessRisk
    tell: Telling

    def party(self, run: str, party: str, *, by: str = NOBODY) -> Left:
        """Let a party leave a run that this node's steward looks after.

        Raises:
            NotFoundError: no steward here, or no such run. ConflictError: too few parties would be left.
            SchemaError: no LEI.
        """
        if self.steward is None:
            raise NotFoundError(
                "this node looks after no federation", advice="Ask the member that runs the federation's steward."
            )
        # (1) The steward first: what it withdraws follows from the run's record.
        leaving = self.steward.leave(run, str(Lei(party)))
        # (2) Models that descend count no more, whether the training again succeeds or not; the round that the run may
        # still be ending is the worker's to follow (`StopWithdrawn`).
        stopped = self.risk.withdraw(frozenset(leaving.withdrawn), why(leaving.party, leaving.first, run), by=by)
        self.tell(
            "training.left", run=run, party=leaving.party, again=leaving.again, retrained=leaving.run,
            stopped=len(stopped), by=by,
        )  # fmt: skip
        return Left(run, leaving, tuple(stopped))

    def own(self, *, by: str = NOBODY) -> list[Left]:
        """Leave with our own plant; where this node looks after the federation, every run is trained again without it.

        What the steward refuses of one run is told beside the others: the plant has left all the same.
        """
        party = self.plant.leave(by=by)
        if self.steward is None:
            return []
        found = []
        try:
            runs = self.steward.runs()
        except FaultError as error:
            # The plant has left by now, and must not be told otherwise; leaving again asks the steward again.
            return [Left("", None, (), f"{error.message}: leave again once it does")]
        for run in runs:
            if run.withdrawn and all(one.party != party for one in run.withdrawn):
                continue  # the run that trains again without another party is among them
            try:
                found.append(self.party(run.name, party, by=by))
            except CredenceError as error:
                found.append(Left(run.name, None, (), f"{error.message} {error.advice}"))
        return found


@dataclass(frozen=True, slots=True)
class StopWithdrawn:
    """A chore of the worker: whatever the steward's runs have withdrawn since, no model of this node counts by it."""

    steward: Steward
    risk: ProcessRisk

    def __call__(self) -> bool:
        """Whether a model was stopped; PeerUnreachableError when the steward is away."""
        stopped = False
        for run in self.steward.runs():
            for one in run.withdrawn:
                withdrawn = one.records | one.models | one.sources
                stopped |= bool(self.risk.withdraw(withdrawn, why(one.party, one.first, run.name)))
        return stopped


def why(party: str, first: int, run: str) -> str:
    """What users of a withdrawn model are told."""
    return f"{party} left the federation: round {first} and later of run {run} are withdrawn"
