"""Fitting a distribution by greatest likelihood, choosing among several, and testing for normality.

Source:
    D'Agostino and Stephens, "Goodness-of-fit techniques" (1986), table 4.9 (normal distribution, both parameters
    estimated); Leone, Nelson and Nottingham, "The folded normal distribution", Technometrics 3 (1961).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from evidence.errors import SchemaError
from spc.data import Array, spread_or_refuse, values
from spc.distributions import PARAMETERS, Distribution, Family


@dataclass(frozen=True, slots=True)
class Fit:
    """A distribution fitted to a series.

    Attributes:
        distribution: the fitted one.
        anderson_darling: A-squared; smaller is nearer.
        akaike: Akaike's criterion, to compare families on the same series; smaller is better.
    """

    distribution: Distribution
    anderson_darling: float
    akaike: float


def fitted(series: ArrayLike, family: Family) -> Distribution:
    """Fit one family by greatest likelihood.

    Args:
        series: shape (n,), at least 10 values, all above zero unless the family is normal.
    Raises:
        SchemaError: too few values, values not above zero, or no variation.
    """
    flat = values(series, at_least=10)
    spread_or_refuse(float(np.ptp(flat)))
    if family.is_positive and not np.all(flat > 0):
        raise SchemaError(
            f"{family.value} needs values above zero",
            place="values",
            advice="Use the normal distribution, or measure the deviation from where zero is a natural bound.",
        )
    return Distribution(family, _FITTERS[family](flat))


def fit(series: ArrayLike, family: Family) -> Fit:
    """Fit one family as `fitted` does, and tell how well it fits."""
    found, flat = fitted(series, family), values(series)
    akaike = 2 * PARAMETERS[family] - 2 * found.log_likelihood(flat)
    return Fit(found, found.anderson_darling(flat), akaike)


def choose(series: ArrayLike, families: Sequence[Family] = tuple(Family)) -> tuple[Fit, ...]:
    """Fit several families and sort them, best first by Akaike's criterion.

    The best of a few is not therefore right: look at its A-squared and at the picture, and name the family that physics
    suggests. Families that need values above zero are left out when some are not.

    Raises:
        SchemaError: no family is left, or as `fit`.
    """
    flat = values(series, at_least=10)
    able = [family for family in families if not family.is_positive or np.all(flat > 0)]
    if not able:
        raise SchemaError("none of the families takes values of zero or below", place="families")
    return tuple(sorted((fit(flat, family) for family in able), key=lambda one: one.akaike))


def normality(series: ArrayLike) -> tuple[float, float]:
    """Anderson-Darling test of normality: adjusted A-squared and the chance of one as large from a normal process.

    Args:
        series: shape (n,), at least 8 values.
    Source:
        D'Agostino and Stephens (1986), table 4.9.
    """
    flat = values(series, at_least=8)
    sigma = spread_or_refuse(float((flat - flat[0]).std(ddof=1)))
    standing = (flat - flat[0] - float((flat - flat[0]).mean())) / sigma
    n = len(flat)
    adjusted = Distribution(Family.NORMAL, (0.0, 1.0)).anderson_darling(standing) * (1 + 0.75 / n + 2.25 / n**2)
    if adjusted < 0.2:
        chance = 1 - math.exp(-13.436 + 101.14 * adjusted - 223.73 * adjusted**2)
    elif adjusted < 0.34:
        chance = 1 - math.exp(-8.318 + 42.796 * adjusted - 59.938 * adjusted**2)
    elif adjusted < 0.6:
        chance = math.exp(0.9177 - 4.279 * adjusted - 1.38 * adjusted**2)
    elif adjusted < 13:
        chance = math.exp(1.2937 - 5.709 * adjusted + 0.0186 * adjusted**2)
    else:  # beyond the table, where its parabola turns up again
        chance = 0.0
    return adjusted, chance


def _normal(flat: Array) -> tuple[float, ...]:
    return float(flat[0] + (flat - flat[0]).mean()), float((flat - flat[0]).std())


def _lognormal(flat: Array) -> tuple[float, ...]:
    return _normal(np.log(flat))


def _weibull(flat: Array) -> tuple[float, ...]:
    """Solve the likelihood equation for the shape; the scale follows. Values are scaled first, so nothing overflows."""
    logs = np.log(flat) - float(np.log(flat).max())
    mean = float(logs.mean())

    def slope(shape: float) -> float:
        weight = np.exp(shape * logs)
        return float((weight * logs).sum() / weight.sum()) - 1 / shape - mean

    low, high = 1e-3, 1.0
    while slope(high) < 0 and high < 1e9:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    shape = (low + high) / 2
    scale = float(flat.max()) * float(np.exp(shape * logs).mean()) ** (1 / shape)
    return shape, scale


def _gamma(flat: Array) -> tuple[float, ...]:
    shape, _, scale = stats.gamma.fit(flat, floc=0)
    return float(shape), float(scale)


def _folded(flat: Array) -> tuple[float, ...]:
    """At the greatest likelihood mean^2 + sigma^2 is the mean square, which leaves one equation for the mean.

    Zero solves it too: that is the half-normal distribution, and the answer where no other root exists.
    """
    scaled = flat / float(flat.max())
    square = float((scaled**2).mean())

    def slope(mean: float) -> float:
        return float((scaled * np.tanh(mean * scaled / (square - mean**2))).mean()) - mean

    low, high = 1e-6 * math.sqrt(square), (1 - 1e-12) * math.sqrt(square)
    if slope(low) <= 0:
        low = high = 0.0
    for _ in range(100 if high else 0):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    mean = (low + high) / 2
    top = float(flat.max())
    return mean * top, math.sqrt(square - mean**2) * top


def _rayleigh(flat: Array) -> tuple[float, ...]:
    return (math.sqrt(float((flat**2).mean()) / 2),)


_FITTERS: Final[dict[Family, Callable[[Array], tuple[float, ...]]]] = {
    Family.NORMAL: _normal,
    Family.LOGNORMAL: _lognormal,
    Family.WEIBULL: _weibull,
    Family.GAMMA: _gamma,
    Family.FOLDED_NORMAL: _folded,
    Family.RAYLEIGH: _rayleigh,
}
