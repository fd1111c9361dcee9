"""Logistic regression with coefficients that may not be negative, pulled to a centre: projected Newton steps.

Needs numpy; only `learned` and `challenger` import this.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from evidence.errors import SchemaError

Floats: TypeAlias = npt.NDArray[np.float64]

_STEPS: Final = 200
_HALVINGS: Final = 60
_SETTLED: Final = 1e-11
_NEAR_ZERO: Final = 1e-6
_ROUNDING: Final = 1e-14


def fit_logistic(x: Floats, y: Floats, centre: Floats, pull: float) -> Floats:
    """Minimise mean logistic loss + pull * |beta - centre|^2 over an intercept and beta >= 0.

    Args:
        x: shape (n, k), utilities 0 to 1. y: shape (n,), 0 or 1. centre: shape (k,).
    Returns:
        intercept and beta, shape (k + 1,).
    Raises:
        SchemaError: only one outcome, or no finite minimum is found.
    Source:
        Bertsekas, "Projected Newton methods for optimization problems with simple constraints", SIAM J. Control Optim.
        20 (1982) 221-246.
    """
    n, k = x.shape
    if not 0 < y.mean() < 1:
        raise SchemaError("both outcomes are needed")
    design = np.column_stack([np.ones(n), x])
    target = np.concatenate([[0.0], centre])
    ridge = np.concatenate([[0.0], np.full(k, 2 * pull)])
    beta = np.concatenate([[log(y.mean() / (1 - y.mean()))], np.maximum(centre, 0)])

    def loss(at: Floats) -> float:
        eta = design @ at
        return float(np.mean(np.logaddexp(0, eta) - y * eta) + ridge @ (at - target) ** 2 / 2)

    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -500, 500)))
        slope = design.T @ (p - y) / n + ridge * (beta - target)
        # What lies at its bound, or nearly, and would leave the allowed side is put on the bound.
        free = (beta > _NEAR_ZERO) | (slope < 0)
        free[0] = True
        if np.abs(slope[free]).max() < _SETTLED * (1 + ridge[-1]) and not beta[~free].any():
            return beta
        bend = (design * (p * (1 - p))[:, None]).T @ design / n + np.diag(ridge + 1e-12)
        step = np.where(free, 0.0, beta)
        step[free] = np.linalg.solve(bend[np.ix_(free, free)], slope[free])
        beta = _descend(loss, beta, step)
    raise SchemaError(
        "the fit did not settle; some indicator may separate the outcomes perfectly",
        advice="Use a larger pull, or more samples.",
    )


def probability(x: Floats, fitted: Floats) -> Floats:
    """Probability of 1 for each row of x, shape (n,), by what `fit_logistic` returned."""
    eta: Floats = np.clip(fitted[0] + x @ fitted[1:], -30, 30)
    result: Floats = 1 / (1 + np.exp(-eta))
    return result


def _descend(loss: Callable[[Floats], float], beta: Floats, step: Floats) -> Floats:
    """The longest of the step and its halves, kept to the allowed side, that does not climb."""
    start = loss(beta)
    for halving in range(_HALVINGS):
        trial: Floats = beta - step * 0.5**halving
        trial[1:] = np.maximum(trial[1:], 0)
        if loss(trial) <= start + _ROUNDING * (1 + start):
            return trial
    return beta
