"""A column on a scale where it is normal: sensors bend their readings, and causes act on what lies behind them."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import ndtri

from rca.columns import Column, Kind
from rca.table import Array

_KNOTS: Final = 129


class Ruler:
    """Monotone map from a column's readings to normal scores and back, linear beyond what was seen.

    Labels are left as they are.
    """

    def __init__(self, column: Column, values: Array) -> None:
        """From values without gaps, shape (rows,)."""
        self._readings: Array | None = None
        if column.kind not in (Kind.CONTINUOUS, Kind.COUNT):
            return
        share = (np.arange(_KNOTS) + 0.5) / _KNOTS
        readings, scores = np.quantile(values, share), ndtri(share)
        # Ties share one reading: the middle of their scores.
        levels, which = np.unique(readings, return_inverse=True)
        if levels.size >= 4:
            self._readings = levels
            self._scores = np.bincount(which, scores) / np.bincount(which)

    def score(self, values: Array) -> Array:
        """Normal scores of readings."""
        return values if self._readings is None else _line(values, self._readings, self._scores)

    def reading(self, scores: Array) -> Array:
        """Readings of normal scores."""
        return scores if self._readings is None else _line(scores, self._scores, self._readings)


def _line(values: Array, at: Array, to: Array) -> Array:
    found = np.interp(values, at, to)
    span = max(len(at) // 16, 1)
    low, high = (to[span] - to[0]) / (at[span] - at[0]), (to[-1] - to[-1 - span]) / (at[-1] - at[-1 - span])
    found = np.where(values < at[0], to[0] + low * (values - at[0]), found)
    return np.asarray(np.where(values > at[-1], to[-1] + high * (values - at[-1]), found))
