"""Uncertainty through any function: covariances in, covariances out, for results that share their inputs.

Source:
    JCGM 100:2008 (GUM), clauses 5.1.3, 5.2 and example H.2 (resistance and reactance measured at the same time).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from evidence.errors import SchemaError
from spc.data import Array, number, subgroups, values

MAX_VARIABLES: Final = 100
"""Most inputs, and most results."""
_STEP: Final = 0.01
"""Step of the difference quotient in standard uncertainties: small against the curve, large against rounding."""

Model = Callable[[Array], float]
"""From the inputs, shape (inputs,), to one result."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Values that may depend on each other.

    Attributes:
        values: shape (k,).
        covariance: of the values, shape (k, k), symmetric, no negative variance.
    """

    values: Array
    covariance: Array

    def __post_init__(self) -> None:
        size = len(self.values)
        if not 0 < size <= MAX_VARIABLES or self.covariance.shape != (size, size):
            raise SchemaError(f"{size} values with a covariance of shape {self.covariance.shape}", place="covariance")
        if not (np.isfinite(self.values).all() and np.isfinite(self.covariance).all()):
            raise SchemaError("a value or covariance is not finite", place="covariance")
        scale = float(np.abs(self.covariance).max())
        if not np.allclose(self.covariance, self.covariance.T, atol=1e-12 * scale, rtol=1e-9):
            raise SchemaError("the covariance is not symmetric", place="covariance")
        if np.linalg.eigvalsh(self.covariance).min() < -1e-9 * scale:
            raise SchemaError("no set of values can have this covariance", place="covariance")

    @property
    def uncertainties(self) -> Array:
        """Standard uncertainties, shape (k,)."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))

    def correlation(self, first: int, second: int) -> float:
        """Correlation of two of them, counted from 0; 0.0 where one is exact."""
        spread = self.uncertainties
        product = float(spread[first] * spread[second])
        return float(self.covariance[first, second]) / product if product else 0.0


def observed_together(readings: ArrayLike) -> Estimates:
    """Means of quantities read at the same time, and the covariance of these means (GUM 5.2.3).

    Args:
        readings: shape (quantities, readings), 2 readings or more.
    """
    table = subgroups(readings, place="readings")
    covariance = np.atleast_2d(np.cov(table - table[:, :1])) / table.shape[1]
    return Estimates(table[:, 0] + (table - table[:, :1]).mean(axis=1), covariance)


def each_set(models: Sequence[Model], readings: ArrayLike) -> Estimates:
    """Results of models worked out for every set of simultaneous readings, then averaged (GUM H.2.4, second approach).

    Needs no sensitivities and keeps the curvature of the models; wants readings that belong together set by set.

    Args:
        readings: shape (inputs, sets), 2 sets or more.
    """
    table = subgroups(readings, place="readings")
    return observed_together([[_at(model, column) for column in table.T] for model in _some(models)])


def independent(estimates: ArrayLike, uncertainties: ArrayLike) -> Estimates:
    """Values that do not depend on each other, with their standard uncertainties, both of shape (k,)."""
    flat, spread = values(estimates, at_least=1), values(uncertainties, place="uncertainties", at_least=1)
    if flat.shape != spread.shape or np.any(spread < 0):
        raise SchemaError("one uncertainty of zero or more is needed for every value", place="uncertainties")
    return Estimates(flat, np.diag(spread**2))


def propagate(models: Sequence[Model], inputs: Estimates) -> Estimates:
    """Results of several models of the same inputs, with their covariance, to first order.

    Sensitivities are difference quotients about the estimates. Where a model bends within one standard uncertainty, or
    has its extreme there, first order does not do; GUM supplement 1 (Monte Carlo) is then the method.

    Raises:
        SchemaError: no model, or one that gives something not finite.
    """
    spread = inputs.uncertainties
    jacobian = np.zeros((len(models), len(spread)))
    results = np.array([_at(model, inputs.values) for model in _some(models)])
    for column, u in enumerate(spread):
        if u == 0:
            continue
        above, below = inputs.values.copy(), inputs.values.copy()
        above[column] += _STEP * u
        below[column] -= _STEP * u
        width = float(above[column] - below[column])
        if width == 0:
            raise SchemaError("an uncertainty that is lost in rounding", place="inputs")
        for row, model in enumerate(models):
            jacobian[row, column] = (_at(model, above) - _at(model, below)) / width
    covariance = jacobian @ inputs.covariance @ jacobian.T
    return Estimates(results, (covariance + covariance.T) / 2)


def _some(models: Sequence[Model]) -> Sequence[Model]:
    if not 0 < len(models) <= MAX_VARIABLES:
        raise SchemaError(f"{len(models)} models; 1 to {MAX_VARIABLES} are taken", place="models")
    return models


def _at(model: Model, where: Array) -> float:
    result = float(model(where.copy()))
    if not math.isfinite(result):
        raise SchemaError(f"a model gives {result} at its inputs", place="models")
    return number(result, place="models")
