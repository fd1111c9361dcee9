"""The change of one column with another, given a set of others: additive, bent, with its standard error.

Source:
    Pearl, "Causality" (2009), section 3.3 (back-door adjustment by the parents of the cause);
    Eilers, Marx, "Flexible smoothing with B-splines and penalties", Statistical Science 11 (1996) (shrunken bends).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from rca.columns import Kind
from rca.posterior.features import Scale, scale_of
from rca.table import Array, Table

_KNOTS: Final = (0.2, 0.4, 0.6, 0.8)
_SHRINK: Final = 0.005
_MOST_ROWS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Change:
    """Mean change of the effect, in its unit, and its standard error."""

    value: float
    error: float


class Adjuster:
    """Estimates of one contrast, do(cause = low) to do(cause = high), under one adjustment set after another."""

    def __init__(self, table: Table, cause: int, low: float, high: float, effect: int) -> None:
        """Prepare; columns by their place in `table`."""
        step = max(table.rows // _MOST_ROWS, 1)
        values = np.asarray(table.values[::step], dtype=np.float64)
        known = ~np.isnan(values[:, cause]) & ~np.isnan(values[:, effect])
        self._table, self._values = table, values[known]
        self._known = dict[frozenset[int], Change]()
        self._features = dict[int, Array]()
        self._cause, bend = self._bends(cause, self._values[:, cause])
        self._contrast = (self._bends(cause, np.array([high]))[0] - self._bends(cause, np.array([low]))[0])[0]
        self._bent = bend
        self._target = self._values[:, effect] - self._values[:, effect].mean()

    @property
    def rows(self) -> int:
        """How many rows know both cause and effect."""
        return len(self._target)

    def change(self, given: frozenset[int]) -> Change:
        """The change of the effect given these columns."""
        if given not in self._known:
            self._known[given] = self._estimate(sorted(given))
        return self._known[given]

    def _estimate(self, given: Sequence[int]) -> Change:
        blocks = [self._cause, *(self._block(one) for one in given)]
        design = np.column_stack([np.ones(self.rows), *blocks])
        penalty = np.zeros(design.shape[1])
        penalty[1 + self._cause.shape[1] - self._bent : 1 + self._cause.shape[1]] = _SHRINK * self.rows
        cross = design.T @ design + np.diag(penalty + 1e-8 * self.rows)
        inverse = np.linalg.inv(cross)
        weights = inverse @ (design.T @ self._target)
        rest = self._target - design @ weights
        freedom = max(self.rows - design.shape[1], 1)
        contrast = np.zeros(design.shape[1])
        contrast[1 : 1 + len(self._contrast)] = self._contrast
        variance = float(rest @ rest) / freedom * float(contrast @ inverse @ contrast)
        return Change(float(contrast @ weights), float(np.sqrt(max(variance, 0.0))))

    def _block(self, place: int) -> Array:
        if place not in self._features:
            scale = self._scale(place)
            self._features[place] = np.nan_to_num(scale.features(self._values[:, place]), nan=0.0)
        return self._features[place]

    def _scale(self, place: int) -> Scale:
        return scale_of(self._table.columns[place], self._values[:, place])

    def _bends(self, place: int, values: Array) -> tuple[Array, int]:
        """Features of the cause for a curve with bends, and how many of them are bends."""
        column = self._table.columns[place]
        if column.kind is Kind.CATEGORICAL:
            return np.nan_to_num(self._scale(place).features(values), nan=0.0), 0
        own = self._values[:, place]
        centre, spread = float(own.mean()), float(own.std()) or 1.0
        line = (values - centre) / spread
        if column.kind is Kind.BINARY or np.unique(own[:1000]).size < 6:
            return line[:, None], 0
        knots = np.unique(np.quantile((own - centre) / spread, _KNOTS))
        hinges = np.maximum(line[:, None] - knots, 0.0)
        return np.column_stack([line, hinges]), len(knots)
