"""The opened words of a round as numbers: means and weights of its buckets, and the counts of rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evidence.draft import JsonValue
from evidence.errors import FaultError, ProofError, SchemaError
from federated.learning.dataset import MAX_ROWS
from federated.learning.drift import opened as opened_counts
from federated.model_bytes import Vector
from federated.plan import RunPlan
from federated.secagg.collector import Outcome
from federated.secagg.messages import Ballot
from federated.secagg.ring import signed
from federated.store import Sums
from scoring.risk_model import BINS

Say = Callable[[dict[str, JsonValue]], None]


@dataclass(frozen=True, slots=True)
class Opened:
    """What could be decoded of an outcome.

    Attributes:
        buckets: parties of each sum; means, weights: one a bucket; counts: see `Sums`.
    """

    outcome: Outcome
    buckets: tuple[frozenset[str], ...]
    means: tuple[Vector, ...]
    weights: tuple[float, ...]
    counts: npt.NDArray[np.int64]

    @property
    def parties(self) -> frozenset[str]:
        """Everybody whose contribution is in."""
        return frozenset[str]().union(*self.buckets)

    def sums(self, ballots: tuple[Ballot, ...]) -> Sums:
        """The round's sums with the votes on them."""
        votes = np.array([one.votes for one in ballots], dtype=np.int64).reshape(len(ballots), len(self.means))
        alive = len(self.outcome.roll.alive)
        return Sums(np.array(self.means), np.array(self.weights), votes, alive, self.counts)


def decode(plan: RunPlan, outcome: Outcome, say: Say) -> Opened:
    """Decode what was opened; a bucket whose sum cannot be right is told to `say` and left out.

    Raises:
        FaultError: no sum can be right.
    """
    quantiser = plan.quantiser()
    found: list[tuple[frozenset[str], Vector, float]] = []
    for one in outcome.sums:
        try:
            mean, weight = quantiser.decode(one.words)
        except ProofError as error:
            say({"event": "bad-sum", "parties": sorted(one.parties), "reason": error.message})
            continue
        found.append((one.parties, mean, float(weight)))
    if not found:
        raise FaultError("no sum of this round can be right")
    buckets, means, weights = zip(*found, strict=True)
    counts = np.zeros(0, dtype=np.int64)
    # Counts are over all who are in: with a bucket left out they would not be those of the round's contributors.
    if outcome.tally is not None and len(outcome.tally) and len(found) == len(outcome.sums):
        try:
            counts = counts_of(plan, outcome)
        except SchemaError as error:
            say({"event": "bad-counts", "reason": error.message})
    return Opened(outcome, buckets, means, weights, counts)


def counts_of(plan: RunPlan, outcome: Outcome) -> npt.NDArray[np.int64]:
    """The exact sums of the counts, shape (plan.tally,).

    Counts are whole numbers of at most `MAX_ROWS` each, and 128 times that is below 2^31: no width of words overflows.

    Raises:
        SchemaError: numbers that no counts can sum to: a party lied.
    """
    assert outcome.tally is not None  # by the caller
    whole = signed(outcome.tally, plan.width)
    if whole.max() > plan.parties * MAX_ROWS:
        raise SchemaError("more rows than all parties together may have", place="histograms")
    opened_counts(whole.astype(np.float64), plan.tally // BINS)
    return whole
