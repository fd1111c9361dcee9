"""The learning task of a federation, without Flower: what a client and a server do with data and models.

`client_app.py` and `server_app.py` only translate between messages and these functions. A model is one flat vector of
float64; which number is what is told by `network.Shape.layout`, which follows from the spec.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from evidence.errors import SchemaError
from federated.learning import local, metrics, spec
from federated.learning.config import TrainConfig
from federated.learning.dataset import Dataset, Table, conform
from federated.learning.local import Update
from federated.learning.network import Shape, Vector, initial, predict, shape_of
from federated.learning.spec import FeatureSpec

METRICS: Final = ("loss", "fitted", "positives")
"""Order in which the metrics of an update ride in the masked vector, each times the weight."""
HIDDEN: Final = (32, 16)


@dataclass(frozen=True, slots=True)
class Task:
    """A spec and the network that follows from it."""

    spec: FeatureSpec
    hidden: tuple[int, int] = HIDDEN

    @property
    def shape(self) -> Shape:
        """Sizes of the network."""
        return shape_of(self.spec, self.hidden)

    @property
    def size(self) -> int:
        """Numbers in a model."""
        return self.shape.size


def task_of(path: Path, hidden: tuple[int, int] = HIDDEN) -> Task:
    """The task of a spec file."""
    return Task(spec.read(path), hidden)


def load(task: Task, read: Callable[[FeatureSpec], Table]) -> Dataset:
    """A plant's rows, checked against the spec.

    Args:
        read: gives the plant's raw columns, for example `federated.learning.lake_data.reader(...)`.
    """
    return conform(task.spec, read(task.spec))


def new_model(task: Task, seed: int) -> Vector:
    """Starting parameters, shape (task.size,)."""
    return initial(task.shape, np.random.default_rng(seed))


def train(
    task: Task,
    model: Vector,
    data: Dataset,
    config: TrainConfig,
    personal: Vector | None = None,
    noise: np.random.Generator | None = None,
) -> Update:
    """One round of training at a plant; see `local.train`."""
    _refuse_other_spec(task, data)
    return local.train(task.shape, model, data, config, personal, noise)


def evaluate(task: Task, model: Vector, data: Dataset, device: str = "cpu") -> dict[str, float]:
    """How a model does on rows: `auc` (NaN with one class only), `log_loss`, `brier`, `rows`."""
    _refuse_other_spec(task, data)
    risk = probabilities(task, model, data, device)
    return {
        "auc": metrics.auc(data.labels, risk),
        "log_loss": metrics.log_loss(data.labels, risk),
        "brier": metrics.brier(data.labels, risk),
        "rows": float(len(data)),
    }


def probabilities(task: Task, model: Vector, data: Dataset, device: str = "cpu") -> Vector:
    """Probability of a bad outcome for each row, shape (n,), before a site's calibration."""
    return np.asarray(1 / (1 + np.exp(-predict(task.shape, model, data.inputs, device))), dtype=np.float64)


def _refuse_other_spec(task: Task, data: Dataset) -> None:
    if data.spec != task.spec.digest:
        raise SchemaError("the rows follow another spec than the task", place="spec")
