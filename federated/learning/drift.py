"""Drift of a federation's data: securely summed histograms, population stability index per feature.

Each party counts its rows in bins that all agreed on (those of the weight file); only sums over parties are opened.
The same sums at export time are the baseline that the weight file carries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from evidence.errors import SchemaError
from federated.learning.dataset import Dataset
from federated.learning.network import Vector
from federated.learning.spec import FeatureSpec
from scoring.governance import PSI_STOP, PSI_WATCH, stability_index
from scoring.process_risk import histogram
from scoring.risk_model import BINS, ONE

LEAST_ROWS: Final = 500
"""Rows of all parties together below which drift could not be told from chance."""


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """How far a feature's spread has moved: index in millionths; state `steady`, `watch` (0.10) or `stop` (0.25)."""

    feature: str
    index: int

    @property
    def state(self) -> str:
        """What to do about it."""
        return "stop" if self.index >= PSI_STOP else "watch" if self.index >= PSI_WATCH else "steady"


def counts(data: Dataset, features: int) -> list[list[int]]:
    """A party's rows in each bin, feature by feature."""
    return histogram(np.floor(data.inputs[:, :features] * ONE).astype(np.int64))


def flat(counted: Sequence[Sequence[int]]) -> Vector:
    """The counts as one vector for the secure sum, shape (features * BINS,)."""
    return np.asarray(counted, dtype=np.float64).ravel()


def opened(total: Vector, features: int) -> list[list[int]]:
    """Counts out of a securely aggregated sum.

    Raises:
        SchemaError: another length, or numbers that no counts can sum to (masks did not cancel, or a party lied).
    """
    whole = np.rint(total)
    if total.shape != (features * BINS,) or (np.abs(whole - total) > 0.01).any() or (whole < 0).any():
        raise SchemaError("this is no sum of counts", place="histograms")
    table = whole.astype(np.int64).reshape(features, BINS)
    if len(set(table.sum(axis=1).tolist())) > 1:
        raise SchemaError("features were counted over different numbers of rows", place="histograms")
    return [[int(one) for one in row] for row in table]


def drift(spec: FeatureSpec, before: Sequence[Sequence[int]], after: Sequence[Sequence[int]]) -> list[FeatureDrift]:
    """Each feature's drift between two sums of counts.

    Raises:
        SchemaError: counts of other features, or fewer than `LEAST_ROWS` rows on a side.
    """
    if len(before) != len(spec.features) or len(after) != len(spec.features):
        raise SchemaError("the counts are of other features", place="histograms")
    if min(sum(before[0]), sum(after[0])) < LEAST_ROWS:
        raise SchemaError(f"drift is told of {LEAST_ROWS} rows or more", place="histograms")
    return [
        FeatureDrift(feature.name, stability_index(old, new))
        for feature, old, new in zip(spec.features, before, after, strict=True)
    ]
