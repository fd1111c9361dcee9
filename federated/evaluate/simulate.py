"""A federation in one process: the same task functions and the same quantised sums, without sockets and masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from federated import task as tasks
from federated.learning.config import Privacy, TrainConfig
from federated.learning.dataset import Dataset, merge
from federated.learning.network import Vector
from federated.learning.server import ServerState, fed_adam, fed_avg
from federated.secagg.quantise import Quantiser
from federated.task import Task

CLIP: Final = 64.0
MAX_WEIGHT: Final = 10_000


def secure_mean(updates: Sequence[tuple[Vector, float]]) -> Vector:
    """The weighted mean of updates as the server gets it: quantised words of the real ring, summed, and decoded.

    Masks are left out: they cancel, and the tests of `federated.secagg` prove that.
    """
    size = len(updates[0][0])
    quantiser = Quantiser(size, CLIP, MAX_WEIGHT, max(3, len(updates)))
    words = [quantiser.encode(delta, int(weight)) for delta, weight in updates]
    total = np.asarray(np.sum(np.stack(words), axis=0, dtype=np.uint64), dtype=np.uint64)
    mean, _ = quantiser.decode(total)
    return mean


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

    def with_proximal(self, strength: float) -> Plan:
        """The same plan with FedProx at the parties."""
        return replace(self, config=replace(self.config, proximal=strength))

    def with_server(self, server: str, rate: float) -> Plan:
        """The same plan with another optimiser at the server."""
        return replace(self, server=server, rate=rate)

    def with_privacy(self, privacy: Privacy) -> Plan:
        """The same plan with record-level differential privacy at the parties."""
        return replace(self, config=replace(self.config, privacy=privacy))


def federate(
    task: Task,
    parties: Sequence[Dataset],
    plan: Plan,
    seed: int,
    noise: np.random.Generator | None = None,
) -> Vector:
    """Train together; the server sees sums only. `noise` is for private plans. Returns the shared model."""
    state = ServerState.start(tasks.new_model(task, seed))
    for round_ in range(plan.rounds):
        updates = []
        for index, data in enumerate(parties):
            update = tasks.train(task, state.model, data, plan.at(round_, index, seed), noise=noise)
            updates.append((update.delta, update.weight))
        mean = secure_mean(updates)
        state = fed_adam(state, mean, plan.rate) if plan.server == "adam" else fed_avg(state, mean, plan.rate)
    return state.model


def alone(task: Task, data: Dataset, plan: Plan, seed: int) -> Vector:
    """One party, or all rows in one place, trained with as many passes over the rows."""
    return federate(task, [data], plan, seed)


def central(task: Task, parties: Sequence[Dataset], plan: Plan, seed: int) -> Vector:
    """All parties' rows in one place: the yardstick that a federation may not use."""
    return alone(task, merge(parties), plan, seed)


def federate_personal(
    task: Task, parties: Sequence[Dataset], plan: Plan, seed: int, names: tuple[str, ...]
) -> list[Vector]:
    """Train together with some parameters kept at home; returns each party's whole model."""
    start = tasks.new_model(task, seed)
    state, own = ServerState.start(start), [start.copy() for _ in parties]
    home = task.shape.mask(names)
    for round_ in range(plan.rounds):
        updates = []
        for index, data in enumerate(parties):
            config = replace(plan.at(round_, index, seed), personal=names)
            update = tasks.train(task, state.model, data, config, own[index])
            own[index] = update.personal
            updates.append((update.delta, update.weight))
        state = fed_avg(state, secure_mean(updates), plan.rate)
    return [np.where(home, mine, state.model) for mine in own]
