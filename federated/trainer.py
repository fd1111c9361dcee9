"""What a plant does with a model: trains on its own rows under its own rules; what is personal stays in its folder."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from evidence.errors import InputError, SchemaError
from federated.learning import drift, robust
from federated.learning.config import Privacy, TrainConfig
from federated.learning.dataset import Dataset
from federated.learning.private import epsilon, private_rng
from federated.model_bytes import Vector
from federated.plan import RunPlan, config_of
from federated.task import METRICS, Task, train
from scoring.risk_model import BINS


@dataclass(slots=True)
class PlantTrainer:
    """See `federated.desk.Trainer`.

    Attributes:
        task: the spec that this plant agreed to; data: its rows; demand_privacy: whether a run without a bound on
            privacy is refused.
        fresh: gives the rows anew when they have changed at home, else None.
        folder: the plant's own folder, where personal parameters and the steps spent on privacy outlive a restart.
    """

    task: Task
    data: Dataset
    demand_privacy: bool = False
    folder: Path | None = None
    fresh: Callable[[], Dataset | None] = lambda: None
    _personal: dict[bytes, Vector] = field(default_factory=dict)
    _steps: dict[bytes, int] = field(default_factory=dict)

    def check(self, plan: RunPlan) -> None:
        if plan.spec != self.task.spec.digest or plan.size != self.task.size:
            raise SchemaError("the run is for another feature spec than this plant agreed to")
        config = train_config(plan)
        if self.demand_privacy and (config.privacy is None or not plan.epsilon_micro):
            raise SchemaError("this plant takes part only in runs with a bound on privacy")
        if (config.privacy is None) != (plan.epsilon_micro == 0):
            raise SchemaError("a plan bounds privacy exactly when it trains with noise")
        features = len(self.task.spec.features)
        if plan.tally not in (0, features * BINS):
            raise SchemaError(f"{plan.tally} counts are asked for, where the spec has {features} features")

    def warm_up(self) -> None:
        """Train once on a few rows and throw it away: what torch loads on its first step takes seconds."""
        few = self.data.take(np.arange(min(8, len(self.data))))
        train(self.task, np.zeros(self.task.size), few, TrainConfig(epochs=1))

    def train(self, plan: RunPlan, model: Vector, step: int) -> tuple[Vector, int]:
        config = replace(train_config(plan), seed=step)
        # What a private run has spent is reckoned for one set of rows, so it keeps the ones that it began with.
        if config.privacy is None and (rows := self.fresh()) is not None:
            self.data = rows
        self._recall(plan)
        self._afford(plan, config)
        noise = private_rng() if config.privacy is not None else None
        update = train(self.task, model, self.data, config, self._personal.get(plan.run), noise)
        if config.personal:
            self._personal[plan.run] = update.personal
        self._steps[plan.run] = self._steps.get(plan.run, 0) + update.steps
        self._remember(plan)
        clip = float(plan.clip)
        metrics = [min(clip, max(-clip, update.metrics[name])) for name in METRICS]
        weight = max(1, min(plan.max_weight, int(update.weight)))
        return np.append(np.clip(update.delta, -clip, clip), metrics), weight

    def count(self, plan: RunPlan) -> list[int]:
        return [one for row in drift.counts(self.data, plan.tally // BINS) for one in row]

    def vote(self, model: Vector, means: Sequence[Vector]) -> list[int]:
        return [int(one) for one in robust.vote(self.task.shape, model, means, self.data)]

    def _recall(self, plan: RunPlan) -> None:
        path = self._path(plan)
        if path is None or not path.exists() or plan.run in self._steps:
            return
        with np.load(path, allow_pickle=False) as kept:
            self._steps[plan.run] = int(kept["steps"])
            if kept["personal"].shape == (plan.size,):
                self._personal[plan.run] = kept["personal"]

    def _remember(self, plan: RunPlan) -> None:
        path = self._path(plan)
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        with draft.open("wb") as file:
            np.savez(file, steps=self._steps[plan.run], personal=self._personal.get(plan.run, np.zeros(0)))
        draft.replace(path)

    def _path(self, plan: RunPlan) -> Path | None:
        return None if self.folder is None else self.folder / "training" / f"{plan.run.hex()[:32]}.npz"

    def _afford(self, plan: RunPlan, config: TrainConfig) -> None:
        """Raise SchemaError when one more round would spend more than the plan says."""
        if config.privacy is None:
            return
        rows = len(self.data)
        steps = self._steps.get(plan.run, 0) + config.epochs * max(1, math.ceil(rows / config.batch))
        spent = epsilon(config.privacy, rows, config.batch, steps)
        if spent * 1_000_000 > plan.epsilon_micro:
            raise SchemaError(f"another round would spend {spent:.3f}, over the plan's {plan.epsilon_micro / 1e6:g}")


def train_config(plan: RunPlan) -> TrainConfig:
    """How a plan has its plants train; raises InputError for a name or value that no plant would take."""
    settings = plan.settings()
    privacy = None
    if "noise" in settings:
        try:
            noise, clip = float(settings.pop("noise")), float(settings.pop("gradient_clip"))
        except (KeyError, ValueError) as error:
            raise InputError("noise goes with gradient_clip, both decimal numbers") from error
        privacy = Privacy(clip, noise)
    config = config_of(TrainConfig, settings)
    assert isinstance(config, TrainConfig)
    return replace(config, privacy=privacy)
