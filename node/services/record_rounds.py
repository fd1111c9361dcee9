"""Put finished rounds of federated training on chain."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.errors import ProofError
from evidence.identity import OrgId
from evidence.model_round import NO_RECORD
from node.chain.port_models import ModelLedger, RecordedRound
from node.training.port import Steward


@dataclass(frozen=True, slots=True)
class RecordRounds:
    """Records what the steward has finished and the chain does not hold yet; `org` is the steward's organisation."""

    steward: Steward
    ledger: ModelLedger
    org: OrgId

    def __call__(self, name: str) -> list[RecordedRound]:
        """Record what is new of a run; the entries made.

        Raises:
            ProofError: the steward tells of other rounds than the chain holds.
            ConflictError, ForbiddenError, FaultError: as `ModelLedger.record`.
        """
        # (1) What the chain holds already, by the run's full name, which only the record tells.
        done = self.steward.run(name).done
        if not done:
            return []
        first = self.steward.record(name, 1)
        known = self.ledger.rounds(first.run)
        if known and known[0].record != first.digest:
            raise ProofError(f"the chain holds another first round of run {name} than the steward")
        # (2) One after another, each checked against the one before: a gap is never recorded.
        made, previous = [], known[-1].record if known else NO_RECORD
        for number in range(len(known) + 1, done + 1):
            record = self.steward.record(name, number)
            if record.previous != previous:
                raise ProofError(f"round {number} of run {name} does not follow what the chain holds")
            made.append(self.ledger.record(self.org, record))
            previous = record.digest
        return made
