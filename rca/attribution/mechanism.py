"""How a node followed its causes while all was well: a regression that knows how unsure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from rca.attribution.basis import Basis, curve_of

Array = npt.NDArray[np.float64]

RIDGE: Final = 1.0
"""Prior weight of every coefficient: as if one more row had said that it is zero (columns are scaled)."""
LEAST_NOISE: Final = 0.3
"""Least noise of a node, in its own spread. Below it a cause explains a node so well that any rounding would count
as a change: sums, copies and recalculated columns do."""
FOLDS: Final = 5
_CLEARLY: Final = 2.0
MIN_SMOOTH_ROWS: Final = 200
"""Fewest rows from which a curve is tried."""


@dataclass(frozen=True, slots=True, eq=False)
class Mechanism:
    """A node given its causes: `features(causes) @ coefficients + noise`.

    Attributes:
        causes: places of the causes, rising.
        basis: what the mechanism is linear in.
        coefficients: in scaled units, shape (n_features,).
        root: `root @ root.T` is the posterior covariance of the coefficients, shape (n_features, n_features).
        noise: standard deviation of the noise, in the node's spread, never below LEAST_NOISE.
    """

    causes: tuple[int, ...]
    basis: Basis
    coefficients: Array
    root: Array
    noise: float


def fit(reference: Array, node: int, causes: tuple[int, ...], *, smooth: bool = False) -> Mechanism:
    """Fit a node's mechanism on scaled reference rows.

    Rows without the node's value are left out; a missing cause counts as its centre, which weakens a cause that is
    often missing and never invents one.

    Args:
        reference: scaled, shape (rows, columns), NaN where missing.
        node: place of the node.
        causes: places of its causes.
        smooth: try a curve as well, and take it when it predicts held-out rows better than a line by more than
            two standard errors.
    """
    known = ~np.isnan(reference[:, node])
    if not causes or not known.any():
        return Mechanism(causes, Basis(), np.zeros(len(causes)), np.zeros((len(causes), len(causes))), 1.0)
    outcome = reference[known, node]
    inputs = filled(reference[known][:, list(causes)])
    basis = Basis()
    if smooth and outcome.size >= MIN_SMOOTH_ROWS:
        curve = curve_of(inputs)
        gain = _errors(basis.features(inputs), outcome) - _errors(curve.features(inputs), outcome)
        if gain.mean() > _CLEARLY * gain.std(ddof=1) / np.sqrt(gain.size):
            basis = curve
    features = basis.features(inputs)
    gram = features.T @ features + RIDGE * np.eye(features.shape[1])
    coefficients = np.linalg.solve(gram, features.T @ outcome)
    noise = max(float(np.std(outcome - features @ coefficients)), LEAST_NOISE)
    root = noise * np.linalg.inv(np.linalg.cholesky(gram)).T
    return Mechanism(causes, basis, coefficients, root, noise)


def filled(values: Array) -> Array:
    """Missing cells as the centre, which is zero in scaled units."""
    return np.where(np.isnan(values), 0.0, values)


def _errors(features: Array, outcome: Array) -> Array:
    """Squared error of each row when its fold was held out, averaged by fold, shape (FOLDS,)."""
    fold = np.arange(outcome.size) % FOLDS
    penalty = RIDGE * np.eye(features.shape[1])
    errors = np.empty(FOLDS)
    for one in range(FOLDS):
        held = fold == one
        rows = features[~held]
        coefficients = np.linalg.solve(rows.T @ rows + penalty, rows.T @ outcome[~held])
        errors[one] = np.mean((outcome[held] - features[held] @ coefficients) ** 2)
    return errors
