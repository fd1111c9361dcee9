"""The milling experiment: three parties by product type, one common model, held against training in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from federated import task as tasks
from federated.evaluate.parties import Split, milling, split
from federated.evaluate.simulate import Plan, alone, central, federate
from federated.learning import calibration, metrics
from federated.learning.config import Privacy, TrainConfig
from federated.learning.dataset import merge
from federated.learning.network import Vector, predict
from federated.learning.private import epsilon
from federated.task import Task

PLAN: Final = Plan(rounds=40, config=TrainConfig(epochs=2, batch=64, rate=0.003, decay=0.001, balance="full"))
PROXIMAL: Final = 0.01
PRIVATE: Final = Plan(rounds=40, config=TrainConfig(epochs=1, batch=128, rate=0.03, balance="none"))
NOISES: Final = (1.0, 2.0, 4.0)
CLIP: Final = 1.0


@dataclass(frozen=True, slots=True)
class MillingResult:
    """Test figures of one seed by method; F1 at the threshold with the best F1 on the check parts."""

    auc: dict[str, float]
    f1: dict[str, float]
    loss: dict[str, float]


@dataclass(frozen=True, slots=True)
class PrivateResult:
    """Test AUC of one seed and the largest epsilon of a party, by noise."""

    auc: dict[str, float]
    epsilon: dict[str, float]


def run(folder: Path, seed: int) -> MillingResult:
    """One seed of the experiment."""
    raw = milling(folder)
    task, parts = Task(raw.spec), split(raw, seed)
    rows = [part.train for part in parts]
    models = {
        "central": [central(task, rows, PLAN, seed)] * len(parts),
        "FedAvg": [federate(task, rows, PLAN, seed)] * len(parts),
        "FedProx": [federate(task, rows, PLAN.with_proximal(PROXIMAL), seed)] * len(parts),
        "FedAdam": [federate(task, rows, PLAN.with_server("adam", 0.01), seed)] * len(parts),
        "alone": [alone(task, one, PLAN, seed) for one in rows],
    }
    check = merge([part.check for part in parts])
    test = merge([part.test for part in parts])
    auc, f1, loss = {}, {}, {}
    for name, found in models.items():
        chosen, risk = _logits(task, found, parts, "check"), _logits(task, found, parts, "test")
        auc[name] = metrics.auc(test.labels, risk)
        f1[name] = metrics.f1(test.labels, risk, metrics.best_threshold(check.labels, chosen))
    for name in ("FedAvg", "central"):
        before = calibration.Calibration().probabilities(_logits(task, models[name], parts, "test"))
        loss[f"{name}, before"] = metrics.log_loss(test.labels, before)
        loss[f"{name}, calibrated at each site"] = metrics.log_loss(test.labels, _calibrated(task, models[name], parts))
    return MillingResult(auc, f1, loss)


def run_private(folder: Path, seed: int, noises: Sequence[float] = NOISES) -> PrivateResult:
    """One seed with record-level differential privacy; the experiment's noise is seeded, a real round's is not."""
    raw = milling(folder)
    task, parts = Task(raw.spec), split(raw, seed)
    rows = [part.train for part in parts]
    test = merge([part.test for part in parts])
    auc, spent = {}, {}
    for noise in noises:
        privacy = Privacy(clip=CLIP, noise=noise)
        plan = PRIVATE.with_privacy(privacy)
        model = federate(task, rows, plan, seed, noise=np.random.default_rng([seed, 5]))
        auc[f"{noise:g}"] = tasks.evaluate(task, model, test)["auc"]
        batch = plan.config.batch
        steps = [plan.rounds * plan.config.epochs * max(1, round(len(one) / batch)) for one in rows]
        spent[f"{noise:g}"] = max(
            epsilon(privacy, len(one), batch, count) for one, count in zip(rows, steps, strict=True)
        )
    return PrivateResult(auc, spent)


def _calibrated(task: Task, models: Sequence[Vector], parts: Sequence[Split]) -> Vector:
    found = []
    for model, part in zip(models, parts, strict=True):
        fitted = calibration.fit(_logits(task, [model], [part], "check"), part.check.labels)
        found.append(fitted.probabilities(_logits(task, [model], [part], "test")))
    return np.concatenate(found)


def _logits(task: Task, models: Sequence[Vector], parts: Sequence[Split], which: str) -> Vector:
    found = [
        predict(task.shape, model, (part.check if which == "check" else part.test).inputs)
        for model, part in zip(models, parts, strict=True)
    ]
    return np.concatenate(found)
