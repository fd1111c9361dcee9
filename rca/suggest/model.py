"""What the characteristic would have been, part by part, had the levers stood elsewhere.

Every sampled graph gives one model, fitted on its own bootstrap rows: each column between levers and characteristic
moves by what its parents' moves do to it, and keeps what else made it what it was (abduction, action, prediction).

Source:
    Pearl, "Causality" (2009), section 7.1 (three steps of a counterfactual); Efron, "Bootstrap methods", Annals of
    Statistics 7 (1979).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rca.columns import Kind
from rca.posterior.features import Scale, scale_of
from rca.posterior.posterior import Flags, closures
from rca.table import Array, Table

_RIDGE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """One column to recompute: which, its parents, and its regression on their features."""

    column: int
    parents: tuple[int, ...]
    weights: tuple[Array, ...]


class Model:
    """One sampled graph's account of how levers act on the characteristic."""

    def __init__(
        self, table: Table, values: Array, graph: Flags, levers: Sequence[int], goal: int, rng: np.random.Generator
    ) -> None:
        """Fit it on bootstrap rows.

        Args:
            values: rows without gaps, shape (rows, columns), columns as `table`, on their rulers (`rca.suggest.ruler`).
            levers, goal: places of columns.
        """
        self._values, self._goal = values, goal
        self._scales = dict[int, Scale]()
        self._table = table
        reach = closures(graph[None])[0]
        moved = reach[list(levers)].any(axis=0) & (reach[:, goal] | (np.arange(len(graph)) == goal))
        moved[list(levers)] = False
        order = sorted(np.flatnonzero(moved).tolist(), key=lambda one: int(reach[:, one].sum()))
        self.rows = rng.integers(len(values), size=len(values))
        self._steps = [self._fitted(one, graph, self.rows) for one in order]

    def moved(self, held: Mapping[int, Array]) -> Array:
        """The characteristic of every part with these columns held at these values, shape (rows,)."""
        new = dict(held)
        for step in self._steps:
            change = np.zeros(len(self._values))
            for parent, weights in zip(step.parents, step.weights, strict=True):
                if parent in new:
                    scale = self._scale(parent)
                    change += (scale.features(new[parent]) - scale.features(self._values[:, parent])) @ weights
            new[step.column] = self._values[:, step.column] + change
        return new.get(self._goal, self._values[:, self._goal])

    def _fitted(self, column: int, graph: Flags, rows: np.ndarray) -> _Step:
        parents = tuple(np.flatnonzero(graph[:, column]).tolist())
        target = self._values[rows, column]
        blocks = [self._scale(parent).features(self._values[rows, parent]) for parent in parents]
        design = np.column_stack(blocks)
        centred = design - design.mean(axis=0)
        cross = centred.T @ centred + _RIDGE * len(rows) * np.eye(design.shape[1])
        weights = np.linalg.solve(cross, centred.T @ (target - target.mean()))
        if self._table.columns[column].kind is Kind.CATEGORICAL:
            weights = np.zeros_like(weights)  # codes have no order: nothing is passed on through labels
        cuts = np.cumsum([block.shape[1] for block in blocks])[:-1]
        return _Step(column, parents, tuple(np.split(weights, cuts)))

    def _scale(self, place: int) -> Scale:
        if place not in self._scales:
            self._scales[place] = scale_of(self._table.columns[place], self._values[:, place])
        return self._scales[place]
