"""The few distributions that measured characteristics follow, fitted by greatest likelihood, with how well they fit.

Form and position deviations cannot be negative: ISO 22514-2 gives them the folded normal and the Rayleigh distribution.
All are anchored at zero except the normal one; a shifted Weibull or lognormal fits anything and proves nothing.

Source:
    ISO 22514-2:2017; Stephens, "EDF statistics for goodness of fit", JASA 69 (1974); D'Agostino and Stephens,
    "Goodness-of-fit techniques" (1986), table 4.9 (normal distribution, both parameters estimated).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from scipy.optimize import brentq
from scipy.special import ndtr

from evidence.errors import SchemaError
from spc.data import Array, number, positive, share, spread_or_refuse, values


class Family(StrEnum):
    """The distributions by name, with the meaning of their parameters."""

    NORMAL = "normal"
    """mean, standard deviation"""
    LOGNORMAL = "lognormal"
    """mean and standard deviation of the logarithm"""
    WEIBULL = "weibull"
    """shape, scale"""
    GAMMA = "gamma"
    """shape, scale"""
    FOLDED_NORMAL = "folded-normal"
    """mean and standard deviation of the normal variable whose absolute value is seen"""
    RAYLEIGH = "rayleigh"
    """scale"""

    @property
    def is_positive(self) -> bool:
        """Whether its values are all above zero."""
        return self is not Family.NORMAL


_PARAMETERS: Final = {family: 1 if family is Family.RAYLEIGH else 2 for family in Family}


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution with its parameters.

    Attributes:
        family: which.
        parameters: as `Family` says.
    Raises:
        SchemaError: another number of parameters, or one outside its range.
    """

    family: Family
    parameters: tuple[float, ...]

    def __post_init__(self) -> None:
        wanted = _PARAMETERS[self.family]
        if len(self.parameters) != wanted:
            raise SchemaError(f"{self.family.value} has {wanted} parameter(s)", place="parameters")
        place = f"{self.family.value} parameter"
        if self.family in (Family.NORMAL, Family.LOGNORMAL, Family.FOLDED_NORMAL):
            number(self.parameters[0], place=place)
        else:
            positive(self.parameters[0], place=place)
        positive(self.parameters[-1], place=place)

    def quantile(self, probability: float) -> float:
        """Where the distribution leaves `probability` below."""
        share(probability, place="probability")
        if self.family is Family.FOLDED_NORMAL:
            return _folded_quantile(self.parameters[0], self.parameters[1], probability)
        return float(self._scipy().ppf(probability))

    def below(self, limit: float) -> float:
        """Share of the parts below a limit."""
        return float(self._tails(np.array([limit]))[0][0])

    def above(self, limit: float) -> float:
        """Share of the parts above a limit."""
        return float(self._tails(np.array([limit]))[1][0])

    def density(self, at: Array) -> Array:
        """Density at some values, any shape."""
        return np.asarray(self._scipy().pdf(at), dtype=np.float64)

    def log_likelihood(self, series: Array) -> float:
        """Logarithm of the chance of a series."""
        return float(np.sum(self._scipy().logpdf(series)))

    def anderson_darling(self, series: Array) -> float:
        """A-squared: distance of a series from the distribution, weighted towards the tails."""
        ordered, n = np.sort(series), len(series)
        weight = 2 * np.arange(1, n + 1) - 1
        # A value out of all reach counts as very far, not as endlessly far.
        below, above = (np.log(np.maximum(tail, 1e-300)) for tail in self._tails(ordered))
        return float(-n - np.mean(weight * (below + above[::-1])))

    def _tails(self, at: Array) -> tuple[Array, Array]:
        """Shares below and above; each from its own tail, since 1 - share loses the parts per million."""
        if self.family is Family.FOLDED_NORMAL:
            mean, sigma = self.parameters
            reach = np.maximum(at, 0.0)
            above = ndtr((mean - reach) / sigma) + ndtr((-reach - mean) / sigma)
            below = ndtr((reach - mean) / sigma) - ndtr((-reach - mean) / sigma)
            return np.asarray(below), np.asarray(above)
        frozen = self._scipy()
        return np.asarray(frozen.cdf(at)), np.asarray(frozen.sf(at))

    def _scipy(self) -> stats.rv_continuous_frozen:
        first, last = self.parameters[0], self.parameters[-1]
        if self.family is Family.NORMAL:
            return stats.norm(first, last)
        if self.family is Family.LOGNORMAL:
            return stats.lognorm(last, scale=math.exp(first))
        if self.family is Family.WEIBULL:
            return stats.weibull_min(first, scale=last)
        if self.family is Family.GAMMA:
            return stats.gamma(first, scale=last)
        if self.family is Family.FOLDED_NORMAL:
            return stats.foldnorm(abs(first) / last, scale=last)
        return stats.rayleigh(scale=last)


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
    akaike = 2 * _PARAMETERS[family] - 2 * found.log_likelihood(flat)
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


def _folded_quantile(mean: float, sigma: float, probability: float) -> float:
    """scipy searches for this one without knowing its shape, a hundred times slower."""

    def excess(at: float) -> float:
        return float(ndtr((at - mean) / sigma) - ndtr((-at - mean) / sigma)) - probability

    return float(brentq(excess, 0.0, abs(mean) + 38 * sigma, rtol=1e-14))


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
