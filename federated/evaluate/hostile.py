"""Suppliers that run code of their own: what they train, how they vote, and words that no honest desk would send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from federated import task as tasks
from federated.desk import Desk
from federated.learning.dataset import Dataset
from federated.model_bytes import Vector
from federated.plan import METRICS, RunPlan
from federated.secagg.ring import Words
from federated.trainer import PlantTrainer, train_config

TIMES: Final = 10.0
CLAIMED: Final = 10_000
"""What a hostile supplier says its rows are: the most that the plan allows."""


class HostileTrainer(PlantTrainer):
    """Trains for what is wrong and votes for it; bound and clip are not looked at."""

    def train(self, plan: RunPlan, model: Vector, step: int) -> tuple[Vector, int]:
        turned = Dataset(self.data.spec, self.data.inputs, 1 - self.data.labels, {})
        config = replace(train_config(plan), balance="none", bound=1e6, seed=step)
        delta = TIMES * tasks.train(self.task, model, turned, config).delta
        return np.append(delta, np.zeros(METRICS)), CLAIMED

    def vote(self, model: Vector, means: Sequence[Vector]) -> list[int]:
        return [-one for one in PlantTrainer.vote(self, model, means)]


class HostileDesk(Desk):
    """Sends what its trainer gives, beyond any clip."""

    def words(self, plan: RunPlan, step: int, values: Vector, weight: int) -> Words:
        scaled = np.rint(values * float(2 ** plan.quantiser().bits)).astype(np.int64) * np.int64(weight)
        return np.append(scaled, np.int64(weight)).view(np.uint64)
