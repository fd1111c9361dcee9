"""A simulated steward whose finished run ends in a real network, exported as the real steward exports it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from federated import task as tasks
from federated.export import export
from federated.learning.calibration import Calibration
from federated.learning.config import TrainConfig
from federated.learning.drift import counts
from federated.model_bytes import model_bytes, rounded
from federated.task import Task
from tests.support.steward import SimulatedSteward
from tests.unit.federated.learning.builders import plant, spec, table

TASK = Task(spec(), (8, 4))


@dataclass
class ExportingSteward(SimulatedSteward):
    """Two rounds; `forge` changes what is exported, `swap` the bytes of the model."""

    done: int = 2
    state: str = "finished"
    forge: Callable[[bytes], bytes] = lambda data: data
    swap: Callable[[bytes], bytes] = lambda data: data
    models: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        data, model = plant(600, 0), rounded(tasks.new_model(TASK, 1))
        self.models = [model]
        for seed in range(2):
            config = TrainConfig(epochs=4, rate=0.01, bound=100.0, seed=seed)
            self.models.append(rounded(self.models[-1] + tasks.train(TASK, self.models[-1], data, config).delta))

    def digest_of(self, number: int) -> bytes:
        return hashlib.sha256(model_bytes(self.models[number])).digest()

    def model(self, name: str, number: int) -> bytes:
        return self.swap(model_bytes(self.models[number]))

    def export(self, name: str, *, version: int, until: date) -> bytes:
        baseline = counts(plant(600, 0), 4)
        made = export(TASK.spec, TASK.shape, self.models[-1], Calibration(), baseline, version=version, until=until)
        return self.forge(made.data)


def parts(rows: int, seed: int, hotter: float = 0.0) -> list[dict[str, str]]:
    """Parts of the plant that the network learnt from; `hotter` moves them away."""
    values = dict(table(rows, seed).values)
    values["heat"] = np.clip(values["heat"] + hotter, 0.0, 200.0)
    return [{name: f"{column[row]:.3f}" for name, column in values.items()} for row in range(rows)]


def csv_of(rows: list[dict[str, str]]) -> bytes:
    """The same as a file."""
    lines = [f"p{n},{one['heat']},{one['force']},{one['wear']}" for n, one in enumerate(rows)]
    return "\n".join(["id,heat [Cel],force [N],wear [min]", *lines, ""]).encode()
