"""Means, spreads and paired intervals over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t

from evidence.errors import SchemaError


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, standard deviation (n - 1) and the 95 % interval of the mean by Student's t."""

    mean: float
    deviation: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.4f} ± {self.deviation:.4f}"

    @property
    def interval(self) -> str:
        """`mean (low to high)`, with signs: for differences."""
        return f"{self.mean:+.4f} ({self.low:+.4f} to {self.high:+.4f})"


def spread(values: Sequence[float]) -> Spread:
    """Of one figure per seed.

    Raises:
        SchemaError: fewer than two seeds.
    """
    if len(values) < 2:
        raise SchemaError("a spread needs two seeds or more", place="seeds")
    mean, deviation = float(np.mean(values)), float(np.std(values, ddof=1))
    half = float(t.ppf(0.975, len(values) - 1)) * deviation / len(values) ** 0.5
    return Spread(mean, deviation, mean - half, mean + half)


def paired(better: Sequence[float], base: Sequence[float]) -> Spread:
    """Of the differences seed by seed."""
    return spread([one - other for one, other in zip(better, base, strict=True)])
