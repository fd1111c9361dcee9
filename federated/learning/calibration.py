"""Calibration at each site: from log-odds to probabilities that are right on average, whatever the site's base rate.

Source:
    Platt, "Probabilistic outputs for support vector machines", 1999, with his smoothed targets; fitted by Newton's
    method as in Lin, Lin, Weng, "A note on Platt's probabilistic outputs", Machine Learning 68 (2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evidence.errors import SchemaError

Vector = NDArray[np.float64]

LEAST_SLOPE: Final = 0.01
LEAST_ROWS: Final = 20
STEPS: Final = 100


@dataclass(frozen=True, slots=True)
class Calibration:
    """probability = 1 / (1 + exp(-(slope * logit + shift))); the slope is positive, so that ranks stay."""

    slope: float = 1.0
    shift: float = 0.0

    def __post_init__(self) -> None:
        if not (self.slope > 0 and np.isfinite([self.slope, self.shift]).all()):
            raise SchemaError("a calibration has a positive slope and finite numbers", place="calibration")

    def probabilities(self, logits: Vector) -> Vector:
        """Shape (n,), each strictly between 0 and 1."""
        held = np.clip(self.slope * logits + self.shift, -30, 30)
        return np.asarray(1 / (1 + np.exp(-held)), dtype=np.float64)


def fit(logits: Vector, labels: Vector) -> Calibration:
    """The calibration of a site from rows that it did not train on.

    Args:
        logits, labels: shape (n,).
    Raises:
        SchemaError: fewer than `LEAST_ROWS` rows, or only one outcome among them.
    """
    bad = labels > 0.5
    positives, negatives = int(bad.sum()), int((~bad).sum())
    if len(labels) < LEAST_ROWS or not positives or not negatives:
        raise SchemaError(f"calibration needs {LEAST_ROWS} rows with both outcomes among them", place="calibration")
    target = np.where(bad, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    slope, shift = 1.0, float(np.log((positives + 1) / (negatives + 1)))
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(slope * logits + shift, -30, 30)))
        gradient = np.array([((p - target) * logits).sum(), (p - target).sum()])
        w = np.maximum(p * (1 - p), 1e-9)
        hessian = np.array([[(w * logits**2).sum(), (w * logits).sum()], [(w * logits).sum(), w.sum()]])
        step = np.linalg.solve(hessian + 1e-9 * np.eye(2), gradient)
        step = np.clip(step, -1.0, 1.0)
        slope, shift = max(LEAST_SLOPE, slope - float(step[0])), shift - float(step[1])
        if float(np.abs(step).max()) < 1e-8:
            break
    return Calibration(slope, shift)
