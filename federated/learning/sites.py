"""A plant's own model: the shared first layer, personal upper layers, its own scales, mixed with what it learnt alone.

On skewed plants one common model is worse than none (docs/model-card.md gives the figures): what is common is how
measurements combine, not what they mean for the outcome. So a plant keeps its scales and upper layers at home.

Source:
    Own scales: Li et al., "FedBN", ICLR 2021 (arXiv:2102.07623). Personal layers: Arivazhagan et al., arXiv:1912.00818.
    Mixing with a local model: Deng et al., "Adaptive Personalized Federated Learning", 2020 (arXiv:2003.13461).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from evidence.errors import SchemaError
from federated.learning.dataset import Array, Dataset
from federated.learning.network import Shape, Vector, predict

UPPER: Final = ("w2", "b2", "head", "bias")
"""Parameters that stay at home when plants differ in what measurements mean."""
CUT: Final = 4.0
LEAST_SPREAD: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class SiteScaling:
    """Mean and spread of a plant's own inputs, shape (width,) each; they never leave it."""

    mean: Array
    spread: Array

    @classmethod
    def of(cls, data: Dataset) -> SiteScaling:
        """From the rows that the plant trains on.

        Raises:
            SchemaError: no rows.
        """
        if not len(data):
            raise SchemaError("there are no rows to scale by", place="data")
        return cls(data.inputs.mean(axis=0), data.inputs.std(axis=0) + LEAST_SPREAD)

    def apply(self, data: Dataset) -> Dataset:
        """The same rows on the plant's own scales, cut off at 4 spreads."""
        inputs = np.clip((data.inputs - self.mean) / self.spread, -CUT, CUT)
        return Dataset(data.spec, inputs, data.labels, data.dropped)


@dataclass(frozen=True, slots=True, eq=False)
class SiteModel:
    """What a plant predicts with.

    Attributes:
        federated: models with shared first layer and the plant's own upper layers; their logits are averaged.
        alone: the model that the plant trained without the others; None when only the federation counts.
        weight: share of the federated logits, above 0: the federation always counts.
        scaling: the plant's own scales; None where the spec's are used.
    """

    federated: tuple[Vector, ...]
    alone: Vector | None = None
    weight: float = 1.0
    scaling: SiteScaling | None = None

    def __post_init__(self) -> None:
        if not self.federated or not 0 < self.weight <= 1 or (self.alone is None and self.weight < 1):
            raise SchemaError("a site model needs a federated part with a weight above 0", place="weight")

    def logits(self, shape: Shape, data: Dataset) -> Vector:
        """Log-odds of a bad outcome, shape (n,), before calibration."""
        rows = data if self.scaling is None else self.scaling.apply(data)
        shared = np.mean([predict(shape, model, rows.inputs) for model in self.federated], axis=0)
        if self.alone is None:
            return np.asarray(shared, dtype=np.float64)
        own = predict(shape, self.alone, rows.inputs)
        return np.asarray(self.weight * shared + (1 - self.weight) * own, dtype=np.float64)


def joined(shape: Shape, shared: Vector, personal: Vector, names: Sequence[str] = UPPER) -> Vector:
    """The shared model with the plant's own parameters in the places of `names`."""
    if shared.shape != (shape.size,) or personal.shape != (shape.size,):
        raise SchemaError(f"two vectors of {shape.size} numbers are expected", place="model")
    return np.where(shape.mask(tuple(names)), personal, shared)
