"""How a node may depend on a cause: in a straight line, or along a smooth curve with straight ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

QUANTILES: Final = (0.05, 0.35, 0.65, 0.95)
"""Where the knots of a curve lie. Source: Harrell, Regression Modeling Strategies, 2nd ed., table 2.3."""


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """Functions of the causes that a mechanism is linear in.

    Attributes:
        knots: shape (n_causes, 4), rising; None for straight lines.
    """

    knots: Array | None = None

    def features(self, causes: Array) -> Array:
        """Values of the functions: shape (rows, n_causes) or (rows, 3 n_causes), the plain causes first."""
        if self.knots is None or causes.shape[1] == 0:
            return causes
        curves = [_curved(causes[:, place], self.knots[place]) for place in range(causes.shape[1])]
        return np.hstack([causes, *curves])


def curve_of(causes: Array) -> Basis:
    """Restricted cubic splines with knots at the causes' quantiles; ends are straight, so they extrapolate mildly."""
    return Basis(np.quantile(causes, QUANTILES, axis=0).T)


def _curved(values: Array, knots: Array) -> Array:
    """The two bent functions of a restricted cubic spline, shape (rows, 2); zero where knots coincide."""
    first, third, last = float(knots[0]), float(knots[-2]), float(knots[-1])
    width = last - first
    if width <= 0 or last - third <= 0:
        return np.zeros((values.size, 2))

    def cube(knot: float) -> Array:
        return np.maximum((values - knot) / width, 0.0) ** 3

    bends = []
    for knot in knots[:-2]:
        share = (last - float(knot)) / (last - third)
        bends.append(cube(float(knot)) - share * cube(third) + (share - 1.0) * cube(last))
    return np.column_stack(bends)
