"""From the opened sums of a round to the next global model: pure, so that an auditor gets the same bits."""

from __future__ import annotations

from typing import Final

import numpy as np

from evidence.errors import InputError
from federated.learning import robust
from federated.learning.server import ServerState, fed_adam, fed_avg
from federated.model_bytes import Vector, rounded
from federated.plan import METRICS, RunPlan
from federated.store import Sums

FED_AVG: Final = "fed-avg"
FED_ADAM: Final = "fed-adam"


class Strategy:
    """The server's optimiser over a run; its memory follows from the sums of earlier rounds alone."""

    def __init__(self, plan: RunPlan, model: Vector) -> None:
        if plan.strategy not in (FED_AVG, FED_ADAM):
            raise InputError(f"{plan.strategy[:20]!r} is no strategy", advice=f"Use {FED_AVG} or {FED_ADAM}.")
        self._plan = plan
        self._state = ServerState.start(model)

    @property
    def model(self) -> Vector:
        """The newest global model, as it survives the wire."""
        return self._state.model

    def apply(self, sums: Sums) -> Vector:
        """Take one round's sums and give the next model."""
        update = update_of(sums, self._plan.size)
        step = fed_avg if self._plan.strategy == FED_AVG else fed_adam
        after = step(self._state, update)
        self._state = ServerState(rounded(after.model), after.first, after.second, after.rounds)
        return self._state.model


def update_of(sums: Sums, size: int) -> Vector:
    """One update out of the sums of buckets, shape (size,): the mean of one bucket; of several, what the votes accept.

    Without any votes the median of the buckets, entry by entry (see federated.learning.robust for what each is worth).
    """
    means = list(sums.means[:, :size])
    if len(means) == 1:
        return np.asarray(means[0], dtype=np.float64)
    if not len(sums.votes):
        return robust.median(means)
    votes = [[robust.Vote(int(one)) for one in row] for row in sums.votes]
    return robust.combine(means, robust.accepted(votes, sums.parties))


def metrics_of(sums: Sums) -> Vector:
    """Mean metrics of a round over all its parties, shape (3,), in the order of federated.task.METRICS."""
    mean: Vector = (sums.means[:, -METRICS:] * sums.weights[:, None]).sum(axis=0) / sums.weights.sum()
    return mean
