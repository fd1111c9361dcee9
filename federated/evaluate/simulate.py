"""A federation in one process: the same task functions and the same fixed-point sums, without sockets and keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from federated import task as tasks
from federated.learning.config import TrainConfig
from federated.learning.dataset import Dataset, merge
from federated.learning.network import Vector
from federated.learning.server import ServerState, fed_adam, fed_avg, mean_update
from federated.task import Task

Sum = Callable[[Sequence[Vector]], Vector]
FRACTION_BITS = 24


def fixed_point_sum(vectors: Sequence[Vector]) -> Vector:
    """The sum as secure aggregation gives it: each vector rounded to multiples of 2^-24, integers summed."""
    scaled = [np.rint(vector * 2.0**FRACTION_BITS).astype(np.int64) for vector in vectors]
    total = np.sum(np.stack(scaled), axis=0, dtype=np.int64)
    return np.asarray(total / 2.0**FRACTION_BITS, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a federation is run.

    Attributes:
        server: `avg` or `adam`.
        fade: the local learning rate of the last round as a share of the first one's, falling evenly.
    """

    rounds: int = 30
    config: TrainConfig = field(default_factory=TrainConfig)
    server: str = "avg"
    rate: float = 1.0
    fade: float = 0.2

    def at(self, round_: int, party: int, seed: int) -> TrainConfig:
        """The config of one party in one round."""
        left = 1 - (1 - self.fade) * round_ / max(1, self.rounds - 1)
        chance = int(np.random.SeedSequence([seed, round_, party]).generate_state(1)[0])
        return replace(self.config, rate=self.config.rate * left, seed=chance)


def federate(
    task: Task,
    parties: Sequence[Dataset],
    plan: Plan,
    seed: int,
    sum_: Sum = fixed_point_sum,
    noise: np.random.Generator | None = None,
) -> Vector:
    """Train together; the server sees sums only. `noise` is for private plans. Returns the shared model."""
    state = ServerState.start(tasks.new_model(task, seed))
    for round_ in range(plan.rounds):
        vectors = []
        for index, data in enumerate(parties):
            update = tasks.train(task, state.model, data, plan.at(round_, index, seed), noise=noise)
            vectors.append(np.append(update.delta * update.weight, update.weight))
        total = sum_(vectors)
        mean = mean_update(total[:-1], total[-1])
        state = fed_adam(state, mean, plan.rate) if plan.server == "adam" else fed_avg(state, mean, plan.rate)
    return state.model


def alone(task: Task, data: Dataset, plan: Plan, seed: int) -> Vector:
    """One party, or all rows in one place, trained with as many passes over the rows."""
    return federate(task, [data], plan, seed)


def central(task: Task, parties: Sequence[Dataset], plan: Plan, seed: int) -> Vector:
    """All parties' rows in one place: the yardstick that a federation may not use."""
    return alone(task, merge(parties), plan, seed)


def federate_personal(
    task: Task, parties: Sequence[Dataset], plan: Plan, seed: int, names: tuple[str, ...], sum_: Sum = fixed_point_sum
) -> list[Vector]:
    """Train together with some parameters kept at home; returns each party's whole model."""
    start = tasks.new_model(task, seed)
    state, own = ServerState.start(start), [start.copy() for _ in parties]
    home = task.shape.mask(names)
    for round_ in range(plan.rounds):
        vectors = []
        for index, data in enumerate(parties):
            config = replace(plan.at(round_, index, seed), personal=names)
            update = tasks.train(task, state.model, data, config, own[index])
            own[index] = update.personal
            vectors.append(np.append(update.delta * update.weight, update.weight))
        total = sum_(vectors)
        state = fed_avg(state, mean_update(total[:-1], total[-1]), plan.rate)
    return [np.where(home, mine, state.model) for mine in own]
